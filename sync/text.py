"""Text at capture and in search (P-03): NFC is what is kept; the folded key is for finding and is never shown."""

from __future__ import annotations

import unicodedata
from typing import Any


def nfc_deep(value: Any) -> Any:
    """Every text of a JSON value as it is kept, keys too: in NFC, without U+0000, which PostgreSQL cannot hold."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value).replace("\0", "")
    if isinstance(value, list):
        return [nfc_deep(member) for member in value]
    if isinstance(value, dict):
        return {nfc_deep(key): nfc_deep(member) for key, member in value.items()}
    return value


def is_kept(text: str) -> bool:
    """Whether every text in this JSON text is as nfc_deep would leave it; what is escaped is not looked at: False."""
    return "\\u" not in text and unicodedata.is_normalized("NFC", text)


def fold(text: str) -> str:
    """Search key: no case, no marks, đ as d: "Đường" and "duong" fold alike."""
    lowered = text.casefold().replace("đ", "d")
    return "".join(letter for letter in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(letter))
