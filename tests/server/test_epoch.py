"""Epochs: when a server's life begins anew, and that no device believes a life that is over (P-12, P-13)."""

import json
import shutil

import pytest

from server.epoch import Mark, current_epoch, read_mark, reason_to_begin
from server.models import ServerLife
from server.problems import Refusal
from tests.server.conftest import dispose
from tests.server.district import verdicts


@pytest.mark.parametrize(
    ("epoch", "counter", "mark", "accept", "reason"),
    [
        (None, 0, None, False, "install"),
        (None, 0, Mark("old", 900), False, "install"),
        ("e", 5, Mark("e", 5), False, None),
        ("e", 9, Mark("e", 5), False, None),
        ("e", 4, Mark("e", 5), False, "counter_below_mark"),
        ("e", 9, Mark("later", 5), False, "restore"),
        ("e", 5, None, True, "mark_accepted"),
    ],
)
def test_the_reason_to_begin_an_epoch(epoch, counter, mark, accept, reason):
    assert reason_to_begin(epoch, counter, mark, accept) == reason


def test_a_missing_mark_beside_data_is_refused_until_told():
    with pytest.raises(Refusal) as refused:
        reason_to_begin("e", 5, None, False)
    assert refused.value.code == "mark.missing"
    assert "--accept-missing-mark" in str(refused.value)


def lives(district):
    return district.ask(lambda s: [life.reason for life in s.query(ServerLife).order_by(ServerLife.life)])


def test_starting_again_goes_on_with_the_same_life(district, another):
    assert another().ask(current_epoch) == district.ask(current_epoch)


def test_the_mark_stands_as_high_as_what_devices_were_told(district, settings):
    device = district.device()
    receipt = device.push(device.submit(), device.submit())
    assert read_mark(settings.mark_path) == Mark(receipt["epoch"], receipt["counter"])


def test_a_server_without_its_mark_or_its_keys_does_not_start(district, settings, another):
    settings.mark_path.unlink()
    with pytest.raises(Refusal, match="high-water"):
        another()
    settings.key_path.unlink()
    with pytest.raises(Refusal) as refused:
        another()
    assert refused.value.code == "keys.missing"


@pytest.mark.parametrize(
    "content", ["", "{", '{"sign": 1}', '{"sign": "AAAA", "seal": "", "secret": "", "previous": []}']
)
def test_broken_keys_are_named_and_never_replaced(district, settings, another, content):
    settings.key_path.write_text(content)
    with pytest.raises(Refusal) as refused:
        another()
    assert refused.value.code == "keys.unreadable"
    assert settings.key_path.read_text() == content


def test_the_key_file_is_its_owners_alone(settings):
    assert settings.key_path.stat().st_mode & 0o777 == 0o600


@pytest.fixture
def restored(district, settings):
    """(device, its op, the server put back to before it): the whole folder came from a copy, mark included."""
    if settings.database_url:
        pytest.skip("copies a folder; what the server then does is the same SQL on both")
    device = district.device()
    device.push(device.submit())
    dispose(district.app)
    copy = settings.data_dir.with_name("copy")
    shutil.copytree(settings.data_dir, copy)
    op = device.submit()
    device.push(op)
    dispose(district.app)
    return device, op, settings, copy


def put_back(settings, copy, *, mark):
    for file in settings.data_dir.glob("chungsuc.sqlite3*"):
        file.unlink()
    for file in copy.glob("chungsuc.sqlite3*"):
        shutil.copy(file, settings.data_dir)
    if mark:
        shutil.copy(copy / "high-water.json", settings.data_dir)


def test_a_database_below_its_mark_begins_a_new_life_and_the_device_sends_the_rest_again(restored, another):
    device, op, settings, copy = restored
    before = json.loads(device.last_receipt["text"])
    put_back(settings, copy, mark=False)
    after = another()
    assert lives(after)[-1] == "counter_below_mark"
    device.client = after.app.test_client()
    hello = device.hello()
    assert hello["epoch"] != before["epoch"]
    assert hello["chain"]["n"] == 1, "the second op is not held"
    assert verdicts(device.push(op)) == ["applied"]


def test_a_folder_put_back_with_its_mark_is_found_out_by_the_first_device_that_is_ahead(restored, another):
    device, _, settings, copy = restored
    put_back(settings, copy, mark=True)
    after = another()
    device.client = after.app.test_client()
    before = after.ask(current_epoch)
    hello = device.hello()
    assert lives(after)[-1] == "device_is_ahead"
    assert hello["epoch"] == after.ask(current_epoch) != before
    assert device.hello()["epoch"] == hello["epoch"], "once is enough"


def test_a_receipt_that_this_server_never_signed_begins_nothing(district):
    device, other = district.device(), district.device()
    epoch = district.ask(current_epoch)
    text = json.dumps({"device": device.device_id, "epoch": epoch, "counter": 10**9})
    forged = {"text": text, "sig": other.sign_key.sign("receipt", text.encode()), "key": district.server.keys.key_id}
    assert device.hello(last_receipt=forged)["epoch"] == epoch
