"""Folding a batch of ops into records, in memory: what was known goes in, what is to be written comes out.

Pure: no database, no clock. `sync.judge` decides about each op; here its decisions become DOCs, revisions, conflicts,
adjudications and parked ops, in the order the ops came, each seeing what the ones before it did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from forms import Form
from sync.judge import NOTHING_SEEN, Author, Base, Case, Decision, content_of, judge
from sync.ops import Op
from sync.reasons import message
from sync.workflow import Workflow

from .doc import Doc, Said, head_of, next_doc

Roles = Mapping[str, frozenset[str]]  # action → the roles that give it
ACTION = {
    "resolve": "correct",
    "move": "correct",
    "link": "comment",
}  # the right an op type needs, where it has another name
ERASED = "record.erased"  # the reason of ops about a record that was erased: stored without their contents


@dataclass(frozen=True)
class Arrival:
    """An op as it came, its signature verified. device_id: None for the console. standing: the device's, now."""

    op: Op
    device_id: str | None
    person_id: str
    person_name: str
    standing: str


@dataclass(frozen=True)
class Stored:
    """An op the server holds already: its first verdict."""

    verdict: str
    reason: str | None
    rev: int | None


@dataclass
class Known:
    """What the database knows that concerns a batch. Folding changes it, so that later ops see earlier ones."""

    stored: dict[str, Stored] = field(default_factory=dict)  # by h
    docs: dict[str, Doc] = field(default_factory=dict)  # by record
    bases: dict[tuple[str, str], Base] = field(default_factory=dict)  # by (record, h or revision hash)
    parked: dict[str, list[Arrival]] = field(default_factory=dict)  # by record
    numbers: dict[tuple[str, int], str] = field(default_factory=dict)  # (device, n) → h
    roles: Mapping[tuple[str, str], Roles] = field(default_factory=dict)  # by (person, scope)
    forms: Mapping[tuple[str, str], Form] = field(default_factory=dict)  # by (form id, version)
    workflows: Mapping[str, Workflow] = field(default_factory=dict)  # by form id
    erased: frozenset[str] = frozenset()  # records

    def copy(self) -> Known:
        """As it is now, untouched by a folding of this one."""
        parked = {rec: list(arrivals) for rec, arrivals in self.parked.items()}
        own = {
            "stored": dict(self.stored),
            "docs": dict(self.docs),
            "bases": dict(self.bases),
            "numbers": dict(self.numbers),
        }
        return replace(self, parked=parked, **own)


@dataclass(frozen=True)
class Revised:
    """One new revision: its DOC as of then, the op that made it, what the decision says besides.

    roles: those that let the author do it, kept so that the decision can be worked out again (server/verify.py).
    left: the scope the record left by it.
    """

    doc: Doc
    prev: str | None
    arrival: Arrival
    decision: Decision
    roles: frozenset[str]
    left: str | None = None


@dataclass
class Folded:
    """What is to be written."""

    verdicts: dict[str, Stored] = field(default_factory=dict)  # of new ops, by h
    arrivals: list[Arrival] = field(default_factory=list)  # the new ops, in order
    revised: list[Revised] = field(default_factory=list)
    waiting: list[tuple[Arrival, Decision]] = field(default_factory=list)  # for a person
    parked: list[Arrival] = field(default_factory=list)
    released: list[Arrival] = field(default_factory=list)  # parked earlier, decided now
    cloned: set[str] = field(default_factory=set)  # devices


class Judgements:
    """`judge`, remembered: a batch is judged before the write transaction, and there only what has moved (P-07).

    folded: the last folding, with what it was made from; nothing moved, and it stands as it is.
    """

    def __init__(self) -> None:
        self.made: dict[Any, Decision] = {}
        self.folded: tuple[Any, Folded] | None = None

    def __call__(self, case: Case, *roles: Roles) -> Decision:
        key = (
            case.op.h,
            case.head and case.head.hash,
            case.base and case.base.answers_hash,
            case.author.standing,
            tuple(frozenset(each.items()) for each in roles),
        )
        if key not in self.made:
            self.made[key] = judge(case)
        return self.made[key]


def fold(known: Known, arrivals: Iterable[Arrival], received_at: str, judgements: Judgements) -> Folded:
    """Fold ops in the order they came. `known` is used up. received_at: ISO, UTC."""
    asked = (known.copy(), list(arrivals), received_at)
    if judgements.folded and judgements.folded[0] == asked:
        return judgements.folded[1]
    folded = Folded()
    judgements.folded = (asked, folded)
    for arrival in asked[1]:
        if arrival.op.h in known.stored:
            continue
        decision = decide(known, arrival, folded, judgements)
        take(known, folded, arrival, decision, received_at)
        release(known, folded, arrival.op.rec, received_at, judgements)
    return folded


