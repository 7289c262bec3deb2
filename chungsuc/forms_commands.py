"""`chungsuc forms`: what an author of forms asks of the command line."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from chungsuc.expression_form import RESULT, expression_form
from chungsuc.form_sources import open_form
from chungsuc.paper.blank import blank_form
from chungsuc.preview.commands import preview
from chungsuc.xlsform_commands import LANGUAGE, export_form, import_form, tell
from forms import Env, Instance, Program, Where, compile_form, document_schema, errors, read_json
from forms.diff import carries_over, diff_forms
from forms.problems import problem

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
COLUMNS = ("relevant", "required", "read_only", "valid")
RUN_ENGINE = Path(__file__).parent / "run_engine.mjs"


ENGINE = click.option("--engine", type=click.Choice(["python", "js"]), default="python", show_default=True)


@click.group()
def forms() -> None:
    """Check, evaluate and describe forms (docs/form-language.md)."""


forms.add_command(import_form)
forms.add_command(export_form)
forms.add_command(preview)


@forms.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@LANGUAGE
def check(files: tuple[Path, ...], language: str) -> None:
    """Tell everything wrong with form FILES, with place and remedy: JSON, .xlsx, Markdown, or a folder or .zip with
    lists and media. Exit code 1 when one cannot be used."""
    broken = False
    for file in files:
        form = open_form(file)
        tell(form.problems, language)
        if form.usable and form.compiled.program is not None:
            click.echo(f"{file}: {form.compiled.program['form_id']} {form.compiled.program['version']}: ok")
        else:
            broken = True
    if broken:
        sys.exit(1)


@forms.command(name="eval")
@click.argument("form", type=FILE)
@click.argument("answers", required=False, type=FILE)
@ENGINE
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day that today() gives; else this one.")
def evaluate(form: Path, answers: Path | None, engine: str, today: datetime | None) -> None:
    """Run FORM over ANSWERS (JSON; none: a new record) and print what each question is and says."""
    program = opened(form)
    env = environment(today)
    states = ENGINES[engine](program, read_answers(answers), env)
    width = max([len("path"), *map(len, states)])
    click.echo("  ".join(["path".ljust(width), *COLUMNS, "value", "message"]))
    for path, state in states.items():
        marks = [("yes" if state[column] else "no").ljust(len(column)) for column in COLUMNS]
        value = json.dumps(state["value"], ensure_ascii=False)
        message = state["problem"]["message"] if state["problem"] else ""
        click.echo("  ".join([path.ljust(width), *marks, value, message]).rstrip())


@forms.command()
@click.argument("expression")
@click.option("--answers", type=FILE, help="JSON; its keys are what ${name} can name.")
@ENGINE
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day that today() gives; else this one.")
def expr(expression: str, answers: Path | None, engine: str, today: datetime | None) -> None:
    """Evaluate one EXPRESSION and print its value as it would be stored."""
    given = read_answers(answers)
    program = usable(expression_form(expression, given), "expression")
    states = ENGINES[engine](program, given, environment(today))
    click.echo(json.dumps(states[f"/{RESULT}"]["value"], ensure_ascii=False))


@forms.command()
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
def diff(old: Path, new: Path, language: str) -> None:
    """Tell what changed from form OLD to NEW and whether older answers carry over. Exit code 1 when some do not."""
    before, after = opened(old), opened(new)
    changes = diff_forms(before, after)
    for change in changes:
        click.echo(change.message(language))
    reused = before != after and (before["form_id"], before["version"]) == (after["form_id"], after["version"])
    if reused:
        tell([problem("form.version_reused", Where(str(new), "/settings", key="version"), version=after["version"])])
    if reused or not carries_over(changes):
        sys.exit(1)


@forms.command(name="print")
@click.argument("form", type=click.Path(exists=True, path_type=Path))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Default: <form id>.html")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Of the sheet.")
def print_form(form: Path, output: Path | None, language: str) -> None:
    """Write FORM as a blank sheet of A4 to fill in by hand: one HTML page that any browser prints."""
    program = opened(form)
    target = output or Path(f"{program['form_id']}.html")
    target.write_text(blank_form(program, language), "utf-8")
    click.echo(str(target))


@forms.command()
def schema() -> None:
    """Print the JSON Schema of form documents, for editors."""
    click.echo(json.dumps(document_schema(), ensure_ascii=False, indent=1))


def opened(form: Path) -> Program:
    """The program of a form of any kind that can be used; otherwise all problems are told and the command ends."""
    source = open_form(form)
    tell(source.problems)
    if not source.usable or source.compiled.program is None:
        sys.exit(1)
    return source.compiled.program


def usable(source: Any, name: str) -> Program:
    """The program of a form that has no error; otherwise all problems are told and the command ends."""
    compiled = compile_form(source, name)
    tell(compiled.problems)
    if compiled.program is None:
        sys.exit(1)
    return compiled.program


def read_answers(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    value, problems = read_json(file.read_bytes(), str(file))
    if not problems and not isinstance(value, dict):
        raise click.ClickException(f'{Where(str(file))}: answers are one JSON object, as {{"age": 34}}')
    tell(problems)
    if errors(problems):
        sys.exit(1)
    return dict(value)


def environment(today: datetime | None) -> Env:
    """The machine's clock and zone; `today` takes the place of its date."""
    now = datetime.now().astimezone()
    if today is not None:
        now = today.replace(hour=12).astimezone()
    offset = now.utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    return Env(now=now.isoformat(timespec="milliseconds"), today=now.date().isoformat(), tz_offset_min=minutes)


def in_python(program: Program, answers: dict[str, Any], env: Env) -> dict[str, Any]:
    instance = Instance(program, answers, env)
    return {path: instance.state(path) for path in paths(instance.tree())}


def paths(views: list[dict[str, Any]]) -> list[str]:
    """The paths of a tree() in the form's order."""
    found = []
    for view in views:
        found += [view["path"], *paths(view.get("children", []))]
        for row in view.get("rows", ()):
            found += paths(row["children"])
    return found


def in_javascript(program: Program, answers: dict[str, Any], env: Env) -> dict[str, Any]:
    """The same by the evaluator of the field app, in Node."""
    node = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    if node is None:
        raise click.ClickException("--engine js needs Node 20 or later: `make test` installs it beside Python.")
    known = {key: value for key, value in asdict(env).items() if not callable(value)}
    sent = json.dumps({"program": program, "answers": answers, "env": known})
    ran = subprocess.run([node, str(RUN_ENGINE)], input=sent, capture_output=True, text=True, encoding="utf-8")
    if ran.returncode:
        raise click.ClickException(ran.stderr.strip().splitlines()[-1])
    states: dict[str, Any] = json.loads(ran.stdout)
    return states


ENGINES = {"python": in_python, "js": in_javascript}
