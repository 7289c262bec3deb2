"""The command line as a whole: its table, and how failures reach a person."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from chungsuc import CAMPAIGNS, VERSION, cli


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_of_the_table_explains_itself(name):
    result = CliRunner().invoke(cli.chungsuc, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert "Usage:" in result.output


def test_the_help_names_every_command_and_imports_none():
    script = (
        "import sys; from chungsuc import cli\n"
        "try: cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "assert not {'flask', 'server', 'client', 'forms'} & sys.modules.keys(), 'imported too much'"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert all(f"  {name} " in done.stdout for name in cli.COMMANDS)
    assert "Chung Sức" in done.stdout


def test_the_version_and_the_campaigns_are_found():
    assert CliRunner().invoke(cli.chungsuc, ["--version"]).output == f"chungsuc, version {VERSION}\n"
    assert (CAMPAIGNS / "tam_duong" / "campaign.json").is_file()


@pytest.fixture
def broken(monkeypatch):
    """A command that fails with the exception given to it."""

    def breaking(failure):
        @click.command()
        def demo():
            raise failure

        monkeypatch.setattr(cli.Contents, "get_command", lambda *_: demo)

    return breaking


def test_a_failure_is_a_sentence_without_a_trace(broken):
    broken(FileNotFoundError(2, "No such file or directory", "phiếu.json"))
    with pytest.raises(SystemExit) as stopped:
        cli.main(["demo"])
    assert stopped.value.code == "chungsuc: No such file or directory: phiếu.json"


def test_our_own_mistake_says_how_to_see_more(broken):
    broken(KeyError("rice"))
    with pytest.raises(SystemExit, match=r"KeyError: 'rice'\n.*--debug"):
        cli.main(["demo"])


def test_debug_lets_the_trace_through(broken, monkeypatch):
    monkeypatch.setenv("CHUNGSUC_DEBUG", "")
    broken(KeyError("rice"))
    with pytest.raises(KeyError):
        cli.main(["--debug", "demo"])
