"""The layout of Decree 30: our papers keep it, and each departure is seen."""

import io
import shutil
import subprocess

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from server.awards.paper_kinds import KINDS
from server.papers import check_layout, render
from server.papers.decree30 import CODES, MOTTO, all_paragraphs
from tests.server.conftest import ROOT

FOLDER = ROOT / "campaigns" / "tam_duong" / "documents"
PAPERS = {name: render((FOLDER / f"{name}.docx").read_bytes(), kind.sample()) for name, kind in KINDS.items()}


@pytest.mark.parametrize("name", KINDS)
def test_a_filled_in_paper_keeps_the_decree(name):
    assert check_layout(PAPERS[name]) == []


def departures(change) -> set[str]:
    """The codes found after the request paper was changed."""
    document = Document(io.BytesIO(PAPERS["request"]))
    change(document)
    out = io.BytesIO()
    document.save(out)
    found = {departure.code for departure in check_layout(out.getvalue())}
    assert found <= CODES.keys()
    return found


def styled(document, style):
    return next(p for p in all_paragraphs(document) if p.style.name == style and p.text.strip())


def text_of(style, text):
    def change(document):
        paragraph = styled(document, style)
        paragraph.runs[0].text = text
        for run in paragraph.runs[1:]:
            run.text = ""

    return change


def of_run(style, **values):
    def change(document):
        for name, value in values.items():
            setattr(styled(document, style).runs[0].font, name, value)

    return change


def drop_line(document):
    element = styled(document, "Tiêu ngữ")._p.getnext()
    element.getparent().remove(element)


def margin(document):
    document.sections[0].left_margin = Mm(20)


def paper_size(document):
    document.sections[0].page_width = Mm(216)


def show_on_first_page(document):
    document.sections[0].different_first_page_header_footer = False


def english(document):
    next(document.styles.element.iter(qn("w:lang"))).set(qn("w:val"), "en-US")


def only_latin(document):
    for fonts in document.styles.element.iter(qn("w:rFonts")):
        fonts.attrib.pop(qn("w:eastAsia"), None)


def tight(document):
    styled(document, "Nội dung").paragraph_format.space_after = Pt(0)


def point(document):
    styled(document, "Nội dung").runs[0].text = "f) điểm này"


CHANGES = {
    "margin": margin, "page": paper_size, "page_number": show_on_first_page, "language": english, "font": only_latin,
    "line": drop_line, "spacing": tight, "letter": point,
    "size": of_run("Nội dung", size=Pt(12)), "bold": of_run("Tiêu ngữ", bold=False),
    "italic": of_run("Địa danh thời gian", italic=False), "capitals": text_of("Tên loại", "Tờ trình"),
    "number": text_of("Số ký hiệu", "Số: 5/TTr-UBND"), "place_date": text_of("Địa danh thời gian", "Bản Bo, ngày 5 tháng 1 năm 2022"),
    "missing": text_of("Quốc hiệu", "VIỆT NAM"), "recipients": text_of("Nơi nhận dòng", "Như trên"),
}  # fmt: skip
CHANGES["colour"] = lambda document: setattr(
    styled(document, "Nội dung").runs[0].font.color, "rgb", RGBColor(255, 0, 0)
)
CHANGES["align"] = lambda document: setattr(styled(document, "Nội dung"), "alignment", 0)


@pytest.mark.parametrize("code", CODES)
def test_each_departure_is_seen(code):
    assert code in departures(CHANGES[code])


@pytest.mark.parametrize(
    "text",
    ["ngày 05 tháng 03 năm 2022", "ngày 5 tháng 3 năm 2022", "ngày 29 tháng 13 năm 2022", "ngày 32 tháng 3 năm 2022"],
)
def test_dates_with_wrong_noughts_are_seen(text):
    assert departures(text_of("Địa danh thời gian", f"Bản Bo, {text}")) == {"place_date"}


def test_an_underlined_motto_is_no_line():
    assert "line" in departures(of_run("Tiêu ngữ", underline=True))


def test_libreoffice_opens_every_paper_and_prints_it_whole(tmp_path):
    """One start of LibreOffice for all: each becomes a PDF that reads the same, first pages without a number."""
    for name, paper in PAPERS.items():
        (tmp_path / f"{name}.docx").write_bytes(paper)
    command = [
        shutil.which("soffice"),
        "--headless",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
    ]
    subprocess.run([*command, *map(str, sorted(tmp_path.glob("*.docx")))], check=True, capture_output=True, timeout=180)
    for name in PAPERS:
        asked = ["pdftotext", "-layout", str(tmp_path / f"{name}.pdf"), "-"]
        text = subprocess.run(asked, check=True, capture_output=True, text=True, timeout=30).stdout
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text and MOTTO in text, name
        assert "Tam Đường, ngày 05 tháng 01 năm 2022" in text, name
        assert not text.lstrip().startswith(("1", "2")), name
