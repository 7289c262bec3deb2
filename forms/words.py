"""A few words in both languages, that a message takes in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """As a text it is English."""

    english: str
    vietnamese: str

    def __str__(self) -> str:
        return self.english


class Misplaced(ValueError):
    """A text breaks off. at: at which character, from 1. reason: what is wrong there."""

    def __init__(self, at: int, english: str, vietnamese: str) -> None:
        super().__init__(f"character {at}: {english}")
        self.at, self.reason = at, Words(english, vietnamese)
