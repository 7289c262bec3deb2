"""What is done with a return: fill in, sign, send back, accept, lock, correct. One table says who may, from where.

A signed revision never changes: sending back and correcting begin the next revision beside it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from sync.canonical import canonical, sha

from .. import audit
from ..figures.definitions import Definitions
from ..figures.rollup import Value
from ..figures.small_cells import limit_of
from ..models import OrgUnit, PeriodReturn, ReturnEvent, Review
from ..problems import Refusal
from ..scope import posts_over
from .drafts import Line, Return, lines, typed_number, warnings
from .periods import Period

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O, U: read aloud and off stamped paper
FILL, SIGN, RECEIVE = "fill", "sign", "receive"
OPEN = ("draft",)
LONGEST_TEXT, LONGEST_REASON = 4000, 500

# act: (parts one of which is needed, states it is done from, state it leads to)
ACTS: dict[str, tuple[frozenset[str], tuple[str, ...], str]] = {
    "save": (frozenset({FILL, SIGN}), OPEN, "draft"),
    "sign": (frozenset({SIGN}), OPEN, "submitted"),
    "accept": (frozenset({RECEIVE}), ("submitted",), "accepted"),
    "send_back": (frozenset({RECEIVE}), ("submitted", "accepted"), "returned"),
    "lock": (frozenset({RECEIVE}), ("accepted",), "locked"),
    "correct": (frozenset({FILL, SIGN}), ("submitted", "accepted", "locked"), ""),
}


@dataclass(frozen=True)
class Key:
    """Which return of whom, for when."""

    name: str
    unit: str
    period: Period


@dataclass(frozen=True)
class Reader:
    """A person before a unit's return. roles: by what they may do with it, the role that gives it. below: items of a
    disaggregation from fewer records than this are hidden from them; 0: none."""

    person_id: str
    person_name: str
    roles: Mapping[str, str]
    below: int = 0

    def may(self, act: str, state: str) -> bool:
        parts, states, _ = ACTS[act]
        return state in states and any(part in self.roles for part in parts)

    def role_for(self, act: str) -> str:
        return next(role for part, role in self.roles.items() if part in ACTS[act][0])


def reader_of(
    session: Session, known: Definitions, person_id: str, person_name: str, return_: Return, unit: OrgUnit, today: date
) -> Reader:
    """What the person may do with this unit's return. Raises Refusal return.unknown: nothing, not even see it."""
    held = {role for role, path in posts_over(session, person_id, today) if unit.path.startswith(path)}
    named = {FILL: return_["who"]["roles"], SIGN: return_["signers"], RECEIVE: return_["receivers"]}
    roles = {part: min(held & set(roles)) for part, roles in named.items() if held & set(roles)}
    if not roles:
        raise Refusal("return.unknown")
    below = limit_of(known, held & set().union(*named.values()))
    return Reader(person_id, person_name, roles, below)


def owes(return_: Return, unit: OrgUnit, last: date) -> bool:
    """Whether a unit reports for a period that ends on this day."""
    who = return_["who"]
    return (
        unit.kind in who["kinds"]
        and unit.code in who.get("units", (unit.code,))
        and (unit.valid_from is None or unit.valid_from <= last)
        and (unit.valid_to is None or unit.valid_to >= last)
    )


def revisions(session: Session, key: Key) -> list[PeriodReturn]:
    """Oldest first."""
    asked = select(PeriodReturn).where(
        PeriodReturn.name == key.name, PeriodReturn.unit_code == key.unit, PeriodReturn.first == key.period.first
    )
    return list(session.scalars(asked.order_by(PeriodReturn.revision)))


def fresh(key: Key, revision: int, now: datetime, reason: str = "", before: PeriodReturn | None = None) -> PeriodReturn:
    return PeriodReturn(
        return_id=str(uuid.uuid4()), name=key.name, unit_code=key.unit, first=key.period.first, last=key.period.last,
        revision=revision, state="draft", version=1, reason=reason, began_at=now,
        overrides=dict(before.overrides) if before else {}, narrative=dict(before.narrative) if before else {},
    )  # fmt: skip


