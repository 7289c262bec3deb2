"""Names and paths in expressions: resolve them against the survey, and tell what an expression reads.

Source: docs/form-language.md ("AST", "Dependencies"). Knows the tree of paths, not its texts or choices' labels.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from forms.expressions.functions import ALL, DIGESTS, ENCODINGS, MANY
from forms.expressions.parser import Ast, ExpressionError, parse
from forms.expressions.patterns import PatternError, read_pattern
from forms.problems import Problem, Where, near, problem

MOST_HINTS = 20  # in one expression: a hostile one has thousands of wrong names
EMBEDDED = re.compile(r"\$\{\s*((?:last-saved\s*#\s*)?[^\W\d][\w.-]*)\s*\}")
ROOT = "data"  # what XLSForm calls the root of a form's answers; the form_id is another name of it
# function → which of its arguments, from 0, are nodes: a question, a repeat or a path.
NODES = {"count": {0}, "count-non-empty": {0}, "position": {0}, "randomize": {0}, "indexed-repeat": {0, 1, 3, 5}}
# function → which of its arguments, from 0, has to be one of these texts, when it stands in quotes.
ONCE_IN = {"calculation", "default"}  # where once() means something: it reads the answer that stands there
ONE_OF = {"digest": {1: tuple(DIGESTS), 2: ENCODINGS}}


class _AnyColumn(frozenset[str]):
    def __contains__(self, column: object) -> bool:
        return True


ANY_COLUMN = _AnyColumn()


@dataclass(frozen=True)
class Scope:
    """What names can mean. kinds: every path → "question", "group" or "repeat". lists: of the form, with their columns.
    columns: those of the list whose choices a choice_filter or predicate looks at; None elsewhere."""

    kinds: Mapping[str, str]
    by_name: Mapping[str, tuple[str, ...]]
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)
    form_id: str = ""
    version: str = ""
    columns: frozenset[str] | None = None
    list_name: str = ""

    def of_list(self, name: str) -> Scope:
        """Where names are columns of this list. What a list from a file has is known only beside the file."""
        return replace(self, columns=self.lists.get(name, ANY_COLUMN), list_name=name)


@dataclass
class Resolved:
    """An expression ready to run: its AST, the paths and lists it reads, and what is wrong with it."""

    ast: Ast | None
    reads: set[str] = field(default_factory=set)
    lists: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def resolve(text: str, context: str, scope: Scope, where: Where) -> Resolved:
    """Parse `text` standing at the question `context` (a path; "" for the form itself) and resolve its names."""
    try:
        parsed = parse(text)
    except ExpressionError as broken:
        found = problem("expression.syntax", where, at=broken.at, reason=broken.reason)
        return Resolved(None, problems=[found])
    resolver = _Resolver(context, scope, where)
    ast = resolver.walk(parsed, context)
    if _misplaced_once(parsed, where.key in ONCE_IN):
        resolver.say("expression.once", "", ())
    return Resolved(None if resolver.problems else ast, resolver.reads, resolver.lists, resolver.problems)


class _Resolver:
    def __init__(self, context: str, scope: Scope, where: Where) -> None:
        self.context, self.scope, self.where = context, scope, where
        self.reads: set[str] = set()
        self.lists: set[str] = set()
        self.problems: list[Problem] = []
        self.in_item = False  # in a predicate of instance(): '.' would be the list's item

    def walk(self, ast: Ast, here: str) -> Ast:
        """The AST with names resolved; `here` is the path that '.' means at this place."""
        match ast:
            case ["num" | "str", _]:
                return ast
            case ["self"] if not self.in_item:
                self.reads.add(here)
                return ast
            case ["name", name]:
                return ["ref", self.named(name)]
            case ["last-saved", name]:
                return ["last-saved", self.path_of(name)]
            case ["path", ["self"], ["child", column]] if self.scope.columns is not None:
                return ["col", self.column(column)]
            case ["path", ["call", "instance", *of], *steps]:
                return self.list_path(of, steps, here)
            case ["path", start, *steps]:
                return self.path(start, steps, here)
            case ["call", name, *arguments]:
                return self.call(name, arguments, here)
            case ["|", *parts]:
                if not all(_is_nodes(part) for part in parts):
                    self.say("expression.not_nodes", "", (), name="|")
        return [ast[0], *(self.walk(part, here) for part in ast[1:])]

    def named(self, name: str) -> str:
        path = self.path_of(name)
        if path:
            self.reads.add(path)
        return path

    def path_of(self, name: str) -> str:
        paths = self.scope.by_name.get(name, ())
        if len(paths) > 1:
            self.say("expression.ambiguous_name", name, (), name=name)
        elif not paths:
            self.say("expression.unknown_name", name, self.scope.by_name, name=name)
        return paths[0] if len(paths) == 1 else ""

    def column(self, name: str) -> str:
        columns = self.scope.columns
        if columns is not None and name not in columns:
            self.say("expression.unknown_column", name, columns, list=self.scope.list_name, name=name)
        return name

    def call(self, name: str, arguments: list[Ast], here: str) -> Ast:
        if name == "current" and not arguments:
            return self.path(["current"], [], here)
        if name == "version" and not arguments:
            return ["str", self.scope.version]
        if name not in ALL:
            self.say("expression.unknown_function", name, ALL, name=name)
            return ["call", name]
        fewest, most, _ = ALL[name]
        if not fewest <= len(arguments) <= most:
            wants = str(fewest) if fewest == most else f"{fewest} or more" if most == MANY else f"{fewest} to {most}"
            self.say("expression.arguments", name, (), name=name, wants=wants, got=len(arguments))
            return ["call", name]
        for at in NODES.get(name, ()):
            if at < len(arguments) and not _is_nodes(arguments[at]):
                self.say("expression.not_nodes", "", (), name=f"{name}()")
        for at, right in ONE_OF.get(name, {}).items():
            if at < len(arguments) and arguments[at][0] == "str" and arguments[at][1] not in right:
                wrong = arguments[at][1]
                self.say("expression.not_one_of", wrong, right, name=name, wrong=wrong, right=", ".join(right))
        done = [self.walk(argument, here) for argument in arguments]
        if name in SPECIAL:
            at, special = SPECIAL[name]
            done[at] = special(self, arguments[at])
        return ["call", name, *done]

    def choices_of(self, written: Ast) -> Ast:
        """The question whose choices jr:choice-name looks at, named in a text, as '${need}': put there as a path."""
        named = EMBEDDED.fullmatch(written[1].strip()) if written[0] == "str" else None
        if named:
            return ["str", self.path_of(named[1])]
        path = self.without_root(written[1].strip()) if written[0] == "str" else ""
        if path not in self.scope.kinds:
            self.say("expression.unknown_path", "", (), path=written[1] if written[0] == "str" else "jr:choice-name()")
        return ["str", path]

    def pattern(self, written: Ast) -> Ast:
        """The steps of a pattern. It stands in quotes, so that whether it can be read is told here."""
        try:
            if written[0] != "str":
                raise PatternError(1, "it is not a text in quotes", "đây không phải văn bản trong dấu nháy")
            return ["pattern", read_pattern(written[1]).as_json()]
        except PatternError as broken:
            self.say("expression.pattern", "", (), at=broken.at, reason=broken.reason)
            return written

    def list_named(self, written: Ast) -> Ast:
        if written[0] != "str":
            self.say("expression.unknown_path", "", (), path="instance(…)")
        elif written[1] not in self.scope.lists:
            self.lists.add(written[1])
        return written

    def list_path(self, of: list[Ast], steps: list[Ast], here: str) -> Ast:
        """instance('name')/root/item[…]/column"""
        match steps:
            case [["child", "root"], ["child", "item", *predicates]]:
                column = ""
            case [["child", "root"], ["child", "item", *predicates], ["child", column]]:
                pass
            case _:
                of, predicates, column = [], [], ""
        if len(of) != 1 or of[0][0] != "str":
            self.say("expression.unknown_path", "", (), path="instance(…)/…")
            return ["path"]
        name = self.list_named(of[0])[1]
        outside = self.scope, self.in_item
        self.scope, self.in_item = self.scope.of_list(name), True
        walked = [self.walk(predicate, here) for predicate in predicates]
        last = [["child", self.column(column)]] if column else []
        self.scope, self.in_item = outside
        return ["path", ["instance", name], ["child", "root"], ["child", "item", *walked], *last]

    def path(self, start: Ast, steps: list[Ast], here: str) -> Ast:
        """Follow the steps through the survey so that what they read is known before anything is evaluated."""
        match start:
            case ["root"]:
                at = ""
                steps = self.steps_below_root(steps)
            case ["self"] if not self.in_item:
                at = here
            case ["current"]:
                at = self.context
            case ["name", name]:
                at = self.named(name)
                start = ["ref", at]
            case _:
                self.say("expression.unknown_path", "", (), path="./…" if start == ["self"] else "(…)/…")
                return ["path", start]
        done: list[Ast] = []
        for step in steps:
            match step:
                case ["parent"] if not at:
                    self.say("expression.unknown_path", "", (), path="..")
                    return ["path", start]
                case ["parent"]:
                    at = at.rpartition("/")[0]
                    done.append(step)
                case ["child", name, *predicates]:
                    at = f"{at}/{name}"
                    if at not in self.scope.kinds:
                        below = at.rpartition("/")[0]
                        beside = [
                            path.rpartition("/")[2] for path in self.scope.kinds if path.rpartition("/")[0] == below
                        ]
                        self.say("expression.unknown_path", name, beside, path=at)
                        return ["path", start]
                    done.append(["child", name, *self.predicates(predicates, at)])
                case ["filter", *predicates]:
                    done.append(["filter", *self.predicates(predicates, at)])
        self.reads.add(at)
        return ["path", start, *done]

    def predicates(self, written: list[Ast], at: str) -> list[Ast]:
        """Conditions on the nodes at this path: in them a name is a question beside, never a column."""
        outside = self.scope, self.in_item
        self.scope, self.in_item = replace(self.scope, columns=None), False
        walked = [self.walk(each, at) for each in written]
        self.scope, self.in_item = outside
        return walked

    def steps_below_root(self, steps: list[Ast]) -> list[Ast]:
        """/data/a and /form_id/a are /a, unless a question is called so."""
        name = steps[0][1] if steps[0][0] == "child" else ""
        return steps[1:] if name in (ROOT, self.scope.form_id) and f"/{name}" not in self.scope.kinds else steps

    def without_root(self, path: str) -> str:
        """The same for the text of a path."""
        _, _, below = path.removeprefix("/").partition("/")
        return path if path in self.scope.kinds else f"/{below}"

    def say(self, code: str, wrong: str, right: Collection[str], /, **details: Any) -> None:
        hint = near(wrong, right) if len(self.problems) < MOST_HINTS else ""
        self.problems.append(problem(code, self.where, hint=hint, **details))


# function → which argument is read by whom
SPECIAL: dict[str, tuple[int, Callable[[_Resolver, Ast], Ast]]] = {
    "jr:choice-name": (1, _Resolver.choices_of), "regex": (1, _Resolver.pattern), "pulldata": (0, _Resolver.list_named),
}  # fmt: skip


def _is_nodes(ast: Ast) -> bool:
    """Whether a parsed expression gives nodes."""
    return ast[0] in ("name", "self", "path", "|") or ast[:2] in (["call", "randomize"], ["call", "current"])


def _misplaced_once(ast: Ast, passed_on: bool) -> bool:
    """Whether a once() is anywhere but where its value becomes the answer as it is: else each evaluation would add to it."""
    match ast:
        case ["call", "once", *parts]:
            return not passed_on or any(_misplaced_once(part, False) for part in parts)
        case ["call", "if", test, *branches]:
            return _misplaced_once(test, False) or any(_misplaced_once(branch, passed_on) for branch in branches)
        case ["call", "coalesce", *parts]:
            return any(_misplaced_once(part, passed_on) for part in parts)
    return any(_misplaced_once(part, False) for part in ast if isinstance(part, list))


def resolve_text(
    text: str, context: str, scope: Scope, where: Where
) -> tuple[str | dict[str, list[str | Ast]], Resolved]:
    """A text shown to people: `${name}` inside becomes parts, as {"parts": ["Xin chào ", ["ref", "/name"]]}."""
    gathered = Resolved(None)
    if not EMBEDDED.search(text):
        return text, gathered
    parts: list[str | Ast] = []
    last = 0
    for found in EMBEDDED.finditer(text):
        inner = resolve(found[0], context, scope, where)
        gathered.problems += inner.problems
        gathered.reads |= inner.reads
        gathered.lists |= inner.lists
        parts += [text[last : found.start()], inner.ast or ["str", ""]]
        last = found.end()
    return {"parts": [part for part in [*parts, text[last:]] if part != ""]}, gathered
