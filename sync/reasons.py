"""Why an op was not applied, or not stored: codes with words, registered once; docs/protocol.md lists them (P-06)."""

from __future__ import annotations

REASONS: dict[str, tuple[str, str]] = {
    # code: (English, Vietnamese)
    "op.unreadable": (
        "The data cannot be read; it was not stored.",
        "Dữ liệu không đọc được nên chưa được lưu.",
    ),
    "op.signature": (
        "The signature is not this device's; it was not stored.",
        "Chữ ký không phải của máy này nên chưa được lưu.",
    ),
    "op.foreign_device": (
        "It was made on another device than the one that sends it.",
        "Dữ liệu do máy khác lập.",
    ),
    "op.retry": (
        "The server could not store it just now; it will be sent again.",
        "Máy chủ chưa lưu được lúc này; máy sẽ gửi lại.",
    ),
    "op.type_waits": (  # retired: moves and links are judged; receipts of before name it
        "The commune will handle this kind of change by hand.",
        "Xã sẽ xử lý thủ công loại thay đổi này.",
    ),
    "op.erase_forbidden": (
        "Only the server may erase.",
        "Chỉ máy chủ mới được xóa dữ liệu.",
    ),
    "device.revoked": (
        "This device has been revoked; a person will look at what it sent.",
        "Máy này đã bị thu hồi; cán bộ sẽ xem dữ liệu đã gửi.",
    ),
    "device.expired": (
        "This device's certificate has expired; a person will look at it.",
        "Chứng thư của máy đã hết hạn; cán bộ sẽ xem.",
    ),
    "device.cloned": (
        "Two different changes carry the same number: this device has been copied.",
        "Hai thay đổi khác nhau cùng một số thứ tự: máy đã bị sao chép.",
    ),
    "scope.outside": (
        "The author may not write for this unit and form.",
        "Người lập không phụ trách đơn vị hoặc biểu mẫu này.",
    ),
    "form.unknown_version": (
        "The server does not know this form version.",
        "Máy chủ chưa có phiên bản biểu mẫu này.",
    ),
    "record.exists": (
        "This record exists already with other content.",
        "Bản ghi này đã có với nội dung khác.",
    ),
    "record.form_changed": (
        "A record keeps the form version it was made with.",
        "Bản ghi giữ nguyên phiên bản biểu mẫu ban đầu.",
    ),
    "record.void": (
        "The record has been voided.",
        "Bản ghi đã bị hủy.",
    ),
    "record.locked": (
        "The record is locked in its state; this is kept as a proposed amendment.",
        "Bản ghi đã khóa; thay đổi được giữ làm đề nghị sửa.",
    ),
    "record.not_yours_now": (
        "The author may not change the record in its present state.",
        "Người lập không được sửa bản ghi ở trạng thái hiện tại.",
    ),
    "question.locked": (
        "The author may not write one of these questions.",
        "Người lập không được ghi một trong các câu hỏi này.",
    ),
    "answers.invalid": (
        "Some answers are missing or not allowed.",
        "Có câu trả lời còn thiếu hoặc chưa đúng.",
    ),
    "step.unknown": (
        "The workflow has no such step.",
        "Quy trình không có bước này.",
    ),
    "step.forbidden": (
        "This role may not take this step in the record's present state.",
        "Vai trò này không được làm bước này ở trạng thái hiện tại.",
    ),
    "step.content_changed": (
        "The record has changed since it was looked at.",
        "Bản ghi đã thay đổi sau khi được xem.",
    ),
    "step.reason_missing": (
        "This step needs a reason.",
        "Bước này cần nêu lý do.",
    ),
    "void.reason_missing": (
        "Voiding needs a reason.",
        "Hủy bản ghi cần nêu lý do.",
    ),
    "merge.invalid": (
        "Both sides were merged, and the result is not valid.",
        "Đã gộp hai bên nhưng kết quả chưa hợp lệ.",
    ),
    "resolve.nothing": (
        "There is no such conflict any more.",
        "Không còn xung đột này nữa.",
    ),
    "link.nowhere": (
        "It does not name another record.",
        "Liên kết không chỉ tới bản ghi khác.",
    ),
    "move.outside": (
        "The author does not review in the unit the record would go to; somebody who reviews in both has to move it.",
        "Người chuyển không phụ trách đơn vị nhận; người phụ trách cả hai nơi cần chuyển.",
    ),
    "move.nothing": (
        "The record is in that unit already.",
        "Bản ghi đã ở đơn vị đó.",
    ),
    "move.reason_missing": (
        "Moving a record needs a reason.",
        "Chuyển bản ghi cần nêu lý do.",
    ),
    "record.erased": (
        "The record was erased by order; nothing of it is kept, and nothing more is taken in.",
        "Bản ghi đã bị xóa theo quyết định; nội dung không còn được giữ và không nhận thêm.",
    ),
    "base.not_arrived": (
        "It changes something that has not arrived yet; it waits for it.",
        "Dữ liệu gốc chưa tới; thay đổi đang chờ.",
    ),
}


def message(code: str) -> dict[str, str]:
    """{"vi": …, "en": …} of a reason code."""
    english, vietnamese = REASONS[code]
    return {"vi": vietnamese, "en": english}
