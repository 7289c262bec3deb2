"""Names and paths in expressions: resolve them against the survey, and tell what an expression reads.

Source: docs/form-language.md ("AST", "Dependencies"). Knows the tree of paths, not its texts or choices' labels.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from forms.expressions.functions import ALL, MANY
from forms.expressions.parser import Ast, ExpressionError, parse
from forms.expressions.patterns import PatternError, read_pattern
from forms.problems import Problem, Where, problem

EMBEDDED = re.compile(r"\$\{\s*([^\W\d][\w.-]*)\s*\}")


@dataclass(frozen=True)
class Scope:
    """What names can mean. kinds: every path → "question", "group" or "repeat". columns: those of the question's
    choice list, inside its choice_filter; None elsewhere."""

    kinds: Mapping[str, str]
    by_name: Mapping[str, tuple[str, ...]]
    columns: frozenset[str] | None = None
    list_name: str = ""


@dataclass
class Resolved:
    """An expression ready to run: its AST, the paths it reads, and what is wrong with it."""

    ast: Ast | None
    reads: set[str] = field(default_factory=set)
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
    return Resolved(None if resolver.problems else ast, resolver.reads, resolver.problems)


class _Resolver:
    def __init__(self, context: str, scope: Scope, where: Where) -> None:
        self.context, self.scope, self.where = context, scope, where
        self.reads: set[str] = set()
        self.problems: list[Problem] = []

    def walk(self, ast: Ast, here: str) -> Ast:
        """The AST with names resolved; `here` is the path that '.' means at this place."""
        match ast:
            case ["num", _] | ["str", _]:
                return ast
            case ["self"]:
                self.reads.add(here)
                return ast
            case ["name", name]:
                return ["ref", self.named(name)]
            case ["path", ["self"], ["child", column]] if self.scope.columns is not None:
                if column not in self.scope.columns:
                    self.say(
                        "expression.unknown_column", column, self.scope.columns, list=self.scope.list_name, name=column
                    )
                return ["col", column]
            case ["path", start, *steps]:
                return self.path(start, steps, here)
            case ["call", name, *arguments]:
                return self.call(name, arguments, here)
        return [ast[0], *(self.walk(part, here) for part in ast[1:])]

    def named(self, name: str) -> str:
        paths = self.scope.by_name.get(name, ())
        if len(paths) == 1:
            self.reads.add(paths[0])
            return paths[0]
        if paths:
            self.say("expression.ambiguous_name", name, (), name=name)
        else:
            self.say("expression.unknown_name", name, self.scope.by_name, name=name)
        return ""

    def call(self, name: str, arguments: list[Ast], here: str) -> Ast:
        if name not in ALL:
            self.say("expression.unknown_function", name, ALL, name=name)
            return ["call", name]
        fewest, most, _ = ALL[name]
        if not fewest <= len(arguments) <= most:
            wants = str(fewest) if fewest == most else f"{fewest} or more" if most == MANY else f"{fewest} to {most}"
            self.say("expression.arguments", name, (), name=name, wants=wants, got=len(arguments))
        if name == "jr:choice-name" and len(arguments) == 2 and arguments[1][0] == "str":
            # The question is named in a text, as '${need}': it is put there as a path.
            written = EMBEDDED.fullmatch(arguments[1][1].strip())
            target = self.named(written[1]) if written else arguments[1][1]
            return ["call", name, self.walk(arguments[0], here), ["str", target]]
        if name == "regex" and len(arguments) == 2:
            return ["call", name, self.walk(arguments[0], here), ["str", self.pattern(arguments[1])]]
        return ["call", name, *(self.walk(argument, here) for argument in arguments)]

    def pattern(self, written: Ast) -> str:
        """The pattern of regex() as browsers read it. It stands in quotes, so that whether it can be read is told here."""
        try:
            if written[0] != "str":
                raise PatternError(1, "it is not a text in quotes")
            return read_pattern(written[1]).ecma
        except PatternError as broken:
            self.say("expression.pattern", "", (), at=broken.at, reason=broken.reason)
            return ""

    def path(self, start: Ast, steps: list[Ast], here: str) -> Ast:
        """Follow the steps through the survey so that what they read is known before anything is evaluated."""
        match start:
            case ["root"]:
                at = ""
            case ["self"]:
                at = here
            case ["current"]:
                at = self.context
            case ["name", name]:
                at = self.named(name)
                start = ["ref", at]
            case _:
                self.say("expression.unknown_path", "", (), path="(…)/")
                return ["path", start]
        done: list[Ast] = []
        for step in steps:
            match step:
                case ["parent"]:
                    at = at.rpartition("/")[0]
                    done.append(step)
                case ["child", name, *predicates]:
                    at = f"{at}/{name}"
                    if at not in self.scope.kinds:
                        self.say("expression.unknown_path", name, (), path=at)
                        return ["path", start]
                    done.append(["child", name, *(self.walk(each, at) for each in predicates)])
                case ["filter", *predicates]:
                    done.append(["filter", *(self.walk(each, at) for each in predicates)])
        self.reads.add(at)
        return ["path", start, *done]

    def say(self, code: str, wrong: str, right: Iterable[str], **details: Any) -> None:
        near = difflib.get_close_matches(wrong, list(right), 1)
        self.problems.append(problem(code, self.where, hint=near[0] if near else "", **details))


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
        parts += [text[last : found.start()], inner.ast or ["str", ""]]
        last = found.end()
    return {"parts": [part for part in [*parts, text[last:]] if part != ""]}, gathered
