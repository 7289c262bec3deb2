"""Templates: those of the campaign are right; a wrong one is refused with its place and its reason."""

import io
import re
import zipfile

import pytest
from docx import Document
from jinja2 import UndefinedError

from server.awards.paper_kinds import KINDS
from server.papers import check_template, render
from server.papers.packages import MAX_FILE, MAX_PARTS
from server.problems import REGISTER
from tests.server.conftest import ROOT

FOLDER = ROOT / "campaigns" / "tam_duong" / "documents"
REQUEST = (FOLDER / "request.docx").read_bytes()
KIND = KINDS["request"]


def with_part(content: bytes, **changes) -> bytes:
    """The archive with parts put in or changed: name → bytes, or a function of the part."""
    out, names = io.BytesIO(), dict(changes)
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            change = names.pop(info.filename, None)
            part = source.read(info)
            target.writestr(info.filename, part if change is None else change(part) if callable(change) else change)
        for name, part in names.items():
            target.writestr(name, part)
    return out.getvalue()


def with_text(*texts: str, content: bytes = REQUEST) -> bytes:
    """The template with paragraphs added at its end."""
    document = Document(io.BytesIO(content))
    for text in texts:
        document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def codes(content: bytes) -> list[str]:
    faults = check_template(content, KIND)
    assert all(fault.code in REGISTER for fault in faults)
    return [fault.code for fault in faults]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_campaigns_own_templates_are_right(kind):
    assert check_template((FOLDER / f"{kind.name}.docx").read_bytes(), kind) == []


def test_every_paper_is_filled_in_and_nothing_of_the_template_stays():
    for name, kind in KINDS.items():
        paper = render((FOLDER / f"{name}.docx").read_bytes(), kind.sample())
        with zipfile.ZipFile(io.BytesIO(paper)) as package:
            text = re.sub(r"<[^>]+>", "", package.read("word/document.xml").decode())
        assert "{{" not in text and "{%" not in text, name
        assert "Tẩn Tả Mẩy" in text or name in ("appraisal",), name


def test_text_from_records_is_text_and_never_markup_or_a_field():
    values = {**KIND.sample(), "unit": "<w:p>Bản & {{ signer }} {% for x in y %}"}
    document = Document(io.BytesIO(render(REQUEST, values)))
    assert any("<w:p>Bản & {{ signer }} {% for x in y %}" in p.text for p in document.paragraphs)


def test_an_unknown_field_is_named_with_its_place():
    (fault,) = check_template(with_text("Kính thưa {{ nguoi_nhan }} yêu quý"), KIND)
    assert (fault.code, fault.detail) == ("paper.field_unknown", "nguoi_nhan")
    assert "word/document.xml" in fault.where and "Kính thưa" in fault.where


@pytest.mark.parametrize(
    "text",
    ["{% for n in nominees %}{{ n.salary }}{% endfor %}", "{% for n in unit %}{{ n }}{% endfor %}", "{{ nominees.name }}",
     "{{ loop.index }}", "{% for n in grounds %}{{ n.name }}{% endfor %}", "{% if khong_co %}x{% endif %}"],
)  # fmt: skip
def test_a_field_that_rows_or_texts_do_not_have_is_unknown(text):
    assert codes(with_text(text)) == ["paper.field_unknown"]


def test_fields_of_rows_conditions_and_the_number_of_a_row_are_allowed():
    text = "{% for n in nominees %}{{ loop.index }}. {% if n.direct == 'Có' and not n.leader %}{{ n.name }}{% endif %}{% endfor %}"
    assert codes(with_text(text)) == []


@pytest.mark.parametrize(
    "text",
    ["{{ ''.__class__.__mro__ }}", "{{ unit.__class__ }}", "{{ unit|upper }}", "{{ range(9) }}", "{% set x = 1 %}",
     "{% include 'x' %}", "{{ unit[0] }}", "{% macro m() %}{% endmacro %}", "{{ 2 ** 99 }}", "{% import 'os' as os %}"],
)  # fmt: skip
def test_a_template_is_data_and_no_program(text):
    found = codes(with_text(text))
    assert found and set(found) <= {"paper.not_allowed", "paper.field_unknown", "paper.syntax"}


