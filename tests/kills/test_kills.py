"""Server and laptops killed at random moments; `make soak` and `python -m tests.kills` do more."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOAK = bool(os.environ.get("CHUNGSUC_SOAK"))
# Cycles on each database; a cycle kills server, laptop or both: more than 100 kills in every run, 5,000 in soak.
CYCLES = {"sqlite": 2_500 if SOAK else 50, "postgres": 1_500 if SOAK else 30}


@pytest.mark.parametrize("database", sorted(CYCLES))
def test_what_was_acknowledged_is_there_once_whoever_is_killed(database):
    lane = ["--postgres"] if database == "postgres" else []
    asked = ["--cycles", str(CYCLES[database]), "--seed", str(secrets.randbits(32)), *lane]
    ran = subprocess.run([sys.executable, "-m", "tests.kills", *asked], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, f"{asked}: {ran.stderr[-4000:]}"
    server, laptop, final, received, slips = map(int, re.findall(r"\d+", ran.stdout)[:5])
    assert server + laptop >= CYCLES[database] and final > 0 and received > 0 and slips > 0
