"""The simulation within the budget of `make test`; `make soak SEEDS=0:100000` and `python -m tests.simulation` do more."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.planted import MUTANTS

ROOT = Path(__file__).parents[2]
SOAK = bool(os.environ.get("CHUNGSUC_SOAK"))
SEEDS = os.environ.get("SEEDS", "0:2000" if SOAK else "0:24")
AT_ONCE = 50 if SOAK else 6  # seeds of one process: what runs tests side by side shares them out
# What else a world can run on, and the seeds that do so in every run.
LANES = {"--postgres": "0:20" if SOAK else "0:1", "--backups": "0:100" if SOAK else "1:3",
         "--javascript": "0:100" if SOAK else "0:2"}  # fmt: skip
GOLDEN = 5_000 if SOAK else 500  # steps that both cores take alike (I14)
# Bugs that a seed or two catch, each of another promise; all of them in soak.
SAMPLE = [
    "an edit is made from nothing",
    "a restore goes unnoticed",
    "finalising empties the draft before the op is written",
    "a moved record stays on the old devices",
    "the counter stands still",
]
UP_TO = "0:2000" if SOAK else "0:8"


def simulate(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.simulation", *arguments], cwd=ROOT, capture_output=True, text=True
    )


def held(*arguments: str) -> str:
    ran = simulate(*arguments)
    assert ran.returncode == 0, ran.stderr[-6000:]
    print(ran.stdout.strip())
    return ran.stdout


def blocks() -> list[str]:
    first, last = map(int, SEEDS.split(":"))
    return [f"{start}:{min(start + AT_ONCE, last)}" for start in range(first, last, AT_ONCE)]


@pytest.mark.parametrize("seeds", blocks())
def test_every_promise_holds_whatever_befalls_the_district(seeds):
    held("--seeds", seeds)


@pytest.mark.parametrize("lane", ["--postgres", "--backups"])
def test_every_promise_holds_over_postgresql_and_with_real_backups(lane):
    held("--seeds", LANES[lane], lane)


def test_both_cores_take_every_step_alike():
    said = held("--seeds", LANES["--javascript"], "--javascript")
    agreed = re.search(r"(\d+) steps of both cores agree", said)
    assert agreed and int(agreed[1]) >= GOLDEN


@pytest.mark.parametrize("name", sorted(MUTANTS))
def test_a_bug_can_be_planted_where_it_belongs(name):
    mutant = MUTANTS[name]
    source = (ROOT / f"{mutant.module.replace('.', '/')}.py").read_text("utf-8")
    assert source.count(mutant.line) == 1, "the code has moved on: plant it anew"


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
