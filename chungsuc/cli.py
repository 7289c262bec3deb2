"""The `chungsuc` command: a table of contents. Each part is imported only when it is called."""

from __future__ import annotations

import importlib
import os
import sys

import click

from . import VERSION

COMMANDS = {
    # name: (module that holds a click command of that name, what the help says)
    "demo": ("chungsuc.demo", "A district of demonstration data on this machine"),
    "populate": ("chungsuc.demonstration.commands", "Months of invented records, to try things on"),
    "duplicates": ("chungsuc.duplicates_commands", "Measure how records that look alike are found, and look for them"),
    "forms": ("chungsuc.forms_commands", "Check, evaluate and describe forms"),
    "client": ("client.commands", "The field app in a window of its own"),
    "serve": ("server.commands", "Serve the console, the field app and sync"),
    "campaign": ("server.campaign_commands", "Check, compare, load and export campaigns"),
    "indicators": ("server.figures.commands", "Count the indicators again from the records"),
    "people": ("server.commands", "People and what they may do"),
    "devices": ("server.commands", "Enrol and revoke devices"),
    "db": ("server.commands", "Bring the database to the present"),
    "keys": ("server.care_commands", "The server's keys"),
    "backup": ("server.care_commands", "Write a backup while the server runs, and prove it"),
    "restore": ("server.care_commands", "Bring a backup to life"),
    "erase": ("server.care_commands", "Destroy a record's contents by order of the law"),
    "slip": ("server.care_commands", "Say whose slip about a carried bundle this is"),
    "verify": ("server.care_commands", "Work everything out again from the ops"),
}


class Contents(click.Group):
    """A group whose commands are looked up in COMMANDS."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = getattr(importlib.import_module(COMMANDS[cmd_name][0]), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # Click would import every module for its short help.
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_text) for name, (_, help_text) in COMMANDS.items()])


@click.group(cls=Contents, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show where an error happened (also by CHUNGSUC_DEBUG=1).")
@click.version_option(VERSION)
def chungsuc(debug: bool) -> None:
    """Chung Sức: forms filled in where there is no signal, checked by the commune, added up at the district."""
    if debug:
        os.environ["CHUNGSUC_DEBUG"] = "1"


def main(arguments: list[str] | None = None) -> None:
    """Run the command line. A failure reaches the user as a sentence, its trace only with --debug."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console or a pipe may speak a code page without Vietnamese.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        chungsuc(arguments, prog_name="chungsuc")
    except Exception as failure:
        if os.environ.get("CHUNGSUC_DEBUG"):
            raise
        sys.exit(f"chungsuc: {sentence(failure)}")


def sentence(failure: Exception) -> str:
    """What a person reads of a failure: a refusal's own words; of the system's errors, the file and the reason."""
    words = getattr(failure, "entry", None)  # server.problems.Refusal
    texts = getattr(failure, "texts", None)  # client.errors.DeviceError
    if words is not None:
        return f"{words.en} ({failure})"
    if isinstance(texts, dict) and texts.get("en"):
        return f"{texts['en']} ({failure})"
    if isinstance(failure, OSError) and failure.strerror:
        return f"{failure.strerror}{f': {failure.filename}' if failure.filename else ''}"
    return f"{type(failure).__name__}: {failure}\n  (chungsuc --debug … shows where it happened)"
