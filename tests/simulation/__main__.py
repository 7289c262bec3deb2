"""python -m tests.simulation --seed 7: one world with its trace; --seeds 0:2000: many, and the first that fails."""

from __future__ import annotations

import argparse
import sys
import time

from tests.simulation.planted import MUTANTS, plant

STEPS = 400


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--seeds", default="0:100", help="from:to")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--trace", action="store_true", help="print what happens, seed by seed")
    parser.add_argument("--postgres", action="store_true", help="the server over PostgreSQL, with real backups")
    parser.add_argument("--backups", action="store_true", help="real backups, not copies of the database")
    parser.add_argument("--javascript", action="store_true", help="devices' protocol steps by the JavaScript core, too")
    parser.add_argument("--plant", choices=MUTANTS, help="with this bug in the code")
    asked = parser.parse_args()
    if asked.plant:
        plant(asked.plant)
    from tests.simulation.running import Lane, run_all  # only now: it imports what the bug is planted in

    first, _, last = asked.seeds.partition(":")
    seeds = [asked.seed] if asked.seed is not None else range(int(first), int(last))
    began, done = time.perf_counter(), 0
    lane = Lane(asked.postgres, asked.backups, asked.javascript)
    for failure in run_all(seeds, asked.steps, lane, print if asked.trace else None):
        if failure:
            sys.exit(str(failure))
        done += 1
    took = time.perf_counter() - began
    print(f"{done} seeds of {asked.steps} steps hold, {done * asked.steps / took:.0f} steps a second")


if __name__ == "__main__":
    main()
