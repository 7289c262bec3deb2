"""Bundles: both cores write what the other reads, and whatever else a file is, both give it the same answer."""

from __future__ import annotations

import gzip
import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync import BundleError, b64, file_name, read_bundle, sha, split_up, write_bundle
from sync.bundles import MAX_CONTENT_BYTES, VERSION

HERE = Path(__file__).parent
NODE = HERE.parents[1] / ".venv" / "bin" / "node"
UP = {
    "id": "00112233445566aa", "device": "01940000-0000-7000-8000-000000000001", "server": "0011", "part": 1, "parts": 1,
    "made_at": "2021-12-05T08:00:00.000+07:00", "cert": {"text": "{}", "sig": "s", "key": "k"}, "have": [],
    "ops": [{"h": "a" * 64, "n": 1, "sealed": "xyz"}], "cursors": {"03424-07-T1/support_case": {"gen": 1, "cursor": 4}},
    "chunks": [{"blob": "b" * 64, "size": 3, "i": 0, "key": "kk", "data": "dd"}],
}  # fmt: skip
DOWN = {"device": "d", "server": "s", "made_at": "2021-12-05", "sealed": "zzz"}


@pytest.fixture(scope="module")
def javascript():
    """javascript(name, *given): the same function of client/web/sync/bundles.js."""
    with subprocess.Popen(
        [NODE, HERE / "bundles.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as running:

        def call(*asked):
            running.stdin.write(json.dumps(asked) + "\n")
            running.stdin.flush()
            return json.loads(running.stdout.readline())

        yield call
        running.stdin.close()


def python(text: str):
    try:
        bundle = read_bundle(text.encode("utf-8", "surrogatepass"))
    except BundleError as refused:
        return {"code": refused.code}
    return {"kind": bundle.kind, "content": bundle.content}


@pytest.mark.parametrize(("kind", "content"), [("up", UP), ("down", DOWN)])
def test_each_core_reads_what_the_other_wrote(javascript, kind, content):
    written = {"kind": kind, "content": content}
    assert javascript("read_bundle", write_bundle(kind, content).decode()) == written
    assert python(javascript("write_bundle", kind, content)) == written


def made(packed: bytes, version: int = VERSION, kind: str = "up", digest: str = "") -> str:
    return f"CHUNG-SUC:{version}:{kind}:{digest or sha(packed)}:{b64(packed)}"


GOOD = write_bundle("up", UP).decode()
WRONG = [
    ("", "bundle.unknown"),
    ("Kính gửi Ban chỉ đạo", "bundle.unknown"),
    ("chung-suc:1:up", "bundle.unknown"),
    ("CHUNG-SUC:", "bundle.damaged"),
    (GOOD[:-20], "bundle.damaged"),
    (GOOD.replace(":up:", ":down:"), "bundle.damaged"),
    (GOOD[:100] + "!" + GOOD[100:], "bundle.damaged"),
    (GOOD + "A", "bundle.damaged"),
    (made(b"no gzip"), "bundle.damaged"),
    (made(gzip.compress(b"no json")), "bundle.damaged"),
    (made(gzip.compress(b"[1]")), "bundle.damaged"),
    (made(gzip.compress(json.dumps({**UP, "part": -1}).encode())), "bundle.damaged"),
    (made(gzip.compress(json.dumps({**UP, "part": 1.5}).encode())), "bundle.damaged"),
    (made(gzip.compress(json.dumps({**UP, "ops": [{"h": 1}]}).encode())), "bundle.damaged"),
    (made(gzip.compress(json.dumps(UP).encode())[:-4]), "bundle.damaged"),
    (made(b"", version=2), "bundle.version"),
    (made(gzip.compress(b" " * (MAX_CONTENT_BYTES + 1))), "bundle.too_large"),
]


@pytest.mark.parametrize(("text", "code"), WRONG, ids=range(len(WRONG)))
def test_both_cores_refuse_alike(javascript, text, code):
    assert python(text) == javascript("read_bundle", text) == {"code": code}


@settings(max_examples=60)
@given(at=st.integers(0, len(GOOD) - 2), letters=st.text(max_size=4), cut=st.integers(0, 30))
def test_damage_anywhere_is_noticed_by_both(javascript, at, letters, cut):
    text = GOOD[:at] + letters + GOOD[at + cut :]
    assert python(text) == javascript("read_bundle", text)
    assert "code" in python(text) or python(text)["content"] == UP


@given(st.binary(max_size=300))
def test_any_bytes_are_a_bundle_or_refused(data):
    with pytest.raises(BundleError):
        read_bundle(data)


@settings(max_examples=40)
@given(
    ops=st.lists(st.integers(1, 900), max_size=12),
    chunks=st.lists(st.integers(1, 900), max_size=6),
    limit=st.integers(1500, 5000),
)
def test_all_of_it_is_in_the_parts_once_and_in_order(javascript, ops, chunks, limit):
    common = {"id": "x"}
    sealed = [{"n": n, "sealed": "s" * size} for n, size in enumerate(ops)]
    data = [{"i": i, "data": "d" * size} for i, size in enumerate(chunks)]
    parts = split_up(common, sealed, data, limit)
    assert parts == javascript("split_up", common, sealed, data, limit)
    assert [op for part in parts for op in part["ops"]] == sealed
    assert [chunk for part in parts for chunk in part["chunks"]] == data
    assert [(part["part"], part["parts"]) for part in parts] == [(n + 1, len(parts)) for n in range(len(parts))]
    assert all(len(json.dumps(part)) < limit + 1200 for part in parts)


@given(who=st.text(max_size=30), part=st.integers(1, 3))
def test_file_names_are_plain_in_both(javascript, who, part):
    name = file_name("up", who, "2021-12-05T08:15:00.000+07:00", part, 3)
    assert name.isascii() and " " not in name and "/" not in name
    if who.isascii():
        assert name == javascript("file_name", "up", who, "2021-12-05T08:15:00.000+07:00", part, 3)
