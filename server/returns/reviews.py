"""A review over a span of days (sơ kết, tổng kết): its figures beside the span before, best units, practices, narrative.

Written by those reviews.json names, signed like a return: what is signed is one text with a hash and a code, and a
correction is a new revision beside it. Until then figures, units and practices are as the records are now.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms import Form, Instance, compile_form
from forms.indicators import calculations_document, form_of
from forms.reviews import SCORE
from sync.canonical import canonical, sha

from .. import audit
from ..figures.behind import behind
from ..figures.definitions import NAMED, Definitions
from ..figures.rollup import WHOLE, Value, as_number, homes, rolled_up
from ..models import OrgUnit, Record, Review
from ..problems import Refusal
from ..programs import forms_of
from .desk import LONGEST_REASON, LONGEST_TEXT, Reader, code_of, text_of
from .drafts import units_of

LONGEST_SPAN = timedelta(days=3 * 366)
MOST_PRACTICES = 30

# act: (one of these parts is needed, the state it is done from)
ACTS: Mapping[str, tuple[frozenset[str], str]] = {
    "save": (frozenset({"fill", "sign"}), "draft"),
    "sign": (frozenset({"sign"}), "draft"),
    "correct": (frozenset({"fill", "sign"}), "signed"),
}


@dataclass(frozen=True)
class Practice:
    """A good practice that may be told of. answers: (the question's label, the answer as read)."""

    rec: str
    rev: int
    hash: str
    title: str
    unit: str
    answers: tuple[tuple[Mapping[str, str], str | Mapping[str, str]], ...]


def may(reader: Reader, act: str, state: str) -> bool:
    parts, wanted = ACTS[act]
    return state == wanted and any(part in reader.roles for part in parts)


def begun(session: Session, name: str, unit: str, first: date, last: date, reader: Reader, now: datetime) -> Review:
    """Begin a review, or the draft of one there is. Raises Refusal review.span, request.forbidden."""
    if not first <= last or last - first > LONGEST_SPAN or last > now.date() + timedelta(days=1):
        raise Refusal("review.span", details={"first": first.isoformat(), "last": last.isoformat()})
    if not may(reader, "save", "draft"):
        raise Refusal("request.forbidden")
    session.get_one(OrgUnit, unit, with_for_update=True)  # two people begin one review, not two
    same = select(Review).where(
        Review.name == name, Review.unit_code == unit, Review.first == first, Review.last == last
    )
    if found := session.scalar(same.order_by(Review.revision.desc()).limit(1)):
        return found
    row = Review(review_id=str(uuid.uuid4()), name=name, unit_code=unit, first=first, last=last, revision=1,
                 state="draft", version=1, narrative={}, practices=[], reason="", began_at=now)  # fmt: skip
    session.add(row)
    session.flush()
    noted(session, row, reader, "begin", now)
    return row


def opened(session: Session, review_id: str, reader: Reader, act: str, version: int) -> Review:
    """The review, to be changed, as its reader saw it. Raises Refusal request.forbidden, review.state, return.stale."""
    row = session.get_one(Review, review_id, with_for_update=True)
    if not any(part in reader.roles for part in ACTS[act][0]):
        raise Refusal("request.forbidden")
    if row.version != version:
        raise Refusal("return.stale")
    if row.state != ACTS[act][1]:
        raise Refusal("return.state", details={"state": row.state, "act": act})
    return row


def noted(session: Session, row: Review, reader: Reader, act: str, now: datetime, reason: str = "") -> None:
    row.version += 1
    session.flush()
    audit.append(session, now, reader.person_id, f"review.{act}", row.review_id, name=row.name, unit=row.unit_code,
                 first=row.first.isoformat(), last=row.last.isoformat(), revision=row.revision, code=row.code,
                 hash=row.hash, reason=reason)  # fmt: skip


def save(
    session: Session, known: Definitions, review_id: str, reader: Reader, now: datetime, version: int,
    narrative: Mapping[str, str], practices: Sequence[str],
) -> Review:  # fmt: skip
    """Keep what was written and which practices are told of; one that may not be told of is left out."""
    row = opened(session, review_id, reader, "save", version)
    review = known.reviews[row.name]
    blocks = {block["name"] for block in review["narrative"]}
    row.narrative = {name: text.strip()[:LONGEST_TEXT] for name, text in narrative.items() if name in blocks}
    offered = {each.rec for each in practices_of(session, known, review, row)}
    row.practices = [rec for rec in dict.fromkeys(practices) if rec in offered][:MOST_PRACTICES]
    noted(session, row, reader, "save", now)
    return row


def sign(
    session: Session, known: Definitions, review_id: str, reader: Reader, now: datetime, today: date, version: int,
) -> Review:  # fmt: skip
    """Freeze it. Raises Refusal review.not_over (its last day has not passed), return.narrative."""
    row = opened(session, review_id, reader, "sign", version)
    if today <= row.last:
        raise Refusal("review.not_over", details={"last": row.last.isoformat()})
    blocks = known.reviews[row.name]["narrative"]
    missing = [each["name"] for each in blocks if each["required"] and not row.narrative.get(each["name"])]
    if missing:
        raise Refusal("return.narrative", details={"blocks": missing})
    role = reader.roles["sign"]
    signed = {"by": reader.person_id, "name": reader.person_name, "role": role,
              "role_label": known.roles[role]["label"], "at": now.isoformat()}  # fmt: skip
    row.snapshot = canonical({**content_of(session, known, row), "signed": signed})
    row.hash = sha(row.snapshot.encode())
    row.code = code_of(row.hash)
    row.signed_by, row.signed_at, row.state = reader.person_id, now, "signed"
    noted(session, row, reader, "sign", now)
    return row


def correct(session: Session, review_id: str, reader: Reader, now: datetime, version: int, reason: str) -> Review:
    """Begin the next revision beside a signed one, which stays. Raises Refusal return.remark."""
    row = opened(session, review_id, reader, "correct", version)
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise Refusal("return.remark")
    newest = max(each.revision for each in revisions(session, row))
    if newest != row.revision:
        raise Refusal("return.stale")
    noted(session, row, reader, "correct", now, reason)
    after = Review(review_id=str(uuid.uuid4()), name=row.name, unit_code=row.unit_code, first=row.first, last=row.last,
                   revision=row.revision + 1, state="draft", version=1, narrative=dict(row.narrative),
                   practices=list(row.practices), reason=reason, began_at=now)  # fmt: skip
    session.add(after)
    session.flush()
    return after


def revisions(session: Session, row: Review) -> list[Review]:
    """All of the same review, oldest first."""
    same = select(Review).where(
        Review.name == row.name, Review.unit_code == row.unit_code, Review.first == row.first, Review.last == row.last
    )
    return list(session.scalars(same.order_by(Review.revision)))


def content_of(session: Session, known: Definitions, row: Review) -> dict[str, Any]:
    """What the review says, as the records are now."""
    review, unit = known.reviews[row.name], session.get_one(OrgUnit, row.unit_code)
    length = row.last - row.first + timedelta(days=1)
    before = (row.first - length, row.last - length)
    now_said = whole(session, known, review["indicators"], unit.code, row.first, row.last)
    then_said = whole(session, known, review["indicators"], unit.code, *before)
    told = {each.rec: each for each in practices_of(session, known, review, row)} if row.practices else {}
    return {
        "v": 1, "review": row.name, "label": review["label"], "unit": {"code": unit.code, "name": unit.name},
        "period": {"first": row.first.isoformat(), "last": row.last.isoformat()},
        "before": {"first": before[0].isoformat(), "last": before[1].isoformat()},
        "revision": row.revision, "reason": row.reason,
        "figures": [
            {"name": name, "label": known.indicators[name]["label"], "unit": known.indicators[name]["unit"],
             "value": text_of(now_said[name]), "before": text_of(then_said[name]),
             "change": text_of(change(now_said[name], then_said[name]))}
            for name in review["indicators"]
        ],
        "best": [
            {"name": each["name"], "label": each["label"], "unit": each["unit"], "expression": each["expression"],
             "rows": best(session, known, each, unit, row.first, row.last)}
            for each in review["best"]
        ],
        "practices": [
            {"rec": each.rec, "rev": each.rev, "hash": each.hash, "title": each.title, "unit": each.unit,
             "answers": [{"label": words, "text": text} for words, text in each.answers]}
            for rec in row.practices if (each := told.get(rec)) is not None
        ],
        "narrative": [
            {"name": each["name"], "label": each["label"], "text": row.narrative.get(each["name"], "")}
            for each in review["narrative"]
        ],
    }  # fmt: skip


def whole(
    session: Session, known: Definitions, names: Sequence[str], unit: str, first: date, last: date
) -> Mapping[str, Value]:
    home = homes(units_of(session), [unit], last)
    return rolled_up(session, known, names, first, last, home)[WHOLE]


def change(now: Value, before: Value) -> Value:
    """Of what was known both times, the difference; None: one of them was not."""
    return None if now is None or before is None else now - before


def best(
    session: Session, known: Definitions, criterion: Mapping[str, Any], unit: OrgUnit, first: date, last: date
) -> list[dict[str, Any]]:
    """The units in their order: {place, unit, name, score}; equal scores share a place, no score no place."""
    units = units_of(session)
    heads = [
        each.code for each in units.values()
        if each.kind in criterion["kinds"] and each.path.startswith(unit.path)
        and (each.valid_from is None or each.valid_from <= last) and (each.valid_to is None or each.valid_to >= last)
    ]  # fmt: skip
    names = list(dict.fromkeys(NAMED.findall(criterion["expression"])))
    values = rolled_up(session, known, names, first, last, homes(units, heads, last))
    scores = [
        (score, code) for code in heads
        if (score := scored(criterion, {name: values.get(code, {}).get(name) for name in names})) is not None
    ]  # fmt: skip
    scores.sort(key=lambda each: (each[0] if criterion["lowest"] else -each[0], units[each[1]].path))
    ordered = [score for score, _ in scores]
    rows = [
        {"place": ordered.index(score) + 1, "unit": code, "name": units[code].name, "score": text_of(score)}
        for score, code in scores
    ]
    return [row for row in rows if row["place"] <= criterion["most"]]


def scored(criterion: Mapping[str, Any], values: Mapping[str, Value]) -> Decimal | None:
    """A unit's score; None: nothing it is worked out from was reported, or it came to nothing."""
    given = {name: f"{value:f}" for name, value in values.items() if value is not None}
    if not given:
        return None
    form = criterion_form(tuple(values), criterion["name"], criterion["expression"])
    return as_number(str(Instance(form, given).snapshot().get(f"{SCORE}{criterion['name']}", "")))


@lru_cache(maxsize=64)
def criterion_form(names: tuple[str, ...], name: str, expression: str) -> Form:
    entered = [{"name": each, "label": {"vi": each}, "source": {"entered": ""}} for each in names]
    program = compile_form(calculations_document(entered, {f"{SCORE}{name}": expression})).program
    assert program is not None  # loading the campaign has checked it
    return Form(program)


def practices_of(session: Session, known: Definitions, review: Mapping[str, Any], row: Review) -> list[Practice]:
    """The approved records of the span that may be told of, in the order of their titles."""
    asked = review.get("practices")
    if not asked:
        return []
    indicator = known.indicators[asked["indicator"]]
    units = homes(units_of(session), [row.unit_code], row.last)
    recs = {each.rec for each in behind(session, known, indicator["name"], row.first, row.last, units)}
    found = (
        select(Record).where(Record.form_id == form_of(indicator), Record.phase == "approved").order_by(Record.title)
    )
    records = [record for record in session.scalars(found) if record.rec in recs]
    forms = forms_of(session, sorted({(record.form_id, record.form_version) for record in records}))
    names = {code: unit.name for code, unit in units_of(session).items()}
    made = (told(record, forms[record.form_id, record.form_version], asked, names) for record in records)
    return [each for each in made if each is not None]


def told(record: Record, form: Form, asked: Mapping[str, Any], names: Mapping[str, str]) -> Practice | None:
    """What is said of one; None: it may not be told of."""
    answers = json.loads(record.doc)["answers"]
    paths = {
        spec["name"]: path for path, spec in form.specs.items() if spec["name"] in {*asked["only"], *asked["show"]}
    }

    def at(name: str) -> Any:
        value: Any = answers
        for step in paths.get(name, f"/{name}").strip("/").split("/"):
            value = value.get(step) if isinstance(value, Mapping) else None
        return value

    if any(at(name) not in wanted for name, wanted in asked["only"].items()):
        return None
    shown = []
    for name in asked["show"]:
        value = at(name)
        if name in paths and value not in (None, "", []):
            spec = form.specs[paths[name]]
            choices = {each["name"]: each["label"] for each in form.choices(paths[name])} if "list" in spec else {}
            shown.append((spec["label"], choices.get(value, str(value))))
    return Practice(record.rec, record.rev, record.hash, record.title, names.get(record.unit_code, ""), tuple(shown))


def readable(
    session: Session, known: Definitions, held: Iterable[tuple[str, str]]
) -> list[tuple[str, OrgUnit, frozenset[str]]]:
    """(review, unit, parts) of all that somebody with these (role, unit path) has to do with."""
    posts = list(held)
    found = []
    for name, review in known.reviews.items():
        named = {"fill": review["who"]["roles"], "sign": review["signers"], "receive": review["receivers"]}
        for unit in session.scalars(select(OrgUnit).order_by(OrgUnit.path)):
            if unit.kind in review["who"]["kinds"] and unit.code in review["who"].get("units", (unit.code,)):
                roles = {role for role, path in posts if unit.path.startswith(path)}
                parts = frozenset(part for part, wanted in named.items() if roles & set(wanted))
                if parts:
                    found.append((name, unit, parts))
    return found


def shown_of(session: Session, units: Iterable[str], most: int) -> list[Review]:
    """The newest reviews of these units, newest first; their newest revisions."""
    found = session.scalars(
        select(Review).where(Review.unit_code.in_(list(units))).order_by(Review.last.desc(), Review.revision.desc())
    )
    newest: dict[tuple[Any, ...], Review] = {}
    for row in found:
        newest.setdefault((row.name, row.unit_code, row.first, row.last), row)
    return list(newest.values())[:most]
