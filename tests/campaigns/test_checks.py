"""What `chungsuc campaign check` finds: the campaigns of this repository are whole, and whatever is broken is named."""

import json
from pathlib import Path

import pytest

import forms
from forms.lists import author_list, org_units_list, read_list
from server.campaigns import read_folder

ROOT = Path(__file__).parents[2] / "campaigns"
CAMPAIGNS = sorted(path.parent for path in ROOT.glob("*/campaign.json"))


def changed(files, path, change):
    """The files with one JSON file changed in place by change(value)."""
    value = json.loads(files[path])
    change(value)
    return {**files, path: json.dumps(value, ensure_ascii=False).encode()}


def codes(files):
    campaign, problems = forms.load_campaign(files)
    assert (campaign is None) == bool(forms.errors(problems))
    return {problem.code for problem in problems}


@pytest.mark.parametrize("folder", CAMPAIGNS, ids=lambda folder: folder.name)
def test_every_campaign_here_is_whole(folder):
    campaign, problems = forms.load_campaign(read_folder(folder))
    assert problems == []
    assert campaign.indicators and campaign.returns and len(campaign.lists) > 1


def first(value, name):
    return value[name][0]


BROKEN = {
    "support for no form": ("support.json", lambda v: v.update(form="nosuch"), "campaign.form_unknown"),
    "support by no question": ("support.json", lambda v: v["questions"].update(approved="nosuch"), "campaign.question_unknown"),
    "support by no list": ("support.json", lambda v: v.update(policies="nosuch"), "campaign.list_unknown"),
    "kept for no form": ("privacy.json", lambda v: v["retention"][0].update(forms=["nosuch"]), "campaign.form_unknown"),
    "kept in no state": ("privacy.json", lambda v: v["retention"][1].update(states=["nosuch"]), "campaign.state_unknown"),
    "kept for two times": ("privacy.json", lambda v: v["retention"][1].update(states=[]), "campaign.kept_twice"),
    "consent by no question": ("privacy.json", lambda v: v["consent"][0].update(how="nosuch"), "campaign.question_unknown"),
    "support paid in no state": ("support.json", lambda v: v["states"].update(paid=["nosuch"]), "campaign.state_unknown"),
    "an indicator of no form": ("indicators.json", lambda v: v["indicators"][1]["source"].update(entered="nosuch"), "campaign.form_unknown"),
    "an indicator over no question": ("indicators.json", lambda v: v["indicators"][1]["source"].update(question="nosuch"), "expression.unknown_name"),
    "an indicator dated by no question": ("indicators.json", lambda v: v["indicators"][1]["source"].update(date="${nosuch}"), "expression.unknown_name"),
    "an indicator with half an expression": ("indicators.json", lambda v: v["indicators"][1]["source"].update(date="${report_date} +"), "expression.syntax"),
    "an indicator calculated from itself": ("indicators.json", lambda v: v["indicators"][0].update(source={"calculation": "${f0_new} + 1"}), "expression.self_reference"),
    "an indicator calculated from none": ("indicators.json", lambda v: v["indicators"][0].update(source={"calculation": "${nosuch}"}), "expression.unknown_name"),
    "an indicator with two sources": ("indicators.json", lambda v: v["indicators"][1]["source"].update(calculation="1"), "key.type"),
    "a sum over nothing": ("indicators.json", lambda v: v["indicators"][1].update(source={"form": "case_daily", "aggregate": "sum", "date": "${report_date}"}), "key.type"),
    "an indicator without English": ("indicators.json", lambda v: v["indicators"][0]["label"].pop("en"), "key.type"),
    "two indicators of one name": ("indicators.json", lambda v: v["indicators"].append(v["indicators"][0]), "campaign.name_twice"),
    "a return of no indicator": ("returns.json", lambda v: first(v, "returns")["indicators"].append("nosuch"), "campaign.indicator_unknown"),
    "a return signed by no role": ("returns.json", lambda v: first(v, "returns").update(signers=["nosuch"]), "campaign.role_unknown"),
    "a return of no unit": ("returns.json", lambda v: first(v, "returns")["who"].update(units=["99999"]), "campaign.unit_unknown"),
    "a return of a kind nobody is": ("returns.json", lambda v: first(v, "returns")["who"].update(kinds=["planet"]), "campaign.kind_unknown"),
    "a return nobody reports": ("returns.json", lambda v: first(v, "returns")["who"].update(units=["106"]), "campaign.return_nobody"),
    "a return closing at no time": ("returns.json", lambda v: first(v, "returns").update(closes="25:00"), "key.type"),
    "a rule over another return's figure": ("returns.json", lambda v: first(v, "returns")["rules"][0].update(expression="${awards} > 0"), "expression.unknown_name"),
    "a step nobody may take": ("workflow.json", lambda v: first(v, "workflows")["steps"]["return"].update(roles=["auditor"]), "campaign.step_nobody"),
    "a state nothing leads to": ("workflow.json", lambda v: first(v, "workflows")["states"].update(lost={"label": {"vi": "Lạc", "en": "Lost"}, "phase": "approved", "open": False}), "campaign.state_unreachable"),
    "a role for no form": ("roles.json", lambda v: v["roles"]["auditor"]["forms"].update(nosuch=["table"]), "campaign.form_unknown"),
    "a role with no such action": ("roles.json", lambda v: v["roles"]["auditor"]["forms"].update(support_case=["fly"]), "campaign.action_unknown"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_named(files, what):
    path, change, code = BROKEN[what]
    assert code in codes(changed(files, path, change))


def with_question(files, **row):
    return changed(files, "forms/official_document.json", lambda form: form["survey"].append(
        {"type": "text", "name": "extra", "label": {"vi": "Thêm", "en": "Extra"}, **row}))  # fmt: skip


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"image": "nosuch.png"}, "campaign.media_unknown"),
        ({"type": "select_one_from_file nosuch.csv"}, "campaign.list_unknown"),
        ({"type": "select_one_from_file goods.csv", "choice_filter": "nosuch = 1"}, "campaign.column_unknown"),
        ({"type": "select_one_from_file goods.csv", "parameters": "value=nosuch"}, "campaign.column_unknown"),
        ({"calculation": "pulldata('goods', 'price', 'name', 'rice')"}, "campaign.column_unknown"),
        ({"calculation": "pulldata('goods', 'label', 'code', 'rice')"}, "campaign.column_unknown"),
        ({"default": "instance('goods')/root/item[name = 'rice']/price"}, "campaign.column_unknown"),
        ({"default": "instance('goods')/root/item[price > 1]/label"}, "campaign.column_unknown"),
        ({"default": "instance('author')/root/item/hamlet"}, "campaign.column_unknown"),
        ({"calculation": "pulldata('nosuch', 'label', 'name', 'x')"}, "campaign.list_unknown"),
        ({"writable_by": [{"roles": ["nobody"], "states": "*"}]}, "campaign.role_unknown"),
    ],
)
def test_a_form_that_names_what_is_not_there(files, row, code):
    assert code in codes(with_question(files, **row))


