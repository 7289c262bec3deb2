"""Random forms and random edits, for properties of the evaluators. Seeded by hypothesis or random.Random."""

from __future__ import annotations

import itertools
import random
from typing import Any

TYPES = ("text", "integer", "decimal", "date", "datetime", "geopoint", "select_one need", "select_multiple need",
         "select_one_from_file villages.csv", "select_one need or_other", "rank need", "range", "time", "acknowledge",
         "barcode")  # fmt: skip
CHOICES = {"need": [{"name": name, "label": {"vi": name, "en": f"{name}!"}, "kcal": kcal, **media} for name, kcal, media in (
    ("rice", "3600", {"image": "rice.jpg", "audio": {"vi": "gao.m4a", "en": "rice.m4a"}}),
    ("cash", "", {"icon": "cash.svg"}), ("care", "12", {"big_image": {"vi": "thuoc.jpg"}}))]}  # fmt: skip
ENV: dict[str, Any] = {
    "now": "2021-12-05T08:00:00.000+07:00", "today": "2021-12-05", "tz_offset_min": 420, "language": "en",
    "seed": "01940000-0000-7000-8000-000000000001", "last_saved": {"first": "Lò", "q1_2": 7, "q2_2": ["a", "b"]},
    "lists": {"villages": {"columns": ["name", "label", "label::en", "commune", "households"], "rows": [
        ["rice", "Phiêng Hoi", "", "0", "45"], ["03424-08", "Nà Khum", "Na Khum", "0", "80"],
        ["3", "Bản Hon", "Ban Hon", "3", ""], ["rice", "Hai", "Two", "rice", "3"], ["2021-12-05", "Ba", "", "", "-2"]]}},
}  # fmt: skip
VALUES: dict[str, list[Any]] = {
    "text": ["Lò", "0", "2021-12-05", "", None, "3", "\u00a03", "\ufeff3 ", " 3\n", "a\x1cb", "e\u0301 🌾", "YQ==", "YQ",
             "TsOy", "-0", "22.1 103.4; 22.2 103.5; 22.3 103.3", "rice", "a b"],
    "integer": [0, 1, 7, -2, 2**53 - 1, None],
    "decimal": ["0.5", "10", "-3.25", "0.285", "1.2345678901234567", "1000000000000000000000.5", None],
    "date": ["2021-12-05", "2022-02-28", "2020-02-29", None],
    "datetime": ["2021-12-05T23:59:30.500+07:00", "2022-02-28T00:00:00Z", None],
    "geopoint": ["22.39 103.46 900 5", "0 0", "-90 180 1 1", None],
    "select_one": ["rice", "cash", "gold", "3", None],
    "select_multiple": [["rice"], ["care", "rice"], ["gold", "care"], [], None],
    "rank": [["care", "rice", "cash"], ["rice"], None],
    "range": [1, 10, 11, "3", None],
    "time": ["08:30", "23:59:59.999+07:00", "24:00", None],
    "acknowledge": ["OK", "no", None],
    "barcode": ["8934563138165", None],
}  # fmt: skip
Question = tuple[str, str]  # name and path, as "/a/b"

