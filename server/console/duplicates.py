"""Records that look alike: a list with reasons and points, two side by side, and what a person says of them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import and_, func
from sqlalchemy.orm import aliased
from werkzeug.wrappers import Response

from .. import duplicates
from ..context import server
from ..database import db, transaction
from ..models import DuplicatePair, Person, Record
from ..problems import Refusal
from ..scope import SEE_PII, visible_records
from .alike import compare_first, mine
from .inbox import form_titles
from .opened import Opened, note_access, opened_or_404
from .records import do, sheet_of
from .sheet import MASK, Block, Line
from .texts import say
from .units import all_units
from .visitor import me, needs

blueprint = Blueprint("duplicates", __name__, url_prefix="/duplicates")

PAGE_ROWS = 50
STATES = {"open": "Chờ xem", "linked": "Cùng một người", "merged": "Đã gộp", "apart": "Không trùng"}
REASONS = {
    "id_same": "cùng số giấy tờ",
    "id_near": "số giấy tờ lệch một chữ số",
    "id_differs": "khác số giấy tờ",
    "phone_same": "cùng số điện thoại",
    "phone_differs": "khác số điện thoại",
    "name_same": "cùng họ tên",
    "name_unmarked": "cùng họ tên, một bên viết không dấu",
    "name_sound": "họ tên đọc gần như nhau",
    "name_order": "cùng họ tên, viết khác thứ tự",
    "name_marks_missing": "cùng họ tên, một bên thiếu dấu",
    "name_short": "cùng họ và tên, một bên thiếu tên đệm",
    "name_near": "họ tên lệch một chữ cái",
    "name_marks": "họ tên chỉ khác dấu",
    "name_differs": "khác họ tên",
    "birth_same": "cùng ngày sinh",
    "birth_year_same": "cùng năm sinh",
    "birth_year_near": "năm sinh lệch một năm",
    "birth_differs": "khác năm sinh",
    "place_same": "cùng bản",
    "place_differs": "khác bản",
    "key_same": "cùng nội dung chính",
}
DONE = {
    "open": "Đã mở lại để xem.",
    "linked": "Đã ghi: cùng một người, giữ cả hai hồ sơ.",
    "merged": "Đã gộp. Hồ sơ kia vẫn được giữ, không tính vào số liệu.",
    "apart": "Đã ghi nhớ: không trùng.",
}


@blueprint.get("")
@needs("correct")
def page() -> str:
    compare_first()
    who = me()
    state = request.args.get("state", "open")
    state = state if state in STATES else "open"
    number = max(request.args.get("page", 1, type=int), 1)
    counts = dict(
        db.session.execute(
            mine(who.person_id).with_only_columns(DuplicatePair.state, func.count()).group_by(DuplicatePair.state)
        ).all()
    )
    first, second = aliased(Record), aliased(Record)
    asked = (
        mine(who.person_id)
        .where(DuplicatePair.state == state)
        .join(first, first.rec == DuplicatePair.first)
        .join(second, second.rec == DuplicatePair.second)
        .add_columns(first, second)
        .order_by(DuplicatePair.score.desc(), DuplicatePair.found_at.desc(), DuplicatePair.first)
    )
    rows = db.session.execute(asked.limit(PAGE_ROWS).offset((number - 1) * PAGE_ROWS)).all()
    recs = {record.rec for _, *both in rows for record in both}
    clear = visible_records(who.person_id, SEE_PII, server().today()).with_only_columns(Record.rec)
    titles = form_titles(db.session, sorted({pair.form_id for pair, *_ in rows}))
    return render_template(
        "console/duplicates.html",
        rows=rows,
        state=state,
        states=[(name, say(words), counts.get(name, 0)) for name, words in STATES.items()],
        total=counts.get(state, 0),
        number=number,
        pages=-(-counts.get(state, 0) // PAGE_ROWS),
        titles=titles,
        reasons=reasons,
        units=all_units(db.session),
        clear=set(db.session.scalars(clear.where(Record.rec.in_(recs)))),
        mask=MASK,
    )


def reasons(keys: Sequence[str]) -> list[tuple[str, bool]]:
    """(words, whether it speaks for it)."""
    return [(say(REASONS[key]), not key.endswith("_differs")) for key in keys]


@dataclass(frozen=True)
class Row:
    """One question of both records. differs: both answered, and otherwise."""

    label: str
    one: str
    other: str

    @property
    def differs(self) -> bool:
        return self.one != self.other


@blueprint.get("/<uuid:first>/<uuid:second>")
@needs("correct")
def show(first: uuid.UUID, second: uuid.UUID) -> str:
    pair, both = found(first, second)
    here, who = server(), me()
    with transaction() as writing:
        for opened in both:
            note_access(writing, who.person_id, "view", here.clock(), opened.record.rec, beside=True)
    decider = db.session.get(Person, pair.decided_by) if pair.decided_by else None
    return render_template(
        "console/duplicate.html",
        pair=pair,
        both=both,
        titles=[opened.doc["title"] if opened.see_pii else MASK for opened in both],
        rows=beside(*both),
        reasons=reasons(pair.reasons),
        states=STATES,
        units=all_units(db.session),
        may_decide=may_decide(pair),
        decider=decider.name if decider else "",
    )


def found(first: uuid.UUID, second: uuid.UUID) -> tuple[DuplicatePair, list[Opened]]:
    """The pair and both records as the reader may see them. Raises Refusal request.not_found."""
    pair = db.session.get(DuplicatePair, (str(first), str(second)))
    if pair is None:
        raise Refusal("request.not_found")
    return pair, [opened_or_404(first), opened_or_404(second)]


def may_decide(pair: DuplicatePair) -> bool:
    named = and_(DuplicatePair.first == pair.first, DuplicatePair.second == pair.second)
    return db.session.scalar(mine(me().person_id, "correct").where(named)) is not None


def beside(one: Opened, other: Opened) -> list[Row]:
    """Every question somebody answered, in the form's order, with both answers."""
    sheets = [answered(opened) for opened in (one, other)]
    labels = {path: line.label for sheet in sheets for path, line in sheet.items()}
    return [
        Row(label, *(sheet[path].value if path in sheet else "" for sheet in sheets)) for path, label in labels.items()
    ]


