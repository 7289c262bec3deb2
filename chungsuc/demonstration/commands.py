"""`chungsuc populate`: fill a demonstration server with a region's months, or print them."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import click

from forms import Campaign, Form, Unit, load_campaign
from forms.lists import org_units_list
from server import Settings, create_app
from server.campaigns import load_campaign as load_into
from server.campaigns import read_folder
from server.commands import with_settings
from server.database import transaction
from server.serving import open_server

from .living import Clock, Life
from .region import as_csv, cut, homes, repeated
from .stream import Author, Story

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed tells the same story.")
@click.option("--from", "begin", type=DAY, default="2021-12-01", show_default=True, help="First day.")
@click.option("--days", type=click.IntRange(1), default=182, show_default=True)
@click.option("--unit", "units", metavar="CODE", multiple=True, help="Leave out the units beside this one; repeatable.")
@click.option("--times", type=click.IntRange(1, 999), default=1, show_default=True, help="The whole tree N times over.")
@click.option("--print", "printing", is_flag=True, help="Print submissions as JSON lines; no server.")
@with_settings
def populate(
    settings: Settings,
    folder: Path,
    seed: int,
    begin: datetime,
    days: int,
    units: tuple[str, ...],
    times: int,
    printing: bool,
) -> None:
    """Live through months of the campaign in FOLDER: people, devices, records, reviews, all invented.

    The data folder must be new: nothing invented ever comes to lie beside what is real.
    """
    files = read_folder(folder)
    campaign, tree = region(files, units, times)
    story = Story(seed, begin.date(), days, {form: Form(program) for form, program in campaign.programs.items()},
                  rates(files), hints(files), lists={**campaign.lists, "org_units": org_units_list(tree)})  # fmt: skip
    people = json.loads(files["demo/people.json"])["people"]
    authors = recorders(campaign, tree, people, seed)
    if printing:
        for day in all_days(story):
            for each in story.day(day, authors):
                line = {
                    "rec": each.rec,
                    "at": each.at.isoformat(),
                    "by": each.author.key,
                    "form": each.form_id,
                    "answers": each.answers,
                }
                click.echo(json.dumps(line, ensure_ascii=False))
        return
    clock = Clock(datetime.combine(story.begin, time(), UTC))
    app = create_app(replace(settings, demo=True), clock)
    if settings.key_path.exists():
        raise click.ClickException(f"{settings.data_dir} holds a server already; name a new --data-dir")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    open_server(app)
    with app.app_context():
        with transaction() as session:
            load_into(session, {**files, "org_units.csv": as_csv(tree)}, clock(), demo=True)
        life = Life(app, clock, story, campaign, authors, Random(seed))
        life.people_arrive(offices(campaign, tree, people))
        arrived = 0
        for number, day in enumerate(all_days(story), 1):
            arrived += life.day(day)
            progress(f"{day}  {number}/{days} days  {arrived} records  {len(life.due)} to review")
        arrived += life.last_day()
    progress("")
    click.echo(f"{arrived} records by {len(authors)} people in {settings.data_dir}, all invented")


def all_days(story: Story) -> list[date]:
    return [story.begin + timedelta(days=number) for number in range(story.days)]


def region(files: Mapping[str, bytes], units: tuple[str, ...], times: int) -> tuple[Campaign, list[Unit]]:
    """The campaign, and its units cut and repeated as asked."""
    campaign, problems = load_campaign(files)
    if campaign is None:
        raise click.ClickException("\n".join(map(str, problems)))
    tree = list(campaign.units)
    if unknown := set(units) - {unit.code for unit in tree}:
        raise click.BadParameter(f"{campaign.id} has no unit {', '.join(sorted(unknown))}")
    if units:
        tree = cut(tree, set(units))
    return campaign, list(repeated(tree, times))


def hints(files: Mapping[str, bytes]) -> dict[str, Any]:
    """demo/hints.json: {"forms": {form id: {path: hint}}, "rates": {form id: records a month and person}}."""
    return dict(json.loads(files.get("demo/hints.json", b"{}")).get("forms", {}))


def rates(files: Mapping[str, bytes]) -> dict[str, float]:
    return dict(json.loads(files.get("demo/hints.json", b"{}")).get("rates", {}))


def held(people: Sequence[Mapping[str, Any]], tree: Sequence[Unit]) -> set[tuple[str, str]]:
    """(role, kind of unit) of demo/people.json: who works where, to be repeated everywhere."""
    kinds = {unit.code: unit.kind for unit in tree}
    return {
        (each["role"], kinds[each["unit"]]) for one in people for each in one["memberships"] if each["unit"] in kinds
    }


def recorders(campaign: Campaign, tree: Sequence[Unit], people: Sequence[Mapping[str, Any]], seed: int) -> list[Author]:
    """Everybody who records on a device. Nobody is invented a voice: questions read aloud stay unrecorded."""
    silent = {campaign.settings["question_audio"]}
    found = []
    for role, kind in sorted(held(people, tree)):
        entry = campaign.roles[role]
        forms = frozenset(form for form, actions in entry["forms"].items() if "submit" in actions and form not in silent)
        if "field" in entry["surface"] and forms:
            found += [Author(f"{role}/{home.unit.code}", role, home, forms) for home in homes(tree, {kind}, seed)]
    return found


def offices(campaign: Campaign, tree: Sequence[Unit], people: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """(role, unit) of everybody who works in the console."""
    consoles = {pair for pair in held(people, tree) if "console" in campaign.roles[pair[0]]["surface"]}
    return [(role, unit.code) for unit in tree for role, kind in sorted(consoles) if kind == unit.kind]


def progress(text: str) -> None:
    """On a screen one line that changes, and nothing in a file or a pipe."""
    if sys.stderr.isatty():
        click.echo(f"\r{text:78}", err=True, nl=False)