def opened(session: Session, key: Key, now: datetime, act: str, version: int) -> PeriodReturn:
    """The newest revision, to be changed: locked, and as its reader saw it. Raises Refusal return.stale."""
    session.get_one(OrgUnit, key.unit, with_for_update=True)  # two people before one return: one after the other
    known = revisions(session, key)
    row = known[-1] if known else fresh(key, 1, now)
    if (row.version if known else 0) != version:
        raise Refusal("return.stale")
    if row.state not in ACTS[act][1]:
        raise Refusal("return.state", details={"state": row.state, "act": act})
    if not known:
        session.add(row)
        session.flush()
    return row


def note(session: Session, row: PeriodReturn, reader: Reader, act: str, now: datetime, remark: str = "") -> None:
    """Into the return's history and the audit, in the transaction of the act."""
    row.version += 1
    event = ReturnEvent(
        return_id=row.return_id, at=now, person_id=reader.person_id, role=reader.role_for(act), act=act, remark=remark
    )
    session.add(event)
    session.flush()
    detail = {"name": row.name, "unit": row.unit_code, "first": row.first.isoformat(), "revision": row.revision}
    audit.append(session, now, reader.person_id, f"return.{act}", row.return_id, **detail, code=row.code, hash=row.hash)


def save(
    session: Session,
    known: Definitions,
    key: Key,
    reader: Reader,
    now: datetime,
    version: int,
    figures: Mapping[str, tuple[str, str]],
    narrative: Mapping[str, str],
) -> PeriodReturn:
    """Keep figures and narrative of a draft. figures: indicator → (figure as typed, "" as computed; why).

    Raises Refusal return.number, return.reason (an override of what the records say, without one), return.stale.
    """
    row = opened(session, key, now, "save", version)
    return_ = known.returns[key.name]
    computed = {
        line.name: line.computed
        for line in lines(session, known, return_, key.unit, key.period.first, key.period.last, {})
    }
    overrides: dict[str, Any] = {}
    for name in return_["indicators"]:
        typed, reason = figures.get(name, ("", ""))
        said = override(name, typed.strip(), reason.strip()[:LONGEST_REASON], computed[name])
        if said:
            before = row.overrides.get(name, {})
            same = {key: before.get(key) for key in said} == said
            overrides[name] = before if same else {**said, "by": reader.person_id, "at": now.isoformat()}
    row.overrides = overrides
    blocks = {block["name"] for block in return_["narrative"]}
    row.narrative = {name: text.strip()[:LONGEST_TEXT] for name, text in narrative.items() if name in blocks}
    note(session, row, reader, "save", now)
    return row


def override(name: str, typed: str, reason: str, computed: Value) -> dict[str, str]:
    """What to keep of a typed figure; {}: it is the computed one."""
    if not typed:
        return {}
    value = typed_number(typed)
    if value is None or value < 0:
        raise Refusal("return.number", details={"indicator": name, "typed": typed})
    if value == computed:
        return {}
    if not reason and computed is not None:
        raise Refusal("return.reason", details={"indicator": name})
    return {"value": f"{value:f}", "reason": reason}


def sign(
    session: Session, known: Definitions, key: Key, reader: Reader, now: datetime, version: int, unit_name: str
) -> PeriodReturn:
    """Freeze the draft: its figures as the records are now, its snapshot, hash and code.

    Raises Refusal return.not_closed, return.narrative (a block that must be written), return.stale.
    """
    row = opened(session, key, now, "sign", version)
    return_ = known.returns[key.name]
    if now < key.period.closes_at:
        raise Refusal("return.not_closed", details={"closes_at": key.period.closes_at.isoformat()})
    missing = [
        each["name"] for each in return_["narrative"] if each["required"] and not row.narrative.get(each["name"])
    ]
    if missing:
        raise Refusal("return.narrative", details={"blocks": missing})
    found = lines(session, known, return_, key.unit, key.period.first, key.period.last, row.overrides)
    role = reader.role_for("sign")
    content = {
        **content_of(known, key, row, found, unit_name),
        "signed": {"by": reader.person_id, "name": reader.person_name, "role": role,
                   "role_label": known.roles[role]["label"], "at": now.isoformat()},
    }  # fmt: skip
    row.snapshot = canonical(content)
    row.hash = sha(row.snapshot.encode())
    row.code = code_of(row.hash)
    row.signed_by, row.signed_at, row.state = reader.person_id, now, "submitted"
    note(session, row, reader, "sign", now)
    return row


