"""Fill in any form as somebody in a village would: the form's own rules say when an answer is good.

Pure: a program, a subject and a source of chance in; finalised answers out. Hints of the campaign
(`demo/hints.json`) say what a question is about where its type and `pii` class do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from forms import Answers, Env, Form, Instance
from forms.tree import Node

from .people import Household, Resident, tables

TRIES, PASSES, MOST_ROWS = 12, 4, 3
OPTIONAL = 0.45  # of the questions that may be left out, so many are answered
NUMBERS = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 0, 50, 100, 1990, 2010, 50_000, 200_000, 1_000_000)

Picture = Callable[[Random], str]  # makes a photo and gives its answer


class Unfillable(Exception):
    """No answers were found that the form takes; the message names the questions and their problems."""


@dataclass(frozen=True)
class Subject:
    """What a record is about. places: kind of unit → code, of the village and all above it. hints: path → hint."""

    day: date
    person: Resident
    household: Household
    places: Mapping[str, str]
    hints: Mapping[str, Any] = field(default_factory=dict)
    picture: Picture | None = None


def fill(
    form: Form, subject: Subject, env: Env, random: Random, answers: Answers | None = None, *, author: Env | None = None
) -> Answers:
    """Answers the form takes. answers: to go on from. author: only what this author could not write is filled in, as a
    reviewer does. Raises Unfillable.
    """
    instance = Instance(form, answers, env)
    authors = Instance(form, answers, author) if author else None
    for _ in range(PASSES):
        before = instance.answers()
        for node in list(instance.root.walk()):
            if authors and authors.may_write(node.path):
                continue
            if node.spec["kind"] == "repeat":
                add_rows(instance, node, random)
            elif node.spec["kind"] == "question" and wanted(instance, node, subject, random):
                answer(instance, node, subject, random)
        if instance.answers() == before:
            break
    if problems := instance.problems():
        raise Unfillable("; ".join(f"{each['path']} {each['code']}" for each in problems))
    return instance.snapshot()


def add_rows(instance: Instance, node: Node, random: Random) -> None:
    """Give an empty repeat its rows; one whose `repeat_count` is laid down has them."""
    if not node.rows and node.shown() and not node.row_id and "repeat_count" not in node.spec:
        for _ in range(random.randint(1, MOST_ROWS)):
            instance.add_row(node.path, str(UUID(int=random.getrandbits(128), version=4)))


def wanted(instance: Instance, node: Node, subject: Subject, random: Random) -> bool:
    """Whether to answer now: shown, open to this author, not answered well, and asked for or of use."""
    if not node.shown() or instance.read_only(node) or node.spec["type"] == "note":
        return False
    state = instance.state(node.path)
    if node.value is not None:
        return not state["valid"]
    return state["required"] or node.spec["path"] in subject.hints or random.random() < OPTIONAL


def answer(instance: Instance, node: Node, subject: Subject, random: Random) -> None:
    """The first proposal the form takes; none: the question stays blank."""
    for value in proposals(instance, node, subject, random):
        instance.set(node.path, value)
        if instance.state(node.path)["valid"]:
            return
    instance.set(node.path, None)


def proposals(instance: Instance, node: Node, subject: Subject, random: Random) -> Iterator[Any]:
    hint = subject.hints.get(node.spec["path"])
    if hint is not None:
        yield from hinted(hint, subject, random)
    kind = node.spec["type"].split()[0]
    about = ABOUT.get(node.spec.get("pii", ""))
    if about and kind in ("text", "date"):
        yield about(subject)
    if kind.startswith(("select", "rank")):
        names = instance.state(node.path).get("choices", [])
        yield from choices(names, many=not kind.startswith("select_one"), random=random)
    elif kind in BY_TYPE:
        yield from BY_TYPE[kind](subject, random)


def hinted(hint: Any, subject: Subject, random: Random) -> Iterator[Any]:
    """A hint: a name of ABOUT ("name", "birth_year" …) or of a kind of unit ("commune"), {"one_of": {value: weight}},
    {"many_of": [names]}, {"between": [low, high]}, {"days_ago": [least, most]}, {"text": [texts]}."""
    if isinstance(hint, str):
        yield ABOUT[hint](subject) if hint in ABOUT else subject.places.get(hint)
        return
    for _ in range(TRIES):
        if "one_of" in hint:
            yield random.choices(list(hint["one_of"]), list(hint["one_of"].values()))[0]
        elif "many_of" in hint:
            yield random.sample(hint["many_of"], random.randint(1, min(2, len(hint["many_of"]))))
        elif "between" in hint:
            low, high = hint["between"]
            yield random.randint(low, high) * hint.get("step", 1)
        elif "days_ago" in hint:
            yield (subject.day - timedelta(days=random.randint(*hint["days_ago"]))).isoformat()
        else:
            yield random.choice(hint["text"])


def choices(names: Sequence[str], *, many: bool, random: Random) -> Iterator[Any]:
    shuffled = random.sample(list(names), len(names))
    for name in shuffled[:TRIES]:
        yield [name] if many else name
    if many:
        yield shuffled  # of a rank, all


def days_back(subject: Subject, random: Random) -> Iterator[str]:
    for _ in range(TRIES):
        yield (subject.day - timedelta(days=min(int(random.expovariate(0.4)), 20))).isoformat()
    yield (subject.day + timedelta(days=1)).isoformat()


def words(_: Subject, random: Random) -> Iterator[str]:
    for _ in range(TRIES):
        yield random.choice(tables()["phrases"])
    yield from ("1", "0912345678", "A")


def numbers(_: Subject, random: Random) -> Iterator[int]:
    yield from random.choices(NUMBERS[:9], [9, 8, 7, 6, 5, 4, 3, 2, 1], k=4)
    yield from NUMBERS


def decimals(subject: Subject, random: Random) -> Iterator[str]:
    yield from (str(number) for number in numbers(subject, random))


def clock_times(_: Subject, random: Random) -> Iterator[str]:
    yield f"{random.randint(6, 20):02}:{random.randrange(0, 60, 5):02}"


def moments(subject: Subject, random: Random) -> Iterator[str]:
    for day in days_back(subject, random):
        yield f"{day}T{next(clock_times(subject, random))}:00.000+07:00"


def places(_: Subject, random: Random) -> Iterator[str]:
    """Somewhere in the district: docs of the campaign give its box."""
    yield f"{random.uniform(22.168, 22.492):.6f} {random.uniform(103.416, 103.782):.6f} 0 {random.randint(4, 40)}"


def photos(subject: Subject, random: Random) -> Iterator[str]:
    if subject.picture is not None:
        yield subject.picture(random)


BY_TYPE: dict[str, Callable[[Subject, Random], Iterator[Any]]] = {
    "text": words,
    "integer": numbers,
    "decimal": decimals,
    "range": decimals,
    "date": days_back,
    "time": clock_times,
    "datetime": moments,
    "acknowledge": lambda *_: iter(["OK"]),
    "trigger": lambda *_: iter(["OK"]),
    "barcode": lambda _, random: iter([f"893{random.randrange(10**10):010}"]),
    "geopoint": places,
    "image": photos,
}
ABOUT: dict[str, Callable[[Subject], Any]] = {
    "name": lambda subject: subject.person.name,
    "head": lambda subject: subject.household.head.name,
    "phone": lambda subject: subject.person.phone or None,
    "id_number": lambda subject: subject.person.id_number,
    "birth_date": lambda subject: subject.person.birth_date.isoformat(),
    "birth_year": lambda subject: subject.person.birth_date.year,
    "sex": lambda subject: subject.person.sex,
    "ethnic_group": lambda subject: subject.person.ethnic_group,
    "household_size": lambda subject: len(subject.household.members),
    "today": lambda subject: subject.day.isoformat(),
}
