"""Every form of Tam Đường filled in on its common path by the engine: short, whole, in words, safe with persons."""

import re

import pytest

from tests.campaigns.examples import EXAMPLES

PEOPLE_OF_THE_VILLAGE = {"team_member", "team_lead"}
NOT_ASKED = ("group", "repeat", "note", "calculate", "hidden")
COUNTS_ONLY = {
    "case_daily", "isolation_test_daily", "vaccination_daily", "violation_count", "misinformation_count", "app_help",
    "checkpoint_shift",
}  # fmt: skip
# A named person stands in these, so somebody is asked: the question that holds the answer.
CONSENT = {
    "support_case": "/consent/consent_how", "achievement": "/consent/agreed", "good_practice": "/consent/agreed",
    "covid_team": "/consent/members_agreed", "household_visit": "/alert/agreed_watch", "contribution": "/donor/agreed",
}  # fmt: skip
# Officials in office, and those who are already asked on the achievement that the dossier cites.
WRITTEN_HERE = "nomination"  # by the server, from a dossier
NO_CONSENT = {"nomination", "hotline_call", "inspection_visit"}


@pytest.fixture(params=sorted(EXAMPLES))
def example(request, fill):
    """(form id, the example, filled in)."""
    role, answers = EXAMPLES[request.param]
    return request.param, answers, fill(request.param, answers, role=role)


def asked(instance, rows, above=""):
    """(path, required) of each relevant question of the draft, those of one row of every repeat."""
    for row in rows:
        path = f"{above}/{row['name']}"
        if not instance.state(path)["relevant"]:
            continue
        if row["type"] == "group":
            yield from asked(instance, row["children"], path)
        elif row["type"] == "repeat":
            rows_here = instance.state(path)["value"] or []
            if rows_here:
                yield from asked(instance, row["children"], f"{path}[{rows_here[0]}]")
        elif row["type"] not in NOT_ASKED:
            yield path, instance.state(path)["required"]


def problems(instance):
    return {(problem["path"], problem["code"]) for problem in instance.problems()}


def test_every_form_has_an_example(documents):
    assert set(EXAMPLES) == set(documents)


def test_the_recorder_of_the_example_may_submit_the_form(roles):
    assert [form for form, (role, _) in EXAMPLES.items() if "submit" not in roles[role]["forms"].get(form, [])] == [WRITTEN_HERE]


def test_the_common_path_validates_and_has_a_title_and_a_date(example):
    _, _, instance = example
    assert instance.problems() == []
    for language in ("vi", "en"):
        assert instance.title(language).strip(" ·") and "NaN" not in instance.title(language)
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", instance.event_date())


def test_the_common_path_asks_at_most_twelve_required_questions(example, documents):
    form_id, _, instance = example
    required = [path for path, required in asked(instance, documents[form_id]["survey"]) if required]
    assert (required or form_id == WRITTEN_HERE) and len(required) <= 12, required


def test_each_required_answer_left_out_is_told_in_both_languages(example, documents, fill):
    form_id, answers, instance = example
    required = [path for path, required in asked(instance, documents[form_id]["survey"]) if required]
    for path in required:
        again = fill(form_id, answers, role=EXAMPLES[form_id][0])
        again.set(path, None)
        told = {problem["path"]: problem for problem in again.problems()}
        assert told[path]["code"] == "answer.required"
        assert told[path]["message"]["vi"] and told[path]["message"]["en"]


def test_the_example_survives_its_own_snapshot(example, programs):
    """What is sent holds every answer that was given."""
    _, answers, instance = example
    sent = instance.snapshot()
    for path, answer in answers.items():
        value = sent
        for step in path.strip("/").split("/"):
            name, _, row = step.partition("[")
            value = value[name]
            if row:
                value = next(each for each in value if each["__id"] == row.rstrip("]"))
        assert value == answer, path


def test_what_a_village_must_answer_has_a_picture_or_an_audio_slot(roles, documents, walk):
    bare = []
    for form_id, document in documents.items():
        recorders = {role for role in PEOPLE_OF_THE_VILLAGE if "submit" in roles[role]["forms"].get(form_id, [])}
        for path, row in walk(document["survey"]):
            if not recorders or row["type"] in NOT_ASKED or "required" not in row:
                continue
            listed = document["choices"].get(row["type"].partition(" ")[2], ())
            pictured = listed and all("icon" in choice for choice in listed)
            if not (pictured or "image" in row or "audio" in row):
                bare.append(f"{form_id}{path}")
    assert bare == []


def test_every_picture_a_question_names_is_in_the_campaign(folder, documents, walk):
    for document in documents.values():
        for path, row in walk(document["survey"]):
            if "image" in row:
                assert (folder / "media" / row["image"]).is_file(), path


