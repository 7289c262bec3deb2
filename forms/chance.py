"""Chance that everybody finds again: what random(), uuid() and shuffled choices draw follows from the record and the place.

A record's seed is its id, so the screen, the finalising device and the server ten days later draw the same, and no draw
has to be kept. Not for secrets. The twin in JavaScript is client/web/engine/chance.js.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")
MASK = 0xFFFFFFFF
MODULUS, MULTIPLIER = 2**31 - 1, 16807  # Park and Miller's generator, as ODK's tools have it


def word(place: str, number: int) -> int:
    """32 bits that follow from a place and a number: FNV-1a over its code points, mixed as MurmurHash3 ends."""
    bits = (0x811C9DC5 ^ number * 0x9E3779B9) & MASK
    for letter in place:
        bits = (bits ^ ord(letter)) * 0x01000193 & MASK
    bits = (bits ^ bits >> 16) * 0x85EBCA6B & MASK
    bits = (bits ^ bits >> 13) * 0xC2B2AE35 & MASK
    return bits ^ bits >> 16


def fraction(place: str) -> float:
    """A number from 0, 1 excluded."""
    return ((word(place, 0) >> 5) * 2**26 + (word(place, 1) >> 6)) / 2**53


def letters(place: str, length: int) -> str:
    """So many hexadecimal digits."""
    return "".join(f"{word(place, number):08x}" for number in range(-(-length // 8)))[:length]


def uuid(place: str) -> str:
    """A UUID of version 4."""
    digits = letters(place, 32)
    variant = "89ab"[int(digits[16], 16) % 4]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def shuffled(items: Sequence[Item], seed: float) -> list[Item]:
    """The items in the order that ODK's randomize gives them for this seed (Fisher and Yates, inside out)."""
    done: list[Item] = []
    state = math.fmod(math.trunc(seed), MODULUS)
    state += MODULUS - 1 if state <= 0 else 0
    for item in items:
        state = state * MULTIPLIER % MODULUS
        chosen = int((state - 1) / (MODULUS - 1) * (len(done) + 1))
        done.append(item)
        done[-1], done[chosen] = done[chosen], item
    return done
