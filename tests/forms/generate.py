"""Random forms and random edits, for properties of the evaluators. Seeded by hypothesis or random.Random."""

from __future__ import annotations

import random
from typing import Any

TYPES = ("text", "integer", "decimal", "date", "select_one need", "select_multiple need")
CHOICES = {"need": [{"name": name, "label": name} for name in ("rice", "cash", "care")]}
# fmt: off
VALUES: dict[str, list[Any]] = {
    "text": ["Lò", "0", "2021-12-05", "", None, "3", "\u00a03", "\ufeff3 ", " 3\n", "a\x1cb", "e\u0301 🌾", "YQ==", "YQ", "TsOy", "-0"],
    "integer": [0, 1, 7, -2, 2**53 - 1, None],
    "decimal": ["0.5", "10", "-3.25", "0.285", "1.2345678901234567", "1000000000000000000000.5", None],
    "date": ["2021-12-05", "2022-02-28", None],
    "select_one": ["rice", "cash", "gold", None],
    "select_multiple": [["rice"], ["rice", "care"], [], None],
}


def expression(rng: random.Random, names: list[str], depth: int = 2) -> str:
    """An expression over earlier questions."""
    ref = f"${{{rng.choice(names)}}}" if names else "1"
    if depth == 0:
        return rng.choice([ref, "2", "'rice'", "today()", "now()", "0.5", "-3", "''", "'2020-02-29'", "1000000.125", "(1 div 0)", "-0",
                           "number('x')", "'YQ=='"])
    a, b = expression(rng, names, depth - 1), expression(rng, names, depth - 1)
    made: str = rng.choice(FORMS).format(a=a, b=b, ref=ref)
    return made


# How expressions are made of others; {ref} is a question, {a} and {b} are expressions.
FORMS = (
    "({a} + {b})", "({a} * {b})", "({a} - {b})", "({a} div {b})", "({a} mod {b})", "({a} = {b})", "({a} != {b})",
    "({a} > {b})", "({a} <= {b})", "({a} and {b})", "({a} or {b})", "(-{a})", "not({a})", "if({a}, {b}, {a})",
    "concat({a}, {b})", "coalesce({a}, {b})", "round({a}, 1)", "round({a})", "int({a})", "floor({a})", "ceiling({a})",
    "abs({a})", "sqrt({a})", "pow({a}, 2)", "pow({a}, {b})", "round({a}, {b})", "(1 div {a})", "base64-decode({a})", "selected({a}, {b})",
    "count-selected({a})", "indexed-repeat({ref}, {ref}/.., {a})", "substr({a}, {b}, {a})", "if({a} > 2, {a}, {b})",
    "regex({a}, '^\\s*\\p{{L}}.$')", "date({a} * {b})", "number({a})", "string({a})", "boolean({a})", "boolean-from-string({a})",
    "sum({ref})", "max({ref}, {b})", "min({ref}, {b})", "count({ref})", "count-non-empty({ref})", "join('-', {ref}, {a})",
    "position({ref})", "count-selected({ref})", "selected({ref}, 'rice')", "selected-at({ref}, {a})",
    "jr:choice-name({a}, '{ref}')", "checklist(1, 2, {a}, {b})", "string-length({a})", "substr({a}, 1, 3)",
    "substr({a}, -2)", "substring-before({a}, '-')", "substring-after({a}, '-')", "translate({a}, '-.', '/')",
    "normalize-space({a})", "starts-with({a}, {b})", "ends-with({a}, {b})", "contains({a}, {b})",
    "regex({a}, '^[0-9-]+$')", "date({a})", "format-date({a}, '%d/%m/%y %a')", "format-date-time({a}, '%H:%M:%S')",
    "decimal-date-time({a})", "decimal-time({a})", "{ref}[2]", "{ref}[last()]", "count({ref}[. != {a}])",
    "sum({ref}[number(.) > 1])", "position({ref}/..)", "count({ref}/..)", "join(',', {ref}[position() mod 2 = 1])",
)  # fmt: skip


def document(rng: random.Random) -> dict[str, Any]:
    """A form that compiles: each expression reads only questions written before it."""
    names: list[str] = []

    def rows(count: int, depth: int) -> list[dict[str, Any]]:
        made = []
        for _ in range(count):
            name = f"q{len(names)}_{depth}"
            kind = rng.choice([*TYPES, "calculate", "group", "repeat"] if depth else [*TYPES, "calculate"])
            row: dict[str, Any] = {"type": kind, "name": name, "label": name}
            if rng.random() < 0.4 and names:
                row["relevant"] = expression(rng, names)
            if kind in ("group", "repeat"):
                if kind == "repeat" and rng.random() < 0.3 and names:
                    row["repeat_count"] = f"{expression(rng, names, 1)} mod 4"
                row["children"] = rows(rng.randint(1, 3), depth - 1)
                made.append(row)
                continue
            if kind == "calculate":
                row = {
                    "type": kind,
                    "name": name,
                    "calculation": expression(rng, names),
                    **{k: row[k] for k in row if k == "relevant"},
                }
            else:
                if rng.random() < 0.3:
                    row["required"] = expression(rng, names, 1) if names else True
                if rng.random() < 0.3:
                    row["constraint"] = expression(rng, [*names, name], 1).replace(f"${{{name}}}", f"../{name}")
                if rng.random() < 0.2 and not kind.startswith("select"):
                    row["default"] = expression(rng, [], 0)
            names.append(name)
            made.append(row)
        return made

    survey = [{"type": "text", "name": "first", "label": "first"}]
    names.append("first")
    survey += rows(rng.randint(3, 7), 2)
    settings = {"form_id": "random", "version": "1", "title": "Ngẫu nhiên", "default_language": "vi",
                "instance_name": expression(rng, names)}  # fmt: skip
    return {"settings": settings, "survey": survey, "choices": CHOICES}


def edits(rng: random.Random, instance: Any, count: int) -> Any:
    """Yield edits that fit the instance as it is: ("set", path, value), ("add_row", path, id) or ("remove_row", path)."""

    def walk(nodes: list[dict[str, Any]]) -> Any:
        for node in nodes:
            yield node
            yield from walk(node.get("children", ()))
            for row in node.get("rows", ()):
                yield {"kind": "row", "path": row["path"]}
                yield from walk(row["children"])

    for number in range(count):
        nodes = list(walk(instance.tree()))
        node = rng.choice(nodes)
        spec = instance.form.specs.get("".join(part for part in _without_ids(node["path"])), {})
        if node["kind"] == "question" and spec.get("type") in VALUES:
            yield ("set", node["path"], rng.choice(VALUES[spec["type"]]))
        elif node["kind"] == "repeat" and "repeat_count" not in spec:
            yield ("add_row", node["path"], f"row{number}")
        elif node["kind"] == "row" and "repeat_count" not in spec and rng.random() < 0.5:
            yield ("remove_row", node["path"])


def _without_ids(path: str) -> Any:
    inside = False
    for letter in path:
        inside = letter == "[" or (inside and letter != "]")
        if not inside and letter != "]":
            yield letter
