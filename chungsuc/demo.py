"""`chungsuc demo`: a district of demonstration data on this machine, to try everything on or to play by itself."""

from __future__ import annotations

import json
import secrets
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask

from server import Settings, create_app
from server.accounts import set_password
from server.campaigns import load_campaign, read_folder
from server.context import Server
from server.database import transaction
from server.people import add_membership, add_person, enrolment_link, make_enrolment
from server.serving import open_server
from server.webserver import run

CAMPAIGN = Path(__file__).parent.parent / "campaigns" / "tam_duong"


@dataclass(frozen=True)
class DemoPerson:
    """One of demo/people.json. password: of the console. link: one-time, for a phone; "" without a field role."""

    username: str
    name: str
    roles: tuple[str, ...]
    password: str
    link: str


@click.command()
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder to keep; else a temporary one.")
@click.option("--console-port", type=int, default=8080, show_default=True)
@click.option("--field-port", type=int, default=8081, show_default=True)
@click.option("--script", is_flag=True, help="Play one support case's whole way without a screen, then stop.")
def demo(data: Path | None, console_port: int, field_port: int, script: bool) -> None:
    """Serve a district of demonstration data until Ctrl-C, with people, passwords and enrolment links."""
    with tempfile.TemporaryDirectory(prefix="chungsuc-demo-") as temporary:
        folder = data or Path(temporary)
        if script:
            from chungsuc.demo_script import play

            play(folder, click.echo)
            return
        settings = demo_settings(folder, console_port, field_port)
        people = prepare(create_app(settings), say=click.echo)
        introduce(people, folder, temporary=data is None)
        try:
            run(settings, say=click.echo)
        except OSError as taken:
            raise click.ClickException(
                f"Port {console_port} or {field_port} is in use ({taken.strerror}). Choose others: --console-port N --field-port N"
            ) from taken


def demo_settings(folder: Path, console_port: int, field_port: int, **more: Any) -> Settings:
    return Settings(
        data_dir=folder,
        console_origin=f"http://127.0.0.1:{console_port}",
        field_origin=f"http://127.0.0.1:{field_port}",
        demo=True,
        **more,
    )


def prepare(app: Flask, say: Any) -> list[DemoPerson]:
    """Lay out the district: database, campaign, people. A folder that has them gets new passwords and links."""
    open_server(app)
    server: Server = app.extensions["chungsuc"]
    now = datetime.now(UTC)
    with app.app_context():
        with transaction() as session:
            loaded = load_campaign(session, read_folder(CAMPAIGN), now, demo=True)
            say(
                f"Campaign {loaded.campaign_id}: {len(loaded.units_added)} units, forms {', '.join(loaded.forms_published) or 'unchanged'}"
            )
        with transaction() as session:
            return [_person(session, server, entry, now) for entry in demo_people()]


def field_roles() -> set[str]:
    """The roles of people who work on a phone and nowhere else."""
    roles = json.loads((CAMPAIGN / "roles.json").read_text("utf-8"))["roles"]
    return {name for name, role in roles.items() if role["surface"] == ["field"]}


def demo_people() -> list[dict[str, Any]]:
    people: list[dict[str, Any]] = json.loads((CAMPAIGN / "demo" / "people.json").read_text("utf-8"))["people"]
    return people


def _person(session: Any, server: Server, entry: dict[str, Any], now: datetime) -> DemoPerson:
    from sqlalchemy import select

    from server.models import Person

    person = session.scalar(select(Person).where(Person.username == entry["login"]))
    if person is None:
        person = add_person(session, entry["name"], now, username=entry["login"], demo=True)
        for held in entry["memberships"]:
            add_membership(session, person, held["role"], held["unit"], now, server.today())
    password = f"demo-{secrets.token_hex(3)}"
    set_password(session, person, password, now)
    roles = tuple(held["role"] for held in entry["memberships"])
    link = ""
    if field_roles() & set(roles):
        code = make_enrolment(session, person, now, server.settings.enrolment_days, server.today())
        link = enrolment_link(server.settings.field_origin, code, server.keys.key_id)
    return DemoPerson(entry["login"], entry["name"], roles, password, link)


def introduce(people: list[DemoPerson], folder: Path, *, temporary: bool) -> None:
    click.echo("\nDỮ LIỆU TRÌNH DIỄN / DEMONSTRATION DATA: nobody here is real.")
    click.echo(f"Data: {folder}{' (gone after Ctrl-C; --data FOLDER keeps it)' if temporary else ''}\n")
    click.echo("Console, name and password:")
    for person in people:
        if not person.link:
            click.echo(f"  {person.username:16} {person.password:12} {person.name} · {', '.join(person.roles)}")
    click.echo("\nField app, one-time enrolment links (open one in a browser on this machine):")
    for person in people:
        if person.link:
            click.echo(f"  {person.name} · {', '.join(person.roles)}\n    {person.link}")
    click.echo("")
