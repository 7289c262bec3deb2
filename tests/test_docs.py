"""The documents stay true: links lead somewhere, commands exist, forms in them compile, what exists is described."""

import json
import re
from pathlib import Path

import pytest

from forms import compile_form
from forms.expressions.functions import ALL
from forms.question_types import TYPES
from forms.xlsform import import_sheets, read_markdown
from forms.xlsform.columns import CHOICE_COLUMNS, SETTINGS_COLUMNS, SURVEY_COLUMNS
from sync.ops import TYPES as OP_TYPES
from sync.reasons import REASONS

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CHANGELOG.md")] + sorted(
    (ROOT / "docs").glob("*.md")
)


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text("utf-8"), re.M | re.S)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8")):
        assert re.match(r"https?://", target) or (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_named_files_exist(page):
    for name in re.findall(
        r"`((?:forms|sync|server|client|chungsuc|tests|docs|scripts|campaigns)/[\w./-]+)`", page.read_text("utf-8")
    ):
        assert (ROOT / name).exists(), name


def test_commands_of_the_readme_are_targets_of_the_makefile():
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    assert set(re.findall(r"make (\w+)", (ROOT / "README.md").read_text("utf-8"))) <= targets


def test_the_form_in_the_form_language_compiles():
    page = ROOT / "docs" / "form-language.md"
    forms = [json.loads(block) for block in blocks(page, "json") if '"survey"' in block]
    assert forms
    for document in forms:
        compiled = compile_form(document)
        assert compiled.program, [str(each) for each in compiled.problems]


def test_the_form_in_markdown_tables_is_one():
    (tables,) = blocks(ROOT / "docs" / "xlsform.md", "md")
    form = import_sheets(read_markdown(tables))
    problems = [*form.problems, *compile_form(form.document).problems]
    assert [str(each) for each in problems if each.severity == "error"] == []


def test_every_column_of_xlsform_that_is_ours_is_described():
    text = (ROOT / "docs" / "xlsform.md").read_text("utf-8")
    ours = {
        "pii",
        "writable_by",
        "summary",
        "comment",
        "icon",
        "event_date",
        "description",
        "list_title",
        "list_subtitle",
        "dedupe",
    }
    assert ours <= {*SURVEY_COLUMNS, *CHOICE_COLUMNS, *SETTINGS_COLUMNS}
    assert [name for name in ours if f"`{name}`" not in text] == []


def test_every_question_type_and_function_is_described():
    text = (ROOT / "docs" / "form-language.md").read_text("utf-8")
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| `")]
    for name, kind in TYPES.items():
        (row,) = [cells for cells in rows if re.search(rf"`{name}[` ]", cells[0])]
        assert [word for word in kind.parameters if word not in row[-1]] == [], name
        if not row[2].startswith(("as ", "the same")):
            assert [word for word in kind.appearances if word not in row[2].split()] == [], name
    assert [name for name in ALL if f"`{name}" not in text] == []


def test_every_op_type_and_reason_is_described():
    text = (ROOT / "docs" / "protocol.md").read_text("utf-8")
    assert [name for name in OP_TYPES if name not in text] == []
    everywhere = text + (ROOT / "docs" / "problems.md").read_text("utf-8")
    assert [code for code in REASONS if code not in everywhere] == []
