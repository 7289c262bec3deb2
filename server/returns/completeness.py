"""Who has reported and when: reported, late, awaited, overdue, sent back; shares against the target; whom to remind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..models import OrgUnit, PeriodReturn
from .desk import owes
from .periods import Period

STATUSES = ("reported", "late", "returned", "awaited", "overdue", "running")


@dataclass(frozen=True)
class Standing:
    """One unit and period. status: of STATUSES. newest: the newest revision; signed: the newest signed one."""

    unit: OrgUnit
    status: str
    newest: PeriodReturn | None
    signed: PeriodReturn | None
    signed_at: datetime | None


@dataclass
class Completeness:
    """A period over all units that owe the return. target: per cent on time, or None."""

    period: Period
    target: int | None
    standings: list[Standing] = field(default_factory=list)

    def count(self, *statuses: str) -> int:
        return sum(standing.status in statuses for standing in self.standings)

    @property
    def reported_share(self) -> float:
        """Of the units that owe it, how many have reported at all."""
        return self.count("reported", "late") / len(self.standings) if self.standings else 0.0

    @property
    def timely_share(self) -> float:
        return self.count("reported") / len(self.standings) if self.standings else 0.0

    @property
    def reminders(self) -> list[Standing]:
        return [standing for standing in self.standings if standing.status in ("overdue", "awaited", "returned")]


def completeness(
    session: Session, return_: Mapping[str, Any], period: Period, units: Iterable[OrgUnit], now: datetime
) -> Completeness:
    """units: those looked at, in the order they are shown; those that do not owe the return are left out."""
    asked = select(PeriodReturn).where(PeriodReturn.name == return_["name"], PeriodReturn.first == period.first)
    rows: dict[str, list[PeriodReturn]] = {}
    for row in session.scalars(asked.order_by(PeriodReturn.revision)):
        rows.setdefault(row.unit_code, []).append(row)
    found = Completeness(period, return_.get("target"))
    for unit in units:
        if owes(return_, unit, period.last):
            found.standings.append(standing_of(unit, rows.get(unit.code, []), period, now))
    return found


def standing_of(unit: OrgUnit, revisions: list[PeriodReturn], period: Period, now: datetime) -> Standing:
    """A return counts as reported from its first signature; one that was sent back is awaited again, and says so."""
    signed = [row for row in revisions if row.signed_at is not None]
    standing = [row for row in signed if row.state != "returned"]
    first_at = signed[0].signed_at if signed else None
    if standing:
        status = "reported" if first_at is not None and first_at <= period.due_at else "late"
    elif signed:
        status = "returned"
    elif now < period.closes_at:
        status = "running"
    else:
        status = "awaited" if now <= period.due_at else "overdue"
    return Standing(unit, status, revisions[-1] if revisions else None, standing[-1] if standing else None, first_at)
