"""Who looks at the page: a signed-in person with a role that works in the console."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import g, request
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ..accounts import SEEN_EVERY, person_of
from ..context import server
from ..database import db, transaction
from ..figures.definitions import definitions
from ..models import ConsoleSession, Person
from ..people import memberships
from ..problems import Refusal
from ..scope import SEE_PII, rights_anywhere
from ..two_steps import is_on, wanted

COOKIE = "chungsuc_console"
RETURNS = "returns"  # beside roles.json's actions: a role that returns.json names


@dataclass(frozen=True)
class Post:
    """One thing a person is: a role in a unit. lender: whose it is, when it was lent for some days, else ""."""

    role: str
    label: dict[str, str]
    unit: str
    unit_name: str
    lender: str = ""


@dataclass(frozen=True)
class Visitor:
    """actions: what the person may do anywhere at all; where exactly, `server.scope` says."""

    person_id: str
    name: str
    username: str
    posts: tuple[Post, ...]
    actions: frozenset[str]
    reads: frozenset[str]  # forms whose records, persons and all, the person may read somewhere
    comments: frozenset[str]  # forms on whose records, persons and all, the person may say something somewhere
    step_roles: frozenset[tuple[str, str]]  # (form id, role) in which the person may take steps somewhere
    lacks_step: bool = False  # a role wants a second step of signing in, and it is not set up


def present() -> Visitor | None:
    """The visitor of this request; None: nobody has signed in. Raises Refusal sign_in.no_console."""
    if "visitor" not in g:
        token = request.cookies.get(COOKIE)
        try:
            g.visitor = find(token) if token else None
        except Refusal as refusal:
            g.visitor = refusal  # said again whenever somebody asks, but on the page that tells of it
    if isinstance(g.visitor, Refusal):
        raise g.visitor
    return g.visitor


def shown() -> Visitor | None:
    """The visitor as a page's frame shows them; None also for who has no role here: that page tells them so."""
    try:
        return present()
    except Refusal:
        return None


def shown_id() -> str:
    """Who asks, or "" where nobody has signed in."""
    who = shown()
    return who.person_id if who is not None else ""


def find(token: str) -> Visitor | None:
    here = server()
    found = person_of(db.session, token, here.clock())
    if found is None:
        return None
    person, row = found
    if here.clock() - row.seen_at >= SEEN_EVERY:
        with transaction() as writing:
            writing.execute(
                update(ConsoleSession)
                .where(ConsoleSession.token_hash == row.token_hash)
                .values(seen_at=here.clock())
            )
    held = memberships(db.session, person.person_id, here.today())
    if not any("console" in role.surface for _, role, _ in held):
        raise Refusal("sign_in.no_console")
    rights = db.session.execute(rights_anywhere(person.person_id, here.today())).all()
    lenders = names_of(db.session, {membership.person_id for membership, _, _ in held} - {person.person_id})
    named = definitions(db.session).reporting
    strict = wanted([role for _, role, _ in held]) and not is_on(db.session, person.person_id)
    clear = frozenset(form for form, action, _ in rights if action == SEE_PII)
    returning = frozenset({RETURNS} if any(role.role in named for _, role, _ in held) else ())
    return Visitor(
        person.person_id,
        person.name,
        person.username or "",
        tuple(
            Post(role.role, role.label, unit.code, unit.name, lenders.get(membership.person_id, ""))
            for membership, role, unit in held
        ),
        frozenset(action for _, action, _ in rights) | returning,
        frozenset(f for f, action, _ in rights if action == "read") & clear,
        frozenset(f for f, action, _ in rights if action == "comment") & clear,
        frozenset((form_id, role) for form_id, action, role in rights if action == "step"),
        strict,
    )


def names_of(session: Session, person_ids: set[str]) -> dict[str, str]:
    """Person id → name."""
    asked = select(Person.person_id, Person.name).where(Person.person_id.in_(person_ids))
    return dict(session.execute(asked).all()) if person_ids else {}


def me() -> Visitor:
    """The visitor, where there must be one. Raises Refusal sign_in.needed."""
    found = present()
    if found is None:
        raise Refusal("sign_in.needed")
    return found


def needs(action: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A page for those who may do `action` somewhere; the page itself shows only where. Raises request.forbidden."""

    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*given: Any, **named: Any) -> Any:
            if action not in me().actions:
                raise Refusal("request.forbidden")
            return view(*given, **named)

        guarded.needs = action  # type: ignore[attr-defined]  # the test of all roles reads it
        return guarded

    return guard