def test_a_medium_no_phone_could_fetch_is_refused(files):
    assert "file.too_large" in codes({**files, "media/speech.mp3": bytes(2_000_001)})


def test_the_built_in_lists_are_there_without_a_file(files):
    rows = {"type": "select_one_from_file org_units.csv", "choice_filter": "kind = 'commune'",
            "default": "instance('author')/root/item/commune"}  # fmt: skip
    assert not codes(with_question(files, **rows)) - {"form.label_without_media"}
    assert "campaign.list_built_in" in codes({**files, "lists/author.csv": b"name,label\n1,x\n"})


def test_a_state_that_leads_nowhere_and_decides_nothing_is_told(files):
    def stuck(value):
        workflow = value["workflows"][0]
        for step in workflow["steps"].values():
            step["from"] = [state for state in step["from"] if state != "returned"]
        workflow["states"]["returned"].pop("edit", None)
        workflow["states"]["returned"].pop("void", None)
        workflow["states"]["returned"].pop("correct", None)

    _, problems = forms.load_campaign(changed(files, "workflow.json", stuck))
    assert ("campaign.state_stuck", "warning") in {(each.code, each.severity) for each in problems}


LIST = "name,label::vi,label::en,amount,valid_from,valid_to\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("name,amount\n1,2\n", "csv.column"),
        ("label\nx\n", "csv.column"),
        ("name,name,label\n1,2,x\n", "list.column_twice"),
        (LIST + "a,A,A,1\n", "list.cells"),
        (LIST + "a b,A,A,1,,\n", "choices.name_invalid"),
        (LIST + "a,A,A,1,2021-02-30,\n", "list.day"),
        (LIST + "a,A,A,1,,\na,A,A,2,,\n", "list.name_twice"),
        (LIST + "a,A,A,1,2021-01-01,2021-06-30\na,A,A,2,2021-06-30,\n", "list.name_twice"),
        (LIST + '"a,A\n', "csv.broken"),
        ("\udcff".encode("utf-8", "surrogatepass").decode("latin-1"), "csv.column"),
    ],
)
def test_a_broken_list_says_where(text, code):
    _, problems = read_list(text.encode(), "lists/x.csv")
    assert code in {problem.code for problem in problems}
    assert all(problem.where.file == "lists/x.csv" for problem in problems)


def test_a_list_dated_in_turns_is_whole_and_bytes_that_are_no_text_are_refused():
    rows = "a,A,A,1,2021-01-01,2021-06-30\na,A,A,2,2021-07-01,\n"
    read, problems = read_list((LIST + rows).encode("utf-8-sig"), "lists/x.csv")
    assert problems == [] and [row[3] for row in read["rows"]] == ["1", "2"]
    assert read_list(b"\xff\xfe", "lists/x.csv")[1][0].code == "file.not_utf8"
    assert read_list(b"x" * 9_000_000, "lists/x.csv")[1][0].code == "file.too_large"


def test_units_and_their_author_are_lists_of_their_own(files):
    campaign, _ = forms.load_campaign(files)
    units = org_units_list(campaign.units)
    team = dict(zip(units["columns"], next(row for row in units["rows"] if row[0] == "03424-07-T1"), strict=True))
    assert (team["kind"], team["village"], team["commune"], team["district"]) == ("team", "03424-07", "03424", "106")
    author = author_list("Giàng A Páo", "team_lead", "03424-07-T1", units)
    assert dict(zip(author["columns"], author["rows"][0], strict=True))["commune"] == "03424"
