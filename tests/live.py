"""A real district on a loopback port: the server under waitress in a thread, for tests that need a wire."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from waitress import create_server

from chungsuc.ports import free_port
from server import Settings, create_app
from server.campaigns import load_campaign, read_folder
from server.context import Server
from server.database import db, transaction
from server.people import add_membership, add_person, enrolment_link, make_enrolment
from server.serving import open_server

CAMPAIGN = Path(__file__).parents[1] / "campaigns" / "tam_duong"
TEAM = "03424-07-T1"


def now() -> datetime:
    return datetime.now(UTC)


class LiveDistrict:
    """The server of one test. stop() and start() are the road: nothing answers in between; data and keys stay.
    ahead: by how much its clock is."""

    def __init__(self, folder: Path, campaign: Mapping[str, bytes] | None = None, **settings: object) -> None:
        self.port, self.console_port = free_port(), free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.console_origin = f"http://127.0.0.1:{self.console_port}"
        self.settings = Settings(
            data_dir=folder, field_origin=self.origin, console_origin=self.console_origin, demo=True,
            **{"device_rate": "100000/minute", "enrol_rate": "100000/minute", **settings},
        )  # fmt: skip
        self.ahead = timedelta()
        self.app = create_app(self.settings, lambda: now() + self.ahead)
        open_server(self.app)
        with self.app.app_context(), transaction() as session:
            load_campaign(session, campaign or read_folder(CAMPAIGN), now(), demo=True)
        self.start()

    @property
    def server(self) -> Server:
        found: Server = self.app.extensions["chungsuc"]
        return found

    def start(self) -> None:
        listen = f"127.0.0.1:{self.port} 127.0.0.1:{self.console_port}"
        self._server = create_server(self.app, listen=listen, threads=4, ident=None)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if not self._thread.is_alive():
            return
        # Closed by its own loop: from another thread the loop may be waiting on sockets that are gone. What is being
        # answered is answered first; the lock keeps another wake-up from closing the trigger before it is pulled.
        self._server.task_dispatcher.shutdown()
        trigger = next(each for each in self._server.map.values() if hasattr(each, "pull_trigger"))
        with trigger.lock:
            trigger.thunks.append(self._server.close)
            trigger.pull_trigger()
        self._thread.join(timeout=5)

    def close(self) -> None:
        self.stop()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def add_person(self, name: str, role: str, unit: str, username: str | None = None) -> str:
        with self.app.app_context(), transaction() as session:
            person = add_person(session, name, now(), username=username, demo=True)
            add_membership(session, person, role, unit, now(), self.server.today())
            return person.person_id

    def link(self, person_id: str) -> str:
        """A one-time enrolment link for one more device of a person."""
        from server.models import Person

        with self.app.app_context(), transaction() as session:
            person = session.get(Person, person_id)
            code = make_enrolment(session, person, now(), self.settings.enrolment_days, self.server.today())
            return enrolment_link(self.origin, code, self.server.keys.key_id)
