"""A district in a test: people, their devices and what they say to the server over the real wire."""

from __future__ import annotations

import gzip
import itertools
import json
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

import forms
from server.context import Server
from server.database import transaction
from server.models import Device, Person
from server.people import add_membership, add_person, make_enrolment
from sync.canonical import b64
from sync.keys import KeyPair, verify
from sync.messages import SIGNATURE_HEADER, verify_response
from sync.ops import ChainState, Intent, Op, build_op, wire_bytes
from sync.seal import seal

FIELD_HOST = "https://field.test"
CASE_FORM = Path(__file__).parents[2] / "campaigns" / "tam_duong" / "forms" / "support_case.json"
FORM = {"id": "support_case", "version": json.loads(CASE_FORM.read_text("utf-8"))["settings"]["version"]}
TEAM, OTHER_TEAM, FAR_TEAM = "03424-07-T1", "03424-07-T2", "03412-01-T1"
COMMON = {
    "/consent/consent_how": "spoken", "/consent/consent_witness": "Sùng A Chu",
    "/person/full_name": "Giàng Thị Dở", "/person/sex": "female", "/person/birth_year": 1958,
    "/household/commune": "03424", "/household/village": "03424-07", "/household/head_relation": "self",
    "/household/household_size": 5,
    "/need/need_type": ["food", "medicine"], "/need/urgency": "24h",
}  # fmt: skip


class Clock:
    """A clock that stands still until told otherwise."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **given: float) -> None:
        self.now += timedelta(**given)


@dataclass
class FieldDevice:
    """What a phone is to the server: keys, a chain, a token. Its ops are made and signed as in earnest."""

    client: FlaskClient
    clock: Clock
    device_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    sign_key: KeyPair = field(default_factory=KeyPair.new)
    seal_key: KeyPair = field(default_factory=KeyPair.new)
    certificate: dict[str, str] | None = None
    server_sign: str = ""
    server_seal: str = ""
    token: str = ""
    host: str = FIELD_HOST
    last_receipt: dict[str, str] | None = None
    chain: ChainState = field(init=False)
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.chain = ChainState(self.device_id, 0, None)

    def post(
        self, call: str, kind: str = "", *, headers: dict[str, str] | None = None, **content: Any
    ) -> dict[str, Any]:
        """One call; its answer is believed only with the server's signature. Errors come back as {"error": …}."""
        content = {"req": secrets.token_hex(8), **content}
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = self.client.post(
            f"/sync/v1/{call}", base_url=self.host, json=content, headers={**bearer, **(headers or {})}
        )
        body = answer.get_data()
        if answer.status_code != 200:
            return {"status": answer.status_code, **json.loads(body)}
        if not self.server_sign:
            self.server_sign = json.loads(body)["server_keys"]["sign"]
        believed = verify_response(body, answer.headers.get(SIGNATURE_HEADER), kind, self.server_sign)
        assert believed is not None, "the server's signature does not verify"
        assert believed["req"] == content["req"]
        if kind == "receipt":
            key, _, sig = answer.headers[SIGNATURE_HEADER].partition(".")
            self.last_receipt = {"text": body.decode(), "sig": sig, "key": key}
        return believed

    def peek(self, code: str) -> dict[str, Any]:
        return self.post("enrol/peek", "enrol", code=code)

    def enrol(self, code: str) -> dict[str, Any]:
        answer = self.post(
            "enrol",
            "enrol",
            code=code,
            device=self.device_id,
            sign_key=self.sign_key.point,
            seal_key=self.seal_key.point,
            name="Điện thoại của tổ",
            proof=self.sign_key.sign("enrol", code.encode()),
        )
        if "cert" in answer:
            self.certificate, self.server_seal = answer["cert"], answer["server_keys"]["seal"]
        return answer

    def hello(self, **changed: Any) -> dict[str, Any]:
        challenge = self.post("hello", "challenge", device=self.device_id)["challenge"]
        said = {
            "device": self.device_id,
            "challenge": challenge,
            "sig": self.sign_key.sign("hello", challenge.encode()),
            "cert": self.certificate,
            "last_receipt": self.last_receipt,
        }
        answer = self.post("hello", "hello", **{**said, **changed})
        self.token = answer.get("token", self.token)
        return answer

    def op(
        self,
        kind: str,
        rec: str,
        payload: dict[str, Any],
        *,
        base: str | None = None,
        unit: str = TEAM,
        blobs: tuple[str, ...] = (),
    ) -> Op:
        """The next op of this device's chain."""
        intent = Intent(kind, rec, base, FORM, f"{unit}/support_case", payload, blobs)
        at = (self.clock() + timedelta(hours=7)).strftime("%Y-%m-%dT%H:%M:%S.000+07:00")
        op, self.chain = build_op(self.chain, intent, self.sign_key, secrets.token_bytes, lambda: at)
        return op

    def submit(self, *, unit: str = TEAM, blobs: tuple[str, ...] = (), **changes: Any) -> Op:
        """A new case, complete and valid but for `changes` ({name of the last part of a path: value})."""
        payload = {"answers": answers(**changes), "title": "Giàng Thị Dở"}
        return self.op("submit", new_rec(), payload, unit=unit, blobs=blobs)

    def edit(self, op: Op, base: str | None = None, **changes: Any) -> Op:
        return self.op("edit", op.rec, {"answers": answers(**changes)}, base=base or op.h)

    def push(self, *ops: Op, **given: Any) -> dict[str, Any]:
        return self.post("push", "receipt", ops=[op.wire for op in ops], **given)

    def pull(self, cursors: dict[str, Any] | None = None, limit: int = 500) -> dict[str, Any]:
        return self.post("pull", "page", cursors=cursors or {}, limit=limit)

    def pull_all(self) -> dict[str, Any]:
        """Every record the device may hold, {rec: DOC}, page by page as a device does it."""
        cursors: dict[str, Any] = {}
        held: dict[str, Any] = {}
        more = True
        while more:
            answer = self.pull(cursors, limit=2)
            for page in answer["pages"]:
                assert page["from"] == cursors.get(page["scope"], {"cursor": 0})["cursor"]
                held |= {change["rec"]: change["doc"] for change in page["changes"]}
                cursors[page["scope"]] = {"gen": page["gen"], "cursor": page["next"]}
            more = answer["more"]
        return held

    def bundle(self, *ops: Op, **given: Any) -> dict[str, Any]:
        sealed = [b64(seal(self.server_seal, "outbox/1", wire_bytes(op.wire))) for op in ops]
        return self.post("bundles", "receipt", device=self.device_id, sealed=sealed, **given)

    def raw_push(self, data: bytes, **headers: str) -> Any:
        given = {"Authorization": f"Bearer {self.token}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        return self.client.post(
            "/sync/v1/push", base_url=FIELD_HOST, data=data, headers=given, content_type="application/json"
        )


