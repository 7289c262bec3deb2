"""Refusals of the server: one register of codes, one JSON shape, HTTP status here and nowhere else.

A Refusal is raised by any rule with a registered code; `server/errors.py` turns it into an answer. Codes are never
reused: a retired one stays in the table. docs/problems.md explains each (a test compares).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One registered code: HTTP status and the sentence a person reads, Vietnamese first."""

    status: int
    vi: str
    en: str


REGISTER: dict[str, Entry] = {
    "request.invalid": Entry(422, "Yêu cầu sai định dạng.", "The request does not have the expected shape."),
    "request.garbled": Entry(400, "Không đọc được nội dung gửi lên.", "The body could not be read as JSON."),
    "request.too_large": Entry(413, "Gói gửi quá lớn. Hãy chia nhỏ rồi gửi lại.", "The body is too large. Send half."),
    "request.too_many": Entry(
        429, "Gửi quá nhiều lần. Chờ một phút rồi thử lại.", "Too many requests. Wait a minute and try again."
    ),
    "request.not_found": Entry(404, "Không có gì ở địa chỉ này.", "There is nothing at this address."),
    "request.method": Entry(405, "Địa chỉ này không nhận cách gọi đó.", "This address does not take that method."),
    "request.forbidden": Entry(403, "Vai trò của anh/chị không làm được việc này.", "Your role does not include this."),
    "page.expired": Entry(
        400,
        "Trang mở đã lâu hoặc không phải của máy chủ này. Hãy mở lại trang rồi làm lại.",
        "The page is too old or not from this server. Open it again and repeat.",
    ),
    "console.insecure": Entry(
        421,
        "Trang duyệt chỉ mở qua địa chỉ an toàn bắt đầu bằng https://. Hãy mở đúng địa chỉ đã được cấp.",
        "The console opens only at a secure address, one that begins with https://. Open the one you were given.",
    ),
    "sign_in.needed": Entry(401, "Hãy đăng nhập.", "Please sign in."),
    "sign_in.wrong": Entry(
        401, "Tên đăng nhập hoặc mật khẩu không đúng.", "The user name or the password is not right."
    ),
    "sign_in.wait": Entry(
        429,
        "Đã nhập sai nhiều lần. Hãy chờ một lúc rồi thử lại.",
        "Too many wrong tries. Wait a little, then try again.",
    ),
    "sign_in.no_console": Entry(
        403,
        "Tài khoản này không có vai trò ở trang duyệt. Tổ Covid-19 cộng đồng dùng phiếu ghi trên điện thoại.",
        "This account has no role in the console. Village teams use the field app on their phones.",
    ),
    "password.wrong": Entry(422, "Mật khẩu hiện tại không đúng.", "The present password is not right."),
    "password.differs": Entry(422, "Hai lần nhập mật khẩu mới không giống nhau.", "The two new passwords differ."),
    "password.weak": Entry(
        422,
        "Mật khẩu mới cần ít nhất 10 ký tự và không chứa tên đăng nhập.",
        "A new password needs at least 10 characters and must not contain the user name.",
    ),
    "password.common": Entry(
        422,
        "Mật khẩu này ai cũng đoán ra trước tiên. Hãy ghép vài từ không liên quan với nhau.",
        "This password is among the first that anybody would guess. Put some unrelated words together.",
    ),
    "reset.wrong": Entry(
        422,
        "Tên đăng nhập hoặc mã không đúng, hoặc mã đã dùng hay hết hạn. Hãy xin người quản trị mã khác.",
        "The user name or the code is not right, or the code was used or has expired. Ask an administrator for another.",
    ),
    "two_steps.wrong": Entry(
        422,
        "Mã không đúng, đã dùng, hoặc đã quá nửa phút. Hãy nhập mã đang hiện.",
        "The code is wrong, was used already, or is older than half a minute. Enter the one shown now.",
    ),
    "two_steps.on": Entry(409, "Xác nhận hai bước đã bật.", "The second step is on already."),
    "two_steps.off": Entry(409, "Xác nhận hai bước chưa bật.", "The second step is not on."),
    "two_steps.needed": Entry(
        403,
        "Vai trò của anh/chị bắt buộc xác nhận hai bước. Hãy thiết lập ở trang Tài khoản của tôi.",
        "Your role wants a second step of signing in. Set it up on the page My account.",
    ),
    "host.unknown": Entry(
        421,
        "Địa chỉ máy chủ không đúng. Hãy mở địa chỉ đã được cấp.",
        "This server has another address. Open the one you were given.",
    ),
    "server.failure": Entry(
        500, "Máy chủ gặp lỗi, đã ghi lại. Hãy thử lại sau.", "The server failed; it was logged. Try again later."
    ),
    "server.busy": Entry(503, "Máy chủ đang bận. Hãy thử lại sau.", "The server is busy. Try again later."),
    "dossier.changed": Entry(
        409,
        "Hồ sơ khen thưởng đã thay đổi từ lúc anh/chị mở. Hãy xem lại rồi làm lại.",
        "The dossier has changed since you opened it. Look at it again and repeat.",
    ),
    "dossier.state": Entry(
        409,
        "Việc này không làm được khi hồ sơ đang ở bước hiện tại, hoặc không thuộc vai trò của anh/chị.",
        "This cannot be done at the dossier's present stage, or is not your role's to do.",
    ),
    "dossier.reason": Entry(422, "Cần ghi lý do.", "A reason is wanted."),
    "dossier.incomplete": Entry(
        422,
        "Hồ sơ chưa đủ. Hãy bổ sung những phần chưa đánh dấu trong mục Thành phần hồ sơ.",
        "The dossier is not complete. Add what the check-list still lacks.",
    ),
    "dossier.unappraised": Entry(
        422,
        "Chưa thẩm định xong: mỗi nội dung cần có kết quả, và không nội dung nào “không đạt” nếu kết luận đủ điều kiện.",
        "The appraisal is not finished: each line needs a result, and none may be “not met” to find it eligible.",
    ),
    "dossier.record_taken": Entry(
        409,
        "Phiếu này đã nằm trong một đề nghị khác. Một thành tích chỉ khen một lần.",
        "This record is cited by another nomination. One achievement, one award.",
    ),
    "dossier.record_unfit": Entry(
        409,
        "Phiếu này không còn ở trạng thái đã xác nhận, hoặc không thuộc đơn vị này.",
        "This record is no longer confirmed, or is not of this unit.",
    ),
    "dossier.votes": Entry(
        422,
        "Số phiếu không khớp: đồng ý cộng không đồng ý không được nhiều hơn số thành viên có mặt.",
        "The votes do not fit: for and against together cannot be more than the members present.",
    ),
    "dossier.award_unit": Entry(
        422,
        "Hình thức này do người đứng đầu đơn vị khác tự quyết định. Hãy chọn đơn vị khác hoặc hình thức khác.",
        "The chair of another kind of unit gives this award. Choose another unit or another award.",
    ),
    "dossier.field": Entry(
        422, "Có chỗ chưa điền hoặc điền chưa đúng.", "Something is missing or was written wrongly."
    ),
    "dossier.objections": Entry(
        422,
        "Còn ý kiến niêm yết chưa giải quyết, hoặc chưa hết thời gian niêm yết.",
        "An objection to the public notice is still open, or the notice has not run its time.",
    ),
    "dossier.signed": Entry(
        409,
        "Quyết định đã ghi số, ngày ký nên không xét lại được ở đây.",
        "The decision has its number and date already and cannot be reviewed again here.",
    ),
    "enrol.unknown": Entry(
        404, "Liên kết cài đặt không đúng. Hãy xin xã cấp lại.", "This enrolment link is not known. Ask for a new one."
    ),
    "enrol.used": Entry(
        410, "Liên kết cài đặt đã dùng rồi. Hãy xin cấp lại.", "This enrolment link was used. Ask for a new one."
    ),
    "enrol.expired": Entry(
        410, "Liên kết cài đặt đã hết hạn. Hãy xin cấp lại.", "This enrolment link has expired. Ask for a new one."
    ),
    "enrol.proof": Entry(
        422, "Thiết bị không chứng minh được khóa của mình.", "The device did not prove that it holds its key."
    ),
    "device.unknown": Entry(
        401, "Máy chủ không biết thiết bị này. Hãy cài đặt lại.", "The server does not know this device. Enrol again."
    ),
    "device.proof": Entry(401, "Chữ ký của thiết bị không đúng.", "The device's signature does not verify."),
    "device.taken": Entry(409, "Mã thiết bị hoặc khóa này đã có.", "This device id or key is already enrolled."),
    "token.invalid": Entry(
        401, "Phiên kết nối đã hết. Thiết bị sẽ tự chào lại.", "The token is not valid any more. Say hello again."
    ),
    "pull.refused": Entry(
        403, "Thiết bị này không còn được nhận dữ liệu.", "This device may not receive data any more."
    ),
    "document.unknown": Entry(404, "Không có tài liệu này.", "There is no such document."),
    "campaign.invalid": Entry(422, "Chiến dịch có lỗi, chưa nạp gì.", "The campaign has problems; nothing was loaded."),
    "campaign.other": Entry(
        409,
        "Máy chủ này đang chạy chiến dịch khác. Mỗi chiến dịch cần một máy chủ (thư mục dữ liệu) riêng.",
        "This server holds another campaign. Give each campaign a server (a data folder) of its own.",
    ),
    "form.changed": Entry(
        409,
        "Phiên bản biểu mẫu này đã phát hành với nội dung khác. Hãy tăng số phiên bản.",
        "This form version was published with other content. Raise its version.",
    ),
    "job.gone": Entry(
        410, "Tệp này không còn được giữ. Hãy làm lại.", "This file is not kept any more. Have it made again."
    ),
    "job.too_many": Entry(
        429,
        "Đang có nhiều việc chưa xong. Hãy chờ một việc xong, hoặc dừng bớt.",
        "Several of your jobs are not finished yet. Wait for one, or stop one.",
    ),
    "job.no_room": Entry(507, "Máy chủ hết chỗ trống.", "The server has no room left."),
    "export.nothing": Entry(404, "Không có hồ sơ nào như vậy để xuất.", "There is no such record to export."),
    "export.too_many_rows": Entry(
        413,
        "Quá nhiều dòng cho một bảng Excel. Hãy chọn CSV, hoặc chia theo ngày.",
        "Too many rows for a sheet. Choose CSV, or divide by days.",
    ),
    "person.unknown": Entry(404, "Không có người này.", "There is no such person."),
    "person.exists": Entry(409, "Tên đăng nhập này đã có.", "This user name is taken."),
    "duplicate.gone": Entry(
        409,
        "Hai hồ sơ này không còn được coi là giống nhau. Hãy mở lại danh sách.",
        "These two records are not taken for alike any more. Open the list again.",
    ),
    "duplicate.merged": Entry(
        409,
        "Một trong hai hồ sơ đã được gộp vào hồ sơ khác. Hãy bỏ gộp trước.",
        "One of the two was merged into another record already. Undo that first.",
    ),
    "membership.dates": Entry(
        422,
        "Ngày cuối phải từ ngày bắt đầu vai trò trở đi.",
        "A membership cannot end before the day it begins.",
    ),
    "membership.not_yours": Entry(
        403,
        "Vai trò này do quản trị cấp huyện giao. Anh/chị giao được vai trò của người đi ghi ở đơn vị bên dưới.",
        "This role is given by the district's administrator. You may give field roles in the units below yours.",
    ),
    "judgement.settled": Entry(409, "Việc này đã có người quyết định rồi.", "Somebody has decided about this already."),
    "judgement.by_hand": Entry(
        422,
        "Việc này không nhận thay được. Hãy mở hồ sơ và tự làm bước đó, rồi ghi lý do không nhận ở đây.",
        "This cannot be taken over. Open the record and take the step yourself, then reject this with a word why.",
    ),
    "judgement.refused": Entry(
        422,
        "Chưa nhận được: nội dung vẫn chưa đúng với hồ sơ hoặc quy trình.",
        "It could not be taken over: its content still does not fit the record or the workflow.",
    ),
    "judgement.record": Entry(
        404, "Không có hồ sơ nào như vậy trong đơn vị của anh/chị.", "There is no such record in your units."
    ),
    "judgement.note": Entry(422, "Cần ghi lý do để người lập biết.", "Say why, so that its author knows."),
    "delegation.dates": Entry(
        422,
        "Ngày ủy quyền phải từ hôm nay trở đi, trong thời hạn của vai trò và không quá 92 ngày.",
        "A delegation lies within the membership, ends today or later, and lasts 92 days at most.",
    ),
    "delegation.person": Entry(
        422,
        "Chỉ ủy quyền được cho người có vai trò ở trang duyệt trong cùng đơn vị, cấp trên hoặc cấp dưới.",
        "A role is lent to somebody with a role in the console, in the same unit, above it or below it.",
    ),
    "figure.unknown": Entry(
        404,
        "Không có số liệu này, hoặc anh/chị không được xem.",
        "There is no such figure, or it is not yours to count.",
    ),
    "return.unknown": Entry(
        404, "Không có báo cáo này, hoặc anh/chị không được xem.", "There is no such return, or it is not yours to see."
    ),
    "review.unknown": Entry(
        404, "Không có báo cáo này, hoặc anh/chị không được xem.", "There is no such review, or it is not yours to see."
    ),
    "review.span": Entry(
        422,
        "Khoảng thời gian phải từ ngày trước đến ngày sau, không quá ba năm và không sau hôm nay.",
        "The span goes from one day to a later one, over three years at most and not beyond today.",
    ),
    "review.not_over": Entry(
        409,
        "Thời gian của báo cáo chưa hết, chưa ký được.",
        "The span of the review is not over yet; it cannot be signed.",
    ),
    "review.no_template": Entry(
        409,
        "Chiến dịch chưa có mẫu văn bản documents/review.docx.",
        "The campaign has no template documents/review.docx.",
    ),
    "return.stale": Entry(
        409,
        "Người khác vừa sửa báo cáo này. Hãy xem lại rồi làm tiếp.",
        "Somebody else has just changed this return. Look again, then go on.",
    ),
    "return.state": Entry(
        409,
        "Báo cáo không còn ở bước này. Hãy mở lại trang.",
        "The return is not at this step any more. Open the page again.",
    ),
    "return.number": Entry(
        422,
        "Số liệu không đọc được. Hãy viết như 1.234 hoặc 12,5, không âm.",
        "A figure could not be read. Write it like 1,234 or 12.5, not below nought.",
    ),
    "return.reason": Entry(
        422,
        "Số nhập khác số tính từ hồ sơ thì phải ghi lý do.",
        "A figure that differs from the records needs a reason.",
    ),
    "return.remark": Entry(422, "Hãy ghi lý do.", "Please give a reason."),
    "return.narrative": Entry(
        422, "Còn phần lời bắt buộc chưa viết.", "A block of text that must be written is still empty."
    ),
    "return.not_closed": Entry(
        409, "Kỳ báo cáo chưa khóa sổ, chưa ký được.", "The period has not closed yet; it cannot be signed."
    ),
    "return.no_template": Entry(
        409,
        "Chiến dịch chưa có mẫu văn bản documents/period_return.docx.",
        "The campaign has no template documents/period_return.docx.",
    ),
    "return.altered": Entry(
        500,
        "Bản báo cáo đã ký không khớp mã của nó. Hãy báo quản trị.",
        "The signed return does not match its code. Tell the administrator.",
    ),
    "role.unknown": Entry(422, "Không có vai trò này trong chiến dịch.", "The campaign has no such role."),
    "unit.unknown": Entry(422, "Không có đơn vị này.", "There is no such unit."),
    "keys.missing": Entry(
        500,
        "Thiếu tệp khóa server-keys.json bên cạnh dữ liệu đã có. Hãy khôi phục tệp đó từ bản sao lưu.",
        "server-keys.json is missing beside existing data. Restore it from the backup.",
    ),
    "keys.unreadable": Entry(
        500, "Tệp khóa server-keys.json bị hỏng.", "server-keys.json cannot be read. Restore it from the backup."
    ),
    "mark.missing": Entry(
        500,
        "Thiếu tệp high-water.json bên cạnh dữ liệu đã có. Nếu dữ liệu đúng là bản cần chạy, "
        "khởi động một lần với --accept-missing-mark.",
        "high-water.json is missing beside existing data. If this data is what you mean to serve, "
        "start once with --accept-missing-mark.",
    ),
    "blob.unknown": Entry(404, "Không có tệp này.", "There is no such attachment."),
    "blob.not_arrived": Entry(
        404,
        "Tệp này chưa tới máy chủ. Máy của người chụp sẽ gửi sau.",
        "This attachment has not arrived yet. The device it was made on will send it.",
    ),
    "blob.too_large": Entry(413, "Tệp quá lớn.", "The attachment is too large."),
    "blob.chunk": Entry(
        422,
        "Phần của tệp không đúng số thứ tự hoặc kích thước.",
        "A piece of the attachment has a wrong number or length.",
    ),
    "blob.damaged": Entry(
        422,
        "Phần của tệp bị hỏng trên đường. Máy sẽ gửi lại.",
        "A piece of the attachment was damaged on its way. It will be sent again.",
    ),
    "blob.hash": Entry(
        422,
        "Tệp ghép lại không đúng nội dung. Máy sẽ gửi lại từ đầu.",
        "The pieces do not make the attachment they are named for. It will be sent anew.",
    ),
    "blob.device_full": Entry(
        507,
        "Máy này đã gửi quá nhiều ảnh và tệp. Ảnh vẫn nằm an toàn trên máy. Hãy báo quản trị.",
        "This device has sent too many attachments. They stay safe on it. Tell the administrator.",
    ),
    "blob.store_full": Entry(
        507,
        "Máy chủ hết chỗ cho ảnh và tệp. Ảnh vẫn nằm an toàn trên máy. Hãy báo quản trị.",
        "The server has no room for attachments. They stay safe on the device. Tell the administrator.",
    ),
    "paper.template": Entry(
        422,
        "Mẫu văn bản này không dùng được. Sửa những chỗ nêu dưới đây rồi tải lên lại.",
        "This template cannot be used. Mend what is listed below and upload it again.",
    ),
    "paper.too_large": Entry(413, "Tệp mẫu quá lớn.", "The template's file is too large."),
    "paper.not_docx": Entry(
        422,
        "Tệp này không phải văn bản Word (.docx), hoặc đã hỏng.",
        "This file is no Word document (.docx), or it is damaged.",
    ),
    "paper.bomb": Entry(
        422, "Tệp nén này bung ra quá lớn, không mở.", "The archive unpacks to far too much; it was not opened."
    ),
    "paper.xml": Entry(422, "Một phần của tệp bị hỏng, không đọc được.", "A part of the file is broken XML."),
    "paper.macro": Entry(
        422,
        "Tệp có macro hoặc đối tượng nhúng. Hãy lưu lại thành .docx không có macro.",
        "The file holds macros or embedded objects. Save it as a .docx without them.",
    ),
    "paper.external": Entry(
        422,
        "Tệp có liên kết ra bên ngoài. Hãy bỏ liên kết đó.",
        "The file links to something outside. Remove that link.",
    ),
    "paper.syntax": Entry(
        422,
        "Chỗ điền {{ … }} hoặc {% … %} viết sai, không đọc được.",
        "A field {{ … }} or {% … %} is written wrongly.",
    ),
    "paper.not_allowed": Entry(
        422,
        "Mẫu chỉ được dùng chỗ điền, vòng lặp for và điều kiện if.",
        "A template may only use fields, for and if.",
    ),
    "paper.field_unknown": Entry(
        422,
        "Loại văn bản này không có chỗ điền tên như vậy. Xem danh sách trong docs/papers.md.",
        "This kind of paper has no field of that name. See the list in docs/papers.md.",
    ),
    "paper.field_missing": Entry(422, "Mẫu thiếu chỗ điền bắt buộc.", "The template lacks a field it must have."),
    "paper.render": Entry(422, "Điền thử vào mẫu không thành công.", "Filling the template in with samples failed."),
    "paper.kind_unknown": Entry(404, "Không có loại văn bản này.", "There is no such kind of paper."),
    "slip.unknown": Entry(422, "Đây không phải phiếu giữ hộ. Hãy chép đủ cả dòng.", "This is no slip. Copy the whole line."),
    "slip.forged": Entry(
        422,
        "Không thiết bị nào của máy chủ này ký phiếu giữ hộ đó, hoặc phiếu đã bị sửa.",
        "No device of this server signed this slip, or it was changed.",
    ),
    "erase.unknown": Entry(404, "Máy chủ chưa từng có bản ghi này.", "This server never had such a record."),
    "import.none": Entry(422, "Chưa chọn tệp.", "No file was chosen."),
    "import.too_large": Entry(
        413,
        "Tệp quá lớn cho một danh sách (tối đa 900 KB, giải nén tối đa 80 MB).",
        "The file is too large for a list (at most 900 KB, 80 MB unpacked).",
    ),
    "import.not_xlsx": Entry(
        422,
        "Đây không phải tệp Excel .xlsx. Hãy tải mẫu và điền vào mẫu.",
        "This is no .xlsx workbook. Download the template and fill it in.",
    ),
    "import.old_or_locked": Entry(
        422,
        "Đây là tệp .xls kiểu cũ hoặc tệp có mật khẩu. Hãy lưu lại dạng .xlsx, bỏ mật khẩu.",
        "This is an old .xls, or a workbook with a password. Save it as .xlsx, without one.",
    ),
    "import.damaged": Entry(
        422,
        "Tệp bị hỏng. Hãy mở bằng Excel và lưu lại.",
        "The file is damaged. Open it in a spreadsheet program and save it again.",
    ),
    "import.macros": Entry(
        422,
        "Tệp có macro nên không nhận. Hãy lưu lại dạng .xlsx không có macro.",
        "The workbook has macros and is not taken. Save it as .xlsx without them.",
    ),
    "import.sheet": Entry(
        422,
        "Không có trang tính của danh sách này. Có thể đã chọn nhầm mẫu; hãy tải đúng mẫu.",
        "The sheet of this list is not there. Perhaps it is another list's template; download the right one.",
    ),
    "import.columns": Entry(422, "Cột không đúng với mẫu.", "The columns are not those of the template."),
    "import.empty": Entry(
        422,
        "Danh sách chưa có dòng nào (dòng bắt đầu bằng # là ví dụ).",
        "The list has no line (lines that begin with # are examples).",
    ),
    "import.too_many_lines": Entry(
        422, "Quá nhiều dòng: tối đa 2.000. Hãy chia thành nhiều tệp.", "Too many lines: 2,000 at most. Split the list."
    ),
    "import.blank": Entry(422, "Ô này không được để trống.", "This cell must not be blank."),
    "import.too_long": Entry(422, "Chữ trong ô dài quá.", "The text is too long."),
    "import.cell_error": Entry(422, "Ô này đang báo lỗi công thức.", "The cell holds a formula's error."),
    "import.day": Entry(422, "Không phải ngày. Viết như 05/12/2021.", "This is no day. Write it like 05/12/2021."),
    "import.days": Entry(422, "Ngày cuối trước ngày đầu.", "The last day is before the first."),
    "import.twice": Entry(422, "Dòng này có hai lần trong danh sách.", "This line is twice in the list."),
    "import.phone": Entry(
        422,
        "Số điện thoại gồm 9 đến 14 chữ số, có thể bắt đầu bằng +.",
        "A phone number has 9 to 14 digits, perhaps with + before them.",
    ),
    "import.role_unknown": Entry(
        422,
        "Không có vai trò này. Xem trang tính vai_tro của mẫu.",
        "There is no such role. See the sheet vai_tro of the template.",
    ),
    "import.role_not_yours": Entry(
        422,
        "Anh/chị không giao được vai trò này; vai trò ở trang duyệt do huyện giao.",
        "This role is not yours to give; roles in the console are given by the district.",
    ),
    "import.unit_unknown": Entry(
        422,
        "Không có đơn vị này trong phạm vi của anh/chị. Xem trang tính don_vi của mẫu.",
        "There is no such unit among those you look after. See the sheet don_vi of the template.",
    ),
    "import.unit_ended": Entry(
        422, "Đơn vị này đã kết thúc. Dùng đơn vị thay thế.", "This unit has ended. Use its successor."
    ),
    "import.user_taken": Entry(422, "Tên đăng nhập này của người khác.", "This user name is somebody else's."),
    "import.ambiguous": Entry(
        422,
        "Đơn vị có nhiều người cùng tên này. Hãy sửa từng người ở trang Người và máy.",
        "Several people of this unit have the name. Change them one by one on the page of people.",
    ),
    "import.code": Entry(422, "Mã chỉ có chữ, số và dấu -.", "A code may hold letters, digits and -."),
    "import.code_taken": Entry(
        422,
        "Mã này đã có ở nơi khác, hoặc của loại đơn vị khác.",
        "This code is taken elsewhere, or by another kind of unit.",
    ),
    "import.parent_kind": Entry(
        422,
        "Loại đơn vị này không trực thuộc đơn vị cấp trên đó.",
        "A unit of this kind does not stand under that one.",
    ),
    "import.successor_without_end": Entry(
        422, "Có đơn vị thay thế thì cần ngày cuối.", "A unit with a successor needs a last day."
    ),
    "import.units": Entry(422, "Các đơn vị không khớp với nhau.", "The units do not fit together."),
    "import.wrong": Entry(
        422,
        "Còn dòng sai. Sửa trong tệp rồi tải lên lại; chưa nhập dòng nào.",
        "Some lines are wrong. Correct the file and upload it again; nothing was taken in.",
    ),
    "import.changed": Entry(
        409,
        "Dữ liệu đã thay đổi từ lúc xem thử. Hãy xem lại rồi nhập.",
        "Something has changed since the trial. Look at it again, then go on.",
    ),
    "import.applied": Entry(409, "Danh sách này đã nhập rồi.", "This list was taken in already."),
    "import.not_applied": Entry(
        409, "Lần nhập này chưa nhập hoặc đã lấy lại.", "This import was not applied, or was undone already."
    ),
    "import.depended": Entry(
        409,
        "Không lấy lại được: đã có việc khác dựa vào lần nhập này.",
        "It cannot be undone: something depends on it by now.",
    ),
    "erase.held": Entry(
        409,
        "Bản ghi đang được giữ lại theo yêu cầu pháp lý nên không xóa được. Xem mục Giữ lại theo luật.",
        "The record is under a legal hold and cannot be erased. See the page of legal holds.",
    ),
    "hold.reason": Entry(422, "Cần ghi lý do, căn cứ.", "A reason is wanted: by whose order, on what ground."),
    "hold.dates": Entry(422, "Ngày giữ tới phải từ hôm nay trở đi.", "A hold lasts until today or a later day."),
    "retention.changed": Entry(
        409,
        "Danh sách hết hạn lưu đã khác lúc anh/chị xem. Hãy xem lại rồi làm lại.",
        "What is due to be erased is not what you saw. Look at it again and repeat.",
    ),
    "erase.reason": Entry(
        422, "Xóa theo quyết định cần ghi căn cứ.", "Erasing needs a reason: by whose order, on what ground."
    ),
    "erase.list": Entry(
        500,
        "Danh sách bản ghi đã xóa (erased.jsonl) bị hỏng. Hãy lấy lại từ thư mục sao lưu trước khi khởi động.",
        "The list of what was erased (erased.jsonl) is damaged. Take the one beside the backups before starting.",
    ),
    "recovery.missing": Entry(
        500,
        "Chưa có khóa khôi phục. Chạy: chungsuc keys recovery TỆP, rồi cất tệp đó ở nơi khác.",
        "There is no recovery key. Run: chungsuc keys recovery FILE, and keep that file elsewhere.",
    ),
    "recovery.exists": Entry(
        409,
        "Đã có khóa khôi phục. Khóa mới sẽ không mở được các bản sao lưu cũ.",
        "There is a recovery key already. A new one would not open the backups made so far.",
    ),
    "recovery.unreadable": Entry(500, "Không đọc được tệp khóa khôi phục.", "The recovery key's file cannot be read."),
    "recovery.wrong": Entry(
        403,
        "Khóa khôi phục này không mở được bản sao lưu. Hãy dùng đúng khóa có mã ghi bên dưới.",
        "This recovery key does not open the backup. Use the one whose id is named below.",
    ),
    "backup.unreadable": Entry(
        422, "Tệp này không phải bản sao lưu, hoặc đã hỏng.", "This file is no backup, or it is damaged."
    ),
    "backup.altered": Entry(
        422,
        "Bản sao lưu đã bị sửa hoặc hỏng. Hãy dùng bản khác.",
        "The backup was altered or is damaged. Use another one.",
    ),
    "backup.version": Entry(
        422,
        "Bản sao lưu này do phiên bản mới hơn tạo ra. Hãy cài phiên bản đó.",
        "This backup was made by a newer version. Install that version.",
    ),
    "backup.unsound": Entry(
        500,
        "Bản sao lưu khôi phục thử không khớp dữ liệu. Chạy: chungsuc verify.",
        "The backup did not survive being restored. Run: chungsuc verify.",
    ),
    "verify.differs": Entry(
        500,
        "Dữ liệu không khớp với các thao tác đã nhận. Giữ nguyên máy chủ và khôi phục từ bản sao lưu.",
        "What is stored does not follow from the ops. Leave the server as it is and restore a backup beside it.",
    ),
    "restore.not_empty": Entry(
        409,
        "Nơi khôi phục đã có dữ liệu. Hãy chọn thư mục và cơ sở dữ liệu trống.",
        "There is data where the backup is to be restored. Name an empty folder and database.",
    ),
    "database.behind": Entry(
        500,
        "Cơ sở dữ liệu chưa được nâng cấp. Chạy: chungsuc db upgrade.",
        "The database is behind. Run: chungsuc db upgrade.",
    ),
    "settings.unknown": Entry(500, "Có thiết đặt không biết tên.", "There are settings of unknown name."),
    "settings.value": Entry(500, "Giá trị của một thiết đặt không đúng.", "A setting has a wrong value."),
    "settings.file": Entry(500, "Không đọc được tệp thiết đặt.", "The settings file cannot be read."),
    "settings.origin": Entry(
        500,
        "Địa chỉ phải có dạng https://ten-mien[:cổng], không có đường dẫn.",
        "An origin looks like https://host[:port], without a path.",
    ),
    "settings.tls": Entry(
        500,
        "--tls-cert và --tls-key phải đi cùng nhau.",
        "--tls-cert and --tls-key belong together.",
    ),
    "settings.same_origin": Entry(
        500,
        "console_origin và field_origin phải là hai địa chỉ khác nhau.",
        "console_origin and field_origin must be two different addresses.",
    ),
}


class Refusal(Exception):
    """A rule said no. `code` is registered above; `details` holds no personal data (it is logged)."""

    def __init__(self, code: str, *, details: dict[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.entry = REGISTER[code]
        self.details = details or {}

    def __str__(self) -> str:
        """What a person at a terminal reads: both languages, then the details a line each."""
        details = [f"  {name}: {line}" for name, value in self.details.items() for line in lines_of(value)]
        return "\n".join([f"{self.entry.vi} / {self.entry.en}", *details])

    def body(self) -> dict[str, Any]:
        """The one error shape of the wire."""
        return {
            "error": {
                "code": self.code,
                "message": self.entry.en,
                "message_vi": self.entry.vi,
                "details": self.details,
            }
        }


def lines_of(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]
