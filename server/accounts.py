"""Console accounts: passwords, one-time codes for new ones, and sessions. Knows no request."""

from __future__ import annotations

import secrets
import unicodedata
import uuid
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from sync.canonical import b64, sha
from sync.text import fold

from . import audit
from .codes import hash_of, new_code
from .models import ConsoleSession, Person, ResetCode
from .problems import Refusal

SHORTEST, LONGEST = 10, 200  # characters of a password
FEWEST = 5  # different characters of it
# What guessers try first, of those long enough; without diacritics, digits at their end do not count.
COMMON = frozenset(
    ("password", "matkhau", "qwertyuiop", "asdfghjkl", "administrator", "chungsuc", "iloveyou", "anhyeuem", "vietnam")
)
RESET_LIFE = timedelta(hours=24)
SEEN_EVERY = timedelta(minutes=10)  # a session's last use is known as well as that
HASHER = PasswordHasher()


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
    """Give a person a password; whoever was signed in with the old one no longer is, and no code for a new one holds.

    Raises Refusal password.weak, password.common.
    """
    password = normal(password)
    check_strength(password, person)
    person.password_hash = HASHER.hash(password)
    session.add(person)
    session.execute(delete(ConsoleSession).where(ConsoleSession.person_id == person.person_id))
    session.execute(delete(ResetCode).where(ResetCode.person_id == person.person_id))
    session.flush()
    audit.append(session, now, by, "password.set", person.person_id)


def check_strength(password: str, person: Person) -> None:
    """Long enough, and not what anybody would try first: no mixture of signs is asked for (NIST SP 800-63B, 3.1.1.2)."""
    username, bare = (person.username or "").lower(), "".join(fold(password).split())
    if not SHORTEST <= len(password) <= LONGEST or (username and username in password.lower()):
        raise Refusal("password.weak")
    named = "".join(fold(person.name).split())
    if len(set(bare)) < FEWEST or bare.rstrip("0123456789!.@#") in {"", *COMMON, named} or is_run(bare):
        raise Refusal("password.common")


def is_run(text: str) -> bool:
    """ "1234567890", "abcdefghij", "9876543210": each sign follows the one before it."""
    apart = {ord(after) - ord(before) for before, after in pairwise(text)}
    return apart in ({1}, {-1}, {1, -9})


def make_reset_code(session: Session, person: Person, now: datetime, *, by: str) -> str:
    """A one-time code with which a person sets a new password; one made before is worth nothing any more."""
    code = new_code()
    session.merge(
        ResetCode(
            person_id=person.person_id, code_hash=hash_of(code, "reset"), made_at=now, expires_at=now + RESET_LIFE
        )
    )
    audit.append(session, now, by, "password.code", person.person_id)
    return code


def use_reset_code(session: Session, person: Person | None, code: str, password: str, now: datetime) -> None:
    """Set the password by a code, which is spent. Raises Refusal reset.wrong, password.weak, password.common.

    A name nobody has, a person without a code and a wrong code are told apart by nothing.
    """
    row = session.get(ResetCode, person.person_id, with_for_update=True) if person is not None else None
    fits = secrets.compare_digest(hash_of(code, "reset"), row.code_hash if row is not None else "-" * 64)
    if person is None or row is None or not fits or row.expires_at <= now or not person.active:
        raise Refusal("reset.wrong")
    set_password(session, person, password, now, by=person.person_id)


def begin_session(
    session: Session, person_id: str, now: datetime, hours: int, *, browser: str = "", address: str = ""
) -> str:
    """A signed-in browser's secret; only its hash is kept. Sessions that ended are swept out."""
    session.execute(delete(ConsoleSession).where(ConsoleSession.expires_at <= now))
    token = b64(secrets.token_bytes(32))
    session.add(
        ConsoleSession(
            token_hash=sha(token.encode()),
            session_id=str(uuid.uuid4()),
            person_id=person_id,
            browser=browser[:80],
            address=address[:64],
            created_at=now,
            seen_at=now,
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


def sessions_of(session: Session, person_id: str, now: datetime) -> list[ConsoleSession]:
    """Where a person is signed in now, the last used first."""
    asked = select(ConsoleSession).where(ConsoleSession.person_id == person_id, ConsoleSession.expires_at > now)
    return list(session.scalars(asked.order_by(ConsoleSession.seen_at.desc(), ConsoleSession.created_at.desc())))


def revoke_sessions(
    session: Session, person_id: str, now: datetime, *, by: str, only: str = "", but: str = ""
) -> int:
    """Sign a person out: everywhere, in the one session called `only`, or in all but that of the token `but`."""
    ended = [
        row
        for row in sessions_of(session, person_id, now)
        if (not only or row.session_id == only) and (not but or row.token_hash != sha(but.encode()))
    ]
    for row in ended:
        session.delete(row)
    if ended:
        audit.append(session, now, by, "session.revoke", person_id, count=len(ended))
    return len(ended)


def refused(session: Session, person: Person | None, now: datetime) -> None:
    """Note a wrong try; of a name nobody has, not even the name."""
    audit.append(session, now, audit.SERVER, "session.refused", person.person_id if person else "unknown")


def person_of(session: Session, token: str, now: datetime) -> tuple[Person, ConsoleSession] | None:
    """Who holds this session now."""
    row = session.execute(
        select(Person, ConsoleSession)
        .join(ConsoleSession, ConsoleSession.person_id == Person.person_id)
        .where(ConsoleSession.token_hash == sha(token.encode()), ConsoleSession.expires_at > now, Person.active)
    ).first()
    return (row[0], row[1]) if row else None
