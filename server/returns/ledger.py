"""The supplementary ledger: what arrives or changes after a return was signed, noted beside it with its reason.

Called in the transaction of the record, with what the record added before and adds now. The signed figures stay; the
ledger says which records moved what, so that drift is never without an explanation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from forms.figures import PARTS, Contribution

from ..figures.cells import Added, Doc
from ..figures.definitions import definitions
from ..figures.rollup import COUNTED, homes, kind_of
from ..models import OrgUnit, PeriodReturn, ReturnLate

SIGNED = ("submitted", "accepted", "locked")
Changes = Mapping[str, tuple[Added | None, Added]]


def note_late(session: Session, changes: Changes, docs: Iterable[Doc]) -> None:
    """Note what these records move in returns that are signed already."""
    if newest_signed(session) is None:
        return
    moved = {rec: moves(*each) for rec, each in changes.items()}
    days = [each.day for change in moved.values() for each, _ in change]
    if not days:
        return
    signed = signed_since(session, date.fromisoformat(min(days)))
    if not signed:
        return
    known = definitions(session)
    units = {unit.code: unit for unit in session.scalars(select(OrgUnit))}
    heads = {doc["rec"]: doc for doc in docs}
    rows: list[dict[str, Any]] = []
    for row in signed:
        home = homes(units, [row.unit_code], row.last)
        wanted = set(known.sources(known.returns[row.name]["indicators"])) if row.name in known.returns else set()
        for rec, change in moved.items():
            lines: Counter[str] = Counter()
            other: dict[str, str] = {}
            for (contribution, unit), sign in change.items():
                name = contribution.indicator
                if name not in wanted or unit not in home:
                    continue
                since = date.min if kind_of(known.indicators[name]) == "standing" else row.first
                if not since <= date.fromisoformat(contribution.day) <= row.last:
                    continue
                if contribution.over:
                    other[name] = f"{'+' if sign > 0 else '-'} {contribution.over}"
                else:
                    lines[name] += sign * contribution.amount
            said = {name: f"{amount / PARTS:+g}" for name, amount in lines.items() if amount} | other
            if said:
                rows.append(row_of(row, heads[rec], said))
    if rows:
        session.execute(insert(ReturnLate), rows)


def newest_signed(session: Session) -> date | None:
    """The last day that any signed return speaks of."""
    return session.scalar(select(func.max(PeriodReturn.last)).where(PeriodReturn.state.in_(SIGNED)))


def signed_since(session: Session, day: date) -> list[PeriodReturn]:
    asked = select(PeriodReturn).where(PeriodReturn.last >= day, PeriodReturn.state.in_(SIGNED))
    return list(session.scalars(asked.order_by(PeriodReturn.return_id)))


def moves(before: Added | None, after: Added) -> Counter[tuple[Contribution, str]]:
    """(contribution, unit) → how often more (or fewer) it is counted."""
    found: Counter[tuple[Contribution, str]] = Counter()
    for added, sign in ((before, -1), (after, 1)):
        if added is not None and added.phase in COUNTED:
            for contribution in added.contributions():
                found[contribution._replace(by=()), added.unit_code] += sign
    return Counter({key: count for key, count in found.items() if count})


def row_of(row: PeriodReturn, doc: Doc, lines: Mapping[str, str]) -> dict[str, Any]:
    entry = doc["history"][-1]
    return {
        "return_id": row.return_id,
        "at": datetime.fromisoformat(entry["received_at"]),
        "rec": doc["rec"],
        "rev": doc["rev"],
        "cause": entry["type"],
        "reason": entry["reason"] or "",
        "lines": dict(lines),
    }
