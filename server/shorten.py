"""The field app's code without what only its readers need: comments, indents, blanks.

A script is read token by token, as a browser reads it, because `//` may stand in a string, a template or a regular
expression. Order and public names stay as they are; the private ones of a class become short. tests/server/test_release.py
compares what is sent with what was written, by a parser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import count
from string import ascii_lowercase

# What may follow each other, by the first kind that fits. A template's text is read apart: it nests.
TOKEN = re.compile(
    r"""(?P<gap>(?:\s|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)+)
    |(?P<word>\#?[^\W\d][\w$]*|\#?\$[\w$]*)
    |(?P<number>\.?\d(?:[\w.]|(?<=[eE])[+-])*)
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<mark>=>|\+\+|--|\?\.(?!\d)|.)""",
    re.VERBOSE | re.DOTALL,
)
PATTERN = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
TEMPLATE_TEXT = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*", re.DOTALL)
# After these a slash begins a regular expression; after any other word, number or text it divides.
BEFORE_A_PATTERN = {"return", "typeof", "case", "of", "in", "instanceof", "void", "delete", "await", "yield", "else"}
VALUE_ENDS = (")", "]", "}")
LAYOUT = re.compile(r"\n\s+")
WORD = re.compile(r"[\w$#]")

CSS_COMMENT = re.compile(r"/\*(?:[^*]|\*(?!/))*\*/")
CSS_TEXT = re.compile(r"""("[^"]*"|'[^']*'|url\([^)]*\))|\s*([{};,])\s*|(?<=[\w-])(:)\s+|\s+""")


def short_script(text: str) -> str:
    """The same program. A line's end stays where a statement might end with it."""
    names = _private_names(text)
    sent: list[str] = []
    last, line_ended = "", False
    for kind, token in _tokens(text):
        if kind == "gap":
            line_ended = line_ended or "\n" in token
            continue
        if kind == "word":
            token = names.get(token, token)
        if last:
            if line_ended and _may_end(last) and _may_begin(token):
                sent.append("\n")
            elif _would_join(last, token):
                sent.append(" ")
        sent.append(token)
        last, line_ended = token, False
    return "".join(sent) + "\n"


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Kind and text of each token; together they are the whole text. Kinds: those of TOKEN, and pattern, template."""
    at, last_kind, last = 0, "", ""
    holes: list[list[int]] = []  # of each template that is open: how many braces its hole has open; and is it html
    while at < len(text):
        if holes and text[at] == "}" and holes[-1][0] == 0:
            found = text[at : (end := _template_end(text, at + 1))]
            kind, layout_is_free = "template", holes[-1][1]
            if found.endswith("`"):
                holes.pop()
        elif text[at] == "`":
            found = text[at : (end := _template_end(text, at + 1))]
            kind, layout_is_free = "template", int(last == "html")
            if not found.endswith("`") or len(found) == 1:
                holes.append([0, layout_is_free])
        elif text[at] == "/" and text[at + 1] not in "/*" and _begins_a_pattern(last_kind, last):
            match = PATTERN.match(text, at)
            if match is None:
                raise ValueError(f"No regular expression: {text[at : at + 40]}")
            kind, found, end = "pattern", match[0], match.end()
        else:
            match = TOKEN.match(text, at)
            assert match is not None and match.lastgroup is not None  # any one character is a mark
            kind, found, end = match.lastgroup, match[0], match.end()
            if holes and found in "{}":
                holes[-1][0] += 1 if found == "{" else -1
        yield kind, LAYOUT.sub("\n", found) if kind == "template" and layout_is_free else found
        at = end
        if kind != "gap":
            last_kind, last = kind, found


def _template_end(text: str, at: int) -> int:
    """Behind the text of a template that begins here: behind its end, or behind the `${` of its next hole."""
    match = TEMPLATE_TEXT.match(text, at)
    end = match.end() if match else at
    return end + (1 if text[end] == "`" else 2)


def _begins_a_pattern(kind: str, last: str) -> bool:
    if kind == "word":
        return last in BEFORE_A_PATTERN
    return kind == "" or (kind == "mark" and last not in VALUE_ENDS)


def _may_end(token: str) -> bool:
    return bool(WORD.match(token[-1])) or token[-1] in ")]}`\"'/" or token in ("++", "--")


def _may_begin(token: str) -> bool:
    return bool(WORD.match(token[0])) or token[0] in "([{`\"'/+-*!~"


def _would_join(last: str, token: str) -> bool:
    """`a b`, `1 .x`, `+ +`, `/ /x/` mean something else without a blank."""
    if WORD.match(last[-1]):
        return bool(WORD.match(token[0])) or (last[-1].isdigit() and token[0] == ".")
    return last[-1] == token[0] and token[0] in "+-/"


def _private_names(text: str) -> dict[str, str]:
    """Short names for those that only their class can see: `#store` becomes `#a`, everywhere in the file."""
    words = {token: None for kind, token in _tokens(text) if kind == "word" and token.startswith("#")}
    free = (f"#{first}{more or ''}" for more in count() for first in ascii_lowercase)
    return dict(zip(words, (name for name in free), strict=False))


def short_style(text: str) -> str:
    """Styles without comments and layout. Blanks within a value or a selector stay: there they are said."""

    def said(match: re.Match[str]) -> str:
        quoted, mark, colon = match.groups()
        return quoted or mark or colon or " "

    return CSS_TEXT.sub(said, CSS_COMMENT.sub("", text)).replace(";}", "}").strip()


def short_json(text: str) -> str:
    return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
