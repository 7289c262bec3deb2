"""From a confirmed record to what a nomination says: names as on the record, codes as the words of its form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from forms import Form
from sync.judge import value_at

from ..models import Citation, Record, Revision
from ..papers.wording import short_date
from ..programs import forms_of
from ..scope import SEE_PII, reached_from, visible_records
from .rules import Rules

SEX = {"female": "Nữ", "male": "Nam"}
YES = "yes"


@dataclass(frozen=True)
class Candidate:
    """A record that may be cited, and what it says of its recipient. agreed: those named agree to publicity."""

    record: Record
    said: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.said["name"])


def candidates(session: Session, rules: Rules, person_id: str, unit_code: str, today: date) -> list[Candidate]:
    """The confirmed records of a unit that no live nomination uses and that the person may see, the oldest first."""
    confirmed = or_(
        *(and_(Record.form_id == form, Record.state.in_(source["states"])) for form, source in rules.sources.items())
    )
    clear = visible_records(person_id, SEE_PII, today).with_only_columns(Record.rec)
    used = select(1).where(Citation.rec == Record.rec, Citation.live)
    asked = (
        visible_records(person_id, "read", today)
        .where(Record.unit_code.in_(reached_from(unit_code, today)), confirmed, Record.rec.in_(clear), ~used.exists())
        .order_by(Record.event_date, Record.title, Record.rec)
    )
    records = session.scalars(asked).all()
    forms = forms_of(session, {(record.form_id, record.form_version) for record in records})
    return [
        Candidate(record, said_by(rules.sources[record.form_id], forms[record.form_id, record.form_version], answers_of(session, record)))
        for record in records
    ]


def answers_of(session: Session, record: Record) -> dict[str, Any]:
    """The head's answers, from the revision whose hash is cited."""
    found = session.scalars(select(Revision.answers).where(Revision.rec == record.rec, Revision.rev == record.rev)).one()
    return json.loads(found)


def said_by(source: Mapping[str, Any], form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What a record says of its recipient, as texts for papers; birth_year and the switches as values."""
    fields = source["fields_"]

    def raw(name: str) -> Any:
        return value_at(answers, fields[name]) if name in fields else None

    def shown(name: str) -> str:
        return text_of(form, fields[name], raw(name)) if name in fields else ""

    year = raw("birth_year")
    position = ", ".join(filter(None, (shown("position"), shown("unit_name"), shown("title"))))
    facts = ". ".join(part.rstrip(". ") for part in (shown("facts"), shown("result")) if part)
    return {
        "recipient": source.get("recipient") or raw("recipient_type") or "individual",
        "name": shown("name"),
        "birth_year": year if isinstance(year, int) else None,
        "sex": raw("sex") or "",
        "is_leader": raw("is_leader") == YES,
        "direct": raw("direct_frontline") == YES,
        "ethnic_group": shown("ethnic_group"),
        "position": ", ".join(filter(None, (position, shown("village")))),
        "home": shown("village"),
        "facts": facts,
        "period": period(raw("from"), raw("to")),
        "results": results(raw("results")),
        "past_awards": past_awards(form, fields.get("past_awards"), raw("past_awards")),
        "violation": {"no": "Không", "yes": shown("violation_note") or "Có"}.get(raw("violation"), "Chưa rõ"),
        "members_total": raw("members_total"),
        "members_women": raw("members_women"),
        "agreed": raw("agreed") == YES,
        "proposed_award": raw("proposed_award") or "",
    }


def text_of(form: Form, path: str, value: Any) -> str:
    if value is None:
        return ""
    spec = form.specs.get(path, {})
    if "list" in spec:
        words = {choice["name"]: choice["label"] for choice in form.choices(path)}
        named = (words.get(name, name) for name in (value if isinstance(value, list) else [value]))
        return ", ".join(each.get("vi", "") if isinstance(each, Mapping) else str(each) for each in named)
    return str(value).replace("\r\n", "\n")


def results(rows: Any) -> list[dict[str, str]]:
    kept = rows if isinstance(rows, list) else []
    return [
        {"what": str(row.get("what") or ""), "amount": str(row.get("amount") or "").replace(".", ","), "unit": str(row.get("unit") or "")}
        for row in kept
    ]


def past_awards(form: Form, path: str | None, rows: Any) -> list[str]:
    listed = []
    for row in rows if isinstance(rows, list) else []:
        form_name = text_of(form, f"{path}/award_form", row.get("award_form"))
        number, day = row.get("award_no"), as_day(row.get("award_date"))
        known = ", ".join(filter(None, (f"số {number}" if number else "", short_date(day))))
        listed.append(f"{form_name} ({known})" if known else form_name)
    return listed


def period(first: Any, last: Any) -> str:
    begun, ended = as_day(first), as_day(last)
    if begun is None:
        return ""
    return f"từ {short_date(begun)} đến {short_date(ended)}" if ended else f"từ {short_date(begun)} đến nay"


def as_day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
