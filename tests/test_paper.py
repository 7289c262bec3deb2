"""A form as a blank sheet: everything a person with a pen writes, and nothing else."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from chungsuc.forms_commands import forms
from chungsuc.paper.blank import blank_form
from forms import compile_form

CAMPAIGNS = Path(__file__).parents[1] / "campaigns"
FORMS = sorted(CAMPAIGNS.glob("*/forms/*.json"))


def sheet(survey, choices=None, language="vi"):
    document = {
        "settings": {"form_id": "f", "version": "1", "title": {"vi": "Phiếu <thử>", "en": "Try"}, "default_language": "vi"},
        "survey": survey, "choices": choices or {},
    }  # fmt: skip
    compiled = compile_form(document)
    assert compiled.program, compiled.problems
    return blank_form(compiled.program, language)


def label(vi):
    return {"vi": vi, "en": vi + " (en)"}


YES_NO = {"yes_no": [{"name": "yes", "label": label("Có")}, {"name": "no", "label": label("Không")}]}
SICK = {"type": "select_one yes_no", "name": "sick", "label": label("Có ai ốm?"), "required": True}


def test_choices_are_ticked_and_what_depends_on_them_says_so():
    page = sheet(
        [SICK, {"type": "integer", "name": "n", "label": label("Mấy người?"), "relevant": "${sick} = 'yes'"}], YES_NO
    )
    assert "<li>Có</li><li>Không</li>" in page and "Có ai ốm? *" in page
    assert "Chỉ ghi khi “Có ai ốm?”: Có" in page
    assert "PHIẾU" not in page and "Phiếu &lt;thử&gt;" in page  # a text of the form is no markup


def test_what_the_app_works_out_or_somebody_else_writes_is_not_asked_on_paper():
    page = sheet([
        SICK,
        {"type": "calculate", "name": "c", "calculation": "1", "label": label("Tính")},
        {"type": "start", "name": "s"},
        {"type": "integer", "name": "paid", "label": label("Số tiền duyệt"), "writable_by": [{"roles": ["x"], "states": ["submitted"]}]},
    ], YES_NO)  # fmt: skip
    assert "Có ai ốm?" in page and "Tính" not in page and "Số tiền duyệt" not in page


def test_rows_of_a_repeat_are_lines_of_a_table():
    rows = {
        "type": "repeat",
        "name": "items",
        "label": label("Hiện vật"),
        "children": [{"type": "text", "name": "item", "label": label("Tên")}],
    }
    page = sheet([rows], language="en")
    assert page.count("<tr>") == 5 and "Tên (en)" in page and "Reported by" in page


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_every_required_question_of_the_campaigns_has_its_place(form, tmp_path):
    target = tmp_path / "blank.html"
    assert CliRunner().invoke(forms, ["print", str(form), "-o", str(target)]).exit_code == 0
    page = target.read_text("utf-8")
    said = re.sub(r"&#39;", "'", page)
    for row in drafted(json.loads(form.read_text("utf-8"))["survey"]):
        assert row["label"]["vi"] in said, row["name"]


def drafted(rows):
    """The required questions a draft's author answers."""
    for row in rows:
        rules = row.get("writable_by")
        if rules and not any(rule["states"] == "*" or "draft" in rule["states"] for rule in rules):
            continue
        if row.get("required") is True and isinstance(row.get("label"), dict):
            yield row
        yield from drafted(row.get("children", []))
