"""A record's photos, recordings and files at the console: beside their questions, for whoever may read the answer.

Bytes come from strangers, so a browser gets them as what our own list says they are, never guessed, never as a page.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, send_file, url_for

from forms import files
from forms.instance import ROW_ID
from sync.blobs import blob_of, media_type_of

from ..blobs import arrived_in, open_blob
from ..context import server
from ..database import db, transaction
from ..problems import Refusal
from .opened import Opened, answers_by_rev, note_access, opened_or_404
from .visitor import me

blueprint = Blueprint("attachments", __name__, url_prefix="/records")

INLINE = ("image/", "audio/")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Attachment:
    """kind: "image", "audio" or "file". arrived: the server has all of it."""

    url: str
    kind: str
    arrived: bool


def attachments_of(opened: Opened) -> dict[str, Attachment]:
    """By file answer: what this reader may see of the record as it is now."""
    arrived = arrived_in(db.session, opened.record.rec)
    return {
        answer: Attachment(
            url_for("console.attachments.show", rec=opened.record.rec, answer=answer),
            kind_of(answer),
            blob_of(answer) in arrived,
        )
        for answer in visible(opened, [opened.doc["answers"]])
    }


def kind_of(answer: str) -> str:
    kind = media_type_of(answer)
    return kind.partition("/")[0] if kind.startswith(INLINE) else "file"


def visible(opened: Opened, said: Iterable[Mapping[str, Any]]) -> set[str]:
    """The file answers among these that are not masked from this reader."""
    specs = opened.form.specs
    named = (found for answers in said for found in files(opened.form.program, answers))
    return {
        answer
        for path, answer in named
        if blob_of(answer) and (opened.see_pii or "pii" not in specs[ROW_ID.sub("", path)])
    }


@blueprint.get("/<uuid:rec>/files/<answer>")
def show(rec: uuid.UUID, answer: str) -> Response:
    """One file of the record as it is, or as it was once. Raises Refusal request.not_found, blob.not_arrived."""
    opened = opened_or_404(rec)
    if answer not in visible(opened, [opened.doc["answers"], *answers_by_rev(db.session, str(rec)).values()]):
        raise Refusal("request.not_found")
    blob = blob_of(answer)
    assert blob is not None
    if blob not in arrived_in(db.session, str(rec)):
        raise Refusal("blob.not_arrived")
    with transaction() as writing:
        note_access(writing, me().person_id, "file", server().clock(), str(rec), blob=blob)
    response = send_file(
        open_blob(server().blobs, blob),
        mimetype=media_type_of(answer),
        as_attachment=kind_of(answer) == "file",
        download_name=f"{blob[:12]}.{answer.rpartition('.')[2]}",
    )
    response.headers.update(HEADERS)
    return response