@pytest.mark.parametrize("form_id", sorted(COUNTS_ONLY))
def test_a_form_of_counts_asks_for_no_person(documents, walk, form_id):
    for path, row in walk(documents[form_id]["survey"]):
        assert "pii" not in row, path
        assert not re.search(r"full_name|birth|phone|id_number|ethnic|address", row["name"]), path


def test_no_form_takes_a_photo_or_a_place_by_itself(documents, walk):
    taken = ("image", "audio", "video", "geopoint", "start-geopoint", "barcode", "file")
    found = {row["type"] for document in documents.values() for _, row in walk(document["survey"])}
    assert not found & set(taken)


def test_whoever_is_named_is_asked_first(documents, walk):
    for form_id, document in documents.items():
        rows = dict(walk(document["survey"]))
        names_somebody = any(row.get("pii") in ("name", "phone") for row in rows.values())
        if names_somebody and form_id not in NO_CONSENT:
            assert CONSENT[form_id] in rows, form_id
            assert rows[CONSENT[form_id]]["required"] is True


def test_names_phones_and_numbers_of_persons_are_marked(documents, walk):
    marks = {
        "full_name": "name", "household_head_name": "name", "donor_name": "name", "phone": "phone",
        "caller_phone": "phone", "id_number": "id_number", "birth_year": "birth_date", "symptoms": "health",
    }  # fmt: skip
    for form_id, document in documents.items():
        for path, row in walk(document["survey"]):
            if row["name"] in marks:
                assert row.get("pii") == marks[row["name"]], f"{form_id}{path}"


def test_every_form_finds_its_own_double(documents):
    assert [form_id for form_id, document in documents.items() if not document.get("dedupe")] == [WRITTEN_HERE]


def test_danger_to_life_is_said_on_the_spot(fill):
    visit = fill("household_visit", EXAMPLES["household_visit"][1] | {"/alert/symptoms": ["breath"]})
    assert visit.snapshot()["alert"]["urgency"] == "now"
    assert "115" in visit.state("/alert/alert_now")["label"]
    call = fill("hotline_call", EXAMPLES["hotline_call"][1] | {"/call/urgency": "now"})
    assert call.state("/call/call_now")["relevant"]


@pytest.mark.parametrize(
    "answered_at, in_time", [("2021-12-05T07:59:00.000+07:00", "yes"), ("2021-12-05T08:00:00.000+07:00", "no")]
)
def test_a_call_is_answered_in_time_within_a_day(fill, answered_at, in_time):
    answers = EXAMPLES["hotline_call"][1] | {
        "/call/received_at": "2021-12-04T07:59:30.000+07:00", "/answer/answered_at": answered_at,
    }  # fmt: skip
    call = fill("hotline_call", answers)
    assert call.problems() == []
    assert call.snapshot()["answer"]["answered_in_24h"] == in_time
    assert call.event_date() == "2021-12-04"


def test_fines_outside_their_bracket_are_a_warning_only(fill):
    role, answers = EXAMPLES["violation_count"]
    kind = "/violations[masks]"
    for fines, warned in ((4_000_000, False), (1_999_999, True), (6_000_001, True)):
        instance = fill("violation_count", answers | {f"{kind}/fines_vnd": fines}, role=role)
        assert instance.state(f"{kind}/fine_odd")["relevant"] is warned
        assert instance.problems() == []


def test_a_family_that_does_not_agree_leaves_no_name(fill):
    refused = EXAMPLES["household_visit"][1] | {"/alert/agreed_watch": "no"}
    alert = fill("household_visit", refused).snapshot()["alert"]
    assert "household_head_name" not in alert and "phone" not in alert
    assert alert["people_sick"] == 1


def test_figures_of_a_day_add_up(fill):
    role, answers = EXAMPLES["case_daily"]
    assert fill("case_daily", answers, role=role).snapshot()["new_cases"]["f0_new"] == 6
    role, answers = EXAMPLES["contribution"]
    assert fill("contribution", answers, role=role).snapshot()["total_vnd"] == 8_000_000


def test_a_day_without_vaccination_is_three_answers(fill, documents):
    day = {"/period/commune": "03424", "/day/session_held": "no"}
    instance = fill("vaccination_daily", day, role="commune_health")
    assert instance.problems() == []
    assert [path for path, required in asked(instance, documents["vaccination_daily"]["survey"]) if required] == [
        "/period/report_date", "/period/commune", "/day/session_held",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "form_id, told",
    [
        ("covid_team", "/consent/members_agreed"),
        ("ppe_issue", "/timing/urgency"),
        ("distribution", "/receipt/received_sign"),
        ("violation_count", "/crime/criminal_cases"),
    ],
)
def test_a_list_that_may_not_be_empty_is_told_on_the_page_after_it(fill, form_id, told):
    role, answers = EXAMPLES[form_id]
    empty = {path: answer for path, answer in answers.items() if "[" not in path}
    assert problems(fill(form_id, empty, role=role)) == {(told, "answer.constraint")}