# How expressions are made of others: {ref} is a question, {a} and {b} are expressions, {here} one that may stand in a
# predicate, {n} a small number, {rep} a path to what is around the question.
FORMS = (
    "({a} + {b})", "({a} * {b})", "({a} - {b})", "({a} div {b})", "({a} mod {b})", "({a} = {b})", "({a} != {b})",
    "({a} > {b})", "({a} <= {b})", "({a} < {b})", "({a} >= {b})", "({a} and {b} and {ref})", "({a} or {b} or {ref})",
    "(-{a})", "not({a})", "if({a}, {b}, {a})", "if({a} > 2, {a}, {b})", "concat({a}, {b})", "coalesce({a}, {b})",
    "round({a}, 1)", "round({a})", "round({a}, {b})", "int({a})", "floor({a})", "ceiling({a})", "abs({a})", "sqrt({a})",
    "pow({a}, 2)", "pow({a}, {b})", "(1 div {a})", "exp({a})", "exp10({a})", "log({a})", "log10({a})", "sin({a})", "cos({a})",
    "tan({a})", "asin({a})", "acos({a})", "atan({a})", "atan2({a}, {b})", "pi()", "true()", "false()", "random()", "uuid()",
    "uuid({n})", "version()", "number({a})", "string({a})", "boolean({a})", "boolean-from-string({a})",
    "base64-decode({a})", "digest({a}, 'MD5')", "digest({a}, 'SHA-1', 'hex')", "digest({a}, 'SHA-256')",
    "digest({a}, 'SHA-384', 'hex')", "digest({a}, 'SHA-512')", "digest({a}, concat('SHA-', {n}))", "now()", "today()",
    "selected({a}, {b})", "count-selected({a})", "selected({ref}, 'rice')", "selected-at({ref}, {a})", "jr:choice-name({a}, '{q}')",
    "checklist(1, 2, {a}, {b})", "weighted-checklist(1, {n}, {a}, {b}, {ref}, 1.5)", "string-length({a})",
    "substr({a}, 1, 3)", "substr({a}, -2)", "substr({a}, {b}, {a})", "substring({a}, {n})", "substring({a}, {b}, {n})",
    "substring-before({a}, '-')", "substring-after({a}, '-')", "translate({a}, '-.', '/')", "normalize-space({a})",
    "starts-with({a}, {b})", "ends-with({a}, {b})", "contains({a}, {b})", "regex({a}, '^\\s*\\p{{L}}.$')",
    "regex({a}, '^([0-9-]+|\\w+ ?){{1,3}}$')", "date({a})", "date({a} * {b})", "date-time({a})", "add-date({a}, {n}, {b})",
    "add-date({a}, 0, {n}, {b}, {n}, 7)", "difference-in-months({a}, {b})", "format-date({a}, '%d/%m/%y %a')",
    "format-date-time({a}, '%H:%M:%S %Y %n %e %h %3 %b %%')", "decimal-date-time({a})", "decimal-time({a})", "distance({a}, {b})",
    "distance({ref})", "area({a})", "area({ref})", "geofence({a}, {b})",
    "sum({ref})", "max({ref}, {b})", "min({ref}, {b})", "count({ref})", "count-non-empty({ref})", "join('-', {ref}, {a})",
    "position({ref})", "{ref}[2]", "{ref}[last()]", "count({ref}[. != {here}])", "sum({ref}[number(.) > 1])",
    "join(',', {ref}[position() mod 2 = 1])", "position({ref}/..)", "count({ref}/..)", "position({rep})", "count({rep})",
    "indexed-repeat({ref}, {ref}/.., {a})", "indexed-repeat({ref}, {rep}, {n})", "join(' ', randomize({ref}))",
    "join(' ', randomize({ref}, {a}))", "count({ref} | {other})", "join(' ', {other} | {ref})", "concat({other}, {ref})",
    "join(' ', instance('villages')/root/item[name = {here}]/label)", "count(instance('villages')/root/item[households > {here}])",
    "instance('villages')/root/item[commune = {here} and households != {here}]/households", "instance('need')/root/item[{n}]/label",
    "join(' ', instance('villages')/root/item[{here}]/name)", "sum(instance('need')/root/item[kcal = {here}]/kcal)",
    "instance('villages')/root/item[position() = {n} or name = commune][1]/label", "pulldata('villages', 'label', 'name', {a})",
    "position(instance('villages')/root/item[commune = {here}])", "count(instance('nowhere')/root/item)",
)  # fmt: skip
LEAVES = ("2", "'rice'", "0.5", "-3", "''", "'2020-02-29'", "1000000.125", "(1 div 0)", "-0", "number('x')", "'YQ=='", "'3'",
          "'22.39 103.46'", "${last-saved#first}")  # fmt: skip


