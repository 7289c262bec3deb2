"""Make the cases of what may be let go of, which both sync cores run: `python -m tests.conformance.securing_cases`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "securing.json"
HELLO = {"epoch": "e1", "counter": 50, "server_time": "2026-12-31T01:00:00.000000+00:00", "safe_seq": 40}


def held(counter: int = 40, at: str = "2026-12-01T01:00:00.000000+00:00", epoch: str = "e1") -> dict[str, Any]:
    return {"epoch": epoch, "counter": counter, "at": at}


def make() -> list[dict[str, Any]]:
    """Each with what becomes of one copy: "stays", "noted" or "free"."""
    return [
        {"name": name, "copy": {"id": "1" * 64, "epoch": epoch, "held": mark}, "hello": {**HELLO, **said}, "becomes": becomes}
        for name, epoch, mark, said, becomes in (
            ("without a receipt", None, None, {}, "stays"),
            ("without a receipt of this epoch", "e0", held(epoch="e0"), {}, "stays"),
            ("received since the last hello", "e1", None, {}, "noted"),
            ("received again after a restore", "e1", held(epoch="e0"), {}, "noted"),
            ("in a proven backup for thirty days", "e1", held(), {}, "free"),
            ("in a proven backup, a moment short of thirty days", "e1", held(at="2026-12-01T01:00:00.001000+00:00"), {}, "stays"),
            ("thirty days old, behind the newest backup", "e1", held(41), {}, "stays"),
            ("thirty days old, and there is no backup of this epoch", "e1", held(1), {"safe_seq": 0}, "stays"),
            ("noted by a server whose time went back", "e1", held(at="2027-03-01T00:00:00+00:00"), {}, "stays"),
        )
    ]  # fmt: skip


if __name__ == "__main__":
    FILE.write_text(json.dumps(make(), ensure_ascii=False, indent=1) + "\n", "utf-8")
