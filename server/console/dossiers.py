"""Dossiers of commendation: the list, one dossier with all its parts, and what is done to it.

The rules are in server/awards; here is who asks, what the forms carry, and what the reader is told.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sync.ops import Intent

from .. import intake
from ..awards import decisions, dossiers, shares, workdays
from ..awards.bundle import Maker, Paper, papers
from ..awards.checklist import earlier_awards, facts, parts
from ..awards.decisions import Decided, money_of
from ..awards.dossiers import Acting, Opened
from ..awards.paper_values import ANSWERS, RECIPIENTS, RESULTS
from ..awards.rules import Rules, has_awards, rules_of
from ..awards.sources import candidates
from ..context import server
from ..database import db, transaction
from ..models import Dossier, Nomination, OrgUnit, Person, Record
from ..papers import DOCX
from ..problems import Refusal
from ..programs import workflows_of
from ..scope import rights, roles_by_scope
from .corrections import read_day
from .opened import note_access
from .stages import TONES, stages
from .texts import label, language, say
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
    "council_minutes": "Biên bản Hội đồng", "district_request": "Tờ trình của Phòng Nội vụ", "decision": "Quyết định và danh sách",
    "certificate": "Nội dung in Giấy khen", "refusal": "Thông báo không khen",
}  # fmt: skip


def acting() -> Acting:
    here, who = server(), me()
    return Acting(who.person_id, who.name.removesuffix(" (trình diễn)"), here.clock(), here.today())


def may_commend() -> bool:
    """Whether the campaign commends and this visitor may see dossiers: the page's head asks."""
    return bool(me().reads) and has_awards(db.session) and rules_of(db.session).form in me().reads


def rules() -> Rules:
    """Raises Refusal request.forbidden for who may see no dossier at all."""
    found = rules_of(db.session)
    if found.form not in me().reads:
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
    if row.due_on is None or row.state not in found.data["acts"]["appraise"]["states"]:
        return None
    return workdays.left(server().today(), row.due_on, found.holidays)


def offices(found: Rules) -> list[tuple[str, str]]:
    """(code, name) of the units in whose name the reader may begin a dossier."""
    codes = {unit for unit, form in db.session.execute(rights(me().person_id, "submit", server().today())) if form == found.form}
    listed = select(OrgUnit).where(OrgUnit.code.in_(codes), OrgUnit.office).order_by(OrgUnit.path)
    return [(unit.code, unit.name) for unit in db.session.scalars(listed)]


@blueprint.get("/new")
@needs("submit")
def beginning() -> str:
    return write_beginning({})


def write_beginning(typed: Mapping[str, str], refusal: Refusal | None = None) -> str:
    found = rules()
    return render_template(
        "console/dossier_new.html", rules=found, offices=offices(found), offered=found.offered(server().today()),
        awards=award_labels(found), procedures=PROCEDURES, typed=typed, refusal=refusal,
    )  # fmt: skip


@blueprint.post("")
@needs("submit")
def begin() -> Response | tuple[str, int]:
    given = request.form
    try:
        with transaction() as writing:
            made = dossiers.begin(
                writing, rules(), acting(), given.get("unit", ""), given.get("award", ""), given.get("occasion", ""),
                given.get("procedure", ""),
            )  # fmt: skip
    except Refusal as refusal:
        if refusal.code != "dossier.field":
            raise
        return write_beginning(given, refusal), refusal.entry.status
    flash(say("Đã lập hồ sơ. Bây giờ hãy chọn các phiếu thành tích đã xác nhận."), "done")
    return redirect(url_for("console.dossiers.nominees", dossier=made))  # type: ignore[return-value]


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
        shares=shares.shares(opened.nominations), facts=facts(opened, earlier), steps=sorted_steps(opened),
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


