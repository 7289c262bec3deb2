"""A return as files: workbook, paper, CSV, JSON, text for chat groups, DHIS2. Each taking is in the access log."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, request

from .. import audit
from ..context import server
from ..database import db, transaction
from ..figures.definitions import Definitions
from ..figures.small_cells import masked_content
from ..models import OrgUnit
from ..papers.rendering import DOCX, render
from ..problems import Refusal
from ..references import loaded_files
from ..returns import desk, outputs
from ..returns.drafts import lines
from ..returns.paper import TEMPLATE, heading, place_date, values_of
from .district import XLSX
from .opened import note_access
from .returns import find, zone
from .texts import label, number
from .visitor import me

blueprint = Blueprint("return_files", __name__, url_prefix="/returns")

Made = Callable[[outputs.Sheet, Definitions, desk.Key, OrgUnit], bytes]


def paper(sheet: outputs.Sheet, known: Definitions, key: desk.Key, unit: OrgUnit) -> bytes:
    """Raises Refusal return.no_template."""
    template = loaded_files(db.session).get(TEMPLATE)
    if template is None:
        raise Refusal("return.no_template")
    above = db.session.get(OrgUnit, unit.parent) if unit.parent else None
    return render(template, values_of(sheet, above.name if above else "", number, zone()))


def mapping() -> Mapping[str, Any]:
    """dhis2.json of the campaign's folder: which data set, element and unit each of ours is there."""
    content = loaded_files(db.session).get("dhis2.json")
    found: Mapping[str, Any] = json.loads(content) if content else {}
    return found


def dumped(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def values(sheet: outputs.Sheet, known: Definitions, key: desk.Key, unit: OrgUnit) -> bytes:
    return dumped(outputs.dhis2_values(sheet.content, known.returns[key.name]["period"], mapping()))


def completeness(sheet: outputs.Sheet, known: Definitions, key: desk.Key, unit: OrgUnit) -> bytes:
    """Raises Refusal return.state: of a draft nothing is complete."""
    if not sheet.code:
        raise Refusal("return.state", details={"state": "draft"})
    return dumped(outputs.dhis2_completeness(sheet.content, known.returns[key.name]["period"], mapping()))


# kind → (ending of the file's name, media type, how it is made)
KINDS: dict[str, tuple[str, str, Made]] = {
    "xlsx": (".xlsx", XLSX, lambda sheet, *_: outputs.workbook(sheet)),
    "docx": (".docx", DOCX, paper),
    "csv": (".csv", "text/csv; charset=utf-8", lambda sheet, *_: outputs.table(sheet)),
    "json": (".json", "application/json", lambda sheet, *_: outputs.as_json(sheet)),
    "txt": (".txt", "text/plain; charset=utf-8", lambda sheet, *_: outputs.summary(sheet, number).encode()),
    "dhis2": ("_dhis2.json", "application/json", values),
    "dhis2-complete": ("_dhis2_complete.json", "application/json", completeness),
}


@blueprint.get("/<name>/<unit>/<first>/<kind>")
def download(name: str, unit: str, first: str, kind: str) -> Response:
    """The newest revision, or the one asked for; a draft is marked as one."""
    if kind not in KINDS:
        raise Refusal("request.not_found")
    known, key, reader, org = find(name, unit, first)
    rows = desk.revisions(db.session, key)
    asked = request.args.get("revision", type=int)
    row = next((each for each in rows if each.revision == asked), rows[-1] if rows else None)
    if row is not None and row.code:
        content = desk.snapshot_of(row)
    else:
        overrides = row.overrides if row else {}
        figures = lines(db.session, known, known.returns[name], unit, key.period.first, key.period.last, overrides)
        content = desk.content_of(known, key, row, figures, org.name)
    sheet = outputs.Sheet(
        masked_content(content, known, reader.below),
        (row.code if row else "") or "",
        label,
        split_label(known),
        heading(org.name),
        place_date(content, zone()),
    )
    ending, media, made = KINDS[kind]
    body = made(sheet, known, key, org)
    now = server().clock()
    with transaction() as writing:
        said = {"return": name, "unit": unit, "first": first, "code": sheet.code, "kind": kind}
        note_access(writing, me().person_id, "export", now, **said)
        audit.append(
            writing, now, me().person_id, "return.export", f"{name}/{unit}/{first}", kind=kind, code=sheet.code
        )
    response = Response(body, mimetype=media)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}_{unit}_{first}{ending}"'
    return response


def split_label(known: Definitions) -> Callable[[str, str], str]:
    def say(indicator: str, split: str) -> str:
        listed = (
            known.indicators[indicator]["source"].get("disaggregations", ()) if indicator in known.indicators else ()
        )
        return next((label(each["label"]) for each in listed if each["name"] == split), split)

    return say
