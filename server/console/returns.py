"""Period returns: what is due from one's units, who has reported, one return with its figures, signing and ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from .. import accounts
from ..context import server
from ..database import db, transaction
from ..figures.basis import incomplete
from ..figures.definitions import Definitions, definitions
from ..models import OrgUnit, PeriodReturn, Person, ReturnEvent, ReturnLate
from ..problems import Refusal
from ..returns import desk
from ..returns.completeness import Standing, completeness, standing_of
from ..returns.drafts import lines, units_of, warnings
from ..returns.periods import Period, latest, period_of
from ..scope import rights
from ..tries import Attempt, count_try, forgive
from . import texts
from .texts import figure, number, say
from .visitor import RETURNS, me, needs

blueprint = Blueprint("returns", __name__, url_prefix="/returns")

MINE_SHOWN, PERIODS_OFFERED = 2, 10
STATUS_WORDS = {
    "reported": "đúng hạn",
    "late": "nộp muộn",
    "returned": "bị trả lại",
    "awaited": "chờ nộp",
    "overdue": "quá hạn",
    "running": "chưa hết kỳ",
}
STATE_WORDS = {
    "draft": "đang soạn",
    "submitted": "đã ký, đã nộp",
    "returned": "bị trả lại",
    "accepted": "đã tiếp nhận",
    "locked": "đã khóa",
}
ACT_WORDS = {
    "save": "Sửa bản thảo",
    "sign": "Ký và nộp",
    "accept": "Tiếp nhận",
    "send_back": "Trả lại",
    "lock": "Khóa",
    "correct": "Lập bản đính chính",
}
CAUSE_WORDS = {
    "submit": "hồ sơ đến muộn",
    "edit": "hồ sơ được sửa",
    "correct": "hồ sơ được đính chính",
    "resolve": "hồ sơ được phân xử",
    "void": "hồ sơ bị hủy",
    "step": "hồ sơ được duyệt hoặc trả",
    "move": "hồ sơ chuyển đơn vị",
}
PHASE_OF = {
    "reported": "approved", "late": "has_issues", "returned": "has_issues", "awaited": "received",
    "overdue": "rejected", "running": "received",
    "draft": "received", "submitted": "received", "accepted": "approved", "locked": "approved",
}  # fmt: skip


@dataclass(frozen=True)
class Task:
    """A return of a unit that the reader fills in or signs."""

    name: str
    period: Period
    standing: Standing


def zone() -> ZoneInfo:
    return ZoneInfo(server().settings.time_zone)


def days(first: date, last: date) -> str:
    """A period in words."""
    if first == last:
        return texts.day(first)
    return f"{texts.day(first)} – {texts.day(last)}"


@blueprint.get("")
@needs(RETURNS)
def page() -> str:
    here, who, known = server(), me(), definitions(db.session)
    mine = desk.readable(db.session, known, who.person_id, here.today())
    units = units_of(db.session)
    received = [name for name, held in mine.items() if any(desk.RECEIVE in parts for parts in held.values())]
    asked = request.args.get("name")
    name = asked if asked in received else (received[0] if received else "")
    periods, period, found = [], None, None
    if name:
        periods = list(latest(known.returns[name], here.clock(), zone(), PERIODS_OFFERED))
        first = request.args.get("first", "")
        closed = next((each for each in periods if each.closes_at <= here.clock()), periods[0] if periods else None)
        period = next((each for each in periods if each.first.isoformat() == first), closed)
    if period is not None:
        listed = [units[code] for code, parts in mine[name].items() if desk.RECEIVE in parts]
        found = completeness(db.session, known.returns[name], period, listed, here.clock())
    return render_template(
        "console/returns.html",
        known=known,
        tasks=tasks(db.session, known, mine, units),
        received=received,
        name=name,
        periods=periods,
        period=period,
        found=found,
        days=days,
        status=status_words,
        phase_of=PHASE_OF,
        per_cent=per_cent,
    )


def tasks(
    session: Session, known: Definitions, mine: dict[str, dict[str, frozenset[str]]], units: dict[str, OrgUnit]
) -> list[Task]:
    """What the reader's units owe: the newest closed periods of each return, the one running where none has closed."""
    found = []
    now = server().clock()
    for name, held in mine.items():
        own = [code for code, parts in held.items() if parts & {desk.FILL, desk.SIGN}]
        if not own:
            continue
        periods = list(latest(known.returns[name], now, zone(), MINE_SHOWN + 1))
        shown = [each for each in periods if each.closes_at <= now][:MINE_SHOWN] or periods[:1]
        for period in shown:
            rows: dict[str, list[PeriodReturn]] = {}
            asked = select(PeriodReturn).where(
                PeriodReturn.name == name, PeriodReturn.first == period.first, PeriodReturn.unit_code.in_(own)
            )
            for row in session.scalars(asked.order_by(PeriodReturn.revision)):
                rows.setdefault(row.unit_code, []).append(row)
            found += [
                Task(name, period, standing_of(units[code], rows.get(code, []), period, now))
                for code in own
                if desk.owes(known.returns[name], units[code], period.last)
            ]
    return found


