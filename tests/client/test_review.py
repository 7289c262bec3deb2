"""The commune without a network: her laptop shows what waits, she decides, and the server judges it when it arrives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from client.device import Device
from client.errors import DeviceError
from server.database import db
from server.models import Op, Record
from sync.bundles import read_bundle, write_bundle
from tests.client.conftest import COMMON, PIN, Laptop
from tests.live import LiveDistrict

COMMUNE = "03424"


@pytest.fixture
def officer(tmp_path: Path, live: LiveDistrict):
    """The commune officer's laptop, which has been online."""
    device = Device(tmp_path / "officer", secret_store="file", background=False)
    person = live.add_person("Lò Thị Lan", "commune_officer", COMMUNE)
    device.enrol({"link": live.link(person), "pin": PIN, "name": "Máy của xã"})
    found = Laptop(device, tmp_path / "officer")
    assert found.round() is None
    yield found
    device.close()


def case(laptop: Laptop, urgency: str = "24h", name: str = "Giàng Thị Dở", **changes) -> str:
    person = {**COMMON["person"], "full_name": name}
    return laptop.fill_in(person=person, need={**COMMON["need"], "urgency": urgency}, **changes)


def state_at_the_server(live: LiveDistrict, rec: str) -> tuple[str, str]:
    """(state, type of the last change)."""
    with live.app.app_context():
        record = db.session.get(Record, rec)
        found = record.state, json.loads(record.doc)["history"][-1]["type"]
        db.session.remove()
    return found


def take(officer: Laptop, rec: str, action: str, **said) -> dict:
    seen = officer.device.call("review", {"rec": rec})
    return officer.device.call("step", {"rec": rec, "action": action, "answers_hash": seen["answers_hash"], **said})


def refusal(call, *given) -> str:
    with pytest.raises(DeviceError) as refused:
        call(*given)
    return refused.value.code


def queue(officer: Laptop, **asked) -> list[str]:
    return [row["title"] for row in officer.device.call("queue", asked)["rows"]]


def test_the_queue_shows_what_waits_the_most_urgent_first(laptop, officer):
    case(laptop, "week", "Lò Thị Một")
    case(laptop, "now", "Tẩn Tả Hai")
    case(laptop, "24h", "Sùng A Ba")
    assert (laptop.round(), officer.round()) == (None, None)
    found = officer.device.call("queue", {})
    assert [row["title"].split(" · ")[0] for row in found["rows"]] == ["Tẩn Tả Hai", "Sùng A Ba", "Lò Thị Một"]
    assert next(row["urgency"]["label"]["vi"] for row in found["rows"]) == "Ngay bây giờ"
    assert found["counts"] == {"mine": 3, "decided": 0, "all": 3}
    assert {row["place_name"] for row in found["rows"]} == {"Bản Phiêng Hoi (trình diễn)"}
    assert all(row["due"] > row["received_at"] for row in found["rows"])
    assert [each["count"] for each in found["states"]] == [3]
    assert len(queue(officer, query="tan ta")) == 1
    assert queue(officer, state="closed") == [] and queue(officer, days=2) == []
    assert [name.split(" · ")[0] for name in queue(officer, order="oldest")] == [
        "Lò Thị Một",
        "Tẩn Tả Hai",
        "Sùng A Ba",
    ]


def test_a_volunteer_has_no_queue_and_may_take_no_step(laptop):
    rec = case(laptop)
    assert laptop.round() is None
    assert laptop.device.call("queue", {"tab": "all"})["rows"] == []
    assert laptop.device.call("overview", {})["places"] == []
    assert laptop.device.call("review", {"rec": rec})["steps"] == []
    assert refusal(take, laptop, rec, "commune_check") == "step.forbidden"


