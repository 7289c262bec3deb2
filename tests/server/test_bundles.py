"""Bundles: ops sealed to the server take the same way as a push, whoever carries them (P-17, P-21)."""

from sync.canonical import b64
from sync.keys import KeyPair
from sync.ops import wire_bytes
from sync.seal import seal
from tests.server.district import verdicts


def test_sealed_ops_are_stored_without_a_token(district):
    device = district.device()
    op = device.submit()
    device.token = ""
    receipt = device.bundle(op)
    assert (verdicts(receipt), receipt["contiguous"]) == (["applied"], 1)


def test_the_same_op_by_two_roads_takes_effect_once(district):
    device = district.device()
    op = device.submit()
    assert verdicts(device.bundle(op)) == ["applied"]
    assert verdicts(device.push(op)) == ["duplicate"]


def test_what_was_sealed_to_another_key_or_cut_is_unreadable_and_its_neighbours_are_stored(district):
    device = district.device()
    good, lost = device.submit(), device.submit()
    elsewhere = b64(seal(KeyPair.new().point, "outbox/1", wire_bytes(lost.wire)))
    other_use = b64(seal(device.server_seal, "other/1", wire_bytes(lost.wire)))
    whole = b64(seal(device.server_seal, "outbox/1", wire_bytes(good.wire)))
    sealed = [elsewhere, other_use, whole[:-8], "=!", "", b64(seal(device.server_seal, "outbox/1", b"no json")), whole]
    receipt = device.post("bundles", "receipt", device=device.device_id, sealed=sealed)
    assert verdicts(receipt) == ["unreadable"] * 6 + ["applied"]


def test_a_bundle_in_the_name_of_another_device_stores_nothing(district):
    one, other = district.device(), district.device()
    sealed = [b64(seal(one.server_seal, "outbox/1", wire_bytes(one.submit().wire)))]
    receipt = other.post("bundles", "receipt", device=other.device_id, sealed=sealed)
    assert receipt["verdicts"][0]["reason"] == "op.foreign_device"


def test_a_bundle_of_an_unknown_device_is_refused(district):
    stranger = district.new_device()
    stranger.server_seal = district.server.keys.seal.point
    assert stranger.bundle(stranger.submit())["error"]["code"] == "device.unknown"
