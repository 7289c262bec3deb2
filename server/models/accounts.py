"""How people sign in to the console: sessions, tries, the second step, codes for a new password, and how often one asks.

Of every secret only a hash is kept, but of the second step's, which the server must know: that one is sealed.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import UtcTime, db
from .columns import Hash, Uuid


class ConsoleSession(db.Model):
    """A signed-in browser. Only the hash of the cookie's secret is kept; `session_id` names it on pages."""

    __tablename__ = "console_session"

    token_hash: Mapped[Hash] = mapped_column(primary_key=True)
    session_id: Mapped[Uuid] = mapped_column(unique=True)
    person_id: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"), index=True)
    browser: Mapped[str] = mapped_column(String(80))  # "Firefox, Windows", for its owner to know it by
    address: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)  # to some minutes
    expires_at: Mapped[datetime] = mapped_column(UtcTime)


class SignInTry(db.Model):
    """How often signing in has failed of late, by whom or from where; nobody's name or address stands here.

    In the database, because every worker must see it.
    """

    __tablename__ = "sign_in_try"

    key_hash: Mapped[Hash] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcTime)

    __table_args__ = (CheckConstraint("failures >= 1", name="failures"),)


class SecondStep(db.Model):
    """A person's second step (TOTP, RFC 6238). Until `confirmed_at` it is being set up and asks nobody anything."""

    __tablename__ = "second_step"

    person_id: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"), primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(String(400))  # b64, to the server's seal key
    last_step: Mapped[int] = mapped_column(BigInteger)  # of 30 s: a code of this one or an earlier one was used up
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcTime)


class RecoveryCode(db.Model):
    """A code that stands in once for the second step; a used one is gone."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[Hash] = mapped_column(primary_key=True)
    person_id: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"), index=True)


class ResetCode(db.Model):
    """A code with which a person sets a new password, once; a person has one at most."""

    __tablename__ = "reset_code"

    person_id: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"), primary_key=True)
    code_hash: Mapped[Hash]
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)


class Rate(db.Model):
    """How often somebody or some address asked in one window of time (server/rates.py)."""

    __tablename__ = "rate"

    key_hash: Mapped[Hash] = mapped_column(primary_key=True)
    window: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    hits: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