def test_a_decision_made_offline_is_judged_when_it_arrives(laptop, officer, live):
    rec = case(laptop)
    assert (laptop.round(), officer.round()) == (None, None)
    live.stop()
    seen = officer.device.call("review", {"rec": rec})
    assert [each["action"] for each in seen["steps"]] == ["commune_check", "return"]
    take(officer, rec, "commune_check")
    assert officer.round() == "net.offline"
    after = officer.device.call("review", {"rec": rec})
    assert (after["state"], after["phase"]) == ("commune_checked", "waiting"), "decided, and not at the server yet"
    assert queue(officer) == [] and len(queue(officer, tab="decided")) == 1
    live.start()
    assert state_at_the_server(live, rec)[0] == "submitted"
    assert officer.round() is None
    assert state_at_the_server(live, rec) == ("commune_checked", "step")
    assert officer.device.call("review", {"rec": rec})["phase"] == "approved"
    assert laptop.round() is None and laptop.phase(rec) == "approved"


def test_a_return_carries_its_reason_and_remarks_to_the_village_and_back_with_its_changes(laptop, officer, live):
    rec = case(laptop)
    assert (laptop.round(), officer.round()) == (None, None)
    assert refusal(take, officer, rec, "return") == "record.reason_missing"
    size = "/household/household_size"
    take(
        officer,
        rec,
        "return",
        reason="Sai số khẩu",
        remarks=[{"path": size, "text": "Xem lại sổ"}, {"path": "/x", "text": " "}],
    )
    assert (officer.round(), laptop.round()) == (None, None)
    seen = laptop.device.open({"rec": rec})
    assert [(each["path"], each["text"]) for each in seen["remarks"]] == [(size, "Xem lại sổ")]
    answers = {**seen["answers"], "household": {**seen["answers"]["household"], "household_size": 6}}
    laptop.device.save_draft({"rec": rec, "answers": answers})
    laptop.device.finalise({"rec": rec})
    assert (laptop.round(), officer.round()) == (None, None)
    again = officer.device.call("review", {"rec": rec})
    assert again["before"]["answers"]["household"]["household_size"] == 5
    assert again["answers"]["household"]["household_size"] == 6
    take(officer, rec, "commune_check")
    assert officer.device.call("review", {"rec": rec})["before"] is None, "what she judged is no news to her"


def test_what_changed_since_it_was_looked_at_is_not_approved(laptop, officer, live):
    rec = case(laptop)
    assert (laptop.round(), officer.round()) == (None, None)
    looked_at = officer.device.call("review", {"rec": rec})["answers_hash"]
    laptop.device.save_draft({"rec": rec, "answers": {**COMMON, "need": {**COMMON["need"], "urgency": "now"}}})
    laptop.device.finalise({"rec": rec})
    assert (laptop.round(), officer.round()) == (None, None)
    asked = {"rec": rec, "action": "commune_check", "answers_hash": looked_at}
    assert refusal(officer.device.call, "step", asked) == "step.content_changed"
    laptop.device.save_draft({"rec": rec, "answers": {**COMMON, "need": {**COMMON["need"], "urgency": "week"}}})
    laptop.device.finalise({"rec": rec})
    take(officer, rec, "commune_check")  # of what is on her laptop; the village has sent something newer meanwhile
    assert (laptop.round(), officer.round()) == (None, None)
    (stuck,) = officer.device.outbox({})["stuck"]
    assert (stuck["rec"], stuck["reason"]) == (rec, "step.content_changed")
    assert state_at_the_server(live, rec)[0] == "submitted"


def test_a_correction_is_her_own_op_and_is_approved_with_it_in_one_breath(laptop, officer, live):
    rec = case(laptop)
    assert (laptop.round(), officer.round()) == (None, None)
    live.stop()
    seen = officer.device.call("review", {"rec": rec})
    answers = {**seen["answers"], "household": {**seen["answers"]["household"], "household_size": 7}}
    officer.device.save_draft({"rec": rec, "answers": answers})
    officer.device.finalise({"rec": rec})
    take(officer, rec, "commune_check")
    live.start()
    assert officer.round() is None
    assert officer.device.outbox({})["stuck"] == []
    with live.app.app_context():
        doc = json.loads(db.session.scalars(select(Record)).one().doc)
        db.session.remove()
    assert [entry["type"] for entry in doc["history"]] == ["submit", "correct", "step"]
    assert (doc["state"], doc["answers"]["household"]["household_size"]) == ("commune_checked", 7)


