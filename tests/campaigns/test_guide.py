"""docs/guide-campaigns.md, followed literally from an empty folder: its files written, its commands run, in its order."""

import re
import shlex
from pathlib import Path

from click.testing import CliRunner

from chungsuc.cli import chungsuc

GUIDE = Path(__file__).parents[2] / "docs" / "guide-campaigns.md"
BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```", re.M | re.S)


def follow(monkeypatch, folder):
    """What each command printed, by its line."""
    monkeypatch.chdir(folder)
    printed = {}
    for language, file, text in BLOCK.findall(GUIDE.read_text("utf-8")):
        if file:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
            Path(file).write_text(text, "utf-8")
        elif language == "sh":
            for line in text.splitlines():
                name, *arguments = shlex.split(line)
                done = CliRunner().invoke(chungsuc, arguments)
                assert (name, done.exit_code) == ("chungsuc", 0), (line, done.output, done.exception)
                printed[line.removeprefix("chungsuc ")] = done.output
    return printed


def test_the_guide_makes_a_campaign_that_is_loaded_served_and_comes_out_as_it_went_in(monkeypatch, tmp_path):
    printed = follow(monkeypatch, tmp_path)
    assert printed["campaign check wells"].startswith("wells: ok, 1 forms, 3 units, 2 roles")
    assert "Dry run" in printed["campaign load wells --data-dir data --dry-run"]
    assert "3 units added" in printed["campaign load wells --data-dir data"]
    assert "#enrol=" in printed["devices enrol on --no-qr --data-dir data"]
    assert printed["campaign diff wells --data-dir data"] == "No difference.\n"
    for path in (tmp_path / "copy").rglob("*.*"):
        assert path.read_bytes() == (tmp_path / "wells" / path.relative_to(tmp_path / "copy")).read_bytes()
    assert printed["campaign check copy"] == printed["campaign check wells"]
    assert "warning" not in printed["campaign check wells"]
