"""Support cases at the desk: the catalogue of policies, double claims, pay-out lists, goods handed over, and what hangs
on the public board. Lists to print and as .xlsx; who took one out, and why, is put down."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from .. import audit, support
from ..context import server
from ..database import db, transaction
from ..models import Record, RoleRight
from ..problems import Refusal
from ..programs import workflows_of
from ..scope import SEE_PII, rights, visible_records
from ..support import Case
from ..workbooks import STYLES
from .alike import compare_first
from .district import XLSX
from .opened import note_access
from .sheet import MASK
from .texts import day as shown_day
from .texts import label, say
from .units import Units, all_units
from .visitor import me, needs

blueprint = Blueprint("support", __name__, url_prefix="/support")

LISTS = {"payouts": "Danh sách chi trả", "posting": "Niêm yết công khai", "goods": "Hiện vật đã trao"}
PAGE_ROWS = 200  # on screen and paper; the workbook has them all
REASON = range(5, 301)  # characters of why a list is taken out


def needed() -> Mapping[str, Any]:
    """Raises Refusal request.not_found where the campaign pays no support."""
    found = support.setting(db.session)
    if found is None:
        raise Refusal("request.not_found")
    return found


def visible(given: Mapping[str, Any], states: Sequence[str] = (), action: str = "read") -> list[Case]:
    """The cases the reader may read, or take out; names and numbers masked where they may not be seen."""
    today = server().today()
    asked = visible_records(me().person_id, action, today)
    if states:
        asked = asked.where(Record.state.in_(states))
    clear = set(
        db.session.scalars(
            visible_records(me().person_id, SEE_PII, today)
            .where(Record.form_id == given["form"])
            .with_only_columns(Record.rec)
        )
    )
    found = support.cases(db.session, given, asked)
    return [case if case.rec in clear else masked(case) for case in found]


def masked(case: Case) -> Case:
    return Case(**{**case.__dict__, "person": MASK, "id_number": MASK, "paid_by": MASK, "birth_year": MASK})


def on_day() -> date:
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return server().today()


@blueprint.get("")
@needs("read")
def page() -> str:
    """The catalogue as it holds on a day, with how many open cases name each policy."""
    given, day = needed(), on_day()
    counts: dict[str, int] = {}
    for case in visible(given):
        counts[case.policy] = counts.get(case.policy, 0) + 1
    rows = support.policies(db.session, given)
    return render_template(
        "console/support.html",
        rows=[(row, support.valid_on(row, day), counts.get(row["name"], 0)) for row in rows],
        day=day,
        name_of=name_of,
        lists=LISTS,
    )


def name_of(row: Mapping[str, Any]) -> str:
    return label(row["label"]) or str(row["name"])


@blueprint.get("/claims")
@needs("read")
def claims() -> str:
    compare_first()
    given = needed()
    return render_template(
        "console/support_claims.html",
        claims=support.double_claims(db.session, given, visible(given)),
        policies=names(given),
        units=all_units(db.session),
        lists=LISTS,
        states=STATE_WORDS,
    )


STATE_WORDS = {"open": "chưa ai xem", "linked": "đã ghi là cùng một người"}


def names(given: Mapping[str, Any]) -> dict[str, str]:
    return {str(row["name"]): name_of(row) for row in support.policies(db.session, given)}


@blueprint.get("/lists/<which>")
@needs("read")
def listed(which: str) -> str:
    given, heads, rows, total = content(which)
    number = max(request.args.get("page", 1, type=int), 1)
    return render_template(
        "console/support_list.html",
        which=which,
        title=say(LISTS[which]),
        heads=heads,
        rows=rows[(number - 1) * PAGE_ROWS : number * PAGE_ROWS],
        count=len(rows),
        number=number,
        pages=-(-len(rows) // PAGE_ROWS),
        total=total,
        paid=paid_too(),
        may_export=may_export(given),
        lists=LISTS,
        reason=REASON,
        made=server().clock(),
    )


def may_export(given: Mapping[str, Any]) -> bool:
    """Whether the reader may take out cases of this form anywhere; which of them, the list itself asks."""
    allowed = rights(me().person_id, "export", server().today()).where(RoleRight.form_id == given["form"])
    return db.session.execute(allowed.limit(1)).first() is not None


def paid_too() -> bool:
    return request.values.get("paid") == "1"


def content(which: str, action: str = "read") -> tuple[Mapping[str, Any], list[str], list[list[Any]], int]:
    """(support.json, heads, rows as shown, the sum in VND) of one of LISTS. Raises Refusal request.not_found."""
    given = needed()
    if which not in LISTS:
        raise Refusal("request.not_found")
    compare_first()
    states = [*given["states"]["to_pay"], *(given["states"]["paid"] if paid_too() or which == "goods" else [])]
    found = visible(given, () if which == "goods" else states, action)
    units, policies = all_units(db.session), names(given)
    workflow = workflows_of(db.session, [given["form"]])[given["form"]]
    heads, make = TABLES[which]
    rows = [[place, *row] for place, row in enumerate(make(found, units, policies, workflow), 1)]
    total = sum(case.approved or 0 for case in found) if which != "goods" else 0
    return given, [say(head) for head in ("TT", *heads)], rows, total


def payouts(found: Sequence[Case], units: Units, policies: Mapping[str, str], workflow: Any) -> list[list[Any]]:
    doubles = {
        rec for claim in support.double_claims(db.session, needed(), found) for rec in (claim.one.rec, claim.other.rec)
    }
    return [
        [
            case.person, case.birth_year, place_of(case, units), case.id_number, policies.get(case.policy, case.policy),
            case.approved if case.approved is not None else "", case.decision_no,
            shown_day(case.decision_date) if case.decision_date else "", shown_day(case.paid_at) if case.paid_at else "",
            say("Có thể nhận hai lần") if case.rec in doubles else "", "",
        ]
        for case in found
    ]  # fmt: skip


def posting(found: Sequence[Case], units: Units, policies: Mapping[str, str], workflow: Any) -> list[list[Any]]:
    """For the board at the commune: who, where, on what legal basis, how much. Numbers masked, no phone, no address; not
    the policy's name either, which may say who was ill."""
    basis = {str(row["name"]): str(row.get("basis") or "") for row in support.policies(db.session, needed())}
    return [
        [
            case.person, case.birth_year, place_of(case, units), support.masked_number(case.id_number),
            basis.get(case.policy, ""), case.approved if case.approved is not None else "",
        ]
        for case in found
    ]  # fmt: skip


