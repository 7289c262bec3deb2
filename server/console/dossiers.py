"""Dossiers of commendation: the list, a new one, one dossier with all its parts; and how a page does an act to it.

The rules are in server/awards; the pages of the acts are in dossier_acts.py, the papers in dossier_papers.py.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..awards import acts, dossiers, shares, workdays
from ..awards.bundle import Maker, papers
from ..awards.checklist import earlier_awards, parts
from ..awards.decisions import money_of
from ..awards.dossiers import Acting, Opened
from ..awards.paper_values import ANSWERS, RECIPIENTS, RESULTS
from ..awards.rules import Rules, has_awards, rules_of
from ..context import server
from ..database import db, transaction
from ..models import Dossier, Nomination, OrgUnit, Person, Record
from ..problems import Refusal
from ..scope import COMMEND, rights
from .corrections import read_day
from .opened import note_access
from .stages import TONES, stages
from .texts import language, say
from .units import all_units
from .visitor import me, needs

blueprint = Blueprint("dossiers", __name__, url_prefix="/dossiers")

LONGEST = {"reason": 1000, "merit": 600, "note": 2000, "name": 120, "line": 200}  # characters
LEVELS = ("unit", "council")  # of meetings
PROCEDURES = {"regular": "Thông thường (có họp xét)", "simplified": "Đơn giản (thành tích đột xuất, rõ ràng)"}
OUTCOMES = {"proposed": "", "awarded": "Được khen", "forwarded": "Trình cấp tỉnh", "refused": "Không khen"}
KINDS = {"award": "Quyết định khen thưởng", "forward": "Trình cấp tỉnh", "refuse": "Không khen thưởng"}
PAPERS = {
    "request": "Tờ trình của đơn vị", "nominee_list": "Danh sách trích ngang", "achievement_report": "Báo cáo thành tích",
    "minutes": "Biên bản họp xét", "appraisal": "Phiếu thẩm định", "public_notice": "Danh sách niêm yết",
    "council_minutes": "Biên bản Hội đồng", "district_request": "Tờ trình của Phòng Nội vụ", "decision": "Quyết định và danh sách", "province_request": "Tờ trình lên cấp tỉnh",
    "certificate": "Nội dung in Giấy khen", "refusal": "Thông báo không khen",
}  # fmt: skip


def acting() -> Acting:
    here, who = server(), me()
    return Acting(who.person_id, who.name.removesuffix(" (trình diễn)"), here.clock(), here.today())


def may_commend() -> bool:
    """Whether the campaign commends and this visitor may see dossiers: the page's head asks."""
    theirs = me().reads | me().comments
    return bool(theirs) and has_awards(db.session) and rules_of(db.session).form in theirs


def rules() -> Rules:
    """Raises Refusal request.forbidden for who may see no dossier at all."""
    found = rules_of(db.session)
    if found.form not in me().reads | me().comments:
        raise Refusal("request.forbidden")
    return found


def opened_or_404(dossier: uuid.UUID) -> Opened:
    """Raises Refusal request.not_found for a foreign dossier as for none, and the log keeps who asked."""
    here, who = server(), me()
    found = dossiers.open_dossier(db.session, rules(), who.person_id, str(dossier), here.today())
    if found is None:
        with transaction() as writing:
            note_access(writing, who.person_id, "refused", here.clock(), dossier=str(dossier))
        raise Refusal("request.not_found")
    return found


def award_labels(found: Rules) -> dict[str, str]:
    column = f"label::{language()}"
    return {row["name"]: row.get(column) or row.get("label::vi") or row["name"] for row in found.awards}


@blueprint.get("")
@needs("read")
def page() -> str:
    found, here, who = rules(), server(), me()
    state, unit = request.args.get("state", ""), request.args.get("unit", "")
    seen = dossiers.visible(who.person_id, found, here.today())
    counted = seen.with_only_columns(Dossier.state, func.count()).group_by(Dossier.state)
    counts = dict(db.session.execute(counted).all())
    if state:
        seen = seen.where(Dossier.state == state)
    if unit:
        seen = seen.where(Dossier.unit_code == unit)
    rows = db.session.scalars(seen.order_by(Dossier.created_at.desc(), Dossier.dossier_id).limit(200)).all()
    size = select(Nomination.dossier_id, func.count()).group_by(Nomination.dossier_id)
    sizes = dict(db.session.execute(size.where(Nomination.dossier_id.in_([row.dossier_id for row in rows]))).all())
    mine = [each for each in stages(found.workflow) if steps_for_me(found, each)]
    return render_template(
        "console/dossiers.html", rules=found, rows=rows, sizes=sizes, counts=counts, state=state, unit=unit, mine=mine,
        states=[(name, found.workflow.state(name)) for name in stages(found.workflow)], units=all_units(db.session),
        awards=award_labels(found), late=lambda row: lateness(found, row), may_begin=bool(offices(found)),
    )  # fmt: skip


def steps_for_me(found: Rules, state: str) -> bool:
    """In this state a dossier waits for the reader's role: a step onward, or an act of awards.json, is hers."""
    mine = {role for form, role in me().step_roles if form == found.form}
    onward = any(
        mine & set(step["roles"]) and state in step["from"] and step.get("tone") != "attention"
        for step in found.workflow.data["steps"].values()
    )
    return onward and found.workflow.phase(state) != "rejected"


def lateness(found: Rules, row: Dossier) -> int | None:
    """Working days left for the appraisal, negative when late; None where nothing runs."""
    if row.due_on is None or row.state not in found.deciding(row.award)["acts"].get("appraise", {"states": ()})["states"]:
        return None
    return workdays.left(server().today(), row.due_on, found.holidays)


