"""The inbox: records of the reader's own scope, by what waits for whom, with filters and pages. One SQL rule: scope."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import ColumnElement, Select, and_, case, extract, false, func, or_, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from sync.text import fold
from sync.workflow import Workflow

from ..context import server
from ..database import db, transaction
from ..models import FormVersion, Person, Record, SavedFilter
from ..programs import forms_of, workflows_of
from ..reports import offices
from ..scope import SEE_PII, reached_from, rights, visible, visible_records
from .sheet import MASK
from .stages import stages
from .texts import say
from .units import all_units
from .visitor import Visitor, me, needs

blueprint = Blueprint("inbox", __name__)

PAGE_ROWS = 50
MINE, ALL = "mine", "all"
PHASES = {"received": "Đã nhận", "has_issues": "Cần sửa", "approved": "Đã duyệt", "rejected": "Từ chối, hủy"}
DUE = "due"
ORDERS = {DUE: "Sắp tới hạn", "waiting": "Chờ lâu nhất", "changed": "Mới thay đổi", "event": "Ngày của hồ sơ", "unit": "Nơi lập"}
ORDER_BY: Mapping[str, tuple[Any, ...]] = {
    "waiting": (Record.urgent.desc(), Record.received_at),
    "changed": (Record.changed_at.desc(),),
    "event": (Record.event_date.desc(),),
    "unit": (Record.unit_code, Record.received_at),
}
ONLY = {"urgent": "Khẩn, chưa ai xem", "late": "Quá hạn xử lý", "conflicts": "Hai bên sửa khác nhau"}
MOST_FILTERS = 20
NEVER_S = 10**10  # behind every deadline
AGES = {2: "Quá 2 ngày", 7: "Quá 7 ngày", 30: "Quá 30 ngày"}  # days since receipt


@dataclass(frozen=True)
class Filters:
    """What the reader asked for. tab: "mine", a phase or "all". week: ISO week, as the table's links carry it."""

    tab: str = ""
    form: str = ""
    state: str = ""
    unit: str = ""
    q: str = ""
    days: int = 0
    author: str = ""
    sort: str = ""  # of ORDERS
    only: str = ""  # of ONLY
    week: str = ""
    since: date | None = None  # of the day the record belongs to
    until: date | None = None
    page: int = 1

    @classmethod
    def of(cls, given: MultiDict[str, str]) -> Filters:
        return cls(
            tab=given.get("tab", "") if given.get("tab") in (MINE, ALL, *PHASES) else "",
            form=given.get("form", ""),
            state=given.get("state", ""),
            unit=given.get("unit", ""),
            q=given.get("q", "").strip()[:100],
            days=min(max(given.get("days", 0, type=int), 0), 3650),
            author=given.get("author", "").strip()[:100],
            sort=given.get("sort", "") if given.get("sort") in ORDERS else "",
            only=given.get("only", "") if given.get("only") in ONLY else "",
            week=given.get("week", ""),
            since=given.get("since", None, type=date.fromisoformat),
            until=given.get("until", None, type=date.fromisoformat),
            page=max(given.get("page", 1, type=int), 1),
        )

    def link(self, **changed: Any) -> str:
        """The address of this list with something else asked; back to the first page."""
        asked = asdict(replace(self, **{"page": 1, **changed}))
        return url_for(
            "console.inbox.page", **{name: value for name, value in asked.items() if value not in ("", 0, 1, None)}
        )

    def query(self, **changed: Any) -> str:
        """What stands behind "?" in that address."""
        return self.link(**changed).partition("?")[2]

    def narrows(self) -> bool:
        own = (self.form, self.state, self.unit, self.q, self.days, self.author, self.only)
        return any((*own, self.week, self.since, self.until))


@blueprint.get("/home")
def home() -> Response:
    """Whoever counts for several offices begins at the overview; who reviews, with the records."""
    who = me()
    if "table" in who.actions:
        codes = {unit for unit, _ in db.session.execute(rights(who.person_id, "table", server().today()))}
        if len(offices(all_units(db.session).by_code, codes, server().today())) > 1:
            return redirect(url_for("console.dashboard.page"))
    first = next((page for action, page in FIRST.items() if action in who.actions), "console.sign_in.password")
    return redirect(url_for(first))


FIRST = {"read": "console.inbox.page", "table": "console.district.page", "people": "console.people.page"}


