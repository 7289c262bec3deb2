"""Attachments in the Python core: the cases both cores run, and that resuming converges whatever is lost."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import files
from sync.blobs import (
    CHUNK,
    blobs_of,
    chunk_bytes,
    chunk_count,
    decrypt_chunk,
    encrypt_blob,
    encrypt_chunk,
    file_answer,
    key_use,
    media_type_of,
    take_blobs,
)
from sync.canonical import sha, unb64
from sync.seal import SealError

CASES = json.loads((Path(__file__).parents[1] / "conformance" / "blobs.json").read_text("utf-8"))
KEY = bytes(range(32))


@pytest.mark.parametrize("case", CASES["names"], ids=lambda case: case["name"])
def test_a_file_is_named_by_its_bytes_and_what_it_is(case):
    answer = file_answer(unb64(CASES["data"]), case["name"], case["type"])
    assert (answer, media_type_of(answer)) == (case["answer"], case["media_type"])


@pytest.mark.parametrize("case", [*CASES["answers"], {**CASES["together"], "answer": None}], ids=str)
def test_what_an_op_names(case):
    assert list(blobs_of(case.get("answers", [case["answer"]]))) == case["blobs"]


def test_chunks_are_counted_and_measured():
    for case in CASES["counts"]:
        assert chunk_count(case["size"]) == case["chunks"]
        assert sum(chunk_bytes(case["size"], i) for i in range(case["chunks"] + 2)) == case["size"]
    assert key_use(CASES["use"]["blob"]) == CASES["use"]["use"]


@pytest.mark.parametrize("case", CASES["chunks"], ids=lambda case: str(case["i"]))
def test_a_chunk_opens_in_its_place_with_its_key_alone(case):
    sealed = unb64(case["sealed"])
    assert encrypt_chunk(unb64(case["key"]), case["i"], unb64(case["plain"])) == sealed
    assert decrypt_chunk(unb64(case["key"]), case["i"], sealed) == unb64(case["plain"])
    for wrong in (
        (bytes(32), case["i"], sealed),
        (KEY, case["i"] + 1, sealed),
        (KEY, case["i"], sealed[:-1]),
        (KEY, 0, b""),
    ):
        with pytest.raises(SealError):
            decrypt_chunk(*wrong)


def test_a_long_blob_is_cut_where_its_chunks_end():
    assert [sha(chunk) for chunk in encrypt_blob(KEY, bytes(CASES["long"]["size"]))] == CASES["long"]["sealed"]


@pytest.mark.parametrize("case", CASES["taken"], ids=lambda case: case["name"])
def test_what_the_servers_word_changes(case):
    taken = take_blobs(case["waiting"], case["answer"], **case["now"])
    assert taken.stored == case["taken"]["stored"]
    assert [list(each) for each in taken.missing] == case["taken"]["missing"]
    assert taken.unknown == case["taken"]["unknown"]


def test_the_file_answers_of_a_form_are_found_wherever_they_lie():
    case = CASES["files"]
    assert [list(each) for each in files({"root": case["root"]}, case["answers"])] == case["found"]
    assert files({"root": case["root"]}, {"g": "odd", "r": [None, 3], "house": 5}) == []


FATES = ("arrives", "is lost", "its answer is lost", "arrives twice", "the device is killed", "the server loses it")


@given(
    sizes=st.lists(st.integers(1, 5 * CHUNK), min_size=1, max_size=4),
    fates=st.lists(st.sampled_from(FATES), max_size=40),
)
def test_whatever_is_lost_repeated_or_killed_every_chunk_arrives_and_is_believed_only_then(sizes, fates):
    """The two step functions against the plainest server: a set of chunks a blob."""
    waiting = [{"blob": sha(str(n).encode()), "size": size} for n, size in enumerate(sizes)]
    whole = {each["blob"]: set(range(chunk_count(each["size"]))) for each in waiting}
    held: dict[str, set[int]] = {blob: set() for blob in whole}
    stored: set[str] = set()

    def answer(blobs):
        lines = [
            {"blob": blob, "state": "stored" if blob in stored else "wanted", "have": sorted(held[blob])}
            for blob in blobs
        ]
        return {"epoch": "e", "device": "d", "blobs": lines}

    def take(said):
        nonlocal waiting
        taken = take_blobs(waiting, said, epoch="e", device="d")
        assert set(taken.stored) <= stored
        waiting = [each for each in waiting if each["blob"] not in taken.stored]
        return taken.missing

    road, missing = iter(fates), []
    for _ in range((2 * len(fates) + 2) * (sum(map(len, whole.values())) + 1)):
        if not waiting:
            break
        if not missing:
            missing = take(answer([each["blob"] for each in waiting]))
            continue
        (blob, i), fate = missing[0], next(road, "arrives")
        if fate == "the server loses it":
            held[blob].clear()  # a hash that was wrong: all parts are thrown away
        elif fate != "is lost":
            held[blob].add(i)
            if held[blob] == whole[blob]:
                stored.add(blob)
        if fate in ("arrives", "arrives twice"):
            missing = [each for each in missing if each[0] != blob] + take(answer([blob]))
        else:
            missing = []  # cut off or killed: ask anew
    assert waiting == []
    assert stored == set(whole)
