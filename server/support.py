"""Support cases as lists: what is claimed, decided, to be paid and handed over. Read only: nothing here decides.

Which questions hold what is the campaign's to say (support.json). Amounts computed before a decision are provisional:
only the office that decides makes them amounts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from forms.support import FILE, paths_by_name
from sync.judge import value_at

from .duplicates import merged_away
from .models import CampaignList, DuplicatePair, Record
from .programs import choice_list, forms_of
from .references import campaign_file

AT_ONCE = 500  # records read at a time: a list is as long as it is
MOST_PAIRS = 3000


@dataclass(frozen=True)
class Goods:
    item: str
    qty: str
    unit: str
    value_vnd: int | None
    given: bool


@dataclass(frozen=True)
class Case:
    """One case in a list. amounts in VND; provisional: computed, not decided. days: ISO, "" where not said."""

    rec: str
    unit_code: str
    state: str
    person: str
    birth_year: str
    village: str
    id_number: str
    policy: str
    first: str
    last: str
    provisional: int | None
    approved: int | None
    decision_no: str
    decision_date: str
    paid_at: str
    paid_by: str
    goods: tuple[Goods, ...] = field(default=())


def setting(session: Session) -> Mapping[str, Any] | None:
    """support.json of the campaign, or None where it has none."""
    return campaign_file(session, FILE)


def policies(session: Session, support: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The catalogue's dated rows as the campaign has them now, each a column → value."""
    digest = session.scalar(select(CampaignList.hash).where(CampaignList.name == support["policies"]).limit(1))
    if digest is None:
        return []
    table = choice_list(session, digest)
    rows = [dict(zip(table["columns"], row, strict=False)) for row in table["rows"]]
    return [{**row, "label": labels(row)} for row in rows]


def labels(row: Mapping[str, str]) -> dict[str, str]:
    """A row's label by language; a plain `label` column speaks Vietnamese."""
    spoken = {key.partition("::")[2] or "vi": text for key, text in row.items() if key.partition("::")[0] == "label"}
    return {language: text for language, text in spoken.items() if text}


def valid_on(row: Mapping[str, Any], day: date) -> bool:
    """Whether a dated row holds on a day; a blank end is open."""
    first, last = str(row.get("valid_from") or ""), str(row.get("valid_to") or "")
    return (not first or first <= day.isoformat()) and (not last or last >= day.isoformat())


def cases(session: Session, support: Mapping[str, Any], records: Select[tuple[Record]]) -> list[Case]:
    """The cases among these records, those merged away left out, by unit and name. Raises nothing on odd answers."""
    asked = records.where(Record.form_id == support["form"], Record.rec.not_in(merged_away()))
    versions = session.execute(asked.with_only_columns(Record.form_id, Record.form_version).distinct()).all()
    forms = forms_of(session, [(form_id, version) for form_id, version in versions])
    paths = {version: paths_by_name(form.program) for version, form in forms.items()}
    rows = session.scalars(
        asked.order_by(Record.unit_code, Record.title, Record.rec), execution_options={"yield_per": AT_ONCE}
    )
    found = []
    for some in rows.partitions():
        found += [case_of(row, support, paths[row.form_id, row.form_version]) for row in some]
        for row in some:
            session.expunge(row)  # a list needs the cases, not the documents
    return found


def case_of(row: Record, support: Mapping[str, Any], paths: Mapping[str, str]) -> Case:
    answers = json.loads(row.doc)["answers"]

    def said(key: str) -> Any:
        path = paths.get(support["questions"].get(key, ""), "")
        return value_at(answers, path) if path else None

    def text(key: str) -> str:
        value = said(key)
        return "" if value is None or isinstance(value, (dict, list)) else str(value)

    return Case(
        rec=row.rec,
        unit_code=row.unit_code,
        state=row.state,
        person=text("person") or row.title,
        birth_year=text("birth_year"),
        village=text("village"),
        id_number=text("id_number"),
        policy=text("policy"),
        first=text("from"),
        last=text("to"),
        provisional=whole(said("provisional")),
        approved=whole(said("approved")),
        decision_no=text("decision_no"),
        decision_date=text("decision_date"),
        paid_at=text("paid_at"),
        paid_by=text("paid_by"),
        goods=tuple(goods_of(answers, support.get("items"), paths)),
    )


def goods_of(answers: Any, items: Mapping[str, Any] | None, paths: Mapping[str, str]) -> Iterable[Goods]:
    rows = value_at(answers, paths[items["repeat"]]) if items and items["repeat"] in paths else None
    for row in rows if isinstance(rows, list) and items else ():
        yield Goods(
            item=str(row.get(items["item"]) or ""),
            qty=str(row.get(items["qty"]) or ""),
            unit=str(row.get(items["unit"]) or ""),
            value_vnd=whole(row.get(items["value"])),
            given=row.get(items["state"]) == items["given"],
        )


def whole(value: Any) -> int | None:
    """An amount; computed ones may come as decimals in a text."""
    try:
        return None if value in (None, "") or isinstance(value, bool) else int(float(value))
    except (TypeError, ValueError):
        return None


@dataclass(frozen=True)
class Claim:
    """Two cases of one person under one policy whose days overlap."""

    one: Case
    other: Case
    score: int
    state: str


def double_claims(session: Session, support: Mapping[str, Any], found: Sequence[Case]) -> list[Claim]:
    """Among these cases, those of the same person (alike, or said to be) and policy with days in common.

    A case without days claims any day: it is shown rather than passed over.
    """
    by_rec = {case.rec: case for case in found}
    pairs = select(DuplicatePair).where(
        DuplicatePair.form_id == support["form"], DuplicatePair.state.in_(("open", "linked"))
    )
    claims = []
    for pair in session.scalars(pairs.order_by(DuplicatePair.score.desc()).limit(MOST_PAIRS)):
        one, other = by_rec.get(pair.first), by_rec.get(pair.second)
        if one and other and one.policy and one.policy == other.policy and overlap(one, other):
            claims.append(Claim(one, other, pair.score, pair.state))
    return claims


def overlap(one: Case, other: Case) -> bool:
    """Whether two spans of days, ends included, share one; a blank end is open."""
    return not (one.last and other.first and one.last < other.first) and not (
        other.last and one.first and other.last < one.first
    )


def masked_number(number: str) -> str:
    """An identity number as it may hang on a public board: its last two digits."""
    return f"••••••{number[-2:]}" if len(number) > 3 else ""
