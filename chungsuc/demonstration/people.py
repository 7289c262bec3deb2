"""People who do not exist: names as the region's peoples give them, ages, numbers. Pure: a seed in, persons out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from sync.text import fold

MOBILE_PREFIXES = ("032", "035", "038", "039", "056", "070", "079", "081", "086", "091", "097", "098")
PROVINCE_OF_BIRTH = "012"  # Lai Châu's, in a citizen card's number
OLDEST, YOUNGEST_HEAD = 92, 20


@dataclass(frozen=True)
class Resident:
    """ethnic_group: code of the General Statistics Office. sex: "male" or "female". phone: ten digits or ""."""

    name: str
    sex: str
    birth_date: date
    ethnic_group: str
    phone: str
    id_number: str


@dataclass(frozen=True)
class Household:
    """members: the head first. poor: on the commune's list of poor households."""

    members: tuple[Resident, ...]
    poor: bool

    @property
    def head(self) -> Resident:
        return self.members[0]


@cache
def tables() -> dict[str, Any]:
    """names.json: {groups: {code: {share, family, male, female}}, villages, phrases}."""
    content: dict[str, Any] = json.loads((Path(__file__).parent / "names.json").read_text("utf-8"))
    return content


def main_group(random: Random) -> str:
    """The people most of a village belongs to, by their share of the province."""
    groups = tables()["groups"]
    return random.choices(list(groups), [group["share"] for group in groups.values()])[0]


def household(random: Random, group: str, on: date) -> Household:
    """A household of a village whose people is `group`; a few heads have come from elsewhere."""
    if random.random() < 0.06:
        group = main_group(random)
    head_age = random.randint(YOUNGEST_HEAD + 4, 78)
    head = resident(random, group, head_age, on, random.choices(["male", "female"], [7, 3])[0])
    members = [head]
    if random.random() < 0.8:
        members.append(resident(random, group, max(18, head_age + random.randint(-6, 4)), on, other(head.sex)))
    for _ in range(random.choices(range(6), [2, 4, 6, 5, 2, 1])[0]):
        child = child_of(random, head, max(0, head_age - random.randint(19, 36)), on)
        if all(child.name != member.name for member in members):
            members.append(child)
    if random.random() < 0.3:
        members.append(resident(random, group, min(OLDEST, head_age + random.randint(20, 32)), on))
    return Household(tuple(members), random.random() < 0.33)


def resident(random: Random, group: str, age: int, on: date, sex: str = "") -> Resident:
    sex = sex or random.choice(["male", "female"])
    names = tables()["groups"][group]
    return person(random, group, random.choice(names["family"]), names[sex], sex, age, on)


def child_of(random: Random, head: Resident, age: int, on: date) -> Resident:
    sex = random.choice(["male", "female"])
    names = tables()["groups"][head.ethnic_group][sex]
    return person(random, head.ethnic_group, head.name.split()[0], names, sex, age, on)


def person(
    random: Random, group: str, family: str, names: Mapping[str, list[str]], sex: str, age: int, on: date
) -> Resident:
    name = " ".join(filter(None, [family, random.choice(names["middle"]), random.choice(names["given"])]))
    birth = date(on.year - age, random.randint(1, 12), random.randint(1, 28))
    phone = (
        random.choice(MOBILE_PREFIXES) + f"{random.randrange(10**7):07}" if age > 14 and random.random() < 0.7 else ""
    )
    return Resident(name, sex, birth, group, phone, citizen_number(random, birth, sex))


def citizen_number(random: Random, birth: date, sex: str) -> str:
    """Twelve digits as a citizen card has them: province, century and sex, year, six of chance."""
    century = (0 if birth.year < 2000 else 2) + (sex == "female")
    return f"{PROVINCE_OF_BIRTH}{century}{birth.year % 100:02}{random.randrange(10**6):06}"


def other(sex: str) -> str:
    return "female" if sex == "male" else "male"


def login(name: str, number: int) -> str:
    """A user name: the given name without its marks, and a number."""
    return f"{fold(name.split()[-1])}.{number}"
