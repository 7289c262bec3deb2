"""People, what they are, and their enrolment links. Rules over a session; every change leaves an audit entry."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session

from sync.canonical import sha

from . import audit
from .models import Campaign, ConsoleSession, Device, Enrolment, Membership, MembershipForm, OrgUnit, Person, Role
from .problems import Refusal
from .scope import held_by


def add_person(
    session: Session,
    name: str,
    now: datetime,
    *,
    username: str | None = None,
    demo: bool = False,
    by: str = audit.SERVER,
) -> Person:
    """Raises Refusal person.exists."""
    if username and session.scalar(select(Person).where(Person.username == username)):
        raise Refusal("person.exists", details={"username": username})
    person = Person(person_id=str(uuid.uuid4()), name=name, username=username, demo=demo, created_at=now)
    session.add(person)
    session.flush()
    audit.append(session, now, by, "person.add", person.person_id, demo=demo)
    return person


def name_account(session: Session, person: Person, username: str, now: datetime, *, by: str) -> None:
    """The name somebody signs in to the console with. Raises Refusal request.invalid, person.exists."""
    username = username.strip().lower()[:64]
    if not username:
        raise Refusal("request.invalid")
    if session.scalar(select(Person).where(func.lower(Person.username) == username)):
        raise Refusal("person.exists", details={"username": username})
    person.username = username
    audit.append(session, now, by, "person.username", person.person_id)


def find_person(session: Session, name: str) -> Person:
    """By user name or person id. Raises Refusal person.unknown."""
    person = session.scalar(select(Person).where(or_(Person.username == name, Person.person_id == name)))
    if person is None:
        raise Refusal("person.unknown", details={"person": name})
    return person


def add_membership(
    session: Session,
    person: Person,
    role: str,
    unit_code: str,
    now: datetime,
    valid_from: date,
    *,
    forms: Sequence[str] = (),
    valid_to: date | None = None,
    campaign_id: str | None = None,
    by: str = audit.SERVER,
) -> Membership:
    """Give a person a role in a unit and all under it, for all forms or some; a second time changes nothing.

    campaign_id may be left out while only one campaign has such a role. Raises Refusal role.unknown, unit.unknown.
    """
    campaigns = session.scalars(select(Role.campaign_id).where(Role.role == role)).all()
    if campaign_id is None and len(campaigns) == 1:
        campaign_id = campaigns[0]
    if campaign_id not in campaigns:
        raise Refusal("role.unknown", details={"role": role, "campaigns": list(campaigns)})
    if session.get(OrgUnit, unit_code) is None:
        raise Refusal("unit.unknown", details={"unit": unit_code})
    held = session.scalar(
        select(Membership).where(
            Membership.person_id == person.person_id,
            Membership.campaign_id == campaign_id,
            Membership.role == role,
            Membership.unit_code == unit_code,
            Membership.valid_to.is_(None),
        )
    )
    if held:
        return held
    membership = Membership(
        membership_id=str(uuid.uuid4()),
        person_id=person.person_id,
        campaign_id=campaign_id,
        role=role,
        unit_code=unit_code,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    session.add(membership)
    session.flush()
    session.add_all(MembershipForm(membership_id=membership.membership_id, form_id=form_id) for form_id in forms)
    audit.append(session, now, by, "membership.add", person.person_id, role=role, unit=unit_code, forms=list(forms))
    return membership


def end_membership(session: Session, membership_id: str, last_day: date, now: datetime, *, by: str) -> Membership:
    """The membership's last day. Raises Refusal membership.dates for a day before its first."""
    row = session.get_one(Membership, membership_id)
    if last_day < row.valid_from:
        raise Refusal("membership.dates")
    row.valid_to = last_day
    until = last_day.isoformat()
    audit.append(session, now, by, "membership.end", row.person_id, role=row.role, unit=row.unit_code, until=until)
    return row


