"""Figures: what each record adds to the indicators, and the cells those additions make.

A cell is the sum of what the tallies say, always: both change in the transaction of the record (server/figures/).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..database import db
from .columns import FormId, Hash, UnitCode, Uuid, one_of

PHASES = ("received", "has_issues", "approved", "rejected")


class FigureBasis(db.Model):
    """What the figures of a form are worked out with now. complete: every tally of the form was made with it."""

    __tablename__ = "figure_basis"

    form_id: Mapped[FormId] = mapped_column(primary_key=True)
    basis: Mapped[Hash]
    program: Mapped[str] = mapped_column(Text)  # JSON of forms.figures.compile_figures
    lists: Mapped[str] = mapped_column(Text)  # JSON {name: hash} of the look-up lists it reads
    complete: Mapped[bool]


class Tally(db.Model):
    """What a record's head, or a dossier, adds: `adds` is JSON [[indicator, day, amount, over, [[split, item] …]] …]."""

    __tablename__ = "tally"

    rec: Mapped[Uuid] = mapped_column(primary_key=True)  # or the dossier's
    form_id: Mapped[FormId]
    unit_code: Mapped[UnitCode]
    phase: Mapped[str] = mapped_column(String(16))
    basis: Mapped[Hash]
    adds: Mapped[str] = mapped_column(Text)

    __table_args__ = (one_of("phase", *PHASES), Index("ix_tally_form_id_unit_code", "form_id", "unit_code"))


class Cell(db.Model):
    """The sum of an indicator in one unit, day (or month) and phase, whole (`split` "") or for one item of a split.

    n: additions. total: ten-thousandths. over: of distinct, min and max, the value that was added n times.
    """

    __tablename__ = "cell"

    span: Mapped[str] = mapped_column(String(1), primary_key=True)  # "d", or "m": `day` is the month's first
    indicator: Mapped[str] = mapped_column(String(64), primary_key=True)
    split: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    unit_code: Mapped[UnitCode] = mapped_column(ForeignKey("org_unit.code"), primary_key=True)
    phase: Mapped[str] = mapped_column(String(16), primary_key=True)
    item: Mapped[str] = mapped_column(String(200), primary_key=True)
    over: Mapped[str] = mapped_column(String(200), primary_key=True)
    n: Mapped[int] = mapped_column(Integer)
    total: Mapped[Any] = mapped_column(BigInteger)

    __table_args__ = (
        one_of("span", "d", "m"),
        one_of("phase", *PHASES),
        {"sqlite_with_rowid": False},
    )
