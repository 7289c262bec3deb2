"""Commands that look after a server: recovery key, backup, restore, erase, verify."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask
from sqlalchemy import or_, select

from sync.slips import read_slip, slip_holds

from . import audit
from .app import create_app
from .backup import back_up, make_recovery_key, read_recovery_key
from .backup import restore as restore_backup
from .commands import with_settings
from .database import db, transaction
from .erasure import erase as erase_record
from .keys import rotate_keys
from .models import Device, Person
from .problems import Refusal
from .serving import open_server
from .settings import Settings
from .verify import counts, differences

EXISTING_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def keys() -> None:
    """The server's keys."""


@keys.command("recovery")
@click.argument("file", type=click.Path(path_type=Path))
@with_settings
def recovery(settings: Settings, file: Path) -> None:
    """Make the recovery key: its private half goes to FILE, to be kept apart from the server and its backups."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    key = make_recovery_key(settings.recovery_path, file)
    click.echo(f"recovery key {key} is in {file}. Keep it on paper or a stick, away from this machine: "
               "without it no backup can be restored.")  # fmt: skip


@keys.command("rotate")
@click.confirmation_option(prompt="Give this server new keys? Devices follow by themselves; make a backup afterwards")
@with_settings
def rotate(settings: Settings) -> None:
    """Give the server new keys: after a leak, or every two years. Devices learn them from the old ones at their next
    contact, and what was sealed or signed before stays good."""
    app = open_server(create_app(settings))
    new = rotate_keys(settings.key_path)
    with app.app_context(), transaction() as session:
        audit.append(session, app.extensions["chungsuc"].clock(), audit.SERVER, "keys.rotate", new.key_id)
    click.echo(
        f"The server signs with {new.key_id} now. Restart it, and write a backup: the old ones lack the new keys."
    )


@click.command("slip")
@click.argument("text")
@with_settings
def slip(settings: Settings, text: str) -> None:
    """Whose slip is this? TEXT: the line on the paper, or what its QR code says. It is refused unless a device of this
    server signed it so."""
    with open_server(create_app(settings)).app_context():
        read = read_slip(text)
        if read is None:
            raise Refusal("slip.unknown")
        said = read[0]
        carrier, maker = (db.session.get(Device, each) for each in (said.carrier, said.device))
        if carrier is None or slip_holds(text, carrier.sign_key) is None:
            raise Refusal("slip.forged")
        by, of = (f"{db.session.get_one(Person, each.person_id).name}, {each.name}" if each else said.device
                  for each in (carrier, maker))  # fmt: skip
        click.echo(
            f"{by}: holds since {said.at} (by its own clock) {said.part} of {said.parts} files of bundle {said.bundle}: "
            f"{said.ops} changes of records, {said.files} attachments, from {of}."
        )
        click.echo("A slip is no receipt: what this server received, it signed to the device that made the bundle.")


@click.command()
@click.argument("folder", type=EXISTING_FOLDER)
@with_settings
def backup(settings: Settings, folder: Path) -> None:
    """Write a backup into FOLDER while the server runs, and prove it by restoring it once."""
    app = open_server(create_app(settings))
    with app.app_context():
        path = back_up(app.extensions["chungsuc"], folder)
    click.echo(f"{path}  {path.stat().st_size} bytes, restored once and verified")


@click.command()
@click.argument("file", type=EXISTING_FILE)
@click.option("--recovery-key", type=EXISTING_FILE, required=True, help="The file `chungsuc keys recovery` wrote.")
@with_settings
def restore(settings: Settings, file: Path, recovery_key: Path) -> None:
    """Bring the backup in FILE to life in an empty data folder and database. Devices need nothing done."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    app = create_app(settings)
    manifest = restore_backup(app, file, read_recovery_key(recovery_key))
    verified(app)
    click.echo(f"restored to {manifest.made_at}. Devices send again by themselves what they made since; what was done "
               "in the console since then (reviews, people, devices) has to be done again.")  # fmt: skip


@click.command()
@click.argument("records", nargs=-1, required=True)
@click.option("--by", required=True, help="User name or id of the person who orders it.")
@click.option("--reason", required=True, help="On what ground: the decision's number and date.")
@click.confirmation_option(prompt="Erase these records for ever, their attachments too? Nothing brings them back")
@with_settings
def erase(settings: Settings, records: tuple[str, ...], by: str, reason: str) -> None:
    """Destroy the contents of RECORDS by order of the law. Devices let go of them at their next contact."""
    app = open_server(create_app(settings))
    with app.app_context():
        wanted = select(Person.person_id).where(or_(Person.username == by, Person.person_id == by))
        person = db.session.scalar(wanted)
        if person is None:
            raise Refusal("person.unknown")
        for rec in records:
            order = erase_record(app.extensions["chungsuc"], person, "", rec, reason)
            click.echo(f"{rec} is erased: {order.h}")
    click.echo("Make a backup now, and destroy those of before: they still hold what was erased.")


@click.command()
@with_settings
def verify(settings: Settings) -> None:
    """Work everything out again from the ops, and say what differs. Exit 1 if anything does."""
    verified(open_server(create_app(settings)))


def verified(app: Flask) -> None:
    """Say what differs as it is found. Raises Refusal verify.differs."""
    found = 0
    with app.app_context():
        click.echo(", ".join(f"{number} {name}" for name, number in counts(db.session).items()))
        for each in differences(db.session, app.extensions["chungsuc"]):
            click.echo(str(each), err=True)
            found += 1
    if found:
        raise Refusal("verify.differs", details={"found": found})
    click.echo("nothing differs")
