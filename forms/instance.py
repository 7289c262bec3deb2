"""An instance of a form: answers go in one by one, and what depends on them follows. docs/form-language.md, "Instance".

The twin in JavaScript is client/web/engine/instance.js; tests/conformance holds both to the same answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from forms import messages, offers, validation
from forms.answers import Answers, answers_of, are_names, clean, view
from forms.choice_lists import Choice, ChoiceList
from forms.compile import Program
from forms.evaluate import Context, Env
from forms.expressions import dates
from forms.expressions.values import Value, to_text
from forms.filling import fill, forget, make_row
from forms.following import Following
from forms.form import Form
from forms.question_types import METADATA
from forms.tree import Branch, Node

ROW_ID = re.compile(r"\[[^\]]*\]")


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
        self.by_path: dict[str, Node] = {}
        self.root: Node = Branch({"kind": "group", "path": "", "children": self.form.program["root"]}, None, "")
        fill(self, self.root, answers or {}, fresh=not answers)
        Following(self).begin()

    # Edits.
    def set(self, path: str, value: Any) -> dict[str, list[str]]:
        """Answer a question. Returns {"changed": [paths whose value, relevance or rows changed]}. KeyError: no such."""
        node = self.by_path[path]
        if node.spec["kind"] != "question":
            raise KeyError(path)
        value = clean(value)
        if node.spec["type"] == "select_multiple" and are_names(value):
            value = self.choices(node.spec["path"]).in_order(value)
        if value == node.value and type(value) is type(node.value):
            return {"changed": []}
        node.value = value
        following = Following(self)
        following.value_changed(node)
        return {"changed": following.settle()}

    def add_row(self, repeat_path: str, row_id: str, at: int | None = None) -> dict[str, list[str]]:
        """Add a row to a repeat, at the end or before row number `at` (from 0). KeyError: no such repeat."""
        repeat = self.by_path[repeat_path]
        if repeat.spec["kind"] != "repeat":
            raise KeyError(repeat_path)
        if any(row.row_id == row_id for row in repeat.rows):
            return {"changed": []}
        row = make_row(self, repeat, row_id, {}, fresh=True)
        repeat.rows.insert(len(repeat.rows) if at is None else at, row)
        following = Following(self)
        following.rows_changed(repeat, [row], [])
        return {"changed": following.settle()}

    def remove_row(self, row_path: str) -> dict[str, list[str]]:
        """Take a row out of its repeat. KeyError: no such row."""
        row = self.by_path[row_path]
        if not row.row_id:
            raise KeyError(row_path)
        repeat = row.repeat()
        repeat.rows.remove(row)
        forget(self, row)
        following = Following(self)
        following.rows_changed(repeat, [], [row])
        return {"changed": following.settle()}

    # What a screen asks.
    def state(self, path: str) -> dict[str, Any]:
        """Of a question, group or repeat; `choices` (names) of a select alone; `problem` is {code, message} or None."""
        node = self.by_path[path]
        shown = node.shown()
        found = validation.first_problem(self, node) if shown else None
        state = {
            "relevant": shown,
            "required": self.required(node),
            "read_only": self.read_only(node),
            "value": node.value,
            "valid": found is None,
            "problem": found and {"code": found["code"], "message": found["message"].get(self.language, "")},
            "label": self.text(node.spec.get("label"), node),
            "hint": self.text(node.spec.get("hint"), node),
        }
        if "list" in node.spec:
            state["choices"] = [choice["name"] for choice in offers.offered(self, node)]
        return state

    def offered(self, path: str) -> list[dict[str, Any]]:
        """What a select offers now, as it is shown: [{name, label, icon?, image?, audio?}], shuffled where it should be."""
        node = self.by_path[path]
        return [
            {
                key: self.text(each, node) if isinstance(each, Mapping) else each
                for key, each in choice.items()
                if key != "columns"
            }
            | {"label": self.text(choice["label"], node) or choice["name"]}
            for choice in offers.offered(self, node)
        ]

    def problems(self) -> list[dict[str, Any]]:
        """Everything that keeps the instance from being finalised: [{path, code, message: {language: text}}]."""
        found = [
            {"path": path, "code": "answer.unknown", "message": messages.default("answer.unknown")}
            for path in self.unknown
        ]
        for node in self.root.shown_questions():
            if wrong := validation.first_problem(self, node):
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
    def value_of(self, ast: Any, node: Node, language: str = "", choice: Choice | None = None) -> Value:
        return self.form.evaluator(ast)(Context(self, node, node, language or self.language, choice=choice))

    def start_of(self, node: Node) -> Value:
        """The value of a question's default, while the tree is being built."""
        return self.form.start(node.spec["default"])(Context(self, node, node, self.language))

    def test(self, ast: Any, node: Node, choice: Choice | None = None) -> bool:
        """Whether a condition of the form holds here."""
        return self.form.test(ast)(Context(self, node, node, self.language, choice=choice))

    def choices(self, path: str) -> ChoiceList:
        """All choices of the question at this path of the program."""
        return self.form.choices(path, self.env.lists)

    def choice_list(self, name: str) -> ChoiceList:
        """The list of this name, of the form or from a file."""
        return self.form.choice_list(name, self.env.lists)

    def holds(self, key: str, node: Node, otherwise: bool) -> bool:
        return self.test(node.spec[key], node) if key in node.spec else otherwise

    def required(self, node: Node) -> bool:
        return "required" in node.spec and not self.read_only(node) and self.test(node.spec["required"], node)

    def read_only(self, node: Node) -> bool:
        """By the form, by a calculation, or because the author's role may not write it in this state."""
        spec = node.spec
        if ("calculation" in spec and "trigger" not in spec) or spec["type"] in METADATA:
            return True
        return self.holds("read_only", node, False) or not self.may_write(node.path)

    def may_write(self, path: str) -> bool:
        """Whether `writable_by` of the question and all around it lets the author write here; path: with row ids."""
        roles = self.env.roles
        return roles is None or self.form.may_write(
            ROW_ID.sub("", path) if "[" in path else path, roles, self.env.state
        )

    def candidates(self, node: Node) -> list[Choice]:
        """The choices that the choice_filter leaves, in the list's order."""
        return offers.candidates(self, node)

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

    def nodes(self, path: str, rows: Iterable[Node] | None = None) -> list[Node]:
        """The running nodes of a path of the program: all, or those in some rows of a repeat around it."""
        found: list[Node] = []
        for start in (self.root,) if rows is None else rows:
            level = [start]
            names = path[len(start.spec["path"]) + 1 :].split("/")
            for depth, name in enumerate(names, 1):
                level = [node.children[name] for node in level]
                if depth < len(names) and level and level[0].spec["kind"] == "repeat":
                    level = [row for repeat in level for row in repeat.rows]
            found += level
        return found
