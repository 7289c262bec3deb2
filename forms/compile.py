"""A form document → a program: plain JSON that both evaluators run (docs/form-language.md, "Program").

Everything wrong is returned at once; a program comes only when there is no error.
"""

from __future__ import annotations

import difflib
import graphlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from forms.advice import advise
from forms.documents import EXPRESSION_KEYS, MEDIA_KEYS, TEXT_KEYS, Choice, Document, Row, read_document
from forms.problems import Problem, Where, errors, problem
from forms.references import Resolved, Scope, resolve, resolve_text

Program = dict[str, Any]
VALUE_TYPES = {"text", "integer", "decimal", "date", "select_one", "select_multiple", "calculate"}
TYPES = {*VALUE_TYPES, "note", "group", "repeat"}
SELECTS = {"select_one", "select_multiple"}
# Keys that mean something for some types only; the others fit every type.
FIT = {
    "required": VALUE_TYPES - {"calculate"}, "required_message": VALUE_TYPES - {"calculate"},
    "constraint": VALUE_TYPES - {"calculate"}, "constraint_message": VALUE_TYPES - {"calculate"},
    "calculation": VALUE_TYPES, "default": VALUE_TYPES, "read_only": VALUE_TYPES, "choice_filter": SELECTS,
    "repeat_count": {"repeat"}, "pii": VALUE_TYPES, "writable_by": {*VALUE_TYPES, "group", "repeat"},
    "hint": TYPES - {"calculate"}, "guidance_hint": TYPES - {"calculate"},
}  # fmt: skip
# What other expressions can read is ordered; the rest is evaluated when asked for.
ORDERED = ("relevant", "calculation", "repeat_count")


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
        self.document, self.file = document, file
        self.problems: list[Problem] = []
        self.language: str = document.settings["default_language"]
        self.languages = [self.language]
        self.rows = list(_walk(document.survey, "", "/survey"))
        kinds = {path: row.type if row.type in ("group", "repeat") else "question" for path, _, row in self.rows}
        by_name: dict[str, tuple[str, ...]] = {}
        for path, _, row in self.rows:
            by_name[row.name] = (*by_name.get(row.name, ()), path)
        self.scope = Scope(kinds, by_name)
        self.reads: dict[str, set[str]] = {}  # "path#column" → paths read
        self.places: dict[str, Where] = {}  # "path#column" → where it is written

    def program(self) -> Program:
        document = self.document
        if not self.rows:
            self.problems.append(problem("survey.empty", Where(self.file, "/survey")))
        self._collect_languages()
        settings = document.settings
        program: Program = {
            "v": 1, "form_id": settings["form_id"], "version": settings["version"],
            "title": self._texts(settings["title"], "", Where(self.file, "/settings", key="title")),
            "default_language": self.language, "languages": self.languages,
            "root": self._nodes(document.survey, "", "/survey"),
            "choices": {name: self._choices(name, choices) for name, choices in document.choices.items()},
            "settings": {"icon": settings["icon"]} if "icon" in settings else {},
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
        program["order"], program["dependents"] = self._order()
        used = {row.type.partition(" ")[2] for _, _, row in self.rows}
        for name in document.choices.keys() - used:
            self.problems.append(
                problem("choices.unused", Where(self.file, "/choices", name), severity="warning", list=name)
            )
        return program

    def _nodes(self, rows: tuple[Row, ...], parent: str, place: str) -> list[dict[str, Any]]:
        names: set[str] = set()
        nodes = []
        for index, row in enumerate(rows):
            where = Where(self.file, f"{place}/{index}", row.name)
            if row.name in names:
                self.problems.append(problem("name.duplicate", replace(where, key="name"), name=row.name))
            names.add(row.name)
            nodes.append(self._node(row, f"{parent}/{row.name}", where))
        return nodes

    def _node(self, row: Row, path: str, where: Where) -> dict[str, Any]:
        kind, _, list_name = row.type.partition(" ")
        node: dict[str, Any] = {"kind": self.scope.kinds[path], "type": kind, "name": row.name, "path": path}
        self._check_type(row, kind, list_name, where)
        for key in row.keys:
            if kind in TYPES and kind not in FIT.get(key, TYPES):
                self.problems.append(problem("survey.column_unfit", replace(where, key=key), key=key, type=kind))
        if kind in SELECTS:
            node["list"] = list_name
        for key in TEXT_KEYS:
            if key in row.keys:
                node[key] = self._texts(row.keys[key], path, replace(where, key=key))
        media = {
            key: self._texts(row.keys[key], path, replace(where, key=key)) for key in MEDIA_KEYS if key in row.keys
        }
        if media:
            node["media"] = media
        for key in EXPRESSION_KEYS:
            if key in row.keys:
                node[key] = self._expression(row.keys[key], path, replace(where, key=key), list_name)
        for key in ("appearance", "parameters", "pii", "writable_by", "summary"):
            if key in row.keys:
                node[key] = row.keys[key]
        if kind in ("group", "repeat"):
            node["children"] = self._nodes(row.children, path, f"{where.path}/children")
        return node

    def _check_type(self, row: Row, kind: str, list_name: str, where: Where) -> None:
        if kind not in TYPES or (kind not in SELECTS and list_name):
            near = difflib.get_close_matches(kind, TYPES, 1)
            self.problems.append(
                problem("survey.type_unknown", replace(where, key="type"), hint=near[0] if near else "", type=row.type)
            )
        elif kind in SELECTS and list_name not in self.document.choices:
            near = difflib.get_close_matches(list_name, self.document.choices, 1)
            self.problems.append(
                problem("survey.list_missing", replace(where, key="type"), hint=near[0] if near else "", list=list_name)
            )
        if row.children and kind not in ("group", "repeat"):
            self.problems.append(problem("survey.children", replace(where, key="children"), type=kind))
        if "label" not in row.keys and kind in VALUE_TYPES - {"calculate"}:
            self.problems.append(problem("key.missing", replace(where, key="label"), key="label"))
        if kind == "calculate" and "calculation" not in row.keys:
            self.problems.append(problem("key.missing", replace(where, key="calculation"), key="calculation"))

    def _expression(self, text: str, context: str, where: Where, list_name: str = "") -> Any:
        scope = self.scope
        if where.key == "choice_filter":
            columns = {column for choice in self.document.choices.get(list_name, ()) for column in choice.columns}
            scope = replace(scope, columns=frozenset({*columns, "name"}), list_name=list_name)
        resolved = resolve(text, context, scope, where)
        if resolved.ast is not None:
            self.problems += advise(resolved.ast, context, scope, where)
        return self._keep(resolved, context, where)

    def _keep(self, resolved: Resolved, context: str, where: Where) -> Any:
        self.problems += resolved.problems
        if where.key in ORDERED and context:
            own = {path for path in resolved.reads if context in _ancestry(path)}
            if own:
                self.problems.append(problem("expression.self_reference", where))
            self.reads[f"{context}#{where.key}"] = resolved.reads - own
            self.places[f"{context}#{where.key}"] = where
        return resolved.ast

    def _texts(self, texts: Mapping[str, str], context: str, where: Where) -> dict[str, Any]:
        done: dict[str, Any] = {}
        for language, text in texts.items():
            done[language or self.language], resolved = resolve_text(text, context, self.scope, where)
            self.problems += resolved.problems
        for language in self.languages:
            if language not in done and not (where.key in MEDIA_KEYS and "" in texts):  # a picture needs no translation
                severity = "error" if language == self.language else "warning"
                self.problems.append(problem("text.translation_missing", where, severity=severity, lang=language))
        return done

    def _choices(self, name: str, choices: tuple[Choice, ...]) -> list[dict[str, Any]]:
        seen: set[str] = set()
        done = []
        for index, choice in enumerate(choices):
            where = Where(self.file, f"/choices/{name}/{index}", choice.name)
            if choice.name in seen:
                self.problems.append(problem("choices.duplicate_name", where, name=choice.name, list=name))
            if not choice.name or any(letter.isspace() for letter in choice.name):
                self.problems.append(problem("choices.name_invalid", where, name=choice.name))
            seen.add(choice.name)
            label = self._texts(choice.label, "", replace(where, key="label"))
            done.append({"name": choice.name, "label": label, **choice.media, "columns": dict(choice.columns)})
        return done

    def _collect_languages(self) -> None:
        texts = [self.document.settings["title"]]
        texts += [row.keys[key] for _, _, row in self.rows for key in TEXT_KEYS if key in row.keys]
        texts += [choice.label for choices in self.document.choices.values() for choice in choices]
        self.languages += sorted({language for each in texts for language in each} - {"", self.language})

    def _path_of(self, name: str) -> str:
        paths = self.scope.by_name.get(name, ())
        if len(paths) != 1:
            code = "expression.ambiguous_name" if paths else "expression.unknown_name"
            self.problems.append(problem(code, Where(self.file, "/dedupe", name), name=name))
        return paths[0] if paths else ""

    def _order(self) -> tuple[list[str], dict[str, list[str]]]:
        """Expressions with those they wait for first, and for each path the expressions that read it.

        A blank is read where a question or a group around it is not relevant, so whoever reads a path waits for the
        relevance of all that holds it, and is evaluated again when that changes. Reading a group or repeat itself, as
        in count(${kids}), is reading its rows, not what is in them.
        """
        waits: dict[str, set[str]] = {key: set() for key in self.reads}
        dependents: dict[str, list[str]] = {}
        for key, paths in self.reads.items():
            for path in {above for read in paths for above in _ancestry(read)}:
                dependents.setdefault(path, []).append(key)
                waits[key] |= {f"{path}#{column}" for column in ORDERED if f"{path}#{column}" in self.reads}
            # What is computed inside a repeat waits for its rows to be there.
            waits[key] |= {f"{above}#repeat_count" for above in _ancestry(key.partition("#")[0])} & self.reads.keys()
            waits[key].discard(key)
        ordered = self._sorted(waits)
        place = {key: index for index, key in enumerate(ordered)}
        return ordered, {path: sorted(keys, key=place.__getitem__) for path, keys in sorted(dependents.items())}

    def _sorted(self, waits: dict[str, set[str]]) -> list[str]:
        """Each expression after those it waits for. Every cycle is told and cut, so that the next one is found too."""
        while True:
            try:
                return list(graphlib.TopologicalSorter(waits).static_order())
            except graphlib.CycleError as found:
                circle = list(reversed(found.args[1]))  # graphlib names what is waited for first
                where = self.places[circle[0]]
                self.problems.append(problem("expression.cycle", where, path=" → ".join(circle)))
                waits[circle[0]] = set()


def _walk(rows: tuple[Row, ...], parent: str, place: str) -> Iterator[tuple[str, str, Row]]:
    """Every row with its path in the answers and its place in the document."""
    for index, row in enumerate(rows):
        yield f"{parent}/{row.name}", f"{place}/{index}", row
        yield from _walk(row.children, f"{parent}/{row.name}", f"{place}/{index}/children")


def _ancestry(path: str) -> Iterator[str]:
    """'/a/b' → '/a/b', '/a'."""
    while path:
        yield path
        path = path.rpartition("/")[0]
