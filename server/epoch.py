"""Epochs (P-13): when has this server's life begun anew, and the high-water mark that lets it notice.

The mark is a small file beside the database, never inside it: a database put back from a copy stands below it.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from . import audit
from .models import Backup, Counter, ServerLife
from .problems import Refusal


@dataclass(frozen=True)
class Mark:
    epoch: str
    counter: int


def read_mark(path: Path) -> Mark | None:
    """None: there is no readable mark."""
    try:
        content = json.loads(path.read_text("utf-8"))
        return Mark(str(content["epoch"]), int(content["counter"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def raise_mark(path: Path, epoch: str, counter: int) -> None:
    """Write the mark, unless it stands as high already. Called after a commit and before its answer is sent.

    Not synced to disk: after a power cut an older mark may be read, and then `device_is_ahead` is the second guard.
    """
    mark = read_mark(path)
    if mark and mark.epoch == epoch and mark.counter >= counter:
        return
    beside = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    beside.write_text(json.dumps({"epoch": epoch, "counter": counter}), "utf-8")
    beside.replace(path)


def reason_to_begin(epoch: str | None, counter: int, mark: Mark | None, accept_missing: bool) -> str | None:
    """Why a new epoch begins at start, if one does. Raises Refusal mark.missing.

    | epoch in the database | mark | |
    |---|---|---|
    | none | any | install |
    | some | none | mark_accepted if told, else refused |
    | some | of another epoch | restore |
    | some | above the counter | counter_below_mark |
    | some | at or below it | the life goes on |
    """
    if epoch is None:
        return "install"
    if mark is None:
        if accept_missing:
            return "mark_accepted"
        raise Refusal("mark.missing")
    if mark.epoch != epoch:
        return "restore"
    return "counter_below_mark" if counter < mark.counter else None


EPOCH = select(ServerLife.epoch).order_by(ServerLife.life.desc()).limit(1)


def current_epoch(session: Session) -> str | None:
    return session.scalar(EPOCH)


def last_counter(session: Session) -> int:
    return session.scalars(select(Counter.last)).one()


def secured_to(session: Session) -> int:
    """The counter up to which everything lies in a proven backup of this epoch (I8); 0: nothing does."""
    proven = select(func.max(Backup.counter)).where(Backup.epoch == current_epoch(session))
    return session.scalar(proven) or 0


def begin_epoch(session: Session, reason: str, now: datetime) -> str:
    """A new epoch; the old ones stay listed."""
    life = (session.scalar(select(func.max(ServerLife.life))) or 0) + 1
    epoch = secrets.token_hex(16)
    session.add(ServerLife(life=life, epoch=epoch, began_at=now, reason=reason))
    audit.append(session, now, audit.SERVER, "epoch.begin", epoch, reason=reason)
    return epoch


def is_ahead(session: Session, receipt: dict[str, object]) -> bool:
    """A receipt this server signed shows a counter, or a life, that this database never reached."""
    counter, epoch = receipt.get("counter"), receipt.get("epoch")
    known = set(session.scalars(select(ServerLife.epoch)))
    if epoch not in known:
        return True
    return epoch == current_epoch(session) and isinstance(counter, int) and counter > last_counter(session)
