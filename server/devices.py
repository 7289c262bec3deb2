"""Hello (P-15): a device proves its key, learns what the server holds of it, and gets a token for an hour."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from sync.keys import verify

from . import recordings
from .decisions import told
from .enrolment import readmit
from .epoch import last_counter, secured_to
from .keys import ServerKeys
from .models import Campaign, Delegation, Device, FormVersion, Grant, Membership, Op, Person, RoleRight
from .people import memberships, person_card
from .problems import Refusal
from .programs import in_order
from .references import references
from .scope import HOLD, held_by, refresh_grants, roles_by_scope

GAP_ALARM = timedelta(days=7)


def greet(
    session: Session,
    keys: ServerKeys,
    device_id: str,
    challenge: str,
    sig: str,
    cert: dict[str, str] | None,
    now: datetime,
) -> Device:
    """The device that answered the challenge with its key. One we forgot comes back on our own certificate.

    Raises Refusal device.unknown, device.proof.
    """
    device = session.get(Device, device_id)
    if device is None and cert is not None:
        device = readmit(session, keys, cert, now)
    if device is None or device.device_id != device_id:
        raise Refusal("device.unknown")
    if not verify(device.sign_key, "hello", challenge.encode(), sig):
        raise Refusal("device.proof")
    device.last_seen_at = now
    return device


def state_of(device: Device, now: datetime) -> str:
    """ "active", "revoked" or "expired"; the last two may push and nothing else."""
    return "expired" if device.state == "active" and device.expires_at <= now else device.state


def welcome(session: Session, device: Device, now: datetime, today: date) -> dict[str, Any]:
    """What hello tells a device about itself: state, grants, documents, and up to where its chain is held (P-12)."""
    state = state_of(device, now)
    person = session.get_one(Person, device.person_id)
    grants = refresh_grants(session, person.person_id, today) if state == "active" else {}
    decided = told(session, device.device_id)
    return {
        "state": state,
        "grants": [{"scope": scope, "gen": gen} for scope, gen in grants.items()],
        "chain": {"n": device.contiguous, "h": chain_hash(session, device), **alarm(session, device, now)},
        "documents": [
            *documents(session, person.person_id, today),
            *recordings.documents(session, person.person_id, device.audio_language, today),
        ]
        if state == "active"
        else [],
        "counter": last_counter(session),
        "safe_seq": secured_to(session),
        **({"decisions": decided} if decided else {}),
        "person": person_card(session, person, today),
        "reviewers": reviewers(session, device, grants, now, today),
    }


REVIEWING = frozenset({"step", "correct"})
REVIEWERS_NAMED = 6  # a bundle carries a key for each of them
SCOPES_AT_ONCE = 500  # bound variables of one statement


def reviewers(
    session: Session, device: Device, scopes: Iterable[str], now: datetime, today: date
) -> list[dict[str, Any]]:
    """The devices that may read on the way what this one hands over: of other people who hold a scope too and may take a
    step or correct there, also in somebody's place today; those seen last first (P-21)."""
    named: dict[str, Any] = {}
    held: dict[str, set[str]] = {}
    columns = (
        *(Device.device_id, Device.person_id, Device.name, Device.seal_key, Device.last_seen_at, Device.enrolled_at),
        Grant.scope,
    )
    wanted = sorted(scopes)
    for at in range(0, len(wanted), SCOPES_AT_ONCE):
        asked = (
            select(*columns)
            .join(Person, and_(Person.person_id == Device.person_id, Person.active))
            .join(Grant, and_(Grant.person_id == Device.person_id, Grant.held))
            .join(Membership, held_by(Device.person_id, today))
            .join(RoleRight, and_(RoleRight.campaign_id == Membership.campaign_id, RoleRight.role == Membership.role))
            .where(
                Grant.scope.in_(wanted[at : at + SCOPES_AT_ONCE]),
                Grant.scope.like("%/" + RoleRight.form_id),
                RoleRight.action.in_(REVIEWING),
                Device.state == "active",
                Device.expires_at > now,
                Device.person_id != device.person_id,
            )
            .distinct()
        )
        for row in session.execute(asked):
            named[row.device_id] = row
            held.setdefault(row.device_id, set()).add(row.scope)
    # What a loan gave lasts on in the grants until its taker's next contact: of those, today's rights are asked.
    takers = select(Delegation.to_person).where(Delegation.to_person.in_({row.person_id for row in named.values()}))
    for taker in set(session.scalars(takers)):
        mine = {row.device_id for row in named.values() if row.person_id == taker}
        rights = roles_by_scope(session, taker, set().union(*(held[each] for each in mine)), today)
        may = {scope for scope, actions in rights.items() if actions.keys() >= {HOLD} and actions.keys() & REVIEWING}
        for each in mine:
            held[each] &= may
            if not held[each]:
                del named[each], held[each]
    newest = sorted(named.values(), key=lambda row: (row.last_seen_at or row.enrolled_at, row.device_id), reverse=True)
    return [
        {"device": row.device_id, "name": row.name, "seal_key": row.seal_key, "scopes": sorted(held[row.device_id])}
        for row in newest[:REVIEWERS_NAMED]
    ]


def alarm(session: Session, device: Device, now: datetime) -> dict[str, Any]:
    """What is wrong with a chain, where anything is (P-23): {"cloned": true}, {"gap": number of an op that others passed
    a week ago}."""
    later = select(func.min(Op.received_at)).where(Op.device_id == device.device_id, Op.n > device.contiguous)
    since = session.scalar(later)
    gap = {"gap": device.contiguous + 1} if since is not None and now - since > GAP_ALARM else {}
    return {**({"cloned": True} if device.cloned else {}), **gap}


def chain_hash(session: Session, device: Device) -> str | None:
    """The op at the end of what is held without a gap; of a cloned device, the first to come with that number."""
    last = select(Op.h).where(Op.device_id == device.device_id, Op.n == device.contiguous)
    return session.scalar(last.order_by(Op.received_at, Op.h).limit(1))


def documents(session: Session, person_id: str, today: date) -> list[dict[str, Any]]:
    """What the device needs to work offline: the campaigns of its person and every published version of their forms."""
    campaigns = sorted({membership.campaign_id for membership, _, _ in memberships(session, person_id, today)})
    loaded = session.scalars(select(Campaign).where(Campaign.campaign_id.in_(campaigns)).order_by(Campaign.campaign_id))
    versions: dict[str, list[FormVersion]] = {}
    asked = select(FormVersion).where(FormVersion.campaign_id.in_(campaigns)).order_by(FormVersion.version)
    for row in session.scalars(asked):
        versions.setdefault(row.form_id, []).append(row)
    forms = [row for form_id in in_order(session, versions) for row in versions[form_id]]
    return [
        *(
            {"kind": "campaign", "id": c.campaign_id, "version": c.version, "hash": c.document_hash, "current": True}
            for c in loaded
        ),
        *(
            {"kind": "form", "id": f.form_id, "version": f.version, "hash": f.program_hash, "current": f.current}
            for f in forms
        ),
        *references(session, campaigns),
    ]
