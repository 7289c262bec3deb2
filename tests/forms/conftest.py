"""The JavaScript engine as a fixture: cases go in, end states come out."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.forms.generate import ENV

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def javascript():
    """(program, edits) → what client/web/engine makes of them. One process, fed a line of JSON a case."""
    running = subprocess.Popen([ROOT / ".venv/bin/node", ROOT / "tests/forms/engine_line.mjs"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True, encoding="utf-8")  # fmt: skip

    def ask(program, edits):
        running.stdin.write(json.dumps({"program": program, "edits": edits, "env": ENV}) + "\n")
        running.stdin.flush()
        return json.loads(running.stdout.readline())

    yield ask
    running.stdin.close()
    running.wait(timeout=10)
    running.stdout.close()
