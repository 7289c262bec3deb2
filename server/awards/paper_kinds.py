"""The papers of a dossier and what their templates may name. docs/papers.md lists the same (a test compares)."""

from __future__ import annotations

from ..papers import FRAME, Field, PaperKind, Rows
from ..papers.fields import AnyField

NOMINEE: tuple[AnyField, ...] = (
    Field("no", "Số thứ tự", "Number in the list", "1"),
    Field("name", "Tên, đúng như trên phiếu thành tích", "Name as on the record", "Tẩn Tả Mẩy"),
    Field("kind", "Cá nhân, tập thể, gia đình hay doanh nghiệp", "Individual, collective, household or enterprise", "Cá nhân"),
    Field("born_male", "Năm sinh, nếu là nam", "Year of birth of a man", ""),
    Field("born_female", "Năm sinh, nếu là nữ", "Year of birth of a woman", "1987"),
    Field("ethnic_group", "Dân tộc", "Ethnic group", "Dao"),
    Field("position", "Chức vụ, đơn vị, nơi ở", "Position, unit and village", "Tổ viên Tổ Covid-19 cộng đồng số 1, bản Phiêng Hoi"),
    Field("direct", "Trực tiếp ở tuyến đầu: Có hoặc Không", "Directly on the front line", "Có"),
    Field("leader", "Giữ chức vụ lãnh đạo: Có hoặc Không", "Holds a leading post", "Không"),
    Field("merit", "Tóm tắt thành tích", "Summary of the merit", "Trực chốt 35 ca, đưa 120 suất ăn tới nhà F0, F1"),
    Field("past_awards", "Đã được khen: hình thức, số, ngày", "Past awards", "Giấy khen của Chủ tịch UBND xã (số 12/QĐ-UBND, 05/01/2021)"),
    Field("violation", "Vi phạm, kỷ luật trong thời gian xét", "Violation or discipline in the period", "Không"),
    Field("award", "Hình thức khen thưởng đề nghị", "Award proposed", "Giấy khen của Chủ tịch UBND huyện"),
    Field("votes", "Số phiếu đồng ý trên tổng số", "Votes for, of all", "7/7 (100%)"),
    Field("votes_for", "Số phiếu đồng ý", "Votes for", "7"),
    Field("votes_against", "Số phiếu không đồng ý", "Votes against", "0"),
    Field("money", "Tiền thưởng, bằng số", "Award money", "450.000"),
    Field("money_unrounded", "Tiền thưởng khi chưa làm tròn", "Award money before rounding", "447.000"),
    Field("records", "Mã kiểm của các phiếu được dẫn", "Check codes of the records cited", "a1b2c3d4e5f6"),
)  # fmt: skip

COMMON: tuple[AnyField, ...] = (
    Field("unit", "Tên xã, đơn vị đề nghị", "The proposing unit", "UBND xã Bản Bo"),
    Field("award", "Hình thức khen thưởng đề nghị", "Award proposed", "Giấy khen của Chủ tịch UBND huyện"),
    Field("occasion", "Khen theo đợt, chuyên đề hay đột xuất", "Occasion", "Phong trào thi đua phòng, chống dịch Covid-19"),
    Field("procedure", "Thủ tục", "Procedure", "Thủ tục thông thường"),
    Field("total", "Tổng số được đề nghị", "Nominees in all", "02"),
    Field("total_words", "Thành phần: bao nhiêu tập thể, cá nhân, gia đình", "How many of which kind, in words", "01 tập thể và 01 cá nhân"),
    Field("direct_share", "Tỷ lệ cá nhân trực tiếp lao động", "Share of direct workers among individuals", "100%"),
    Field("leader_share", "Tỷ lệ cá nhân là lãnh đạo", "Share of leaders among individuals", "0%"),
    Field("women_share", "Tỷ lệ cá nhân là nữ", "Share of women among individuals", "100%"),
    Field("grounds", "Căn cứ pháp lý, mỗi căn cứ một dòng", "Legal grounds, a line each", ("Căn cứ Luật Thi đua, Khen thưởng;", "Căn cứ Nghị định số 91/2017/NĐ-CP.")),
    Field("addressee", "Kính gửi, khi chỉ có một nơi", "The addressee, if there is one only", "Chủ tịch Ủy ban nhân dân huyện Tam Đường"),
    Field("addressees", "Kính gửi, khi có nhiều nơi, mỗi nơi một dòng", "Addressees, if several", ("- Phòng Nội vụ huyện;", "- Trung tâm Y tế huyện.")),
)  # fmt: skip

