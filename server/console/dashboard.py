"""The first page of whoever counts: who has reported, what waits for a decision, the campaign's numbers and charts.

What is shown is data (dashboard.json); which units a reader's figures are of, `server.scope` says: a figure is added up
over exactly the units whose records of its forms the reader may count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import func

from .. import charts
from ..context import server
from ..database import db
from ..figures.basis import incomplete
from ..figures.definitions import definitions
from ..figures.rollup import WHOLE, by_day, calculated, counted_by_item
from ..figures.small_cells import masked
from ..models import Record
from ..programs import workflows_of
from ..reports import heard_at
from ..scope import visible_records
from . import adjudications, inbox, returns, texts
from .counting import Period, Reader, asked_period, item_labels
from .texts import figure, label, say
from .visitor import RETURNS, me, needs

blueprint = Blueprint("dashboard", __name__, url_prefix="/dashboard")

OPEN_PHASES = ("received", "has_issues")
PERIODS = (7, 30, 90)
MOST_BARS = 9
ROW_TILES = 5  # where the campaign says nothing about places
SHOWN_FIRST = 9  # units of who has reported
TONES = ("missing", "late", "good")


@dataclass(frozen=True)
class Number:
    """One of the first numbers: what it was in the period before, and where its records are ("" for who may not see)."""

    label: str
    unit: str
    value: Decimal | None
    before: Decimal | None
    url: str


@dataclass(frozen=True)
class Panel:
    """A chart and its table: heads, and rows of (words, cells)."""

    label: str
    chart: Markup
    heads: list[str]
    rows: list[tuple[str, list[str]]]


@dataclass(frozen=True)
class Reported:
    """A unit of the reader's: when it was last heard of, whether anything of it stands in the period's numbers."""

    code: str
    name: str
    tone: str
    words: str
    url: str


@blueprint.get("")
@needs("table")
def page() -> str:
    here, who = server(), me()
    known = definitions(db.session)
    reader = Reader(db.session, who.person_id, known, here.today())
    shown = known.dashboard
    period = asked_period(shown["days"])
    names = [*shown["numbers"], *(name for panel in shown["panels"] for name in panel["indicators"])]
    now = reader.values([*names, *filter(None, [shown.get("tile")])], period)
    before = reader.values(shown["numbers"], period.before)
    return render_template(
        "console/dashboard.html",
        period=period,
        periods=PERIODS,
        asked=request.args,
        numbers=[number(reader, name, period, now, before) for name in shown["numbers"] if name in now.get(WHOLE, {})],
        reported=reported(reader, period, now),
        grid=grid(reader, shown, period, now),
        grid_label=label(known.indicators[shown["tile"]]["label"]) if "tile" in shown else "",
        panels=[(each["kind"], made) for each in shown["panels"] if (made := panel(reader, each, period, now))],
        first=SHOWN_FIRST,
        due=waiting(reader),
        incomplete=incomplete(db.session),
        hides=any(reader.below(name, period.last) for name in now.get(WHOLE, {})),
        text=figure,
    )


def number(reader: Reader, name: str, period: Period, now: Mapping[str, Any], before: Mapping[str, Any]) -> Number:
    indicator = reader.known.indicators[name]
    return Number(
        label(indicator["label"]),
        label(indicator["unit"]),
        now[WHOLE].get(name),
        before.get(WHOLE, {}).get(name),
        reader.records(name, period),
    )


def reported(reader: Reader, period: Period, now: Mapping[str, Any]) -> list[Reported]:
    """Every office of the reader's: silence is told apart from nought."""
    heard = heard_at(reader.session, reader.units, reader.today)
    zone = server().local_now().tzinfo
    found = []
    for code in reader.heads:
        at = heard.get(code)
        has = any(value for value in now.get(code, {}).values())
        since = at is not None and at.astimezone(zone).date() >= period.first
        tone = "good" if has and since else "late" if has or since else "missing"
        words = say("chưa lần nào") if at is None else texts.age(at)
        url = url_for("console.inbox.page", unit=code, since=period.first, until=period.last, tab="all")
        found.append(Reported(code, reader.units[code].name, tone, words, url if reader_of(reader, code) else ""))
    return sorted(found, key=lambda each: TONES.index(each.tone))


def reader_of(reader: Reader, code: str) -> bool:
    return any(unit == code for unit, _ in reader.readable)


