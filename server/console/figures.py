"""Figures of a period of one's own choosing: from–to, any unit, by any level below it, any indicators; also as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter
from flask import Blueprint, Response, render_template, request

from .. import audit
from ..context import server
from ..database import db, transaction
from ..figures.basis import incomplete
from ..figures.definitions import definitions
from ..figures.rollup import WHOLE, counted_by_item
from ..figures.small_cells import HIDDEN, masked
from ..problems import Refusal
from ..reports import head_of, heard_at
from ..returns.outputs import FONT, STYLES, safe
from . import texts
from .counting import Period, Reader, asked_period, item_labels
from .dashboard import Panel, as_bars, trend
from .district import XLSX
from .opened import note_access
from .texts import figure, label, say
from .units import Units
from .visitor import me, needs

blueprint = Blueprint("figures", __name__, url_prefix="/figures")

DAYS = 30
MOST_INDICATORS, MOST_CHARTS = 20, 4
SHOWN_FIRST = 4  # where nobody chose any
NOBODY = "–"
Shown = Decimal | str | None  # "*" is a figure that is hidden


@dataclass(frozen=True)
class Asked:
    """top: the unit looked at, "" = all the reader counts. level: the kind of unit a line is of, "" = the top alone."""

    period: Period
    top: str
    level: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A unit, or all of them ("")."""

    code: str
    name: str
    values: tuple[Shown, ...]


@dataclass(frozen=True)
class Split:
    """A disaggregation of one indicator, over all lines together."""

    name: str
    title: str
    rows: tuple[tuple[str, Shown], ...]


