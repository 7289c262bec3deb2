#!/usr/bin/env python3
"""Make the templates of campaigns/tam_duong/documents/ again, in the layout of Decree 30/2020/NĐ-CP.

A clerk may change a template in Word or LibreOffice and upload it in the console; this makes those a district begins
with. `python scripts/paper_templates.py [FOLDER]`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

# E402 below: what is imported from here on wants ROOT on the path, so it cannot stand above.
from docx import Document  # noqa: E402
from docx.enum.section import WD_ORIENT, WD_SECTION  # noqa: E402
from docx.enum.style import WD_STYLE_TYPE  # noqa: E402
from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: E402
from docx.oxml import OxmlElement  # noqa: E402
from docx.oxml.ns import qn  # noqa: E402
from docx.shared import Mm, Pt  # noqa: E402

from server.papers.decree30 import COUNTRY, FONT, FORMS, LANGUAGE, MOTTO, RULE  # noqa: E402

ALIGN = {"center": WD_ALIGN_PARAGRAPH.CENTER, "both": WD_ALIGN_PARAGRAPH.JUSTIFY, None: WD_ALIGN_PARAGRAPH.LEFT}
SIZES = {"Quốc hiệu": 12, "Cơ quan chủ quản": 12, "Cơ quan ban hành": 12, "Tiêu ngữ": 13, "Địa danh thời gian": 13}
LEFT, RIGHT = 66, 99  # mm: the two halves of head and foot
LANDSCAPE_EXTRA = 87  # mm that a page turned on its side is wider


class Paper:
    """A template being written: head, body and foot in the order they stand."""

    def __init__(self, *, landscape: bool = False) -> None:
        self.document = Document()
        self.width = LEFT + RIGHT + (LANDSCAPE_EXTRA if landscape else 0)
        self.defaults()
        self.styles()
        self.page(self.document.sections[0], landscape=landscape)
        self.number_pages(self.document.sections[0])

    def defaults(self) -> None:
        root = self.document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
        for child in list(root):
            root.remove(child)
        root.append(fonts())
        root.append(element("w:sz", val="28"))
        root.append(element("w:szCs", val="28"))
        root.append(element("w:lang", val=LANGUAGE, eastAsia=LANGUAGE, bidi="ar-SA"))
        normal = self.document.styles["Normal"].element
        if (own := normal.find(qn("w:rPr"))) is not None:
            normal.remove(own)
        properties = self.document.core_properties
        properties.author, properties.title, properties.comments, properties.language = "", "", "", LANGUAGE

    def styles(self) -> None:
        for name, form in FORMS.items():
            style = self.document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = self.document.styles["Normal"]
            size = SIZES.get(name, form.sizes[1])
            set_font(style.element.get_or_add_rPr(), size, form.bold, form.italic)
            format_ = style.paragraph_format
            format_.alignment = ALIGN[form.align]
            body = name in ("Nội dung", "Điểm", "Căn cứ", "Kính gửi")
            format_.space_before, format_.space_after = Pt(0), Pt(6 if body else 0)
            format_.line_spacing = 1.15 if body else 1.0
            if name in ("Nội dung", "Điểm", "Căn cứ"):
                format_.first_line_indent = Mm(12.7)
            if name in ("Tên loại", "Trích yếu", "Thẩm quyền ký", "Chức vụ ký"):
                format_.keep_with_next = True
        cell = self.document.styles.add_style("Ô bảng", WD_STYLE_TYPE.PARAGRAPH)
        set_font(cell.element.get_or_add_rPr(), 12, None, None)
        cell.paragraph_format.space_after = Pt(0)
        rule = self.document.styles.add_style(RULE, WD_STYLE_TYPE.PARAGRAPH)
        set_font(rule.element.get_or_add_rPr(), 2, None, None)
        rule.paragraph_format.space_before, rule.paragraph_format.space_after = Pt(4), Pt(4)
        rule.paragraph_format.line_spacing = Pt(2)

    def page(self, section: Any, *, landscape: bool) -> None:
        section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.top_margin = section.bottom_margin = Mm(20)
        section.left_margin, section.right_margin = Mm(30), Mm(15)
        section.header_distance = Mm(10)

    def number_pages(self, section: Any) -> None:
        """Centred in the top margin, not on the first page."""
        section.different_first_page_header_footer = True
        section.first_page_header.is_linked_to_previous = False
        section.header.is_linked_to_previous = False
        paragraph = section.header.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for kind, text in (("begin", None), (None, "PAGE"), ("separate", None), ("", "2"), ("end", None)):
            run = paragraph.add_run()
            set_font(run._r.get_or_add_rPr(), 13, False, False)
            if kind:
                run._r.append(element("w:fldChar", fldCharType=kind))
            elif kind is None:
                code = element("w:instrText")
                code.text = f" {text} "
                run._r.append(code)
            else:
                run.text = text

    def add(self, style: str, text: str, into: Any = None) -> Any:
        paragraph = (into or self.document).add_paragraph(style=style)
        bold_parts(paragraph, text)
        return paragraph

    def rule(self, indent_left: float, indent_right: float, into: Any = None) -> None:
        """A drawn line: an empty paragraph with a border above, drawn in from both sides (mm)."""
        paragraph = (into or self.document).add_paragraph(style=RULE)
        paragraph.paragraph_format.left_indent, paragraph.paragraph_format.right_indent = (
            Mm(indent_left),
            Mm(indent_right),
        )
        border = element("w:pBdr")
        border.append(element("w:top", val="single", sz="6", space="1", color="000000"))
        paragraph._p.get_or_add_pPr().insert_element_before(
            border, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
        )

    def loop(self, style: str, rows: str, text: str, into: Any = None) -> None:
        self.add(style, f"{{%p for each in {rows} %}}", into)
        self.add(style, text, into)
        self.add(style, "{%p endfor %}", into)

    def halves(self, left: float, right: float) -> tuple[Any, Any]:
        table = self.document.add_table(rows=1, cols=2)
        table.autofit = False
        set_widths(table, (left, right))
        row = table.rows[0]._tr.get_or_add_trPr()
        row.append(element("w:cantSplit"))
        return table.rows[0].cells[0], table.rows[0].cells[1]

    def head(self, *, subject: str = "") -> None:
        left, right = self.halves(LEFT + (self.width - LEFT - RIGHT) / 2, RIGHT + (self.width - LEFT - RIGHT) / 2)
        extra = (self.width - LEFT - RIGHT) / 4
        self.add("Cơ quan chủ quản", "{%p if parent %}", left)
        self.add("Cơ quan chủ quản", "{{ parent }}", left)
        self.add("Cơ quan chủ quản", "{%p endif %}", left)
        self.loop("Cơ quan ban hành", "agency", "{{ each }}", left)
        self.rule(22 + extra, 22 + extra, left)
        self.add("Số ký hiệu", "{{ number }}", left)
        if subject:
            self.add("Số ký hiệu", subject, left)
        self.add("Quốc hiệu", COUNTRY, right)
        self.add("Tiêu ngữ", MOTTO, right)
        self.rule(18.5 + extra, 18.5 + extra, right)
        self.add("Địa danh thời gian", "{{ place_date }}", right)
        for cell in (left, right):
            cell._tc.remove(cell.paragraphs[0]._p)
        self.add("Ô bảng", "")

    def title(self, kind: str, summary: str) -> None:
        self.add("Tên loại", kind)
        self.add("Trích yếu", summary)
        indent = self.width / 2 - 20
        self.rule(indent, indent)

    def addressed(self) -> None:
        self.add("Kính gửi", "{%p if addressee %}")
        self.add("Kính gửi", "Kính gửi: {{ addressee }}").alignment = WD_ALIGN_PARAGRAPH.CENTER
        self.add("Kính gửi", "{%p else %}")
        self.add("Kính gửi", "Kính gửi:")
        self.loop("Kính gửi", "addressees", "{{ each }}")
        self.add("Kính gửi", "{%p endif %}")

    def body(self, *texts: str) -> None:
        for text in texts:
            self.add("Nội dung", text)

    def table(self, rows: str, columns: list[tuple[str, float, str]]) -> None:
        """columns: (heading, width in mm, text of a row's cell). The heading comes again on each page."""
        table = self.document.add_table(rows=4, cols=len(columns))
        table.style = "Table Grid"
        table.autofit = False
        table.rows[0]._tr.get_or_add_trPr().append(element("w:tblHeader"))
        table.rows[1].cells[0].paragraphs[0].text = f"{{%tr for each in {rows} %}}"
        table.rows[3].cells[0].paragraphs[0].text = "{%tr endfor %}"
        table.rows[2]._tr.get_or_add_trPr().append(element("w:cantSplit"))
        set_widths(table, [width for _, width, _ in columns])
        for row in table.rows:
            for cell in row.cells:
                cell.paragraphs[0].style = self.document.styles["Ô bảng"]
        for index, (heading, _, text) in enumerate(columns):
            top, inner = table.rows[0].cells[index].paragraphs[0], table.rows[2].cells[index].paragraphs[0]
            top.alignment = WD_ALIGN_PARAGRAPH.CENTER
            top.add_run(heading).bold = True
            inner.add_run(text)
            if text == "{{ each.value }}":
                inner.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            elif text.startswith("{{ each.money") or heading in ("STT",) or "born" in text or "votes" in text:
                inner.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self.add("Ô bảng", "")

    def foot(self) -> None:
        left, right = self.halves(
            LEFT + 10 + (self.width - LEFT - RIGHT) / 2, RIGHT - 10 + (self.width - LEFT - RIGHT) / 2
        )
        self.add("Nơi nhận", "{%p if copies %}", left)
        self.add("Nơi nhận", "Nơi nhận:", left)
        self.loop("Nơi nhận dòng", "copies", "{{ each }}", left)
        self.add("Nơi nhận", "{%p endif %}", left)
        self.signature(right)
        for cell in (left, right):
            cell._tc.remove(cell.paragraphs[0]._p)
        if not left.paragraphs[-1].text:
            return
        left.add_paragraph(style="Ô bảng")

    def signature(self, right: Any) -> None:
        self.loop("Thẩm quyền ký", "authority", "{{ each }}", right)
        self.add("Chức vụ ký", "{{ post }}", right)
        for _ in range(4):
            self.add("Họ tên ký", "", right)
        self.add("Họ tên ký", "{{ signer }}", right)

    def appendix(self, *, landscape: bool = False) -> None:
        """A list on pages of its own, numbered from one again."""
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        self.page(section, landscape=landscape)
        self.number_pages_again(section)
        self.width = LEFT + RIGHT + (LANDSCAPE_EXTRA if landscape else 0)

    def number_pages_again(self, section: Any) -> None:
        section.different_first_page_header_footer = True
        section._sectPr.append(element("w:pgNumType", start="1"))

    def save(self, path: Path) -> None:
        body = self.document.element.body
        if body[0].tag == qn("w:p") and not body[0].xpath(".//w:t"):
            body.remove(body[0])
        self.document.save(path)


def set_widths(table: Any, widths: Any) -> None:
    """In the grid and in each cell: Word goes by the one, LibreOffice by the other. mm."""
    for index, width in enumerate(widths):
        table.columns[index].width = Mm(width)
        for row in table.rows:
            row.cells[index].width = Mm(width)


def element(name: str, **attributes: str) -> Any:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def fonts() -> Any:
    return element("w:rFonts", ascii=FONT, hAnsi=FONT, eastAsia=FONT, cs=FONT)


def set_font(properties: Any, size: float, bold: bool | None, italic: bool | None) -> None:
    """In the order the schema wants: fonts, b, i, sz."""
    for child in list(properties):
        properties.remove(child)
    properties.append(fonts())
    for name, value in (("b", bold), ("i", italic)):
        if value is not None:
            properties.append(element(f"w:{name}", **({} if value else {"val": "0"})))
    properties.append(element("w:sz", val=str(int(size * 2))))
    properties.append(element("w:szCs", val=str(int(size * 2))))


def bold_parts(paragraph: Any, text: str) -> None:
    """Text with **bold** parts."""
    for index, part in enumerate(text.split("**")):
        if part:
            paragraph.add_run(part).bold = True if index % 2 else None


LIST_COLUMNS = [
    ("STT", 13, "{{ each.no }}"), ("Họ và tên, tên tập thể", 36, "{{ each.name }}"), ("Nam", 14, "{{ each.born_male }}"),
    ("Nữ", 14, "{{ each.born_female }}"), ("Dân tộc", 17, "{{ each.ethnic_group }}"), ("Chức vụ, đơn vị", 40, "{{ each.position }}"),
    ("Trực tiếp", 19, "{{ each.direct }}"), ("Tóm tắt thành tích", 44, "{{ each.merit }}"), ("Đã được khen", 30, "{{ each.past_awards }}"),
    ("Đề nghị", 25, "{{ each.award }}"),
]  # fmt: skip
SHARES = "Trong số cá nhân được đề nghị: {{ direct_share }} trực tiếp lao động ở tuyến đầu, {{ leader_share }} giữ chức vụ lãnh đạo, {{ women_share }} là nữ."


def request() -> Paper:
    paper = Paper()
    paper.head()
    paper.title("TỜ TRÌNH", "Về việc đề nghị tặng {{ award }}")
    paper.addressed()
    paper.loop("Căn cứ", "grounds", "{{ each }}")
    paper.body(
        "{{ unit }} đã xét chọn những tập thể, cá nhân tiêu biểu trong {{ occasion }} ({{ procedure }}). {{ unit }} trình cấp có thẩm quyền xét tặng {{ award }} cho {{ total_words }}, gồm:"
    )
    paper.table("nominees", [
        ("STT", 12, "{{ each.no }}"), ("Họ và tên, tên tập thể", 50, "{{ each.name }}"), ("Chức vụ, đơn vị", 53, "{{ each.position }}"),
        ("Hình thức đề nghị", 50, "{{ each.award }}"),
    ])  # fmt: skip
    paper.body(
        SHARES,
        "Các tập thể, cá nhân có tên nêu trên chưa được khen thưởng về thành tích này. Danh sách trích ngang, báo cáo thành tích và biên bản họp xét gửi kèm.",
        "Kính đề nghị cấp có thẩm quyền xem xét, quyết định./.",
    )
    paper.foot()
    return paper


def nominee_list() -> Paper:
    paper = Paper(landscape=True)
    paper.head()
    paper.title("DANH SÁCH TRÍCH NGANG", "Đề nghị tặng {{ award }}")
    paper.table("nominees", LIST_COLUMNS)
    paper.body("Tổng số: {{ total_words }}. " + SHARES)
    paper.foot()
    return paper


def achievement_report() -> Paper:
    paper = Paper()
    paper.head()
    paper.title("BÁO CÁO{% if short %} TÓM TẮT{% endif %} THÀNH TÍCH", "Đề nghị tặng {{ award }}")
    paper.body("**1. Tên người, tập thể được đề nghị:** {{ name }} ({{ kind }})")
    paper.add("Nội dung", "{%p if birth_year %}")
    paper.body("Năm sinh: {{ birth_year }}. Nam, nữ: {{ sex }}. Dân tộc: {{ ethnic_group }}.")
    paper.add("Nội dung", "{%p endif %}")
    paper.body(
        "Chức vụ, đơn vị: {{ position }}. Nơi ở: {{ home }}.",
        "Trực tiếp lao động ở tuyến đầu: {{ direct }}. Giữ chức vụ lãnh đạo: {{ leader }}.",
        "**2. Thành tích đạt được** {{ period }}",
        "{{ facts }}",
    )
    paper.add("Nội dung", "{%p if results %}")
    paper.body("Kết quả cụ thể:")
    paper.loop("Điểm", "results", "- {{ each.what }}: {{ each.amount }} {{ each.unit }};")
    paper.add("Nội dung", "{%p endif %}")
    paper.body(
        "**3. Khen thưởng đã nhận:** {{ past_awards }}",
        "**4. Vi phạm, kỷ luật trong thời gian xét:** {{ violation }}",
        "**5. Xác nhận:** Báo cáo lập từ phiếu thành tích đã được {{ unit }} xác nhận; mã kiểm của phiếu: {{ records }}./.",
    )
    paper.foot()
    return paper


def minutes() -> Paper:
    paper = Paper()
    paper.head()
    paper.title("BIÊN BẢN", "Họp xét, đề nghị tặng {{ award }}")
    paper.body(
        "**1. Thời gian, địa điểm:** {{ met_on }}, tại {{ met_at }}.",
        "**2. Thành phần:**",
        "Chủ trì: {{ chair }}. Thư ký: {{ secretary }}.",
        "Có mặt {{ present_total }} thành viên:",
    )
    paper.loop("Điểm", "present", "- {{ each }};")
    paper.add("Nội dung", "{%p if absent %}")
    paper.body("Vắng mặt {{ absent_total }} thành viên:")
    paper.loop("Điểm", "absent", "- {{ each }};")
    paper.add("Nội dung", "{%p endif %}")
    paper.body(
        "**3. Nội dung:** Cuộc họp nghe báo cáo thành tích của {{ total_words }} trong {{ occasion }}, thảo luận và bỏ phiếu kín. Kết quả:"
    )
    paper.table("nominees", [
        ("STT", 12, "{{ each.no }}"), ("Họ và tên, tên tập thể", 55, "{{ each.name }}"), ("Hình thức đề nghị", 45, "{{ each.award }}"),
        ("Đồng ý", 16, "{{ each.votes_for }}"), ("Không đồng ý", 17, "{{ each.votes_against }}"), ("Tỷ lệ", 20, "{{ each.votes }}"),
    ])  # fmt: skip
    paper.body(SHARES, "**4. Kết luận:** {{ notes }}", "Biên bản được đọc lại, mọi người dự họp nhất trí thông qua./.")
    left, right = paper.halves(LEFT + 10, RIGHT - 10)
    paper.add("Chức vụ ký", "THƯ KÝ", left)
    for _ in range(4):
        paper.add("Họ tên ký", "", left)
    paper.add("Họ tên ký", "{{ secretary_name }}", left)
    paper.signature(right)
    for cell in (left, right):
        cell._tc.remove(cell.paragraphs[0]._p)
    return paper


def appraisal() -> Paper:
    paper = Paper()
    paper.head()
    paper.title("PHIẾU THẨM ĐỊNH", "Hồ sơ đề nghị tặng {{ award }} của {{ unit }}")
    paper.body(
        "Ngày nhận hồ sơ: {{ received_on }}. Hạn thẩm định: {{ due_on }}. Số đề nghị: {{ total_words }}.",
        "**1. Kết quả thẩm định**",
    )
    paper.table("checks", [
        ("STT", 12, "{{ each.no }}"), ("Nội dung", 78, "{{ each.what }}"), ("Kết quả", 30, "{{ each.result }}"), ("Ghi chú", 45, "{{ each.note }}"),
    ])  # fmt: skip
    paper.add("Nội dung", "{%p if opinions %}")
    paper.body("**2. Ý kiến của cơ quan liên quan**")
    paper.loop("Điểm", "opinions", "- {{ each.office }} ({{ each.date }}): {{ each.answer }};")
    paper.add("Nội dung", "{%p endif %}")
    paper.body(SHARES, "**Kết luận:** {{ conclusion }}. {{ note }}")
    paper.foot()
    return paper


def district_request() -> Paper:
    paper = Paper()
    paper.head()
    paper.title("TỜ TRÌNH", "Về việc tặng {{ award }}")
    paper.addressed()
    paper.loop("Căn cứ", "grounds", "{{ each }}")
    paper.body(
        "Phòng Nội vụ đã thẩm định hồ sơ của {{ unit }}. {{ appraised }} Phòng Nội vụ kính trình Chủ tịch Ủy ban nhân dân huyện xét tặng {{ award }} cho {{ total_words }} trong {{ occasion }}, gồm:"
    )
    paper.table("nominees", [
        ("STT", 12, "{{ each.no }}"), ("Họ và tên, tên tập thể", 48, "{{ each.name }}"), ("Chức vụ, đơn vị", 55, "{{ each.position }}"),
        ("Chưa làm tròn (đồng)", 25, "{{ each.money_unrounded }}"), ("Tiền thưởng (đồng)", 25, "{{ each.money }}"),
    ])  # fmt: skip
    paper.body(
        SHARES,
        "Tổng tiền thưởng: {{ money_total }} đồng ({{ money_words }}).",
        "Kính trình Chủ tịch Ủy ban nhân dân huyện xem xét, quyết định./.",
    )
    paper.foot()
    return paper


def decision() -> Paper:
    paper = Paper()
    paper.head()
    paper.title("QUYẾT ĐỊNH", "Về việc tặng {{ award }}")
    paper.add("Tên loại", "{{ authority_line }}")
    paper.add("Ô bảng", "")
    paper.loop("Căn cứ", "grounds", "{{ each }}")
    paper.add("Tên loại", "QUYẾT ĐỊNH:")
    paper.add("Ô bảng", "")
    paper.body(
        "**Điều 1.** Tặng {{ award }} cho {{ total_words }} {{ merit_line }} (có danh sách kèm theo).",
        "**Điều 2.** Tiền thưởng kèm theo: tổng số {{ money_total }} đồng ({{ money_words }}), trích từ {{ money_source }}.",
        "**Điều 3.** {{ executors }} và những người có tên trong danh sách chịu trách nhiệm thi hành Quyết định này./.",
    )
    paper.foot()
    paper.appendix()
    paper.add("Tên loại", "DANH SÁCH")
    paper.add("Trích yếu", "Được tặng {{ award }}")
    reference = paper.add("Ô bảng", "")
    reference.alignment = WD_ALIGN_PARAGRAPH.CENTER
    reference.add_run("{{ reference }}").italic = True
    paper.add("Ô bảng", "")
    paper.table("nominees", [
        ("STT", 12, "{{ each.no }}"), ("Họ và tên, tên tập thể", 58, "{{ each.name }}"), ("Chức vụ, đơn vị", 65, "{{ each.position }}"),
        ("Tiền thưởng (đồng)", 30, "{{ each.money }}"),
    ])  # fmt: skip
    return paper


def province_request() -> Paper:
    paper = Paper()
    paper.head()
    paper.title("TỜ TRÌNH", "Về việc đề nghị tặng {{ award }}")
    paper.addressed()
    paper.loop("Căn cứ", "grounds", "{{ each }}")
    paper.body(
        "{{ issuer }} đã xét hồ sơ của {{ unit }} và trình {{ decider }} xét tặng {{ award }} cho {{ total_words }} {{ merit_line }}, gồm:"
    )
    paper.table("nominees", [
        ("STT", 12, "{{ each.no }}"), ("Họ và tên, tên tập thể", 45, "{{ each.name }}"), ("Chức vụ, đơn vị", 50, "{{ each.position }}"),
        ("Tóm tắt thành tích", 58, "{{ each.merit }}"),
    ])  # fmt: skip
    paper.body(
        SHARES,
        "Hồ sơ kèm theo: danh sách trích ngang, báo cáo thành tích có xác nhận và biên bản họp xét.",
        "Kính đề nghị {{ decider }} xem xét, quyết định./.",
    )
    paper.foot()
    return paper


def refusal() -> Paper:
    paper = Paper()
    paper.head()
    paper.title("THÔNG BÁO", "Về việc không khen thưởng")
    paper.addressed()
    paper.body(
        "{{ decider }} đã xét hồ sơ của {{ unit }} đề nghị tặng {{ award }} cho {{ total_words }} và không quyết định khen thưởng đối với:"
    )
    paper.loop("Điểm", "nominees", "- {{ each.name }}, {{ each.position }};")
    paper.body(
        "Lý do: {{ reason }}",
        "{{ informs }}./.",
    )
    paper.foot()
    return paper


def certificate() -> Paper:
    paper = Paper()
    paper.head()
    paper.title("NỘI DUNG IN GIẤY KHEN", "{{ award }}")
    paper.add("Nội dung", "{%p for each in nominees %}")
    paper.body(
        "**{{ each.no }}. {{ each.name }}**",
        "{{ each.position }}",
        "{{ merit_line }}",
        "{{ decision_line }}. {{ register_line }}",
    )
    paper.add("Nội dung", "{%p endfor %}")
    paper.foot()
    return paper


def public_notice() -> Paper:
    paper = Paper()
    paper.head()
    paper.title("DANH SÁCH NIÊM YẾT", "Tập thể, cá nhân được đề nghị tặng {{ award }}")
    paper.body(
        "Danh sách được niêm yết công khai từ {{ posted_from }} đến hết {{ posted_to }} để nhân dân góp ý trước khi quyết định."
    )
    paper.table("nominees", [
        ("STT", 12, "{{ each.no }}"), ("Họ và tên, tên tập thể", 50, "{{ each.name }}"), ("Chức vụ, đơn vị", 48, "{{ each.position }}"),
        ("Tóm tắt thành tích", 55, "{{ each.merit }}"),
    ])  # fmt: skip
    paper.body("Ý kiến xin gửi về {{ objections_to }}. Người gửi không bắt buộc nêu tên./.")
    paper.foot()
    return paper


def period_return() -> Paper:
    paper = Paper()
    paper.head()
    paper.title("BÁO CÁO", "{{ title }}")
    paper.table("figures", [
        ("STT", 12, "{{ each.no }}"), ("Chỉ tiêu", 65, "{{ each.label }}"), ("Đơn vị tính", 24, "{{ each.unit }}"),
        ("Số liệu", 28, "{{ each.value }}"), ("Ghi chú", 36, "{{ each.note }}"),
    ])  # fmt: skip
    paper.add("Nội dung", "{%p for each in narrative %}")
    paper.body("**{{ each.heading }}**", "{{ each.text }}")
    paper.add("Nội dung", "{%p endfor %}")
    paper.add("Nội dung", "{%p if warnings %}")
    paper.body("**Số liệu cần giải thích**")
    paper.loop("Điểm", "warnings", "- {{ each.message }} ({{ each.shown }});")
    paper.add("Nội dung", "{%p endif %}")
    paper.body("{{ code }}./.")
    paper.foot()
    return paper


def review() -> Paper:
    paper = Paper()
    paper.head()
    paper.title("BÁO CÁO", "{{ title }}")
    paper.add("Nội dung", "{%p for each in narrative %}")
    paper.body("**{{ each.heading }}**", "{{ each.text }}")
    paper.add("Nội dung", "{%p endfor %}")
    paper.body("**Số liệu** (so với {{ before }})")
    paper.table("figures", [
        ("STT", 12, "{{ each.no }}"), ("Chỉ tiêu", 61, "{{ each.label }}"), ("Đơn vị tính", 24, "{{ each.unit }}"),
        ("Trong kỳ", 24, "{{ each.value }}"), ("Kỳ trước", 24, "{{ each.before }}"), ("Tăng, giảm", 20, "{{ each.change }}"),
    ])  # fmt: skip
    paper.add("Nội dung", "{%p if best %}")
    paper.body("**Đơn vị làm tốt**")
    paper.table("best", [
        ("Tiêu chí", 65, "{{ each.criterion }}"), ("Thứ hạng", 20, "{{ each.place }}"), ("Đơn vị", 40, "{{ each.name }}"),
        ("Kết quả", 40, "{{ each.score }}"),
    ])  # fmt: skip
    paper.add("Nội dung", "{%p endif %}")
    paper.add("Nội dung", "{%p if practices %}")
    paper.body("**Mô hình hay**")
    paper.add("Nội dung", "{%p for each in practices %}")
    paper.body("**{{ each.heading }}**", "{{ each.text }}")
    paper.add("Nội dung", "{%p endfor %}")
    paper.add("Nội dung", "{%p endif %}")
    paper.body("{{ code }}./.")
    paper.foot()
    return paper


RETURNS = (period_return, review)  # campaigns without dossiers have these
MAKERS = (
    request, nominee_list, achievement_report, minutes, appraisal, district_request, decision, province_request, refusal, certificate, public_notice,
    *RETURNS,
)  # fmt: skip


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "campaigns" / "tam_duong" / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    for maker in MAKERS:
        maker().save(folder / f"{maker.__name__}.docx")
        print(folder / f"{maker.__name__}.docx")
    if len(sys.argv) == 1:
        other = ROOT / "campaigns" / "flood_relief" / "documents"
        other.mkdir(exist_ok=True)
        for maker in RETURNS:
            maker().save(other / f"{maker.__name__}.docx")


if __name__ == "__main__":
    main()
