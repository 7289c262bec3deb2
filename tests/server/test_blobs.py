"""Attachments at the server: stored when whole and never before, read by whom the record is for, and swept."""

from __future__ import annotations

import copy
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from server import blobs, create_app
from server.blob_store import BlobStore
from server.models import Blob
from server.serving import open_server
from sync.blobs import CHUNK, encrypt_blob, key_use
from sync.canonical import b64, sha
from sync.seal import seal
from tests.server.conftest import dispose
from tests.server.district import FAR_TEAM, OTHER_TEAM, District, verdicts
from tests.server.photo import Photo, image_bytes

THREE_CHUNKS = 2 * CHUNK + 100


def photo_of(device, data: bytes | None = None) -> tuple[Photo, dict]:
    """A photo that a stored case names, and the receipt of that case."""
    photo = Photo(image_bytes(THREE_CHUNKS) if data is None else data, device)
    return photo, device.push(device.submit(blobs=(photo.blob,)))


def code(answer) -> str:
    return answer["error"]["code"]


def test_the_receipt_lists_the_photos_it_wants_until_they_have_arrived(district):
    device = district.device()
    photo = Photo(image_bytes(THREE_CHUNKS), device)
    op = device.submit(blobs=(photo.blob,))
    assert device.push(op)["verdicts"][0]["wanted"] == [photo.blob]
    photo.send()
    again = device.push(op)
    assert (verdicts(again), again["verdicts"][0]["wanted"]) == (["duplicate"], [])


def test_a_photo_is_stored_when_its_last_chunk_is_here_and_its_bytes_are_its_names(district):
    device = district.device()
    photo, _ = photo_of(device)
    assert photo.ask() == {"blob": photo.blob, "state": "wanted", "have": []}
    assert photo.put(0) == {"blob": photo.blob, "state": "wanted", "have": [0]}
    assert photo.put(2)["have"] == [0, 2]
    assert not district.server.blobs.has(photo.blob)
    assert photo.put(1) == {"blob": photo.blob, "state": "stored", "have": []}
    assert district.server.blobs.is_whole(photo.blob)
    assert photo.ask()["state"] == "stored"


@pytest.mark.parametrize("seed", range(4))
def test_chunks_come_in_any_order_and_as_often_as_it_takes(district, seed):
    device = district.device()
    photo, _ = photo_of(device, image_bytes(4 * CHUNK + 1, seed))
    order = [i for i in range(5) for _ in range(2)]
    random.Random(seed).shuffle(order)
    states = [photo.put(i)["state"] for i in order]
    assert states[-1] == "stored"
    assert states == sorted(states, reverse=True)  # once stored, stored
    assert district.server.blobs.is_whole(photo.blob)


def test_a_photo_that_no_op_of_the_device_names_is_not_taken(district):
    device, other = district.device(), district.device()
    photo, _ = photo_of(device)
    stranger = Photo(photo.data, other)
    assert stranger.ask()["state"] == "unknown"
    assert (stranger.put(0)["status"], code(stranger.put(0))) == (404, "blob.unknown")
    assert photo.ask()["have"] == []


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        (lambda photo: photo.put(0, photo.chunks[0][:-1]), "blob.chunk"),
        (lambda photo: photo.put(0, photo.chunks[0] + b"x"), "blob.chunk"),
        (lambda photo: photo.put(0, b""), "blob.chunk"),
        (lambda photo: photo.put(3, photo.chunks[2]), "blob.chunk"),
        (lambda photo: photo.put(1, photo.chunks[0]), "blob.damaged"),
        (lambda photo: photo.put(0, bytes([photo.chunks[0][0] ^ 1]) + photo.chunks[0][1:]), "blob.damaged"),
        (lambda photo: photo.put(0, size=32 * 1024 * 1024 + 1), "blob.too_large"),
        (lambda photo: photo.put(0, size=0), "request.invalid"),
        (lambda photo: photo.put(0, size="many"), "request.invalid"),
        (lambda photo: photo.put(0, req="x"), "request.invalid"),
    ],
)  # fmt: skip
def test_a_chunk_that_is_not_right_is_refused_and_leaves_nothing(district, spoil, refusal):
    device = district.device()
    photo, _ = photo_of(device)
    assert code(spoil(photo)) == refusal
    assert photo.ask() == {"blob": photo.blob, "state": "wanted", "have": []}
    assert photo.send()["state"] == "stored"


def test_a_key_sealed_for_another_photo_opens_nothing(district):
    device = district.device()
    photo, _ = photo_of(device)
    photo.key = b64(seal(device.server_seal, key_use("0" * 64), bytes(32)))
    assert code(photo.put(0)) == "blob.damaged"
    photo.key = "no key"
    assert code(photo.put(0)) == "blob.damaged"