def answered(opened: Opened) -> dict[str, Line]:
    lines: dict[str, Line] = {}

    def collect(blocks: Sequence[Block]) -> None:
        for block in blocks:
            lines.update({line.path: line for line in block.lines if not line.blank and line.kind != "note"})
            for number, row in enumerate(block.rows, 1):
                plain = {f"{block.path}[{number}]/{line.path.rpartition('/')[2]}": line for line in row.lines}
                lines.update({path: line for path, line in plain.items() if not line.blank})
            collect(block.blocks)

    collect(sheet_of(opened).blocks(opened.doc["answers"]))
    return lines


@blueprint.post("/<uuid:first>/<uuid:second>")
@needs("correct")
def decide(first: uuid.UUID, second: uuid.UUID) -> Response:
    """The reader's word: apart, linked, merged into one of the two, or open again (undo)."""
    pair, both = found(first, second)
    if not may_decide(pair):
        raise Refusal("request.forbidden")
    said, _, kept = request.form.get("say", "").partition(":")
    if said not in STATES:
        raise Refusal("request.invalid")
    before = told(pair, both)
    with transaction() as writing:
        duplicates.decide(writing, pair.first, pair.second, said, kept or None, server().clock(), me().person_id)
    db.session.rollback()  # the read is over: the pair is seen as it was written
    tell(before, told(pair, both))
    flash(say(DONE[said]), "done")
    return redirect(url_for("console.duplicates.show", first=first, second=second))


Link = tuple[str, str, str]  # (record, the other, kind)


def told(pair: DuplicatePair, both: Sequence[Opened]) -> dict[Link, Opened]:
    """The links a decision puts on records, so that devices learn of it: on both, or on the one merged away."""
    if pair.state not in LINKED:
        return {}
    recs = (pair.first, pair.second)
    return {
        (rec, other, LINKED[pair.state]): opened
        for opened, rec, other in zip(both, recs, reversed(recs), strict=True)
        if rec != pair.kept
    }


LINKED = {"linked": "duplicate", "merged": "merged_into"}


def tell(before: Mapping[Link, Opened], after: Mapping[Link, Opened]) -> None:
    """Take back the links that hold no more, and make the new ones."""
    changed = [(link, opened, True) for link, opened in before.items() if link not in after]
    changed += [(link, opened, False) for link, opened in after.items() if link not in before]
    for (_, other, kind), opened, removed in changed:
        if roles := opened.may("comment"):
            do(opened, "link", min(roles), {"to": other, "kind": kind, **({"removed": True} if removed else {})})
