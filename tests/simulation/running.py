"""Run seeds: a world each, so many steps, then heal and look. A seed that fails says so with its whole trace."""

from __future__ import annotations

import logging
import os
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from server import Settings
from tests.simulation.actions import step
from tests.simulation.promises import after_every_step, after_healing
from tests.simulation.world import World, make_template, on_the_network

LOOK_EVERY = 5
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # SQLite syncs a lot


@dataclass(frozen=True)
class Failure:
    seed: int
    error: str
    trace: tuple[str, ...]

    def __str__(self) -> str:
        rerun = f"python -m tests.simulation --seed {self.seed}"
        return "\n".join([*self.trace, f"seed {self.seed}: {self.error}", f"again, alone: {rerun}"])


def run(seed: int, template: Settings, steps: int, say: Callable[[str], None] | None = None) -> Failure | None:
    """say: told the trace, line by line, at the end."""
    with tempfile.TemporaryDirectory(prefix="chungsuc-sim-", dir=MEMORY) as folder:
        world = World(seed, Path(folder), template)
        try:
            live(world, steps)
        except Exception as error:
            where = traceback.format_exc(limit=-6)
            return Failure(seed, f"{type(error).__name__}: {error}\n{where}", tuple(world.trace))
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


def run_all(seeds: Iterable[int], steps: int, say: Callable[[str], None] | None = None) -> Iterator[Failure | None]:
    """What became of each seed, as it ends."""
    quietly()
    with tempfile.TemporaryDirectory(prefix="chungsuc-sim-", dir=MEMORY) as folder:
        template = make_template(Path(folder))
        for seed in seeds:
            yield run(seed, template, steps, say)
