"""Erasing by order of the law (P-24): contents go everywhere, headers and chain stay, and no backup brings them back."""

import json

import pytest
from sqlalchemy import select, text

from server.backup import back_up
from server.database import db
from server.epoch import last_counter
from server.erasure import Order, add_to_list, erase, erase_again, read_list
from server.models import Adjudication, Blob, BlobRef, Device, Erasure, Feed, Op, Record, Revision
from server.problems import Refusal
from server.serving import open_server
from server.verify import differences
from tests.server.district import OTHER_TEAM, TEAM, verdicts
from tests.server.photo import Photo, image_bytes
from tests.server.test_backup import reborn, recovery  # noqa: F401  fixtures
from tests.server.test_moves import move

SECRET = "Vàng Thị Xuyến"
HERE = f"{TEAM}/support_case"


@pytest.fixture
def chief(district):
    return district.person("commune_officer", "03424")


def erased(district, person, rec, reason="Quyết định 12/QĐ"):
    with district.app.app_context():
        return erase(district.server, person.person_id, "commune_officer", rec, reason)


def case(device, **more):
    op = device.submit(full_name=SECRET, **more)
    assert verdicts(device.push(op)) == ["applied"]
    return op


def whole(district):
    with district.app.app_context():
        return [str(each) for each in differences(db.session, district.server)]


def everything(district):
    """The text of every column of every table."""
    with district.app.app_context():
        rows = [row for table in db.metadata.sorted_tables for row in db.session.execute(select(table))]
        return " ".join(
            str(bytes(v).decode("utf-8", "ignore") if isinstance(v, bytes) else v) for row in rows for v in row
        )


def test_nothing_of_what_it_said_is_in_any_table_and_the_chain_still_proves_itself(district, chief):
    device = district.device()
    op = case(device)
    device.push(device.edit(op, full_name=SECRET, household_size=7))
    other = device.submit()
    device.push(other)
    assert SECRET in everything(district)
    order = erased(district, chief, op.rec)
    assert SECRET not in everything(district)
    assert whole(district) == []
    row = district.ask(lambda s: s.get(Erasure, op.rec))
    assert ([each["rev"] for each in row.line], row.h) == ([1, 2], order.h)
    assert district.ask(lambda s: s.get(Record, op.rec)) is None
    assert district.ask(lambda s: s.get(Record, other.rec)) is not None
    assert len(district.ask(lambda s: s.scalars(select(Op).where(Op.rec == op.rec)).all())) == 2


def test_the_database_file_keeps_no_byte_of_it(district, chief):
    if district.ask(lambda s: s.get_bind().dialect.name) != "sqlite":
        return  # PostgreSQL's own VACUUM is what stands for this there
    device = district.device()
    op = case(device)
    erased(district, chief, op.rec)
    folder = district.server.settings.data_dir
    for path in folder.glob("chungsuc.sqlite3*"):
        assert SECRET.encode() not in path.read_bytes(), path.name


def test_it_travels_in_the_feed_to_every_scope_the_record_was_in(district, chief):
    old, new = district.device(), district.device(unit=OTHER_TEAM)
    op = case(old)
    move(district, chief, op.rec)
    erased(district, chief, op.rec)
    for device in (old, new):
        changes = [each for page in device.pull()["pages"] for each in page["changes"]]
        assert [(each["rec"], each["kind"], each["erased"], "doc" in each) for each in changes] == [
            (op.rec, "leave", True, False)]  # fmt: skip
    assert whole(district) == []


def test_what_still_comes_is_answered_and_not_kept(district, chief):
    device = district.device()
    op = case(device)
    erased(district, chief, op.rec)
    assert verdicts(device.push(op)) == ["duplicate"]
    late = device.edit(op, full_name=SECRET, household_size=6)
    line = device.push(late)["verdicts"][0]
    assert (line["verdict"], line["reason"]) == ("adjudicate", "record.erased")
    assert SECRET not in everything(district)
    assert district.ask(lambda s: s.scalars(select(Adjudication)).all()) == []
    assert whole(district) == []


def test_what_a_copied_device_still_sends_of_it_is_not_kept_either(district, chief):
    device = district.device()
    op = case(device)
    before = device.chain
    device.push(device.edit(op, household_size=6))
    erased(district, chief, op.rec)
    device.chain = before  # its copy goes on from there
    line = device.push(device.edit(op, full_name=SECRET, household_size=7))["verdicts"][0]
    assert line["reason"] == "record.erased"
    assert district.ask(lambda s: s.get(Device, device.device_id).cloned)
    assert SECRET not in everything(district) and whole(district) == []


def test_its_photos_are_destroyed_and_those_of_others_stay(district, chief):
    device = district.device()
    mine, shared = Photo(image_bytes(900), device), Photo(image_bytes(700), device)
    op = case(device, blobs=(mine.blob, shared.blob))
    other = device.submit(blobs=(shared.blob,))
    device.push(other)
    for photo in (mine, shared):
        photo.send()
    erased(district, chief, op.rec)
    assert not district.server.blobs.has(mine.blob) and district.server.blobs.has(shared.blob)
    assert district.ask(lambda s: s.scalars(select(BlobRef.rec)).all()) == [other.rec]
    assert district.ask(lambda s: s.scalars(select(Blob.rec)).all()) == [other.rec]
    assert mine.ask()["state"] == "erased"


