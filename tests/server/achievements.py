"""Achievements in a test: told by a village's device, confirmed by the commune, as a dossier needs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import forms
from server.campaigns import read_folder
from sync.ops import Intent, build_op
from tests.server.district import TEAM, District, FieldDevice, new_rec, verdicts
from tests.server.officer import Officer, field

CAMPAIGN = Path(__file__).parents[2] / "campaigns" / "tam_duong"
SAID: dict[str, dict[str, Any]] = {
    "achievement": {
        "/recipient/recipient_type": "individual", "/recipient/full_name": "Tẩn Tả Mẩy", "/recipient/sex": "female",
        "/recipient/birth_year": 1987, "/recipient/ethnic_code": "09", "/recipient/commune": "03424",
        "/recipient/village": "03424-07", "/recipient/position": "Tổ viên", "/recipient/unit_name": "Tổ số 1",
        "/recipient/is_leader": "no", "/recipient/direct_frontline": "yes", "/deed/merit_kind": ["frontline", "tracing"],
        "/deed/period_from": "2021-11-01", "/deed/period_to": "2021-11-30",
        "/deed/facts": "Trực chốt 35 ca, đưa 120 suất ăn tới nhà F0, F1.", "/deed/impact_scope": "commune",
        "/consent/agreed": "yes",
    },
    "good_practice": {
        "/practice/practice_name": "Bếp ăn không đồng", "/practice/practice_field": "food", "/practice/done_by": "Chi hội Phụ nữ bản Phiêng Hoi",
        "/practice/commune": "03424", "/practice/village": "03424-07", "/practice/started_on": "2021-11-01",
        "/story/how_done": "Góp gạo, nấu mỗi ngày ba mươi suất.", "/story/result": "Giúp 40 hộ cách ly có bữa ăn.",
        "/story/spread": "easy", "/consent/agreed": "yes",
    },
}  # fmt: skip
LOADED: list[forms.Campaign] = []


def campaign() -> forms.Campaign:
    if not LOADED:
        loaded, _ = forms.load_campaign(read_folder(CAMPAIGN))
        assert loaded is not None
        LOADED.append(loaded)
    return LOADED[0]


def answers(form_id: str, **changes: Any) -> dict[str, Any]:
    """changes: the last part of a path → its value."""
    loaded = campaign()
    env = forms.Env(now="2021-12-05T09:00:00.000+07:00", today="2021-12-05", roles=frozenset({"team_lead"}))
    instance = forms.Instance(forms.Form(loaded.programs[form_id], loaded.lists), env=env)
    for path, value in SAID[form_id].items():
        instance.set(path, changes.pop(path.rpartition("/")[2], value))
    assert not changes, changes
    return instance.snapshot()


def tell(device: FieldDevice, form_id: str = "achievement", unit: str = TEAM, **changes: Any) -> str:
    """One finalised record, pushed; its id."""
    version = json.loads((CAMPAIGN / "forms" / f"{form_id}.json").read_text("utf-8"))["settings"]["version"]
    said = {"answers": answers(form_id, **changes), "title": changes.get("full_name", "Tẩn Tả Mẩy")}
    intent = Intent("submit", new_rec(), None, {"id": form_id, "version": version}, f"{unit}/{form_id}", said, ())
    at = "2021-12-05T09:00:00.000+07:00"
    op, device.chain = build_op(device.chain, intent, device.sign_key, lambda n: b"\1" * n, lambda: at)
    assert verdicts(device.push(op)) == ["applied"]
    return op.rec


def confirm(officer: Officer, rec: str) -> None:
    page = officer.get(f"/records/{rec}")
    done = officer.post(f"/records/{rec}/steps/confirm", answers_hash=field(page, "answers_hash"))
    assert done.status_code == 302, done.text


def confirmed(district: District, officer: Officer, device: FieldDevice, form_id: str = "achievement", **changes: Any) -> str:
    rec = tell(device, form_id, **changes)
    confirm(officer, rec)
    return rec
