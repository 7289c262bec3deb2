"""/sync/v1: what devices and carriers call (docs/protocol.md, "Messages"). The rules live in the modules it calls."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app
from flask_smorest import Api, Blueprint

from . import blob_api, digests, enrolment, intake, reaching
from .bundles import down
from .callers import bearer, by_address, by_device, limiter, tokens
from .context import Server, server
from .database import db, transaction
from .devices import greet, state_of, welcome
from .epoch import current_epoch, is_ahead
from .feed import pull
from .models import Device, Person
from .people import person_card
from .problems import Refusal
from .recordings import read_recording
from .references import read_document
from .scope import held_grants, refresh_grants
from .serving import begin
from .surfaces import belongs
from .sync_schemas import (
    BundleRequest,
    DigestRequest,
    DownRequest,
    EnrolRequest,
    ErrorAnswer,
    HelloRequest,
    Message,
    PeekRequest,
    PullRequest,
    PushRequest,
    RepairRequest,
)
from .tokens import CHALLENGE, TOKEN
from .wire import JsonReader, believable, signed_answer, squeeze

blueprint = Blueprint("sync", __name__, url_prefix="/sync/v1", description="Devices and carriers")
blueprint.ARGUMENTS_PARSER = JsonReader()
belongs(blueprint, "field")
blueprint.after_request(squeeze)


def init_sync(app: Flask) -> None:
    """Register the blueprints; their schemas make the OpenAPI document."""
    app.config |= {
        "API_TITLE": "Chung Sức sync",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
    }
    limiter.init_app(app)
    api = Api(app)
    for part in (blueprint, blob_api.blueprint):
        api.register_blueprint(part)
    app.extensions["chungsuc_openapi"] = api.spec.to_dict()


@blueprint.get("/openapi.json")
def openapi() -> dict[str, Any]:
    """This API, described."""
    return current_app.extensions["chungsuc_openapi"]


@blueprint.post("/enrol/peek")
@blueprint.arguments(PeekRequest)
@blueprint.alt_response(404, schema=ErrorAnswer)
@by_address
def peek(asked: dict[str, Any]) -> Response:
    """Whose link is this? Spends nothing."""
    here = server()
    found = enrolment.peek(db.session, asked["code"], here.clock(), here.today())
    return signed_answer(here.keys, "enrol", {"req": asked["req"], **found, "server_keys": here.keys.public()})


@blueprint.post("/enrol")
@blueprint.arguments(EnrolRequest)
@blueprint.alt_response(410, schema=ErrorAnswer)
@by_address
def enrol(asked: dict[str, Any]) -> Response:
    """Spend a code on a device; its certificate."""
    here, now = server(), server().clock()
    applicant = enrolment.Applicant(
        asked["device"], asked["sign_key"], asked["seal_key"], asked["name"], asked["proof"]
    )
    with transaction() as session:
        device = enrolment.enrol(session, here.keys, asked["code"], applicant, now, here.settings.certificate_days)
        answer = {
            "req": asked["req"],
            "cert": device.certificate,
            "server_keys": here.keys.public(),
            "epoch": current_epoch(session),
            "server_time": now.isoformat(),
            "person": person_card(session, session.get_one(Person, device.person_id), here.today()),
        }
    return signed_answer(here.keys, "enrol", answer)


@blueprint.post("/hello")
@blueprint.arguments(HelloRequest)
@blueprint.alt_response(401, schema=ErrorAnswer)
@by_device
def hello(asked: dict[str, Any]) -> Response:
    """First a challenge; then, for its signature, a token and what the server holds of the device."""
    here, now = server(), server().clock()
    if "challenge" not in asked or "sig" not in asked:
        challenge, _ = tokens(CHALLENGE).issue(asked["device"])
        return signed_answer(here.keys, "challenge", {"req": asked["req"], "challenge": challenge})
    if tokens(CHALLENGE).read(asked["challenge"]) != asked["device"]:
        raise Refusal("device.proof")
    receipt = here.keys.read_own("receipt", asked["last_receipt"]) if asked.get("last_receipt") else None
    if receipt and receipt.get("device") == asked["device"] and is_ahead(db.session, receipt):
        begin(here, "device_is_ahead")
    with transaction() as session:
        device = greet(session, here.keys, asked["device"], asked["challenge"], asked["sig"], asked.get("cert"), now)
        if "audio_language" in asked:
            device.audio_language = asked["audio_language"] or None
        known = welcome(session, device, now, here.today())
        epoch = current_epoch(session)
    token, ends = tokens(TOKEN).issue(device.device_id)
    answer = {
        "req": asked["req"],
        "token": token,
        "token_expires_at": ends.isoformat(),
        "epoch": epoch,
        "server_time": now.isoformat(),
        "server_keys": here.keys.public(),
        "address": here.settings.devices_origin,
        **known,
    }
    return signed_answer(here.keys, "hello", answer)


@blueprint.post("/address")
@blueprint.arguments(Message)
@blueprint.alt_response(429, schema=ErrorAnswer)
@by_device
def address(asked: dict[str, Any]) -> Response:
    """Which server is this, and where does it live? A device asks before it follows the server to another address."""
    here = server()
    answer = {"req": asked["req"], "address": here.settings.field_origin, "server_keys": here.keys.public()}
    return signed_answer(here.keys, "address", answer)


@blueprint.get("/documents/<digest>")
@blueprint.response(200, content_type="application/json", description="the exact bytes; the hash verifies them")
@blueprint.alt_response(404, schema=ErrorAnswer)
@by_device
def document(digest: str) -> Response:
    """A form's program, a campaign, a list, a medium or a recorded question, by the hash a signed hello named."""
    bearer()
    recorded = read_recording(db.session, server().blobs, digest)
    response = Response(recorded or read_document(db.session, digest), mimetype="application/octet-stream")
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@blueprint.post("/push")
@blueprint.arguments(PushRequest)
@blueprint.alt_response(413, schema=ErrorAnswer)
@by_device
def push(asked: dict[str, Any]) -> Response:
    """Ops for a signed receipt. A revoked or expired device may push: its ops are stored and adjudicated."""
    device_id = bearer()
    return receive(server(), device_id, asked["req"], asked["ops"])


