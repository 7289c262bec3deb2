"""The field app's files: right types and headers on their own origin, an explanation everywhere else, never blank."""

import gzip
import json
from dataclasses import replace

import brotli
import pytest
from sqlalchemy.exc import OperationalError

from server import create_app
from server.database import db
from server.serving import open_server
from sync.canonical import sha
from tests.server.conftest import dispose

# Files and hosts: the database has no say in them.
pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)

FIELD, CONSOLE = "https://field.test", "https://console.test"
FILES = {
    "index.html": '<!doctype html><meta name="chungsuc-device" content="browser"><script type="module" src="main.js">',
    "main.js": '/** Why. */\nimport { two } from "./parts/two.js";\nexport const answer = 40 + two, later = () => import("./later.js");\n',
    "parts/two.js": "export const two = 2;\n",
    "i18n/en.json": "{}",
    "icons/app-192.png": "PNG",
    "later.js": "export const more = 1;\n",
    "sw.js": 'const PACKS = [{ name: "", sha256: "", size: 0 }];\nself.packs = PACKS;',
    "styles/app.css": "body {}",
    "i18n/vi.json": "{}",
    "manifest.webmanifest": "{}",
    "icons/app.svg": "<svg/>",
    "README.md": "not for the web",
    ".git/config.json": "secret",
}


PATHS = {
    "": "text/html",
    "index.html": "text/html",
    "main.js": "text/javascript",
    "parts/two.js": "text/javascript",
    "later.js": "text/javascript",
    "i18n/en.json": "application/json",
    "icons/app-192.png": "image/png",
    "styles/app.css": "text/css",
    "i18n/vi.json": "application/json",
    "manifest.webmanifest": "application/manifest+json",
    "icons/app.svg": "image/svg+xml",
}


@pytest.fixture
def web(tmp_path):
    web = tmp_path / "web"
    for name, text in FILES.items():
        (web / name).parent.mkdir(parents=True, exist_ok=True)
        (web / name).write_text(text, "utf-8")
    (tmp_path / "outside.js").write_text("secret", "utf-8")
    return web


@pytest.fixture
def client(settings, clock, web):
    app = open_server(create_app(replace(settings, web_dir=web), clock))
    yield app.test_client()
    dispose(app)


