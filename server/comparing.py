"""When changed records are compared (server/duplicates.py): where a process serves, by a thread of its own, as soon as
no push comes any more or LATEST_S after one did; elsewhere at once.

The work stands in the database, so a process that is killed leaves it to the next, and whoever opens a page of pairs
has the rest compared before it is shown.
"""

from __future__ import annotations

import threading
import time

from flask import Flask, current_app

from .context import Server
from .database import db
from .duplicates import catch_up

PAUSE_S, LATEST_S = 0.2, 5.0
COMPARING = "chungsuc_comparing"


class Comparing(threading.Thread):
    """Compares what changed, between pushes."""

    def __init__(self, app: Flask) -> None:
        super().__init__(name=COMPARING, daemon=True)
        self.app, self.changed, self.ended = app, threading.Event(), threading.Event()

    def run(self) -> None:
        while self.changed.is_set() or not self.ended.is_set():
            self.changed.wait()
            self.wait_for_a_pause()
            with self.app.app_context():
                server: Server = self.app.extensions["chungsuc"]
                catch_up(server.clock())
                db.session.remove()

    def wait_for_a_pause(self) -> None:
        """Until no push has come for PAUSE_S, but no longer than LATEST_S."""
        latest = time.monotonic() + LATEST_S
        while self.changed.is_set() and time.monotonic() < latest and not self.ended.is_set():
            self.changed.clear()
            self.changed.wait(PAUSE_S)
        self.changed.clear()

    def stop(self) -> None:
        """Compare what there is, and end."""
        self.ended.set()
        self.changed.set()
        self.join()


def begin_comparing(app: Flask) -> None:
    """From now on this process compares in the background; what another left is looked at first."""
    app.extensions[COMPARING] = comparing = Comparing(app)
    comparing.changed.set()
    comparing.start()


def after_change() -> None:
    """Records have changed and are committed. Never raises."""
    comparing: Comparing | None = current_app.extensions.get(COMPARING)
    if comparing is not None and comparing.is_alive():
        comparing.changed.set()
        return
    catch_up(current_app.extensions["chungsuc"].clock())
