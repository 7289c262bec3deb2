"""Trying, applying and undoing an import. One transaction each, its audit entry inside.

A tried import keeps its lines until it is applied, undone or a day old; afterwards the row holds counts and ids alone.
"""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, true
from sqlalchemy.orm import Session

from forms import units as unit_rows
from sync.canonical import canonical, sha

from .. import audit
from ..campaigns import load_campaign
from ..database import db
from ..models import Campaign, Enrolment, ListImport, Membership, MembershipForm, OrgUnit, Person
from ..people import add_membership, add_person, end_membership
from ..problems import Refusal
from ..references import loaded_files
from .columns import columns_of
from .planning import Reach, Step, plan_people, plan_units
from .reading import Line, check, read_list

KEPT = timedelta(days=1)
UNITS_FILE = "org_units.csv"
PEOPLE = "people"


def unit_kinds(session: Session) -> dict[str, Any]:
    """Kinds of units that stand under others: kind → its entry of campaign.json, those that have a list."""
    content = loaded_files(session).get("campaign.json")
    kinds = json.loads(content)["unit_kinds"] if content else {}
    return {kind: entry for kind, entry in kinds.items() if entry["under"]}


def units_table(files: Mapping[str, bytes]) -> tuple[list[str], list[dict[str, str]]]:
    """(columns, rows) of org_units.csv."""
    rows = csv.DictReader(io.StringIO(files[UNITS_FILE].decode("utf-8-sig"), newline=""))
    found = [{column: row.get(column) or "" for column in rows.fieldnames or ()} for row in rows]
    return list(rows.fieldnames or ()), found


def steps_of(session: Session, which: str, lines: list[Line], reach: Reach, today: date) -> list[Step]:
    if which == PEOPLE:
        return plan_people(session, lines, reach, today)
    kinds = unit_kinds(session)
    if which not in kinds:
        raise Refusal("request.not_found")
    _, rows = units_table(loaded_files(session))
    return plan_units(session, lines, reach, which, kinds[which]["under"], {row["code"]: row for row in rows})


