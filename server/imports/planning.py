"""What a list would do: each line adds, changes or leaves something, or is wrong. Reads the database, writes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from forms.units import CODE
from sync.text import fold

from ..models import Membership, OrgUnit, Person, Role
from .reading import Line

PHONE = re.compile(r"\+?[0-9]{9,14}")
DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


@dataclass(frozen=True)
class Reach:
    """Where the person may import: units to give roles in (or to change), parents for new units, and which roles."""

    give: frozenset[str]
    under: frozenset[str]
    all_roles: bool

    def may_give(self, role: Role) -> bool:
        return self.all_roles or role.surface == ["field"]


@dataclass(frozen=True)
class Step:
    """What one line does. act: "added", "changed", "left" or "wrong". does: what applying it needs."""

    line: int
    act: str
    title: str
    told: tuple[str, ...] = ()
    does: Mapping[str, Any] = field(default_factory=dict)


def day_of(line: Line, column: str) -> date | None:
    """A day as people write it, or as a spreadsheet keeps it; a fault where it is none."""
    text = line.said.get(column, "")
    if not text:
        return None
    written = DAY.fullmatch(text)
    try:
        return date(int(written[3]), int(written[2]), int(written[1])) if written else date.fromisoformat(text[:10])
    except ValueError:
        line.fault(column, "import.day")
        return None


def days_of(line: Line) -> tuple[date | None, date | None]:
    first, last = day_of(line, "from"), day_of(line, "until")
    if first and last and last < first:
        line.fault("until", "import.days")
    return first, last


def plan_people(session: Session, lines: list[Line], reach: Reach, today: date) -> list[Step]:
    """A line with a user name is about whoever has it; without one, about whoever in that unit has the name."""
    roles = list(session.scalars(select(Role)))
    named = {each.casefold(): role for role in roles for each in (role.role, *role.label.values())}
    units = {unit.code: unit for unit in session.scalars(select(OrgUnit))}
    seen: set[tuple[str, str, str, str]] = set()
    return [plan_person(session, line, reach, today, named, units, seen) for line in lines]


def plan_person(
    session: Session, line: Line, reach: Reach, today: date, named: Mapping[str, Role], units: Mapping[str, OrgUnit],
    seen: set[tuple[str, str, str, str]],
) -> Step:  # fmt: skip
    said, name = line.said, line.said.get("name", "")
    role, unit = named.get(said.get("role", "").casefold()), units.get(said.get("unit", ""))
    username = said.get("username", "").lower()
    first, last = days_of(line)
    if said.get("role") and role is None:
        line.fault("role", "import.role_unknown")
    if said.get("unit") and (unit is None or unit.code not in reach.give):
        line.fault("unit", "import.unit_unknown")
    elif unit is not None and unit.valid_to is not None and unit.valid_to < (first or today):
        line.fault("unit", "import.unit_ended")
    if role is not None and not reach.may_give(role):
        line.fault("role", "import.role_not_yours")
    phone = re.sub(r"[ .-]", "", said.get("phone", ""))
    if phone and not PHONE.fullmatch(phone):
        line.fault("phone", "import.phone")
    key = (username, fold(name), role.role if role else "", unit.code if unit else "")
    if key in seen:
        line.fault("name", "import.twice")
    seen.add(key)
    person = None if line.faults or unit is None else same_person(session, line, name, username, unit.code, reach)
    if line.faults or role is None or unit is None:
        return Step(line.number, "wrong", name)
    does = {"name": name, "username": username, "phone": phone, "role": role.role, "unit": unit.code,
            "from": (first or today).isoformat(), "until": last.isoformat() if last else ""}  # fmt: skip
    if person is None:
        return Step(line.number, "added", name, (role.role, unit.code), does)
    held = session.scalar(
        select(Membership).where(
            Membership.person_id == person.person_id, Membership.role == role.role,
            Membership.unit_code == unit.code, or_(Membership.valid_to.is_(None), Membership.valid_to >= today),
        )
    )  # fmt: skip
    does = {**does, "person": person.person_id}
    if held is None:
        return Step(line.number, "changed", name, (role.role, unit.code), does)
    if last is not None and held.valid_to != last:
        if last < held.valid_from:
            line.fault("until", "import.days")
            return Step(line.number, "wrong", name)
        ends = {**does, "membership": held.membership_id}
        return Step(line.number, "changed", name, (role.role, unit.code, last.isoformat()), ends)
    return Step(line.number, "left", name, (role.role, unit.code))


def same_person(session: Session, line: Line, name: str, username: str, unit: str, reach: Reach) -> Person | None:
    """Whom the line is about, None for somebody new; a fault where that cannot be told, or is not the reader's."""
    if username:
        person = session.scalar(select(Person).where(func.lower(Person.username) == username))
        if person is None:
            return None
        places = set(session.scalars(select(Membership.unit_code).where(Membership.person_id == person.person_id)))
        if fold(person.name) != fold(name) or not places <= reach.give:
            line.fault("username", "import.user_taken")
        return person
    there = (
        select(Person).join(Membership, Membership.person_id == Person.person_id).where(Membership.unit_code == unit)
    )
    found = {each.person_id: each for each in session.scalars(there) if each.name.casefold() == name.casefold()}
    if len(found) > 1:
        line.fault("name", "import.ambiguous")
    return next(iter(found.values()), None)


COMPARED = ("name", "parent", "valid_from", "valid_to", "successor")


def plan_units(
    session: Session,
    lines: list[Line],
    reach: Reach,
    kind: str,
    under: list[str],
    written: Mapping[str, Mapping[str, str]],
) -> list[Step]:
    """written: the rows of org_units.csv by code. under: the kinds a unit of this kind stands under."""
    units = {unit.code: unit for unit in session.scalars(select(OrgUnit))}
    seen: set[str] = set()
    steps = []
    for line in lines:
        code, parent = line.said.get("code", ""), units.get(line.said.get("parent", ""))
        first, last = days_of(line)
        if code and not CODE.fullmatch(code):
            line.fault("code", "import.code")
        if code in seen:
            line.fault("code", "import.twice")
        seen.add(code)
        if line.said.get("parent") and (parent is None or parent.code not in reach.under):
            line.fault("parent", "import.unit_unknown")
        elif parent is not None and parent.kind not in under:
            line.fault("parent", "import.parent_kind")
        successor = line.said.get("successor", "")
        if successor and (successor not in reach.under or successor == code):
            line.fault("successor", "import.unit_unknown")
        elif successor and last is None and not (code in units and units[code].valid_to):
            line.fault("until", "import.successor_without_end")
        there, row = units.get(code), written.get(code)
        if there is not None and (code not in reach.give or there.kind != kind or row is None):
            line.fault("code", "import.code_taken")
        title = line.said.get("name", "")
        if line.faults:
            steps.append(Step(line.number, "wrong", title or code))
            continue
        says = {"code": code, "name": title, "kind": kind, "parent": line.said["parent"],
                "valid_from": first.isoformat() if first else "", "valid_to": last.isoformat() if last else "",
                "successor": successor}  # fmt: skip
        if row is None:
            steps.append(Step(line.number, "added", title, (code,), says))
            continue
        new = {**row, **{name: says[name] for name in COMPARED if says[name]}}
        told = tuple(
            f"{name}: {row.get(name) or '–'} → {new[name]}" for name in COMPARED if new[name] != row.get(name, "")
        )
        steps.append(Step(line.number, "changed" if told else "left", title, told or (code,), new if told else {}))
    return steps
