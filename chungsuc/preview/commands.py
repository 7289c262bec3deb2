"""`chungsuc forms preview`."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from chungsuc.ports import free_port
from chungsuc.preview.app import Preview


@click.command()
@click.argument("form", type=click.Path(exists=True, path_type=Path))
@click.option("--port", type=click.IntRange(1024, 65535), help="Else a free one.")
@click.option("--no-browser", is_flag=True, help="Only tell the address.")
def preview(form: Path, port: int | None, no_browser: bool) -> None:
    """Fill in FORM (JSON, .xlsx, Markdown, or a folder or .zip) on the real screens while it is being written.

    The page follows the file: what is saved is shown, answers stay. Beside the screens stand all problems, what each
    question is, and whether both evaluators agree on it. Nothing is stored or sent.
    """
    shown = Preview(form, port or free_port())
    click.echo(f"{form}: {shown.url}")
    click.echo("The address opens once. Ctrl+C ends the preview.")
    if not no_browser:
        webbrowser.open(shown.url)
    try:
        shown.run()
    except KeyboardInterrupt:
        pass
    finally:
        shown.close()
