"""One record as its reader may see and change it. What may not be seen is not there, and the log keeps who asked."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from forms import Form
from sync.workflow import Workflow

from ..context import server
from ..database import db, transaction
from ..models import AccessEntry, Record, Revision, SubjectRequest
from ..problems import Refusal
from ..programs import forms_of, workflows_of
from ..scope import PRIVACY, SEE_PII, restricted, roles_by_scope, visible
from .stages import TONES
from .visitor import me

NONE: frozenset[str] = frozenset()
STORED = frozenset({"read", SEE_PII, PRIVACY})  # what may still be done with a restricted record


@dataclass(frozen=True)
class Opened:
    """A record's head with what its reader may do. roles: action → the roles that give it here. restricted: it is stored
    and no more, and its reader is one who answers what people ask."""

    record: Record
    doc: Mapping[str, Any]
    form: Form
    workflow: Workflow
    roles: Mapping[str, frozenset[str]]
    restricted: bool = False

    @property
    def see_pii(self) -> bool:
        return SEE_PII in self.roles

    def may(self, action: str) -> frozenset[str]:
        return self.roles.get(action, NONE)

    def steps(self) -> list[tuple[str, Mapping[str, Any]]]:
        """The steps the reader may take now, those that lead onward first."""
        found = self.workflow.steps_for(self.record.state, self.may("step"))
        return sorted(found, key=lambda step: TONES.index(step[1].get("tone", "neutral")))

    def may_correct(self) -> bool:
        return self.workflow.after_writing("correct", self.record.state, self.may("correct")) is not None

    def may_void(self) -> bool:
        return self.workflow.may_void(self.record.state, self.may("void"))

    def may_resolve(self) -> bool:
        return bool(self.doc["conflicts"]) and self.may_correct()


def open_record(session: Session, person_id: str, rec: str, today: date) -> Opened | None:
    """The record, if this person may read it; None for a foreign one and for one that is not there alike."""
    asked = select(Record).where(or_(visible(person_id, "read", today), visible(person_id, PRIVACY, today)))
    record = session.scalar(asked.where(Record.rec == rec))
    if record is None:
        return None
    roles = roles_by_scope(session, person_id, [record.scope], today)[record.scope]
    shut = session.scalar(restricted().where(SubjectRequest.subject == rec).limit(1)) is not None
    version = (record.form_id, record.form_version)
    return Opened(
        record,
        json.loads(record.doc),
        forms_of(session, [version])[version],
        workflows_of(session, [record.form_id])[record.form_id],
        {action: named for action, named in roles.items() if action in STORED} if shut else roles,
        shut,
    )


def answers_at(session: Session, rec: str, revision: str) -> dict[str, Any] | None:
    """The answers of the record's revision with this hash."""
    found = session.scalar(select(Revision.answers).where(Revision.rec == rec, Revision.hash == revision))
    return json.loads(found) if found is not None else None


def answers_by_rev(session: Session, rec: str) -> dict[int, dict[str, Any]]:
    """What the record said at each revision."""
    asked = select(Revision.rev, Revision.answers).where(Revision.rec == rec)
    return {rev: json.loads(answers) for rev, answers in session.execute(asked)}


def note_access(
    session: Session, person_id: str, what: str, at: datetime, rec: str | None = None, **detail: Any
) -> None:
    """The access log: who looked at what. `detail` holds ids, codes and counts only."""
    session.add(AccessEntry(at=at, person_id=person_id, what=what, rec=rec, detail=detail))


def opened_or_404(rec: uuid.UUID) -> Opened:
    """Raises Refusal request.not_found for a foreign record as for none, and the log keeps who asked."""
    here, who = server(), me()
    found = open_record(db.session, who.person_id, str(rec), here.today())  # type: ignore[arg-type]
    if found is None:
        with transaction() as writing:
            note_access(writing, who.person_id, "refused", here.clock(), str(rec))
        raise Refusal("request.not_found")
    return found
