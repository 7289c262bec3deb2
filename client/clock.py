"""The machine's clock as text, and whether its date can be true (P-05). A clock is a claim; it orders nothing."""

from __future__ import annotations

from datetime import datetime

BUILT = "2026-11-23"  # no true date of this app's use lies before it


def local_iso(now: datetime) -> str:
    """ISO with milliseconds and the machine's offset."""
    return now.astimezone().isoformat(timespec="milliseconds")


def tz_offset_min(now: datetime) -> int:
    offset = now.astimezone().utcoffset()
    return int(offset.total_seconds() // 60) if offset else 0


def date_suspect(now: datetime, server_time: str | None) -> dict[str, str] | None:
    """{device_date, server_date} when today lies before the app's build or the last verified server time."""
    device_date = local_iso(now)[:10]
    seen = local_iso(datetime.fromisoformat(server_time))[:10] if server_time else BUILT
    server_date = max(seen, BUILT)
    return {"device_date": device_date, "server_date": server_date} if device_date < server_date else None
