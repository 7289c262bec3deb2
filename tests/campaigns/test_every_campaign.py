"""Whatever holds for any campaign, held by each of campaigns/*: forms fill in, figures count, records find their way out."""

import json
from pathlib import Path

import pytest

import forms
from forms.indicators import GROUP, figures, figures_document, form_of
from forms.lists import author_list
from server.campaigns import read_folder
from sync.workflow import VOID
from tests.campaigns.conftest import filled_in, questions
from tests.campaigns.examples import EXAMPLES as TAM_DUONG
from tests.campaigns.flood import EXAMPLES as FLOOD

ROOT = Path(__file__).parents[2] / "campaigns"
READ_ALOUD = {
    "/form": "support_case", "/question": "/consent/consent_how", "/said": "Bà con có đồng ý không?",
    "/wording": "0123456789ab", "/language": "mong", "/recording": "0" * 64 + ".webm",
}  # fmt: skip
# campaign → (a day in it, a unit its people work in, {form id: (role, {path: answer})}).
HERE = {
    "tam_duong": ("2021-12-05", "03424-07-T1", TAM_DUONG | {"question_audio": ("commune_officer", READ_ALOUD)}),
    "flood_relief": ("2025-09-05", "03424-03", FLOOD),
}
CAMPAIGNS = {folder.parent.name: read_folder(folder.parent) for folder in sorted(ROOT.glob("*/campaign.json"))}
LOADED = {name: forms.load_campaign(files)[0] for name, files in CAMPAIGNS.items()}
FORMS = [(name, form) for name, campaign in LOADED.items() for form in campaign.programs]


def document(name, form):
    found = [json.loads(text) for path, text in CAMPAIGNS[name].items() if path.startswith("forms/")]
    return next(each for each in found if each["settings"]["form_id"] == form)


def example(name, form, program=None):
    """The form's example filled in by its role."""
    day, unit, examples = HERE[name]
    role, answers = examples[form]
    campaign = LOADED[name]
    lists = {**campaign.lists, "author": author_list("Lò Văn Ơn", role, unit, campaign.lists["org_units"])}
    env = forms.Env(
        now=f"{day}T08:00:00.000+07:00", today=day, tz_offset_min=420, roles=frozenset({role}), lists=lists,
        seed="01940000-0000-7000-8000-000000000001",
    )  # fmt: skip
    return filled_in(program or campaign.programs[form], env, answers)


def test_every_campaign_has_examples_of_all_its_forms():
    assert set(HERE) == set(CAMPAIGNS)
    assert set(FORMS) == {(name, form) for name, (_, _, examples) in HERE.items() for form in examples}


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_a_form_fills_in_with_a_title_and_a_day_in_both_languages(name, form):
    instance = example(name, form)
    assert instance.problems() == []
    assert "2021-01-01" < instance.event_date() <= HERE[name][0]
    titles = {language: instance.title(language).strip(" ·") for language in ("vi", "en")}
    assert all(titles.values()) and not any("NaN" in title for title in titles.values())


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_each_required_answer_is_missed_when_it_is_left_out(name, form):
    required = [
        path for path in HERE[name][2][form][1] if example(name, form).state(path)["required"] and "[" not in path
    ]
    assert required or form == "nomination"  # which nobody fills in
    for path in required:
        instance = example(name, form)
        instance.set(path, None)
        assert (path, "answer.required") in {(found["path"], found["code"]) for found in instance.problems()}


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_labels_and_choices_are_told_in_vietnamese_and_english(name, form):
    written = document(name, form)
    rows = [row for _, row in questions(written["survey"]) if row["type"] not in ("calculate", "hidden")]
    rows += [choice for choices in written.get("choices", {}).values() for choice in choices]
    assert [row["name"] for row in rows if not {"vi", "en"} <= row["label"].keys()] == []


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_every_state_leads_to_a_decision_and_back_out_of_a_return(name, form):
    flow = LOADED[name].workflows[form]
    edges = {(origin, step["to"]) for step in flow["steps"].values() for origin in step["from"]}
    edges |= {
        (origin, state[move]["to"])
        for origin, state in flow["states"].items()
        for move in ("edit", "correct")
        if move in state
    }
    decided = {state for state, entry in flow["states"].items() if entry["phase"] in ("approved", "rejected")}
    leading = set(decided)
    while more := {origin for origin, to in edges if to in leading} - leading:
        leading |= more
    assert set(flow["states"]) - leading == set()
    assert VOID in flow["states"] and flow["states"][VOID]["open"] is False


@pytest.mark.parametrize(
    ("name", "indicator"),
    [pytest.param(name, each, id=f"{name}-{each['name']}") for name, campaign in LOADED.items() for each in campaign.indicators if form_of(each)],
)  # fmt: skip
def test_a_figure_is_worked_out_of_a_record_by_the_engine(name, indicator):
    form = form_of(indicator)
    program = forms.compile_form(figures_document(document(name, form), [indicator])).program
    found = example(name, form, program).snapshot()[GROUP]
    assert found[f"{indicator['name']}__where"] in ("true", "false")
    assert found.keys() <= figures(indicator).keys()
    # A figure that does not count yet (nothing issued, decided or paid) may have no day.
    assert f"{indicator['name']}__date" in found or found[f"{indicator['name']}__where"] == "false"
