"""A serving server counts again by itself what wants it: after an upgrade, a campaign with other indicators, a failure.

One thread a process looks every minute, one small question; over PostgreSQL a lock keeps it to one process at a time.
Recomputing goes on beside intake and may be cut off at any moment (server/figures/recompute.py).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from ..database import db
from ..logs import event
from .basis import incomplete
from .recompute import recompute

EVERY_S, LONGEST_S = 60.0, 3600.0
LOCK = 0x63685F66  # "ch_f": a number of our own among PostgreSQL's advisory locks
RUNNER = "chungsuc_catching_up"


def start(app: Flask, wait: Callable[[float], object] | None = None) -> threading.Thread:
    """Begin to look, at once and then every minute, for as long as the process lives."""
    wait = wait or threading.Event().wait

    def look() -> None:
        failures = 0
        while True:
            failures = failures + 1 if catch_up(app) is None else 0
            wait(min(EVERY_S * 2**failures, LONGEST_S))  # what fails again and again is not a load upon the rest

    thread = threading.Thread(target=look, name=RUNNER, daemon=True)
    thread.start()
    return thread


def catch_up(app: Flask) -> int | None:
    """Count again what wants it; how many records were looked at, None: it failed, which is logged."""
    with app.app_context():
        try:
            with Session(db.engine) as holding:
                waiting = incomplete(holding)
                if not waiting or not alone(holding):
                    return 0
                event("figures_recount", forms=len(waiting))
                done = recompute()
                event("figures_recounted", forms=len(waiting), records=done.total, changed=done.changed)
                return done.total
        except Exception as error:  # the outermost edge of its thread: it must live to try again
            event("figures_recount_failed", level=logging.ERROR, error=error)
            return None


def alone(session: Session) -> bool:
    """Whether no other process is at it; kept until the session's transaction ends. SQLite has one process."""
    if session.get_bind().dialect.name != "postgresql":
        session.rollback()  # a read that stays open would keep the write-ahead log from being put away
        return True
    return bool(session.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": LOCK}))
