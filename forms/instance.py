"""An instance of a form: answers go in one by one, and what depends on them follows. docs/form-language.md, "Instance".

The twin in JavaScript is client/web/engine/instance.js; tests/conformance holds both to the same answers.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from forms import messages, validation
from forms.answers import Answers, answer, answers_of, clean, view
from forms.chance import uuid
from forms.compile import Program
from forms.evaluate import Context, Env, Evaluator, build
from forms.expressions import dates
from forms.expressions.values import Value, to_boolean, to_number, to_text
from forms.tree import Node, Spec

Numbers = set[int]  # Instance.set hides the name
MAX_ROWS = 1000
ROW_ID = re.compile(r"\[[^\]]*\]")


class Form:
    """A program made ready to run: its nodes by path and its expressions as callables. Shared by all its instances."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.specs: dict[str, Spec] = {}
        self._collect(program["root"])
        self.order = [(key.partition("#")[0], key.partition("#")[2]) for key in program["order"]]
        place = {key: index for index, key in enumerate(program["order"])}
        self.dependents = {path: [place[key] for key in keys] for path, keys in program["dependents"].items()}
        self._built: dict[int, Evaluator] = {}

    def _collect(self, nodes: Sequence[Spec]) -> None:
        for spec in nodes:
            self.specs[spec["path"]] = spec
            self._collect(spec.get("children", ()))

    def evaluator(self, ast: Any) -> Evaluator:
        """The callable of an AST of this program, built when first asked for."""
        key = id(ast)
        if key not in self._built:
            self._built[key] = build(ast)
        return self._built[key]

    def choices(self, path: str) -> Sequence[Mapping[str, Any]]:
        found: Sequence[Mapping[str, Any]] = self.program["choices"].get(self.specs.get(path, {}).get("list"), ())
        return found