def grid(reader: Reader, shown: Mapping[str, Any], period: Period, now: Mapping[str, Any]) -> Markup | None:
    """The offices as they lie on a map; those without a place of their own stand below, and one alone needs no map."""
    if "tile" not in shown or len(reader.heads) < 2:
        return None
    name = shown["tile"]
    states = {each.code: each for each in reported(reader, period, now)}
    values = {
        code: now.get(code, {}).get(name) for code in reader.heads if code in reader.home(name, period.last).values()
    }
    highest = max((value for value in values.values() if value is not None), default=Decimal(0))
    places = {code: tuple(place) for code, place in shown["tiles"].items() if code in values}
    rest = [] if places else list(values)  # agencies lie nowhere
    places |= {code: (at % ROW_TILES, at // ROW_TILES) for at, code in enumerate(rest)}
    left, top = (min((place[side] for place in places.values()), default=0) for side in (0, 1))
    cells = []
    for code, (column, row) in sorted(places.items(), key=lambda each: (each[1][1], each[1][0])):
        value = values[code]
        share = float(value / highest) if value and highest else 0.0
        plain = reader.units[code].name
        for word in ("Xã ", "Thị trấn ", "Phường "):
            plain = plain.removeprefix(word)
        cells.append(charts.Tile(column - left, row - top, plain, figure(value), states[code].tone, share,
                                 reader.records(name, period, code)))  # fmt: skip
    return charts.tiles(label(reader.known.indicators[name]["label"]), cells)


def panel(reader: Reader, asked: Mapping[str, Any], period: Period, now: Mapping[str, Any]) -> Panel | None:
    """A chart, unless the reader may count nothing of it."""
    names = [name for name in asked["indicators"] if name in now.get(WHOLE, {})]
    return PANELS[asked["kind"]](reader, asked, names, period, now) if names else None


def named(reader: Reader, name: str) -> str:
    return label(reader.known.indicators[name]["label"])


def parts(reader: Reader, asked: Any, names: list[str], period: Period, now: Any) -> Panel:
    rows = [(named(reader, name), now[WHOLE].get(name)) for name in names]
    return as_bars(label(asked["label"]), say("Chỉ tiêu"), rows)


def units(reader: Reader, asked: Any, names: list[str], period: Period, now: Any) -> Panel:
    rows = [(reader.units[code].name, now.get(code, {}).get(names[0])) for code in reader.heads if code in now]
    rows.sort(key=lambda row: (row[1] is None, -(row[1] or 0)))
    return as_bars(label(asked["label"]), say("Đơn vị"), rows)


def split(reader: Reader, asked: Any, names: list[str], period: Period, now: Any) -> Panel:
    name = names[0]
    first, phases = (date(1900, 1, 1), OPEN_PHASES) if asked["open"] else (period.first, None)
    found = counted_by_item(reader.session, reader.known, name, asked["split"], first, period.last,
                            reader.home(name, period.last), **({"phases": phases} if phases else {}))  # fmt: skip
    whole = {item: each for (head, item), each in found.items() if head == WHOLE}
    shown = masked({item: value for item, (value, _) in whole.items()}, {item: n for item, (_, n) in whole.items()},
                   reader.below(name, period.last))  # fmt: skip
    said = item_labels(reader.session, reader.known, name, asked["split"])
    rows = [(said.get(item, item or say("không ghi")), value) for item, value in shown.items()]
    order = [*said.values()]
    rows.sort(key=lambda row: (order.index(row[0]) if row[0] in order else len(order), row[0]))
    return as_bars(label(asked["label"]), say("Mục"), rows)


def trend(reader: Reader, asked: Any, names: list[str], period: Period, now: Any) -> Panel:
    days = period.days()
    series = []
    for name in names:
        values = daily(reader, name, days)
        series.append((named(reader, name), values))
    heads = [texts.day(days[at]) for at in sorted({0, len(days) // 2, len(days) - 1})]
    rows = [(texts.day(day), [figure(values[at]) for _, values in series]) for at, day in enumerate(days)]
    return Panel(
        label(asked["label"]),
        charts.days(label(asked["label"]), heads, series),
        [say("Ngày"), *(n for n, _ in series)],
        rows,
    )


def daily(reader: Reader, name: str, days: Sequence[date]) -> list[Decimal | None]:
    """The figure of each day; a day without cells is unknown."""
    known, home = reader.known, reader.home(name, days[-1])
    read = [each for each in known.sources([name]) if "calculation" not in known.indicators[each]["source"]]
    found = {each: by_day(reader.session, known, each, days[0], days[-1], home) for each in read}
    values = [{each: found[each].get((WHOLE, day)) for each in read} for day in days]
    return [calculated(known, [name], said).get(name) if any(said.values()) else None for said in values]


PANELS: Mapping[str, Callable[..., Panel]] = {"parts": parts, "units": units, "split": split, "trend": trend}


def as_bars(title: str, head: str, rows: Sequence[tuple[str, Decimal | str | None]]) -> Panel:
    known = [(words, value) for words, value in rows if isinstance(value, Decimal)]
    drawn = [charts.Bar(words, value, figure(value)) for words, value in known[:MOST_BARS]]
    return Panel(
        title, charts.bars(title, drawn), [head, say("Số")], [(words, [figure(value)]) for words, value in rows]
    )


@dataclass(frozen=True)
class Due:
    """Something that waits for this person: how many, and where to begin."""

    words: str
    count: int
    url: str


def waiting(reader: Reader) -> list[Due]:
    """What needs a decision, of what this person decides."""
    who, session = me(), reader.session
    found: list[Due] = []
    if "read" in who.actions:
        forms = sorted({form for _, form in reader.readable})
        due = inbox.waiting_for(who, workflows_of(session, forms))
        if due:
            counts = inbox.count_by_tab(session, who, inbox.Filters(), due)
            found.append(Due(say("Hồ sơ chờ tôi xử lý"), counts[inbox.MINE], url_for("console.inbox.page", tab="mine")))
        conflicts = visible_records(who.person_id, "read", reader.today).where(Record.open_conflicts > 0)
        number_of = session.scalar(conflicts.with_only_columns(func.count())) or 0
        found.append(
            Due(say("Hồ sơ có chỗ hai người ghi khác nhau"), number_of, url_for("console.inbox.page", tab="all"))
        )
    if RETURNS in who.actions:
        owed, url = returns.owed(session, who.person_id), url_for("console.returns.page")
        found.append(Due(say("Báo cáo kỳ phải nộp"), owed.hand_in, url))
        found.append(Due(say("Báo cáo kỳ chờ tiếp nhận"), owed.accept, url))
        found.append(Due(say("Báo cáo kỳ quá hạn, đơn vị chưa nộp"), owed.overdue, url))
    if "adjudicate" in who.actions:
        asked = adjudications.mine(who.person_id).with_only_columns(func.count())
        found.append(Due(say("Cần phân xử"), session.scalar(asked) or 0, url_for("console.adjudications.page")))
    return found
