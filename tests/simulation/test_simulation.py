"""The simulation within the budget of `make test`; `make soak SEEDS=0:100000` and `python -m tests.simulation` do more."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.simulation.planted import MUTANTS

ROOT = Path(__file__).parents[2]
SOAK = bool(os.environ.get("CHUNGSUC_SOAK"))
SEEDS = os.environ.get("SEEDS", "0:2000" if SOAK else "0:20")
LANES = 2  # processes beside each other: a test machine has two cores
# Bugs that a few seeds catch, each of another promise; all of them in soak.
SAMPLE = [
    "approves what it did not read",
    "a lost scope stays readable",
    "an edit is made from nothing",
    "the chain's end is not kept",
    "the counter stands still",
]
UP_TO = "0:2000" if SOAK else "0:6"


def simulate(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.simulation", *arguments], cwd=ROOT, capture_output=True, text=True
    )


def lanes(seeds: str) -> list[str]:
    first, last = map(int, seeds.split(":"))
    middle = (first + last) // LANES
    return [f"{first}:{middle}", f"{middle}:{last}"]


def test_every_promise_holds_whatever_befalls_the_district():
    with ThreadPoolExecutor(LANES) as pool:
        for ran in pool.map(lambda part: simulate("--seeds", part), lanes(SEEDS)):
            assert ran.returncode == 0, ran.stderr[-6000:]
            print(ran.stdout.strip())


@pytest.mark.parametrize("name", sorted(MUTANTS) if SOAK else SAMPLE)
def test_a_planted_bug_is_caught(name):
    ran = simulate("--plant", name, "--seeds", UP_TO)
    assert ran.returncode == 1 and "again, alone:" in ran.stderr, f"it survived: {ran.stdout}{ran.stderr[-500:]}"


def test_a_seed_tells_the_same_story_again():
    """Its trace is the whole of it: keys and salts differ from run to run, and decide nothing."""
    told = [simulate("--seed", "3", "--steps", "120", "--trace").stdout for _ in range(2)]
    lines = [[line for line in each.splitlines() if not line.startswith("1 seeds")] for each in told]
    assert len(lines[0]) > 120
    assert [line.split()[:2] for line in lines[0]] == [line.split()[:2] for line in lines[1]]
