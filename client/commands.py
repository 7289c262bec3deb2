"""`chungsuc client`: the field app in a window of its own, over this machine's encrypted store."""

from __future__ import annotations

import threading
from pathlib import Path

import click
import platformdirs

from client.device import Device
from client.shell import Loopback, NoWindow, hold_alone, keep_place, read_place, show, show_in_browser


@click.command()
@click.option("--data", "folder", type=click.Path(file_okay=False, path_type=Path), help="Folder of the vaults.")
@click.option("--no-window", is_flag=True, help="Only serve, and print the address that opens the app once.")
@click.option("--secret-store", type=click.Choice(["keyring", "file"]), default="keyring", show_default=True)
def client(folder: Path | None, no_window: bool, secret_store: str) -> None:
    """Open the field app. The first start asks for an enrolment link."""
    folder = folder or Path(platformdirs.user_data_dir("chungsuc", appauthor=False))
    alone = hold_alone(folder)
    if alone is None:
        raise click.ClickException("Chung Sức đang mở trên máy này rồi. / Chung Sức is open already.")
    device = Device(folder, secret_store=secret_store)
    loopback = _loopback(device, folder)
    try:
        if no_window:
            click.echo(loopback.boot_url)
            threading.Event().wait()
        else:
            try:
                show(loopback, folder)
            except NoWindow as missing:
                click.echo(f"{missing} The browser opens instead: {loopback.boot_url}", err=True)
                show_in_browser(loopback)
    except KeyboardInterrupt:
        pass
    finally:
        loopback.close()
        device.close()
        alone.close()


def _loopback(device: Device, folder: Path) -> Loopback:
    """On the port of last time, so that the window keeps its origin; on a free one when that is taken."""
    port = int(read_place(folder).get("port", 0))
    try:
        loopback = Loopback(device, port)
    except OSError:
        loopback = Loopback(device, 0)
    keep_place(folder, port=loopback.port)
    return loopback
