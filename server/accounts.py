"""Console accounts: passwords, sessions, and how long to wait after wrong tries. Knows no request.

A try is counted before its password is looked at, so that many at once gain nothing. The wait grows, yet nobody can
lock another out for ever: the count that anyone may raise by naming an account waits a minute at most, and a browser
that signed in before is counted by itself.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from sync.canonical import b64, sha

from . import audit
from .models import ConsoleSession, Person, SignInTry
from .problems import Refusal

SHORTEST, LONGEST = 10, 200  # characters of a password
FORGOTTEN = timedelta(hours=24)
HASHER = PasswordHasher()


@dataclass(frozen=True)
class Patience:
    """How many failures are free, the wait after the next one, which doubles each time, and the longest wait."""

    free: int
    first_s: int
    longest_s: int

    def wait_s(self, failures: int) -> int:
        return 0 if failures < self.free else min(self.first_s << min(failures - self.free, 20), self.longest_s)


PATIENCE = {
    "browser": Patience(5, 30, 900),  # one that signed in to this account before
    "pair": Patience(5, 30, 900),  # this account from this address
    "account": Patience(20, 5, 60),  # this account from anywhere: anyone may raise it, so it never waits long
    "address": Patience(50, 30, 900),  # a commune's office shares one
}


@dataclass(frozen=True)
class Attempt:
    """Who tries to sign in, from where. browser: the mark a browser got when it last signed in here, or ""."""

    username: str
    address: str
    browser: str = ""

    def keys(self) -> dict[str, str]:
        """What the try is counted by: kind → hash."""
        if self.browser:
            named = {"browser": f"{self.username}\n{self.browser}"}
        else:
            named = {"pair": f"{self.username}\n{self.address}", "account": self.username, "address": self.address}
        return {kind: sha(f"{kind}\n{text}".encode()) for kind, text in named.items()}


def count_try(session: Session, attempt: Attempt, now: datetime) -> None:
    """Count a try as failed, until it proves otherwise. Raises Refusal sign_in.wait with {"wait_s"}."""
    upserts = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    for kind, key in sorted(attempt.keys().items()):
        patience = PATIENCE[kind]
        row = session.get(SignInTry, key, with_for_update=True)
        recent = row is not None and now - row.last_at < FORGOTTEN
        if row is not None and recent:
            left_s = patience.wait_s(row.failures) - int((now - row.last_at).total_seconds())
            if left_s > 0:
                raise Refusal("sign_in.wait", details={"wait_s": left_s})
        insert = upserts.insert(SignInTry).values(key_hash=key, failures=1, last_at=now)
        failures = SignInTry.failures + 1 if recent else 1
        session.execute(
            insert.on_conflict_do_update(index_elements=["key_hash"], set_={"failures": failures, "last_at": now})
        )


def forgive(session: Session, attempt: Attempt, now: datetime) -> None:
    """The try was right: take back what was counted against this person, and one from the address.

    What was counted too long ago to matter goes as well.
    """
    session.execute(delete(SignInTry).where(SignInTry.last_at <= now - FORGOTTEN))
    keys = attempt.keys()
    address = keys.pop("address", None)
    session.execute(delete(SignInTry).where(SignInTry.key_hash.in_(keys.values())))
    row = session.get(SignInTry, address) if address else None
    if row is not None and row.failures > 1:
        row.failures -= 1
    elif row is not None:
        session.delete(row)


def find_account(session: Session, username: str) -> Person | None:
    return session.scalar(select(Person).where(func.lower(Person.username) == username))


def fits(person: Person | None, password: str) -> bool:
    """Whether the password is this person's; for nobody it takes as long and is False."""
    stored = person.password_hash if person is not None and person.active else None
    try:
        return HASHER.verify(stored or decoy(), normal(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def decoy() -> str:
    """The hash of a password nobody has."""
    return HASHER.hash(secrets.token_hex(16))


def normal(password: str) -> str:
    """Keyboards compose Vietnamese letters in two ways; both are the same password."""
    return unicodedata.normalize("NFC", password)


def set_password(session: Session, person: Person, password: str, now: datetime, *, by: str = audit.SERVER) -> None:
    """Give a person a password; whoever was signed in with the old one no longer is. Raises Refusal password.weak."""
    password = normal(password)
    username = (person.username or "").lower()
    if not SHORTEST <= len(password) <= LONGEST or (username and username in password.lower()):
        raise Refusal("password.weak")
    person.password_hash = HASHER.hash(password)
    session.add(person)
    session.execute(delete(ConsoleSession).where(ConsoleSession.person_id == person.person_id))
    session.flush()
    audit.append(session, now, by, "password.set", person.person_id)


def begin_session(session: Session, person_id: str, now: datetime, hours: int) -> str:
    """A signed-in browser's secret; only its hash is kept. Sessions that ended are swept out."""
    session.execute(delete(ConsoleSession).where(ConsoleSession.expires_at <= now))
    token = b64(secrets.token_bytes(32))
    session.add(
        ConsoleSession(
            token_hash=sha(token.encode()),
            person_id=person_id,
            created_at=now,
            expires_at=now + timedelta(hours=hours),
        )
    )
    session.flush()
    audit.append(session, now, person_id, "session.begin", person_id)
    return token


def end_session(session: Session, token: str, now: datetime) -> None:
    row = session.get(ConsoleSession, sha(token.encode()))
    if row is not None:
        audit.append(session, now, row.person_id, "session.end", row.person_id)
        session.delete(row)


def refused(session: Session, person: Person | None, now: datetime) -> None:
    """Note a wrong try; of a name nobody has, not even the name."""
    audit.append(session, now, audit.SERVER, "session.refused", person.person_id if person else "unknown")


def person_of(session: Session, token: str, now: datetime) -> Person | None:
    """Who holds this session now."""
    return session.scalar(
        select(Person)
        .join(ConsoleSession, ConsoleSession.person_id == Person.person_id)
        .where(ConsoleSession.token_hash == sha(token.encode()), ConsoleSession.expires_at > now, Person.active)
    )
