"""Who may call sync from another origin: the app where it was installed before the server moved, with a device's headers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server import create_app
from server.problems import Refusal
from server.settings import Settings

OLD, FIELD, CONSOLE = "https://old.test", "https://field.test", "https://console.test"
ASKS = {
    "Origin": OLD,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization, content-type",
}
ALLOW = "Access-Control-Allow-Origin"


@pytest.fixture
def settings(tmp_path):
    return Settings(
        data_dir=tmp_path, field_origin=FIELD, console_origin=CONSOLE, former_origins=f"{OLD} https://older.test"
    )


@pytest.fixture
def client(settings):
    return create_app(settings).test_client()


def test_the_installed_app_may_ask_with_what_a_device_sends_and_no_cookie(client):
    answer = client.options("/sync/v1/hello", base_url=FIELD, headers=ASKS)
    assert answer.status_code == 200 and answer.headers[ALLOW] == OLD and "Origin" in answer.headers["Vary"]
    assert (
        answer.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type, Content-Encoding, Chungsuc-Key"
    )
    assert "Access-Control-Allow-Credentials" not in answer.headers
    chunk = client.options(f"/sync/v1/blobs/{'0' * 64}/1", base_url=FIELD, headers=ASKS)
    assert "PUT" in chunk.headers["Access-Control-Allow-Methods"] and chunk.headers[ALLOW] == OLD
    refused = client.post("/sync/v1/pull", base_url=FIELD, headers={"Origin": OLD}, json={})
    assert refused.status_code >= 400 and refused.headers[ALLOW] == OLD, "the app reads why"
    assert refused.headers["Access-Control-Expose-Headers"] == "Chungsuc-Signature, Chungsuc-Size"


@pytest.mark.parametrize("origin", ["https://evil.test", FIELD, "null", "https://old.test.evil.test", OLD + ":444"])
def test_nobody_else_may(client, origin):
    assert ALLOW not in client.options("/sync/v1/hello", base_url=FIELD, headers={**ASKS, "Origin": origin}).headers


@pytest.mark.parametrize(
    ("base", "path"), [(FIELD, "/app/"), (FIELD, "/health"), (CONSOLE, "/home"), (CONSOLE, "/sync/v1/hello")]
)
def test_nothing_but_sync_is_let_in(client, base, path):
    assert ALLOW not in client.get(path, base_url=base, headers={"Origin": OLD}).headers


def test_the_old_address_serves_the_app_as_long_as_it_leads_here_and_the_page_may_call_the_new_one(client):
    page = client.get("/app/", base_url=OLD)
    assert page.status_code == 200 and f"connect-src 'self' {FIELD};" in page.headers["Content-Security-Policy"]
    assert "connect-src 'self';" in client.get("/app/", base_url=FIELD).headers["Content-Security-Policy"]


def test_a_server_that_will_move_lets_its_page_call_where_it_goes(settings):
    client = create_app(replace(settings, next_origin="https://next.test")).test_client()
    policy = client.get("/app/", base_url=FIELD).headers["Content-Security-Policy"]
    assert "connect-src 'self' https://next.test;" in policy


@pytest.mark.parametrize(
    "wrong", [{"former_origins": "https://a.test/app"}, {"next_origin": "a.test"}, {"former_origins": CONSOLE}]
)
def test_settings_that_are_no_origins_are_refused(settings, wrong):
    with pytest.raises(Refusal):
        replace(settings, **wrong)
