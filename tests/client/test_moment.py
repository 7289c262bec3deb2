"""A record reads ten days later, on the server and in both engines, as its author saw it (P-06)."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from forms import Env, Instance
from server.campaigns import read_folder
from tests.client.conftest import COMMON
from tests.live import CAMPAIGN, LiveDistrict

ROOT = Path(__file__).parents[2]
ROWS = [
    {"type": "start", "name": "began"},
    {"type": "end", "name": "ended"},
    {"type": "today", "name": "day"},
    {"type": "deviceid", "name": "device"},
    {"type": "username", "name": "who"},
    {"type": "calculate", "name": "day_computed", "calculation": "today()"},
    {"type": "calculate", "name": "moment", "calculation": "now()"},
    {"type": "calculate", "name": "lot", "calculation": "int(random() * 1000000000)"},
    {"type": "calculate", "name": "ticket", "calculation": "uuid()"},
    {"type": "text", "name": "same_as_before", "label": "Như lần trước", "default": "${last-saved#ticket}"},
]
NAMES = [row["name"] for row in ROWS]
RUN = """import { Instance } from "./client/web/engine/index.js";
const { program, answers, env } = JSON.parse(require("fs").readFileSync(0));
const instance = new Instance(program, { answers, env });
console.log(JSON.stringify([instance.snapshot(), instance.title()]));""".replace(
    'require("fs").readFileSync(0)', "(await import('node:fs')).readFileSync(0)"
)


@pytest.fixture
def live(tmp_path):
    files = dict(read_folder(CAMPAIGN))
    form = json.loads(files["forms/support_case.json"])
    form["survey"] += ROWS
    form["settings"]["instance_name"] = "concat(${day_computed}, ' · ', ${lot})"
    files["forms/support_case.json"] = json.dumps(form).encode()
    district = LiveDistrict(tmp_path / "server", files)
    yield district
    district.close()


def as_env(told):
    """What the screen is told, as the engine takes it: the sounds of questions are the screen's alone."""
    known = {name: value for name, value in told.items() if name not in ("audio_language", "voices")}
    return Env(**{**known, "roles": frozenset(told["roles"])})


def finalised_ten_days_ago(laptop):
    """A record filled in and finalised then, whose phone found no signal since; with its answers as they were sent."""
    session, real = laptop.device.session, laptop.device.session.clock
    then = datetime.now(UTC) - timedelta(days=10)
    session.clock = lambda: then
    rec = laptop.device.start({"form_id": "support_case"})["rec"]
    session.clock = lambda: then + timedelta(minutes=20)
    program = laptop.device.program({"form_id": "support_case"})
    on_screen = Instance(program, None, as_env(laptop.device.env({"rec": rec})))
    for group, answers in COMMON.items():
        for name, value in answers.items():
            on_screen.set(f"/{group}/{name}", value)
    laptop.device.save_draft({"rec": rec, "answers": on_screen.answers()})
    confirmed = {"device": then.date().isoformat(), "corrected": then.date().isoformat()}
    laptop.device.finalise({"rec": rec, "confirmed_date": confirmed})
    session.clock = real
    sent = json.loads(json.loads(session.store.row("SELECT wire FROM own_op WHERE rec = ?", rec)["wire"])["payload"])
    return rec, then, sent


def document(laptop, rec):
    return json.loads(laptop.device.session.store.row("SELECT doc FROM record WHERE rec = ?", rec)["doc"])


def test_what_finalise_recorded_is_what_everybody_computes_later(laptop):
    rec, then, sent = finalised_ten_days_ago(laptop)
    day = then.astimezone().date().isoformat()
    noted = {name: sent["answers"].get(name) for name in NAMES}
    assert (noted["day"], noted["day_computed"], noted["moment"][:10]) == (day, day, day)
    assert noted["began"] < noted["ended"] == noted["moment"]
    assert noted["same_as_before"] is None and noted["device"] == laptop.device.session.device

    assert laptop.round() is None
    received = document(laptop, rec)
    assert {name: received["answers"].get(name) for name in NAMES} == noted
    assert received["title"] == sent["title"] == f"{day} · {noted['lot']}"

    laptop.device.comment({"rec": rec, "text": "Đã gọi điện"})
    assert laptop.round() is None
    commented = document(laptop, rec)
    assert commented["rev"] == 2
    assert (commented["title"], commented["volatile"]) == (received["title"], received["volatile"])

    program = laptop.device.program({"form_id": "support_case", "version": received["form"]["version"]})
    env = laptop.device.env({"rec": rec, "reading": True})
    assert env["today"] == day != laptop.device.env({"rec": rec})["today"]
    ours = Instance(program, received["answers"], as_env(env))
    given = json.dumps({"program": program, "answers": received["answers"], "env": env})
    node = [ROOT / ".venv/bin/node", "--input-type=module", "-e", RUN]
    theirs = json.loads(subprocess.run(node, input=given, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    assert [ours.snapshot(), ours.title()] == theirs == [received["answers"], received["title"]]


def test_the_next_record_begins_with_what_the_last_one_said(laptop):
    _, _, sent = finalised_ten_days_ago(laptop)
    following = laptop.device.start({"form_id": "support_case"})["rec"]
    env = laptop.device.env({"rec": following})
    program = laptop.device.program({"form_id": "support_case"})
    fresh = Instance(program, None, as_env(env))
    assert fresh.answers()["same_as_before"] == sent["answers"]["ticket"]
    assert fresh.answers()["ticket"] != sent["answers"]["ticket"]