def content_of(
    known: Definitions, key: Key, row: PeriodReturn | None, found: Sequence[Line], unit_name: str
) -> dict[str, Any]:
    """What a return says, of a draft as it is now, as it would be signed."""
    return_, written = known.returns[key.name], row.narrative if row else {}
    return {
        "v": 1,
        "return": key.name,
        "label": return_["label"],
        "unit": {"code": key.unit, "name": unit_name},
        "period": {"first": key.period.first.isoformat(), "last": key.period.last.isoformat(),
                   "closes_at": key.period.closes_at.isoformat(), "due_at": key.period.due_at.isoformat()},
        "revision": row.revision if row else 1,
        "reason": row.reason if row else "",
        "figures": [frozen(line) for line in found],
        "narrative": [
            {"name": each["name"], "label": each["label"], "text": written.get(each["name"], "")}
            for each in return_["narrative"]
        ],
        "warnings": [
            {"name": each.name, "message": each.message, "expression": each.expression, "shown": each.shown}
            for each in warnings(known, return_, found)
        ],
    }  # fmt: skip


def frozen(line: Line) -> dict[str, Any]:
    counted = any(
        line.splits[split].get(item) != n for split, items in line.counts.items() for item, n in items.items()
    )
    return {
        **({"counts": {split: dict(items) for split, items in line.counts.items()}} if counted else {}),
        "name": line.name, "label": line.label, "unit": line.unit,
        "computed": text_of(line.computed), "value": text_of(line.value), "reason": line.reason,
        "splits": {split: {item: text_of(value) for item, value in items.items()} for split, items in line.splits.items()},
    }  # fmt: skip


def text_of(value: Value) -> str | None:
    return None if value is None else f"{value:f}"


def code_of(digest: str) -> str:
    """Eight letters and digits of the hash, in two groups: short enough to compare with a stamped sheet by eye."""
    number = int(digest, 16) >> (256 - 40)
    letters = "".join(ALPHABET[number >> shift & 31] for shift in range(35, -1, -5))
    return f"{letters[:4]}-{letters[4:]}"


def act(
    session: Session, key: Key, reader: Reader, now: datetime, what: str, version: int, remark: str
) -> PeriodReturn:
    """Accept, send back, lock, or begin a correction. Raises Refusal return.remark, return.state, return.stale."""
    row = opened(session, key, now, what, version)
    remark = remark.strip()[:LONGEST_REASON]
    if what in ("send_back", "correct") and not remark:
        raise Refusal("return.remark")
    row.state = ACTS[what][2] or row.state
    note(session, row, reader, what, now, remark)
    if what in ("send_back", "correct"):
        row = fresh(key, row.revision + 1, now, remark, row)
        session.add(row)
        session.flush()
    return row


def is_whole(row: PeriodReturn | Review) -> bool:
    """Whether a signed return is what its hash and its code say."""
    return row.snapshot is not None and sha(row.snapshot.encode()) == row.hash and code_of(row.hash) == row.code


def snapshot_of(row: PeriodReturn | Review) -> dict[str, Any]:
    """What was signed. Raises Refusal return.altered: it is not what its hash says."""
    assert row.snapshot is not None
    if not is_whole(row):
        raise Refusal("return.altered", details={"code": row.code})
    content: dict[str, Any] = json.loads(row.snapshot)
    return content


def drift(row: PeriodReturn, now_computed: Mapping[str, Value]) -> dict[str, tuple[str | None, str | None]]:
    """Indicator → (what the records said when it was signed, what they say now), where these differ."""
    then = {each["name"]: each["computed"] for each in snapshot_of(row)["figures"]}
    return {
        name: (then[name], text_of(value))
        for name, value in now_computed.items()
        if name in then and then[name] != text_of(value)
    }


def readable(session: Session, known: Definitions, person_id: str, today: date) -> dict[str, dict[str, frozenset[str]]]:
    """Return → unit → parts, of all that a person has to do with today."""
    posts = posts_over(session, person_id, today)
    found: dict[str, dict[str, frozenset[str]]] = {}
    units = list(session.scalars(select(OrgUnit).order_by(OrgUnit.path)))
    for name, return_ in known.returns.items():
        named = {FILL: set(return_["who"]["roles"]), SIGN: set(return_["signers"]), RECEIVE: set(return_["receivers"])}
        for unit in units:
            if not owes(return_, unit, today):
                continue
            held = {role for role, path in posts if unit.path.startswith(path)}
            parts = frozenset(part for part, roles in named.items() if held & roles)
            if parts:
                found.setdefault(name, {})[unit.code] = parts
    return found
