"""How long to wait after wrong tries at a secret: a password, a code, a second step. Knows no request.

A try is counted before its secret is looked at, so that many at once gain nothing. The wait grows, yet nobody can
lock another out for ever: the count that anyone may raise by naming an account waits a minute at most, and a browser
that signed in before is counted by itself. A second step is only asked of whoever knew the password, so its count may
be stricter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from sync.canonical import sha

from .models import SignInTry
from .problems import Refusal

FORGOTTEN = timedelta(hours=24)


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
    "code": Patience(5, 30, 3600),  # an account's second step, from browsers nobody knows yet
}


@dataclass(frozen=True)
class Attempt:
    """Who tries, from where. browser: the mark a browser got when it last signed in here, or "".

    code: it is the second step that is tried.
    """

    username: str
    address: str
    browser: str = ""
    code: bool = False

    def keys(self) -> dict[str, str]:
        """What the try is counted by: kind → hash."""
        name = f"{self.username}\ncode" if self.code else self.username
        if self.browser:
            named = {"browser": f"{name}\n{self.browser}"}
        elif self.code:
            named = {"code": name}
        else:
            named = {"pair": f"{name}\n{self.address}", "account": name, "address": self.address}
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