MEETING: tuple[AnyField, ...] = (
    Field("met_on", "Ngày họp, viết đầy đủ", "Day of the meeting", "ngày 20 tháng 12 năm 2021"),
    Field("met_at", "Nơi họp", "Place of the meeting", "Trụ sở UBND xã Bản Bo"),
    Field("chair", "Chủ trì", "Chair", "Hoàng Văn Hùng, Chủ tịch UBND xã"),
    Field("secretary", "Thư ký", "Secretary", "Lò Thị Lan, công chức Văn phòng"),
    Field("secretary_name", "Họ tên thư ký, để ký", "The secretary's name, for the signature", "Lò Thị Lan"),
    Field("present", "Thành viên có mặt", "Members present", ("Hoàng Văn Hùng, Chủ tịch UBND xã", "Lò Thị Lan, công chức")),
    Field("absent", "Thành viên vắng mặt và lý do", "Members absent, and why", ("Vàng Thị Mai, Trạm Y tế (đang trực chốt)",)),
    Field("present_total", "Số thành viên có mặt", "How many were present", "07"),
    Field("absent_total", "Số thành viên vắng mặt", "How many were absent", "01"),
    Field("notes", "Ý kiến, kết luận của cuộc họp", "Opinions and conclusion", "Hội nghị thống nhất đề nghị khen thưởng."),
)  # fmt: skip

NOMINEES = Rows("nominees", "Những người, tập thể được đề nghị", "The nominees", NOMINEE, needed=True)


def kind(name: str, vi: str, en: str, *fields: AnyField) -> PaperKind:
    return PaperKind(name, vi, en, (*FRAME, *COMMON, *fields))


