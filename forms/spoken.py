"""Which questions of a form somebody may read aloud, and how each is worded (twin: client/web/device/spoken.js).

A recording belongs to a wording: once the text has changed, it says something else and is not played any more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# What a recording says about itself: questions of the form that campaign.json names `question_audio`.
SAYS = ("form", "question", "language", "wording", "recording")
UNSEEN = frozenset({
    "hidden", "start", "end", "today", "deviceid", "username", "phonenumber", "email", "start-geopoint", "audit", "calculate",
})  # fmt: skip


@dataclass(frozen=True)
class Spoken:
    """path: without row ids. label: {language: text}. wording: 12 hex digits of the text in the form's own language.
    media: languages in which the form itself brings a sound."""

    path: str
    label: Mapping[str, str]
    wording: str
    media: frozenset[str]


def spoken_questions(program: Mapping[str, Any]) -> list[Spoken]:
    """The questions and notes with words, in the form's order."""
    return list(_below(program["root"], program["default_language"]))


def wording(label: Mapping[str, Any], language: str) -> str:
    """Of a label's text: twelve digits that change with it. Its places for answers count as they are written."""
    text = json.dumps(label.get(language, ""), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def plain(text: Any) -> str:
    """A label as it is read: a place for an answer is a pause."""
    return text if isinstance(text, str) else "".join(part if isinstance(part, str) else "…" for part in text["parts"])


def _below(nodes: Sequence[Mapping[str, Any]], language: str) -> Iterator[Spoken]:
    for node in nodes:
        if node["kind"] != "question":
            yield from _below(node["children"], language)
        elif node.get("label") and node["type"] not in UNSEEN:
            sounds = node.get("media", {}).get("audio", {})
            words = {each: plain(text) for each, text in node["label"].items()}
            yield Spoken(node["path"], words, wording(node["label"], language), frozenset(sounds))
