"""One step of a world: a table of weights says what happens, nothing else decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from client.errors import DeviceError
from tests.simulation import field_work, mishaps, office
from tests.simulation.devices import Killed
from tests.simulation.promises import nothing_begun_is_gone
from tests.simulation.world import World

ACTIONS: dict[Callable[[World], str], float] = {
    field_work.new_record: 10, field_work.edit: 16, field_work.say: 5, field_work.half_a_draft: 3, field_work.sync: 26,
    field_work.die: 2, field_work.two_windows: 1.5, field_work.carry_off: 2, field_work.hand_over: 2, field_work.forge: 0.3,
    field_work.make_bundle: 1, field_work.bring_back: 1, field_work.open_again: 0.5,
    office.review: 8, office.correct: 4, office.resolve: 6, office.move: 1.5, office.link: 0.7, office.erase: 0.2,
    mishaps.time_passes: 7, mishaps.clock_jumps: 1, mishaps.restart: 1.5, mishaps.copy_a_machine: 0.2,
    mishaps.full_disk: 0.5, mishaps.full_server: 0.5,
    mishaps.late_requests: 3, mishaps.back_up: 0.8, mishaps.restore: 0.4, mishaps.server_restarts: 0.5,
    mishaps.come_and_go: 0.2, mishaps.to_the_other_team: 0.15, mishaps.publish: 0.3,
    mishaps.a_month_passes: 0.4,
}  # fmt: skip
REFUSED = {
    "record.locked",
    "record.unknown",
    "form.not_allowed",
    "form.unknown",
    "form.invalid",
    "record.reason_missing",
    "bundle.nothing",
}


def step(world: World) -> None:
    """One action. What the device refuses with its reason is a normal day."""
    world.now += timedelta(seconds=1)  # no two records are made at once: their ids, and so lists, have one order
    act = world.random.choices(list(ACTIONS), list(ACTIONS.values()))[0]
    try:
        world.note(act(world))
    except Killed:
        world.note(f"  {act.__name__}: a device's process dies")
        for laptop in world.laptops:
            laptop.restart()
            nothing_begun_is_gone(laptop)
    except DeviceError as refused:
        if refused.code not in REFUSED:
            raise
        world.note(f"  {act.__name__}: {refused.code}")
