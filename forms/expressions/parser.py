"""Text of an expression → AST (docs/form-language.md, "AST"). Knows grammar alone: names are resolved by the compiler.

Here `${name}` is ["name", name]; the compiler turns it into ["ref", path].
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from forms.words import Misplaced

Ast = list[Any]

TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<number>\d+(?:\.\d*)?|\.\d+)
    | (?P<string>"[^"]*"|'[^']*')
    | (?P<variable>\$\{\s*(?:(?P<saved>last-saved)\s*\#\s*)?(?P<named>[^\W\d][\w.-]*)\s*\})
    | (?P<operator>!=|<=|>=|\.\.|//|::|[-+*=<>|()\[\],/.@])
    | (?P<name>[^\W\d][\w.-]*(?::(?!:)[^\W\d][\w.-]*)?)
    """,
    re.VERBOSE,
)
# Weakest first; all are left associative (XPath 1.0, §3.4 and §3.5).
LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
BINDING = {operator: level for level, operators in enumerate(LEVELS) for operator in operators}
WORD_OPERATORS = {"or", "and", "div", "mod"}
JOINED = {"or", "and"}  # a chain of these is one operation of many parts: long lists of codes are written so
# Parser, compiler and evaluators all call themselves once or more a level; these stay far below Python's 1000 frames.
MAX_LENGTH, MAX_PARENTHESES, MAX_LEVELS = 40_000, 64, 200
# What XPath has and this language has not.
NOT_OFFERED = {
    "//": ("'//' is not offered: write the whole path", "không dùng '//': hãy viết cả đường dẫn"),
    "@": ("attributes are not offered", "không dùng thuộc tính"),
    "::": ("axes are not offered: write .. or a name", "không dùng trục: hãy viết .. hoặc một tên"),
    "*": ("'*' is not offered: write the name", "không dùng '*': hãy viết tên"),
}


class ExpressionError(Misplaced):
    """The text is not an expression."""


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    at: int

    @property
    def written(self) -> str:
        """In a Vietnamese sentence."""
        return "chỗ kết thúc" if self.kind == "end" else self.text


def unexpected(
    token: Token, english: str = "'{}' was not expected", vietnamese: str = "không chờ '{}' ở đây"
) -> ExpressionError:
    words = NOT_OFFERED.get(token.text, (english.format(token.text), vietnamese.format(token.written)))
    return ExpressionError(token.at, *words)


