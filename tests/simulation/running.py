"""Run seeds: a world each, so many steps, then heal and look. A seed that fails says so with its whole trace."""

from __future__ import annotations

import gc
import logging
import os
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from tests.postgres import postgres_cluster, run_sql, with_database
from tests.simulation.actions import step
from tests.simulation.homes import CopiedFile, Home, RealBackups
from tests.simulation.javascript import javascript_core
from tests.simulation.promises import after_every_step, after_healing
from tests.simulation.world import World, make_template, on_the_network

LOOK_EVERY = 5
TEMPLATE = "template_sim"
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # SQLite syncs a lot


@dataclass(frozen=True)
class Lane:
    """What a world runs on. backups: real ones; on PostgreSQL there are no others."""

    postgres: bool = False
    backups: bool = False
    javascript: bool = False

    def __str__(self) -> str:
        return "".join(f" --{name}" for name, on in self.__dict__.items() if on)


@dataclass(frozen=True)
class Failure:
    seed: int
    lane: Lane
    error: str
    trace: tuple[str, ...]

    def __str__(self) -> str:
        rerun = f"python -m tests.simulation --seed {self.seed}{self.lane}"
        return "\n".join([*self.trace, f"seed {self.seed}: {self.error}", f"again, alone: {rerun}"])


@contextmanager
def homes(lane: Lane) -> Iterator[Callable[[], Home]]:
    """What gives each world its server's home, copied from one template."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chungsuc-sim-", dir=MEMORY)))
        cluster = stack.enter_context(postgres_cluster()) if lane.postgres else ""
        if cluster:
            run_sql(cluster, f"CREATE DATABASE {TEMPLATE}")
        template = make_template(folder, with_database(cluster, TEMPLATE) if cluster else "")
        yield lambda: RealBackups(template, cluster) if cluster or lane.backups else CopiedFile(template)


def run(seed: int, home: Home, steps: int, lane: Lane, say: Callable[[str], None] | None = None) -> Failure | None:
    """say: told the trace, line by line, at the end."""
    with tempfile.TemporaryDirectory(prefix="chungsuc-sim-", dir=MEMORY) as folder:
        world = World(seed, Path(folder), home)
        try:
            live(world, steps)
        except Exception as error:
            where = traceback.format_exc(limit=-6)
            return Failure(seed, lane, f"{type(error).__name__}: {error}\n{where}", tuple(world.trace))
        finally:
            world.close()
            for line in world.trace if say else ():
                say(line)
    return None


def live(world: World, steps: int) -> None:
    with on_the_network(world):
        world.move_in()
        for number in range(steps):
            world.trace.append(f"step {number}")
            step(world)
            if number % LOOK_EVERY == 0:
                after_every_step(world)
        world.heal()
        world.note("healed")
        after_healing(world)


def quietly() -> None:
    """Power cuts are the point: the server's log of them is not."""
    logging.getLogger("chungsuc").setLevel(logging.CRITICAL)
    logging.getLogger("server").setLevel(logging.CRITICAL)


def rarely_collect() -> None:
    """A world makes millions of objects and hardly a cycle: looking for cycles often takes a seventh of the time."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def run_all(
    seeds: Iterable[int], steps: int, lane: Lane, say: Callable[[str], None] | None = None
) -> Iterator[Failure | None]:
    """What became of each seed, as it ends."""
    quietly()
    rarely_collect()
    with homes(lane) as new_home, javascript_core() if lane.javascript else nullcontext() as both:
        for seed in seeds:
            yield run(seed, new_home(), steps, lane, say)
        if both:
            print(f"{both.steps.total()} steps of both cores agree: {dict(both.steps)}")
