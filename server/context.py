"""What every request may know of the server it runs in: settings, clock, keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from flask import current_app

from .blob_store import BlobStore
from .keys import ServerKeys, read_keys
from .rates import Rates
from .settings import Settings


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Server:
    """Nothing here changes while the process runs but what a worker took of a rate: any one answers like any other."""

    settings: Settings
    clock: Callable[[], datetime]  # aware, UTC

    def local_now(self) -> datetime:
        """Now, in the settings' time zone."""
        return self.clock().astimezone(ZoneInfo(self.settings.time_zone))

    def today(self) -> date:
        """The day people live in, in the settings' time zone: memberships begin and end by it."""
        return self.local_now().date()

    @cached_property
    def blobs(self) -> BlobStore:
        return BlobStore(self.settings.blob_path, self.settings.blob_keep_free_bytes)

    @cached_property
    def rates(self) -> Rates:
        return Rates(self.clock)

    @cached_property
    def keys(self) -> ServerKeys:
        """Raises Refusal keys.missing, keys.unreadable."""
        return read_keys(self.settings.key_path)


def server() -> Server:
    """The Server of the running app."""
    return current_app.extensions["chungsuc"]
