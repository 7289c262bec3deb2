"""Make the cases of attachments both sync cores run: `python -m tests.conformance.blob_cases` writes blobs.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sync.blobs import CHUNK, blobs_of, chunk_count, encrypt_chunk, file_answer, key_use, media_type_of
from sync.canonical import b64, sha

FILE = Path(__file__).parent / "blobs.json"
A, B, C = (letter * 64 for letter in "abc")
NAMED = [
    ("IMG 1.JPG", "image/jpeg"), ("a.jpeg", "image/jpeg"), ("a.png", ""), ("ghi âm", "audio/webm;codecs=opus"),
    ("thư.PDF", ""), ("noname", ""), (".profile", ""), ("x.tooLongToBe", ""), ("x.heic", "image/heic"),
    ("", "IMAGE/PNG"), ("a.b.c", "text/x-unknown"),
]  # fmt: skip
ANSWERS: list[Any] = [
    f"{A}.jpg", f"{A}.JPG", f"{A}.", f"{A}", f"{'A' * 64}.jpg", f"{A}.toolongext", f" {A}.jpg", f"{A}.jpg\n", "", None, 5,
    f"{A}.tar.gz",
]  # fmt: skip


def make() -> dict[str, Any]:
    data = b"L\xc6\xb0\xe1\xbb\x9dng Th\xe1\xbb\x8b \xc4\x90\xc3\xa0o"
    key = bytes(range(32))
    return {
        "data": b64(data),
        "names": [
            {"name": name, "type": kind, "answer": file_answer(data, name, kind),
             "media_type": media_type_of(file_answer(data, name, kind))}
            for name, kind in NAMED
        ],
        "answers": [{"answer": answer, "blobs": list(blobs_of([answer]))} for answer in ANSWERS],
        "together": {"answers": [f"{C}.jpg", f"{A}.png", "none", f"{A}.jpg"], "blobs": [A, C]},
        "counts": [{"size": size, "chunks": chunk_count(size)} for size in (0, 1, CHUNK, CHUNK + 1, 3 * CHUNK)],
        "use": {"blob": A, "use": key_use(A)},
        "chunks": [{"key": b64(key), "i": i, "plain": b64(data), "sealed": b64(encrypt_chunk(key, i, data))} for i in (0, 1, 300)],
        "long": {"size": CHUNK + 5, "sealed": [sha(encrypt_chunk(key, 0, bytes(CHUNK))), sha(encrypt_chunk(key, 1, bytes(5)))]},
        "files": files_case(),
        "taken": taken_cases(),
    }  # fmt: skip


def files_case() -> dict[str, Any]:
    """A program's nodes, as far as they matter here, and what is found in some answers."""

    def asked(kind: str, name: str) -> dict[str, Any]:
        return {"kind": "question", "type": kind, "name": name}

    pages = {"kind": "repeat", "name": "r", "children": [asked("image", "page"), asked("text", "note")]}
    group = {"kind": "group", "name": "g", "children": [asked("file", "paper"), asked("audit", "log"), pages]}
    root = [asked("image", "house"), asked("text", "name"), group, asked("audio", "voice"), asked("image", "blank")]
    rows = [{"__id": "1", "page": f"{B}.png"}, {"__id": "2", "note": f"{C}.png"}, {"__id": "3", "page": f"{A}.jpg"}]
    answers = {
        "house": f"{A}.jpg", "name": f"{C}.jpg", "g": {"paper": f"{B}.pdf", "log": f"{C}.csv", "r": rows},
        "voice": f"{C}.webm", "stranger": f"{A}.jpg",
    }  # fmt: skip
    found = [
        ["/house", f"{A}.jpg"], ["/g/paper", f"{B}.pdf"], ["/g/log", f"{C}.csv"], ["/g/r[1]/page", f"{B}.png"],
        ["/g/r[3]/page", f"{A}.jpg"], ["/voice", f"{C}.webm"],
    ]  # fmt: skip
    return {"root": root, "answers": answers, "found": found}


def taken_cases() -> list[dict[str, Any]]:
    waiting = [{"blob": A, "size": 2 * CHUNK + 1}, {"blob": B, "size": 10}, {"blob": C, "size": CHUNK}]
    said = [
        {"blob": B, "state": "stored", "have": []}, {"blob": A, "state": "wanted", "have": [1, 7]},
        {"blob": C, "state": "unknown", "have": []}, {"blob": "d" * 64, "state": "stored", "have": []},
    ]  # fmt: skip
    nothing: dict[str, Any] = {"stored": [], "missing": [], "unknown": []}
    full = {"stored": [B], "missing": [[A, 0], [A, 2]], "unknown": [C]}
    named = {
        "of this epoch and device": ("e1", "d1", said, full),
        "of another epoch": ("e0", "d1", said, nothing),
        "of another device": ("e1", "d2", said, nothing),
        "about nothing": ("e1", "d1", [], nothing),
        "in a word of a later version": ("e1", "d1", [{"blob": A, "state": "moved", "have": []}], nothing),
    }
    return [
        {"name": name, "waiting": waiting, "now": {"epoch": "e1", "device": "d1"},
         "answer": {"epoch": epoch, "device": device, "blobs": lines}, "taken": taken}
        for name, (epoch, device, lines, taken) in named.items()
    ]  # fmt: skip


if __name__ == "__main__":
    FILE.write_text(json.dumps(make(), ensure_ascii=False, indent=1) + "\n", "utf-8")
