"""The two engines: to load a compiled form, and from one answer to a settled state.

The forms, the edits and the numbers of runs are the same for both; `forms.mjs` is the JavaScript half.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from forms import Env, Form, Instance, compile_form
from tests.bench.timing import line, milliseconds, times

ROOT = Path(__file__).parents[2]
LOADS, EDITS = 15, 301
ROWS, ITEMS = 500, 20_000
ENV = {"today": "2021-12-05", "now": "2021-12-05T09:00:00.000+07:00"}


@dataclass(frozen=True)
class Race:
    """One form for both engines. edit: the path that gets the numbers 0, 1, 2 … in turn, or the values of `values`.
    read: a path whose state is asked after each edit (a select with its choices), else nothing."""

    name: str
    program: Mapping[str, Any]
    answers: Mapping[str, Any]
    edit: str
    read: str = ""
    values: tuple[str, ...] = ()
    lists: Mapping[str, Any] = field(default_factory=dict)
    load_target: str = ""
    edit_target: str = ""


def compiled(rows: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    result = compile_form(document(rows, **more))
    assert result.program is not None, result.problems[:3]
    return dict(result.program)


def document(rows: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    title = {"vi": "Đo tốc độ", "en": "Bench"}
    return {
        "settings": {"form_id": "bench", "version": "1", "title": title, "default_language": "vi"},
        "survey": rows,
        **more,
    }


def question(name: str, kind: str = "integer", **columns: Any) -> dict[str, Any]:
    return {"type": kind, "name": name, "label": {"vi": f"Câu {name}", "en": f"Question {name}"}, **columns}


def mixed(questions: int) -> list[dict[str, Any]]:
    """Every question waits for the one before it, every fifth is calculated from the two before."""
    rows = [question("q0")]
    for number in range(1, questions):
        if number % 5 == 4:
            rows.append(
                {"type": "calculate", "name": f"q{number}", "calculation": f"${{q{number - 1}}} + ${{q{number - 2}}}"}
            )
        else:
            before = f"${{q{number - 1}}} >= 0 or ${{q0}} = 1"
            rows.append(question(f"q{number}", relevant=before, constraint=". >= 0 and . <= 1000"))
    return rows


def filled(questions: int) -> dict[str, int]:
    return {f"q{number}": 1 for number in range(questions) if number % 5 != 4}


def chain(length: int) -> list[dict[str, Any]]:
    sums = [
        {"type": "calculate", "name": f"c{n}", "calculation": f"${{{f'c{n - 1}' if n else 'first'}}} + 1"}
        for n in range(length)
    ]
    return [question("first"), *sums]


def table(rows: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A repeat whose rows calculate, and a sum over it."""
    children = [question("qty"), question("price", relevant="${qty} > 0"),
                {"type": "calculate", "name": "cost", "calculation": "${qty} * ${price}"}]  # fmt: skip
    survey = [{"type": "repeat", "name": "item", "label": {"vi": "Dòng", "en": "Row"}, "children": children},
              {"type": "calculate", "name": "total", "calculation": "sum(${cost})"}]  # fmt: skip
    return survey, {"item": [{"__id": f"r{row}", "qty": 2, "price": 3} for row in range(rows)]}


def villages(items: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    rows = [
        question("commune", "text"),
        question("village", "select_one_from_file villages.csv", choice_filter="commune = ${commune}"),
    ]
    names = [[f"v{number}", f"Bản {number}", f"c{number % (items // 20)}"] for number in range(items)]
    return rows, {"villages": {"columns": ["name", "label", "commune"], "rows": names}}


def races() -> list[Race]:
    targets = {500: ("JS 15 ms, Python 50 ms", "JS 0.1 ms, Python 0.3 ms"), 2000: ("JS 60 ms", "JS 0.4 ms")}
    found = [
        Race(f"{size} questions", compiled(mixed(size)), filled(size), f"/q{size // 10 * 5}", load_target=targets.get(size, ("", ""))[0],
             edit_target=targets.get(size, ("", ""))[1])
        for size in (50, 500, 2000)
    ]  # fmt: skip
    found.append(
        Race("a chain of 2000 calculations", compiled(chain(2000)), {"first": 1}, "/first", edit_target="20 ms")
    )
    survey, answers = table(ROWS)
    found.append(Race(f"a repeat of {ROWS} rows and its sum", compiled(survey), answers, f"/item[r{ROWS // 2}]/qty"))
    survey, lists = villages(ITEMS)
    communes = tuple(f"c{number}" for number in range(50))
    found.append(Race(f"a list of {ITEMS} choices, filtered", compiled(survey), {"commune": "c0"}, "/commune", "/village",
                      communes, lists, edit_target="5 ms"))  # fmt: skip
    return found


def run_python(race: Race) -> tuple[list[float], list[float]]:
    env = Env(**ENV, lists=race.lists)
    text = json.dumps(race.program)
    loads = times(lambda: Instance(Form(json.loads(text)), dict(race.answers), env), LOADS)
    instance = Instance(Form(json.loads(text)), dict(race.answers), env)
    numbers = iter(range(EDITS))

    def edit() -> None:
        number = next(numbers)
        instance.set(race.edit, race.values[number % len(race.values)] if race.values else number)
        if race.read:
            instance.state(race.read)

    return loads, times(edit, EDITS)


def run_javascript(found: list[Race]) -> list[tuple[list[float], list[float]]]:
    told = json.dumps({"env": ENV, "loads": LOADS, "edits": EDITS, "races": [asdict(race) for race in found]})
    node = [ROOT / ".venv/bin/node", ROOT / "tests/bench/forms.mjs"]
    ran = subprocess.run(node, input=told.encode(), capture_output=True, check=True, cwd=ROOT)
    return [(loads, edits) for loads, edits in json.loads(ran.stdout)]


def bench() -> None:
    for size, target in ((50, ""), (500, "250 ms"), (2000, "")):
        rows = mixed(size)
        line(f"compile {size} questions, Python", milliseconds(times(lambda: compile_form(document(rows)), 7)), target)  # noqa: B023
    found = races()
    for race, (js_loads, js_edits) in zip(found, run_javascript(found), strict=True):
        loads, edits = run_python(race)
        line(f"{race.name}: load, JavaScript", milliseconds(js_loads), race.load_target)
        line(f"{race.name}: load, Python", milliseconds(loads))
        line(f"{race.name}: one answer, JavaScript", milliseconds(js_edits), race.edit_target)
        line(f"{race.name}: one answer, Python", milliseconds(edits))


if __name__ == "__main__":
    bench()
