"""Attachments (P-20): their names, the chunks they travel in, and what the server's signed word about them changes.

A file answer is `<sha256>.<extension>`; the sha256 of the bytes names the blob everywhere. At rest and on the road a
blob is a row of chunks, each encrypted under the blob's own key; that key lies in the vault and, sealed, beside it, so
that the same bytes are safe on a stolen device and can be sent without the PIN (P-17).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync.canonical import sha
from sync.seal import SealError

CHUNK = 262_144  # bytes of a chunk before encryption; the last one may be shorter
SEALED_CHUNK = CHUNK + 16  # GCM's tag
KEY_BYTES = 32
MAX_BLOB = 32 * 1024 * 1024  # bytes
MAX_ASKED = 100  # blobs in one question; as many as an op may name
ANSWER = re.compile(r"([0-9a-f]{64})\.([a-z0-9]{1,8})")
MEDIA_TYPES = {
    "jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif", "mp3": "audio/mpeg",
    "m4a": "audio/mp4", "ogg": "audio/ogg", "webm": "audio/webm", "wav": "audio/wav", "pdf": "application/pdf",
    "txt": "text/plain", "csv": "text/csv",
}  # fmt: skip
EXTENSIONS = {media_type: extension for extension, media_type in MEDIA_TYPES.items()}
SUFFIX = re.compile(r".\.([A-Za-z0-9]{1,8})$")
UNKNOWN_TYPE = "application/octet-stream"


def file_answer(data: bytes, name: str = "", media_type: str = "") -> str:
    """The answer that a file question gets for these bytes; name and media_type (MIME) say what they are."""
    return f"{sha(data)}.{_extension(name, media_type)}"


def _extension(name: str, media_type: str) -> str:
    """By the media type where it is known, else the file name's own, else "bin"."""
    known = EXTENSIONS.get(media_type.partition(";")[0].strip().lower())
    found = SUFFIX.search(name)
    return known or (found[1].lower() if found else "bin")


def blob_of(answer: Any) -> str | None:
    """The sha256 in a file answer; None for anything else."""
    found = ANSWER.fullmatch(answer) if isinstance(answer, str) else None
    return found[1] if found else None


def media_type_of(answer: str) -> str:
    """The MIME type a file answer's extension stands for; anything unlisted is plain bytes, to be downloaded."""
    return MEDIA_TYPES.get(answer.rpartition(".")[2], UNKNOWN_TYPE)


def blobs_of(answers: Iterable[str]) -> tuple[str, ...]:
    """What an op with these file answers names in `blobs`: each once, in order of the hash."""
    return tuple(sorted({blob for answer in answers if (blob := blob_of(answer))}))


# Chunks.
def chunk_count(size: int) -> int:
    """How many chunks a blob of so many bytes has."""
    return -(-size // CHUNK)


def chunk_bytes(size: int, i: int) -> int:
    """How long chunk `i` of a blob is; 0 where it has none."""
    return max(0, min(CHUNK, size - i * CHUNK))


def key_use(blob: str) -> str:
    """For what a blob's key is sealed: a key sealed for one blob opens no other's."""
    return f"file/1/{blob}"


def encrypt_chunk(key: bytes, i: int, data: bytes) -> bytes:
    """A chunk at rest and on the road. The key is this blob's alone, so the chunk's number is nonce enough."""
    return AESGCM(key).encrypt(i.to_bytes(12, "big"), data, None)


def decrypt_chunk(key: bytes, i: int, sealed: bytes) -> bytes:
    """Raises SealError: another key's, another place's, or altered."""
    try:
        return AESGCM(key).decrypt(i.to_bytes(12, "big"), sealed, None)
    except (InvalidTag, ValueError) as refused:
        raise SealError("not a chunk of this blob") from refused


def encrypt_blob(key: bytes, data: bytes) -> list[bytes]:
    """All chunks of a blob. key: fresh random bytes, never used for other data."""
    return [encrypt_chunk(key, i, data[i * CHUNK : (i + 1) * CHUNK]) for i in range(chunk_count(len(data)))]


# What the server says about blobs.
@dataclass(frozen=True)
class BlobsTaken:
    """stored: blobs the server confirmed. missing: chunks it still wants, [(blob, i)], blob by blob in the order they
    were asked. unknown: blobs that no op it holds names; they wait for their op."""

    stored: list[str]
    missing: list[tuple[str, int]]
    unknown: list[str]


def take_blobs(
    waiting: Sequence[Mapping[str, Any]], answer: Mapping[str, Any], *, epoch: str, device: str
) -> BlobsTaken:
    """What a verified answer changes for blobs that wait, [{blob, size}]. Of another epoch or device: nothing (I7)."""
    if answer["epoch"] != epoch or answer["device"] != device:
        return BlobsTaken([], [], [])
    said = {line["blob"]: line for line in answer["blobs"]}
    ours = [each for each in waiting if each["blob"] in said]
    missing = []
    for each in ours:
        line = said[each["blob"]]
        if line["state"] == "wanted":
            have = set(line["have"])
            missing += [(each["blob"], i) for i in range(chunk_count(each["size"])) if i not in have]
    return BlobsTaken(
        [each["blob"] for each in ours if said[each["blob"]]["state"] == "stored"],
        missing,
        [each["blob"] for each in ours if said[each["blob"]]["state"] == "unknown"],
    )
