"""The `chungsuc` command: a table of contents. Each part is imported only when it is called."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

COMMANDS = {
    "forms": ("chungsuc.forms_commands", "Check, evaluate and describe forms"),
    "campaign": ("server.commands", "Load campaigns into a server"),
    "people": ("server.commands", "People and what they may do"),
    "devices": ("server.commands", "Enrol and revoke devices"),
    "db": ("server.commands", "Bring the database to the present"),
    "serve": ("server.commands", "Serve the console, the field app and sync"),
    "client": ("client.commands", "The field app in a window of its own"),
    "demo": ("chungsuc.demo", "A district of demonstration data on this machine"),
}


class Contents(click.Group):
    """A group whose commands are looked up in COMMANDS; the attribute has the command's name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = getattr(importlib.import_module(COMMANDS[cmd_name][0]), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_text) for name, (_, help_text) in COMMANDS.items()])


@click.group(cls=Contents, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name=None, version="0.1.0")
def chungsuc() -> None:
    """Chung Sức: forms filled in where there is no signal, checked by the commune, added up at the district."""


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line; a failure reaches the user as a sentence. CHUNGSUC_DEBUG=1 shows the trace."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        return chungsuc(arguments, prog_name="chungsuc")
    except Exception as failure:
        if os.environ.get("CHUNGSUC_DEBUG"):
            raise
        code = getattr(failure, "code", type(failure).__name__)
        sys.exit(f"chungsuc: {code}: {failure}\n  (CHUNGSUC_DEBUG=1 shows where it happened)")