def try_list(session: Session, which: str, content: bytes, file_name: str, now: datetime, *, by: str) -> ListImport:
    """Keep an upload's lines, so that it can be looked at and applied. Raises Refusal import.*."""
    lines = read_list(content, which, columns_of(which))
    session.execute(
        delete(ListImport).where(
            ListImport.state == "tried", or_(ListImport.person_id == by, ListImport.tried_at < now - KEPT)
        )
    )
    row = ListImport(
        import_id=str(uuid.uuid4()), which=which, person_id=by, file_name=file_name[:200], sha256=sha(content),
        lines=[[line.number, line.said, line.cells] for line in lines], counts={}, done={}, state="tried", tried_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def lines_of(row: ListImport) -> list[Line]:
    lines = [Line(number, dict(said), dict(cells)) for number, said, cells in row.lines]
    for line in lines:
        check(line, columns_of(row.which))
    return lines


def digest_of(steps: Sequence[Step]) -> str:
    return sha(canonical([[step.line, step.act, step.title, list(step.told)] for step in steps]).encode())


def counted(steps: Sequence[Step]) -> dict[str, int]:
    return {act: sum(step.act == act for step in steps) for act in ("added", "changed", "left", "wrong")}


def apply(
    session: Session, import_id: str, seen: str, reach: Reach, now: datetime, today: date, *, by: str
) -> ListImport:
    """Do all that was shown, or nothing. Raises Refusal import.applied, import.wrong, import.changed, campaign.invalid."""
    row = session.get_one(ListImport, import_id, with_for_update=True)
    if row.state != "tried":
        raise Refusal("import.applied")
    steps = steps_of(session, row.which, lines_of(row), reach, today)
    counts = counted(steps)
    if counts["wrong"]:
        raise Refusal("import.wrong", details={"lines": counts["wrong"]})
    if digest_of(steps) != seen:
        raise Refusal("import.changed")
    do = do_people if row.which == PEOPLE else do_units
    row.done = do(session, [step for step in steps if step.does], now, today, by)
    row.state, row.applied_at, row.counts, row.lines = "applied", now, counts, []
    audit.append(session, now, by, "import.apply", row.import_id, list=row.which, file=row.sha256, **counts)
    return row


def do_people(session: Session, steps: Sequence[Step], now: datetime, today: date, by: str) -> dict[str, Any]:
    """What was made, for undoing: persons and memberships by id, and what ended memberships ended before."""
    persons, given, ended = [], [], {}
    new: dict[tuple[str, str, str], Person] = {}  # a person may have several lines
    for step in steps:
        does = step.does
        if "membership" in does:
            held = session.get_one(Membership, does["membership"])
            ended[held.membership_id] = held.valid_to.isoformat() if held.valid_to else None
            end_membership(session, held.membership_id, date.fromisoformat(does["until"]), now, by=by)
            continue
        key = (does["username"], does["name"].casefold(), "" if does["username"] else does["unit"])
        person = session.get(Person, does["person"]) if "person" in does else new.get(key)
        if person is None:
            person = add_person(session, does["name"], now, username=does["username"] or None, by=by)
            person.phone = does["phone"] or None
            new[key] = person
            persons.append(person.person_id)
        until = date.fromisoformat(does["until"]) if does["until"] else None
        membership = add_membership(
            session, person, does["role"], does["unit"], now, date.fromisoformat(does["from"]), valid_to=until, by=by
        )
        given.append(membership.membership_id)
    return {"persons": persons, "memberships": given, "ended": ended}


def do_units(session: Session, steps: Sequence[Step], now: datetime, today: date, by: str) -> dict[str, Any]:
    """Load the campaign again with these rows in org_units.csv: devices, lists and the file all follow."""
    files = loaded_files(session)
    columns, rows = units_table(files)
    at = {row["code"]: place for place, row in enumerate(rows)}
    before: dict[str, Any] = {}
    for step in steps:
        code = step.does["code"]
        before[code] = dict(rows[at[code]]) if code in at else None
        row = {column: str(step.does.get(column, "")) for column in columns}
        if code in at:
            rows[at[code]] = row
        else:
            rows.append(row)
    load_units(session, files, columns, rows, now, by)
    return {"before": before, "after": {step.does["code"]: dict(step.does) for step in steps}}


def load_units(
    session: Session,
    files: Mapping[str, bytes],
    columns: list[str],
    rows: Sequence[Mapping[str, str]],
    now: datetime,
    by: str,
) -> None:
    """Raises Refusal import.units (with what does not fit), campaign.invalid."""
    out = io.StringIO()
    lines = csv.DictWriter(out, columns, lineterminator="\n")
    lines.writeheader()
    lines.writerows(rows)
    content = out.getvalue().encode()
    _, problems = unit_rows.read_units(content, UNITS_FILE, None)
    if problems:
        raise Refusal("import.units", details={"problems": [str(problem) for problem in problems[:10]]})
    demo = bool(session.scalar(select(Campaign.demo).limit(1)))
    load_campaign(session, {**files, UNITS_FILE: content}, now, demo=demo, by=by)


def undo(session: Session, import_id: str, now: datetime, today: date, *, by: str) -> None:
    """Take all of it back. Raises Refusal import.not_applied, import.depended (with what depends on it)."""
    row = session.get_one(ListImport, import_id, with_for_update=True)
    if row.state != "applied":
        raise Refusal("import.not_applied")
    (undo_people if row.which == PEOPLE else undo_units)(session, row.done, now, by)
    row.state, row.undone_at, row.done = "undone", now, {}
    audit.append(session, now, by, "import.undo", row.import_id, list=row.which)


def undo_people(session: Session, done: Mapping[str, Any], now: datetime, by: str) -> None:
    persons, given = done["persons"], done["memberships"]
    session.execute(delete(Enrolment).where(Enrolment.person_id.in_(persons), Enrolment.used_at.is_(None)))
    own = {"membership": Membership.membership_id.in_(given)}
    refuse_where_depended(session, "person", persons, own)
    refuse_where_depended(session, "membership", given, {"membership_form": true()})
    for membership, last in done["ended"].items():
        session.get_one(Membership, membership).valid_to = date.fromisoformat(last) if last else None
    session.execute(delete(MembershipForm).where(MembershipForm.membership_id.in_(given)))
    session.execute(delete(Membership).where(Membership.membership_id.in_(given)))
    session.execute(delete(Person).where(Person.person_id.in_(persons)))


def undo_units(session: Session, done: Mapping[str, Any], now: datetime, by: str) -> None:
    files = loaded_files(session)
    columns, rows = units_table(files)
    at = {row["code"]: place for place, row in enumerate(rows)}
    added = [code for code, before in done["before"].items() if before is None]
    for code, after in done["after"].items():
        if code not in at or any(rows[at[code]].get(name, "") != str(after.get(name, "")) for name in columns):
            raise Refusal("import.depended", details={"changed": code})
    refuse_where_depended(session, "org_unit", added, {"org_unit": OrgUnit.code.in_(added)})
    kept = [done["before"].get(row["code"], row) for row in rows]
    load_units(session, files, columns, [row for row in kept if row is not None], now, by)
    session.execute(delete(OrgUnit).where(OrgUnit.code.in_(added)))


def refuse_where_depended(session: Session, table: str, keys: Sequence[str], own: Mapping[str, Any]) -> None:
    """Raises Refusal import.depended where any row points to one of these, but those the import made itself.

    own: table → which of its rows those are. Whoever adds a table with such a key has it asked, too.
    """
    depends: dict[str, int] = {}
    for other in db.metadata.sorted_tables if keys else ():
        for key in other.foreign_keys:
            if key.column.table.name != table:
                continue
            asked = select(func.count()).select_from(other).where(key.parent.in_(keys))
            if other.name in own:
                asked = asked.where(~own[other.name])
            if count := session.scalar(asked):
                depends[other.name] = depends.get(other.name, 0) + count
    if depends:
        raise Refusal("import.depended", details=depends)
