"""Every cell of every workflow of the campaigns here, in both cores: role × state × what may be done.

The expected table is read plainly out of workflow.json; the laptop and the server run the Python core, the field app the
JavaScript one, so what a page offers is the same everywhere. The console is walked in tests/server/test_console_cells.py.
"""

import itertools
import json
import subprocess
from pathlib import Path

import pytest

from sync.workflow import Workflow

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in (ROOT / "campaigns").glob("*/workflow.json"))
NODE = ROOT / ".venv" / "bin" / "node"
SCRIPT = """
import { steps_for } from "./client/web/sync/workflow.js";
let text = "";
for await (const chunk of process.stdin) text += chunk;
const offers = ({ workflow, cells }) => cells.map(([state, role]) => steps_for(workflow, state, [role]).map(([action]) => action));
console.log(JSON.stringify(JSON.parse(text).map(offers)));
"""


def read(folder, name):
    return json.loads((folder / name).read_text("utf-8"))


def tables():
    """Each workflow with its cells, and what the table gives in each."""
    for folder in FOLDERS:
        roles = read(folder, "roles.json")["roles"]
        for workflow in read(folder, "workflow.json")["workflows"]:
            cells = list(itertools.product(workflow["states"], roles))
            expected = [
                [action for action, step in workflow["steps"].items() if state in step["from"] and role in step["roles"]]
                for state, role in cells
            ]
            yield workflow, cells, expected


@pytest.mark.parametrize(
    ("workflow", "cells", "expected"), [pytest.param(*each, id="-".join(each[0]["forms"])) for each in tables()]
)
def test_the_python_core_offers_exactly_the_steps_of_the_table(workflow, cells, expected):
    core = Workflow(workflow)
    assert [[action for action, _ in core.steps_for(state, [role])] for state, role in cells] == expected
    assert any(expected) or not workflow["steps"]


def test_the_javascript_core_offers_exactly_the_steps_of_the_table():
    asked = [{"workflow": workflow, "cells": cells} for workflow, cells, _ in tables()]
    run = subprocess.run(
        [NODE, "--input-type=module", "-e", SCRIPT], input=json.dumps(asked), capture_output=True, text=True, cwd=ROOT
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == [expected for _, _, expected in tables()]
