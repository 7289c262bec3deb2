"""Dossiers of commendation and all that belongs to one. Every row is written with its audit entry beside it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ..database import UtcTime, db
from .columns import FormId, Hash, UnitCode, Uuid, one_of

RECIPIENTS = ("individual", "collective", "household", "enterprise")


class Dossier(db.Model):
    """One request for awards, of one unit. `state` is one of the workflow's. `version` grows with each change."""

    __tablename__ = "dossier"

    dossier_id: Mapped[Uuid] = mapped_column(primary_key=True)
    form_id: Mapped[FormId]  # whose rights and workflow govern it
    unit_code: Mapped[UnitCode] = mapped_column(ForeignKey("org_unit.code"), index=True)
    award: Mapped[str] = mapped_column(String(64))
    occasion: Mapped[str] = mapped_column(String(64))
    procedure: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(64), index=True)
    version: Mapped[int] = mapped_column(default=1)
    signer: Mapped[str] = mapped_column(default="")  # of the unit's request
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    created_by: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"))
    received_on: Mapped[date | None]  # by Home Affairs
    due_on: Mapped[date | None]  # of the appraisal
    checks: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # check → {"value", "note"}
    appraisal_note: Mapped[str] = mapped_column(Text, default="")
    posted_from: Mapped[date | None]  # the public notice
    posted_to: Mapped[date | None]

    __table_args__ = (
        one_of("procedure", "regular", "simplified"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("(posted_from IS NULL) = (posted_to IS NULL)", name="posted"),
    )


class DossierStep(db.Model):
    """How a dossier came from state to state."""

    __tablename__ = "dossier_step"

    dossier_id: Mapped[Uuid] = mapped_column(ForeignKey("dossier.dossier_id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(String(64))
    from_state: Mapped[str] = mapped_column(String(64))
    to_state: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcTime)
    person_id: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"))
    role: Mapped[str] = mapped_column(String(64))


class Nomination(db.Model):
    """One recipient proposed by a dossier, as the records cited say. `outcome`: what the decision gave."""

    __tablename__ = "nomination"

    nomination_id: Mapped[Uuid] = mapped_column(primary_key=True)
    dossier_id: Mapped[Uuid] = mapped_column(ForeignKey("dossier.dossier_id"), index=True)
    place: Mapped[int]  # in the list: 1, 2, 3 …
    recipient: Mapped[str] = mapped_column(String(16))
    name: Mapped[str]
    search: Mapped[str]  # the name, folded
    birth_year: Mapped[int | None]
    sex: Mapped[str] = mapped_column(String(16), default="")
    is_leader: Mapped[bool] = mapped_column(default=False)
    direct: Mapped[bool] = mapped_column(default=False)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)  # what the papers say of the recipient, as texts
    merit: Mapped[str] = mapped_column(Text)  # the summary, as the officer words it
    outcome: Mapped[str] = mapped_column(String(16), default="proposed")
    money_vnd: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        one_of("recipient", *RECIPIENTS),
        one_of("outcome", "proposed", "awarded", "forwarded", "refused"),
        Index("ix_nomination_search_birth_year", "search", "birth_year"),
    )


class Citation(db.Model):
    """A nomination rests on this revision of a record. While it is live, no other nomination may use the record."""

    __tablename__ = "citation"

    nomination_id: Mapped[Uuid] = mapped_column(ForeignKey("nomination.nomination_id"), primary_key=True)
    rec: Mapped[Uuid] = mapped_column(ForeignKey("record.rec"), primary_key=True)
    rev: Mapped[int]
    hash: Mapped[Hash] = mapped_column(index=True)
    answers_hash: Mapped[Hash]
    live: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (
        Index("uq_citation_live", "rec", unique=True, sqlite_where=text("live"), postgresql_where=text("live")),
    )


class Meeting(db.Model):
    """The review meeting of a dossier's unit, or the council's. present, absent: [{"name", "post", "reason"?}]."""

    __tablename__ = "meeting"

    dossier_id: Mapped[Uuid] = mapped_column(ForeignKey("dossier.dossier_id"), primary_key=True)
    level: Mapped[str] = mapped_column(String(16), primary_key=True)
    met_on: Mapped[date]
    met_at: Mapped[str]
    chair: Mapped[str]
    secretary: Mapped[str]
    present: Mapped[list[str]] = mapped_column(JSON)
    absent: Mapped[list[str]] = mapped_column(JSON)
    notes: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (one_of("level", "unit", "council"),)


