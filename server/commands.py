"""The server's commands: people, devices, database, and serving. Sentences out, no traces."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import Any

import click
import segno
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from . import people as persons
from .app import create_app
from .context import Server
from .database import transaction
from .figures.basis import incomplete, rebase
from .models import Device, Person
from .serving import open_server, upgrade_database
from .settings import Settings, load_settings
from .webserver import run


def with_settings(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command --settings and --data-dir, and the Settings they make with the environment."""

    @click.option("--settings", "toml", type=click.Path(path_type=Path), help="TOML file of settings (docs/deploy.md).")
    @click.option("--data-dir", type=click.Path(path_type=Path), help="Folder of database, keys and high-water mark.")
    @wraps(command)
    def run_with(toml: Path | None, data_dir: Path | None, **given: Any) -> Any:
        named = {f.name: given.pop(f.name) for f in fields(Settings) if f.name in given}
        return command(load_settings(os.environ, toml, data_dir=data_dir, **named), **given)

    return run_with


@contextmanager
def opened(settings: Settings) -> Iterator[tuple[Server, Session]]:
    """The opened server and one writing transaction on it."""
    app: Flask = create_app(settings)
    open_server(app)
    with app.app_context(), transaction() as session:
        yield app.extensions["chungsuc"], session


@click.group()
def people() -> None:
    """People and what they may do."""


@people.command("add")
@click.argument("name")
@click.option("--as", "memberships", metavar="ROLE:UNIT", multiple=True, required=True, help="May be given again.")
@click.option("--username", help="To sign in to the console with.")
@click.option("--form", "forms", multiple=True, help="Only this form of the role's; may be given again.")
@with_settings
def add(
    settings: Settings, name: str, memberships: tuple[str, ...], username: str | None, forms: tuple[str, ...]
) -> None:
    """Add a person called NAME with one or more roles in units."""
    with opened(settings) as (server, session):
        person = persons.add_person(session, name, server.clock(), username=username, demo=settings.demo)
        for membership in memberships:
            role, _, unit = membership.partition(":")
            persons.add_membership(session, person, role, unit, server.clock(), server.today(), forms=forms)
    click.echo(person.person_id)


@people.command("list")
@with_settings
def list_people(settings: Settings) -> None:
    """Everybody, with what they are today."""
    with opened(settings) as (server, session):
        for person in session.scalars(select(Person).order_by(Person.name)):
            held = persons.memberships(session, person.person_id, server.today())
            roles = ", ".join(f"{role.role}:{unit.code}" for _, role, unit in held)
            click.echo(f"{person.person_id}  {person.username or '-':20}  {person.name}  [{roles}]")


@people.command("password")
@click.argument("username")
@click.password_option("--password", help="Asked for when not given.")
@with_settings
def password(settings: Settings, username: str, password: str) -> None:
    """Set a person's console password."""
    from .accounts import set_password

    with opened(settings) as (server, session):
        set_password(session, persons.find_person(session, username), password, server.clock())


@click.group()
def devices() -> None:
    """Enrol and revoke devices."""


@devices.command("enrol")
@click.argument("username")
@click.option("--qr/--no-qr", default=True, help="Draw the link as a QR code.")
@with_settings
def enrol(settings: Settings, username: str, qr: bool) -> None:
    """Print a one-time enrolment link for one more device of a person (user name or person id)."""
    with opened(settings) as (server, session):
        person = persons.find_person(session, username)
        code = persons.make_enrolment(session, person, server.clock(), settings.enrolment_days, server.today())
        link = persons.enrolment_link(settings.field_origin, code, server.keys.key_id)
    click.echo(link)
    if qr:
        segno.make(link).terminal(compact=True)


@devices.command("list")
@with_settings
def list_devices(settings: Settings) -> None:
    """Every device, whose it is, and when it was last heard."""
    with opened(settings) as (_, session):
        rows = session.execute(select(Device, Person).join(Person, Person.person_id == Device.person_id))
        for device, person in rows.all():
            seen = device.last_seen_at.isoformat(timespec="minutes") if device.last_seen_at else "never seen"
            flags = " CLONED" if device.cloned else ""
            click.echo(f"{device.device_id}  {device.state:8} {seen:22} {person.name}  {device.name}{flags}")


@devices.command("revoke")
@click.argument("device_id")
@with_settings
def revoke(settings: Settings, device_id: str) -> None:
    """Take a device's access away; what it still sends is kept for a person to look at."""
    with opened(settings) as (server, session):
        persons.revoke_device(session, device_id, server.clock())


@click.group()
def db() -> None:
    """Bring the database to the present."""


@db.command("upgrade")
@with_settings
def upgrade(settings: Settings) -> None:
    """Run the migrations the database has not seen. Make a backup first."""
    with create_app(settings).app_context():
        upgrade_database()
        with transaction() as session:
            rebase(session)
            waiting = incomplete(session)
    if waiting:
        click.echo(f"Figures of {len(waiting)} forms want counting again: {', '.join(waiting)}")
        click.echo("`chungsuc serve` does it by itself beside its work; `chungsuc indicators recompute` does it now.")


@click.command()
@click.option("--listen", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0: all.")
@click.option("--console-port", type=int, help="Port of the console; else that of console_origin.")
@click.option("--field-port", type=int, help="Port of the field app; else that of field_origin.")
@click.option("--console-origin", help="Address of the console, as people type it.")
@click.option("--field-origin", help="Address of the field app, for ever.")
@click.option("--tls-cert", type=click.Path(exists=True, dir_okay=False), help="Certificate chain, PEM.")
@click.option("--tls-key", type=click.Path(exists=True, dir_okay=False), help="Its private key, PEM.")
@click.option("--workers", type=int, default=1, show_default=True, help="Processes; more than one wants PostgreSQL.")
@click.option("--accept-missing-mark", is_flag=True, default=None, help="Start although high-water.json is missing.")
@with_settings
def serve(settings: Settings, **given: Any) -> None:
    """Serve the console, the field app and sync until Ctrl-C."""
    run(settings, say=click.echo, **given)