def test_bytes_that_do_not_have_their_names_hash_are_thrown_away_and_sent_anew(district):
    device = district.device()
    photo, _ = photo_of(device)
    other, key = image_bytes(THREE_CHUNKS, 2), bytes(32)
    right = photo.key, photo.chunks
    photo.key, photo.chunks = b64(seal(device.server_seal, key_use(photo.blob), key)), encrypt_blob(key, other)
    assert code(photo.send()) == "blob.hash"
    assert photo.ask() == {"blob": photo.blob, "state": "wanted", "have": []}
    assert not district.server.blobs.has(photo.blob)
    photo.key, photo.chunks = right
    assert photo.send()["state"] == "stored"


def test_what_comes_without_a_token_neither_spoils_nor_needs_what_came_with_one(district):
    """The road of a forgotten PIN: proven by the hash alone, and kept apart until it is."""
    device = district.device()
    photo, _ = photo_of(device)
    photo.put(0)
    token, device.token = device.token, ""
    assert photo.ask()["have"] == []
    assert photo.put(1)["have"] == [1]
    device.token = token
    assert photo.ask()["have"] == [0]
    device.token = ""
    photo.put(0)
    assert photo.put(2)["state"] == "stored"
    device.token = token
    assert photo.ask()["state"] == "stored"


def test_a_device_nobody_knows_is_refused(district):
    device = district.device()
    photo, _ = photo_of(device)
    device.token, device.device_id = "", "00000000-0000-4000-8000-000000000000"
    assert code(photo.ask()) == code(photo.put(0)) == "device.unknown"


def test_a_revoked_device_still_sends_its_photos_and_reads_none(district):
    device = district.device()
    photo, _ = photo_of(device)
    district.change_device(device, state="revoked")
    assert photo.send()["state"] == "stored"
    assert photo.fetch(device) == (403, "pull.refused")


def test_a_photo_kept_through_an_edit_by_somebody_else_is_not_wanted_again(district):
    author, lead = district.device("team_member"), district.device("team_lead")
    photo = Photo(image_bytes(10), author)
    op = author.submit(blobs=(photo.blob,))
    author.push(op)
    photo.send()
    edit = lead.op("edit", op.rec, {"answers": op.payload["answers"]}, base=op.h, blobs=(photo.blob,))
    assert lead.push(edit)["verdicts"][0]["wanted"] == []
    assert Photo(photo.data, lead).ask()["state"] == "stored"


def test_knowing_a_photos_hash_is_not_enough_to_read_it(district):
    """Somebody elsewhere names it in a record of her own: until she has sent the bytes herself, there is nothing."""
    author, thief = district.device(), district.device("team_lead", FAR_TEAM)
    photo, _ = photo_of(author)
    photo.send()
    assert photo.fetch(thief) == (404, "blob.unknown")
    own = thief.submit(unit=FAR_TEAM, blobs=(photo.blob,))
    assert thief.push(own)["verdicts"][0]["wanted"] == [photo.blob]
    assert photo.fetch(thief) == (404, "blob.not_arrived")
    assert Photo(photo.data, thief).send()["state"] == "stored"
    assert photo.fetch(thief)[0] == 200


READERS = [
    ("team_member", "03424-07-T1", 200),
    ("team_lead", "03424-07-T1", 200),
    ("team_lead", "03424-07", 200),
    ("team_member", OTHER_TEAM, 404),
    ("team_member", FAR_TEAM, 404),
    ("commune_officer", "03412", 404),
]


@pytest.mark.parametrize(("role", "unit", "status"), READERS)
def test_who_may_hold_a_record_may_read_its_photos_and_nobody_else(district, role, unit, status):
    author = district.device("team_member")
    photo, _ = photo_of(author)
    reader = district.device(role, unit)
    assert photo.fetch(reader) == (404, "blob.not_arrived" if status == 200 else "blob.unknown")
    photo.send()
    got, body = photo.fetch(reader, 2)
    assert (got, body) == ((200, photo.data[2 * CHUNK :]) if status == 200 else (404, "blob.unknown"))


def test_a_photo_is_read_chunk_by_chunk_and_no_further(district):
    device = district.device()
    photo, _ = photo_of(device)
    photo.send()
    assert b"".join(photo.fetch(device, i)[1] for i in range(3)) == photo.data
    assert photo.fetch(device, 3) == (422, "blob.chunk")
    device.token = "x"
    assert photo.fetch(device) == (401, "token.invalid")


@pytest.fixture
def small(settings, clock):
    """A district with little room."""
    made = []

    def make(**given) -> District:
        made.append(create_app(replace(settings, **given), clock))
        return District(open_server(made[-1]), clock)

    yield make
    for app in made:
        dispose(app)


