"""What befalls the district: time, clocks, disks, the server, who belongs to a team, and which form is in use."""

from __future__ import annotations

from datetime import timedelta

from client import authoring
from client.errors import DeviceError
from tests.simulation import small
from tests.simulation.devices import MortalStore
from tests.simulation.field_work import somebody
from tests.simulation.world import World

MACHINES = 6  # of them at most: each copied one costs a world's time


def time_passes(world: World) -> str:
    world.now += timedelta(minutes=world.random.choice([5, 40, 90, 1500]))
    return f"it is {world.now:%d/%m %H:%M}"


def a_month_passes(world: World) -> str:
    """So that what a backup has may be let go of (I8). Who has been home since says so in the next round."""
    world.now += timedelta(days=31)
    return f"a month later it is {world.now:%d/%m}"


def clock_jumps(world: World) -> str:
    laptop = somebody(world)
    laptop.skew = timedelta(days=world.random.choice([0, -1, 1, -400, 900, -7000]))
    return f"{laptop.name}'s clock is {laptop.skew.days} days off"


def restart(world: World) -> str:
    laptop = somebody(world)
    laptop.restart()
    return f"{laptop.name} starts again"


def full_disk(world: World) -> str:
    """A laptop's disk is full while its person records and syncs; then somebody makes room."""
    laptop, story = somebody(world), []
    store = laptop.session.store
    assert isinstance(store, MortalStore)
    store.disk_is_full(True)
    try:
        for _ in range(world.random.randint(1, 4)):
            try:
                rec = authoring.start(laptop.session, "note")["rec"]
                story.append(laptop.write(rec, small.answers(world.random), None)[:8])
            except DeviceError as refused:
                story.append(refused.code)
        story.append(laptop.round() or "synced")
    finally:
        store.disk_is_full(False)
    return f"{laptop.name}'s disk is full: {', '.join(story)}"


def full_server(world: World) -> str:
    """The server's disk is full for a while."""
    world.full = True
    try:
        laptop = somebody(world)
        return f"the server's disk is full; {laptop.name} syncs: {laptop.round() or 'whole'}"
    finally:
        world.full = False


def copy_a_machine(world: World) -> str:
    """A laptop's disk is copied to another machine, and both go on (P-23)."""
    if len(world.laptops) >= MACHINES:
        return "no machine is free"
    laptop = somebody(world)
    name = f"{laptop.name}'s twin {len(world.laptops)}"
    world.laptops.append(laptop.copied(world.folder / name, name))
    return f"{laptop.name} is copied"


def late_requests(world: World) -> str:
    number = len(world.network.late)
    world.network.late_ones_arrive()
    return f"{number} late requests arrive"


def back_up(world: World) -> str:
    world.back_up()
    return "backup"


def restore(world: World) -> str:
    if world.backup is None:
        return "there is no backup"
    world.restore()
    return "the server is restored from its backup"


def server_restarts(world: World) -> str:
    world.stop_server()
    with world.calm():
        world.start_server()
    return "the server starts again"


def come_and_go(world: World) -> str:
    """A day later, Chu leaves the other team, or comes back to it. Memberships are of whole days."""
    world.now += timedelta(days=1)
    if "Chu" in world.ended:
        world.begin_membership("Chu")
        return "Chu is in the team again"
    world.end_membership("Chu")
    return "Chu leaves the team"


def to_the_other_team(world: World) -> str:
    """Somebody's village, and so what their devices may hold, becomes another one."""
    names = sorted({laptop.person for laptop in world.laptops if laptop.role == "member"} - world.ended)
    if not names:
        return "nobody is in a team"
    name = world.random.choice(names)
    world.change_team(name)
    return f"{name} is in the other team"


def publish(world: World) -> str:
    if world.version >= 3:
        return "the form stays as it is"
    world.publish()
    return f"form version {world.version} is published"
