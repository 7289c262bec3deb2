"""What was done (the audit chain) and what was looked at (the access log), searched by who, what, about what and when.

Both name people by their names and records by their ids; neither holds content.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from sqlalchemy import Select, func, or_, select

from .. import audit
from ..context import server
from ..database import db, transaction
from ..models import AccessEntry, AuditEntry, Person
from ..scope import logged_in_reach, reads_all_logs
from .corrections import read_day
from .opened import note_access
from .visitor import me, needs

blueprint = Blueprint("logs", __name__, url_prefix="/logs")

PAGE_ROWS = 50
LONGEST = 100  # characters of a search


@blueprint.get("/acts")
@needs("audit")
def acts() -> str:
    """The audit chain, newest first; with ?check=1 it is worked out again from the first entry on."""
    entry = AuditEntry
    asked = select(entry, Person.name).outerjoin(Person, Person.person_id == entry.actor)
    asked = narrowed(
        reached(asked, entry.actor, entry.subject),
        entry.at,
        who=(entry.actor, Person.name),
        what=entry.act,
        about=entry.subject,
    )
    rows = page_of(asked, entry.seq)
    checked = request.args.get("check") == "1"
    return shown(
        "acts",
        [(row.seq, row.at, name or row.actor, row.act, row.subject, told(row.detail)) for row, name in rows],
        checked=checked,
        broken=audit.first_break(db.session) if checked else None,
    )


@blueprint.get("/accesses")
@needs("audit")
def accesses() -> str:
    """Who looked at which record, and who took what out, newest first. Looking here is itself put down."""
    entry = AccessEntry
    asked = select(entry, Person.name).outerjoin(Person, Person.person_id == entry.person_id)
    asked = narrowed(
        reached(asked, entry.person_id, entry.rec),
        entry.at,
        who=(entry.person_id, Person.name),
        what=entry.what,
        about=entry.rec,
    )
    rows = page_of(asked, entry.access_id)
    with transaction() as writing:
        note_access(writing, me().person_id, "log", server().clock())
    return shown(
        "accesses",
        [
            (row.access_id, row.at, name or row.person_id, row.what, row.rec or "", told(row.detail))
            for row, name in rows
        ],
    )


def reached(asked: Select[Any], who: Any, about: Any) -> Select[Any]:
    """The lines of the units whose logs the reader keeps; whoever keeps those of the tree's top reads all of them."""
    reader, today = me().person_id, server().today()
    if reads_all_logs(db.session, reader, today):
        return asked
    return asked.where(logged_in_reach(reader, today, who, about))


def narrowed(asked: Select[Any], at: Any, *, who: tuple[Any, Any], what: Any, about: Any) -> Select[Any]:
    """What the address asks for: part of a name or a whole id, the beginning of an act, a record or person, days."""
    given = {name: request.args.get(name, "").strip()[:LONGEST] for name in ("who", "what", "about")}
    if given["who"]:
        ident, name = who
        asked = asked.where(
            or_(ident == given["who"], func.lower(name).contains(given["who"].lower(), autoescape=True))
        )
    if given["what"]:
        asked = asked.where(what.startswith(given["what"], autoescape=True))
    if given["about"]:
        asked = asked.where(about == given["about"])
    zone = ZoneInfo(server().settings.time_zone)
    if since := day("since"):
        asked = asked.where(at >= datetime(since.year, since.month, since.day, tzinfo=zone))
    if until := day("until"):
        asked = asked.where(at < datetime(until.year, until.month, until.day, tzinfo=zone) + timedelta(days=1))
    return asked


def day(name: str) -> date | None:
    """A day as people type it or as links carry it; what is none asks for nothing."""
    try:
        return date.fromisoformat(read_day(request.args.get(name, "").strip()))
    except ValueError:
        return None


def page_of(asked: Select[Any], number: Any) -> Sequence[Any]:
    """One page, and one row more where there is a next one: by number, so that the last page is as fast as the first."""
    if before := request.args.get("before", type=int):
        asked = asked.where(number < before)
    return db.session.execute(asked.order_by(number.desc()).limit(PAGE_ROWS + 1)).all()


def told(detail: dict[str, Any]) -> str:
    return ", ".join(
        f"{key}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for key, value in sorted(detail.items())
        if value not in (None, "", [], {})
    )


def shown(page: str, rows: list[tuple[Any, ...]], **more: Any) -> str:
    given = {name: request.args.get(name, "") for name in ("who", "what", "about", "since", "until")}
    return render_template(
        "console/logs.html",
        page=page,
        rows=rows[:PAGE_ROWS],
        asked=given,
        filled={name: value for name, value in given.items() if value},
        following=rows[PAGE_ROWS - 1][0] if len(rows) > PAGE_ROWS else None,
        **more,
    )
