"""Requests made from the published OpenAPI document, right and wrong ones: none makes the server fail.

What an answer says is for the tests of each call; here it only must be an answer: no 5xx, and errors in the one shape.
"""

import re

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from werkzeug.datastructures import Headers

from tests.conftest import SOAK
from tests.server.district import FIELD_HOST

EXAMPLES = 500 if SOAK else 3  # of each call, right and wrong
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MODES = {"right": GenerationMode.POSITIVE, "wrong": GenerationMode.NEGATIVE}
pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)


def document(district):
    return district.app.test_client().get("/sync/v1/openapi.json", base_url=FIELD_HOST).get_json()


def operations(district):
    schema = schemathesis.openapi.from_dict(document(district))
    return [found.ok() for found in schema.get_all_operations()]


def test_the_document_describes_every_address_of_sync(district):
    described = {
        (method.upper(), path)
        for path, item in document(district)["paths"].items()
        for method in item
        if method != "parameters"
    }
    served = set()
    for rule in district.app.url_map.iter_rules():
        if rule.rule.startswith("/sync/v1/"):
            path = rule.rule.replace("<int:", "<").replace("<", "{").replace(">", "}")
            served |= {(method, path) for method in rule.methods - {"HEAD", "OPTIONS"}}
    assert described == served


@pytest.mark.parametrize("mode", MODES)
def test_no_request_of_the_described_shapes_makes_the_server_fail(district, mode, lines):
    device, client = district.device(), district.app.test_client()
    found = [each for each in operations(district) if mode == "right" or each.body or each.query]
    statuses = {operation.label: ask(client, operation, mode, device) for operation in found}
    assert len(statuses) == len(found) >= 10 and all(statuses.values())
    assert not [line for line in lines if '"event": "failure"' in line]


def ask(client, operation, mode, device):
    """The statuses that many cases of one operation got."""
    statuses = set()

    @settings(max_examples=EXAMPLES, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=MODES[mode]))
    def one(case):
        answer = send(client, case, device)
        statuses.add(answer.status_code)
        assert answer.status_code < 500, (operation.label, case.path_parameters, case.query, case.body)
        assert answer.status_code < 400 or answer.get_json()["error"]["code"], operation.label

    one()
    return statuses


def send(client, case, device):
    """A case over the app itself, in the name and with the token of a real device: what lies behind those may break."""
    asked = case.as_transport_kwargs(base_url=FIELD_HOST)
    headers = Headers({**dict(asked["headers"] or {}), "Authorization": f"Bearer {device.token}"})
    given = {"data": asked["data"]} if "data" in asked else {}
    for name in {"json", "params"} & asked.keys():
        named = asked[name]
        if isinstance(named, dict) and UUID.fullmatch(str(named.get("device"))):
            named = {**named, "device": device.device_id}
        given["query_string" if name == "params" else "json"] = named
    path = asked["url"].removeprefix(FIELD_HOST)
    return client.open(path, method=asked["method"], base_url=FIELD_HOST, headers=headers, **given)
