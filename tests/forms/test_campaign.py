"""A campaign folder: its files read, and checked against each other."""

import copy
import json

import pytest

from forms import load_campaign


def label(text):
    return {"vi": text, "en": text}


FORM = {
    "settings": {"form_id": "case", "version": "1", "title": label("Ca"), "default_language": "vi"},
    "survey": [{"type": "integer", "name": "amount", "label": label("Số tiền"),
                "writable_by": [{"roles": ["officer"], "states": ["submitted", "draft"]}]}],
}  # fmt: skip
PARTS = {
    "campaign.json": {"id": "flood", "label": label("Lũ"), "version": "1", "time_zone": "Asia/Ho_Chi_Minh",
                      "unit_kinds": {"district": {"label": label("Huyện"), "under": []},
                                     "commune": {"label": label("Xã"), "under": ["district"], "office": True},
                                     "village": {"label": label("Bản"), "under": ["commune"]}}},
    "roles.json": {"roles": {
        "member": {"label": label("Tổ"), "surface": ["field"], "forms": {"case": ["read", "submit", "edit", "void"]}},
        "officer": {"label": label("Xã"), "surface": ["console"], "forms": {"*": ["read", "step"]}}}},
    "workflow.json": {"workflows": [{"forms": ["case"], "initial": "submitted",
        "states": {
            "submitted": {"label": label("Đã gửi"), "phase": "received", "open": True,
                          "edit": {"roles": ["member"], "to": "submitted"}, "void": {"roles": ["member"]}},
            "approved": {"label": label("Duyệt"), "phase": "approved", "open": False},
            "void": {"label": label("Hủy"), "phase": "rejected", "open": False}},
        "steps": {"approve": {"label": label("Duyệt"), "from": ["submitted"], "to": "approved", "roles": ["officer"]}}}]},
    "forms/case.json": FORM,
}  # fmt: skip
UNITS = "code,name,kind,parent,valid_from,valid_to,successor,province\n106,Tam Đường,district,,2020-02-01,,,12\n"


def files(changes=(), units=UNITS):
    """The good campaign with changes, each (place, value); a place is a file and keys, None as value takes it out."""
    parts = copy.deepcopy(PARTS)
    for place, value in changes:
        holder = parts
        for key in place[:-1]:
            holder = holder[key]
        if value is None:
            del holder[place[-1]]
        else:
            holder[place[-1]] = value
    return {path: json.dumps(part).encode() for path, part in parts.items()} | {"org_units.csv": units.encode()}


def codes(given):
    campaign, problems = load_campaign(given)
    assert (campaign is None) == any(found.severity == "error" for found in problems)
    return [found.code for found in problems]


FLOW = ("workflow.json", "workflows", 0)
MEMBER = ("roles.json", "roles", "member", "forms", "case")