@dataclass(frozen=True)
class Owed:
    """How many returns of the newest closed periods wait: own ones to hand in, others' to accept, others' overdue."""

    hand_in: int
    accept: int
    overdue: int


def owed(session: Session, person_id: str) -> Owed:
    """For the overview: what the reader's units owe, and what was handed in or is missing of those she receives from."""
    here, known = server(), definitions(session)
    mine, units = desk.readable(session, known, person_id, here.today()), units_of(session)
    own = [task.standing.status for task in tasks(session, known, mine, units)]
    accept = overdue = 0
    for name, held in mine.items():
        listed = [units[code] for code, parts in held.items() if desk.RECEIVE in parts]
        closed = [
            each for each in latest(known.returns[name], here.clock(), zone(), 2) if each.closes_at <= here.clock()
        ]
        if listed and closed:
            found = completeness(session, known.returns[name], closed[0], listed, here.clock())
            accept += sum(each.newest is not None and each.newest.state == "submitted" for each in found.standings)
            overdue += found.count("overdue")
    return Owed(sum(status in ("awaited", "overdue", "returned") for status in own), accept, overdue)


def status_words(status: str) -> str:
    return say(STATUS_WORDS.get(status) or STATE_WORDS[status])


def per_cent(share: float) -> str:
    return f"{number(round(100 * share))} %"


def find(name: str, unit: str, first: str) -> tuple[Definitions, desk.Key, desk.Reader, OrgUnit]:
    """The return an address names, and what its reader may do. Raises Refusal return.unknown."""
    here, who, known = server(), me(), definitions(db.session)
    row = db.session.get(OrgUnit, unit)
    try:
        period = period_of(known.returns[name], date.fromisoformat(first), zone())
    except (KeyError, ValueError) as error:
        raise Refusal("return.unknown") from error
    if row is None or period is None or period.first.isoformat() != first:
        campaign = known.returns[name]["period"] in ("campaign", "adhoc")
        period = next(latest(known.returns[name], here.clock(), zone(), 1), None) if campaign else None
    if row is None or period is None or not desk.owes(known.returns[name], row, period.last):
        raise Refusal("return.unknown")
    reader = desk.reader_of(db.session, known, who.person_id, who.name, known.returns[name], row, here.today())
    return known, desk.Key(name, unit, period), reader, row


@blueprint.get("/<name>/<unit>/<first>")
def show(name: str, unit: str, first: str) -> str:
    return shown(name, unit, first)


