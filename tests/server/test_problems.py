"""Refusals: registered once, documented, in one shape, and nothing of our own making reaches a user."""

import json
from pathlib import Path

import pytest

from server import intake
from server.problems import REGISTER, Refusal
from tests.server.district import answers

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("code", sorted(REGISTER))
def test_every_code_is_documented_with_its_status(code):
    entry = REGISTER[code]
    row = f"| `{code}` | {entry.status} | {entry.en} | {entry.vi} |"
    assert row in (ROOT / "docs" / "problems.md").read_text("utf-8").splitlines()


def test_every_code_that_is_raised_is_registered():
    with pytest.raises(KeyError):
        Refusal("no.such_code")


def test_a_refusal_tells_a_person_at_a_terminal_every_problem_on_a_line_of_its_own():
    refusal = Refusal("campaign.invalid", details={"problems": ["roles.json: …", "workflow.json: …"]})
    assert [line.strip() for line in str(refusal).splitlines()[1:]] == [
        "problems: roles.json: …",
        "problems: workflow.json: …",
    ]


def test_our_own_failure_is_logged_with_its_place_and_answered_without_it(district, monkeypatch, lines):
    device = district.device()

    def fail(*_args):
        raise RuntimeError("Giàng Thị Dở, 0912345678")

    monkeypatch.setattr(intake, "settle", fail)
    answer = device.push(device.submit())
    assert (answer["status"], answer["error"]["code"], answer["error"]["details"]) == (500, "server.failure", {})
    (logged,) = [json.loads(line) for line in lines if json.loads(line)["event"] == "failure"]
    assert logged["error"] == "RuntimeError"
    assert any("intake.py" in place for place in logged["trace"])


def test_no_personal_data_and_no_secret_is_ever_logged(district, lines):
    person = district.person(username="pao.phienghoi")
    code = district.code(person)
    device = district.new_device()
    device.peek(code)
    device.enrol(code)
    device.hello()
    op = device.submit(full_name="Giàng Thị Dở", phone="0912345678")
    device.push(op, device.op("submit", op.rec, {"answers": {"person": {"full_name": "Giàng"}}}))
    device.pull_all()
    device.raw_push(b'{"req": "0912345678", "ops": "Gi\xc3\xa0ng"}')
    device.client.get("/app/?q=Giàng", base_url="https://field.test")
    text = "\n".join(lines)
    assert '"event": "push"' in text
    for secret in ("Giàng", "0912345678", "pao", code, device.token, "Điện thoại", op.rec):
        assert secret not in text, secret


def test_a_browser_gets_a_page_and_a_program_gets_json(district):
    client = district.app.test_client()
    page = client.get("/sync/v1/nothing", base_url="https://field.test", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "Không có gì ở địa chỉ này" in page.text
    plain = client.get("/sync/v1/nothing", base_url="https://field.test")
    assert plain.get_json()["error"]["code"] == "request.not_found"
    wrong_way = client.get("/sync/v1/push", base_url="https://field.test")
    assert wrong_way.get_json()["error"]["code"] == "request.method"


def test_answers_of_the_test_are_valid():
    assert answers()["household"]["household_size"] == 5