@blueprint.get("/<uuid:dossier>/nominees")
@needs("read")
def nominees(dossier: uuid.UUID) -> str:
    """The confirmed records that may be cited, to choose from."""
    opened = opened_or_404(dossier)
    if not opened.may("prepare"):
        raise Refusal("dossier.state")
    here = server()
    found = candidates(db.session, opened.rules, me().person_id, opened.dossier.unit_code, here.today())
    return render_template("console/dossier_nominees.html", **heading(opened), candidates=found, recipients=RECIPIENTS)


@blueprint.post("/<uuid:dossier>/nominees")
@needs("read")
def nominate(dossier: uuid.UUID) -> Response | tuple[str, int]:
    opened, recs = opened_or_404(dossier), request.form.getlist("rec")
    joined = request.form.get("join", "")
    if not recs:
        flash(say("Chưa chọn phiếu nào."), "warn")
        return redirect(url_for("console.dossiers.nominees", dossier=dossier))  # type: ignore[return-value]
    if joined:
        return told(opened, lambda s, o, by, v: join(s, o, by, v, joined, recs), say("Đã thêm phiếu."), "#nominees")
    return told(opened, lambda s, o, by, v: dossiers.nominate(s, o, by, v, recs), say("Đã đưa vào danh sách."), "#nominees")


def join(session: Session, opened: Opened, by: Acting, seen: int, nomination: str, recs: list[str]) -> None:
    if len(recs) != 1:
        raise Refusal("dossier.field")
    dossiers.add_record(session, opened, by, seen, nomination, recs[0])


@blueprint.post("/<uuid:dossier>/nominees/<uuid:nomination>/<what>")
@needs("read")
def change_nominee(dossier: uuid.UUID, nomination: uuid.UUID, what: str) -> Response | tuple[str, int]:
    opened, which, merit = opened_or_404(dossier), str(nomination), cut("merit", "merit")
    known(what, ("reword", "renew", "withdraw"))
    if what == "reword":
        return told(opened, lambda s, o, by, v: dossiers.reword(s, o, by, v, which, merit), say("Đã ghi."), "#nominees")
    act = dossiers.renew if what == "renew" else dossiers.withdraw
    return told(opened, lambda s, o, by, v: act(s, o, by, v, which), say("Đã ghi."), "#nominees")


@blueprint.post("/<uuid:dossier>/signer")
@needs("read")
def signer(dossier: uuid.UUID) -> Response | tuple[str, int]:
    opened, name = opened_or_404(dossier), cut("signer", "name")
    return told(opened, lambda s, o, by, v: dossiers.set_signer(s, o, by, v, name), say("Đã ghi."))


@blueprint.get("/<uuid:dossier>/meetings/<level>")
@needs("read")
def meeting(dossier: uuid.UUID, level: str) -> str:
    opened = opened_or_404(dossier)
    known(level, LEVELS)
    if not opened.may("prepare" if level == "unit" else "council"):
        raise Refusal("dossier.state")
    held = opened.meetings.get(level)
    typed = {} if held is None else {
        "met_on": f"{held.met_on:%d/%m/%Y}", "met_at": held.met_at, "chair": held.chair, "secretary": held.secretary,
        "present": "\n".join(held.present), "absent": "\n".join(held.absent), "notes": held.notes,
    }  # fmt: skip
    for (nomination, at), vote in opened.votes.items():
        if at == level:
            typed |= {f"for:{nomination}": str(vote.votes_for), f"against:{nomination}": str(vote.votes_against)}
    return write_meeting(opened, level, typed)


def write_meeting(opened: Opened, level: str, typed: Mapping[str, str], refusal: Refusal | None = None) -> str:
    return render_template(
        "console/dossier_meeting.html", **heading(opened), level=level, typed=typed, longest=LONGEST,
        refusal=words_of(refusal) if refusal else "",
    )  # fmt: skip