def expression(rng: random.Random, questions: list[Question], depth: int = 2, here: str = "") -> str:
    """An expression over earlier questions, standing at the path `here`; "": not in the survey."""
    if depth == 0 or not questions:
        return rng.choice([*LEAVES, *([_reference(rng, questions, here)] * 4 if questions else ())])
    made = {name: expression(rng, questions, depth - 1, here) for name in "ab"}
    name, path = rng.choice(questions)
    template: str = rng.choice(FORMS)
    return template.format(
        **made, ref=_reference(rng, questions, here), other=_reference(rng, questions, here), q=f"${{{name}}}",
        here=expression(rng, questions, 0), n=rng.randint(0, 4), rep=path.rpartition("/")[0] or f"${{{name}}}",
    )  # fmt: skip


def _reference(rng: random.Random, questions: list[Question], here: str) -> str:
    """A question by its name, its path from the root or its path from here."""
    name, path = rng.choice(questions)
    ways = [f"${{{name}}}"] * 3 + [path, f"/data{path}", f"/random{path}"]
    if here:
        ways += [_relative(here, path)] * 2 + [f"current()/{_relative(here, path)}"]
    return rng.choice(ways)


def _relative(here: str, there: str) -> str:
    """'/a/b/c', '/a/d' → '../../d'"""
    mine, its = here.split("/")[1:], there.split("/")[1:]
    shared = next(
        (at for at, (a, b) in enumerate(zip(mine, its[:-1], strict=False)) if a != b), min(len(mine), len(its) - 1)
    )
    return "/".join([".."] * (len(mine) - shared) + its[shared:])


def document(rng: random.Random) -> dict[str, Any]:
    """A form that compiles: each expression reads only questions written before it."""
    questions: list[Question] = []
    numbers = itertools.count(1)

    def rows(count: int, depth: int, above: str) -> list[dict[str, Any]]:
        made = []
        for _ in range(count):
            name = f"q{next(numbers)}_{depth}"
            path = f"{above}/{name}"
            kind = rng.choice([*TYPES, "calculate", "group", "repeat", "repeat"] if depth else [*TYPES, "calculate"])
            row: dict[str, Any] = {"type": kind, "name": name, "label": {"vi": name, "en": name}}
            if rng.random() < 0.4:
                row["relevant"] = expression(rng, questions, 2, path)
            if kind in ("group", "repeat"):
                if kind == "repeat" and rng.random() < 0.3:
                    row["repeat_count"] = f"{expression(rng, questions, 1, path)} mod 4"
                row["children"] = rows(rng.randint(1, 3), depth - 1, path)
                made.append(row)
                continue
            if kind == "calculate":
                del row["label"]
                made_of = expression(rng, questions, 2, path)
                row["calculation"] = rng.choice(
                    [made_of] * 3 + [f"once({made_of})", f"if({made_of}, once({made_of}), '')"]
                )
                if rng.random() < 0.25:
                    row["trigger"] = ", ".join(
                        f"${{{name}}}" for name, _ in rng.sample(questions, min(2, len(questions)))
                    )
            else:
                if rng.random() < 0.3:
                    row["required"] = expression(rng, questions, 1, path)
                if rng.random() < 0.3:
                    row["constraint"] = expression(rng, [*questions, (name, path)], 1, path)
                if rng.random() < 0.2 and not kind.startswith("select"):
                    row["default"] = expression(rng, [], 0)
                if rng.random() < 0.5 and kind.endswith(".csv"):
                    row["choice_filter"] = f"commune = {expression(rng, questions, 1, path)} or households > 3"
            questions.append((name, path))
            made.append(row)
        return made

    survey = [{"type": "text", "name": "first", "label": {"vi": "first", "en": "first"}}]
    questions.append(("first", "/first"))
    survey += rows(rng.randint(3, 7), 3, "")
    settings = {"form_id": "random", "version": "1", "title": {"vi": "Ngẫu nhiên", "en": "Random"}, "default_language": "vi",
                "instance_name": expression(rng, questions)}  # fmt: skip
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