def test_several_are_approved_together_only_after_each_was_opened(laptop, officer, live):
    first, second = case(laptop, name="Lò Thị Một"), case(laptop, name="Tẩn Tả Hai")
    assert (laptop.round(), officer.round()) == (None, None)
    officer.device.call("review", {"rec": first})
    together = {
        row["rec"]: [each["action"] for each in row["together"]] for row in officer.device.call("queue", {})["rows"]
    }
    assert together == {first: ["commune_check"], second: []}
    asked = {"action": "commune_check", "recs": [first, second]}
    given = officer.device.call("step_all", asked)
    assert given == {"done": [first], "refused": [{"rec": second, "code": "review.unopened"}]}
    assert (
        refusal(officer.device.call, "step", {"rec": first, "action": "nonsense", "answers_hash": ""})
        == "step.forbidden"
    )
    assert (
        officer.device.call("step_all", {"action": "return", "recs": [first]})["refused"][0]["code"] == "step.forbidden"
    )
    assert officer.round() is None
    assert (state_at_the_server(live, first)[0], state_at_the_server(live, second)[0]) == (
        "commune_checked",
        "submitted",
    )


def test_the_villages_show_what_waits_and_who_is_silent(laptop, officer):
    first = case(laptop)
    case(laptop, name="Tẩn Tả Hai")
    assert (laptop.round(), officer.round()) == (None, None)
    take(officer, first, "return", reason="Xem lại")
    seen = officer.device.call("overview", {})
    village = next(each for each in seen["places"] if each["unit"] == "03424-07")
    assert (village["name"], village["total"], village["mine"]) == ("Bản Phiêng Hoi (trình diễn)", 2, 1)
    assert (village["counts"]["received"], village["counts"]["has_issues"], village["silent_days"]) == (1, 1, 0)
    assert village["people"] == [{"name": "Lò Văn Ơn", "count": 2, "last_at": village["last_at"]}]
    silent = [each for each in seen["places"] if each["total"] == 0]
    assert silent and all(each["silent_days"] is None for each in silent), "villages that never sent are named too"
    assert seen["as_of"] == officer.device.session.store.head()["server_time"]


# What was carried by hand, before the server has seen it.
def hand_over(laptop: Laptop) -> list[str]:
    return [file["text"] for file in laptop.device.make_bundle({})["files"]]


def test_what_was_hand_carried_is_reviewed_before_the_server_has_seen_it(laptop, officer, live):
    assert laptop.round() is None  # hears who reviews offline
    live.stop()
    rec = case(laptop)
    for text in hand_over(laptop):
        officer.device.call("take_bundle", {"text": text})
    (row,) = officer.device.call("queue", {})["rows"]
    assert (row["rec"], row["carried"], row["author"]) == (rec, True, "Lò Văn Ơn")
    assert officer.device.list({})["rows"][0]["phase"] == "waiting", "not received: the server has not seen it"
    seen = officer.device.call("review", {"rec": rec})
    assert (seen["carried"], seen["answers"]["person"]["full_name"], seen.get("receipt", None)) == (
        True, "Giàng Thị Dở", None,
    )  # fmt: skip
    mended = {**seen["answers"], "household": {**seen["answers"]["household"], "household_size": 7}}
    officer.device.save_draft({"rec": rec, "answers": mended})
    officer.device.finalise({"rec": rec})
    take(officer, rec, "commune_check")
    live.start()
    # Her own ops are pushed before the bundle is forwarded: they wait at the server for what they are made from.
    assert officer.round() is None
    assert state_at_the_server(live, rec) == ("commune_checked", "step")
    assert officer.round() is None
    after = officer.device.call("review", {"rec": rec})
    assert (after["carried"], after["phase"], after["answers"]["household"]["household_size"]) == (False, "approved", 7)
    assert [entry["type"] for entry in after["history"]] == ["submit", "correct", "step"]
    assert officer.device.session.store.rows("SELECT * FROM carried_op") == []
    assert laptop.round() is None and laptop.phase(rec) == "approved"


