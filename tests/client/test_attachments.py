"""Photos on the laptop: encrypted before a draft names them, sent after the text, shown as unsent until confirmed."""

from __future__ import annotations

import base64
import json
import random
import shutil

import pytest
import requests
from sqlalchemy import select

from client.device import Device
from client.errors import DeviceError
from server.database import db, transaction
from server.models import Blob, Membership, Op
from server.people import revoke_device
from server.serving import begin
from sync.blobs import CHUNK, blob_of
from tests.client.conftest import COMMON, PIN, Laptop
from tests.live import TEAM, LiveDistrict, now
from tests.photo_campaign import photo_campaign


@pytest.fixture
def live(tmp_path):
    district = LiveDistrict(tmp_path / "server", photo_campaign())
    yield district
    district.close()


def photo(size: int = 1000, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def attach(laptop: Laptop, rec: str, data: bytes, name: str = "IMG_1.jpg", media_type: str = "image/jpeg") -> str:
    given = {"rec": rec, "path": "/house", "name": name, "type": media_type, "data": base64.b64encode(data).decode()}
    return laptop.device.call("attach", given)["answer"]


def with_house(laptop: Laptop, data: bytes) -> tuple[str, str]:
    """A finalised case with a photo of the house; its record and the photo's answer."""
    rec = laptop.device.start({"form_id": "support_case"})["rec"]
    answer = attach(laptop, rec, data)
    laptop.device.save_draft({"rec": rec, "answers": {**COMMON, "house": answer}})
    laptop.device.finalise({"rec": rec})
    return rec, answer


def state(laptop: Laptop, rec: str, answer: str) -> str:
    assert (
        laptop.device.open({"rec": rec})["files"][answer] == laptop.device.file({"rec": rec, "answer": answer})["state"]
    )
    return laptop.device.open({"rec": rec})["files"][answer]


def unsent(laptop: Laptop) -> int:
    return laptop.device.home({})["unsent_files"]["count"]


def on_the_server(live, answer: str) -> bytes | None:
    """The bytes the server says it has stored."""
    with live.app.app_context():
        stored = db.session.scalar(select(Blob).where(Blob.blob == blob_of(answer)))
        db.session.remove()
    if not stored:
        return None
    with live.server.blobs.open(blob_of(answer)) as file:
        return file.read()


def test_a_photo_is_taken_without_signal_and_sent_later(laptop, live):
    data = photo(2 * CHUNK + 5)
    live.stop()
    rec, answer = with_house(laptop, data)
    assert answer.endswith(".jpg")
    assert laptop.round() == "net.offline"
    assert (state(laptop, rec, answer), unsent(laptop)) == ("here", 1)
    assert laptop.device.home({})["unsent_files"]["bytes"] == len(data)
    line = {
        "rec": rec,
        "title": laptop.device.open({"rec": rec})["title"],
        "count": 1,
        "bytes": len(data),
        "problem": None,
    }
    assert laptop.device.outbox({})["files"] == [line]
    live.start()
    assert laptop.round() is None
    assert (state(laptop, rec, answer), unsent(laptop)) == ("sent", 0)
    assert laptop.device.outbox({})["files"] == []
    assert on_the_server(live, answer) == data
    shown = laptop.device.file({"rec": rec, "answer": answer})
    assert (base64.b64decode(shown["data"]), shown["type"], shown["name"]) == (data, "image/jpeg", "IMG_1.jpg")


def test_the_op_names_its_photos_wherever_they_lie_and_each_once(laptop, live):
    rec = laptop.device.start({"form_id": "support_case"})["rec"]
    house, page = attach(laptop, rec, photo()), attach(laptop, rec, photo(seed=2), "b.PNG", "")
    assert page.endswith(".png")
    papers = [{"__id": f"p{n}", "page": page} for n in range(2)]
    laptop.device.save_draft({"rec": rec, "answers": {**COMMON, "house": house, "papers": papers}})
    laptop.device.finalise({"rec": rec})
    assert laptop.round() is None
    with live.app.app_context():
        header = db.session.scalar(select(Op.header))
        db.session.remove()
    assert sorted([blob_of(house), blob_of(page)]) == json.loads(header)["blobs"]


def test_text_goes_before_photos_and_what_is_finalised_meanwhile_before_the_next_chunk(laptop, monkeypatch):
    laptop.fill_in()
    with_house(laptop, photo(3 * CHUNK))
    sent, send = [], requests.request

    def watched(method, url, **given):
        sent.append(url.split("/sync/v1/")[1].split("/")[0] if "blobs/ask" not in url else "ask")
        if sent.count("blobs") == 1 and method == "PUT":
            laptop.fill_in()  # somebody fills in another form while the photo is on its way
        return send(method, url, **given)

    monkeypatch.setattr("client.wire.requests.request", watched)
    assert laptop.round() is None
    assert sent == ["hello", "hello", "push", "pull", "digest", "ask", "blobs", "push", "blobs", "blobs"]


def test_nothing_readable_lies_on_the_disk(laptop):
    data = "Giàng Thị Dở, ảnh nhà".encode() * 100
    with_house(laptop, data)
    laptop.device.lock({})
    files = [path for path in laptop.folder.rglob("*") if path.is_file()]
    assert any(path.stat().st_size >= len(data) for path in files)
    assert not [path for path in files if data[:20] in path.read_bytes()]


@pytest.mark.parametrize("lose", ["request", "answer"])
@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_lost_on_the_way_the_photo_arrives_whole(laptop, live, monkeypatch, lose, seed):
    data = photo(4 * CHUNK + 7, seed)
    rec, answer = with_house(laptop, data)
    chance, send = random.Random(seed), requests.request

    def lossy(method, url, **given):
        if chance.random() < 0.4:
            if lose == "answer":
                send(method, url, **given)
            raise requests.ConnectionError("cut off")
        return send(method, url, **given)

    monkeypatch.setattr("client.wire.requests.request", lossy)
    rounds = 0
    while laptop.round() is not None or unsent(laptop):
        rounds += 1
        assert rounds < 200
    assert on_the_server(live, answer) == data
    assert state(laptop, rec, answer) == "sent"


def test_a_server_put_back_from_yesterday_gets_the_photos_again(laptop, live):
    data = photo()
    rec, answer = with_house(laptop, data)
    assert laptop.round() is None
    with live.app.app_context():
        with transaction() as session:
            session.delete(session.get(Blob, (blob_of(answer), rec)))
        begin(live.server, "restore")
    shutil.rmtree(live.settings.blob_path)
    assert laptop.round() is None
    assert on_the_server(live, answer) == data
    assert (state(laptop, rec, answer), unsent(laptop)) == ("sent", 0)


def test_a_photo_named_by_a_second_record_is_sent_for_that_one_too(laptop, live):
    data = photo()
    first, answer = with_house(laptop, data)
    assert laptop.round() is None
    second, again = with_house(laptop, data)
    assert (again, unsent(laptop)) == (answer, 1)
    assert laptop.round() is None
    assert unsent(laptop) == 0
    with live.app.app_context():
        assert set(db.session.scalars(select(Blob.rec))) == {first, second}
        db.session.remove()


def test_a_word_of_another_epoch_confirms_nothing(laptop, live):
    rec, answer = with_house(laptop, photo())
    assert laptop.round() is None
    laptop.device.session.store.set_head(epoch="0" * 32)
    assert (state(laptop, rec, answer), unsent(laptop)) == ("here", 1)


def test_a_photo_the_server_has_no_room_for_waits_and_says_so(laptop, live, monkeypatch):
    data = photo()
    rec, answer = with_house(laptop, data)
    with monkeypatch.context() as full:
        full.setattr(live.server.blobs, "keep_free", 2**60)
        assert laptop.round() == "blob.store_full"
    assert laptop.phase(rec) == "received"  # the text is safe
    assert laptop.device.outbox({})["files"][0]["problem"] == "blob.store_full"
    assert laptop.round() is None
    assert (state(laptop, rec, answer), on_the_server(live, answer)) == ("sent", data)


def test_one_damaged_photo_delays_no_other(laptop, live):
    with_house(laptop, photo())
    damaged = next(iter(laptop.device.session.store.folder.folder.iterdir()))
    damaged.write_bytes(b"x" + damaged.read_bytes()[1:])
    data = photo(seed=2)
    _, answer = with_house(laptop, data)
    assert laptop.round() is None
    assert on_the_server(live, answer) == data
    assert [each["problem"] for each in laptop.device.outbox({})["files"]] == ["blob.damaged"]


def test_a_forgotten_pin_loses_no_photo(laptop, live):
    data = photo(CHUNK + 1)
    live.stop()
    _, answer = with_house(laptop, data)
    laptop.device.lock({})
    live.start()
    assert laptop.device.forgot_pin({}) == {"sent": 1, "waiting": 0}
    assert on_the_server(live, answer) == data


def test_a_revoked_laptop_still_hands_over_its_photos(laptop, live):
    data = photo()
    _, answer = with_house(laptop, data)
    with live.app.app_context(), transaction() as session:
        revoke_device(session, laptop.device.session.device, now())
    assert laptop.round() == "device.revoked"
    assert on_the_server(live, answer) == data


def test_a_photo_somebody_else_took_is_fetched_when_it_is_looked_at(laptop, live, tmp_path):
    data = photo(2 * CHUNK)
    rec, answer = with_house(laptop, data)
    other = Device(tmp_path / "other", secret_store="file", background=False)
    other.enrol({"link": live.link(live.add_person("Lò Thị Hoa", "team_lead", TEAM)), "pin": PIN, "name": "Máy 2"})
    second = Laptop(other, tmp_path / "other")
    assert second.round() is None  # before the author's laptop sent anything
    assert laptop.round() is None
    assert second.round() is None
    assert other.open({"rec": rec})["files"] == {answer: "missing"}
    live.stop()
    assert other.file({"rec": rec, "answer": answer})["error_code"] == "net.offline"
    live.start()
    shown = other.file({"rec": rec, "answer": answer})
    assert (base64.b64decode(shown["data"]), shown["state"]) == (data, "sent")
    live.stop()
    assert base64.b64decode(other.file({"rec": rec, "answer": answer})["data"]) == data
    assert second.device.home({})["unsent_files"] == {"count": 0, "bytes": 0}
    live.start()
    other.close()


def test_a_photo_that_has_not_arrived_says_so(laptop, live, tmp_path, monkeypatch):
    rec, answer = with_house(laptop, photo())
    monkeypatch.setattr("client.sync_round._send_files", lambda *_: None)
    assert laptop.round() is None
    monkeypatch.undo()
    other = Device(tmp_path / "other", secret_store="file", background=False)
    other.enrol({"link": live.link(live.add_person("Lò Thị Hoa", "team_lead", TEAM)), "pin": PIN, "name": "Máy 2"})
    assert Laptop(other, tmp_path / "other").round() is None
    shown = other.file({"rec": rec, "answer": answer})
    assert (shown["state"], shown["error_code"], shown["data"]) == ("missing", "blob.not_arrived", None)
    other.close()


def test_a_record_lost_to_this_laptop_takes_its_photos_along_and_unsent_ones_still_go(laptop, live):
    sent_data, late_data = photo(), photo(seed=2)
    _, sent = with_house(laptop, sent_data)
    assert laptop.round() is None
    _, late = with_house(laptop, late_data)
    with live.app.app_context(), transaction() as session:
        session.delete(session.scalar(select(Membership)))
    laptop.round()
    assert laptop.device.list({})["total"] == 0
    assert on_the_server(live, late) == late_data
    for answer in (sent, late):
        kept = laptop.device.session.store.row("SELECT key FROM file WHERE blob = ?", blob_of(answer))
        assert kept == {"key": None}


@pytest.mark.parametrize(
    ("data", "code"),
    [("", "file.empty"), ("no base64!", "file.unreadable"), ("A" * 4 * (12 * 1024 * 1024), "file.too_large")],
    ids=["empty", "garbled", "large"],
)
def test_what_cannot_be_taken_in_says_why(laptop, data, code):
    rec = laptop.device.start({"form_id": "support_case"})["rec"]
    with pytest.raises(DeviceError, match=code):
        laptop.device.attach({"rec": rec, "name": "x.jpg", "type": "image/jpeg", "data": data})


def test_a_full_disk_loses_nothing(laptop, monkeypatch):
    rec = laptop.device.start({"form_id": "support_case"})["rec"]
    laptop.device.save_draft({"rec": rec, "answers": COMMON})

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("client.blob_folder.os.fsync", full)
        with pytest.raises(DeviceError, match=r"store\.full"):
            attach(laptop, rec, photo())
    assert laptop.device.open({"rec": rec})["draft"]["answers"] == COMMON
    assert list(laptop.device.session.store.folder.folder.iterdir()) == []
    answer = attach(laptop, rec, photo())
    assert laptop.device.file({"rec": rec, "answer": answer})["state"] == "here"


def test_a_draft_whose_photo_was_lost_is_not_sent_without_it(laptop):
    rec = laptop.device.start({"form_id": "support_case"})["rec"]
    answer = attach(laptop, rec, photo())
    laptop.device.save_draft({"rec": rec, "answers": {**COMMON, "house": answer}})
    for path in laptop.device.session.store.folder.folder.iterdir():
        path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DeviceError, match=r"file\.lost"):
        laptop.device.finalise({"rec": rec})
    assert attach(laptop, rec, photo()) == answer
    laptop.device.finalise({"rec": rec})


