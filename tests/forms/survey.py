"""Forms as tables, so that a test shows what it is about."""

from forms import Env, Instance, compile_form

ENV = Env(now="2021-12-05T08:00:00.000+07:00", today="2021-12-05", tz_offset_min=420)


def survey(table, choices=None, **more):
    """A document from a table with a header; an empty cell is no key. Its names are its labels."""
    lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    rows = [{key: cell for key, cell in zip(lines[0], line, strict=False) if cell} for line in lines[1:]]
    for row in rows:
        if row["type"] != "calculate":
            row.setdefault("label", row["name"])
    lists = {name: [{"name": each, "label": each} for each in names] for name, names in (choices or {}).items()}
    settings = {"form_id": "case", "version": "1", "title": "Ca", "default_language": "vi"} | more.pop("settings", {})
    return {"settings": settings, "survey": rows, "choices": lists, **more}


def start(document, answers=None, env=ENV):
    compiled = compile_form(document)
    assert compiled.program, list(map(str, compiled.problems))
    return Instance(compiled.program, answers, env)


def violations(instance):
    return [(found["path"], found["code"]) for found in instance.problems()]
