"""The Tam Đường campaign as the product reads it, and its forms filled in."""

import csv
import io
import json
from pathlib import Path

import pytest

import forms
from forms.lists import author_list

FOLDER = Path(__file__).resolve().parents[2] / "campaigns" / "tam_duong"
KINDS = (".json", ".csv")


def read_json(name):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def folder():
    return FOLDER


@pytest.fixture(scope="session")
def files():
    """{path: bytes} of the campaign's data, as load_campaign takes it."""
    paths = sorted(path for path in FOLDER.rglob("*") if path.suffix in KINDS or path.parent.name == "media")
    return {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture(scope="session")
def units():
    """{code: row of org_units.csv}."""
    text = (FOLDER / "org_units.csv").read_text(encoding="utf-8")
    return {row["code"]: row for row in csv.DictReader(io.StringIO(text))}


@pytest.fixture(scope="session")
def roles():
    return read_json("roles.json")["roles"]


@pytest.fixture(scope="session")
def workflows():
    """{form id: workflow}."""
    return {form: flow for flow in read_json("workflow.json")["workflows"] for form in flow["forms"]}


@pytest.fixture(scope="session")
def people():
    return read_json("demo/people.json")


@pytest.fixture(scope="session")
def documents():
    """{form id: form document}: the forms of the directive's duties, without the one that questions are read aloud into."""
    found = [read_json(f"forms/{path.name}") for path in sorted((FOLDER / "forms").glob("*.json"))]
    found = [each for each in found if each["settings"]["form_id"] != read_json("campaign.json")["question_audio"]]
    return {document["settings"]["form_id"]: document for document in found}


@pytest.fixture(scope="session")
def programs(documents):
    return {form_id: forms.compile_form(document).program for form_id, document in documents.items()}


@pytest.fixture(scope="session")
def campaign(files):
    return forms.load_campaign(files)[0]


HOME = {
    "team_member": "03424-07-T1",
    "team_lead": "03424-07-T1",
    "unit_reporter": "106-CA",
    "front_officer": "106-MTTQ",
}
COMMUNE = "03424"


@pytest.fixture
def fill(programs, campaign):
    """fill(form id, {path: answer}, today=…, role=…) -> Instance of somebody's draft on a fixed day.

    A path in a repeat names its row, as /items[first]/qty; the row is added when it is first named.
    """

    def fill(form_id, answers, today="2021-12-05", role="team_lead"):
        author = author_list("Lò Thị Lan (trình diễn)", role, HOME.get(role, COMMUNE), campaign.lists["org_units"])
        env = forms.Env(
            now=f"{today}T08:00:00.000+07:00", today=today, tz_offset_min=420, roles=frozenset({role}),
            seed="01940000-0000-7000-8000-000000000001",
            lists={**campaign.lists, "author": author},
        )  # fmt: skip
        return filled_in(programs[form_id], env, answers)

    return fill


def filled_in(program, env, answers):
    """An Instance with the answers; a row of a repeat is added when its first answer comes."""
    instance = forms.Instance(program, env=env)
    rows = set()
    for path, answer in answers.items():
        repeat, _, rest = path.partition("[")
        row = rest.partition("]")[0]
        if row and (repeat, row) not in rows:
            rows.add((repeat, row))
            instance.add_row(repeat, row)
        instance.set(path, answer)
    return instance


def questions(rows, above=""):
    """Each row of a survey with its path, groups and repeats first."""
    for row in rows:
        path = f"{above}/{row['name']}"
        yield path, row
        yield from questions(row.get("children", []), path)


@pytest.fixture(scope="session")
def walk():
    return questions