def test_an_answer_to_a_return_carried_by_hand_lies_over_the_servers_copy(laptop, officer, live):
    rec = case(laptop)
    assert (laptop.round(), officer.round()) == (None, None)
    take(officer, rec, "return", reason="Xem lại")
    assert (officer.round(), laptop.round()) == (None, None)
    live.stop()
    laptop.device.save_draft(
        {"rec": rec, "answers": {**COMMON, "household": {**COMMON["household"], "household_size": 6}}}
    )
    laptop.device.finalise({"rec": rec})
    for text in hand_over(laptop):
        officer.device.call("take_bundle", {"text": text})
    seen = officer.device.call("review", {"rec": rec})
    assert (seen["state"], seen["carried"], seen["answers"]["household"]["household_size"]) == ("submitted", True, 6)
    take(officer, rec, "commune_check")
    live.start()
    assert officer.round() is None and officer.round() is None
    assert state_at_the_server(live, rec) == ("commune_checked", "step")


def test_who_is_no_reviewer_of_it_reads_nothing_and_neither_does_a_stranger(laptop, officer, live, tmp_path):
    assert laptop.round() is None
    (named,) = laptop.device.session.store.head()["reviewers"]
    assert named["device"] == officer.device.session.device
    rec = case(laptop)
    (text,) = hand_over(laptop)
    other = Device(tmp_path / "other", secret_store="file", background=False)
    person = live.add_person("Vàng A Páo", "commune_officer", "03412")  # of another commune
    other.enrol({"link": live.link(person), "pin": PIN, "name": "Máy xã khác"})
    carrier = Laptop(other, tmp_path / "other")
    assert carrier.round() is None
    assert carrier.device.call("take_bundle", {"text": text})["slip"]["ops"] == 1
    assert carrier.device.call("queue", {"tab": "all"})["rows"] == []
    assert refusal(carrier.device.call, "review", {"rec": rec}) == "record.unknown"
    store = carrier.device.session.store
    assert store.rows("SELECT * FROM carried_op") == [] and store.rows("SELECT * FROM record") == []
    other.close()


def test_a_copy_that_was_touched_or_belongs_to_another_op_is_left_unread(laptop, officer, live):
    assert laptop.round() is None
    case(laptop, name="Lò Thị Một")
    case(laptop, name="Tẩn Tả Hai")
    content = read_bundle(hand_over(laptop)[0].encode()).content
    first, second = content["ops"]
    first["copy"], second["copy"] = second["copy"], {**first["copy"], "sealed": "AAAA"}
    slip = officer.device.call("take_bundle", {"text": write_bundle("up", content).decode()})["slip"]
    assert slip["ops"] == 2 and officer.device.call("queue", {"tab": "all"})["rows"] == []
    assert officer.round() is None and officer.round() is None
    assert officer.device.call("queue", {})["total"] == 2, "the server's own copies were whole"


# Honest status.
def test_the_counts_are_the_truth_and_the_servers_once_everything_is_sent(laptop, officer, live):
    def counts(outbox: dict) -> tuple[int, int, int, int]:
        """(confirmed, waiting, of these handed to a carrier, for a person to decide)"""
        handed = [each for each in outbox["waiting"] if each["handed_at"]]
        return outbox["confirmed"], len(outbox["waiting"]), len(handed), len(outbox["stuck"])

    case(laptop)
    assert counts(laptop.device.outbox({})) == (0, 1, 0, 0)
    texts = hand_over(laptop)
    rec = case(laptop)
    assert counts(laptop.device.outbox({})) == (0, 2, 1, 0), "what was finalised after the bundle is not in it"
    for text in texts:
        officer.device.call("take_bundle", {"text": text})
    assert officer.round() is None
    assert counts(laptop.device.outbox({})) == (0, 2, 1, 0), "the carrier has forwarded it; this device has no receipt"
    assert laptop.round() is None
    laptop.device.void({"rec": rec, "reason": "Ghi nhầm"})
    assert officer.round() is None
    take(officer, rec, "commune_check")
    assert (officer.round(), laptop.round()) == (None, None)
    told = laptop.device.outbox({})
    assert counts(told) == (3, 0, 0, 1) and told["stuck"][0]["message"]["vi"], "refused for judgement, and why"
    assert told["as_of"] == laptop.device.session.store.head()["server_time"]
    with live.app.app_context():
        stored = list(db.session.scalars(select(Op.verdict).where(Op.device_id == laptop.device.session.device)))
        db.session.remove()
    assert (len(stored), stored.count("adjudicate")) == (3, 1)