class Instance:
    """One form being filled in.

    program: a compiled program or a Form. answers: nested answers to begin with; none make a new instance, which
    takes the form's defaults. env: what expressions may know of the world.
    """

    def __init__(self, program: Program | Form, answers: Answers | None = None, env: Env | None = None) -> None:
        self.form = program if isinstance(program, Form) else Form(program)
        self.env = env or Env()
        self.language = self.env.language or self.form.program["default_language"]
        self.unknown: list[str] = []
        self._at: dict[str, list[Node]] = {}  # path in the program → running nodes
        self._by_path: dict[str, Node] = {}
        self.root = Node({"kind": "group", "path": "", "children": self.form.program["root"]}, None, "")
        self._fill(self.root, self.form.program["root"], answers or {}, fresh=not answers)
        self._settle(set(range(len(self.form.order))))

    # Edits.
    def set(self, path: str, value: Any) -> dict[str, list[str]]:
        """Answer a question. Returns {"changed": [paths whose value, relevance or rows changed]}. KeyError: no such."""
        node = self._by_path[path]
        if node.spec["kind"] != "question":
            raise KeyError(path)
        value = clean(value)
        if value == node.value and type(value) is type(node.value):
            return {"changed": []}
        node.value = value
        return self._changed_at(node.spec["path"], path)

    def add_row(self, repeat_path: str, row_id: str, at: int | None = None) -> dict[str, list[str]]:
        """Add a row to a repeat, at the end or before row number `at` (from 0). KeyError: no such repeat."""
        repeat = self._repeat(repeat_path)
        if any(row.row_id == row_id for row in repeat.rows):
            return {"changed": []}
        row = self._row(repeat, row_id, {}, fresh=True)
        repeat.rows.insert(len(repeat.rows) if at is None else at, row)
        return self._changed_below(repeat, row)

    def remove_row(self, row_path: str) -> dict[str, list[str]]:
        """Take a row out of its repeat. KeyError: no such row."""
        row = self._by_path[row_path]
        if not row.row_id:
            raise KeyError(row_path)
        repeat = row.repeat()
        repeat.rows.remove(row)
        self._forget(row)
        return self._changed_below(repeat, row)

    # What a screen asks.
    def state(self, path: str) -> dict[str, Any]:
        """Of a question, group or repeat; `choices` (names) of a select alone; `problem` is {code, message} or None."""
        node = self._by_path[path]
        found = validation.first_problem(self, node) if node.shown() else None
        state = {
            "relevant": node.shown(),
            "required": self.required(node),
            "read_only": self.read_only(node),
            "value": node.value,
            "valid": found is None,
            "problem": found and {"code": found["code"], "message": found["message"].get(self.language, "")},
            "label": self.text(node.spec.get("label"), node),
            "hint": self.text(node.spec.get("hint"), node),
        }
        if "list" in node.spec:
            state["choices"] = [choice["name"] for choice in self.candidates(node)]
        return state

    def problems(self) -> list[dict[str, Any]]:
        """Everything that keeps the instance from being finalised: [{path, code, message: {language: text}}]."""
        found = [
            {"path": path, "code": "answer.unknown", "message": messages.default("answer.unknown")}
            for path in self.unknown
        ]
        for node in self.root.walk():
            if node.spec["kind"] == "question" and node.shown() and (wrong := validation.first_problem(self, node)):
                found.append({"path": node.path, **wrong})
        return found

    def tree(self) -> list[dict[str, Any]]:
        """The running tree for a screen: [{path, kind, name, relevant, children?, rows?: [{id, path, children}]}]."""
        return [view(child) for child in self.root.children.values()]

    def answers(self) -> Answers:
        """All that is kept while editing, hidden answers included."""
        return answers_of(self.root, hidden=True)

    def snapshot(self) -> Answers:
        """The finalised answers: what is not relevant is left out, calculated values are in."""
        return answers_of(self.root, hidden=False)

    def title(self, language: str = "") -> str:
        """The record's name: instance_name, else the list view's title, else the form's title."""
        program = self.form.program
        ast = program.get("instance_name") or program["list_view"].get("title")
        return (to_text(self.value_of(ast, self.root, language)) if ast else "") or self.text(
            program["title"], self.root, language
        )

    def subtitle(self, language: str = "") -> str:
        ast = self.form.program["list_view"].get("subtitle")
        return to_text(self.value_of(ast, self.root, language)) if ast else ""

    def event_date(self) -> str:
        """The day this record belongs to, "" when the form names none or it is blank."""
        ast = self.form.program.get("event_date")
        return dates.date(None, to_text(self.value_of(ast, self.root))) if ast else ""

    # What validation asks.
    def value_of(self, ast: Any, node: Node, language: str = "", choice: Mapping[str, Any] | None = None) -> Value:
        context = Context(self.env, node, node, self.form.choices, language or self.language, choice=choice)
        return self.form.evaluator(ast)(context)

    def holds(self, key: str, node: Node, otherwise: bool) -> bool:
        return to_boolean(self.value_of(node.spec[key], node)) if key in node.spec else otherwise

    def required(self, node: Node) -> bool:
        return not self.read_only(node) and self.holds("required", node, False)

    def read_only(self, node: Node) -> bool:
        """By the form, by a calculation, or because the author's role may not write it in this state."""
        if "calculation" in node.spec or self.holds("read_only", node, False):
            return True
        return not self.may_write(node.path)

    def may_write(self, path: str) -> bool:
        """Whether `writable_by` of the question and all around it lets the author write here; path: with row ids."""
        while path:
            spec = self.form.specs.get(ROW_ID.sub("", path), {})
            if not writable(spec, self.env):
                return False
            path = path.rpartition("/")[0]
        return True

    def candidates(self, node: Node) -> list[Mapping[str, Any]]:
        """The choices that the choice_filter leaves."""
        choices = self.form.choices(node.spec["path"])
        if "choice_filter" not in node.spec:
            return list(choices)
        ast = node.spec["choice_filter"]
        return [choice for choice in choices if to_boolean(self.value_of(ast, node, choice=choice))]

    def text(self, texts: Mapping[str, Any] | None, node: Node, language: str = "") -> str:
        """A text in the language, or the default one, with `${name}` filled in."""
        if not texts:
            return ""
        text = (
            texts.get(language or self.language)
            or texts.get(self.form.program["default_language"])
            or next(iter(texts.values()))
        )
        if isinstance(text, str):
            return text
        return "".join(part if isinstance(part, str) else to_text(self.value_of(part, node)) for part in text["parts"])

    # Building.
    def _fill(self, node: Node, specs: Sequence[Spec], answers: Any, *, fresh: bool) -> None:
        if not isinstance(answers, Mapping):
            self.unknown.append(node.path)
            answers = {}
        known = {spec["name"] for spec in specs} | ({"__id"} if node.row_id else set())
        self.unknown += [f"{node.path}/{name}" for name in answers if name not in known]
        for spec in specs:
            child = Node(spec, node, f"{node.path}/{spec['name']}")
            node.children[spec["name"]] = child
            self._register(child)
            value = answers.get(spec["name"])
            if spec["kind"] == "group":
                self._fill(child, spec["children"], {} if value is None else value, fresh=fresh)
            elif spec["kind"] == "repeat":
                self._fill_rows(child, [] if value is None else value)
            else:
                child.value = clean(value)
        if fresh:
            for child in node.children.values():
                if "default" in child.spec and child.value is None:
                    child.value = answer(child.spec, self.value_of(child.spec["default"], child))

    def _fill_rows(self, repeat: Node, rows: Any) -> None:
        if not isinstance(rows, list) or len(rows) > MAX_ROWS:
            self.unknown.append(repeat.path)
            return
        seen: set[str] = set()
        for row in rows:
            row_id = row.get("__id") if isinstance(row, Mapping) else None
            if not isinstance(row_id, str) or not row_id or row_id in seen or set(row_id) & set("/[]"):
                self.unknown.append(f"{repeat.path}[]")
                continue
            seen.add(row_id)
            repeat.rows.append(self._row(repeat, row_id, row, fresh=False))

    def _row(self, repeat: Node, row_id: str, answers: Any, *, fresh: bool) -> Node:
        row = Node({**repeat.spec, "kind": "group"}, repeat, f"{repeat.path}[{row_id}]", row_id)
        self._by_path[row.path] = row
        self._fill(row, repeat.spec["children"], answers, fresh=fresh)
        return row

    def _register(self, node: Node) -> None:
        self._at.setdefault(node.spec["path"], []).append(node)
        self._by_path[node.path] = node

    def _forget(self, row: Node) -> None:
        for node in row.walk():
            self._by_path.pop(node.path, None)
            if not node.row_id:
                self._at[node.spec["path"]].remove(node)

    def _remember(self, row: Node) -> None:
        for node in row.walk():
            self._by_path[node.path] = node
            if not node.row_id:
                self._at.setdefault(node.spec["path"], []).append(node)

    def _repeat(self, path: str) -> Node:
        node = self._by_path[path]
        if node.spec["kind"] != "repeat":
            raise KeyError(path)
        return node

    # Following.
    def _changed_at(self, program_path: str, path: str) -> dict[str, list[str]]:
        changed = self._settle(set(self.form.dependents.get(program_path, ())))
        return {"changed": list(dict.fromkeys([path, *changed]))}

    def _changed_below(self, repeat: Node, row: Node) -> dict[str, list[str]]:
        """A row came or went: whoever reads the repeat or anything in it, and all that is computed in it, follows."""
        paths = {repeat.spec["path"], *(node.spec["path"] for node in row.walk())}
        dirty = {index for path in paths for index in self.form.dependents.get(path, ())}
        dirty |= {
            index for index, (path, _) in enumerate(self.form.order) if path in paths and path != repeat.spec["path"]
        }
        return {"changed": list(dict.fromkeys([repeat.path, *self._settle(dirty)]))}

    def _settle(self, dirty: Numbers) -> list[str]:
        """Evaluate the expressions numbered in `dirty` and all that follows from them, in the program's order."""
        queue, changed = list(dirty), list[str]()
        heapq.heapify(queue)
        while queue:
            index = heapq.heappop(queue)
            path, column = self.form.order[index]
            touched = False
            for node in list(self._at.get(path, ())):
                if self._evaluate(node, column):
                    touched = True
                    changed.append(node.path)
            if touched:
                paths = {path}
                if column == "repeat_count":
                    paths |= {below for below in self.form.specs if below.startswith(f"{path}/")}
                    for inner, (below, _) in enumerate(self.form.order):
                        if below in paths and inner > index and inner not in dirty:
                            dirty.add(inner)
                            heapq.heappush(queue, inner)
                for each in paths:
                    for dependent in self.form.dependents.get(each, ()):
                        if dependent > index and dependent not in dirty:
                            dirty.add(dependent)
                            heapq.heappush(queue, dependent)
        return changed

    def _evaluate(self, node: Node, column: str) -> bool:
        value = self.value_of(node.spec[column], node)
        if column == "relevant":
            before, node.relevant = node.relevant, to_boolean(value)
            return before != node.relevant
        if column == "repeat_count":
            return self._count_rows(node, to_number(value))
        computed = answer(node.spec, value)
        if computed == node.value and type(computed) is type(node.value):
            return False
        node.value = computed
        return True

    def _row_id(self, repeat: Node) -> str:
        """Of a row that repeat_count adds: it follows from the record and the row's number, so all draw the same."""
        taken = {row.row_id for row in repeat.rows}
        return next(each for number in count(len(taken) + 1)
                    if (each := uuid(f"{self.env.seed}|{repeat.path}|{number}")) not in taken)  # fmt: skip

    def _count_rows(self, repeat: Node, wanted: float) -> bool:
        """Make the repeat have so many rows; rows taken away are kept and come back first."""
        most = int(min(max(wanted, 0), MAX_ROWS)) if wanted == wanted else 0
        before = len(repeat.rows)
        while len(repeat.rows) > most:
            row = repeat.rows.pop()
            self._forget(row)
            repeat.spare.append(row)
        while len(repeat.rows) < most:
            if repeat.spare:
                row = repeat.spare.pop()
                self._remember(row)
            else:
                row = self._row(repeat, self._row_id(repeat), {}, fresh=True)
            repeat.rows.append(row)
        return before != most


def writable(spec: Spec, env: Env) -> bool:
    """May the author write this question (or group) in this state? `writable_by` absent: yes."""
    if env.roles is None or "writable_by" not in spec:
        return True
    return any(
        env.roles & set(rule["roles"]) and (rule["states"] == "*" or env.state in rule["states"])
        for rule in spec["writable_by"]
    )