class Page:
    """What was asked for, worked out for one reader."""

    def __init__(self) -> None:
        here, known = server(), definitions(db.session)
        self.known = known
        self.reader = Reader(db.session, me().person_id, known, here.today())
        self.codes = set().union(*self.reader.allowed.values()) if self.reader.allowed else set()
        self.offered = [name for name in known.indicators if self.reader.home(name, here.today())]
        self.asked = self.asked_for()
        self.heads = self.heads_of()
        self.counted = self.reader.narrowed(self.heads)

    def asked_for(self) -> Asked:
        """Raises Refusal figure.unknown: a unit that is not the reader's to count."""
        given, kinds = request.args, self.kinds()
        top = given.get("unit", "")
        if top and top not in self.codes:
            raise Refusal("figure.unknown")
        names = [name for name in given.getlist("name") if name in self.offered][:MOST_INDICATORS]
        shown = [name for name in self.known.dashboard["numbers"] if name in self.offered] or self.offered
        offices = [kind for kind in kinds if any(self.reader.units[code].kind == kind for code in self.reader.heads)]
        level = given.get("level", offices[0] if offices and not top else "")
        return Asked(asked_period(DAYS), top, level if level in kinds else "", tuple(names or shown[:SHOWN_FIRST]))

    def kinds(self) -> list[str]:
        """The kinds of the units the reader counts, the widest first."""
        units = sorted((self.reader.units[code] for code in self.codes), key=lambda unit: unit.path.count("/"))
        return list(dict.fromkeys(unit.kind for unit in units))

    def heads_of(self) -> list[str]:
        """The units of the lines, in the order of the tree: those that stand on the period's last day."""
        last, units = self.asked.period.last, self.reader.units
        under = units[self.asked.top].path if self.asked.top else "/"
        if not self.asked.level:
            tops = [code for code in self.codes if units[code].parent not in self.codes]
            return [self.asked.top] if self.asked.top else sorted(tops, key=lambda code: units[code].path)
        found = [
            unit for code in self.codes if (unit := units[code]).kind == self.asked.level and unit.path.startswith(under)
            and (unit.valid_from is None or unit.valid_from <= last) and (unit.valid_to is None or unit.valid_to >= last)
        ]  # fmt: skip
        return [unit.code for unit in sorted(found, key=lambda unit: unit.path)]

    def lines(self) -> list[Line]:
        """A line a unit, and all together last. A unit not heard of in the period has no nought."""
        units, period = self.reader.units, self.asked.period
        heard = heard_at(db.session, units, self.reader.today)
        zone = server().local_now().tzinfo

        def spoke(code: str) -> bool:
            at = heard.get(head_of(units, code, self.reader.today).code)
            return at is not None and at.astimezone(zone).date() >= period.first

        known_heads = [code for code in self.heads if spoke(code)]
        values = self.counted.values(self.asked.names, period, heard=known_heads)
        if not known_heads and WHOLE in values:  # nobody was heard of: all together is no nought either
            values[WHOLE] = {name: value or None for name, value in values[WHOLE].items()}
        rows = [(code, units[code].name) for code in self.heads]
        if len(rows) != 1:
            rows.append((WHOLE, say("Tất cả")))
        return [
            Line(code, name, tuple(values.get(code, {}).get(each) for each in self.asked.names)) for code, name in rows
        ]

    def splits(self) -> list[Split]:
        found, period = [], self.asked.period
        for name in self.asked.names:
            for each in self.known.indicators[name]["source"].get("disaggregations", ()):
                home = self.counted.home(name, period.last)
                counted = counted_by_item(db.session, self.known, name, each["name"], period.first, period.last, home)
                whole = {item: pair for (head, item), pair in counted.items() if head == WHOLE}
                shown = masked({item: value for item, (value, _) in whole.items()},
                               {item: n for item, (_, n) in whole.items()}, self.counted.below(name, period.last))  # fmt: skip
                words = item_labels(db.session, self.known, name, each["name"])
                rows = tuple(
                    (words.get(item, item or say("không ghi")), value) for item, value in sorted(shown.items())
                )
                if rows:
                    found.append(Split(name, label(each["label"]), rows))
        return found

    def charts(self, lines: Sequence[Line]) -> list[Panel]:
        """Of several units their bars; of one the days of the period."""
        drawn = []
        for at, name in enumerate(self.asked.names[:MOST_CHARTS]):
            if len(self.heads) > 1:
                rows = [(line.name, line.values[at]) for line in lines if line.code]
                rows.sort(key=lambda row: (row[1] is None, -(row[1] if isinstance(row[1], Decimal) else 0)))
                drawn.append(as_bars(self.title(name), say("Đơn vị"), rows))
            elif self.heads and self.counted.home(name, self.asked.period.last):
                drawn.append(trend(self.counted, self.known.indicators[name], [name], self.asked.period, None))
        return [each for each in drawn if any(cell != NOBODY for _, cells in each.rows for cell in cells)]

    def title(self, name: str) -> str:
        return label(self.known.indicators[name]["label"])

    def measure(self, name: str) -> str:
        return label(self.known.indicators[name]["unit"])

    def place(self) -> str:
        return self.reader.units[self.asked.top].name if self.asked.top else say("Mọi đơn vị của tôi")

    def query(self) -> dict[str, Any]:
        asked = self.asked
        return {
            "unit": asked.top, "level": asked.level, "since": asked.period.first.isoformat(),
            "until": asked.period.last.isoformat(), "name": list(asked.names),
        }  # fmt: skip


@blueprint.get("")
@needs("table")
def page() -> str:
    made = Page()
    lines = made.lines()
    kinds = definitions(db.session).campaign.get("unit_kinds", {})
    return render_template(
        "console/figures.html",
        made=made,
        asked=made.asked,
        lines=lines,
        splits=made.splits(),
        charts=made.charts(lines),
        levels=[(kind, label(kinds.get(kind, {}).get("label")) or kind) for kind in made.kinds()],
        unit_options=unit_options(made),
        most=MOST_INDICATORS,
        figure=figure,
        link=lambda name, code: made.reader.records(name, made.asked.period, code or made.asked.top),
        incomplete=incomplete(db.session),
        hides=any(made.counted.below(name, made.asked.period.last) for name in made.asked.names),
    )


def unit_options(made: Page) -> list[tuple[str, str]]:
    return Units(made.reader.units).options(made.codes)