def test_a_submission_that_only_waits_is_erased_as_well(district, chief):
    device = district.device()
    op = device.submit(full_name=SECRET, unit="03412-01-T1")
    assert verdicts(device.push(op)) == ["adjudicate"]
    erased(district, chief, op.rec)
    assert SECRET not in everything(district) and whole(district) == []


def test_a_restore_does_not_bring_it_back(district, chief, tmp_path, reborn):  # noqa: F811
    device = district.device()
    op, other = case(device), case(device)
    with district.app.app_context():
        before = back_up(district.server, tmp_path)
    erased(district, chief, op.rec)
    with district.app.app_context():
        back_up(district.server, tmp_path)
    back = reborn(before)
    text_of_all = everything(back)
    assert back.ask(lambda s: s.get(Record, op.rec)) is None and back.ask(lambda s: s.get(Record, other.rec))
    assert back.ask(lambda s: s.get(Erasure, op.rec)).h in text_of_all
    assert whole(back) == []
    assert [order.rec for order in read_list(back.server.settings.erased_path)] == [op.rec]


def test_a_restore_to_before_the_record_came_still_takes_nothing_of_it(district, chief, tmp_path, reborn):  # noqa: F811
    device = district.device()
    with district.app.app_context():
        before = back_up(district.server, tmp_path)
    op = case(device)
    erased(district, chief, op.rec)
    with district.app.app_context():
        back_up(district.server, tmp_path)
    back = reborn(before)
    open_server(back.app)
    device.client, device.token = back.app.test_client(), ""
    device.hello()
    line = device.push(op)["verdicts"][0]
    assert (line["verdict"], line["reason"]) == ("adjudicate", "record.erased")
    assert SECRET not in everything(back) and whole(back) == []


def test_a_crash_after_the_order_is_finished_at_the_next_start(district, chief, monkeypatch):
    device = district.device()
    op = case(device)
    with monkeypatch.context() as patch:
        patch.setattr("server.erasure.carry_out", lambda *given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            erased(district, chief, op.rec)
    assert SECRET in everything(district)
    open_server(district.app)
    assert SECRET not in everything(district) and whole(district) == []


def test_the_counter_rises_also_where_no_device_is_to_be_told(district, chief):
    device = district.device()
    op = case(device)
    before = district.ask(last_counter)
    erased(district, chief, op.rec)
    assert district.ask(last_counter) > before
    assert district.ask(lambda s: s.scalars(select(Feed.kind)).all()) == ["erase"]


def test_an_order_needs_a_record_and_a_reason(district, chief):
    op = case(district.device())
    for rec, reason, code in ((op.rec, " ", "erase.reason"), ("0" * 36, "x", "erase.unknown")):
        with pytest.raises(Refusal) as refused:
            erased(district, chief, rec, reason)
        assert refused.value.code == code
    first = erased(district, chief, op.rec)
    assert erased(district, chief, op.rec, "again").h == first.h


def test_a_torn_line_of_the_list_is_no_order_and_a_damaged_one_is_said(tmp_path):
    path = tmp_path / "erased.jsonl"
    one, two = (Order(rec, "h", "{}", "{}", "s", "2026-12-01T00:00:00+00:00") for rec in ("a", "b"))
    add_to_list(path, [one])
    with path.open("ab") as file:
        file.write(b'{"rec": "c", "h"')
    assert read_list(path) == [one]
    add_to_list(path, [two, one])
    assert read_list(path) == [one, two]
    path.write_bytes(b"{\n" + path.read_bytes())
    with pytest.raises(Refusal) as refused:
        read_list(path)
    assert refused.value.code == "erase.list"


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("erase.left", "UPDATE op SET payload = header"),
        ("erase.order", "UPDATE erasure SET header = payload"),
        ("erase.line", "UPDATE erasure SET line = REPLACE(CAST(line AS TEXT), 'submitted', 'approved')"),
        ("feed.place", "UPDATE feed SET kind = 'doc'"),
    ],
)
def test_verify_finds_what_was_not_erased_well(district, chief, what, change):
    if "REPLACE" in change and district.ask(lambda s: s.get_bind().dialect.name) != "sqlite":
        change = change.replace("REPLACE(CAST(line AS TEXT), 'submitted', 'approved')",
                                "CAST(REPLACE(CAST(line AS TEXT), 'submitted', 'approved') AS JSON)")  # fmt: skip
    op = case(district.device())
    erased(district, chief, op.rec)
    district.ask(lambda s: s.execute(text(change)))
    assert what in {line.split(" ")[0] for line in whole(district)}


def test_the_order_is_signed_and_says_who_and_why(district, chief):
    op = case(district.device())
    order = erased(district, chief, op.rec)
    said = json.loads(order.payload)
    assert (said["reason"], said["by"]["person"]) == ("Quyết định 12/QĐ", chief.person_id)
    with district.app.app_context():
        assert erase_again(district.server) == 0
    assert district.ask(lambda s: s.scalars(select(Revision)).all()) == []
