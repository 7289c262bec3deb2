"""The layout of Decree 30/2020/NĐ-CP (Appendix I), as measures, and a check of a finished .docx against them.

The check reads the file as Word does: a run's own format, then its styles, then the document's defaults. It looks at
what it can recognise (by the words the decree prescribes and by the styles of our templates) and names each departure.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from .wording import LETTERS

FONT = "Times New Roman"
LANGUAGE = "vi-VN"
A4_MM = (210, 297)
MARGINS_MM = {"top": (20, 25), "bottom": (20, 25), "left": (30, 35), "right": (15, 20)}
COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
EMU_MM, TWIP_MM = 36000, 56.6929

NUMBER = re.compile(r"Số: *(?:\d{2,}[a-zđ]?)? *(?:/[0-9A-ZĐa-zđ]+(?:-[0-9A-ZĐa-zđ]+)*)")
PLACE_DATE = re.compile(
    r"[^,]+, ngày(?: +| (?:0[1-9]|[12]\d|3[01]) )tháng(?: +| (?:0[12]|[3-9]|1[0-2]) )năm(?: +| \d{4})"
)
POINT = re.compile(r"([a-zđ])\) ")


@dataclass(frozen=True)
class Form:
    """How a kind of paragraph is set. sizes: points, least and most. line: a rule is drawn below it."""

    sizes: tuple[float, float]
    bold: bool | None = None
    italic: bool | None = None
    capitals: bool = False
    align: str | None = None
    line: bool = False


# By the names of our templates' paragraph styles; the two that the decree words itself are found by their words too.
FORMS = {
    "Quốc hiệu": Form((12, 13), bold=True, italic=False, capitals=True, align="center"),
    "Tiêu ngữ": Form((13, 14), bold=True, italic=False, align="center", line=True),
    "Cơ quan chủ quản": Form((12, 13), bold=False, italic=False, capitals=True, align="center"),
    "Cơ quan ban hành": Form((12, 13), bold=True, italic=False, capitals=True, align="center"),
    "Số ký hiệu": Form((13, 13), bold=False, italic=False, align="center"),
    "Địa danh thời gian": Form((13, 14), bold=False, italic=True, align="center"),
    "Tên loại": Form((13, 14), bold=True, italic=False, capitals=True, align="center"),
    "Trích yếu": Form((13, 14), bold=True, italic=False, align="center"),
    "Kính gửi": Form((13, 14), bold=False, italic=False),
    "Căn cứ": Form((13, 14), bold=False, italic=True, align="both"),
    "Nội dung": Form((13, 14), align="both"),
    "Điểm": Form((13, 14), align="both"),
    "Thẩm quyền ký": Form((13, 14), bold=True, italic=False, capitals=True, align="center"),
    "Chức vụ ký": Form((13, 14), bold=True, italic=False, capitals=True, align="center"),
    "Họ tên ký": Form((13, 14), bold=True, italic=False, align="center"),
    "Nơi nhận": Form((12, 12), bold=True, italic=True),
    "Nơi nhận dòng": Form((11, 11), bold=False, italic=False),
    "Phụ lục": Form((14, 14), bold=True, italic=False, align="center"),
}  # fmt: skip
RULE = "Đường kẻ"  # the style of the empty paragraph whose border is the line below a heading
BODY = "Nội dung"


@dataclass(frozen=True)
class Departure:
    """One place where a paper is not as the decree has it. code: a row of CODES. where: what stands there."""

    code: str
    where: str
    found: str = ""


CODES = {
    "page": ("Khổ giấy phải là A4", "The page is A4"),
    "margin": ("Lề trang sai", "A margin is out of range"),
    "font": ("Phông chữ phải là Times New Roman ở cả bốn bảng mã", "The font is Times New Roman for all four scripts"),
    "language": ("Ngôn ngữ văn bản phải là tiếng Việt (vi-VN)", "The language of the text is vi-VN"),
    "colour": ("Chữ phải màu đen", "Text is black"),
    "size": ("Cỡ chữ sai", "The size is out of range"),
    "bold": ("Kiểu chữ đậm/thường sai", "Bold where it is not meant, or not where it is"),
    "italic": ("Kiểu chữ nghiêng/đứng sai", "Italic where it is not meant, or not where it is"),
    "capitals": ("Phải viết in hoa", "Capitals are wanted"),
    "align": ("Canh lề sai", "The alignment is wrong"),
    "missing": ("Thiếu thành phần thể thức", "A part the decree wants is missing"),
    "line": ("Thiếu đường kẻ bên dưới (không dùng gạch chân)", "The line below is missing (underlining does not count)"),
    "number": ("Số, ký hiệu viết sai", "The number line is malformed"),
    "place_date": ("Địa danh, ngày tháng viết sai", "Place and date are malformed"),
    "page_number": ("Số trang phải ở giữa lề trên, không hiện ở trang đầu", "The page number is centred in the top margin, hidden on page 1"),
    "letter": ("Chữ đánh điểm không thuộc bảng chữ cái tiếng Việt", "A point's letter is not of the Vietnamese alphabet"),
    "recipients": ("Nơi nhận: mỗi dòng bắt đầu bằng “- ”, cuối dòng “;”, dòng cuối “- Lưu: ….”", "Recipients: each line begins with “- ” and ends with “;”, the last is “- Lưu: ….”"),
    "spacing": ("Dãn dòng hoặc cách đoạn sai", "Line or paragraph spacing is out of range"),
}  # fmt: skip


def check_layout(content: bytes) -> list[Departure]:
    """Where a paper departs from the decree. Raises nothing but what python-docx raises for what is no .docx."""
    document = Document(io.BytesIO(content))
    reader = Formats(document)
    paragraphs = [paragraph for paragraph in all_paragraphs(document) if paragraph.text.strip()]
    checks: tuple[Callable[[], Iterator[Departure]], ...] = (
        lambda: pages(document),
        lambda: page_numbers(document, reader),
        lambda: defaults(document),
        lambda: parts(paragraphs),
        lambda: formats(paragraphs, reader),
        lambda: lines(document),
        lambda: recipients(paragraphs),
    )
    return [departure for check in checks for departure in check()]


def all_paragraphs(document: Any) -> Iterator[Paragraph]:
    """Of the body in its order, those in tables too."""
    for element in document.element.body.iter(qn("w:p")):
        yield Paragraph(element, document)


def pages(document: Any) -> Iterator[Departure]:
    for number, section in enumerate(document.sections, 1):
        sides = sorted((section.page_width / EMU_MM, section.page_height / EMU_MM))
        if any(abs(side - wanted) > 1 for side, wanted in zip(sides, A4_MM, strict=True)):
            yield Departure("page", f"§ {number}", f"{sides[0]:.0f} × {sides[1]:.0f} mm")
        for side, (least, most) in MARGINS_MM.items():
            margin = getattr(section, f"{side}_margin") / EMU_MM
            if not least - 0.5 <= margin <= most + 0.5:
                yield Departure("margin", f"§ {number}, {side}", f"{margin:.1f} mm")


def page_numbers(document: Any, reader: Formats) -> Iterator[Departure]:
    """Of the first section: later ones go on with its header, or have their own like it."""
    section = document.sections[0]
    shown = [p for p in section.header.paragraphs if "PAGE" in fields_of(p)]
    hidden = section.different_first_page_header_footer
    first = any("PAGE" in fields_of(p) for p in section.first_page_header.paragraphs) if hidden else True
    centred = all(reader.align(p) == "center" for p in shown)
    sized = all(13 <= reader.size(p, run) <= 14 for p in shown for run in p.runs)
    if not shown or not hidden or first or not centred or not sized:
        yield Departure("page_number", "§ 1")


def fields_of(paragraph: Paragraph) -> str:
    codes = [each.text or "" for each in paragraph._p.iter(qn("w:instrText"))]
    return " ".join([*codes, *(each.get(qn("w:instr")) or "" for each in paragraph._p.iter(qn("w:fldSimple")))])


def defaults(document: Any) -> Iterator[Departure]:
    language = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}/{qn('w:lang')}")
    if language is None or language.get(qn("w:val")) != LANGUAGE:
        yield Departure("language", "docDefaults")
    for element in document.element.body.iter(qn("w:lang")):
        if element.get(qn("w:val")) not in (None, LANGUAGE):
            yield Departure("language", "w:lang", str(element.get(qn("w:val"))))
            return


def parts(paragraphs: list[Paragraph]) -> Iterator[Departure]:
    """What the decree words itself, and what has a form of its own."""
    texts = [paragraph.text.strip() for paragraph in paragraphs]
    for wanted in (COUNTRY, MOTTO):
        if wanted not in texts:
            yield Departure("missing", wanted)
    numbers = [text for text in texts if text.startswith("Số:")]
    dated = [text for p, text in zip(paragraphs, texts, strict=True) if style_of(p) == "Địa danh thời gian"]
    dated = dated or [text for text in texts if re.search(r", ngày .*tháng .*năm", text)][:1]
    if not numbers:
        yield Departure("missing", "Số, ký hiệu")
    if not dated:
        yield Departure("missing", "Địa danh, ngày tháng")
    yield from (Departure("number", text) for text in numbers if not NUMBER.fullmatch(text))
    yield from (Departure("place_date", text) for text in dated if not PLACE_DATE.fullmatch(text))
    for text in texts:
        point = POINT.match(text)
        if point and point[1] not in LETTERS:
            yield Departure("letter", text[:40], point[1])


def formats(paragraphs: list[Paragraph], reader: Formats) -> Iterator[Departure]:
    for paragraph in paragraphs:
        text = paragraph.text.strip()
        form = FORMS.get(style_of(paragraph)) or FORMS.get({COUNTRY: "Quốc hiệu", MOTTO: "Tiêu ngữ"}.get(text, ""))
        runs = [run for run in paragraph.runs if run.text.strip()]
        for run in runs:
            if fonts := reader.fonts(paragraph, run) - {FONT}:
                yield Departure("font", text[:60], ", ".join(sorted(fonts)))
            if (colour := reader.colour(paragraph, run)) not in (None, "auto", "000000"):
                yield Departure("colour", text[:60], str(colour))
            if form:
                yield from run_departures(form, paragraph, run, reader)
        if not form:
            continue
        if form.capitals and text != text.upper():
            yield Departure("capitals", text[:60])
        if form.align and reader.align(paragraph) != form.align:
            yield Departure("align", text[:60], reader.align(paragraph))
        if style_of(paragraph) == BODY:
            yield from spacing(paragraph, reader)


def run_departures(form: Form, paragraph: Paragraph, run: Run, reader: Formats) -> Iterator[Departure]:
    size, text = reader.size(paragraph, run), run.text.strip()[:60]
    if not form.sizes[0] <= size <= form.sizes[1]:
        yield Departure("size", text, f"{size:g}")
    if form.bold is not None and reader.switch(paragraph, run, "b") != form.bold:
        yield Departure("bold", text)
    if form.italic is not None and reader.switch(paragraph, run, "i") != form.italic:
        yield Departure("italic", text)


def spacing(paragraph: Paragraph, reader: Formats) -> Iterator[Departure]:
    """At least 6 points between paragraphs, lines from single to one and a half, the first line in by 1 to 1,27 cm."""
    between = reader.measure(paragraph, "w:spacing", "w:after") + reader.measure(paragraph, "w:spacing", "w:before")
    line = reader.measure(paragraph, "w:spacing", "w:line") or 240
    first = reader.measure(paragraph, "w:ind", "w:firstLine") / TWIP_MM
    if between < 120 or not 240 <= line <= 360 or not 9.5 <= first <= 13.2:
        yield Departure("spacing", paragraph.text.strip()[:60], f"{between / 20:g} pt, {line / 240:g}, {first:.1f} mm")


def lines(document: Any) -> Iterator[Departure]:
    """Below the motto stands a drawn line: a bordered paragraph, never underlined words."""
    for element in document.element.body.iter(qn("w:p")):
        if Paragraph(element, document).text.strip() != MOTTO:
            continue
        after = element.getnext()
        drawn = after is not None and after.find(f"{qn('w:pPr')}/{qn('w:pBdr')}") is not None
        ruled = after is not None and after.tag == qn("w:p") and Paragraph(after, document).style.name == RULE
        if not (drawn or ruled) or element.find(f".//{qn('w:u')}") is not None:
            yield Departure("line", MOTTO)


def recipients(paragraphs: list[Paragraph]) -> Iterator[Departure]:
    texts = [p.text.strip() for p in paragraphs if style_of(p) == "Nơi nhận dòng"]
    if not texts:
        return
    wrong = [text for text in texts[:-1] if not (text.startswith("- ") and text.endswith(";"))]
    if not re.fullmatch(r"- Lưu: .+\.", texts[-1]):
        wrong.append(texts[-1])
    yield from (Departure("recipients", text) for text in wrong)


def style_of(paragraph: Paragraph) -> str:
    return str(paragraph.style.name) if paragraph.style is not None else ""


class Formats:
    """What a run or paragraph looks like in the end: its own properties, then its styles, then the defaults."""

    def __init__(self, document: Any) -> None:
        self.styles = {style.style_id: style.element for style in document.styles}
        found = document.styles.element.find(f"{qn('w:docDefaults')}")
        self.run_defaults = found.find(f"{qn('w:rPrDefault')}/{qn('w:rPr')}") if found is not None else None
        self.paragraph_defaults = found.find(f"{qn('w:pPrDefault')}/{qn('w:pPr')}") if found is not None else None
        self.normal = next((style for style in self.styles.values() if style.get(qn("w:default")) == "1"), None)

    def chain(self, paragraph: Paragraph, run: Run | None, kind: str) -> Iterator[Any]:
        """The elements that may say something, the nearest first. kind: "w:rPr" or "w:pPr"."""
        if run is not None:
            yield run._r.find(qn("w:rPr"))
        else:
            yield paragraph._p.find(qn("w:pPr"))
        named = paragraph._p.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        style = self.styles.get(named.get(qn("w:val"))) if named is not None else self.normal
        while style is not None:
            yield style.find(qn(kind))
            based = style.find(qn("w:basedOn"))
            style = self.styles.get(based.get(qn("w:val"))) if based is not None else None
        yield self.run_defaults if kind == "w:rPr" else self.paragraph_defaults

    def first(self, paragraph: Paragraph, run: Run | None, kind: str, tag: str, attribute: str) -> str | None:
        for properties in self.chain(paragraph, run, kind):
            element = properties.find(qn(tag)) if properties is not None else None
            if element is not None and element.get(qn(attribute)) is not None:
                return str(element.get(qn(attribute)))
        return None

    def size(self, paragraph: Paragraph, run: Run) -> float:
        return float(self.first(paragraph, run, "w:rPr", "w:sz", "w:val") or 20) / 2

    def colour(self, paragraph: Paragraph, run: Run) -> str | None:
        return self.first(paragraph, run, "w:rPr", "w:color", "w:val")

    def fonts(self, paragraph: Paragraph, run: Run) -> set[str]:
        """The fonts of all four scripts; "?" where none is named."""
        named = ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs")
        return {self.first(paragraph, run, "w:rPr", "w:rFonts", script) or "?" for script in named}

    def switch(self, paragraph: Paragraph, run: Run, name: str) -> bool:
        for properties in self.chain(paragraph, run, "w:rPr"):
            element = properties.find(qn(f"w:{name}")) if properties is not None else None
            if element is not None:
                return element.get(qn("w:val")) not in ("0", "false", "off")
        return False

    def align(self, paragraph: Paragraph) -> str:
        return self.first(paragraph, None, "w:pPr", "w:jc", "w:val") or "left"

    def measure(self, paragraph: Paragraph, tag: str, attribute: str) -> float:
        return float(self.first(paragraph, None, "w:pPr", tag, attribute) or 0)