@blueprint.get("/files/<kind>")
@needs("table")
def download(kind: str) -> Response:
    """The table as "xlsx" or "csv": the figures of the page, no records; taking it is in the access log and the audit."""
    if kind not in FILES:
        raise Refusal("request.not_found")
    made, now = Page(), server().clock()
    body, media = FILES[kind](made), {"xlsx": XLSX, "csv": "text/csv; charset=utf-8"}[kind]
    asked = made.query()
    with transaction() as writing:
        note_access(writing, me().person_id, "export", now, kind=kind, **asked)
        audit.append(writing, now, me().person_id, "figures.export", made.asked.top or "*", kind=kind, **asked)
    response = Response(body, mimetype=media)
    name = f"so_lieu_{made.asked.period.first}_{made.asked.period.last}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def heading(made: Page) -> list[str]:
    period = made.asked.period
    return [
        say("Số liệu theo kỳ").upper(),
        made.place(),
        say("Từ ngày %(first)s đến ngày %(last)s", first=texts.day(period.first), last=texts.day(period.last)),
        say("Lập lúc %(at)s, người lập: %(name)s", at=texts.moment(server().clock()), name=me().name),
    ]


def workbook(made: Page) -> bytes:
    """Title block, units, figures as numbers, codes as texts; disaggregations on a sheet of their own."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    styles = {name: book.add_format({**FONT, **style}) for name, style in STYLES.items()}
    names, top = made.asked.names, 5
    sheet = book.add_worksheet(say("Số liệu"))
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    for row, words in enumerate(heading(made)):
        sheet.write_string(row, 0, words, styles["sign" if row == 0 else "plain"])
    heads = [say("Mã"), say("Đơn vị"), *(f"{made.title(name)} ({made.measure(name)})" for name in names)]
    for column, words in enumerate(heads):
        sheet.write_string(top, column, words, styles["head"])
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 34)
    sheet.set_column(2, 1 + len(names), 18)
    lines = made.lines()
    for row, line in enumerate(lines, top + 1):
        sheet.write_string(row, 0, line.code, styles["text"])
        sheet.write_string(row, 1, line.name, styles["text"])
        for column, value in enumerate(line.values, 2):
            put(sheet, row, column, value, styles)
    sheet.freeze_panes(top + 1, 2)
    sheet.repeat_rows(top)
    sheet.print_area(0, 0, top + len(lines) + 2, 1 + len(names))
    sheet.write_string(top + len(lines) + 2, 0, note(), styles["note"])
    items = book.add_worksheet(say("Phân tổ"))
    for column, (words, width) in enumerate(
        ((say("Chỉ tiêu"), 40), (say("Phân tổ"), 20), (say("Mục"), 30), (say("Số"), 18))
    ):
        items.write_string(0, column, words, styles["head"])
        items.set_column(column, column, width)
    row = 0
    for split in made.splits():
        for item, value in split.rows:
            row += 1
            for column, words in enumerate((made.title(split.name), split.title, item)):
                items.write_string(row, column, words, styles["text"])
            put(items, row, 3, value, styles)
    book.close()
    return out.getvalue()


def put(sheet: Any, row: int, column: int, value: Shown, styles: Any) -> None:
    if isinstance(value, Decimal):
        sheet.write_number(
            row, column, float(value), styles["whole" if value == value.to_integral_value() else "number"]
        )
    else:
        sheet.write_string(row, column, value or "–", styles["text"])


def note() -> str:
    return say("Dấu – là chưa ai báo, khác với 0.") + " " + say(
        "Dấu *: ẩn vì có quá ít hồ sơ, hoặc để không suy ra được số đã ẩn."
    )  # fmt: skip


def table(made: Page) -> bytes:
    """A line for each unit and indicator, and for each item of a disaggregation; UTF-8 with a mark."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(["first", "last", "unit", "unit_name", "indicator", "label", "measure", "split", "item", "value"])
    days = [day.isoformat() for day in (made.asked.period.first, made.asked.period.last)]
    for line in made.lines():
        for name, value in zip(made.asked.names, line.values, strict=True):
            own = [line.code, line.name, name, made.title(name), made.measure(name), "", "", plain(value)]
            rows.writerow(map(safe, [*days, *own]))
    for split in made.splits():
        for item, value in split.rows:
            own = [made.asked.top, made.place(), split.name, made.title(split.name), made.measure(split.name)]
            rows.writerow(map(safe, [*days, *own, split.title, item, plain(value)]))
    return ("\ufeff" + out.getvalue()).encode()


def plain(value: Shown) -> str:
    return "" if value is None else HIDDEN if value == HIDDEN else f"{value:f}"


FILES = {"xlsx": workbook, "csv": table}