@blueprint.post("/bundles")
@blueprint.arguments(BundleRequest)
@blueprint.alt_response(413, schema=ErrorAnswer)
@by_device
def bundles(asked: dict[str, Any]) -> Response:
    """Ops sealed to the server, from whoever carries them: the same path as push, no token needed."""
    here = server()
    with transaction() as session:
        device = session.get(Device, asked["device"])
        if device is None and asked.get("cert"):
            device = enrolment.readmit(session, here.keys, asked["cert"], here.clock())
    if device is None or device.device_id != asked["device"]:
        raise Refusal("device.unknown")
    ops = [intake.open_sealed(here.keys, sealed) for sealed in asked["sealed"]]
    return receive(here, device.device_id, asked["req"], ops)


@blueprint.post("/bundles/down")
@blueprint.arguments(DownRequest)
@blueprint.alt_response(403, schema=ErrorAnswer)
@by_device
def bundle_down(asked: dict[str, Any]) -> Response:
    """The server's word to a device, sealed to it, for whoever carries it there: a carrier is an active device."""
    here = server()
    readers_grants(here)
    with transaction() as session:
        device = session.get(Device, asked["device"])
        if device is None:
            raise Refusal("device.unknown")
        made = down(session, here, device, asked["cursors"], asked["have"])
    return signed_answer(here.keys, "bundle", {"req": asked["req"], **made})


def receive(here: Server, device_id: str, req: str, ops: list[Any]) -> Response:
    if len(ops) > here.settings.push_max_ops:
        raise Refusal("request.too_large", details={"max_ops": here.settings.push_max_ops})
    return believable(intake.receive(here, device_id, req, ops))


@blueprint.post("/pull")
@blueprint.arguments(PullRequest)
@blueprint.alt_response(403, schema=ErrorAnswer)
@by_device
def pull_pages(asked: dict[str, Any]) -> Response:
    """What changed in the scopes the device may hold, since its cursors."""
    here = server()
    grants, epoch = readers_grants(here), current_epoch(db.session)
    pulled = pull(db.session, epoch, grants, asked["cursors"], min(asked["limit"], here.settings.pull_max_changes))
    return signed_answer(here.keys, "page", pulled.answer(asked["req"], epoch, here.clock().isoformat()))


@blueprint.post("/digest")
@blueprint.arguments(DigestRequest)
@blueprint.alt_response(403, schema=ErrorAnswer)
@by_device
def digest(asked: dict[str, Any]) -> Response:
    """In which scopes a device that has caught up holds something else than we do: our buckets of those. What it has is
    put down: officers see whom a returned record has not reached."""
    here = server()
    grants = readers_grants(here)
    there = {scope: said["cursor"] for scope, said in asked["scopes"].items() if grants.get(scope) == said["gen"]}
    with transaction() as session:
        reaching.note(session, bearer(), there, here.clock())
    content = {
        "req": asked["req"],
        "epoch": current_epoch(db.session),
        "server_time": here.clock().isoformat(),
        "scopes": digests.compare(db.session, grants, asked["scopes"]),
    }
    return signed_answer(here.keys, "page", content)


@blueprint.post("/repair")
@blueprint.arguments(RepairRequest)
@blueprint.alt_response(403, schema=ErrorAnswer)
@by_device
def repair(asked: dict[str, Any]) -> Response:
    """What makes some buckets of a device's scope as they are here."""
    here = server()
    if readers_grants(here).get(asked["scope"]) != asked["gen"]:
        raise Refusal("pull.refused")
    limit = here.settings.pull_max_changes
    mended = digests.mend(db.session, asked["scope"], asked["gen"], asked["buckets"], asked["held"], limit)
    return signed_answer(
        here.keys, "page", mended.answer(asked["req"], current_epoch(db.session), here.clock().isoformat())
    )


def readers_grants(here: Server) -> dict[str, int]:
    """{scope: generation} that the calling device holds now. Raises Refusal pull.refused."""
    device = db.session.get(Device, bearer())
    if device is None or state_of(device, here.clock()) != "active":
        raise Refusal("pull.refused")
    grants = held_grants(db.session, device.person_id, here.today())
    if grants is None:
        with transaction() as session:
            grants = refresh_grants(session, device.person_id, here.today())
    return grants