def goods(found: Sequence[Case], units: Units, policies: Mapping[str, str], workflow: Any) -> list[list[Any]]:
    return [
        [case.person, place_of(case, units), thing.item, thing.qty, thing.unit,
         thing.value_vnd if thing.value_vnd is not None else "", shown_day(case.paid_at) if case.paid_at else "", case.paid_by, ""]
        for case in found
        for thing in case.goods
        if thing.given
    ]  # fmt: skip


def place_of(case: Case, units: Units) -> str:
    return units.place(case.village) if case.village in units.by_code else units.place(case.unit_code)


TABLES: dict[str, tuple[tuple[str, ...], Any]] = {
    "payouts": (
        ("Họ và tên", "Năm sinh", "Nơi ở", "Số giấy tờ", "Chính sách", "Số tiền được duyệt (đồng)", "Số quyết định",
         "Ngày quyết định", "Ngày chi trả", "Lưu ý", "Ký nhận"),
        payouts,
    ),
    "posting": (
        ("Họ và tên", "Năm sinh", "Nơi ở", "Số giấy tờ", "Căn cứ", "Số tiền được duyệt (đồng)"),
        posting,
    ),
    "goods": (
        ("Họ và tên", "Nơi ở", "Hiện vật", "Số lượng", "Đơn vị tính", "Trị giá (đồng)", "Ngày trao", "Người trao", "Ký nhận"),
        goods,
    ),
}  # fmt: skip


@blueprint.post("/lists/<which>/workbook")
@needs("export")
def workbook(which: str) -> AnyResponse:
    """The list as .xlsx, with the reason it was taken out for."""
    reason = " ".join(request.form.get("reason", "").split())
    if len(reason) not in REASON:
        flash(say("Cần ghi lấy danh sách ra để làm gì (từ 5 đến 300 ký tự)."), "warn")
        return redirect(url_for("console.support.listed", which=which, paid=request.form.get("paid")))
    given, heads, rows, total = content(which, "export")
    if not may_export(given):
        raise Refusal("request.forbidden")
    here, who = server(), me()
    with transaction() as writing:
        note_access(
            writing,
            who.person_id,
            "export",
            here.clock(),
            list=which,
            form=given["form"],
            rows=len(rows),
            reason=reason,
        )
        audit.append(writing, here.clock(), who.person_id, "support.export", which, rows=len(rows), reason=reason)
    footer = say("Lập lúc %(at)s, người lập: %(name)s. Để: %(reason)s", at=here.local_now().strftime("%H:%M %d/%m/%Y"),
                 name=who.name, reason=reason)  # fmt: skip
    response = Response(sheet(say(LISTS[which]), heads, rows, total, footer), mimetype=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{which}_{here.today()}.xlsx"'
    return response


def sheet(title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]], total: int, footer: str) -> bytes:
    """Texts are written as texts, whatever they begin with: nothing typed into a form becomes a formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    font = {"font_name": "Times New Roman", "font_size": 12}
    styles = {name: book.add_format({**font, **style}) for name, style in STYLES.items()}
    page = book.add_worksheet(title[:31])
    page.write_string(0, 0, title, styles["title"])
    page.write_string(1, 0, footer, styles["plain"])
    for column, head in enumerate(heads):
        page.write_string(3, column, head, styles["head"])
        page.set_column(column, column, max(6, min(28, len(head) + 4)))
    for at, row in enumerate(rows, 4):
        for column, value in enumerate(row):
            if isinstance(value, int):
                page.write_number(at, column, value, styles["count"])
            else:
                page.write_string(at, column, value, styles["text"])
    if total:
        page.write_string(4 + len(rows), 1, say("Tổng cộng"), styles["sum"])
        page.write_number(4 + len(rows), heads.index(say("Số tiền được duyệt (đồng)")), total, styles["sum"])
    page.freeze_panes(4, 2)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(3)
    book.close()
    return out.getvalue()


def sentences() -> set[str]:
    """Texts of the tables above, for the test that each has its English."""
    return {*LISTS.values(), *STATE_WORDS.values(), "TT", *(head for heads, _ in TABLES.values() for head in heads)}
