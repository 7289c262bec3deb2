"""The audit chain: every act that changes who may do what, or overrules a rule, inside the act's own transaction."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from sync.canonical import canonical, sha

from .models import AuditEntry, AuditHead

SERVER = "server"


def append(session: Session, at: datetime, actor: str, act: str, subject: str, **detail: Any) -> None:
    """Add one entry. `actor`: person id, device id or "server"; `detail`: ids, codes, counts, never content.

    Takes the lock on the head until commit, so it comes after all record locks and before the counter (P-07).
    """
    head = session.scalars(select(AuditHead).with_for_update()).one()
    entry = AuditEntry(
        seq=head.seq + 1, at=at, actor=actor, act=act, subject=subject, detail=detail, prev=head.hash, hash=""
    )
    entry.hash = entry_hash(entry)
    head.seq, head.hash = entry.seq, entry.hash
    session.add(entry)
    session.flush()


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256 over the entry and the hash before it: whoever changes one must change all that follow."""
    return sha(
        canonical(
            {
                "seq": entry.seq,
                "at": entry.at.astimezone(UTC).isoformat(),
                "actor": entry.actor,
                "act": entry.act,
                "subject": entry.subject,
                "detail": entry.detail,
                "prev": entry.prev,
            }
        ).encode()
    )


def first_break(session: Session) -> int | None:
    """The number of the first entry that was changed, removed or put in; None: the chain is whole."""
    prev, expected = "0" * 64, 1
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq)):
        if entry.seq != expected or entry.prev != prev or entry.hash != entry_hash(entry):
            return expected
        prev, expected = entry.hash, expected + 1
    head = session.scalars(select(AuditHead)).one()
    return None if (head.seq, head.hash) == (expected - 1, prev) else expected
