"""Questions read aloud: recorded by whom the campaign lets, heard below the unit they were recorded in, until withdrawn."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forms.spoken import spoken_questions
from server import recordings
from server.bundles import texts
from server.campaign_commands import coverage_lines
from server.models import AuditEntry, Device, QuestionAudio
from sync.canonical import sha, unb64
from sync.ops import Intent, Op, build_op
from tests.server.conftest import ROOT
from tests.server.district import FAR_TEAM, FIELD_HOST, TEAM, FieldDevice, new_rec, verdicts
from tests.server.officer import Officer
from tests.server.photo import Photo

FORM = json.loads((ROOT / "campaigns" / "tam_duong" / "forms" / "question_audio.json").read_text("utf-8"))["settings"]
COMMUNE, OTHER_COMMUNE = "03424", "03412"
QUESTION = "/consent/consent_how"


@pytest.fixture
def question(district):
    """What is read: a question of the support case."""
    program = district.ask(lambda session: recordings.current_program(session, "support_case"))
    return next(each for each in spoken_questions(program) if each.path == QUESTION)


def said(device: FieldDevice, kind: str, rec: str, payload: dict[str, Any], unit: str, **more: Any) -> Op:
    form = {"id": FORM["form_id"], "version": FORM["version"]}
    intent = Intent(kind, rec, more.get("base"), form, f"{unit}/question_audio", payload, more.get("blobs", ()))
    at = (device.clock() + timedelta(hours=7)).strftime("%Y-%m-%dT%H:%M:%S.000+07:00")
    op, device.chain = build_op(device.chain, intent, device.sign_key, secrets.token_bytes, lambda: at)
    return op


def record(device: FieldDevice, question: Any, sound: bytes, *, unit: str = COMMUNE, send: bool = True, **changed: Any):
    """An officer reads a question aloud: (op, its verdict)."""
    photo = Photo(sound, device)
    answers = {
        "form": "support_case", "question": question.path, "said": question.label["vi"], "wording": question.wording,
        "language": "mong", "recording": f"{photo.blob}.webm", **changed,
    }  # fmt: skip
    op = said(device, "submit", new_rec(), {"answers": answers, "title": "Mông"}, unit, blobs=(photo.blob,))
    verdict = verdicts(device.push(op))[0]
    if send and verdict == "applied":
        assert photo.send()["state"] == "stored"
    return op, verdict


def heard(device: FieldDevice, language: str | None = "mong") -> dict[str, str]:
    """What hello names: recording → hash."""
    said_too = {} if language is None else {"audio_language": language}
    return {each["id"]: each["hash"] for each in device.hello(**said_too)["documents"] if each["kind"] == "audio"}


def fetched(device: FieldDevice, digest: str) -> tuple[int, bytes]:
    token = {"Authorization": f"Bearer {device.token}"}
    answer = device.client.get(f"/sync/v1/documents/{digest}", base_url=FIELD_HOST, headers=token)
    return answer.status_code, answer.get_data()


def test_a_village_hears_what_its_commune_recorded_and_no_other_commune_s(district, question):
    officer, village, far = district.device("commune_officer", COMMUNE), district.device(), district.device(unit=FAR_TEAM)
    record(officer, question, b"Mong 1")
    name = f"support_case mong {QUESTION}"
    assert heard(village) == {name: sha(b"Mong 1")}
    assert fetched(village, sha(b"Mong 1")) == (200, b"Mong 1")
    assert heard(far) == {} == heard(village, "thai")
    assert heard(village, "") == {}


def test_a_device_that_said_its_language_once_is_told_in_a_bundle_too(district, question):
    officer, village = district.device("commune_officer", COMMUNE), district.device()
    record(officer, question, b"Mong 1")
    assert heard(village, None) == {}
    heard(village)
    assert heard(village, None) == {f"support_case mong {QUESTION}": sha(b"Mong 1")}
    named = [each for each in village.hello()["documents"] if each["kind"] == "audio"]
    carried = district.ask(lambda session: texts(session, district.server.blobs, named, []))
    assert [unb64(text) for text in carried.values()] == [b"Mong 1"]


def test_a_newer_recording_takes_its_place_and_a_withdrawn_one_gives_it_back(district, question):
    officer, village = district.device("commune_officer", COMMUNE), district.device()
    record(officer, question, b"Mong 1")
    district.clock.pass_(minutes=1)
    newer, _ = record(officer, question, b"Mong 2")
    assert list(heard(village).values()) == [sha(b"Mong 2")]
    officer.push(said(officer, "void", newer.rec, {"reason": "Đọc sai"}, COMMUNE, base=newer.h))
    assert list(heard(village).values()) == [sha(b"Mong 1")]
    assert fetched(village, sha(b"Mong 2"))[0] == 404
    acts = district.ask(lambda session: session.scalars(select(AuditEntry).where(AuditEntry.act.like("question.%"))).all())
    assert [entry.act for entry in acts] == ["question.record", "question.record", "question.withdraw"]


def test_it_is_heard_once_its_sound_has_arrived_and_only_if_it_is_no_larger_than_a_village_fetches(district, question):
    officer, village = district.device("commune_officer", COMMUNE), district.device()
    record(officer, question, b"Mong 1", send=False)
    assert heard(village) == {}
    record(officer, question, b"x" * (recordings.MAX_BYTES + 1))
    assert heard(village) == {}
    record(officer, question, b"x" * recordings.MAX_BYTES)
    assert list(heard(village).values()) == [sha(b"x" * recordings.MAX_BYTES)]


def test_who_may_not_record_makes_nobody_hear_anything(district, question):
    volunteer, officer = district.device(), district.device("commune_officer", COMMUNE)
    assert record(volunteer, question, b"Mong 1", unit=TEAM)[1] == "adjudicate"
    assert record(officer, question, b"Mong 1", unit=OTHER_COMMUNE)[1] == "adjudicate"
    assert district.ask(lambda session: session.scalars(select(QuestionAudio)).all()) == []
    assert heard(district.device()) == {}


def test_coverage_counts_what_is_heard_and_names_what_is_not(district, question):
    officer = district.device("commune_officer", COMMUNE)
    record(officer, question, b"Mong 1")
    record(officer, question, b"Thai 1", language="thai", wording="0123456789ab")

    def counted(unit: str) -> dict[str, tuple[int, int, int]]:
        found = district.ask(lambda session: recordings.coverage(session, unit))
        assert {each.form_id for each in found} >= {"support_case", "household_visit"} and len(found) % 5 == 0
        return {
            each.language: (len(each.recorded), len(each.changed), len(each.missing))
            for each in found
            if each.form_id == "support_case"
        }

    total = sum(counted(TEAM)["dao"])
    assert counted(TEAM) | {} == {
        "mong": (1, 0, total - 1), "thai": (0, 1, total - 1), "dao": (0, 0, total), "lu": (0, 0, total), "giay": (0, 0, total),
    }  # fmt: skip
    assert counted(FAR_TEAM)["mong"] == (0, 0, total)


def test_the_language_of_a_device_is_forgotten_when_it_says_none(district):
    village = district.device()
    heard(village)
    heard(village, "")
    assert district.ask(lambda session: session.get(Device, village.device_id).audio_language) is None


def test_the_console_shows_a_commune_what_its_villages_hear_and_nobody_else_s(district, question):
    officer = district.device("commune_officer", COMMUNE)
    op, _ = record(officer, question, b"Mong 1")
    page = Officer(district, "commune_officer", COMMUNE).get("/recordings?form=support_case&language=mong").text
    total = len(spoken_questions(district.ask(lambda session: recordings.current_program(session, "support_case"))))
    assert f">1/{total}</a>" in page and f">0/{total}</a>" in page
    assert f"/records/{op.rec}" in page and "Chưa ghi" in page
    assert Officer(district, "commune_officer", OTHER_COMMUNE).get(f"/recordings?unit={COMMUNE}").status_code == 403
    assert Officer(district, "commune_chair", COMMUNE).get("/recordings").status_code == 403
    assert f">1/{total}</a>" not in Officer(district, "culture_officer", "106").get("/recordings").text


def test_the_command_prints_what_is_recorded_and_names_what_is_missing(district, question):
    record(district.device("commune_officer", COMMUNE), question, b"Mong 1")
    printed = district.ask(lambda session: list(coverage_lines(session, None, True)))
    here, there = printed[: printed.index("03424:")], printed[printed.index("03424:") :]
    assert any(line.startswith("  support_case, Tiếng Mông: 1 of ") for line in there)
    assert any(line.startswith("  support_case, Tiếng Dao: 0 of ") for line in there)
    assert f"    {QUESTION}" in here  # at the district nothing was recorded
    assert district.ask(lambda session: list(coverage_lines(session, "nowhere", False))) == []
