"""Backup, restore, verify: a server comes back from one file, on either database, and devices need nothing done."""

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from server import create_app
from server.backup import back_up, make_recovery_key, read_recovery_key, restore
from server.database import db, transaction
from server.epoch import current_epoch
from server.models import BlobRef, ConsoleSession, Op, Record, Revision
from server.problems import Refusal
from server.verify import differences
from tests.server.conftest import dispose
from tests.server.district import District
from tests.server.photo import Photo, image_bytes


@pytest.fixture
def recovery(district, tmp_path: Path) -> Path:
    make_recovery_key(district.server.settings.recovery_path, tmp_path / "recovery.json")
    return tmp_path / "recovery.json"


@contextmanager
def refused(*codes: str) -> Iterator[None]:
    with pytest.raises(Refusal) as caught:
        yield
    assert caught.value.code in codes


def made(district: District, folder: Path) -> Path:
    with district.app.app_context():
        return back_up(district.server, folder)


def found(district: District) -> list[str]:
    with district.app.app_context():
        return [each.what for each in differences(db.session, district.server)]


@pytest.fixture
def reborn(district, tmp_path: Path, recovery: Path):
    """Restores a backup into an empty folder, into SQLite; a District over it."""
    apps = []

    def bring(path: Path, key: Path = recovery) -> District:
        folder = tmp_path / "reborn"
        folder.mkdir(exist_ok=True)
        settings = replace(district.server.settings, data_dir=folder, database_url="")
        apps.append(create_app(settings, district.clock))
        restore(apps[-1], path, read_recovery_key(key))
        return District(apps[-1], district.clock)

    yield bring
    for app in apps:
        dispose(app)


def rows(district: District, table: type) -> set[tuple]:
    with district.app.app_context():
        return {tuple(map(repr, row)) for row in db.session.execute(sa.select(*table.__table__.columns))}


def test_a_restored_server_holds_every_row_and_lives_under_a_new_epoch(district, tmp_path, reborn):
    phone = district.device()
    phone.push(phone.submit(), phone.submit())
    again = reborn(made(district, tmp_path))
    for table in (Op, Record, Revision):
        assert rows(again, table) == rows(district, table) != set()
    assert found(again) == []
    with district.app.app_context():
        old = current_epoch(db.session)
    with again.app.app_context():
        assert current_epoch(db.session) != old
        assert db.session.scalars(sa.select(ConsoleSession)).all() == []


def test_after_a_restore_the_phone_sends_again_what_the_backup_lacks(district, tmp_path, reborn):
    phone = district.device()
    first, second = phone.submit(), phone.submit()
    phone.push(first)
    path = made(district, tmp_path)
    phone.push(second)  # the server dies with this one
    again = reborn(path)
    phone.client, phone.token = again.app.test_client(), ""
    hello = phone.hello()
    assert hello["state"] == "active" and hello["chain"]["n"] == 1
    assert [line["verdict"] for line in phone.push(first, second)["verdicts"]] == ["duplicate", "applied"]
    assert phone.pull_all().keys() == {first.rec, second.rec}
    assert found(again) == []


def test_only_a_proven_backup_of_this_epoch_secures_records(district, tmp_path, recovery):
    phone = district.device()
    receipt = phone.push(phone.submit())
    assert phone.hello()["safe_seq"] == 0
    made(district, tmp_path)
    assert phone.hello()["safe_seq"] == receipt["counter"]
    phone.push(phone.submit())
    assert phone.hello()["safe_seq"] == receipt["counter"]


def test_a_link_open_before_a_restore_may_have_been_spent_since_and_is_void(district, tmp_path, reborn):
    code = district.code(district.person())
    again = reborn(made(district, tmp_path))
    late = again.new_device()
    assert late.enrol(code)["error"]["code"] == "enrol.expired"


def test_a_backup_needs_a_recovery_key_and_only_its_own_opens_it(district, tmp_path, reborn, recovery):
    path = made(district, tmp_path)
    stranger = tmp_path / "other.json"
    make_recovery_key(tmp_path / "other.pub", stranger)
    with refused("recovery.wrong"):
        reborn(path, stranger)
    reborn(path)


def test_without_a_recovery_key_nothing_is_written(district, tmp_path):
    with refused("recovery.missing"):
        made(district, tmp_path)
    assert list(tmp_path.glob("*.backup*")) == []


def test_the_backup_does_not_hold_the_servers_keys_in_the_open(district, tmp_path, recovery):
    path = made(district, tmp_path)
    secret = json.loads(district.server.settings.key_path.read_text())
    with zipfile.ZipFile(path) as archive:
        held = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert not any(str(secret[name]) in held for name in ("sign", "seal", "secret"))
    assert path.stat().st_mode & 0o077 == 0


def test_an_altered_backup_is_refused_and_leaves_nothing(district, tmp_path, reborn, recovery):
    phone = district.device()
    phone.push(phone.submit())
    path = made(district, tmp_path)
    bad = tmp_path / "bad.backup"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(bad, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"Giang", b"Giong").replace(b"/need", b"/nead"))
    with refused("backup.altered"):
        reborn(bad)
    assert found(reborn(path)) == []  # into the same folder: the failure left it empty


