"""How one name, phone or paper's number may be written, and whether two writings are the same. Source: docs/duplicates.md.

Pure; `client/web/sync/spelling.js` is its twin.
"""

from __future__ import annotations

import re
import unicodedata

from sync.text import fold

TONES = "\u0300\u0301\u0303\u0309\u0323"
SYLLABLE = re.compile(r"[^\W\d_]+")
SOUNDS = (  # first letters by their sound (S5), the longest first; y where it is the only vowel (S3)
    (re.compile(r"^ngh"), "ng"), (re.compile(r"^gh"), "g"), (re.compile(r"^gi(?=[aeiouy])"), "d"), (re.compile(r"^gi"), "di"),
    (re.compile(r"^[rzj]"), "d"), (re.compile(r"^tr"), "ch"), (re.compile(r"^x"), "s"), (re.compile(r"^(c(?!h)|q)"), "k"),
    (re.compile(r"^ph"), "f"), (re.compile(r"^w"), "v"), (re.compile(r"^n(?![gh])"), "l"),
    (re.compile(r"(?<=[^aeiouy])y$|(?<=ku)y$"), "i"),
)  # fmt: skip
ONLY_VOWEL = re.compile(r"(?<=[^aeiouyăâêôơư])y$|(?<=^qu)y$")
OLD_PREFIXES = {  # mobile numbers of 11 digits, by their first four (S11)
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
    "0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
    **{f"016{last}": f"03{last}" for last in "23456789"}, "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip
NEAR_LETTERS = 4  # a slip is looked for in syllables of at least so many (S8)

Syllable = tuple[str, str]  # (letters without their tone, the tone)


def syllables(name: str) -> list[Syllable]:
    """A name's syllables, each with its tone apart, wherever it was placed (S1, S2)."""
    return [_apart(part) for part in SYLLABLE.findall(unicodedata.normalize("NFC", name).lower())]


def _apart(syllable: str) -> Syllable:
    spread = unicodedata.normalize("NFD", syllable)
    tone = "".join(mark for mark in spread if mark in TONES)
    letters = unicodedata.normalize("NFC", "".join(mark for mark in spread if mark not in TONES))
    return ONLY_VOWEL.sub("i", letters), tone


def sound(letters: str) -> str:
    """A syllable as it is heard in the north, without marks (S3 to S5)."""
    heard = fold(letters)
    for pattern, instead in SOUNDS:
        heard = pattern.sub(instead, heard)
    return heard


def sounds(name: str) -> list[str]:
    return [sound(letters) for letters, _ in syllables(name)]


def compare_names(one: str, other: str) -> str:
    """How two names agree, a key of `sync.duplicates.POINTS`: "name_same" … "name_differs"; "" if one is blank."""
    a, b = syllables(one), syllables(other)
    if not a or not b:
        return ""
    if a == b:
        return "name_same"
    heard_a, heard_b = [sound(letters) for letters, _ in a], [sound(letters) for letters, _ in b]
    if heard_a == heard_b:
        return _by_marks(a, b)
    if sorted(heard_a) == sorted(heard_b):
        return "name_order"
    if (
        min(len(a), len(b)) > 1
        and (heard_a[0], heard_a[-1]) == (heard_b[0], heard_b[-1])
        and _left_out(heard_a, heard_b)
    ):
        return "name_short"
    apart = [(x, y) for x, y in zip(heard_a, heard_b, strict=False) if x != y]
    if len(a) == len(b) > 1 and len(apart) == 1 and _slip(*apart[0]):
        return "name_near"
    return "name_differs"


def _by_marks(a: list[Syllable], b: list[Syllable]) -> str:
    """Two names that sound alike: by what their marks say (S4), and whether the letters are the same (S5)."""
    if all(fold(x[0]) == fold(y[0]) for x, y in zip(a, b, strict=True)):
        if _bare(a) or _bare(b):
            return "name_unmarked"
        return "name_marks_missing" if _compatible(a, b) else "name_marks"
    return "name_sound" if _bare(a) or _bare(b) or _compatible(a, b) else "name_marks"


def _bare(name: list[Syllable]) -> bool:
    return all(not tone and letters == fold(letters) for letters, tone in name)


def _compatible(a: list[Syllable], b: list[Syllable]) -> bool:
    """No mark of one contradicts a mark of the other: where they differ, one has none."""
    return all(
        (x[1] == y[1] or not x[1] or not y[1]) and (_marks(x) == _marks(y) or not _marks(x) or not _marks(y))
        for x, y in zip(a, b, strict=True)
    )


def _marks(syllable: Syllable) -> str:
    """The letters of a syllable that have a mark of their own (ă, ê, đ …)."""
    return "".join(letter for letter in syllable[0] if fold(letter) != letter)


def _left_out(a: list[str], b: list[str]) -> bool:
    """The shorter name is the longer one with middle names left out."""
    short, long = sorted((a, b), key=len)
    rest = iter(long)
    return len(short) < len(long) and all(part in rest for part in short)


def _slip(x: str, y: str) -> bool:
    """One letter more, less, other, or two neighbours swapped, in syllables long enough (S8)."""
    if min(len(x), len(y)) < NEAR_LETTERS or abs(len(x) - len(y)) > 1:
        return False
    return one_off(x, y)


def one_off(x: str, y: str) -> bool:
    """Whether one letter or digit more, less or other, or a swap of neighbours, makes x into y."""
    start = 0
    while start < min(len(x), len(y)) and x[start] == y[start]:
        start += 1
    rest_x, rest_y = x[start:], y[start:]
    return (
        rest_x[1:] == rest_y[1:]
        or rest_x[1:] == rest_y
        or rest_x == rest_y[1:]
        or (rest_x[:2] == rest_y[1::-1] and len(rest_x) > 1 and rest_x[2:] == rest_y[2:])
    )


def phone(text: str) -> str:
    """A phone's present national number, "" for what is none (S11)."""
    digits = re.sub(r"[^0-9]", "", text)
    if digits.startswith("84") and len(digits) >= 11:
        digits = f"0{digits[2:]}"
    if len(digits) == 11 and digits[:4] in OLD_PREFIXES:
        return OLD_PREFIXES[digits[:4]] + digits[4:]
    if digits.startswith("0231") and len(digits) in (10, 11):
        return "0213" + digits[4:]
    return digits if len(digits) >= 8 else ""


def paper_number(text: str) -> str:
    """The number on a paper without blanks and dots, letters small; "" for what is too short to tell anybody apart."""
    plain = re.sub(r"[^0-9a-z]", "", fold(text))
    return plain if len(plain) >= 6 else ""
