"""The records an export holds, one after the other: read as one snapshot, never all in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from forms import Form, files
from sync.blobs import blob_of

from ..context import Server
from ..database import db
from ..models import Blob, FormVersion, Op, OrgUnit, Record, Revision
from ..programs import forms_of
from ..scope import SEE_PII, reached_from, rights, visible_records
from .columns import Cell

AT_ONCE = 500
# Review states as ODK Central names them, by our phases; "edited" is a received record with a later revision.
ODK_STATES = {"received": "received", "has_issues": "hasIssues", "approved": "approved", "rejected": "rejected"}
FIRST = ("SubmissionDate",)
LAST = (
    "KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status", "ReviewState",
    "DeviceID", "Edits", "FormVersion", "State", "EventDate", "UnitCode", "UnitName",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What a person asked to be exported. first, last: of the day a record belongs to, ISO or "".

    format: a key of FORMATS. spoken: labels in `language` instead of names. reason: for the access log.
    """

    form: str
    format: str
    reason: str
    language: str
    spoken: bool = False
    first: str = ""
    last: str = ""
    state: str = ""
    unit: str = ""

    def saved(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Exported:
    """One record. clear: its persons may be seen. first, last: the cells of FIRST and LAST."""

    key: str
    version: str
    answers: Mapping[str, Any]
    clear: bool
    first: list[Cell]
    last: list[Cell]


def wanted(person_id: str, asked: Asked, today: date) -> Select[tuple[Record]]:
    """The records the person may export, narrowed to what was asked."""
    found = visible_records(person_id, "export", today).where(Record.form_id == asked.form)
    narrowing: list[ColumnElement[bool]] = []
    if asked.first:
        narrowing.append(Record.event_date >= date.fromisoformat(asked.first))
    if asked.last:
        narrowing.append(Record.event_date <= date.fromisoformat(asked.last))
    if asked.state:
        narrowing.append(Record.state == asked.state)
    if asked.unit:
        narrowing.append(Record.unit_code.in_(reached_from(asked.unit, today)))
    return found.where(*narrowing)


def count_of(session: Session, chosen: Select[tuple[Record]]) -> int:
    return session.scalar(chosen.with_only_columns(func.count()).order_by(None)) or 0


def versions_of(session: Session, chosen: Select[tuple[Record]], form_id: str) -> list[Form]:
    """The versions the records were made with and the present one, the newest first."""
    used = chosen.with_only_columns(Record.form_version).distinct()
    asked = (
        select(FormVersion.version)
        .where(FormVersion.form_id == form_id, FormVersion.current | FormVersion.version.in_(used))
        .order_by(FormVersion.current.desc(), FormVersion.version.desc())
    )
    versions = [(form_id, version) for version in session.scalars(asked)]
    found = forms_of(session, versions)
    return [found[each] for each in versions if each in found]


def exported(
    server: Server, person_id: str, asked: Asked, chosen: Select[tuple[Record]], forms: Mapping[str, Form]
) -> Iterator[Exported]:
    """The records, the oldest first, as they are at one moment. forms: by version."""
    session = db.session
    seen = {(unit, form) for unit, form in session.execute(rights(person_id, SEE_PII, server.today()))}
    names = dict(session.execute(select(OrgUnit.code, OrgUnit.name)).all())
    columns = (
        Record.rec, Record.doc, Record.unit_code, Record.form_version, Record.received_at, Record.phase, Record.state,
        Record.rev, Record.event_date, Record.author_id,
    )  # fmt: skip
    listed = chosen.with_only_columns(*columns).order_by(Record.received_at, Record.rec)
    with db.engine.connect() as connection:
        rows = connection.execution_options(yield_per=AT_ONCE).execute(listed)
        for batch in in_batches(rows):
            recs = [row.rec for row in batch]
            devices, arrived = devices_of(session, recs), arrived_of(session, recs)
            session.rollback()  # the next batch asks anew, and holds no lock meanwhile
            for row in batch:
                doc = json.loads(row.doc)
                named = {blob_of(answer) for _, answer in files(forms[row.form_version].program, doc["answers"])}
                named.discard(None)
                yield Exported(
                    f"uuid:{row.rec}",
                    row.form_version,
                    doc["answers"],
                    (row.unit_code, asked.form) in seen,
                    [row.received_at.isoformat()],
                    [
                        f"uuid:{row.rec}",
                        row.author_id,
                        doc["author"]["name"],
                        len(named & arrived.get(row.rec, set())),
                        len(named),
                        None,
                        "edited" if row.phase == "received" and row.rev > 1 else ODK_STATES[row.phase],
                        devices.get(row.rec),
                        row.rev - 1,
                        row.form_version,
                        row.state,
                        row.event_date.isoformat(),
                        row.unit_code,
                        names.get(row.unit_code, row.unit_code),
                    ],
                )


def in_batches(rows: Any) -> Iterator[list[Any]]:
    return rows.partitions(AT_ONCE)


def devices_of(session: Session, recs: list[str]) -> dict[str, str]:
    """rec → the device its first revision came from."""
    first = and_(Revision.op_h == Op.h, Revision.rev == 1)
    asked = select(Revision.rec, Op.device_id).join(Op, first).where(Revision.rec.in_(recs), Op.device_id.is_not(None))
    return dict(session.execute(asked).all())


def arrived_of(session: Session, recs: list[str]) -> dict[str, set[str]]:
    """rec → the files of it that are here."""
    found: dict[str, set[str]] = {}
    for rec, blob in session.execute(select(Blob.rec, Blob.blob).where(Blob.rec.in_(recs))):
        found.setdefault(rec, set()).add(blob)
    return found