@blueprint.post("/<uuid:dossier>/meetings/<level>")
@needs("read")
def hold_meeting(dossier: uuid.UUID, level: str) -> Response | tuple[str, int]:
    opened, given = opened_or_404(dossier), request.form
    known(level, LEVELS)
    lines = {name: [line.strip()[:200] for line in given.get(name, "").splitlines() if line.strip()][:200] for name in ("present", "absent")}
    told_of = {
        "met_on": day_of("met_on"), "met_at": cut("met_at", "line"), "chair": cut("chair", "line"),
        "secretary": cut("secretary", "line"), **lines, "notes": cut("notes", "note"),
    }  # fmt: skip
    try:
        votes = votes_of(opened, given)
        do(opened, lambda s, o, by, v: dossiers.hold_meeting(s, o, by, v, level, told_of, votes))
    except Refusal as refusal:
        return write_meeting(opened, level, given, refusal), refusal.entry.status
    flash(say("Đã ghi biên bản."), "done")
    return back(opened, "#meetings")


def votes_of(opened: Opened, given: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    """nomination → (for, against); a nominee without both numbers was not voted on. Raises Refusal dossier.votes."""
    votes = {}
    for each in opened.nominations:
        texts = given.get(f"for:{each.nomination_id}", "").strip(), given.get(f"against:{each.nomination_id}", "").strip()
        if not any(texts):
            continue
        if not all(text.isdecimal() and len(text) < 5 for text in texts):
            raise Refusal("dossier.votes")
        votes[each.nomination_id] = (int(texts[0]), int(texts[1]))
    return votes


@blueprint.post("/<uuid:dossier>/steps/<action>")
@needs("read")
def step(dossier: uuid.UUID, action: str) -> Response | tuple[str, int]:
    opened, reason = opened_or_404(dossier), cut("reason", "reason")
    if action == dossiers.VOID:
        return told(opened, lambda s, o, by, v: dossiers.void(s, o, by, v, reason), say("Đã hủy hồ sơ."))
    found = opened.rules.workflow.step(action) or {"label": {}}
    answer = told(
        opened, lambda s, o, by, v: dossiers.take_step(s, o, by, v, action, reason),
        say("Đã ghi: %(what)s.", what=label(found["label"])),
    )  # fmt: skip
    if isinstance(answer, tuple):
        return answer
    if action == "receive":
        step_records(opened, "use", "")
    elif found.get("to") == "returned":
        step_records(opened, "free", reason)
    return answer


def step_records(opened: Opened, which: str, reason: str) -> None:
    """Lock the records cited while a dossier is appraised, and free them when it comes back: each by its own op.

    A record that cannot take the step (changed, or its workflow has none) keeps its state; the citation proves it anyway.
    """
    here, who = server(), me()
    for cited in opened.citations.values():
        for citation in cited:
            record = db.session.get(Record, citation.rec, populate_existing=True)
            action = opened.rules.sources.get(record.form_id, {}).get(which) if record is not None else None
            if record is None or action is None:
                continue
            workflow = workflows_of(db.session, [record.form_id])[record.form_id]
            held = roles_by_scope(db.session, who.person_id, [record.scope], here.today())[record.scope].get("step", frozenset())
            if not workflow.may_take(action, record.state, held):
                continue
            taken = workflow.step(action) or {}
            payload = {"action": action, "answers_hash": record.answers_hash, **({"reason": reason} if reason else {})}
            form = {"id": record.form_id, "version": record.form_version}
            intent = Intent("step", record.rec, record.hash, form, record.scope, payload, ())
            intake.act(here, who.person_id, min(held & set(taken["roles"])), intent)


@blueprint.post("/<uuid:dossier>/opinions")
@needs("read")
def ask(dossier: uuid.UUID) -> Response | tuple[str, int]:
    opened, office, question = opened_or_404(dossier), request.form.get("office", ""), cut("question", "note")
    return told(opened, lambda s, o, by, v: dossiers.ask(s, o, by, v, office, question), say("Đã hỏi ý kiến."), "#opinions")


@blueprint.post("/<uuid:dossier>/opinions/<office>")
@needs("read")
def answer(dossier: uuid.UUID, office: str) -> Response | tuple[str, int]:
    opened, said, words = opened_or_404(dossier), request.form.get("answer", ""), cut("note", "note")
    return told(
        opened, lambda s, o, by, v: dossiers.answer(s, o, by, v, office, said, words), say("Đã ghi ý kiến."), "#opinions"
    )


@blueprint.get("/<uuid:dossier>/appraisal")
@needs("read")
def appraisal(dossier: uuid.UUID) -> str:
    opened = opened_or_404(dossier)
    if not opened.may("appraise"):
        raise Refusal("dossier.state")
    typed = {f"value:{name}": each["value"] for name, each in opened.dossier.checks.items()}
    typed |= {f"note:{name}": each.get("note", "") for name, each in opened.dossier.checks.items()}
    return write_appraisal(opened, {**typed, "words": opened.dossier.appraisal_note})


def write_appraisal(opened: Opened, typed: Mapping[str, str], refusal: Refusal | None = None) -> str:
    computed = facts(opened, earlier_awards(db.session, opened.nominations))
    return render_template(
        "console/dossier_appraisal.html", **heading(opened), typed=typed, facts=computed, results=RESULTS, longest=LONGEST,
        refusal=words_of(refusal) if refusal else "",
    )  # fmt: skip


@blueprint.post("/<uuid:dossier>/appraisal")
@needs("read")
def appraise(dossier: uuid.UUID) -> Response | tuple[str, int]:
    opened = opened_or_404(dossier)
    names = [check["name"] for check in opened.rules.data["checks"]]
    checks = {name: {"value": request.form.get(f"value:{name}", ""), "note": cut(f"note:{name}", "line")} for name in names}
    words = cut("words", "note")
    try:
        do(opened, lambda s, o, by, v: dossiers.appraise(s, o, by, v, checks, words))
    except Refusal as refusal:
        return write_appraisal(opened, request.form, refusal), refusal.entry.status
    flash(say("Đã ghi kết quả thẩm định."), "done")
    return back(opened, "#appraisal")


@blueprint.post("/<uuid:dossier>/notice")
@needs("read")
def post(dossier: uuid.UUID) -> Response | tuple[str, int]:
    opened, first = opened_or_404(dossier), day_of("first")
    if first is None and not request.form.get("down"):
        flash(say("Cần ghi ngày bắt đầu niêm yết."), "warn")
        return back(opened, "#notice")
    return told(opened, lambda s, o, by, v: dossiers.post(s, o, by, v, first), say("Đã ghi."), "#notice")


@blueprint.post("/<uuid:dossier>/objections")
@needs("read")
def object_(dossier: uuid.UUID) -> Response | tuple[str, int]:
    opened, nomination, said_by, words = opened_or_404(dossier), request.form.get("nomination", ""), cut("said_by", "name"), cut("text", "note")
    said_on = day_of("said_on") or server().today()
    return told(
        opened, lambda s, o, by, v: dossiers.object_(s, o, by, v, nomination, said_on, said_by, words),
        say("Đã ghi ý kiến vào sổ."), "#notice",
    )  # fmt: skip


@blueprint.post("/<uuid:dossier>/objections/<uuid:objection>")
@needs("read")
def settle(dossier: uuid.UUID, objection: uuid.UUID) -> Response | tuple[str, int]:
    opened, finding = opened_or_404(dossier), cut("finding", "note")
    return told(opened, lambda s, o, by, v: dossiers.settle(s, o, by, v, str(objection), finding), say("Đã ghi."), "#notice")


@blueprint.get("/<uuid:dossier>/decision")
@needs("read")
def deciding(dossier: uuid.UUID) -> str:
    opened = opened_or_404(dossier)
    if not opened.may("decide"):
        raise Refusal("dossier.state")
    occasion = opened.rules.occasions.get(opened.dossier.occasion, {"merit": {"vi": ""}})
    typed = {"signer": acting().name, "certificate_text": occasion["merit"]["vi"]}
    return write_decision(opened, typed, {each.nomination_id for each in opened.nominations})


def write_decision(opened: Opened, typed: Mapping[str, str], chosen: set[str], refusal: Refusal | None = None) -> str:
    today = server().today()
    money = {each.nomination_id: money_of(opened, each, today) for each in opened.nominations}
    return render_template(
        "console/dossier_decision.html", **heading(opened), typed=typed, chosen=chosen, money=money, recipients=RECIPIENTS,
        upward=opened.rules.forwards(opened.dossier.award, today), longest=LONGEST,
        facts=facts(opened, earlier_awards(db.session, opened.nominations)), refusal=words_of(refusal) if refusal else "",
    )  # fmt: skip


@blueprint.post("/<uuid:dossier>/decision")
@needs("read")
def decide(dossier: uuid.UUID) -> Response | tuple[str, int]:
    opened, chosen = opened_or_404(dossier), set(request.form.getlist("chosen"))
    decided = Decided(
        request.form.get("kind", ""), chosen, cut("signer", "name"), cut("reason", "reason"), cut("certificate_text", "merit")
    )
    try:
        do(opened, lambda s, o, by, v: decisions.decide(s, o, by, v, decided))
    except Refusal as refusal:
        return write_decision(opened, request.form, chosen, refusal), refusal.entry.status
    flash(say("Đã ghi quyết định. In văn bản, ký, rồi ghi số và ngày ký."), "done")
    return back(opened, "#decision")


@blueprint.post("/<uuid:dossier>/decisions/<kind>")
@needs("read")
def number(dossier: uuid.UUID, kind: str) -> Response | tuple[str, int]:
    opened, said, signed_on = opened_or_404(dossier), request.form.get("number", "").strip()[:40], day_of("signed_on")
    return told(
        opened, lambda s, o, by, v: decisions.number(s, o, by, v, kind, said, signed_on), say("Đã ghi số và ngày ký."), "#decision"
    )


@blueprint.post("/<uuid:dossier>/handovers/<uuid:nomination>")
@needs("read")
def hand_over(dossier: uuid.UUID, nomination: uuid.UUID) -> Response | tuple[str, int]:
    opened, on, to_whom, place = opened_or_404(dossier), day_of("handed_on"), cut("to_whom", "name"), cut("place", "line")
    paid = request.form.get("paid") == "yes"
    return told(
        opened, lambda s, o, by, v: decisions.hand_over(s, o, by, v, str(nomination), on, to_whom, place, paid),
        say("Đã ghi việc trao."), "#decision",
    )  # fmt: skip


# Papers


def exported(opened: Opened, what: str) -> None:
    with transaction() as writing:
        note_access(writing, me().person_id, "export", server().clock(), dossier=opened.dossier.dossier_id, paper=what)


@blueprint.get("/<uuid:dossier>/papers/<key>", defaults={"nomination": None})
@blueprint.get("/<uuid:dossier>/papers/<key>/<uuid:nomination>")
@needs("read")
def paper(dossier: uuid.UUID, key: str, nomination: uuid.UUID | None) -> Response:
    opened = opened_or_404(dossier)
    wanted, maker = Paper(key, str(nomination) if nomination else ""), Maker(db.session, opened, acting())
    if wanted not in papers(opened):
        raise Refusal("request.not_found")
    content = maker.make(wanted)
    exported(opened, key)
    return attachment(content, DOCX, maker.file_name(wanted).replace("/", "-"))


@blueprint.get("/<uuid:dossier>/archive")
@needs("read")
def archive(dossier: uuid.UUID) -> Response:
    opened = opened_or_404(dossier)
    check = server().settings.console_origin + "/check/"
    content = Maker(db.session, opened, acting()).archive(check)
    exported(opened, "archive")
    return attachment(content, "application/zip", f"ho-so-khen-thuong-{opened.dossier.dossier_id[:8]}.zip")


def attachment(content: bytes, kind: str, name: str) -> Response:
    return Response(content, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
