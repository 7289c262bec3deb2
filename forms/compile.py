"""A form document → a program: plain JSON that both evaluators run (docs/form-language.md, "Program").

Everything wrong is returned at once; a program comes only when there is no error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from forms.advice import advise
from forms.documents import (
    EXPRESSION_KEYS,
    IDLE_SETTINGS,
    MEDIA_KEYS,
    TEXT_KEYS,
    Choice,
    Document,
    Row,
    read_document,
)
from forms.form_advice import advise_form
from forms.or_other import with_others
from forms.ordering import ORDERED, ancestry, crosses_rows, ordered
from forms.problems import Problem, Where, errors, problem
from forms.question_types import STRUCTURE, STYLES, TYPES, read_type
from forms.reading import MOST_PROBLEMS
from forms.references import EMBEDDED, Resolved, Scope, resolve, resolve_text
from forms.row_columns import answer_kind, check_type, program_type, read_appearance, read_parameters

Program = dict[str, Any]
DRAWN = {"random", "uuid"}  # functions whose every place in a form draws for itself


@dataclass(frozen=True)
class Compiled:
    program: Program | None
    problems: tuple[Problem, ...]


def compile_form(source: bytes | Mapping[str, Any], file: str = "") -> Compiled:
    """Compile a form document (its bytes or parsed JSON). Never raises on what is in it."""
    document, found = read_document(source, file)
    if document is None:
        return Compiled(None, tuple(found))
    compiler = _Compiler(document, file)
    program = compiler.program()
    # Stand-ins for what was wrong earn warnings of their own, which are nobody's.
    found += errors(compiler.problems) if errors(found) else compiler.problems
    return Compiled(None if errors(found) else program, tuple(found))


class _Compiler:
    def __init__(self, document: Document, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.language: str = document.settings["default_language"]
        self.languages = [self.language, *sorted(document.languages() - {"", self.language})]
        self.document = with_others(document, self.languages)
        self.rows = list(_walk(self.document.survey, ""))
        kinds = {path: _kind(row) for path, row in self.rows}
        by_name: dict[str, tuple[str, ...]] = {}
        for path, row in self.rows:
            by_name[row.name] = (*by_name.get(row.name, ()), path)
        lists = {name: frozenset({"name", "label", *(column for choice in choices for column in choice.columns)})
                 for name, choices in document.choices.items()}  # fmt: skip
        settings = document.settings
        self.scope = Scope(kinds, by_name, lists, settings["form_id"], settings["version"])
        self.reads: dict[str, set[str]] = {}  # "path#column" → paths read
        self.triggers: dict[str, list[str]] = {}  # "path#calculation" → the paths whose change starts it
        self.across: list[str] = []  # "path#column" of what may read other rows than its own
        self.places: dict[str, Where] = {}  # "path#column" → where it is written
        self.lists: set[str] = set()  # of choices, from files
        self.draws = count(1)

    def program(self) -> Program:
        document, settings = self.document, self.document.settings
        if not self.rows:
            self.problems.append(problem("survey.empty", Where(self.file, "/survey")))
        self._check_settings()
        program: Program = {
            "v": 1, "form_id": settings["form_id"], "version": settings["version"],
            "title": self._texts(settings["title"], "", Where(self.file, "/settings", key="title")),
            "default_language": self.language, "languages": self.languages,
            "root": self._nodes(document.survey, ""),
            "choices": {name: self._choices(name, choices) for name, choices in document.choices.items()},
            "settings": {key: settings[key] for key in ("icon", "style") if key in settings},
            "list_view": {key: self._expression(text, "", Where(self.file, "/list_view", key=key))
                          for key, text in document.list_view.items()},
            "dedupe": [[self._path_of(name) for name in names] for names in document.dedupe],
        }  # fmt: skip
        if "description" in settings:
            where = Where(self.file, "/settings", key="description")
            program["settings"]["description"] = self._texts(settings["description"], "", where)
        for key in ("instance_name", "event_date"):
            where = Where(self.file, "/settings", key=key)
            program[key] = self._expression(settings[key], "", where) if key in settings else None
        order = ordered(self.reads, self.triggers)
        for circle in order.cycles:
            self.problems.append(problem("expression.cycle", self.places[circle[0]], path=" → ".join(circle)))
        program |= {"order": order.order, "dependents": order.dependents, "triggers": order.triggers}
        program |= {"across": self.across, "lists": sorted(self.lists)}
        if not errors(self.problems):  # advice is about forms that run
            self.problems += advise_form(document, program, self.reads, self.file)
        return program

    def _check_settings(self) -> None:
        settings = self.document.settings
        idle = [(key, key) for key in IDLE_SETTINGS if key in settings]
        idle += [("style", word) for word in settings.get("style", "").split() if word not in STYLES]
        for key, what in idle:
            where = Where(self.file, "/settings", key=key)
            self.problems.append(problem("survey.no_effect", where, severity="warning", what=what))

    def _nodes(self, rows: tuple[Row, ...], parent: str) -> list[dict[str, Any]]:
        names: set[str] = set()
        nodes = []
        for row in rows:
            where = Where(self.file, row.place, row.name)
            if row.name in names:
                self.problems.append(problem("name.duplicate", replace(where, key="name"), name=row.name))
            names.add(row.name)
            nodes.append(self._node(row, f"{parent}/{row.name}", where))
        return nodes

    def _node(self, row: Row, path: str, where: Where) -> dict[str, Any]:
        written = read_type(row.type)
        wrong = check_type(row, written, self.document.choices.keys(), where)
        self.problems += wrong
        node: dict[str, Any] = {"kind": self.scope.kinds[path], **program_type(written), "name": row.name, "path": path}
        for key in TEXT_KEYS:
            if key in row.keys:
                node[key] = self._texts(row.keys[key], path, replace(where, key=key))
        media = {
            key: self._texts(row.keys[key], path, replace(where, key=key)) for key in MEDIA_KEYS if key in row.keys
        }
        if media:
            node["media"] = media
        if "trigger" in row.keys:
            node["trigger"] = self._trigger(row.keys["trigger"], path, replace(where, key="trigger"))
        for key in EXPRESSION_KEYS:
            if key in row.keys:
                node[key] = self._expression(row.keys[key], path, replace(where, key=key), node.get("list", ""))
        for key in ("pii", "writable_by", "anew", "summary"):
            if key in row.keys:
                node[key] = row.keys[key]
        if written.type in TYPES and not written.rest:
            self._fill_in(node, row, written, where)
        if self.scope.kinds[path] != "question":
            node["children"] = self._nodes(row.children, path)
        return node

    def _fill_in(self, node: dict[str, Any], row: Row, written: Any, where: Where) -> None:
        """How the question is filled in: appearance, parameters, the kind of its answer, its list."""
        if "appearance" in row.keys:
            words, found = read_appearance(row.keys["appearance"], written.type, replace(where, key="appearance"))
            node |= {"appearance": words} if words else {}
            self.problems += found
        at = replace(where, key="parameters")
        parameters, found = read_parameters(row.keys.get("parameters", {}), written.type, at)
        self.problems += found
        node |= {"parameters": parameters} if parameters else {}
        if "seed" in parameters:
            node["seed"] = self._expression(parameters["seed"], node["path"], at)
        if TYPES[written.type].family != STRUCTURE:
            node["answer"] = answer_kind(written, parameters)
        if written.external:
            self.lists.add(written.list_name)

    def _trigger(self, text: str, context: str, where: Where) -> list[str]:
        names = EMBEDDED.findall(text)
        if not names or EMBEDDED.sub("", text).strip(" ,"):
            self.problems.append(problem("expression.trigger", where))
        paths = [path for name in names if (path := self._path_of(name, where)) and path != context]
        self.triggers[f"{context}#calculation"] = paths
        return paths

    def _expression(self, text: str, context: str, where: Where, list_name: str = "") -> Any:
        if len(self.problems) > MOST_PROBLEMS:
            return None
        scope = self.scope.of_list(list_name) if where.key == "choice_filter" else self.scope
        resolved = resolve(text, context, scope, where)
        if resolved.ast is not None:
            self.problems += advise(resolved.ast, context, scope, where)
            self._number_draws(resolved.ast)
        return self._keep(resolved, context, where)

    def _number_draws(self, ast: Any) -> None:
        """Every random() and uuid() of a form gets a number of its own, its first argument (forms/chance.py)."""
        if ast[0] == "call" and ast[1] in DRAWN:
            ast.insert(2, ["num", str(next(self.draws))])
        for part in ast:
            if isinstance(part, list):
                self._number_draws(part)

    def _keep(self, resolved: Resolved, context: str, where: Where) -> Any:
        self.problems += resolved.problems
        self.lists |= resolved.lists
        if where.key in ORDERED and context:
            key = f"{context}#{where.key}"
            own = {path for path in resolved.reads if context in ancestry(path)}
            if own and key not in self.triggers:
                self.problems.append(problem("expression.self_reference", where))
            self.reads[key] = resolved.reads - own
            self.places[key] = where
            if resolved.ast is not None and crosses_rows(resolved.ast, context, self.scope.kinds):
                self.across.append(key)
        return resolved.ast

    def _texts(self, texts: Mapping[str, str], context: str, where: Where) -> dict[str, Any]:
        done: dict[str, Any] = {}
        for language, text in texts.items():
            done[language or self.language], resolved = resolve_text(text, context, self.scope, where)
            self.problems += resolved.problems
            self.lists |= resolved.lists
        for language in self.languages:
            if language not in done and not (where.key in MEDIA_KEYS and "" in texts):  # a picture needs no translation
                severity = "error" if language == self.language else "warning"
                self.problems.append(problem("text.translation_missing", where, severity=severity, lang=language))
        return done

    def _choices(self, name: str, choices: tuple[Choice, ...]) -> list[dict[str, Any]]:
        seen: set[str] = set()
        done = []
        twice = self.document.settings.get("allow_choice_duplicates", False)
        for index, choice in enumerate(choices):
            where = Where(self.file, f"/choices/{name}/{index}", choice.name)
            if choice.name in seen and not twice:
                self.problems.append(problem("choices.duplicate_name", where, name=choice.name, list=name))
            if not choice.name or any(letter.isspace() for letter in choice.name):
                self.problems.append(problem("choices.name_invalid", where, name=choice.name))
            seen.add(choice.name)
            label = self._texts(choice.label, "", replace(where, key="label"))
            media = {
                key: value
                if isinstance(value, str)
                else value.get("") or self._texts(value, "", replace(where, key=key))
                for key, value in choice.media.items()
            }
            done.append({"name": choice.name, "label": label, **media, "columns": dict(choice.columns)})
        return done

    def _path_of(self, name: str, where: Where | None = None) -> str:
        paths = self.scope.by_name.get(name, ())
        if len(paths) != 1:
            code = "expression.ambiguous_name" if paths else "expression.unknown_name"
            self.problems.append(problem(code, where or Where(self.file, "/dedupe", name), name=name))
        return paths[0] if paths else ""


def _walk(rows: tuple[Row, ...], parent: str) -> Iterator[tuple[str, Row]]:
    """Every row with its path in the answers."""
    for row in rows:
        yield f"{parent}/{row.name}", row
        yield from _walk(row.children, f"{parent}/{row.name}")


def _kind(row: Row) -> str:
    return row.type if row.type in ("group", "repeat") else "question"