def parse(text: str) -> Ast:
    """Parse an expression. Raises ExpressionError with the place of the first thing that does not fit."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(MAX_LENGTH, f"it is longer than {MAX_LENGTH} characters", f"dài quá {MAX_LENGTH} ký tự")
    reader = _Reader(_tokens(text), len(text) + 1)
    ast = reader.expression()
    if reader.here.kind != "end":
        raise unexpected(reader.here)
    if _levels(ast) > MAX_LEVELS:
        raise ExpressionError(
            1, f"it has more than {MAX_LEVELS} operations one inside the other", f"quá {MAX_LEVELS} phép tính lồng nhau"
        )
    return ast


def _levels(ast: Ast) -> int:
    """How deep an AST is; 1 + 1 + 1 nests to the left."""
    levels, layer = 0, [ast]
    while layer:
        levels += 1
        layer = [part for each in layer for part in each if isinstance(part, list)]
    return levels


def _tokens(text: str) -> list[Token]:
    found, at = [], 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(
                at + 1, f"'{text[at]}' does not belong to the language", f"ngôn ngữ này không có '{text[at]}'"
            )
        if match.lastgroup != "space":
            kind = str(match.lastgroup)
            found.append(Token(match["saved"] or kind, match["named"] or match.group(), at + 1))
        at = match.end()
    return found


class _Reader:
    """Reads tokens one by one; each method is a rule of the grammar and returns its AST."""

    def __init__(self, tokens: list[Token], end: int) -> None:
        self.tokens = [*tokens, Token("end", "the end", end)]
        self.index = 0
        self.depth = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.index]

    def take(self, *texts: str) -> Token | None:
        token = self.here
        if token.kind == "operator" and token.text in texts:
            self.index += 1
            return token
        return None

    def need(self, text: str) -> None:
        if self.take(text) is None:
            here = self.here
            raise ExpressionError(
                here.at, f"'{text}' was expected, not '{here.text}'", f"chờ '{text}', không phải '{here.written}'"
            )

    def expression(self, weakest: int = 0) -> Ast:
        """Operations that bind no weaker than this level."""
        left, chain = self.unary(), ""
        while (level := self.binding()) >= weakest:
            operator = self.here.text
            self.index += 1
            right = self.expression(level + 1)
            if operator == chain:
                left.append(right)
            else:
                left = [operator, left, right]
            chain = operator if operator in JOINED else ""
        return left

    def binding(self) -> int:
        """The level of the operator that stands here; -1 when none does."""
        token = self.here
        fits = token.kind == "operator" or (token.kind == "name" and token.text in WORD_OPERATORS)
        return BINDING.get(token.text, -1) if fits else -1

    def unary(self) -> Ast:
        self.depth += 1
        if self.depth > MAX_PARENTHESES:
            raise ExpressionError(
                self.here.at, f"it is nested deeper than {MAX_PARENTHESES}", f"lồng nhau quá {MAX_PARENTHESES} tầng"
            )
        try:
            return ["neg", self.unary()] if self.take("-") else self.union()
        finally:
            self.depth -= 1

    def union(self) -> Ast:
        found = self.path()
        while self.take("|"):
            found = [*found, self.path()] if found[0] == "|" else ["|", found, self.path()]
        return found

    def path(self) -> Ast:
        """A primary, or a location path that may begin with one."""
        token = self.here
        if self.take("/"):
            return ["path", ["root"], *self.steps()]
        if token.kind == "operator" and token.text in (".", ".."):
            self.index += 1
            first: list[Ast] = [["parent"]] if token.text == ".." else []
            rest = self.steps() if self.take("/") else []
            steps = [*first, *rest]
            whole: Ast = ["path", ["self"], *steps] if steps else ["self"]
            return whole
        if token.kind == "name" and not self._is_call():
            return ["path", ["self"], *self.steps()]
        primary = self.primary()
        predicates = self.predicates()
        if predicates:
            primary = ["path", primary, ["filter", *predicates]]
        if self.take("/"):
            start = ["current"] if primary == ["call", "current"] else primary
            return ["path", start, *self.steps()] if not predicates else [*primary, *self.steps()]
        return primary

    def steps(self) -> list[Ast]:
        found: list[Ast] = []
        while True:
            token = self.here
            if self.take(".."):
                found.append(["parent"])
            elif self.take("."):
                pass
            elif token.kind == "name":
                self.index += 1
                if self.here.text == "::":
                    raise unexpected(self.here)
                found.append(["child", token.text, *self.predicates()])
            else:
                raise unexpected(token, "a name was expected, not '{}'", "chờ một tên, không phải '{}'")
            if not self.take("/"):
                return found

    def predicates(self) -> list[Ast]:
        found = []
        while self.take("["):
            found.append(self.expression())
            self.need("]")
        return found

    def primary(self) -> Ast:
        token = self.here
        self.index += 1
        match token.kind:
            case "number":
                return ["num", token.text]
            case "string":
                return ["str", token.text[1:-1]]
            case "variable":
                return ["name", token.text]
            case "last-saved":
                return ["last-saved", token.text]
            case "name":
                return self.call(token)
        if token.text == "(":
            inner = self.expression()
            self.need(")")
            return inner
        raise unexpected(token)

    def call(self, name: Token) -> Ast:
        self.need("(")
        arguments: list[Ast] = []
        if not self.take(")"):
            arguments.append(self.expression())
            while self.take(","):
                arguments.append(self.expression())
            self.need(")")
        return ["call", name.text, *arguments]

    def _is_call(self) -> bool:
        following = self.tokens[self.index + 1] if self.index + 1 < len(self.tokens) else self.here
        return following.kind == "operator" and following.text == "("