def set_active(session: Session, person_id: str, active: bool, now: datetime, *, by: str) -> None:
    """Close a person's account or open it again. Closed, it signs in nowhere, and its devices lose their grants."""
    person = session.get_one(Person, person_id)
    if person.active != active:
        person.active = active
        session.execute(delete(ConsoleSession).where(ConsoleSession.person_id == person_id))
        audit.append(session, now, by, "person.open" if active else "person.close", person_id)


def set_phone(session: Session, person_id: str, phone: str | None, now: datetime, *, by: str) -> None:
    """The audit says that it changed, not to what."""
    person = session.get_one(Person, person_id)
    if person.phone != phone:
        person.phone = phone
        audit.append(session, now, by, "person.phone", person_id)


def rename_device(session: Session, device_id: str, name: str, now: datetime, *, by: str) -> None:
    """A name people know the device by; its certificate keeps the one it was enrolled with."""
    device = session.get_one(Device, device_id)
    device.name = name
    audit.append(session, now, by, "device.rename", device_id)


def memberships(session: Session, person_id: str, at: date) -> list[tuple[Membership, Role, OrgUnit]]:
    """What a person is on the day `at`, with the role's labels and the unit; what was lent to them comes last.

    A membership that is not the person's own has another `person_id`: the lender's.
    """
    return list(
        session.execute(
            select(Membership, Role, OrgUnit)
            .join(Role, and_(Role.campaign_id == Membership.campaign_id, Role.role == Membership.role))
            .join(OrgUnit, OrgUnit.code == Membership.unit_code)
            .join(Person, and_(Person.person_id == Membership.person_id, Person.active))
            .where(held_by(person_id, at))
            .order_by(Membership.person_id != person_id, Membership.valid_from, Membership.membership_id)
        )
    )


def person_card(session: Session, person: Person, at: date) -> dict[str, Any]:
    """The `person` of the wire: who the device belongs to, and as what."""
    named: dict[str, list[str]] = {}
    held = memberships(session, person.person_id, at)
    ids = [membership.membership_id for membership, _, _ in held]
    for row in session.scalars(select(MembershipForm).where(MembershipForm.membership_id.in_(ids))):
        named.setdefault(row.membership_id, []).append(row.form_id)
    return {
        "id": person.person_id,
        "name": person.name,
        "demo": person.demo,
        "roles": [
            {
                "role": role.role,
                "label": role.label,
                "unit": unit.code,
                "unit_name": unit.name,
                "forms": sorted(named[membership.membership_id]) if membership.membership_id in named else None,
            }
            for membership, role, unit in held
        ],
    }


def make_enrolment(
    session: Session,
    person: Person,
    now: datetime,
    days: int,
    today: date,
    *,
    campaign_id: str | None = None,
    by: str = audit.SERVER,
) -> str:
    """A one-time enrolment code for one more device of a person. Only its hash is kept.

    Raises Refusal role.unknown for a person without a role, whose device could do nothing.
    """
    held = memberships(session, person.person_id, today)
    campaign = session.get(Campaign, campaign_id or (held[0][0].campaign_id if held else ""))
    if campaign is None:
        raise Refusal("role.unknown", details={"person": person.person_id})
    code = secrets.token_urlsafe(16)
    session.add(
        Enrolment(
            code_hash=sha(code.encode()),
            person_id=person.person_id,
            campaign_id=campaign.campaign_id,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    audit.append(session, now, by, "enrolment.make", person.person_id)
    return code


def enrolment_link(field_origin: str, code: str, key_id: str) -> str:
    """The link of a code: all of it behind "#", so that no server log and no proxy ever sees it."""
    return f"{field_origin}/app/#enrol={code}.{key_id}"


def revoke_device(session: Session, device_id: str, now: datetime, *, by: str = audit.SERVER) -> Device:
    """From now on the device's ops are stored and adjudicated, and it receives nothing (P-15)."""
    device = session.get(Device, device_id)
    if device is None:
        raise Refusal("device.unknown", details={"device": device_id})
    if device.state != "revoked":
        device.state = "revoked"
        audit.append(session, now, by, "device.revoke", device_id)
    return device