def decide(known: Known, arrival: Arrival, folded: Folded, judgements: Judgements) -> Decision:
    op, header = arrival.op, arrival.op.header
    cloned = False
    if arrival.device_id is not None:
        number = (arrival.device_id, header["n"])
        if cloned := known.numbers.setdefault(number, op.h) != op.h:
            folded.cloned.add(arrival.device_id)
    if op.rec in known.erased:  # before all else: nothing of it may be stored, whoever sends it
        return Decision("adjudicate", ERASED)
    if cloned:
        return Decision("adjudicate", "device.cloned")
    doc = known.docs.get(op.rec)
    roles = known.roles.get((arrival.person_id, doc["scope"] if doc else header["scope"]), {})
    there = known.roles.get((arrival.person_id, op.target or ""), {})
    case = Case(
        op=op,
        head=head_of(doc) if doc else None,
        base=known.bases.get((op.rec, header["base"])) if header["base"] else None,
        author=Author(
            arrival.standing,
            lambda action: roles.get(action, frozenset()),
            lambda action: there.get(action, frozenset()),
        ),
        form=known.forms.get(op.form),
        workflow=known.workflows.get(op.form[0]),
    )
    return judgements(case, roles, there)


def take(known: Known, folded: Folded, arrival: Arrival, decision: Decision, received_at: str) -> None:
    """Note a new op and what was decided; a decision that applies makes the record's next revision."""
    op = arrival.op
    rev = None
    if decision.applies:
        rev = revise(known, folded, arrival, decision, received_at)
    elif decision.verdict == "parked":
        known.parked.setdefault(op.rec, []).append(arrival)
        folded.parked.append(arrival)
    elif decision.reason != ERASED:  # of what was erased nobody has to decide anything
        folded.waiting.append((arrival, decision))
    remember(known, op, decision)
    known.stored[op.h] = folded.verdicts[op.h] = Stored(decision.verdict, decision.reason, rev)
    folded.arrivals.append(arrival)


def remember(known: Known, op: Op, decision: Decision) -> None:
    """What a later op that names this one as its base was made from (P-08)."""
    base = op.header["base"]
    seen = content_of(op) if decision.applies else known.bases.get((op.rec, base)) if base else NOTHING_SEEN
    if seen is not None and decision.verdict != "parked":
        known.bases[op.rec, op.h] = seen


def release(known: Known, folded: Folded, rec: str, received_at: str, judgements: Judgements) -> None:
    """Decide again about the record's parked ops until nothing more can be decided."""
    moved = True
    while moved and known.parked.get(rec):
        moved = False
        for arrival in list(known.parked[rec]):
            decision = decide(known, arrival, folded, judgements)
            if decision.verdict == "parked":
                continue
            known.parked[rec].remove(arrival)
            if arrival in folded.parked:
                folded.parked.remove(arrival)  # it came in this very batch
            else:
                folded.released.append(arrival)
            rev = None
            if decision.applies:
                rev = revise(known, folded, arrival, decision, received_at)
            else:
                folded.waiting.append((arrival, decision))
            remember(known, arrival.op, decision)
            if arrival.op.h in folded.verdicts:
                folded.verdicts[arrival.op.h] = Stored(decision.verdict, decision.reason, rev)
            moved = True


def revise(known: Known, folded: Folded, arrival: Arrival, decision: Decision, received_at: str) -> int:
    """Make the record's next revision; its number."""
    op = arrival.op
    before = known.docs.get(op.rec)
    roles = known.roles.get((arrival.person_id, before["scope"] if before else op.header["scope"]), {})
    workflow = known.workflows[op.form[0]]
    said = Said(arrival.person_name, acting_role(op, roles, workflow), op.header["at"])
    doc = next_doc(before, op, decision, workflow, said, received_at)
    known.docs[op.rec] = doc
    known.bases[op.rec, doc["hash"]] = Base(doc["answers"], doc["answers_hash"])
    known.bases.setdefault((op.rec, op.h), Base(doc["answers"], doc["answers_hash"]))
    allowed = roles.get("submit" if before is None else ACTION.get(op.type, op.type), frozenset())
    left = before["scope"] if before and before["scope"] != doc["scope"] else None
    folded.revised.append(Revised(doc, before["hash"] if before else None, arrival, decision, allowed, left))
    return int(doc["rev"])


def acting_role(op: Op, roles: Roles, workflow: Workflow) -> str:
    """The role an op is done in: the one it names, if the author has it, else the first that allows it."""
    allowed = roles.get(ACTION.get(op.type, op.type), frozenset())
    if op.type == "step":
        step = workflow.step(op.payload["action"]) or {"roles": []}
        allowed &= frozenset(step["roles"])
    by = op.payload.get("by")
    named = by.get("role") if isinstance(by, Mapping) else None
    return named if isinstance(named, str) and named in allowed else min(allowed, default="")


def verdict_of(op: Op, stored: Stored, *, duplicate: bool) -> dict[str, Any]:
    """An op's line in a receipt."""
    line: dict[str, Any] = {"h": op.h, "rec": op.rec, "verdict": "duplicate" if duplicate else stored.verdict}
    if duplicate:
        line["was"] = stored.verdict
    if stored.rev is not None:
        line["rev"] = stored.rev
    if stored.reason is not None:
        line |= {"reason": stored.reason, "message": message(stored.reason)}
    return {**line, "wanted": []}
