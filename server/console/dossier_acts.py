"""What is done to a dossier, part by part: what the forms carry becomes one act of server/awards, in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from sync.ops import Intent

from .. import intake
from ..awards import appraisal, decisions, meetings, nominees, steps
from ..awards.checklist import earlier_awards, facts
from ..awards.decisions import Decided
from ..awards.dossiers import Acting, Opened
from ..awards.money import money_of
from ..awards.paper_values import RECIPIENTS, RESULTS
from ..awards.sources import candidates
from ..context import server
from ..database import db
from ..models import Record
from ..problems import Refusal
from ..programs import workflows_of
from ..scope import roles_by_scope
from .dossiers import LEVELS, LONGEST, acting, back, cut, day_of, do, heading, known, opened_or_404, told, words_of
from .texts import label, say
from .visitor import me, needs

blueprint = Blueprint("dossier_acts", __name__, url_prefix="/dossiers")


@blueprint.get("/<uuid:dossier>/nominees")
@needs("read")
def choose(dossier: uuid.UUID) -> str:
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
        return redirect(url_for("console.dossier_acts.choose", dossier=dossier))  # type: ignore[return-value]
    if joined:
        return told(opened, lambda s, o, by, v: join(s, o, by, v, joined, recs), say("Đã thêm phiếu."), "#nominees")
    return told(opened, lambda s, o, by, v: nominees.nominate(s, o, by, v, recs), say("Đã đưa vào danh sách."), "#nominees")


def join(session: Session, opened: Opened, by: Acting, seen: int, nomination: str, recs: list[str]) -> None:
    if len(recs) != 1:
        raise Refusal("dossier.field")
    nominees.add_record(session, opened, by, seen, nomination, recs[0])


@blueprint.post("/<uuid:dossier>/nominees/<uuid:nomination>/<what>")
@needs("read")
def change_nominee(dossier: uuid.UUID, nomination: uuid.UUID, what: str) -> Response | tuple[str, int]:
    opened, which, merit = opened_or_404(dossier), str(nomination), cut("merit", "merit")
    known(what, ("reword", "renew", "withdraw"))
    if what == "reword":
        return told(opened, lambda s, o, by, v: nominees.reword(s, o, by, v, which, merit), say("Đã ghi."), "#nominees")
    act = nominees.renew if what == "renew" else nominees.withdraw
    return told(opened, lambda s, o, by, v: act(s, o, by, v, which), say("Đã ghi."), "#nominees")


@blueprint.post("/<uuid:dossier>/signer")
@needs("read")
def signer(dossier: uuid.UUID) -> Response | tuple[str, int]:
    opened, name = opened_or_404(dossier), cut("signer", "name")
    return told(opened, lambda s, o, by, v: nominees.set_signer(s, o, by, v, name), say("Đã ghi."))


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
        do(opened, lambda s, o, by, v: meetings.hold_meeting(s, o, by, v, level, told_of, votes))
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
    if action == steps.VOID:
        return told(opened, lambda s, o, by, v: steps.void(s, o, by, v, reason), say("Đã hủy hồ sơ."))
    found = opened.rules.workflow.step(action) or {"label": {}}
    answer = told(
        opened, lambda s, o, by, v: steps.take_step(s, o, by, v, action, reason),
        say("Đã ghi: %(what)s.", what=label(found["label"])),
    )  # fmt: skip
    if isinstance(answer, tuple):
        return answer
    taken_back = opened.rules.own(opened.dossier.award) and action == opened.deciding["steps"].get("again")
    if action == "receive":
        step_records(opened, "use", "")
    elif found.get("to") == "returned" or taken_back:
        step_records(opened, "free", reason)
    return answer


def step_records(opened: Opened, which: str, reason: str) -> None:
    """Lock the records cited while a dossier is appraised, and free them when it comes back: each by its own op.

    A record that cannot take the step keeps its state, and the page says which; the citation proves it anyway.
    """
    here, who = server(), me()
    left = []
    for cited in opened.citations.values():
        for citation in cited:
            record = db.session.get(Record, citation.rec, populate_existing=True)
            action = opened.rules.sources.get(record.form_id, {}).get(which) if record is not None else None
            if record is None or action is None:
                continue
            workflow = workflows_of(db.session, [record.form_id])[record.form_id]
            held = roles_by_scope(db.session, who.person_id, [record.scope], here.today())[record.scope].get("step", frozenset())
            if not workflow.may_take(action, record.state, held):
                left.append(record.title)
                continue
            taken = workflow.step(action) or {}
            payload = {"action": action, "answers_hash": record.answers_hash, **({"reason": reason} if reason else {})}
            form = {"id": record.form_id, "version": record.form_version}
            intent = Intent("step", record.rec, record.hash, form, record.scope, payload, ())
            stored = intake.act(here, who.person_id, min(held & set(taken["roles"])), intent)
            if stored.verdict != "applied":
                left.append(record.title)
    if left:
        flash(say("Phiếu giữ nguyên trạng thái, vì đã ở trạng thái khác: %(titles)s.", titles="; ".join(left)), "warn")


@blueprint.post("/<uuid:dossier>/opinions")
@needs("read")
def ask(dossier: uuid.UUID) -> Response | tuple[str, int]:
    opened, office, question = opened_or_404(dossier), request.form.get("office", ""), cut("question", "note")
    return told(opened, lambda s, o, by, v: appraisal.ask(s, o, by, v, office, question), say("Đã hỏi ý kiến."), "#opinions")


@blueprint.post("/<uuid:dossier>/opinions/<office>")
@needs("read")
def answer(dossier: uuid.UUID, office: str) -> Response | tuple[str, int]:
    opened, said, words = opened_or_404(dossier), request.form.get("answer", ""), cut("note", "note")
    return told(
        opened, lambda s, o, by, v: appraisal.answer(s, o, by, v, office, said, words), say("Đã ghi ý kiến."), "#opinions"
    )


@blueprint.get("/<uuid:dossier>/appraisal")
@needs("read")
def appraising(dossier: uuid.UUID) -> str:
    opened = opened_or_404(dossier)
    if not opened.may("appraise"):
        raise Refusal("dossier.state")
    typed = {f"value:{name}": each["value"] for name, each in opened.dossier.checks.items()}
    typed |= {f"note:{name}": each.get("note", "") for name, each in opened.dossier.checks.items()}
    return write_appraisal(opened, {**typed, "words": opened.dossier.appraisal_note})


def write_appraisal(opened: Opened, typed: Mapping[str, str], refusal: Refusal | None = None) -> str:
    computed = facts(opened, earlier_awards(db.session, opened.nominations), say)
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
        do(opened, lambda s, o, by, v: appraisal.appraise(s, o, by, v, checks, words))
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
    return told(opened, lambda s, o, by, v: appraisal.post(s, o, by, v, first), say("Đã ghi."), "#notice")


@blueprint.post("/<uuid:dossier>/objections")
@needs("read")
def object_(dossier: uuid.UUID) -> Response | tuple[str, int]:
    opened, nomination, said_by, words = opened_or_404(dossier), request.form.get("nomination", ""), cut("said_by", "name"), cut("text", "note")
    said_on = day_of("said_on") or server().today()
    return told(
        opened, lambda s, o, by, v: appraisal.object_(s, o, by, v, nomination, said_on, said_by, words),
        say("Đã ghi ý kiến vào sổ."), "#notice",
    )  # fmt: skip


@blueprint.post("/<uuid:dossier>/objections/<uuid:objection>")
@needs("read")
def settle(dossier: uuid.UUID, objection: uuid.UUID) -> Response | tuple[str, int]:
    opened, finding = opened_or_404(dossier), cut("finding", "note")
    return told(opened, lambda s, o, by, v: appraisal.settle(s, o, by, v, str(objection), finding), say("Đã ghi."), "#notice")


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
        upward=opened.rules.forwards(opened.dossier.award), longest=LONGEST,
        refusal=words_of(refusal) if refusal else "",
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
    if opened.rules.own(opened.dossier.award):
        step_records(opened, "use", "")
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