def test_a_device_that_has_sent_its_share_is_refused_and_others_are_not(small):
    district = small(blob_device_bytes=1000)
    greedy, modest = district.device(), district.device()
    assert photo_of(greedy, image_bytes(900))[0].send()["state"] == "stored"
    second, _ = photo_of(greedy, image_bytes(101, 2))
    assert (second.put(0)["status"], code(second.put(0))) == (507, "blob.device_full")
    assert photo_of(modest, image_bytes(900, 3))[0].send()["state"] == "stored"


def test_what_one_device_has_half_sent_is_bounded_and_can_be_ended(small):
    district = small(blob_max_bytes=2 * CHUNK)
    device = district.device()
    photos = [photo_of(device, image_bytes(2 * CHUNK, seed))[0] for seed in range(5)]
    answers = [photo.put(0) for photo in photos]
    assert ["error" in each for each in answers] == [False] * 4 + [True]
    assert code(answers[4]) == "blob.device_full"
    assert photos[0].put(1)["state"] == "stored"
    assert photos[4].put(0)["have"] == [0]


def test_a_full_disk_refuses_and_loses_nothing(small):
    district = small(blob_keep_free_bytes=2**60)
    device = district.device()
    photo, receipt = photo_of(device)
    assert verdicts(receipt) == ["applied"]
    assert (photo.put(0)["status"], code(photo.put(0))) == (507, "blob.store_full")


def test_a_disk_that_fills_while_it_is_written_is_told_the_same_way(district, monkeypatch):
    device = district.device()
    photo, _ = photo_of(device)
    photo.put(0), photo.put(1)

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("server.files.os.fsync", full)
        assert code(photo.put(2)) == "blob.store_full"
        assert not district.server.blobs.has(photo.blob)
    assert photo.put(2)["state"] == "stored"


def test_a_server_killed_before_it_noted_a_photo_takes_it_again(district, monkeypatch):
    device = district.device()
    photo, _ = photo_of(device, image_bytes(10))
    with monkeypatch.context() as killed:
        killed.setattr(blobs, "note_arrival", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            photo.put(0)
    assert district.server.blobs.has(photo.blob)
    assert photo.ask() == {"blob": photo.blob, "state": "wanted", "have": [0]}
    assert photo.put(0)["state"] == "stored"


def test_what_no_record_names_and_what_nobody_went_on_with_is_swept_after_its_days(district, tmp_path):
    device = district.device()
    kept, half, orphan = photo_of(device)[0], photo_of(device, image_bytes(CHUNK + 1, 2))[0], image_bytes(5, 3)
    kept.send(), half.put(0)
    store = district.server.blobs
    other = BlobStore(tmp_path, 0)
    orphaned = tmp_path / "kept" / sha(orphan)[:2] / sha(orphan)
    orphaned.parent.mkdir(parents=True)
    orphaned.write_bytes(orphan)
    assert store.add(sha(orphan), other)

    def sweep():
        return district.ask(lambda session: blobs.sweep(session, district.server))

    district.clock.now = district.clock.now.fromtimestamp(time.time(), district.clock.now.tzinfo)
    assert sweep() == []
    district.clock.pass_(days=31)
    assert sweep() == [sha(orphan)]
    assert list(store.names()) == [kept.blob]
    device.hello()
    assert half.ask() == {"blob": half.blob, "state": "wanted", "have": []}


def test_a_restored_server_without_the_bytes_wants_them_again(district):
    device = district.device()
    photo, _ = photo_of(device, image_bytes(10))
    photo.send()
    store = district.server.blobs
    assert district.ask(lambda session: blobs.forget_absent(session, store)) == 0
    store.sweep(time.time() + 10, frozenset())
    assert district.ask(lambda session: blobs.forget_absent(session, store)) == 1
    assert photo.ask()["state"] == "wanted"
    photo.send()
    assert [row.size for row in district.ask(lambda session: session.scalars(select(Blob)).all())] == [10]


def test_chunks_sent_at_once_by_several_roads_make_one_photo(district):
    """Two connections of one device, each sending every chunk, at the same time."""
    device = district.device()
    photo, _ = photo_of(device, image_bytes(4 * CHUNK, 5))
    twins = [replace(device, client=district.app.test_client()) for _ in range(4)]
    for twin in twins:
        twin.token, twin.server_sign = device.token, device.server_sign
    start = threading.Barrier(len(twins))

    def send(twin, order):
        mine = copy.copy(photo)
        mine.device = twin
        start.wait()
        return [mine.put(i) for i in order]

    orders = [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2), (2, 0, 3, 1)]
    with ThreadPoolExecutor(len(twins)) as pool:
        answers = [line for lines in pool.map(send, twins, orders) for line in lines]
    assert not [line for line in answers if "error" in line]
    assert photo.ask()["state"] == "stored"
    assert district.server.blobs.is_whole(photo.blob)
    assert list(district.server.blobs.names()) == [photo.blob]
