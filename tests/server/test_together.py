"""Pushes that wait for one another are taken in by one transaction; each gets its own answer, or all of them the error."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from server import intake
from server.intake import Push, may_join
from server.together import Together
from tests.server.district import verdicts


class Held:
    """Work that waits until it is let go on, and remembers who was worked off with whom."""

    def __init__(self, fails=()):
        self.go_on, self.begun, self.groups, self.fails = threading.Event(), threading.Event(), [], fails

    def __call__(self, asked):
        self.groups.append(list(asked))
        self.begun.set()
        assert self.go_on.wait(10)
        if set(asked) & set(self.fails):
            raise ValueError(asked)
        return [each * 10 for each in asked]


def ask_at_once(together, work, first, *others):
    with ThreadPoolExecutor(1 + len(others)) as pool:
        futures = [pool.submit(together, first)]
        assert work.begun.wait(10)
        futures += [pool.submit(together, each) for each in others]
        while len(together._waiting) < len(others):
            threading.Event().wait(0.001)
        work.go_on.set()
        return [future.exception() or future.result() for future in futures]


def test_a_push_that_cannot_be_taken_in_takes_no_receipt_from_its_neighbours(district, monkeypatch):
    devices = [district.device() for _ in range(3)]
    server, real = district.app.extensions["chungsuc"], intake.commit

    def commit(server, pushes, *given):
        if any(push.device_id == devices[1].device_id for push in pushes):
            raise OSError("as of a damaged page")
        return real(server, pushes, *given)

    monkeypatch.setattr(intake, "commit", commit)
    with district.app.app_context():
        pushes = [intake.read_push(district.clock(), each.device_id, "req", [each.submit().wire]) for each in devices]
        first, broken, last = intake.take_in(server, pushes)
    assert verdicts(first) == verdicts(last) == ["applied"] and isinstance(broken, OSError)


def test_an_error_that_is_given_for_one_is_told_to_that_one():
    together = Together(lambda asked: [ValueError(each) if each == "bad" else each for each in asked], lambda group, one: True)
    assert together("good") == "good"
    with pytest.raises(ValueError, match="bad"):
        together("bad")


def test_who_comes_meanwhile_is_worked_off_together_by_the_next():
    work = Held()
    together = Together(work, lambda group, each: len(group) < 3)
    assert ask_at_once(together, work, 1, 2, 3, 4, 5) == [10, 20, 30, 40, 50]
    assert work.groups[0] == [1]
    assert [len(group) for group in work.groups] == [1, 3, 1]
    assert sorted(each for group in work.groups for each in group) == [1, 2, 3, 4, 5]


def test_an_error_is_told_to_all_who_were_in_it_and_to_nobody_else():
    work = Held(fails=[3])
    together = Together(work, lambda group, each: True)
    first, *others = ask_at_once(together, work, 1, 2, 3)
    assert first == 10
    assert all(isinstance(error, ValueError) for error in others)
    assert together(7) == 70


@pytest.mark.parametrize(("device", "ops", "joins"), [("a", 1, False), ("b", 399, True), ("b", 400, False)])
def test_a_device_does_not_join_itself_nor_a_group_that_is_large_enough(device, ops, joins):
    one = Push("a", "req", [None], [])
    assert may_join([one], Push(device, "req", [None] * ops, [])) is joins


def test_devices_that_push_at_once_share_a_transaction_and_get_their_own_receipts(district, monkeypatch):
    """One of them sends what it sent before, one what no device signed, and one an edit that waits for its base."""
    devices = [district.device() for _ in range(4)]
    sent, new, late = devices[1].submit(), devices[2].submit(), devices[3].submit()
    devices[1].push(sent)
    batches = [[devices[0].submit(), devices[0].submit()], [sent], [devices[0].submit(), new]]
    batches.append([devices[3].edit(late, household_size=7)])
    groups, work = [], Held()
    real = intake.take_in

    def take_in(server, pushes):
        groups.append(len(pushes))
        if len(groups) == 1:
            work.begun.set()
            assert work.go_on.wait(10)
        return real(server, pushes)

    district.app.extensions.pop(intake.PUSHES)
    monkeypatch.setattr(intake, "take_in", take_in)
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(devices[0].push, *batches[0])]
        assert work.begun.wait(10)
        futures += [pool.submit(d.push, *batch) for d, batch in zip(devices[1:], batches[1:], strict=True)]
        together = district.app.extensions[intake.PUSHES]
        while len(together._waiting) < 3:
            threading.Event().wait(0.001)
        work.go_on.set()
        receipts = [future.result() for future in futures]
    assert groups == [1, 3]
    assert [verdicts(receipt) for receipt in receipts] == [
        ["applied", "applied"], ["duplicate"], ["unreadable", "applied"], ["parked"],
    ]  # fmt: skip
    assert [receipt["contiguous"] for receipt in receipts] == [2, 1, 1, 0]
    assert [receipt["device"] for receipt in receipts] == [device.device_id for device in devices]
    assert set(devices[0].pull_all()) == {op.rec for op in (*batches[0], sent, new)}


def test_what_fails_together_is_taken_in_push_by_push(district, monkeypatch, lines):
    devices = [district.device() for _ in range(3)]
    for device in devices:
        device.push(device.submit())
    server, real = district.app.extensions["chungsuc"], intake.commit

    def commit(server, pushes, *given):
        if len(pushes) > 1:
            raise OSError("as of a full disk")
        return real(server, pushes, *given)

    monkeypatch.setattr(intake, "commit", commit)
    with district.app.app_context():
        pushes = [
            intake.read_push(district.clock(), device.device_id, "req", [device.submit().wire]) for device in devices
        ]
        receipts = intake.take_in(server, pushes)
    assert [verdicts(receipt) for receipt in receipts] == [["applied"]] * 3
    assert any('"push_redone"' in line for line in lines)
