"""A laptop hears nonsense, signed by the real server or not: coded refusals only, and what was finalised stays.

The world is that of the simulation, without chance: what comes back over its network is what Hypothesis made of it.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from client import authoring, bundles
from client.errors import DeviceError
from client.sync_round import greet, trusted
from client.wire import Wire
from server.bundles import USE
from sync.bundles import Bundle
from sync.canonical import b64
from sync.keys import KeyPair
from sync.messages import SIGNATURE_HEADER, Signed
from sync.seal import seal
from tests.fuzz.mangling import mangled
from tests.simulation import small
from tests.simulation.homes import CopiedFile
from tests.simulation.network import Network, Sent, response
from tests.simulation.running import MEMORY, quietly
from tests.simulation.world import World, make_template, on_the_network

KINDS = {"hello": "hello", "push": "receipt", "pull": "page", "digest": "page", "repair": "page", "bundles": "receipt"}
SLOW = settings(suppress_health_check=list(HealthCheck), max_examples=settings().max_examples // 15)
seeds = st.integers(0, 2**32)


class Liar(Network):
    """A network whose next answer of one call is changed. lie(content of the answer) → content, or raw bytes unsigned."""

    def __init__(self, real: Network, keys) -> None:
        super().__init__(real.random, real.deliver, real.note, faults=False)
        self.keys, self.call, self.lie = keys, "", None
        self.told = 0

    def arrive(self, sent: Sent) -> requests.Response:
        answer = response(self.deliver(sent))
        call = urlsplit(sent.url).path.removeprefix("/sync/v1/")
        if self.lie is None or call != self.call or answer.status_code != 200:
            return answer
        said = json.loads(answer.content)
        kind = "challenge" if "challenge" in said else KINDS[call]
        lie, self.lie = self.lie, None
        self.told += 1
        made = lie(said)
        if isinstance(made, requests.Response):
            return made
        body = json.dumps(made).encode()
        answer._content = body
        answer.headers[SIGNATURE_HEADER] = f"{self.keys.key_id}.{self.keys.sign.sign(kind, body)}"
        return answer


@pytest.fixture(scope="module")
def world():
    quietly()
    with tempfile.TemporaryDirectory(prefix="chungsuc-fuzz-", dir=MEMORY) as folder:
        template = Path(folder) / "template"
        template.mkdir()
        lived = World(5, Path(folder), CopiedFile(make_template(template)))
        lived.network.faults = lived.power_cuts = False
        lived.network = Liar(lived.network, lived.server.keys)
        with on_the_network(lived):
            lived.move_in()
            yield lived
        lived.close()


def a_day(world: World) -> None:
    """Work that gives every call something to say: records of both, changes, and a comparison that finds a difference."""
    one, other = world.laptops[0], world.laptops[1]
    for laptop in (one, other):
        rec = authoring.start(laptop.session, "note")["rec"]
        laptop.write(rec, small.answers(world.random), None)
    other.round()
    one.session.compared.clear()
    one.session.store.run(
        "UPDATE record SET doc = NULL WHERE rec = (SELECT rec FROM record WHERE doc IS NOT NULL LIMIT 1)"
    )


def whole(world: World) -> None:
    """Every op this laptop ever called safe is on it or at the server, and an honest round holds."""
    laptop = world.laptops[0]
    kept = {op["h"] for op in laptop.own_ops()}
    missing = [h for h in laptop.finalised if h not in kept or not laptop.session.store.sealed.has(h)]
    assert not missing, missing
    world.network.lie = None
    for _ in range(2):  # the first may find that what it was told is of no epoch
        code = laptop.round()
    assert code is None, code
    assert not [op for op in laptop.own_ops() if op["epoch"] is None]


@pytest.mark.parametrize("call", [call for call in KINDS if call != "bundles"])
@SLOW
@given(seed=seeds)
def test_a_signed_answer_that_makes_no_sense_is_refused_and_loses_nothing(world, call, seed):
    a_day(world)

    def lie(said):
        made = mangled(said, seed, keep=("req",))
        note(json.dumps(made))
        return made

    world.network.call, world.network.lie = call, lie
    world.laptops[0].round()  # its code, or None; anything else is an exception
    whole(world)


def answer_of(status: int, body: bytes, headers: dict[str, str]) -> requests.Response:
    return response(SimpleNamespace(status_code=status, get_data=lambda: body, headers=headers))


json_texts = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
errors = st.fixed_dictionaries({"error": json_texts | st.fixed_dictionaries(
    {}, optional={"code": json_texts, "details": json_texts, "message": json_texts, "message_vi": json_texts})})  # fmt: skip
bodies = st.one_of(
    st.binary(max_size=200),
    json_texts.map(lambda value: json.dumps(value).encode()),
    errors.map(lambda value: json.dumps(value).encode()),
    st.sampled_from([b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe{}", b"1" * 5000, b'{"server_keys": 5}']),
)
signatures = st.sampled_from(["", ".", "x.y", "\u00e9.\u00e9", "0" * 16 + ".", "." * 50]) | st.text(max_size=100)


@given(
    status=st.sampled_from([200, 200, 204, 301, 400, 401, 403, 413, 422, 429, 500, 503]), body=bodies, sig=signatures
)
@settings(suppress_health_check=list(HealthCheck))
def test_what_nobody_signed_is_refused_whatever_it_is(world, status, body, sig):
    laptop = world.laptops[0]
    before = laptop.session.store.head()
    world.network.call = "hello"
    world.network.lie = lambda said: answer_of(status, body, {SIGNATURE_HEADER: sig})
    code = laptop.round()
    assert isinstance(code, str) and code, "it was believed"
    assert laptop.session.store.head() == before


@SLOW
@given(seed=seeds)
def test_a_word_brought_by_hand_that_makes_no_sense_is_refused(world, seed):
    """Sealed to the device and signed by the server, in a bundle (P-21)."""
    a_day(world)
    laptop, carrier = world.laptops[0], world.laptops[1]
    wire, trust = Wire(carrier.session.vault.origin), trusted(carrier.session)
    asked = {"device": laptop.session.device, "cursors": bundles.cursors(laptop.session), "have": []}
    made = wire.post("bundles/down", asked, "bundle", trust, greet(carrier.session, wire)).body
    says = mangled(bundles.believed(laptop.session, made["sealed"]), seed)
    note(json.dumps(says))
    text = json.dumps(says)
    keys = world.server.keys
    signed = Signed(text, keys.sign.sign("down", text.encode()), keys.key_id)
    point = KeyPair.from_pkcs8(bytes.fromhex(laptop.session.store.head()["seal_private"])).point
    sealed = b64(seal(point, USE, gzip.compress(json.dumps(signed.json()).encode())))
    try:
        bundles.open_down(laptop.session, Bundle("down", {**made, "sealed": sealed}))
    except DeviceError as refused:
        assert refused.code.startswith("bundle."), refused.code
    whole(world)