def test_a_finalising_that_failed_has_named_nothing(laptop, live, monkeypatch):
    rec = laptop.device.start({"form_id": "support_case"})["rec"]
    first, second = attach(laptop, rec, photo()), attach(laptop, rec, photo(seed=2))
    store = laptop.device.session.store

    def fail(**_):
        raise DeviceError("store.failed")

    with monkeypatch.context() as broken:
        broken.setattr(store, "set_head", fail)
        laptop.device.save_draft({"rec": rec, "answers": {**COMMON, "house": first}})
        with pytest.raises(DeviceError, match=r"store\.failed"):
            laptop.device.finalise({"rec": rec})
    laptop.device.save_draft({"rec": rec, "answers": {**COMMON, "house": second}})
    laptop.device.finalise({"rec": rec})
    assert unsent(laptop) == 1
    assert laptop.round() is None
    assert (unsent(laptop), on_the_server(live, first)) == (0, None)


def test_photos_taken_back_are_swept_and_those_of_drafts_stay(laptop):
    rec = laptop.device.start({"form_id": "support_case"})["rec"]
    first, second = attach(laptop, rec, photo()), attach(laptop, rec, photo(seed=2))
    laptop.device.save_draft({"rec": rec, "answers": {"house": second}})
    token = laptop.device.discard_draft({"rec": rec})
    laptop.device.lock({})
    laptop.device.unlock({"pin": PIN})
    laptop.device.restore_draft(token)
    assert laptop.device.file({"rec": rec, "answer": second})["state"] == "here"
    assert laptop.device.session.store.row("SELECT 1 FROM file WHERE blob = ?", blob_of(first)) is None
    assert len(list(laptop.device.session.store.folder.folder.iterdir())) == 1