@blueprint.get("/records")
@needs("read")
def page() -> str:
    here, who = server(), me()
    asked = Filters.of(request.args)
    readable = {(unit, form) for unit, form in db.session.execute(rights(who.person_id, "read", here.today()))}
    form_ids = sorted({form for _, form in readable})
    workflows = workflows_of(db.session, form_ids)
    waiting = waiting_for(who, workflows)
    late = late_states(workflows)
    asked = replace(asked, tab=asked.tab or (MINE if waiting and not asked.narrows() else ALL))
    counts = count_by_tab(db.session, who, asked, waiting, late)
    rows = rows_of(db.session, who, asked, waiting, late)
    units = all_units(db.session)
    return render_template(
        "console/inbox.html",
        asked=asked,
        tabs=tabs(counts, waiting),
        rows=rows,
        total=counts.get(asked.tab, 0),
        pages=-(-counts.get(asked.tab, 0) // PAGE_ROWS),
        titles=form_titles(db.session, form_ids),
        states=state_labels(workflows, asked.form),
        label_of=lambda record: workflows[record.form_id].state(record.state)["label"],
        units=units,
        unit_options=units.options({unit for unit, _ in readable}),
        ages=AGES,
        mask=MASK,
        facts={row.rec: facts_of(row, workflows[row.form_id], here.clock()) for row in rows},
        orders=ORDERS,
        onlies=ONLY,
        saved=filters_of(db.session, who.person_id),
        may_bulk=bool(asked.form and bulk_steps(who, workflows.get(asked.form))),
        clear=masked_not(db.session, who, rows),
    )


def facts_of(row: Record, workflow: Workflow, now: datetime) -> dict[str, Any]:
    """When it was written (a device's claim, P-05); by when somebody should act (None: no term), and by how many days
    it is over (0: in time)."""
    term = workflow.due_hours(row.state)
    due = row.changed_at + timedelta(hours=term) if term else None
    over = now - due if due else timedelta(0)
    days = over.days + 1 if over > timedelta(0) else 0  # begun days count
    return {"created_at": json.loads(row.doc)["created_at"], "due": due, "over": days, "urgent": row.urgent}


def late_states(workflows: Mapping[str, Workflow]) -> dict[tuple[str, str], int]:
    """(form id, state) → the hours in which somebody should act, where there is such a term."""
    states = ((form, name, flow) for form, flow in workflows.items() for name in flow.data["states"])
    return {(form, name): term for form, name, flow in states if (term := flow.due_hours(name))}


def is_late(late: Mapping[tuple[str, str], int], now: datetime) -> ColumnElement[bool]:
    terms = (
        and_(Record.form_id == form, Record.state == state, Record.changed_at < now - timedelta(hours=hours))
        for (form, state), hours in sorted(late.items())
    )
    return or_(false(), *terms)


def by_deadline(late: Mapping[tuple[str, str], int]) -> tuple[ColumnElement[Any], ...]:
    """The earliest deadline first; what has none comes last, the longest waiting before the others."""
    if not late:
        return (Record.received_at,)
    terms = [
        (and_(Record.form_id == form, Record.state == state), hours * 3600)
        for (form, state), hours in sorted(late.items())
    ]
    return (extract("epoch", Record.changed_at) + case(*terms, else_=NEVER_S), Record.received_at)


def bulk_steps(who: Visitor, workflow: Workflow | None) -> list[tuple[str, Mapping[str, Any]]]:
    """The steps onward that this person may take on many records of a form at once: they need no words."""
    if workflow is None:
        return []
    return [
        (action, step)
        for action, step in workflow.data["steps"].items()
        if step.get("tone") == "positive"
        and step.get("reason") != "required"
        and {role for form, role in who.step_roles if form in workflow.data["forms"]} & set(step["roles"])
    ]


def filters_of(session: Session, person_id: str) -> list[SavedFilter]:
    asked = select(SavedFilter).where(SavedFilter.person_id == person_id).order_by(SavedFilter.name)
    return list(session.scalars(asked))


@blueprint.post("/records/filters")
@needs("read")
def save_filter() -> Response:
    """Keep the filters of an inbox under a name, or forget a name."""
    name, who = " ".join(request.form.get("name", "").split())[:60], me().person_id
    # Read and written anew: nothing but filters is kept.
    asked = Filters.of(MultiDict(parse_qsl(request.form.get("query", "")[:1000])))
    with transaction() as writing:
        kept = writing.get(SavedFilter, (who, name))
        if request.form.get("forget") and kept is not None:
            writing.delete(kept)
        elif name and not request.form.get("forget"):
            count = writing.scalar(select(func.count()).where(SavedFilter.person_id == who)) or 0
            if kept is not None or count < MOST_FILTERS:
                writing.merge(SavedFilter(person_id=who, name=name, query=asked.query()[:1000]))
    return redirect(asked.link())


def waiting_for(who: Visitor, workflows: Mapping[str, Workflow]) -> set[tuple[str, str]]:
    """(form id, state) where this person's next step onward is due."""
    due: set[tuple[str, str]] = set()
    for form_id, workflow in workflows.items():
        roles = {role for form, role in who.step_roles if form == form_id}
        due |= {(form_id, state) for state in workflow.due_states(roles)}
    return due


def wanted(who: Visitor, asked: Filters, late: Mapping[tuple[str, str], int]) -> Select[tuple[Record]]:
    """The records the reader may see and asked for, whatever the tab."""
    here = server()
    found = visible_records(who.person_id, "read", here.today())
    if asked.form:
        found = found.where(Record.form_id == asked.form)
    if asked.state:
        found = found.where(Record.state == asked.state)
    if asked.week:
        found = found.where(Record.event_week == asked.week)
    if asked.since:
        found = found.where(Record.event_date >= asked.since)
    if asked.until:
        found = found.where(Record.event_date <= asked.until)
    if asked.unit:
        found = found.where(Record.unit_code.in_(reached_from(asked.unit, here.today())))
    if asked.days:
        found = found.where(Record.received_at <= here.clock() - timedelta(days=asked.days))
    if asked.only == "urgent":
        found = found.where(Record.urgent)
    if asked.only == "conflicts":
        found = found.where(Record.open_conflicts > 0)
    if asked.only == "late":
        found = found.where(is_late(late, here.clock()))
    if asked.author:
        found = found.where(Record.author_id.in_(authors_named(db.session, asked.author)))
    if asked.q:
        for word in fold(asked.q).split():
            found = found.where(Record.search.contains(word, autoescape=True))
        # Who may not see names may not find by them either.
        found = found.where(visible(who.person_id, SEE_PII, here.today()))
    return found


def in_tab(tab: str, waiting: set[tuple[str, str]]) -> ColumnElement[bool] | None:
    if tab == ALL:
        return None
    if tab == MINE:
        return or_(false(), *(and_(Record.form_id == form, Record.state == state) for form, state in sorted(waiting)))
    return Record.phase == tab


def count_by_tab(
    session: Session,
    who: Visitor,
    asked: Filters,
    waiting: set[tuple[str, str]],
    late: Mapping[tuple[str, str], int] | None = None,
) -> dict[str, int]:
    columns = (Record.form_id, Record.state, Record.phase, func.count())
    grouped = wanted(who, asked, late or {}).with_only_columns(*columns).group_by(*columns[:3])
    counts = dict.fromkeys((MINE, ALL, *PHASES), 0)
    for form_id, state, phase, count in session.execute(grouped):
        counts[ALL] += count
        counts[phase] += count
        counts[MINE] += count if (form_id, state) in waiting else 0
    return counts


def in_order_asked(
    who: Visitor, asked: Filters, waiting: set[tuple[str, str]], late: Mapping[tuple[str, str], int]
) -> Select[tuple[Record]]:
    """The tab's records: what waits, what cannot wait first and then the longest waiting; all else, the newest change
    first; or as the reader chose."""
    condition = in_tab(asked.tab, waiting)
    found = wanted(who, asked, late) if condition is None else wanted(who, asked, late).where(condition)
    chosen = asked.sort or ("waiting" if asked.tab == MINE else "changed")
    return found.order_by(*(by_deadline(late) if chosen == DUE else ORDER_BY[chosen]), Record.rec)


def rows_of(
    session: Session,
    who: Visitor,
    asked: Filters,
    waiting: set[tuple[str, str]],
    late: Mapping[tuple[str, str], int],
) -> Sequence[Record]:
    """One page. Which records it has is answered by ix_record_desk alone; whole rows are read of those only."""
    found = in_order_asked(who, asked, waiting, late).with_only_columns(Record.rec)
    recs = session.scalars(found.limit(PAGE_ROWS).offset((asked.page - 1) * PAGE_ROWS)).all()
    rows = {row.rec: row for row in session.scalars(select(Record).where(Record.rec.in_(recs)))}
    return [rows[rec] for rec in recs if rec in rows]


def authors_named(session: Session, typed: str) -> list[str]:
    """People whose name has these words, without marks. A district has some thousand people."""
    words = fold(typed).split()
    named = session.execute(select(Person.person_id, Person.name))
    return [person_id for person_id, name in named if all(word in fold(name) for word in words)]


def masked_not(session: Session, who: Visitor, rows: Sequence[Record]) -> set[str]:
    """Of these records, those whose persons the reader may see."""
    clear = visible_records(who.person_id, SEE_PII, server().today()).with_only_columns(Record.rec)
    return set(session.scalars(clear.where(Record.rec.in_([row.rec for row in rows]))))


def tabs(counts: Mapping[str, int], waiting: set[tuple[str, str]]) -> list[tuple[str, str, int]]:
    """(tab, words, how many)."""
    first = [(MINE, say("Chờ tôi xử lý"), counts[MINE])] if waiting else []
    return [*first, *((p, say(words), counts[p]) for p, words in PHASES.items()), (ALL, say("Tất cả"), counts[ALL])]


def form_titles(session: Session, form_ids: Sequence[str]) -> dict[str, Mapping[str, str]]:
    """Form id → the title of its current version."""
    current = select(FormVersion.form_id, FormVersion.version).where(
        FormVersion.current, FormVersion.form_id.in_(form_ids)
    )
    versions = [(form_id, version) for form_id, version in session.execute(current)]
    return {form_id: form.program["title"] for (form_id, _), form in sorted(forms_of(session, versions).items())}


def state_labels(workflows: Mapping[str, Workflow], form_id: str) -> dict[str, Mapping[str, str]]:
    """State → label, of the form asked for or of all; two forms name alike what is alike."""
    chosen = [workflow for form, workflow in sorted(workflows.items()) if form_id in ("", form)]
    return {name: workflow.state(name)["label"] for workflow in chosen for name in stages(workflow)}
