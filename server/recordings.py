"""Recorded questions: what of a campaign's forms can be heard, in which language and where.

A recording is a record of the form that campaign.json names `question_audio`: made, signed, sent and judged as every
record is. It counts in the unit it was made in and in all below it; of several the nearest unit's newest is heard. Its
bytes are the record's attachment, and travel to devices as a document, by hash.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from forms.spoken import SAYS, Spoken, spoken_questions
from sync.workflow import VOID

from . import audit
from .blob_store import BlobStore
from .models import Blob, Document, FormVersion, OrgUnit, QuestionAudio
from .people import memberships
from .programs import in_order, recording_forms
from .scope import rights_anywhere

MAX_BYTES = 512 * 1024  # a question read aloud for a minute is a third of it; a village fetches dozens


def follow(session: Session, revised: Iterable[tuple[Mapping[str, Any], str]], now: datetime) -> None:
    """Bring what can be heard to these heads: (DOC, who made it so). One that is void is heard no more."""
    forms = recording_forms(session)
    for doc, actor in revised:
        if doc["form"]["id"] not in forms:
            continue
        row, says = session.get(QuestionAudio, doc["rec"]), said_by(doc)
        about = {key: says.get(key) for key in ("form", "question", "language")}
        if says and doc["state"] != VOID and doc["phase"] != "rejected":
            row = row or QuestionAudio(rec=doc["rec"])
            row.unit_code, row.changed_at = doc["scope"].split("/")[0], now
            row.form_id, row.path, row.language = says["form"], says["question"], says["language"]
            row.wording, row.blob = says["wording"], says["recording"].split(".")[0]
            session.add(row)
            session.flush()
            audit.append(session, now, actor, "question.record", doc["rec"], blob=row.blob, **about)
        elif row is not None:
            session.delete(row)
            session.flush()
            audit.append(session, now, actor, "question.withdraw", doc["rec"], **about)


def said_by(doc: Mapping[str, Any]) -> dict[str, str]:
    """What a recording says of itself; nothing where it does not say all of it."""
    answers = {key: doc["answers"].get(key) for key in SAYS}
    whole = all(isinstance(value, str) and value for value in answers.values())
    fits = whole and len(answers["wording"]) == 12 and len(answers["form"]) <= 64 and len(answers["question"]) <= 400
    return answers if fits else {}  # type: ignore[return-value]


# What a device is told.
def documents(session: Session, person_id: str, language: str | None, today: date) -> list[dict[str, Any]]:
    """The recordings of this person's forms in the language asked for, as hello names documents."""
    if not language:
        return []
    paths = [unit.path for _, _, unit in memberships(session, person_id, today)]
    known = {form_id for form_id, action, _ in session.execute(rights_anywhere(person_id, today)) if action == "submit"}
    return [
        {"kind": "audio", "id": audio_id(*key), "version": row.wording, "hash": row.blob, "current": True}
        for key, row in heard(session, paths, language).items()
        if row.form_id in known
    ]


def audio_id(form_id: str, path: str, language: str) -> str:
    """Also the name by which a device asks for the sound. No file of a campaign has a space in it."""
    return f"{form_id} {language} {path}"


def heard(session: Session, unit_paths: Collection[str], language: str) -> dict[tuple[str, str, str], QuestionAudio]:
    """(form, question, language) → the recording that is heard in these units; of the ones that have arrived and are no
    larger than a device fetches."""
    above = {code: at for path in unit_paths for at, code in enumerate(path.strip("/").split("/"))}
    arrived = and_(Blob.blob == QuestionAudio.blob, Blob.rec == QuestionAudio.rec, Blob.size <= MAX_BYTES)
    asked = select(QuestionAudio).join(Blob, arrived)
    rows = session.scalars(asked.where(QuestionAudio.language == language, QuestionAudio.unit_code.in_(above))).all()
    rows = sorted(rows, key=lambda row: (row.form_id, row.path, above[row.unit_code], row.changed_at, row.rec))
    return {(row.form_id, row.path, row.language): row for row in rows}


def read_recording(session: Session, store: BlobStore, digest: str) -> bytes | None:
    """The bytes of a recording that is heard somewhere."""
    arrived = and_(Blob.blob == QuestionAudio.blob, Blob.rec == QuestionAudio.rec, Blob.size <= MAX_BYTES)
    if session.scalar(select(QuestionAudio.rec).join(Blob, arrived).where(QuestionAudio.blob == digest).limit(1)) is None:
        return None
    file = store.open(digest)
    if file is None:
        return None
    with file:
        return file.read()


# What is recorded, and what is not.
@dataclass(frozen=True)
class Coverage:
    """One form in one language, as it is heard in a unit. changed: recorded, but the text was changed since; nobody
    hears those. records: path → the record behind it; where the form's own media speak, there is none."""

    form_id: str
    title: Mapping[str, str]
    language: str
    total: int
    recorded: tuple[Spoken, ...]
    changed: tuple[Spoken, ...]
    missing: tuple[Spoken, ...]
    records: Mapping[str, str]


def languages(session: Session) -> list[tuple[str, Mapping[str, str]]]:
    """(name, label) of each language the campaign records in: the choices of its form's question `language`."""
    return [
        (choice["name"], choice["label"])
        for program in (current_program(session, form_id) for form_id in recording_forms(session))
        for node in program["root"]
        if node["name"] == "language"
        for choice in program["choices"].get(node.get("list", ""), ())
    ]


def coverage(session: Session, unit_code: str) -> list[Coverage]:
    """Of every form in every language, as heard in a unit. Empty where the campaign records nothing."""
    unit, spoken = session.get(OrgUnit, unit_code), languages(session)
    if unit is None or not spoken:
        return []
    here = {language: heard(session, [unit.path], language) for language, _ in spoken}
    asked = select(FormVersion.form_id).where(FormVersion.current)
    found = []
    for form_id in in_order(session, session.scalars(asked)):
        if form_id in recording_forms(session):
            continue
        program = current_program(session, form_id)
        found += [covered(program, language, here[language]) for language, _ in spoken]
    return found


def covered(program: Mapping[str, Any], language: str, rows: Mapping[Any, QuestionAudio]) -> Coverage:
    form_id, questions = program["form_id"], spoken_questions(program)
    kinds: dict[str, list[Spoken]] = {"recorded": [], "changed": [], "missing": []}
    for each in questions:
        row = rows.get((form_id, each.path, language))
        fits = language in each.media or (row is not None and row.wording == each.wording)
        kinds["recorded" if fits else "changed" if row else "missing"].append(each)
    records = {path: row.rec for (form, path, _), row in rows.items() if form == form_id}
    lists = {kind: tuple(found) for kind, found in kinds.items()}
    return Coverage(form_id, program["title"], language, len(questions), records=records, **lists)


def current_program(session: Session, form_id: str) -> Mapping[str, Any]:
    digest = select(FormVersion.program_hash).where(FormVersion.form_id == form_id, FormVersion.current)
    return json.loads(session.get_one(Document, session.scalars(digest).one()).content)  # type: ignore[no-any-return]


def recording_units(session: Session) -> list[OrgUnit]:
    """The units where anything was recorded, as they lie."""
    made = select(QuestionAudio.unit_code).distinct()
    return list(session.scalars(select(OrgUnit).where(OrgUnit.code.in_(made)).order_by(OrgUnit.path)))


def top_unit(session: Session) -> str:
    """The unit all others lie under."""
    return session.scalars(select(OrgUnit.code).where(OrgUnit.parent.is_(None)).order_by(OrgUnit.path).limit(1)).one()
