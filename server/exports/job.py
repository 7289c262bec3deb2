"""Making an export: what a job of kind "export" does from its start to its file."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from forms import Form

from ..context import Server
from ..database import db
from ..jobs import MAKERS, Progress
from ..models import Job, Person
from ..problems import Refusal
from .columns import Cell, Table, lines_of, tables_of
from .records import AT_ONCE, FIRST, LAST, Asked, count_of, exported, versions_of, wanted
from .words import say
from .writers import FORMATS, Writer

KIND = "export"
ROW_LAST = ("PARENT_KEY", "KEY")


def make(server: Server, job: Job, path: Path, progress: Progress) -> str:
    """Write the records asked for. Raises Refusal export.nothing, export.too_many_rows."""
    asked = Asked(**job.asked)
    today = server.today()
    person = db.session.get_one(Person, job.person_id)
    name = person.name
    chosen = wanted(job.person_id, asked, today)
    total = count_of(db.session, chosen)
    if not total:
        raise Refusal("export.nothing")
    progress(0, total)
    versions = versions_of(db.session, chosen, asked.form)
    by_version = {str(form.program["version"]): form for form in versions}
    tables = tables_of(versions, asked.form, lambda texts: text_in(texts, asked.language))
    writer = FORMATS[asked.format](path, tables, heads_of(tables, asked), mark_of(server, asked, name, job.job_id))
    by_path = {table.path: table for table in tables}
    done = 0
    with closing(writer):
        for record in exported(server, job.person_id, asked, chosen, by_version):
            write(writer, by_path, by_version[record.version], record, asked.spoken)
            done += 1
            if done % AT_ONCE == 0:
                progress(done, total)
        writer.about(about(server, asked, name, job.job_id, done))
    progress(done, max(done, total))
    return f"{asked.form}_{server.local_now():%Y%m%d_%H%M}{writer.suffix}"


MAKERS[KIND] = make


def write(writer: Writer, tables: Mapping[str, Table], form: Form, record: Any, spoken: bool) -> None:
    for line in lines_of(form, record.key, record.answers):
        table = tables[line.table]
        cells: list[Cell] = [
            cell
            for column in table.columns
            for cell in column.cells(line.values.get(column.path), clear=record.clear, spoken=spoken)
        ]
        own = [*record.first, *cells, *record.last] if not line.table else [*cells, line.parent, line.key]
        writer.line(table, own)


def heads_of(tables: list[Table], asked: Asked) -> dict[str, list[str]]:
    first, last, rows = (
        [say(word, asked.language) for word in words] if asked.spoken else list(words)
        for words in (FIRST, LAST, ROW_LAST)
    )
    return {
        table.path: [*table.heads(asked.spoken), *rows] if table.path else [*first, *table.heads(asked.spoken), *last]
        for table in tables
    }


def text_in(texts: Mapping[str, Any] | None, language: str) -> str:
    """A label in the language, or in the one there is; where it speaks of an answer, dots."""
    text = (texts or {}).get(language) or next(iter((texts or {}).values()), "")
    return text if isinstance(text, str) else "".join(part if isinstance(part, str) else "…" for part in text["parts"])


def mark_of(server: Server, asked: Asked, name: str, job_id: str) -> str:
    return f"Chung Sức · {asked.form} · {name} · {server.local_now():%d/%m/%Y %H:%M} · {job_id[:8]}"


def about(server: Server, asked: Asked, name: str, job_id: str, count: int) -> list[tuple[str, str]]:
    """Where the file comes from, for whoever finds it later."""
    told = {
        "made_by": name,
        "made_at": f"{server.local_now():%d/%m/%Y %H:%M}",
        "reason": asked.reason,
        "form": asked.form,
        "first": asked.first or "–",
        "last": asked.last or "–",
        "state": asked.state or "–",
        "unit": asked.unit or "–",
        "count": str(count),
        "code": job_id,
        "warning": say("warning_text", asked.language),
    }
    return [(say(key, asked.language), value) for key, value in told.items()]