class Vote(db.Model):
    """How a meeting voted on one nomination. The ballots are the members present; the rest abstained."""

    __tablename__ = "vote"

    nomination_id: Mapped[Uuid] = mapped_column(ForeignKey("nomination.nomination_id"), primary_key=True)
    level: Mapped[str] = mapped_column(String(16), primary_key=True)
    votes_for: Mapped[int]
    votes_against: Mapped[int]
    votes_total: Mapped[int]

    __table_args__ = (
        one_of("level", "unit", "council"),
        CheckConstraint("votes_for >= 0 AND votes_against >= 0", name="counts"),
        CheckConstraint("votes_for + votes_against <= votes_total AND votes_total >= 1", name="total"),
    )


class Opinion(db.Model):
    """An office asked about a dossier, and what it said."""

    __tablename__ = "opinion"

    dossier_id: Mapped[Uuid] = mapped_column(ForeignKey("dossier.dossier_id"), primary_key=True)
    office: Mapped[str] = mapped_column(String(64), primary_key=True)
    question: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime] = mapped_column(UtcTime)
    asked_by: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"))
    due_on: Mapped[date]
    answer: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    answered_by: Mapped[Uuid | None] = mapped_column(ForeignKey("person.person_id"))

    __table_args__ = (
        one_of("answer", "agrees", "disagrees", "none"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
    )


class Decision(db.Model):
    """What the Chairman decided. number and signed_on: written in when the paper was signed."""

    __tablename__ = "decision"

    dossier_id: Mapped[Uuid] = mapped_column(ForeignKey("dossier.dossier_id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    decided_at: Mapped[datetime] = mapped_column(UtcTime)
    decided_by: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"))
    signer: Mapped[str]
    reason: Mapped[str] = mapped_column(Text, default="")
    certificate_text: Mapped[str] = mapped_column(Text, default="")
    number: Mapped[str] = mapped_column(String(40), default="")
    signed_on: Mapped[date | None]
    money_vnd: Mapped[int] = mapped_column(BigInteger, default=0)

    __table_args__ = (one_of("kind", "award", "forward", "refuse"),)


class Handover(db.Model):
    """The certificate and the money reached the recipient."""

    __tablename__ = "handover"

    nomination_id: Mapped[Uuid] = mapped_column(ForeignKey("nomination.nomination_id"), primary_key=True)
    handed_on: Mapped[date]
    to_whom: Mapped[str]
    place: Mapped[str]
    money_paid: Mapped[bool]
    recorded_at: Mapped[datetime] = mapped_column(UtcTime)
    recorded_by: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"))


class Objection(db.Model):
    """What somebody said against a name on the public notice, and what came of it."""

    __tablename__ = "objection"

    objection_id: Mapped[Uuid] = mapped_column(primary_key=True)
    dossier_id: Mapped[Uuid] = mapped_column(ForeignKey("dossier.dossier_id"), index=True)
    nomination_id: Mapped[Uuid | None] = mapped_column(ForeignKey("nomination.nomination_id"))
    said_on: Mapped[date]
    said_by: Mapped[str] = mapped_column(default="")  # may be blank: nobody has to give a name
    text: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(UtcTime)
    recorded_by: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"))
    finding: Mapped[str] = mapped_column(Text, default="")
    settled_at: Mapped[datetime | None] = mapped_column(UtcTime)
    settled_by: Mapped[Uuid | None] = mapped_column(ForeignKey("person.person_id"))

    __table_args__ = (CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled"),)


class PaperTemplate(db.Model):
    """A template uploaded in the place of the campaign's own. The newest of a kind is used."""

    __tablename__ = "paper_template"

    template_id: Mapped[Uuid] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(64), index=True)
    hash: Mapped[Hash]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    uploaded_at: Mapped[datetime] = mapped_column(UtcTime)
    uploaded_by: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"))
    in_use: Mapped[bool]

    __table_args__ = (
        Index("uq_paper_template_in_use", "kind", unique=True, sqlite_where=text("in_use"), postgresql_where=text("in_use")),
    )