def test_a_good_campaign_has_no_problem():
    campaign, problems = load_campaign(files())
    assert problems == []
    assert campaign.id == "flood"
    assert campaign.programs["case"]["form_id"] == "case"
    assert campaign.workflows["case"]["steps"]["approve"]["from"] == ["submitted"]
    assert campaign.units[0].name == "Tam Đường"


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("campaign.file_missing", (("roles.json",), None)),
        ("campaign.file_missing", (("forms/case.json",), None)),
        ("key.unknown", (("campaign.json", "lable"), "x")),
        ("key.type", (("campaign.json", "label"), "Lũ")),
        ("campaign.form_unknown", (("campaign.json", "urgent"), [{"form": "x", "question": "amount", "answers": ["1"]}])),
        (
            "campaign.question_unknown",
            (("campaign.json", "urgent"), [{"form": "case", "question": "amont", "answers": ["1"]}]),
        ),
        ("campaign.unit_kind_unknown", (("campaign.json", "unit_kinds", "village", "under"), ["hamlet"])),
        ("key.type", ((*FLOW, "states", "approved", "label"), {"vi": "Duyệt"})),
        ("key.type", ((*FLOW, "states", "approved", "phase"), "done")),
        ("campaign.form_unknown", ((*FLOW, "forms"), ["case", "cases"])),
        ("campaign.form_unknown", (("roles.json", "roles", "member", "forms", "cases"), ["read"])),
        ("campaign.form_without_workflow", (("forms/other.json",), FORM | {"settings": FORM["settings"] | {"form_id": "other"}})),
        ("campaign.form_twice", (("forms/again.json",), FORM)),
        ("campaign.form_nobody", (MEMBER, ["read", "edit", "void"])),
        ("campaign.form_two_workflows", ((*FLOW, "forms"), ["case", "case"])),
        ("campaign.role_unknown", ((*FLOW, "steps", "approve", "roles"), ["chair"])),
        ("campaign.role_unknown", (("forms/case.json", "survey", 0, "writable_by"), [{"roles": ["chair"]}])),
        ("campaign.action_unknown", (MEMBER, ["read", "submit", "edit", "void", "fly"])),
        ("campaign.state_unknown", ((*FLOW, "initial"), "sent")),
        ("campaign.state_unknown", ((*FLOW, "states", "void"), None)),
        ("campaign.state_unknown", (("forms/case.json", "survey", 0, "writable_by", 0, "states"), ["sent"])),
        ("campaign.state_unreachable", ((*FLOW, "steps"), {})),
        ("campaign.step_nobody", ((*FLOW, "steps", "approve", "roles"), ["member"])),
        ("campaign.step_nobody", (MEMBER, ["read", "submit", "edit"])),
        ("name.invalid", (("forms/case.json", "survey", 0, "name"), "số tiền")),
    ],
)  # fmt: skip
def test_a_problem_is_found_by_its_code(code, change):
    assert code in codes(files([change]))


def test_a_form_that_does_not_compile_is_not_told_to_be_missing():
    assert codes(files([(("forms/case.json", "survey", 0, "relevant"), "foo(")])) == ["expression.syntax"]


def test_several_files_are_told_of_at_once():
    given = files([(("campaign.json", "lable"), "x"), (MEMBER, ["fly"])]) | {"org_units.csv": b"code,name\n"}
    assert {"key.unknown", "campaign.action_unknown", "csv.column"} <= set(codes(given))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("X Y,Bản,commune,106,,,", "its code"),
        ("106,Bản,commune,106,,,", "twice"),
        ("1,,commune,106,,,", "no name"),
        ("1,Bản,hamlet,106,,,", "its kind"),
        ("1,Bản,village,106,,,", "does not stand under a district"),
        ("1,Bản,commune,,,,", "does not stand under nothing"),
        ("1,Bản,commune,107,,,", "does not stand above it"),
        ("1,Bản,commune,1,,,", "does not stand above it"),
        ("1,Bản,commune,106,2021-02-30,,", "not a day"),
        ("1,Bản,commune,106,2021-02-02,2021-02-01,", "ends before"),
        ("1,Bản,commune,106,,,9", "successor"),
        ("1,Bản,commune,106,,,1", "successor"),
    ],
)
def test_a_unit_that_does_not_fit_is_told_why(line, reason):
    (found,) = load_campaign(files(units=f"{UNITS}{line},\n"))[1]
    assert found.code == "campaign.unit_invalid"
    assert reason in found.message


def test_units_that_follow_one_another_in_a_ring_are_told():
    ring = "1,Xã cũ,commune,106,,,2,\n2,Xã mới,commune,106,,,1,\n3,Xã khác,commune,106,,,1,\n"
    told = [found.message for found in load_campaign(files(units=f"{UNITS}{ring}"))[1]]
    assert [message.split(":")[0] for message in told] == ["Unit '1'", "Unit '2'"]
    assert all("lead back" in message for message in told)


@pytest.mark.parametrize(("units", "code"), [(b"\xff", "file.not_utf8"), (b'a,b\n"x', "csv.broken")])
def test_a_table_that_cannot_be_read_says_why(units, code):
    assert code in codes(files() | {"org_units.csv": units})