class District:
    """The running server and its people."""

    def __init__(self, app: Flask, clock: Clock) -> None:
        self.app, self.clock = app, clock

    @cached_property
    def server(self) -> Server:
        return self.app.extensions["chungsuc"]

    def person(self, role: str = "team_lead", unit: str = TEAM, **given: Any) -> Person:
        with self.app.app_context(), transaction() as session:
            person = add_person(session, "Giàng A Páo", self.clock(), **given)
            add_membership(session, person, role, unit, self.clock(), self.server.today())
            return person

    def code(self, person: Person) -> str:
        with self.app.app_context(), transaction() as session:
            person = session.get_one(Person, person.person_id)
            return make_enrolment(session, person, self.clock(), 7, self.server.today())

    def new_device(self) -> FieldDevice:
        return FieldDevice(self.app.test_client(), self.clock, host=self.server.settings.field_origin)

    def device(self, role: str = "team_lead", unit: str = TEAM) -> FieldDevice:
        """An enrolled device of a new person, with a token."""
        device = self.new_device()
        device.enrol(self.code(self.person(role, unit)))
        device.hello()
        return device

    def ask(self, question: Any) -> Any:
        """The result of question(session), in a transaction of its own."""
        with self.app.app_context(), transaction() as session:
            return question(session)

    def change_device(self, device: FieldDevice, **values: Any) -> None:
        def change(session: Session) -> None:
            row = session.get_one(Device, device.device_id)
            for name, value in values.items():
                setattr(row, name, value)

        self.ask(change)


def verdicts(receipt: dict[str, Any]) -> list[str]:
    return [line["verdict"] for line in receipt["verdicts"]]


def new_rec() -> str:
    return str(uuid.uuid4())


def answers(**changes: Any) -> dict[str, Any]:
    """Finalised answers of a support case; `changes` name the last part of a path."""
    env = forms.Env(now="2021-12-05T09:00:00.000+07:00", today="2021-12-05", roles=frozenset({"team_lead"}))
    instance = forms.Instance(program(), env=env)
    for path, value in COMMON.items():
        instance.set(path, changes.pop(path.rpartition("/")[2], value))
    for path in [path for path in paths(instance.tree()) if path.rpartition("/")[2] in changes]:
        instance.set(path, changes.pop(path.rpartition("/")[2]))
    assert not changes, f"no such question: {changes}"
    return instance.snapshot()


def paths(nodes: list[dict[str, Any]]) -> list[str]:
    return [path for node in nodes for path in (node["path"], *paths(node.get("children", [])))]


PROGRAMS: list[Any] = []


def program() -> Any:
    if not PROGRAMS:
        from server.campaigns import read_folder

        campaign, _ = forms.load_campaign(read_folder(CASE_FORM.parents[1]))
        PROGRAMS.append(forms.Form(campaign.programs["support_case"], campaign.lists))
    return PROGRAMS[0]


def gzipped(content: Any) -> bytes:
    # No time in it: the bytes name tests, and two processes have to call a test the same.
    return gzip.compress(json.dumps(content).encode(), mtime=0)


def is_signed(signed: dict[str, str], kind: str, point: str) -> bool:
    return verify(point, kind, signed["text"].encode(), signed["sig"])