def shown(name: str, unit: str, first: str, refusal: Refusal | None = None) -> str:
    known, key, reader, org = find(name, unit, first)
    return_ = known.returns[name]
    rows = desk.revisions(db.session, key)
    asked = request.args.get("revision", type=int)
    row = next((each for each in rows if each.revision == asked), rows[-1] if rows else None)
    draft = row is None or row.state == "draft"
    period = key.period
    found = lines(db.session, known, return_, unit, period.first, period.last, row.overrides if row and draft else {})
    ids = [each.return_id for each in rows]
    events = db.session.execute(
        select(ReturnEvent, Person.name)
        .join(Person, Person.person_id == ReturnEvent.person_id)
        .where(ReturnEvent.return_id.in_(ids))
        .order_by(ReturnEvent.event_id)
    ).all()
    late = list(
        db.session.scalars(
            select(ReturnLate)
            .where(ReturnLate.return_id == (row.return_id if row else ""))
            .order_by(ReturnLate.late_id)
        )
    )
    readable = {code for code, _ in db.session.execute(rights(me().person_id, "read", server().today()))}
    newest = rows[-1] if rows else None
    return render_template(
        "console/return.html",
        known=known,
        return_=return_,
        key=key,
        unit=org,
        reader=reader,
        row=row,
        rows=rows,
        newest=newest,
        draft=draft,
        current=row is newest,
        version=newest.version if newest else 0,
        lines=found,
        warnings=warnings(known, return_, found) if draft else [],
        snapshot=desk.snapshot_of(row) if row is not None and not draft else None,
        drift=desk.drift(row, {line.name: line.computed for line in found}) if row is not None and not draft else {},
        late=late,
        events=events,
        standing=standing_of(org, rows, period, server().clock()),
        days=days,
        status=status_words,
        phase_of=PHASE_OF,
        act_words=ACT_WORDS,
        cause_words=CAUSE_WORDS,
        closed=server().clock() >= period.closes_at,
        readable=readable,
        refusal=refusal,
        typed=request.form if refusal else {},
        counting=bool(incomplete(db.session)),
        figure=figure,
    )


@blueprint.post("/<name>/<unit>/<first>/save")
def save(name: str, unit: str, first: str) -> Response | tuple[str, int]:
    known, key, reader, _ = find(name, unit, first)
    must(reader, "save")
    given = request.form
    figures = {
        each: (given.get(f"value.{each}", ""), given.get(f"reason.{each}", ""))
        for each in known.returns[name]["indicators"]
    }
    narrative = {each["name"]: given.get(f"text.{each['name']}", "") for each in known.returns[name]["narrative"]}
    try:
        with transaction() as writing:
            desk.save(writing, known, key, reader, server().clock(), version(), figures, narrative)
    except Refusal as refusal:
        return shown(name, unit, first, refusal), refusal.entry.status
    flash(say("Đã lưu bản thảo."), "done")
    return back(name, unit, first)


@blueprint.post("/<name>/<unit>/<first>/sign")
def sign(name: str, unit: str, first: str) -> Response | tuple[str, int]:
    """Sign with the password entered again: whoever sits down at an open browser cannot sign."""
    known, key, reader, org = find(name, unit, first)
    must(reader, "sign")
    try:
        password_again(reader.person_id)
        with transaction() as writing:
            row = desk.sign(writing, known, key, reader, server().clock(), version(), org.name)
            code = row.code
    except Refusal as refusal:
        return shown(name, unit, first, refusal), refusal.entry.status
    flash(say("Đã ký và nộp. Mã của bản này: %(code)s", code=code), "done")
    return back(name, unit, first)


def password_again(person_id: str) -> None:
    """The signer's password, asked for beside what is signed. Raises Refusal password.wrong, and after many of them
    what signing in raises."""
    now, person = server().clock(), db.session.get_one(Person, person_id)
    attempt = Attempt((person.username or "").lower(), request.remote_addr or "", "sign")
    with transaction() as writing:
        count_try(writing, attempt, now)
    if not accounts.fits(person, request.form.get("password", "")):
        raise Refusal("password.wrong")
    with transaction() as writing:
        forgive(writing, attempt, now)


@blueprint.post("/<name>/<unit>/<first>/<what>")
def act(name: str, unit: str, first: str, what: str) -> Response | tuple[str, int]:
    if what not in ("accept", "send_back", "lock", "correct"):
        raise Refusal("request.not_found")
    _, key, reader, _ = find(name, unit, first)
    must(reader, what)
    try:
        with transaction() as writing:
            desk.act(writing, key, reader, server().clock(), what, version(), request.form.get("remark", ""))
    except Refusal as refusal:
        return shown(name, unit, first, refusal), refusal.entry.status
    flash(say("Đã ghi nhận: %(act)s.", act=say(ACT_WORDS[what])), "done")
    return back(name, unit, first)


def must(reader: desk.Reader, what: str) -> None:
    if not any(part in reader.roles for part in desk.ACTS[what][0]):
        raise Refusal("request.forbidden")


def version() -> int:
    return request.form.get("version", -1, type=int)


def back(name: str, unit: str, first: str) -> Response:
    return redirect(url_for("console.returns.show", name=name, unit=unit, first=first))
