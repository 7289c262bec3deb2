"""Slips (P-21): what a carrier's device signs about a bundle that it holds, short enough for a QR code on paper.

It says who took what from whose device, and when by the carrier's own clock. It is no receipt: only the server says what
it has received. Whoever knows the carrier's key can prove that the slip is its own and nothing on it was changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sync.keys import KeyPair, verify
from sync.ops import UUID

WORD = "CHUNG-SUC-SLIP"
LINE = re.compile(
    rf"(?P<signed>{WORD} (?P<bundle>[0-9a-f]{{16}}) (?P<part>\d{{1,4}})/(?P<parts>\d{{1,4}}) ops=(?P<ops>\d{{1,9}}) files=(?P<files>\d{{1,9}})"
    r" sha=(?P<sha>[0-9a-f]{64}) from=(?P<device>[0-9a-f-]{36}) by=(?P<carrier>[0-9a-f-]{36}) at=(?P<at>\S{10,40})) sig=(?P<sig>[\w-]{86})"
)


@dataclass(frozen=True)
class Slip:
    """part of parts: how many of the bundle's files are held. sha: of their hashes, one after the other."""

    bundle: str
    part: int
    parts: int
    ops: int
    files: int
    sha: str
    device: str
    carrier: str
    at: str


def write_slip(slip: Slip, keys: KeyPair) -> str:
    """The line that is printed and that the QR code says; keys: the carrier's."""
    said = (
        f"{WORD} {slip.bundle} {slip.part}/{slip.parts} ops={slip.ops} files={slip.files} sha={slip.sha}"
        f" from={slip.device} by={slip.carrier} at={slip.at}"
    )
    return f"{said} sig={keys.sign('slip', said.encode())}"


def read_slip(text: str) -> tuple[Slip, str, str] | None:
    """(what it says, the text that is signed, the signature), not believed yet; None: this is no slip. White space that
    paper and chats bring does not count."""
    found = LINE.fullmatch(" ".join(text.split()))
    if not found or not all(UUID.fullmatch(found[name]) for name in ("device", "carrier")):
        return None
    part, parts, ops, files = (int(found[name]) for name in ("part", "parts", "ops", "files"))
    told = (found[name] for name in ("sha", "device", "carrier", "at"))
    said = Slip(found["bundle"], part, parts, ops, files, *told)
    return said, found["signed"], found["sig"]


def slip_holds(text: str, point: str) -> Slip | None:
    """What a slip says, if the carrier with this key signed it, else None."""
    read = read_slip(text)
    return read[0] if read and verify(point, "slip", read[1].encode(), read[2]) else None
