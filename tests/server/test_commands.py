"""The commands as an administrator types them, and `serve` as a browser meets it."""

import datetime
import re
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chungsuc.cli import chungsuc
from chungsuc.ports import free_port

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(tmp_path):
    """run("people", "add", …) → what it printed; a refusal is raised."""

    def run(*arguments):
        done = CliRunner().invoke(chungsuc, [*arguments, "--data-dir", str(tmp_path / "data")])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.output

    return run


def test_from_an_empty_folder_to_an_enrolment_link(run):
    assert "2021120101" in run("campaign", "load", str(ROOT / "campaigns" / "tam_duong"))
    assert "forms published: none" in run("campaign", "load", str(ROOT / "campaigns" / "tam_duong"))
    person_id = run("people", "add", "Giàng A Páo", "--as", "team_lead:03424-07-T1", "--username", "pao").strip()
    run("people", "password", "pao", "--password", "đường lên bản 2021")
    assert f"{person_id}  pao" in run("people", "list")
    assert "[team_lead:03424-07-T1]" in run("people", "list")
    link = run("devices", "enrol", "pao", "--no-qr").strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:8001/app/#enrol=[A-Za-z0-9_-]{22}\.[0-9a-f]{16}", link)
    assert run("devices", "list") == ""
    run("db", "upgrade")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("people", "add", "X", "--as", "team_lead:03424-07-T1"), "role.unknown"),
        (("people", "password", "nobody", "--password", "x"), "person.unknown"),
        (("devices", "enrol", "nobody"), "person.unknown"),
        (("devices", "revoke", "nothing"), "device.unknown"),
    ],
)
def test_what_does_not_exist_is_refused_by_code(run, arguments, code):
    with pytest.raises(Exception) as refused:
        run(*arguments)
    assert refused.value.code == code


def certificate(folder):
    """A certificate for 127.0.0.1 and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_serve_answers_on_both_origins_until_it_is_stopped(tmp_path, tls):
    console, field = free_port(), free_port()
    scheme = "https" if tls else "http"
    given = [f"--console-origin=http://localhost:{console}", f"--field-origin=http://localhost:{field}"]
    context = None
    if tls:
        cert, key = certificate(tmp_path)
        given += [f"--tls-cert={cert}", f"--tls-key={key}"]
        context = ssl.create_default_context(cafile=str(cert))
    command = [sys.executable, "-m", "chungsuc", "serve", f"--data-dir={tmp_path / 'data'}", *given]
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # A shell's background job is born deaf to Ctrl-C, and would hand that down.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        printed = "".join(iter(server.stdout.readline, "Ctrl-C: dừng / stop\n"))
        assert f"{scheme}://localhost:{field}/app/" in printed
        for port in (console, field):
            assert b'"ok":true' in fetch(f"{scheme}://localhost:{port}/health", context)
        assert b"Chung S" in fetch(f"{scheme}://localhost:{field}/sync/v1/openapi.json", context)
    finally:
        server.send_signal(signal.SIGINT)
        try:
            rest, _ = server.communicate(timeout=60)
        finally:
            server.kill()
    assert "Traceback" not in rest


def fetch(url, context):
    """The body, asked for until the port is open: `serve` prints its addresses just before it listens."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, context=context, timeout=30) as answer:
                return answer.read()
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
    raise AssertionError(f"nothing listens at {url}")


def test_a_certificate_without_its_key_is_refused(run, tmp_path):
    cert, _ = certificate(tmp_path)
    with pytest.raises(Exception) as refused:
        run("serve", "--tls-cert", str(cert))
    assert refused.value.code == "settings.tls"
