"""/sync/v1/blobs: asking for, sending and fetching attachments (docs/protocol.md, P-20). Rules: `server/blobs.py`."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import EXCLUDE, Schema, fields, validate

from sync.blobs import MAX_ASKED

from . import blobs
from .callers import bearer, by_device
from .context import server
from .database import db
from .devices import state_of
from .epoch import current_epoch
from .models import Device
from .problems import Refusal
from .surfaces import belongs
from .sync_schemas import HEX64, UUID, ErrorAnswer, Message
from .wire import JsonReader, signed_answer

KEY_HEADER, SIZE_HEADER = "Chungsuc-Key", "Chungsuc-Size"
FOR_EVER = "private, max-age=31536000, immutable"  # a blob never changes


class AskedBlob(Schema):
    class Meta:
        unknown = EXCLUDE

    blob = fields.String(required=True, validate=HEX64)
    size = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))


class BlobQuestion(Message):
    device = fields.String(required=True, validate=UUID)
    blobs = fields.List(fields.Nested(AskedBlob), required=True, validate=validate.Length(1, MAX_ASKED))


class ChunkQuery(Message):
    device = fields.String(required=True, validate=UUID)
    size = fields.Integer(required=True, validate=validate.Range(min=1))


blueprint = Blueprint("blobs", __name__, url_prefix="/sync/v1/blobs", description="Attachments")
blueprint.ARGUMENTS_PARSER = JsonReader()
belongs(blueprint, "field")


@blueprint.post("/ask")
@blueprint.arguments(BlobQuestion)
@blueprint.alt_response(401, schema=ErrorAnswer)
@by_device
def ask(asked: dict[str, Any]) -> Response:
    """Which of these blobs, named by this device's ops, are stored; which chunks of the others are here."""
    device_id, owner = sender(asked["device"])
    return answered(asked["req"], device_id, blobs.lines(server(), device_id, owner, asked["blobs"]))


@blueprint.put("/<blob>/<int:i>")
@blueprint.arguments(ChunkQuery, location="query")
@blueprint.alt_response(404, schema=ErrorAnswer)
@by_device
def put_chunk(asked: dict[str, Any], blob: str, i: int) -> Response:
    """One encrypted chunk, in any order and as often as it takes; the answer says what is still missing."""
    device_id, owner = sender(asked["device"])
    chunk = blobs.Chunk(blob, asked["size"], i, request.headers.get(KEY_HEADER, ""), request.get_data())
    return answered(asked["req"], device_id, [blobs.take_chunk(server(), device_id, owner, chunk)])


@blueprint.get("/<blob>/<int:i>")
@blueprint.response(200, content_type="application/octet-stream", description="the chunk; the blob's name verifies it")
@blueprint.alt_response(404, schema=ErrorAnswer)
@by_device
def get_chunk(blob: str, i: int) -> Response:
    """A chunk of a blob that a record the device may hold names."""
    here = server()
    device = db.session.get(Device, bearer())
    if device is None or state_of(device, here.clock()) != "active":
        raise Refusal("pull.refused")
    size = blobs.readable(db.session, device.person_id, blob, here.today())
    response = Response(blobs.read_chunk(here.blobs, blob, i, size), mimetype="application/octet-stream")
    response.headers[SIZE_HEADER] = str(size)
    response.headers["Cache-Control"] = FOR_EVER
    return response


def sender(named: str) -> tuple[str, str]:
    """(device, owner of the parts). With the device's token: itself; without one, as for bundles, whoever carries its
    files, since chunks are sealed to the server and proven by their hash. Revoked devices may send (P-15).

    Raises Refusal device.unknown, token.invalid.
    """
    if "Authorization" in request.headers:
        device_id = bearer()
        return device_id, device_id
    if db.session.get(Device, named) is None:
        raise Refusal("device.unknown")
    return named, f"{named}.carried"


def answered(req: str, device_id: str, lines: list[dict[str, Any]]) -> Response:
    here = server()
    epoch = current_epoch(db.session)
    content = {"req": req, "epoch": epoch, "device": device_id, "server_time": here.clock().isoformat(), "blobs": lines}
    return signed_answer(here.keys, "blob", content)
