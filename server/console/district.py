"""The district's table: cases and achievements by commune, week and state; on the screen and as a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from sync.workflow import VOID, Workflow

from .. import audit
from ..context import server
from ..database import db, transaction
from ..problems import Refusal
from ..programs import in_order, workflows_of
from ..reports import Table, days_of, district_table, week_of
from ..scope import rights
from ..workbooks import Captions, Workbook
from . import texts
from .corrections import read_day
from .inbox import form_titles
from .opened import note_access
from .stages import stages
from .texts import label, say
from .visitor import me, needs

blueprint = Blueprint("district", __name__, url_prefix="/table")

LONGEST = timedelta(weeks=60)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Asked:
    """form: of those the reader may count. by_week: lines of single weeks too."""

    form: str
    first: date
    last: date
    by_week: bool


def asked_for(forms: list[str]) -> Asked:
    """What the address asks: else the first form, this week and the three before. Raises Refusal request.forbidden."""
    given, today = request.args, server().today()
    form = given.get("form") or (forms[0] if forms else "")
    if form not in forms:
        raise Refusal("request.forbidden")
    monday = today - timedelta(days=today.weekday())
    first = given.get("since", monday - timedelta(weeks=3), type=as_day)
    last = given.get("until", today, type=as_day)
    first, last = min(first, last), max(first, last)
    return Asked(form, max(first, last - LONGEST), last, given.get("by", "week") == "week")


def as_day(text: str) -> date:
    """dd/mm/yyyy as people type it, or ISO as links carry it. Raises ValueError."""
    return date.fromisoformat(read_day(text.strip()))


def forms_with(action: str) -> list[str]:
    """The forms on which the reader may do this somewhere, in the campaign's order."""
    found = db.session.execute(rights(me().person_id, action, server().today()))
    return in_order(db.session, {form for _, form in found})


def table_of(action: str, asked: Asked) -> Table:
    here = server()
    return district_table(
        db.session,
        me().person_id,
        action,
        asked.form,
        asked.first,
        asked.last,
        here.today(),
        here.settings.time_zone,
    )


def states_of(workflow: Workflow) -> list[tuple[str, str]]:
    """(id, label) in the order records pass through them, the voided last."""
    return [(name, label(workflow.state(name)["label"])) for name in stages(workflow)]


@blueprint.get("")
@needs("table")
def page() -> str:
    forms = forms_with("table")
    asked = asked_for(forms)
    table = table_of("table", asked)
    readable = rights(me().person_id, "read", server().today())
    return render_template(
        "console/district.html",
        asked=asked,
        forms=form_titles(db.session, forms),
        table=table,
        states=states_of(workflows_of(db.session, [asked.form])[asked.form]),
        void=VOID,
        link=links(asked, {unit for unit, form in db.session.execute(readable) if form == asked.form}),
        days_of=days_of,
        this_week=week_of(server().today()),
        may_export=asked.form in forms_with("export"),
    )


def links(asked: Asked, readable: set[str]) -> Any:
    """unit, state, week → the address of the records counted, or "" for who may see the count and no more."""

    def link(unit: str, state: str = "", week: str = "") -> str:
        if unit not in readable:
            return ""
        narrowed: Mapping[str, Any] = {"form": asked.form, "unit": unit, "since": asked.first, "until": asked.last}
        found = {**narrowed, "state": state or None, "week": week or None, "tab": "all"}
        return url_for("console.inbox.page", **found)

    return link


@blueprint.get("/workbook")
@needs("export")
def download() -> Response:
    """The table as .xlsx, of the units whose records the reader may export; the audit keeps that it was taken."""
    here, who = server(), me()
    asked = asked_for(forms_with("export"))
    table = table_of("export", asked)
    title = label(form_titles(db.session, [asked.form])[asked.form])
    captions = Captions(
        sheet_units=say("Theo đơn vị"),
        sheet_weeks=say("Theo tuần"),
        title=say("%(form)s: số hồ sơ theo đơn vị, tuần và trạng thái", form=title),
        period=say("Từ ngày %(first)s đến ngày %(last)s", first=texts.day(asked.first), last=texts.day(asked.last)),
        made=say("Lập lúc %(at)s, người lập: %(name)s", at=texts.moment(here.clock()), name=who.name),
        unit_code=say("Mã"),
        unit=say("Đơn vị"),
        week=say("Tuần"),
        days=say("Từ – đến"),
        total=say("Tổng"),
        heard=say("Liên lạc lần cuối"),
        unknown="–",
        whole=say("Toàn bộ"),
        note=say("Dấu – là chưa biết: từ đó đến nay chưa nhận được gì của đơn vị. Tổng không tính hồ sơ đã hủy."),
    )
    states = states_of(workflows_of(db.session, [asked.form])[asked.form])
    content = Workbook(table, states, captions, here.settings.time_zone).content()
    period = {"form": asked.form, "since": asked.first.isoformat(), "until": asked.last.isoformat()}
    with transaction() as writing:
        note_access(writing, who.person_id, "export", here.clock(), **period)
        audit.append(
            writing, here.clock(), who.person_id, "table.export", asked.form, records=table.whole.total, **period
        )
    response = Response(content, mimetype=XLSX)
    name = f"{asked.form}_{asked.first}_{asked.last}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
