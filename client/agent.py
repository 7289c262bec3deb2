"""When to sync: after a finalise, every few minutes with jitter, and again after a failure, later and later."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Any

from client.errors import DeviceError

EVERY_S = 300.0
FIRST_RETRY_S, LONGEST_RETRY_S = 5.0, 900.0


class Agent(threading.Thread):
    """One thread; one round at a time. round(tell): does a round or raises. changed(): tells the screen to look again."""

    def __init__(self, round_: Callable[[Callable[[str, int, int], None]], None], changed: Callable[[], None]) -> None:
        super().__init__(name="sync-agent", daemon=True)
        self._round, self._changed = round_, changed
        self._wake, self._stopping, self._active = threading.Event(), threading.Event(), threading.Event()
        self.progress: dict[str, Any] = {"running": False, "phase": None, "done": 0, "total": 0}
        self._failures = 0

    def open(self) -> None:
        """A vault is open: sync now, and from time to time."""
        self._active.set()
        self._wake.set()

    def rest(self) -> None:
        """No vault is open."""
        self._active.clear()

    def stop(self) -> None:
        self._stopping.set()
        self._wake.set()
        if self.is_alive():
            self.join(timeout=10)

    def wake(self) -> None:
        self._wake.set()

    def run(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait(self.pause_s())
            self._wake.clear()
            if self._active.is_set() and not self._stopping.is_set():
                self._once()

    def pause_s(self) -> float:
        """Seconds to the next round; each failure in a row doubles them, with jitter so that phones do not march in step."""
        retry = min(FIRST_RETRY_S * 2 ** max(self._failures - 1, 0), LONGEST_RETRY_S)
        return (retry if self._failures else EVERY_S) * random.uniform(0.7, 1.3)

    def _once(self) -> None:
        def tell(phase: str, done: int, total: int) -> None:
            self.progress = {"running": True, "phase": phase, "done": done, "total": total}
            self._changed()

        try:
            self._round(tell)
            self._failures = 0
            code = None
        except DeviceError as refused:
            self._failures += 1
            code = refused.code
        self.progress = {
            "running": False,
            "phase": None,
            "done": 0,
            "total": 0,
            **({"error_code": code} if code else {}),
        }
        self._changed()