@pytest.mark.parametrize(("path", "mimetype"), PATHS.items())
def test_a_file_comes_with_its_type_an_etag_and_a_strict_policy(client, path, mimetype):
    answer = client.get(f"/app/{path}", base_url=FIELD)
    assert (answer.status_code, answer.mimetype) == (200, mimetype)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-cache"
    again = client.get(f"/app/{path}", base_url=FIELD, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_the_page_is_told_that_its_device_is_a_browser(client):
    assert '<meta name="chungsuc-device" content="browser">' in client.get("/app/", base_url=FIELD).text


def test_code_travels_without_its_comments(client):
    sent = 'import{two}from"./parts/two.js";export const answer=40+two,later=()=>import("./later.js");\n'
    assert client.get("/app/main.js", base_url=FIELD).text == sent


def unpacked(pack):
    line, _, contents = pack.partition(b"\n")
    index, at, files = json.loads(line), 0, {}
    for path, mimetype, size in index["files"]:
        files[path] = (mimetype, contents[at : at + size])
        at += size
    assert at == len(contents)
    return index["headers"], files


def test_two_packs_hold_every_file_as_it_is_served(client):
    headers, files = unpacked(client.get("/app/app.pack", base_url=FIELD).get_data())
    later_headers, later = unpacked(client.get("/app/more.pack", base_url=FIELD).get_data())
    assert headers == later_headers and not files.keys() & later.keys()
    assert set(later) == {"later.js", "i18n/en.json", "icons/app-192.png"}, "what is asked for while the app runs"
    files |= later
    assert set(files) == {path for path in PATHS if path != "index.html"}
    for path, (mimetype, content) in files.items():
        answer = client.get(f"/app/{path}", base_url=FIELD)
        assert (answer.mimetype, answer.get_data()) == (mimetype, content)
        assert headers.items() <= dict(answer.headers).items()


def test_the_service_worker_knows_the_packs_by_their_hashes_and_another_release_is_another_worker(client, web):
    worker = client.get("/app/sw.js", base_url=FIELD).text
    for name in ("app.pack", "more.pack"):
        pack = client.get(f"/app/{name}", base_url=FIELD).get_data()
        assert f'{{name:"{name}",sha256:"{sha(pack)}",size:{len(pack)}}}' in worker
    (web / "styles" / "app.css").write_text("body{color:red}", "utf-8")
    assert sha(client.get("/app/app.pack", base_url=FIELD).get_data()) in client.get("/app/sw.js", base_url=FIELD).text
    assert client.get("/app/sw.js", base_url=FIELD).text != worker


def test_a_pack_is_squeezed_whole_for_who_takes_it(client):
    plain = client.get("/app/app.pack", base_url=FIELD)
    squeezed = client.get("/app/app.pack", base_url=FIELD, headers={"Accept-Encoding": "gzip"})
    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(squeezed.get_data()) == plain.get_data()
    smallest = client.get("/app/app.pack", base_url=FIELD, headers={"Accept-Encoding": "gzip, deflate, br"})
    assert smallest.headers["Content-Encoding"] == "br"
    assert brotli.decompress(smallest.get_data()) == plain.get_data()
    assert len(smallest.get_data()) < len(squeezed.get_data())
    assert {answer.headers["Vary"] for answer in (plain, squeezed, smallest)} == {"Accept-Encoding"}


@pytest.mark.parametrize(
    "path", ["nothing.js", "README.md", "../outside.js", "%2e%2e/outside.js", ".git/config.json", "styles"]
)
def test_what_is_no_file_of_the_app_is_not_found(client, path):
    answer = client.get(f"/app/{path}", base_url=FIELD)
    assert answer.status_code == 404
    assert "secret" not in answer.text


@pytest.mark.parametrize("path", ["/", "/app"])
def test_the_origin_itself_leads_to_the_app(client, path):
    answer = client.get(path, base_url=FIELD)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/app/")


@pytest.mark.parametrize("path", ["/", "/app/", "/app/main.js"])
@pytest.mark.parametrize("host", ["http://field.test", "http://192.168.1.20:8001", "http://chungsuc.lan"])
def test_plain_http_to_an_address_explains_itself_and_what_to_do(client, host, path):
    answer = client.get(path, base_url=host)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    for word in ("https://", "--tls-cert", "docs/deploy.md", "Người dùng", "Administrators"):
        assert word in answer.text
    assert "<script" not in answer.text


def test_another_name_over_https_names_the_right_address(client):
    answer = client.get("/app/", base_url="https://www.field.test")
    assert answer.status_code == 421
    assert "https://field.test/app/" in answer.text


@pytest.mark.parametrize("path", ["/app/", "/app/main.js", "/sync/v1/openapi.json"])
def test_the_consoles_origin_serves_neither_the_app_nor_sync(client, path):
    for base in (CONSOLE, "http://console.test"):
        assert client.get(path, base_url=base).status_code == 404


def test_sync_answers_on_its_own_host_only(client):
    assert client.get("/sync/v1/openapi.json", base_url=FIELD).get_json()["info"]["title"] == "Chung Sức sync"
    answer = client.get("/sync/v1/openapi.json", base_url="https://elsewhere.test")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (421, "host.unknown")


@pytest.mark.parametrize("base", [FIELD, CONSOLE])
def test_health_answers_on_both(client, base):
    assert client.get("/health", base_url=base).get_json() == {"ok": True}


def test_health_says_when_the_database_does_not_answer(district, monkeypatch):
    def gone(*_args, **_given):
        raise OperationalError("SELECT 1", {}, OSError())

    monkeypatch.setattr(db.session, "execute", gone)
    answer = district.app.test_client().get("/health", base_url=FIELD)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "server.busy")
