"""Long work in the background: a row says what was asked, a thread of any worker makes it, the file is kept a day.

Nothing lives in memory that a second worker would miss: whoever is woken takes the oldest job that waits, or one whose
maker has not been heard of for STALE. A job is made anew from its start; its file appears whole or not at all.
"""

from __future__ import annotations

import hashlib
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from .context import Server
from .database import db, transaction
from .logs import event
from .models import Job
from .problems import Refusal

STALE = timedelta(minutes=2)
KEPT = timedelta(hours=24)
MOST_AT_ONCE = 3  # of one person, waiting or running
RUNNER = "chungsuc_jobs"


@dataclass(frozen=True)
class Progress:
    """What a maker says while it works. Raises Cancelled when the person thought better of it."""

    server: Server
    job_id: str

    def __call__(self, done: int, total: int) -> None:
        with transaction() as session:
            still = session.execute(
                update(Job)
                .where(Job.job_id == self.job_id, Job.state == "running")
                .values(done=done, total=total, beat_at=self.server.clock())
            )
        if not still.rowcount:
            raise Cancelled


class Cancelled(Exception):
    """Nobody wants the job any more."""


# What makes a job of a kind: (server, job, path to write, progress) → the file's name for the person.
Maker = Callable[[Server, Job, Path, Progress], str]
MAKERS: dict[str, Maker] = {}


def folder(server: Server) -> Path:
    return server.settings.data_dir / "jobs"


def file_of(server: Server, job: Job) -> Path:
    """Where a job's result lies. Raises Refusal job.gone: it was not made, or is not kept any more."""
    path = folder(server) / job.job_id
    if job.state != "done" or not path.is_file():
        raise Refusal("job.gone")
    return path


def kept(server: Server, job: Job) -> bool:
    """Whether the file can be taken now."""
    try:
        file_of(server, job)
    except Refusal:
        return False
    return True


def ask(session: Session, server: Server, kind: str, person_id: str, asked: Mapping[str, Any]) -> Job:
    """Note a job. Raises Refusal job.too_many."""
    unfinished = select(func.count()).where(Job.person_id == person_id, Job.state.in_(("waiting", "running")))
    if (session.scalar(unfinished) or 0) >= MOST_AT_ONCE:
        raise Refusal("job.too_many", details={"most": MOST_AT_ONCE})
    job = Job(job_id=str(uuid.uuid4()), kind=kind, person_id=person_id, asked=dict(asked), created_at=server.clock())
    job.state, job.done, job.total = "waiting", 0, 0
    session.add(job)
    return job


def wake(app: Flask) -> None:
    """See to it that waiting jobs are made, by a thread of this process unless one is at it."""
    lock = app.extensions.setdefault(f"{RUNNER}_lock", threading.Lock())
    with lock:
        running = app.extensions.get(RUNNER)
        if running is None or not running.is_alive():
            app.extensions[RUNNER] = thread = threading.Thread(target=make_all, args=(app,), name=RUNNER, daemon=True)
            thread.start()


def join(app: Flask, timeout_s: float = 60) -> None:
    """Wait until this process has nothing more to make."""
    if thread := app.extensions.get(RUNNER):
        thread.join(timeout_s)


def make_all(app: Flask) -> int:
    """Make what waits, one after the other; how many were tried."""
    count = 0
    with app.app_context():
        server: Server = app.extensions["chungsuc"]
        forget_old(server)
        while job := claim(server):
            make(server, job)
            count += 1
            db.session.remove()
    return count


def claim(server: Server) -> Job | None:
    """The oldest job that wants making, taken for this worker; two workers never take the same."""
    now = server.clock()
    wants = or_(Job.state == "waiting", and_(Job.state == "running", Job.beat_at < now - STALE))
    with transaction() as session:
        found = session.scalars(select(Job).where(wants).order_by(Job.created_at).limit(1).with_for_update()).first()
        if found is None:
            return None
        found.state, found.beat_at, found.done = "running", now, 0
        session.flush()
        return found


def make(server: Server, job: Job) -> None:
    """Make one job's file. What goes wrong is kept as a code; the details are in the log."""
    folder(server).mkdir(mode=0o700, exist_ok=True)
    path, part = folder(server) / job.job_id, folder(server) / f"{job.job_id}.part"
    try:
        name = MAKERS[job.kind](server, job, part, Progress(server, job.job_id))
        size, digest = part.stat().st_size, digest_of(part)
        part.replace(path)
        end(server, job, state="done", file_name=name, size=size, sha256=digest, expires_at=server.clock() + KEPT)
        event("job", kind=job.kind, job=job.job_id, size=size)
    except Cancelled:
        part.unlink(missing_ok=True)
    except Refusal as refusal:
        part.unlink(missing_ok=True)
        end(server, job, state="failed", error_code=refusal.code)
    except OSError as error:
        part.unlink(missing_ok=True)
        event("job_failed", error=error, kind=job.kind, job=job.job_id)
        end(server, job, state="failed", error_code="job.no_room")
    except Exception as error:
        part.unlink(missing_ok=True)
        event("job_failed", error=error, kind=job.kind, job=job.job_id)
        end(server, job, state="failed", error_code="server.failure")


def end(server: Server, job: Job, **values: Any) -> None:
    """The job's end, unless it was cancelled meanwhile."""
    with transaction() as session:
        still = update(Job).where(Job.job_id == job.job_id, Job.state == "running")
        session.execute(still.values(finished_at=server.clock(), **values))


def cancel(session: Session, server: Server, job: Job) -> None:
    """Not wanted any more: a waiting or running job ends, the file of a finished one goes."""
    job = session.get_one(Job, job.job_id, with_for_update=True)
    job.state, job.finished_at = "cancelled", server.clock()
    (folder(server) / job.job_id).unlink(missing_ok=True)


def forget_old(server: Server) -> None:
    """Remove files that are past their day, and what a killed worker left half made."""
    now: datetime = server.clock()
    live = or_(Job.expires_at > now, and_(Job.state == "running", Job.beat_at >= now - STALE))
    keep = set(db.session.scalars(select(Job.job_id).where(live)))
    db.session.remove()
    for path in folder(server).glob("*") if folder(server).is_dir() else ():
        if path.name.removesuffix(".part") not in keep:
            path.unlink(missing_ok=True)


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