@pytest.mark.parametrize("content", [b"", b"not a zip at all", b"PK\x05\x06" + bytes(18)])
def test_a_file_that_is_no_backup_is_refused(reborn, tmp_path, recovery, content):
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    with refused("backup.unreadable", "recovery.wrong"):
        reborn(path)


def test_a_restore_never_overwrites_a_server(district, tmp_path, recovery):
    path = made(district, tmp_path)
    app = create_app(district.server.settings, district.clock)
    with refused("restore.not_empty"):
        restore(app, path, read_recovery_key(recovery))
    dispose(app)
    assert found(district) == []


SPOILT = {
    "op.hash": "UPDATE op SET header = replace(header, 'support', 'Support')",
    "op.signature": "UPDATE op SET sig = replace(sig, substr(sig, 1, 3), 'AAA')",
    "op.columns": "UPDATE op SET at = '2021-12-05T00:00:00.000+07:00'",
    "op.lost": "UPDATE op SET rev = NULL",
    "chain.contiguous": "UPDATE device SET contiguous = 7",
    "record.fold": "UPDATE record SET doc = replace(doc, 'Dở', 'Mỷ')",
    "record.head": "UPDATE record SET title = 'Ai đó'",
    "revision.fold": "UPDATE revision SET answers_hash = prev",
    "feed.place": "DELETE FROM feed",
    "feed.counter": "UPDATE counter SET last = 0",
    "audit.broken": "UPDATE audit_entry SET act = 'nothing' WHERE seq = 1",
}


@pytest.mark.parametrize("what", SPOILT)
def test_verify_finds_what_was_spoilt(district, what):
    """The database is SQLite or PostgreSQL; bytes are replaced where both can."""
    phone = district.device()
    case = phone.submit()
    phone.push(case)
    phone.push(phone.edit(case, household_size=6))
    assert found(district) == []
    statement = SPOILT[what]
    with district.app.app_context(), transaction() as session:
        if "header" in statement:
            op = session.get_one(Op, case.h)
            op.header = op.header.replace(b"support", b"Support")
        elif what == "revision.fold":
            session.get_one(Revision, (case.rec, 2)).answers_hash = "0" * 64
        else:
            session.execute(sa.text(statement))
    assert what in found(district)


def test_verify_folds_conflicts_steps_and_console_work_again(district):
    """Two edits of one question from one base, then a word from the office: nothing differs afterwards."""
    phone = district.device()
    case = phone.submit()
    phone.push(case)
    phone.push(phone.edit(case, household_size=6))
    phone.push(phone.edit(case, household_size=7), phone.op("comment", case.rec, {"text": "Đã gọi lại"}, base=case.h))
    with district.app.app_context():
        assert json.loads(db.session.get_one(Record, case.rec).doc)["conflicts"]
    assert found(district) == []


def test_photos_come_back_with_a_restore_and_those_the_backup_lacks_are_sent_again(district, tmp_path, reborn):
    device = district.device()
    kept, late = Photo(image_bytes(1000), device), Photo(image_bytes(1000, 2), device)
    device.push(device.submit(blobs=(kept.blob,)), device.submit(blobs=(late.blob,)))
    kept.send()
    path = made(district, tmp_path)
    assert district.server.blobs.is_whole(kept.blob)
    again = reborn(path)
    assert again.server.blobs.is_whole(kept.blob)
    assert found(again) == []
    device.client = again.app.test_client()
    device.hello()
    assert (kept.ask()["state"], late.ask()["state"]) == ("stored", "wanted")


def test_photos_lost_from_the_backups_folder_are_sent_again(district, tmp_path, reborn):
    device = district.device()
    photo = Photo(image_bytes(1000), device)
    device.push(device.submit(blobs=(photo.blob,)))
    photo.send()
    path = made(district, tmp_path)
    copy = next((path.parent / "blobs").rglob(photo.blob))
    copy.write_bytes(b"x" + copy.read_bytes()[1:])
    again = reborn(path)
    assert found(again) == []
    device.client = again.app.test_client()
    device.hello()
    assert photo.ask()["state"] == "wanted"
    assert photo.send()["state"] == "stored"


@pytest.mark.parametrize("what", ["blob.lost", "blob.damaged", "blob.named"])
def test_verify_finds_a_photo_that_was_spoilt(district, what):
    device = district.device()
    photo = Photo(image_bytes(1000), device)
    device.push(device.submit(blobs=(photo.blob,)))
    photo.send()
    assert found(district) == []
    place = next(district.server.settings.blob_path.rglob(photo.blob))
    if what == "blob.lost":
        place.unlink()
    elif what == "blob.damaged":
        place.write_bytes(b"x" + place.read_bytes()[1:])
    else:
        district.ask(lambda session: session.execute(sa.update(BlobRef).values(rec="0" * 36)))
    assert found(district) == [what]


def test_a_photo_that_cannot_be_copied_whole_makes_no_backup(district, tmp_path, recovery):
    device = district.device()
    photo = Photo(image_bytes(1000), device)
    device.push(device.submit(blobs=(photo.blob,)))
    photo.send()
    next(district.server.settings.blob_path.rglob(photo.blob)).unlink()
    with refused("backup.unsound"):
        made(district, tmp_path)
