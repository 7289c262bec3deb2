"""A volunteer's laptop and a real district on the loopback."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from client.device import Device
from client.errors import DeviceError
from client.sync_round import sync_round
from client.wire import Wire
from tests.live import TEAM, LiveDistrict

PIN = "246810"
COMMON = {
    "consent": {"consent_how": "spoken", "consent_witness": "Sùng A Chu"},
    "person": {"full_name": "Giàng Thị Dở", "sex": "female", "birth_year": 1958},
    "household": {"commune": "03424", "village": "03424-07", "head_relation": "self", "household_size": 5},
    "need": {"need_type": ["food", "medicine"], "urgency": "24h"},
}


@dataclass
class Laptop:
    """A device whose rounds are made by hand, so that nothing happens between two lines of a test."""

    device: Device
    folder: Path

    def round(self) -> str | None:
        """One round with the server; its error code, None when it held."""
        session = self.device.session
        try:
            sync_round(session, Wire(session.vault.origin), lambda *_: None)
        except DeviceError as refused:
            return refused.code
        return None

    def fill_in(self, **changes) -> str:
        """A finalised support case of Giàng Thị Dở; its record."""
        rec = self.device.start({"form_id": "support_case"})["rec"]
        self.device.save_draft({"rec": rec, "answers": COMMON | changes})
        self.device.finalise({"rec": rec})
        return rec

    def phase(self, rec: str) -> str:
        return self.device.open({"rec": rec})["phase"]


@pytest.fixture
def live(tmp_path):
    district = LiveDistrict(tmp_path / "server")
    yield district
    district.close()


@pytest.fixture
def laptop(tmp_path, live):
    device = Device(tmp_path / "laptop", secret_store="file", background=False)
    device.enrol(
        {"link": live.link(live.add_person("Lò Văn Ơn", "team_member", TEAM)), "pin": PIN, "name": "Máy của tổ"}
    )
    found = Laptop(device, tmp_path / "laptop")
    assert found.round() is None
    yield found
    device.close()
