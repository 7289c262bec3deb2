"""A set of written-down people with the truth beside it: who was written twice, and how. For measuring `sync.duplicates`.

Nobody in it exists. People live in households of villages as `region.py` invents them; some are written down again the
way a second volunteer, another phone or a list typed at the commune would. What a second writing changes is drawn here
and knows nothing of the rules it is measured with. The set named by SEED and HASH is frozen: figures are given for it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from sync.canonical import canonical, sha
from sync.spelling import OLD_PREFIXES
from sync.text import fold

from .people import Resident, household, main_group

SEED, VILLAGES, HOUSEHOLDS = 20211205, 60, 28
HASH = "e2cd6406aa34cf0567159117d658578a9ae0653398346a74e5afa62da64ade53"
ON = date(2021, 12, 5)
WRITTEN, TWICE = 0.75, 0.06  # shares: of people written down at all; of those, written twice or more
FORM = {
    "dedupe": [["/id_number"], ["/full_name", "/birth_year", "/village"]],
    "root": [
        {"kind": "question", "name": "full_name", "path": "/full_name", "pii": "name"},
        {"kind": "question", "name": "birth_year", "path": "/birth_year", "pii": "birth_date"},
        {"kind": "question", "name": "id_number", "path": "/id_number", "pii": "id_number"},
        {"kind": "question", "name": "village", "path": "/village", "list": "org_units"},
        {"kind": "question", "name": "phone", "path": "/phone", "pii": "phone"},
    ],
}


@dataclass(frozen=True)
class Written:
    """One record. person: who it is about, the same number for the same person. how: what its writer did."""

    person: int
    name: str
    birth_year: int
    village: str
    id_number: str
    phone: str
    how: tuple[str, ...] = ()

    @property
    def answers(self) -> dict[str, object]:
        return {"full_name": self.name, "birth_year": self.birth_year, "id_number": self.id_number,
                "village": self.village, "phone": self.phone}  # fmt: skip


def labelled(seed: int = SEED, villages: int = VILLAGES, households: int = HOUSEHOLDS) -> list[Written]:
    """The records of a set, in the order they were written. The same numbers give the same set."""
    random, records, person = Random(seed), list[Written](), 0
    for number in range(villages):
        group = main_group(random)
        for _ in range(households):
            members = household(random, group, ON).members
            shared = next((member.phone for member in members if member.phone), "")
            for member in members:
                person += 1
                if random.random() < WRITTEN:
                    records += written(random, person, member, f"V{number:03}", shared)
    return records


def fingerprint(records: list[Written]) -> str:
    return sha(canonical([[each.person, each.answers] for each in records]).encode())


def written(random: Random, person: int, who: Resident, village: str, shared: str) -> Iterator[Written]:
    """A person's record, and the second one of whoever is written twice."""
    paper = who.id_number if random.random() < 0.7 and who.birth_date.year < 2008 else ""
    phone = (who.phone or shared) if random.random() < 0.75 else ""
    first = Written(person, who.name, who.birth_date.year, village, paper, phone)
    if random.random() < 0.12:
        first = names["no_marks"](random, first)  # some volunteers always type so
    yield first
    if random.random() < TWICE:
        yield again(random, replace(first, name=who.name), who)


def again(random: Random, record: Written, who: Resident) -> Written:
    """The same person, written down by somebody else."""
    change = random.choices(list(names), WEIGHTS)[0]
    record = replace(names[change](random, record), how=(change,))
    for what, share, act in OTHERS:
        if random.random() < share:
            record = replace(act(random, record), how=(*record.how, what))
    if not record.id_number and random.random() < 0.3:
        record = replace(record, id_number=who.id_number)
    return record


def named(act: Callable[[Random, str], str]) -> Callable[[Random, Written], Written]:
    return lambda random, record: replace(record, name=act(random, record.name))


def some_marks_lost(random: Random, name: str) -> str:
    parts = name.split()
    marked = [place for place, part in enumerate(parts) if fold(part) != part.casefold()]
    if marked:
        place = random.choice(marked)
        parts[place] = plain(parts[place])
    return " ".join(parts)


def plain(text: str) -> str:
    spread = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def tone_moved(random: Random, name: str) -> str:
    for old, new in (("òa", "oà"), ("óa", "oá"), ("ỏa", "oả"), ("õa", "oã"), ("ọa", "oạ"), ("òe", "oè"), ("ủy", "uỷ"),
                     ("úy", "uý"), ("ùy", "uỳ"), ("ũy", "uỹ"), ("ụy", "uỵ")):  # fmt: skip
        if old in name:
            return name.replace(old, new)
        if new in name:
            return name.replace(new, old)
    return name


