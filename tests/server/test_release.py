"""The field app's code as it is served means what was written."""

import json
import subprocess
from pathlib import Path

from server.release import COMMENTED, served
from server.settings import Settings

NODE = Path(__file__).parents[2] / ".venv" / "bin" / "node"
# Node brings the parser that its own console uses. Places are left out: they moved.
COMPARE = """
const { parse } = require("internal/deps/acorn/acorn/dist/acorn");
const meaning = (code) => JSON.stringify(parse(code, { ecmaVersion: "latest", sourceType: "module" }),
  (key, value) => key === "start" || key === "end" ? undefined : typeof value === "bigint" ? String(value) : value);
const pairs = JSON.parse(require("node:fs").readFileSync(0, "utf-8"));
console.log(JSON.stringify(pairs.filter(([, written, sent]) => meaning(written) !== meaning(sent)).map(([path]) => path)));
"""


def differing(pairs: list[list[str]]) -> list[str]:
    ran = subprocess.run(
        [NODE, "--expose-internals", "-e", COMPARE], input=json.dumps(pairs), capture_output=True, text=True, check=True
    )
    return json.loads(ran.stdout)


def test_the_code_that_travels_means_what_was_written():
    files = [path for path in Settings.web_dir.rglob("*.js") if path.is_file()]
    pairs = [[str(path), path.read_text("utf-8"), served(path).decode()] for path in files]
    assert len(pairs) > 100 and differing(pairs) == []
    assert sum(len(sent) for _, _, sent in pairs) < 0.85 * sum(len(written) for _, written, _ in pairs)
    assert differing([["a.js", "f('/** x */ y')", "f('y')"]]) == ["a.js"]


def test_styles_lose_their_comments_and_nothing_else():
    for path in Settings.web_dir.rglob("*.css"):
        assert "/*" not in served(path).decode()
        assert served(path).count(b"{") == path.read_text("utf-8").count("{")
    assert COMMENTED == (".js", ".css")