@pytest.mark.parametrize("text", ["{{ unit", "{% for n in nominees %}", "{% endfor %}", "{{ }}", "{% if unit %}"])
def test_a_field_written_wrongly_is_refused(text):
    assert codes(with_text(text)) == ["paper.syntax"]


def test_a_template_without_a_needed_field_is_refused():
    empty = io.BytesIO()
    Document().save(empty)
    missing = [fault.detail for fault in check_template(empty.getvalue(), KIND) if fault.code == "paper.field_missing"]
    assert missing == [field.name for field in KIND.fields if field.needed]


def external(part: bytes) -> bytes:
    link = b'<Relationship Id="rId99" Type="t" Target="http://x.test/y.dotm" TargetMode="External"/></Relationships>'
    return part.replace(b"</Relationships>", link)


def test_links_to_the_outside_are_refused():
    (fault,) = check_template(with_part(REQUEST, **{"word/_rels/document.xml.rels": external}), KIND)
    assert (fault.code, fault.detail) == ("paper.external", "http://x.test/y.dotm")


def test_field_codes_that_fetch_are_refused_with_their_paragraph():
    def include(part: bytes) -> bytes:
        code = b'<w:p><w:r><w:instrText>INCLUDE</w:instrText></w:r><w:r><w:instrText>TEXT "x"</w:instrText></w:r></w:p>'
        return part.replace(b"<w:sectPr", code + b"<w:sectPr", 1)

    (fault,) = check_template(with_part(REQUEST, **{"word/document.xml": include}), KIND)
    assert (fault.code, fault.detail) == ("paper.external", "INCLUDETEXT") and "¶" in fault.where


@pytest.mark.parametrize("name", ["word/vbaProject.bin", "word/embeddings/oleObject1.bin", "word/activeX/activeX1.xml"])
def test_macros_and_embedded_programs_are_refused(name):
    (fault,) = check_template(with_part(REQUEST, **{name: b"x"}), KIND)
    assert (fault.code, fault.where) == ("paper.macro", name)


def test_a_document_declared_with_macros_is_refused():
    def macro(part: bytes) -> bytes:
        return part.replace(b"wordprocessingml.document.main+xml", b"ms-word.document.macroEnabled.main+xml")

    assert codes(with_part(REQUEST, **{"[Content_Types].xml": macro})) == ["paper.macro"]


def test_broken_and_tricky_xml_is_refused_with_its_part():
    (broken,) = check_template(with_part(REQUEST, **{"word/document.xml": lambda part: part[:-20]}), KIND)
    assert (broken.code, broken.where) == ("paper.xml", "word/document.xml") and "line" in broken.detail
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    assert codes(with_part(REQUEST, **{"word/styles.xml": bomb})) == ["paper.xml"]


def test_bombs_and_what_is_no_docx_are_refused():
    assert codes(b"not a zip") == ["paper.not_docx"]
    assert codes(REQUEST[:1000]) == ["paper.not_docx"]
    assert codes(b"P" * (MAX_FILE + 1)) == ["paper.too_large"]
    assert codes(with_part(REQUEST, **{"word/media/big.xml": b" " * 8_100_000})) == ["paper.bomb"]
    assert codes(with_part(REQUEST, **{f"x/{n}.txt": b"" for n in range(MAX_PARTS)})) == ["paper.bomb"]
    assert codes(with_part(REQUEST, **{"../../etc/passwd": b"x"})) == ["paper.not_docx"]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    assert codes(out.getvalue()) == ["paper.not_docx"]


def test_a_missing_value_is_an_error_and_never_an_empty_line():
    values = KIND.sample()
    del values["signer"]
    with pytest.raises(UndefinedError):
        render(REQUEST, values)