def i_for_y(random: Random, name: str) -> str:
    for y, i in zip("ýỳỷỹỵy", "íìỉĩịi", strict=True):
        for part in name.split():
            if part.endswith(y) and len(part) > 1 and fold(part[-2]) not in "aeo" and fold(part)[-3:] != "huy":
                return name.replace(part, part[:-1] + i)
    return name


def as_heard(random: Random, name: str) -> str:
    pairs = [
        ("S", "X"),
        ("X", "S"),
        ("Tr", "Ch"),
        ("Ch", "Tr"),
        ("Gi", "D"),
        ("D", "Gi"),
        ("L", "N"),
        ("N", "L"),
        ("V", "V"),
    ]
    random.shuffle(pairs)
    parts = name.split()
    for place in random.sample(range(len(parts)), len(parts)):
        for old, new in pairs:
            rest = parts[place][len(old) :]
            if parts[place].startswith(old) and rest and not (old in ("N", "D") and fold(rest[0]) in "ghi"):
                parts[place] = new + rest
                return " ".join(parts)
    return name


def turned(random: Random, name: str) -> str:
    parts = name.split()
    return " ".join([parts[-1], *parts[:-1]])


def shortened(random: Random, name: str) -> str:
    parts = name.split()
    return " ".join([parts[0], parts[-1]]) if len(parts) > 2 else name


def slip(random: Random, name: str) -> str:
    parts = name.split()
    place = max(range(len(parts)), key=lambda each: len(parts[each]))
    part = parts[place]
    at = random.randrange(1, len(part))
    kind = random.choice(("less", "more", "other", "swap"))
    if kind == "less":
        parts[place] = part[:at] + part[at + 1 :]
    elif kind == "more":
        parts[place] = part[:at] + random.choice("abeghinotu") + part[at:]
    elif kind == "other":
        parts[place] = part[:at] + random.choice("abeghinotu") + part[at + 1 :]
    else:
        parts[place] = part[: at - 1] + part[at] + part[at - 1] + part[at + 1 :]
    return " ".join(parts)


def old_prefix(random: Random, record: Written) -> Written:
    olds = {new: old for old, new in OLD_PREFIXES.items()}
    start, rest = record.phone[:3], record.phone[3:]
    return replace(record, phone=olds.get(start, start) + rest if record.phone else "")


def spaced_phone(random: Random, record: Written) -> Written:
    number = record.phone
    return replace(record, phone=f"+84 {number[1:4]} {number[4:7]} {number[7:]}" if len(number) >= 10 else number)


def slipped_paper(random: Random, record: Written) -> Written:
    number = record.id_number
    at = random.randrange(6, 12)
    return replace(record, id_number=number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :] if number else "")


names: dict[str, Callable[[Random, Written], Written]] = {
    "alike": lambda random, record: record,
    "no_marks": named(lambda random, name: plain(name)),
    "some_marks_lost": named(some_marks_lost),
    "tone_moved": named(tone_moved),
    "i_for_y": named(i_for_y),
    "as_heard": named(as_heard),
    "turned": named(turned),
    "shortened": named(shortened),
    "slip": named(slip),
    "capitals": named(lambda random, name: name.upper()),
    "nfd": named(lambda random, name: unicodedata.normalize("NFD", name)),
}
WEIGHTS = (30, 20, 8, 8, 5, 8, 2, 5, 4, 6, 4)
OTHERS: tuple[tuple[str, float, Callable[[Random, Written], Written]], ...] = (
    ("year_off", 0.08, lambda random, record: replace(record, birth_year=record.birth_year + random.choice((-1, 1)))),
    ("no_paper", 0.4, lambda random, record: replace(record, id_number="")),
    ("other_paper", 0.08, lambda random, record: replace(record, id_number=f"04{random.randrange(10**7):07}")),
    ("paper_slip", 0.02, slipped_paper),
    ("no_phone", 0.3, lambda random, record: replace(record, phone="")),
    ("other_phone", 0.1, lambda random, record: replace(record, phone=f"097{random.randrange(10**7):07}")),
    ("old_prefix", 0.1, old_prefix),
    ("spaced_phone", 0.1, spaced_phone),
    ("no_village", 0.03, lambda random, record: replace(record, village="")),
)