def offices(found: Rules) -> list[tuple[str, str]]:
    """(code, name) of the units in whose name the reader may begin a dossier."""
    codes = {unit for unit, form in db.session.execute(rights(me().person_id, COMMEND, server().today())) if form == found.form}
    listed = select(OrgUnit).where(OrgUnit.code.in_(codes), OrgUnit.office).order_by(OrgUnit.path)
    return [(unit.code, unit.name) for unit in db.session.scalars(listed)]


@blueprint.get("/new")
@needs(COMMEND)
def beginning() -> str:
    return write_beginning({})


def write_beginning(typed: Mapping[str, str], refusal: Refusal | None = None) -> str:
    found = rules()
    return render_template(
        "console/dossier_new.html", rules=found, offices=offices(found), offered=found.offered(server().today()),
        awards=award_labels(found), procedures=PROCEDURES, typed=typed, refusal=refusal,
    )  # fmt: skip


@blueprint.post("")
@needs(COMMEND)
def begin() -> Response | tuple[str, int]:
    given = request.form
    try:
        with transaction() as writing:
            made = acts.begin(
                writing, rules(), acting(), given.get("unit", ""), given.get("award", ""), given.get("occasion", ""),
                given.get("procedure", ""),
            )  # fmt: skip
    except Refusal as refusal:
        if refusal.code not in ("dossier.field", "dossier.award_unit"):
            raise
        return write_beginning(given, refusal), refusal.entry.status
    flash(say("Đã lập hồ sơ. Bây giờ hãy chọn các phiếu thành tích đã xác nhận."), "done")
    return redirect(url_for("console.dossier_acts.choose", dossier=made))  # type: ignore[return-value]


@blueprint.get("/<uuid:dossier>")
@needs("read")
def show(dossier: uuid.UUID) -> str:
    opened = opened_or_404(dossier)
    with transaction() as writing:
        note_access(writing, me().person_id, "view", server().clock(), dossier=str(dossier))
    return whole(opened)


def whole(opened: Opened) -> str:
    here = server()
    earlier = earlier_awards(db.session, opened.nominations)
    people = {each.person_id for each in opened.steps} | {d.decided_by for d in opened.decisions.values()}
    names = dict(db.session.execute(select(Person.person_id, Person.name).where(Person.person_id.in_(people))).all())
    maker = Maker(db.session, opened, acting())
    return render_template(
        "console/dossier.html", **heading(opened), parts_of=parts(opened), earlier=earlier, names=names,
        shares=shares.shares(opened.nominations), steps=sorted_steps(opened),
        papers=[(paper, maker.file_name(paper)) for paper in papers(opened)], paper_names=PAPERS, outcomes=OUTCOMES,
        recipients=RECIPIENTS, results=RESULTS, answers=ANSWERS, kinds=KINDS, longest=LONGEST,
        money={each.nomination_id: money_of(opened, each, here.today()) for each in opened.nominations},
        records=record_titles(opened), late=lateness(opened.rules, opened.dossier), today=here.today(),
    )  # fmt: skip


def heading(opened: Opened) -> dict[str, Any]:
    """What every page about a dossier shows on top."""
    return {
        "opened": opened,
        "dossier": opened.dossier,
        "rules": opened.rules,
        "awards": award_labels(opened.rules),
        "units": all_units(db.session),
        "procedures": PROCEDURES,
    }


def sorted_steps(opened: Opened) -> list[tuple[str, Mapping[str, Any]]]:
    return sorted(opened.next_steps(), key=lambda step: TONES.index(step[1].get("tone", "neutral")))


def record_titles(opened: Opened) -> dict[str, str]:
    recs = [citation.rec for cited in opened.citations.values() for citation in cited]
    return dict(db.session.execute(select(Record.rec, Record.title).where(Record.rec.in_(recs))).all())


# What is done: a form's fields → one act, in one transaction; a refusal brings the form back with what was typed.

Act = Callable[[Session, Opened, Acting, int], Any]


def do(opened: Opened, act: Act) -> None:
    """Raises Refusal of server/awards."""
    with transaction() as writing:
        act(writing, opened, acting(), version())


def known(word: str, words: tuple[str, ...]) -> None:
    """A word of an address. Raises Refusal request.not_found for another one."""
    if word not in words:
        raise Refusal("request.not_found")


def version() -> int:
    return request.form.get("version", -1, type=int)


def back(opened: Opened, where: str = "") -> Response:
    return redirect(url_for("console.dossiers.show", dossier=opened.dossier.dossier_id) + where)  # type: ignore[return-value]


def told(opened: Opened, act: Act, done: str, where: str = "") -> Response | tuple[str, int]:
    """Do it and go back to the dossier; a refusal is said on the dossier's page, as it is now."""
    try:
        do(opened, act)
    except Refusal as refusal:
        if refusal.code == "request.not_found":
            raise
        flash(words_of(refusal), "wrong")
        db.session.rollback()
        return whole(opened_or_404(uuid.UUID(opened.dossier.dossier_id))), refusal.entry.status
    flash(done, "done")
    return back(opened, where)


def words_of(refusal: Refusal) -> str:
    return refusal.entry.en if language() == "en" else refusal.entry.vi


def cut(name: str, what: str) -> str:
    return request.form.get(name, "").strip().replace("\r\n", "\n")[: LONGEST[what]]


def day_of(name: str) -> date | None:
    try:
        return date.fromisoformat(read_day(request.form.get(name, "").strip()))
    except ValueError:
        return None


def attachment(content: bytes, kind: str, name: str) -> Response:
    return Response(content, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
