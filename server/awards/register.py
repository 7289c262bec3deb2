"""The register: who was awarded what, when, by which decision. Scope in SQL, search without diacritics, a workbook."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session
from xlsxwriter import Workbook

from sync.text import fold

from ..models import Decision, Dossier, Handover, Nomination, OrgUnit
from ..scope import SEE_PII, in_reach
from .rules import Rules


@dataclass(frozen=True)
class Line:
    """One award given."""

    nomination: Nomination
    dossier: Dossier
    decision: Decision
    unit: str
    handover: Handover | None


def lines(
    rules: Rules, person_id: str, action: str, today: date, query: str = "", unit: str = "", year: int | None = None
) -> Select[tuple[Nomination, Dossier, Decision, str, Handover]]:
    """Of the dossiers on which the person may do `action`; the newest decision first."""
    asked = (
        select(Nomination, Dossier, Decision, OrgUnit.name, Handover)
        .join(Dossier, Dossier.dossier_id == Nomination.dossier_id)
        .join(
            Decision,
            (Decision.dossier_id == Dossier.dossier_id) & Decision.kind.in_(("award", "forward")),
        )
        .join(OrgUnit, OrgUnit.code == Dossier.unit_code)
        .outerjoin(Handover, Handover.nomination_id == Nomination.nomination_id)
        .where(
            Nomination.outcome == "awarded",
            in_reach(person_id, action, today, Dossier.unit_code, rules.form),
            in_reach(person_id, SEE_PII, today, Dossier.unit_code, rules.form),
        )
    )
    for word in fold(query).split():
        asked = asked.where(
            or_(Nomination.search.contains(word, autoescape=True), Decision.number.ilike(f"%{word}%"))
        )
    if unit:
        asked = asked.where(Dossier.unit_code == unit)
    if year:
        asked = asked.where(Decision.signed_on.between(date(year, 1, 1), date(year, 12, 31)))
    return asked.order_by(Decision.decided_at.desc(), Decision.dossier_id, Nomination.place)


def read(session: Session, asked: Select[tuple[Nomination, Dossier, Decision, str, Handover]]) -> list[Line]:
    return [Line(*row) for row in session.execute(asked)]


HEADS = (
    ("STT", 6), ("Tên", 30), ("Đối tượng", 14), ("Năm sinh", 10), ("Đơn vị đề nghị", 24), ("Hình thức", 34), ("Số quyết định", 18),
    ("Ngày ký", 12), ("Tiền thưởng (đồng)", 18), ("Ngày trao", 12), ("Mã hồ sơ", 38),
)  # fmt: skip


def workbook(found: Sequence[Line], awards: Mapping[str, str], recipients: Mapping[str, str], title: str) -> bytes:
    """The register as .xlsx; codes and names are text cells, money is a number."""
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("Sổ khen thưởng")
    head = book.add_format({"bold": True, "text_wrap": True, "border": 1, "bg_color": "#DCEBE2"})
    text, number = book.add_format({"num_format": "@"}), book.add_format({"num_format": "#,##0"})
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    for column, (name, width) in enumerate(HEADS):
        sheet.write_string(2, column, name, head)
        sheet.set_column(column, column, width)
    for row, line in enumerate(found, 3):
        nomination, decision = line.nomination, line.decision
        cells = (
            str(row - 2), nomination.name, recipients.get(nomination.recipient, nomination.recipient), str(nomination.birth_year or ""),
            line.unit, awards.get(line.dossier.award, line.dossier.award), decision.number, day(decision.signed_on), "",
            day(line.handover.handed_on if line.handover else None), line.dossier.dossier_id,
        )  # fmt: skip
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, cell, text)
        if nomination.money_vnd is not None:
            sheet.write_number(row, 8, nomination.money_vnd, number)
    sheet.freeze_panes(3, 2)
    sheet.autofilter(2, 0, 2 + len(found), len(HEADS) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    book.close()
    return out.getvalue()


def day(value: date | None) -> str:
    return f"{value:%d/%m/%Y}" if value else ""
