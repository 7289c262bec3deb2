"""People, what they are (memberships), what they carry (devices) and how those came in (enrolments)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import UtcTime, db
from .columns import FormId, Hash, Scope, UnitCode, Uuid, one_of


class Person(db.Model):
    """Someone who records or reviews. Signs in to the console with `username` and a password, if they have one."""

    __tablename__ = "person"

    person_id: Mapped[Uuid] = mapped_column(primary_key=True)
    name: Mapped[str]
    username: Mapped[str | None] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str | None]
    phone: Mapped[str | None] = mapped_column(String(20))  # to call them when a device stays away
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class Membership(db.Model):
    """A person has a role in a unit and everything under it, from `valid_from` to `valid_to`, both days included.

    Without rows in `membership_form`, the role holds for all the forms it covers.
    """

    __tablename__ = "membership"

    membership_id: Mapped[Uuid] = mapped_column(primary_key=True)
    person_id: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"), index=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.campaign_id"))
    role: Mapped[str] = mapped_column(String(64))
    unit_code: Mapped[UnitCode] = mapped_column(ForeignKey("org_unit.code"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    __table_args__ = (CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="dates"),)


class MembershipForm(db.Model):
    """A form a membership is narrowed to."""

    __tablename__ = "membership_form"

    membership_id: Mapped[Uuid] = mapped_column(ForeignKey("membership.membership_id"), primary_key=True)
    form_id: Mapped[FormId] = mapped_column(primary_key=True)


class Delegation(db.Model):
    """A membership is lent to another person from `valid_from` to `valid_to`, both days included: leave, illness.

    It says who took over, and stays when it is over or was revoked.
    """

    __tablename__ = "delegation"

    delegation_id: Mapped[Uuid] = mapped_column(primary_key=True)
    membership_id: Mapped[Uuid] = mapped_column(ForeignKey("membership.membership_id"), index=True)
    to_person: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    made_by: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"))
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    revoked_by: Mapped[Uuid | None] = mapped_column(ForeignKey("person.person_id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)

    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="dates"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked"),
    )


class Device(db.Model):
    """One person's vault on one machine, with its own keys and its own chain of ops."""

    __tablename__ = "device"

    device_id: Mapped[Uuid] = mapped_column(primary_key=True)
    person_id: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    sign_key: Mapped[str] = mapped_column(String(100), unique=True)  # b64 point
    seal_key: Mapped[str] = mapped_column(String(100))
    certificate: Mapped[dict[str, str]] = mapped_column(JSON)  # {text, sig, key}
    state: Mapped[str] = mapped_column(String(16), default="active")
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    enrolled_at: Mapped[datetime] = mapped_column(UtcTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcTime)
    contiguous: Mapped[int] = mapped_column(BigInteger, default=0)  # every op 1..n is held (P-23)
    audio_language: Mapped[str | None] = mapped_column(String(80))  # in which its person hears questions
    cloned: Mapped[bool] = mapped_column(default=False)  # one n came with two contents: a new key is wanted

    __table_args__ = (one_of("state", "active", "revoked"), CheckConstraint("contiguous >= 0", name="contiguous"))


class DeviceReach(db.Model):
    """Up to where a device says it has a scope's feed (P-14): what was sent is on it, not merely sent."""

    __tablename__ = "device_reach"

    device_id: Mapped[Uuid] = mapped_column(ForeignKey("device.device_id"), primary_key=True)
    scope: Mapped[Scope] = mapped_column(primary_key=True)
    cursor: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UtcTime)


class Enrolment(db.Model):
    """A one-time link. Only the hash of its code is kept."""

    __tablename__ = "enrolment"

    code_hash: Mapped[Hash] = mapped_column(primary_key=True)
    person_id: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"), index=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.campaign_id"))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)
    device_id: Mapped[Uuid | None] = mapped_column(ForeignKey("device.device_id"))

    __table_args__ = (CheckConstraint("(used_at IS NULL) = (device_id IS NULL)", name="used"),)


class Grant(db.Model):
    """A person's devices may hold `scope`. Taken away and given again, it has another generation (P-16)."""

    __tablename__ = "grant"

    person_id: Mapped[Uuid] = mapped_column(ForeignKey("person.person_id"), primary_key=True)
    scope: Mapped[Scope] = mapped_column(primary_key=True)
    gen: Mapped[int]
    held: Mapped[bool]
