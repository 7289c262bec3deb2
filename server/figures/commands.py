"""`chungsuc indicators`: what is counted, and counting it again."""

from __future__ import annotations

import click

from ..app import create_app
from ..commands import opened, with_settings
from ..serving import open_server
from ..settings import Settings
from .basis import incomplete, rebase
from .recompute import Progress, recompute

TOLD_EVERY = 20  # batches


@click.group()
def indicators() -> None:
    """Indicators: what is counted from the records (docs/returns.md)."""


@indicators.command("recompute")
@click.option("--all", "every", is_flag=True, help="Every form, also those whose figures are up to date; mends cells.")
@with_settings
def recompute_command(settings: Settings, every: bool) -> None:
    """Work the figures out again from the records, while the server runs. May be interrupted and repeated."""
    app = open_server(create_app(settings))
    batches = 0

    def tell(progress: Progress) -> None:
        nonlocal batches
        batches += 1
        if batches % TOLD_EVERY == 0 or progress.done == progress.total:
            click.echo(f"{progress.done} of {progress.total} records, {progress.changed} changed")

    with app.app_context():
        done = recompute(every, tell)
    click.echo(f"done: {done.total} records, {done.changed} changed")


@indicators.command("status")
@with_settings
def status(settings: Settings) -> None:
    """Say whether every record is counted with the present figures."""
    with opened(settings) as (_, session):
        rebase(session)
        waiting = incomplete(session)
    click.echo("all records are counted" if not waiting else f"to be counted again: {', '.join(waiting)}")
    if waiting:
        click.echo("run: chungsuc indicators recompute")
