"""Bundles: files that carry a device's ops to the server, and the server's word back to it, by hand (P-21).

A bundle is one text, so that a chat app or a mail takes it: a line that says what it is, and its content in letters.
What matters in it is sealed: ops and files to the server, the way back to the device. Whoever carries it reads who made
it and when, how much it holds and where the device stands in its feeds.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sync.canonical import CanonicalError, b64, canonical, sha, unb64
from sync.shapes import SIGNED, fits
from sync.text import fold

VERSION = 1
MAX_BUNDLE_BYTES = 8_000_000
MAX_CONTENT_BYTES = 24_000_000
OVERHEAD = 300  # of an op or chunk beside its bytes: hashes, numbers, a key
NAME = "CHUNG-SUC"
HEAD = re.compile(rf"{NAME}:(\d{{1,6}}):(up|down):([0-9a-f]{{64}}):")
Kind = Literal["up", "down"]
Json = Mapping[str, Any]


class BundleError(ValueError):
    """A file that cannot be used. code: bundle.unknown, bundle.version, bundle.damaged, bundle.too_large."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Bundle:
    """kind: "up" to the server, "down" to a device. content: JSON, of the right shape; nothing in it is proven."""

    kind: Kind
    content: dict[str, Any]


def write_bundle(kind: Kind, content: Json) -> bytes:
    """A bundle as a file. Raises CanonicalError for what has no canonical text."""
    packed = gzip.compress(canonical(content).encode(), 6, mtime=0)
    return f"{NAME}:{VERSION}:{kind}:{sha(packed)}:{b64(packed)}\n".encode()


def read_bundle(data: bytes) -> Bundle:
    """A file as a bundle. Spaces and line ends that a chat app put in or took out do not matter. Raises BundleError."""
    if len(data) > MAX_BUNDLE_BYTES * 2:
        raise BundleError("bundle.too_large")
    text = "".join(data.decode("utf-8", errors="replace").lstrip("\ufeff").split())
    head = HEAD.match(text)
    if head is None:
        raise BundleError("bundle.damaged" if text.startswith(f"{NAME}:") else "bundle.unknown")
    if int(head[1]) > VERSION:
        raise BundleError("bundle.version")
    try:
        packed = unb64(text[head.end() :])
        if sha(packed) != head[3]:
            raise BundleError("bundle.damaged")
        content = json.loads(_inflated(packed))
        canonical(content)
    except BundleError:
        raise
    except (ValueError, CanonicalError, zlib.error, RecursionError) as broken:
        raise BundleError("bundle.damaged") from broken
    if not isinstance(content, dict) or not fits(SHAPES[head[2]], content):
        raise BundleError("bundle.damaged")
    return Bundle("up" if head[2] == "up" else "down", content)


def _inflated(packed: bytes) -> bytes:
    reader = zlib.decompressobj(wbits=31)
    content = reader.decompress(packed, MAX_CONTENT_BYTES)
    if reader.unconsumed_tail or not reader.eof:
        raise BundleError("bundle.too_large" if reader.unconsumed_tail else "bundle.damaged")
    return content


# What each kind has to hold.
SHAPES: dict[str, Any] = {
    "up": {
        "id": str, "device": str, "server": str, "made_at": str, "part": int, "parts": int, "cert": SIGNED,
        "ops": [{"h": str, "n": int, "sealed": str}], "cursors": dict, "have": [str],
        "chunks": [{"blob": str, "size": int, "i": int, "key": str, "data": str}],
    },
    "down": {"device": str, "server": str, "made_at": str, "sealed": str},
}  # fmt: skip


def split_up(
    common: Json, ops: Sequence[Json], chunks: Iterable[Json], limit: int = MAX_BUNDLE_BYTES
) -> list[dict[str, Any]]:
    """The contents of as many bundles as are needed: ops first, in their order, then files.

    common: what stands in each. A file larger than what a bundle holds is not a case: chunks are 256 KiB.
    """
    parts: list[dict[str, Any]] = []
    room = 0
    kinds: tuple[tuple[str, str, Iterable[Json]], ...] = (("ops", "sealed", ops), ("chunks", "data", chunks))
    for key, weighs, items in kinds:
        for item in items:
            weight = len(item[weighs]) + OVERHEAD + (len(canonical(item["copy"])) if "copy" in item else 0)
            if not parts or weight > room:
                parts.append({**common, "ops": [], "chunks": []})
                room = limit - len(canonical(common))
            parts[-1][key].append(item)
            room -= weight
    for number, part in enumerate(parts, 1):
        part["part"], part["parts"] = number, len(parts)
    return parts


def file_name(kind: Kind, who: str, made_at: str, part: int = 1, parts: int = 1) -> str:
    """chung-suc-may-cua-to-2021-12-05-0800-1-2.txt: plain letters, which every phone and stick can write."""
    plain = re.sub(r"[^a-z0-9]+", "-", fold(who)).strip("-")[:30]
    at = re.sub(r"\D", "", made_at[11:16])
    number = f"-{part}-{parts}" if parts > 1 else ""
    way = "" if kind == "up" else "ve-"
    return f"chung-suc-{way}{plain or 'may'}-{made_at[:10]}-{at}{number}.txt"