KINDS = {
    each.name: each
    for each in (
        kind("request", "Tờ trình đề nghị khen thưởng", "Request paper", NOMINEES),
        kind("nominee_list", "Danh sách trích ngang", "Summary list of nominees", NOMINEES),
        kind(
            "achievement_report", "Báo cáo thành tích", "Achievement report",
            Field("name", "Tên người, tập thể", "Name", "Tẩn Tả Mẩy", needed=True),
            *(field for field in NOMINEE if field.name not in ("no", "name", "award")),
            Field("birth_year", "Năm sinh", "Year of birth", "1987"),
            Field("sex", "Nam, nữ", "Sex", "Nữ"),
            Field("home", "Nơi ở", "Where they live", "Bản Phiêng Hoi, xã Bản Bo"),
            Field("period", "Thời gian lập thành tích", "Period of the merit", "từ 01/11/2021 đến 30/11/2021"),
            Field("facts", "Việc đã làm, theo phiếu", "What was done, as on the record", "Nấu và đưa 120 suất ăn cho hộ cách ly."),
            Rows("results", "Con số cụ thể trên phiếu", "Figures on the record", (
                Field("what", "Việc", "What", "Suất ăn"), Field("amount", "Số lượng", "How many", "120"), Field("unit", "Đơn vị tính", "Unit", "suất"),
            )),
            Field("short", "Báo cáo tóm tắt theo thủ tục đơn giản", "A short report, by the simplified procedure", False),
        ),
        kind("minutes", "Biên bản họp xét khen thưởng", "Minutes of the review meeting", *MEETING, NOMINEES),
        kind(
            "appraisal", "Phiếu thẩm định hồ sơ", "Appraisal sheet",
            Rows("checks", "Nội dung thẩm định", "What is appraised", (
                Field("no", "Số thứ tự", "Number", "1"), Field("what", "Nội dung", "What", "Đúng đối tượng, đúng cấp khen"),
                Field("result", "Đạt, không đạt hay không áp dụng", "Met, not met, does not apply", "Đạt"), Field("note", "Ghi chú", "Note", ""),
            ), needed=True),
            Rows("opinions", "Ý kiến các cơ quan được hỏi", "Opinions of the offices asked", (
                Field("office", "Cơ quan", "Office", "Trung tâm Y tế huyện Tam Đường"), Field("answer", "Ý kiến", "Opinion", "Dữ kiện y tế đúng"),
                Field("date", "Ngày trả lời", "Answered on", "10/01/2022"),
            )),
            Field("received_on", "Ngày nhận hồ sơ", "Received on", "05/01/2022"),
            Field("due_on", "Hạn thẩm định", "Appraisal due", "19/01/2022"),
            Field("conclusion", "Kết luận thẩm định", "Conclusion", "Đủ điều kiện trình khen thưởng"),
            Field("note", "Ý kiến của người thẩm định", "The appraiser's note", "Hồ sơ đủ, đúng mẫu./."),
        ),
        kind(
            "district_request", "Tờ trình của Phòng Nội vụ", "Home Affairs' request to the Chairman",
            Field("appraised", "Kết quả thẩm định, một câu", "The appraisal in a sentence", "Hồ sơ đủ điều kiện khen thưởng."),
            Field("money_total", "Tổng tiền thưởng, bằng số", "Award money in all", "1.350.000"),
            Field("money_words", "Tổng tiền thưởng, bằng chữ", "The same in words", "Một triệu ba trăm năm mươi nghìn đồng"), NOMINEES,
        ),
        kind(
            "decision", "Quyết định khen thưởng", "Decision with its list",
            Field("authority_line", "Người ra quyết định, chữ in hoa", "Who decides, in capitals", "CHỦ TỊCH ỦY BAN NHÂN DÂN HUYỆN TAM ĐƯỜNG", needed=True),
            Field("merit_line", "Đã có thành tích gì", "For what", "có thành tích xuất sắc trong phong trào thi đua phòng, chống dịch Covid-19"),
            Field("reference", "Dòng dẫn chiếu trên danh sách", "The list's line of reference", "(Kèm theo Quyết định số       /QĐ-UBND ngày 05 tháng 01 năm 2022 của Chủ tịch UBND huyện Tam Đường)"),
            Field("money_total", "Tổng tiền thưởng, bằng số", "Award money in all", "1.350.000"),
            Field("money_words", "Tổng tiền thưởng, bằng chữ", "The same in words", "Một triệu ba trăm năm mươi nghìn đồng"),
            Field("money_source", "Nguồn kinh phí", "Where the money comes from", "Quỹ thi đua, khen thưởng huyện"),
            Field("executors", "Ai thi hành quyết định", "Who carries it out", "Chánh Văn phòng HĐND và UBND huyện, Trưởng phòng Nội vụ, UBND xã Bản Bo"),
            NOMINEES,
        ),
        kind(
            "province_request", "Tờ trình của UBND huyện lên cấp trên", "The district's request upward",
            Field("decider", "Ai quyết định", "Who decides", "Chủ tịch Ủy ban nhân dân tỉnh Lai Châu", needed=True),
            Field("issuer", "Ai trình", "Who requests", "UBND huyện Tam Đường"),
            Field("merit_line", "Đã có thành tích gì", "For what", "đã có thành tích xuất sắc trong phong trào thi đua phòng, chống dịch Covid-19"),
            NOMINEES,
        ),
        kind(
            "refusal", "Thông báo không khen thưởng", "Notice of refusal",
            Field("reason", "Lý do", "Reason", "Thành tích chưa đạt tiêu chuẩn của hình thức khen đề nghị.", needed=True),
            Field("decider", "Ai quyết định", "Who decided", "Chủ tịch Ủy ban nhân dân huyện Tam Đường"),
            Field("informs", "Câu cuối: ai thông báo cho ai", "The closing sentence: who tells whom", "Phòng Nội vụ huyện Tam Đường thông báo để UBND xã Bản Bo biết"),
            NOMINEES,
        ),
        kind(
            "certificate", "Nội dung in trên Giấy khen", "Certificate lines",
            Field("merit_line", "Đã có thành tích gì", "For what", "Đã có thành tích xuất sắc trong phòng, chống dịch Covid-19", needed=True),
            Field("decision_line", "Số, ngày quyết định; chừa chỗ cho văn thư", "Decision number and date", "Quyết định số       /QĐ-UBND ngày 05 tháng 01 năm 2022"),
            Field("register_line", "Số vào sổ", "Number in the register", "Vào sổ số:      "), NOMINEES,
        ),
        kind(
            "public_notice", "Danh sách niêm yết công khai", "Public-notice list",
            Field("posted_from", "Niêm yết từ ngày", "Posted from", "06/01/2022"),
            Field("posted_to", "Đến hết ngày", "To", "12/01/2022"),
            Field("objections_to", "Nơi nhận ý kiến", "Where objections go", "Phòng Nội vụ huyện Tam Đường", needed=True), NOMINEES,
        ),
    )
}  # fmt: skip
