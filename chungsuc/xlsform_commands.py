"""`chungsuc forms import` and `export`: XLSForm to our JSON and back, with the lists and media that travel beside it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from chungsuc.form_sources import open_form
from forms import Problem, errors
from forms.xlsform import Package, export_document, write_package, write_workbook

LANGUAGE = click.option("--language", type=click.Choice(["vi", "en"]), default="en", show_default=True,
                        help="Of what is told.")  # fmt: skip
FORM = click.Path(exists=True, path_type=Path)
OUT = click.Path(path_type=Path)


@click.command(name="import")
@click.argument("source", type=FORM)
@click.option("-o", "--out", type=OUT, help="The JSON file, or for a folder or .zip the folder, to write.")
@click.option("--force", is_flag=True, help="Write over files that are there.")
@LANGUAGE
def import_form(source: Path, out: Path | None, force: bool, language: str) -> None:
    """Make a form document of SOURCE: an .xlsx, Markdown tables, or a folder or .zip with lists and media.

    From a folder or .zip comes a folder as campaigns have it: forms/, lists/, media/. Nothing is written when the form
    cannot be used.
    """
    form = open_form(source)
    tell(form.problems, language)
    if not form.usable or form.document is None or form.compiled.program is None:
        sys.exit(1)
    text = (json.dumps(form.document, ensure_ascii=False, indent=1) + "\n").encode()
    alone = source.is_file() and source.suffix.lower() != ".zip"
    if alone:
        write({out or source.with_suffix(".json"): text}, force)
        return
    folder = out or source.with_suffix("")
    files = {folder / "forms" / f"{form.compiled.program['form_id']}.json": text}
    files |= {folder / "lists" / name: content for name, content in form.package.lists.items()}
    files |= {folder / "media" / name: content for name, content in form.package.media.items()}
    write(files, force)


@click.command(name="export")
@click.argument("form", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("-o", "--out", type=OUT, help="FORM.xlsx; a .zip takes lists and media along.")
@click.option("--campaign", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Where lists/ and media/ are; else the folder around the form's.")  # fmt: skip
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@LANGUAGE
def export_form(form: Path, out: Path | None, campaign: Path | None, force: bool, language: str) -> None:
    """Make an XLSForm of the document FORM. What is written reads again as the same form."""
    source = open_form(form)
    tell(source.problems, language)
    if source.document is None or source.compiled.program is None:
        sys.exit(1)
    workbook, found = write_workbook(export_document(source.document), str(form))
    tell(found, language)
    if errors(found):
        sys.exit(1)
    out = out or form.with_suffix(".xlsx")
    if out.suffix.lower() != ".zip":
        write({out: workbook}, force)
        return
    folder = campaign or form.resolve().parent.parent
    lists = {f"{name}.csv": folder / "lists" / f"{name}.csv" for name in source.compiled.program["lists"]}
    media = {name: folder / "media" / name for name in sorted(set(named_media(source.document)))}
    package = Package(f"{form.stem}.xlsx", workbook, read_all(lists), read_all(media))
    write({out: write_package(package)}, force)


def named_media(value: object) -> Iterator[str]:
    """Every file that the document names for a form, question or choice."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in ("icon", "image", "big_image", "audio", "video") and isinstance(inner, (str, Mapping)):
                yield from [inner] if isinstance(inner, str) else map(str, inner.values())
            else:
                yield from named_media(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from named_media(inner)


def read_all(files: Mapping[str, Path]) -> dict[str, bytes]:
    """What there is of them: built-in lists and the app's own drawings are nobody's files."""
    return {name: path.read_bytes() for name, path in files.items() if path.is_file()}


def write(files: Mapping[Path, bytes], force: bool) -> None:
    """All of them or none: a file that is there stays unless it may be written over."""
    there = [str(path) for path in files if path.exists()]
    if there and not force:
        raise click.ClickException(f"{', '.join(there[:5])}: already there. Choose another --out, or say --force.")
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        click.echo(str(path))


def tell(problems: tuple[Problem, ...] | list[Problem], language: str = "en") -> None:
    for each in problems:
        click.echo(each.text(language), err=True)
