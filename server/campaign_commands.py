"""`chungsuc campaign`: check a campaign's folder, compare it with a server, load it, and write it out again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy.orm import Session

import forms
from forms.campaign_diff import differences

from .campaigns import Loaded, load_campaign, read_folder
from .commands import opened, with_settings
from .recordings import coverage, languages, recording_units, top_unit
from .references import loaded_files
from .settings import Settings

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def campaign() -> None:
    """Check, compare, load and export campaigns (docs/guide-campaigns.md)."""


@campaign.command()
@click.argument("folder", type=FOLDER)
def check(folder: Path) -> None:
    """Tell everything wrong with the campaign in FOLDER, with place and remedy. Exit code 1 when it cannot be loaded."""
    found, problems = forms.load_campaign(read_folder(folder))
    for problem in problems:
        click.echo(str(problem), err=True)
    if found is None:
        sys.exit(1)
    click.echo(
        f"{found.id}: ok, {len(found.programs)} forms, {len(found.units)} units, {len(found.roles)} roles, "
        f"{len(found.lists)} lists, {len(found.indicators)} indicators, {len(found.returns)} returns"
    )


@campaign.command()
@click.argument("folder", type=FOLDER)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@with_settings
def load(settings: Settings, folder: Path, dry_run: bool) -> None:
    """Load the campaign in FOLDER, or bring the server to its newest state. May be repeated."""
    with opened(settings) as (server, session), session.begin_nested() as attempt:
        loaded = load_campaign(session, read_folder(folder), server.clock(), demo=settings.demo)
        if dry_run:
            attempt.rollback()
    tell(loaded)
    if dry_run:
        click.echo("Dry run: nothing was changed.")


def tell(loaded: Loaded) -> None:
    click.echo(
        f"{loaded.campaign_id}: {len(loaded.units_added)} units added, {len(loaded.units_changed)} changed; "
        f"forms published: {', '.join(loaded.forms_published) or 'none'}; "
        f"lists changed: {', '.join(loaded.lists_changed) or 'none'}; files changed: {len(loaded.files_changed)}"
    )
    for form_id, change in loaded.forms_changed:
        click.echo(f"{form_id}: {change.message('vi')}\n    {change.message('en')}")
    if loaded.figures_changed:
        click.echo(f"figures to be counted again: {', '.join(loaded.figures_changed)}")
        click.echo("A serving server does it within a minute; `chungsuc indicators recompute` does it now.")
    for lost in loaded.names_lost:
        click.echo(f"warning: {lost} is gone, and records may name it. End its row with valid_to instead.", err=True)


@campaign.command()
@click.argument("folder", type=FOLDER)
@with_settings
def diff(settings: Settings, folder: Path) -> None:
    """Tell how FOLDER differs from what the server has loaded, place by place."""
    after = read_folder(folder)
    with opened(settings) as (_, session):
        changes = list(differences(loaded_files(session), after))
    for change in changes:
        click.echo(str(change))
    click.echo(f"{len(changes)} differences." if changes else "No difference.")


@campaign.command()
@click.argument("folder", type=click.Path(path_type=Path))
@with_settings
def export(settings: Settings, folder: Path) -> None:
    """Write the loaded campaign into FOLDER, new or empty: byte for byte what was loaded."""
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} is not empty. Name a new folder.")
    with opened(settings) as (_, session):
        files = loaded_files(session)
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    click.echo(f"{len(files)} files written to {folder}")


@campaign.command("coverage")
@click.option("--unit", help="As heard in this unit; else in the top one and in every unit that has recorded anything.")
@click.option("--missing", is_flag=True, help="Name every question that cannot be heard.")
@with_settings
def print_coverage(settings: Settings, unit: str | None, missing: bool) -> None:
    """Print how many questions of each form can be heard, in each language questions are read aloud in."""
    with opened(settings) as (_, session):
        printed = list(coverage_lines(session, unit, missing))
    if not printed:
        raise click.ClickException("Nothing to print: no such unit, or no form for recordings (campaign.json, question_audio).")
    for line in printed:
        click.echo(line)


def coverage_lines(session: Session, unit: str | None, missing: bool) -> Iterator[str]:
    names = {name: label["vi"] for name, label in languages(session)}
    for code in [unit] if unit else dict.fromkeys([top_unit(session), *(each.code for each in recording_units(session))]):
        for at, each in enumerate(coverage(session, code)):
            if at == 0:
                yield f"{code}:"
            again = f", {len(each.changed)} to be recorded again (the wording changed)" if each.changed else ""
            yield f"  {each.form_id}, {names[each.language]}: {len(each.recorded)} of {each.total} questions{again}"
            yield from (f"    {question.path}" for question in (*each.changed, *each.missing) if missing)
