"""A one-time code becomes a device: its keys registered, its certificate signed (P-15). A peek spends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from sync.canonical import sha
from sync.keys import public_key, verify

from . import audit
from .keys import ServerKeys
from .models import Campaign, Device, Enrolment, Person
from .people import memberships
from .problems import Refusal


@dataclass(frozen=True)
class Applicant:
    """What a device says of itself: its id, its public keys (b64 points), a name, and the proof that it holds them."""

    device_id: str
    sign_key: str
    seal_key: str
    name: str
    proof: str


def find_enrolment(session: Session, code: str, now: datetime, *, lock: bool = False) -> Enrolment:
    """The enrolment of a code, used or not. Raises Refusal enrol.unknown, enrol.expired."""
    enrolment = session.get(Enrolment, sha(code.encode()), with_for_update=lock)
    if enrolment is None:
        raise Refusal("enrol.unknown")
    if enrolment.used_at is None and enrolment.expires_at <= now:
        raise Refusal("enrol.expired")
    return enrolment


def peek(session: Session, code: str, now: datetime, today: date) -> dict[str, Any]:
    """Whose link this is, so that a person can see it is theirs. Raises Refusal enrol.*."""
    enrolment = find_enrolment(session, code, now)
    if enrolment.used_at is not None:
        raise Refusal("enrol.used")
    person = session.get_one(Person, enrolment.person_id)
    campaign = session.get_one(Campaign, enrolment.campaign_id)
    held = memberships(session, person.person_id, today)
    return {
        "person_name": person.name,
        "unit_name": held[0][2].name if held else "",
        "campaign": {"id": campaign.campaign_id, "label": campaign.label},
        "demo": person.demo or campaign.demo,
    }


def enrol(
    session: Session, keys: ServerKeys, code: str, applicant: Applicant, now: datetime, certificate_days: int
) -> Device:
    """Spend the code on a device. The same device with the same keys again gets its certificate again (lost reply).

    Raises Refusal enrol.unknown, enrol.expired, enrol.used, enrol.proof, device.taken.
    """
    if not verify(applicant.sign_key, "enrol", code.encode(), applicant.proof) or not on_curve(applicant.seal_key):
        raise Refusal("enrol.proof")
    enrolment = find_enrolment(session, code, now, lock=True)
    if enrolment.device_id is not None:
        device = session.get_one(Device, enrolment.device_id)
        same = (applicant.device_id, applicant.sign_key, applicant.seal_key)
        if (device.device_id, device.sign_key, device.seal_key) != same:
            raise Refusal("enrol.used")
        return device
    taken = select(Device).where(or_(Device.device_id == applicant.device_id, Device.sign_key == applicant.sign_key))
    if session.scalar(taken):
        raise Refusal("device.taken")
    device = register(session, keys, enrolment.person_id, applicant, now, certificate_days)
    enrolment.used_at, enrolment.device_id = now, device.device_id
    audit.append(session, now, device.device_id, "device.enrol", enrolment.person_id)
    return device


def on_curve(point: str) -> bool:
    try:
        public_key(point)
    except ValueError:
        return False
    return True


def register(
    session: Session, keys: ServerKeys, person_id: str, applicant: Applicant, now: datetime, certificate_days: int
) -> Device:
    person = session.get_one(Person, person_id)
    expires_at = now + timedelta(days=certificate_days)
    certificate = keys.signed(
        "cert",
        {
            "v": 1,
            "device": applicant.device_id,
            "device_name": applicant.name,
            "person": person_id,
            "person_name": person.name,
            "sign_key": applicant.sign_key,
            "seal_key": applicant.seal_key,
            "issued_at": now.isoformat(),
            "expires_at": expires_at.isoformat(),
        },
    )
    device = Device(
        device_id=applicant.device_id,
        person_id=person_id,
        name=applicant.name,
        sign_key=applicant.sign_key,
        seal_key=applicant.seal_key,
        certificate=certificate.json(),
        expires_at=expires_at,
        enrolled_at=now,
    )
    session.add(device)
    session.flush()
    return device


def readmit(session: Session, keys: ServerKeys, certificate: dict[str, str], now: datetime) -> Device | None:
    """A device this database forgot (a restore), admitted again on our own signature and listed in the audit.

    The person comes back by name only, without any role: their ops wait for a decision, none is lost.
    Returns None for a certificate we never signed.
    """
    content = keys.read_own("cert", certificate)
    if content is None:
        return None
    if session.get(Person, content["person"]) is None:
        session.add(Person(person_id=content["person"], name=content["person_name"], created_at=now))
        session.flush()
    device = Device(
        device_id=content["device"],
        person_id=content["person"],
        name=content["device_name"],
        sign_key=content["sign_key"],
        seal_key=content["seal_key"],
        certificate=certificate,
        expires_at=datetime.fromisoformat(content["expires_at"]),
        enrolled_at=datetime.fromisoformat(content["issued_at"]),
    )
    session.add(device)
    session.flush()
    audit.append(session, now, audit.SERVER, "device.readmit", device.device_id, person=device.person_id)
    return device
