"""Someone at the console in a test: a browser signed in as a new person, over the real pages."""

from __future__ import annotations

import re
import uuid
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from server.accounts import begin_session
from server.console.visitor import COOKIE
from server.models import AccessEntry, AuditEntry, Person
from tests.server.district import District

CONSOLE_HOST = "https://console.test"
COMMUNE, OTHER_COMMUNE = "03424", "03412"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
TAG = re.compile(r"<[^>]+>")


class Browser:
    """A browser at the console's address; `post` sends the page's token as its forms do."""

    def __init__(self, district: District, **environ: str) -> None:
        self.client: FlaskClient = district.app.test_client()
        self.environ = environ

    def get(self, path: str, **given: Any) -> TestResponse:
        return self.client.get(path, base_url=CONSOLE_HOST, headers=self.headers(), environ_base=self.environ, **given)

    def post(self, path: str, *, token: str | None = None, **fields: Any) -> TestResponse:
        """fields: of the form; `token` stands in for the page's own."""
        sent = {"csrf_token": self.token() if token is None else token, **fields}
        return self.client.post(
            path, base_url=CONSOLE_HOST, data=sent, headers=self.headers(), environ_base=self.environ
        )

    def token(self) -> str:
        found = TOKEN.search(self.get("/sign-in").text)
        assert found
        return found[1]

    def headers(self) -> dict[str, str]:
        return {"Referer": f"{CONSOLE_HOST}/", "Accept": "text/html"}

    def sign_in(self, username: str, password: str, **fields: str) -> TestResponse:
        return self.post("/sign-in", username=username, password=password, **fields)


class Officer(Browser):
    """A new person in a role, signed in. Begins the session as signing in does, without the slow password."""

    def __init__(self, district: District, role: str = "commune_officer", unit: str = COMMUNE) -> None:
        super().__init__(district)
        self.district = district
        self.person: Person = district.person(role, unit, username=f"{role}-{uuid.uuid4().hex[:6]}")
        self.token_text = district.ask(lambda s: begin_session(s, self.person.person_id, district.clock(), 12))
        self.client.set_cookie(COOKIE, self.token_text, domain="console.test", secure=True)

    def accesses(self) -> list[tuple[str, str | None]]:
        """(what, record) of the access log, of this person, oldest first."""
        asked = select(AccessEntry.what, AccessEntry.rec).where(AccessEntry.person_id == self.person.person_id)
        return self.district.ask(lambda s: [tuple(row) for row in s.execute(asked.order_by(AccessEntry.access_id))])

    def acts(self) -> list[str]:
        """What the audit says this person did."""
        asked = select(AuditEntry.act).where(AuditEntry.actor == self.person.person_id).order_by(AuditEntry.seq)
        return self.district.ask(lambda s: list(s.scalars(asked)))


def words(page: TestResponse) -> str:
    """A page as text, white space folded."""
    return " ".join(TAG.sub(" ", page.text).split())


def field(page: TestResponse, name: str) -> str:
    """The value of a hidden input."""
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page.text)
    assert found, f"no field {name}"
    return found[1]
