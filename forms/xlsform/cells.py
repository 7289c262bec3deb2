"""What single cells say: expressions as people type them, defaults, who may write, what marks a duplicate."""

from __future__ import annotations

import re
from typing import Any

from forms.expressions.parser import ExpressionError, parse

# A word processor's quotes and spaces, where an expression needs the plain ones.
PLAIN = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "\u00a0": " ", "\u202f": " "})
TRUTH = {"yes": "yes", "true": "yes", "true()": "yes", "no": "no", "false": "no", "false()": "no"}
NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")
QUOTED = re.compile(r"'([^']*)'\Z|\"([^\"]*)\"\Z")
# A default is a text as it stands unless something in it has to be worked out.
DYNAMIC = re.compile(r"\$\{|[\w:-]\(|(?<=\s)(?:[+*|-]|div|mod)(?=\s)")
DATED = ("date", "time", "datetime")
COUNTED = ("integer", "decimal", "range")


def expression(text: str) -> str:
    """An expression as it stands or, where that cannot be read, with plain quotes and spaces: those inside a text that is
    quoted well are the author's own."""
    written = text.strip()
    plain = written.translate(PLAIN)
    if plain == written:
        return written
    try:
        parse(written)
    except ExpressionError:
        return plain
    return written


def truth(text: str) -> str:
    """An expression, in which 'YES' and 'TRUE' are 'yes'."""
    written = expression(text)
    return TRUTH.get(written.lower(), written)


def read_default(text: str, kind: str) -> str:
    """A default cell as an expression: 'Páo' of a text question is the text 'Páo', '15' of a number the number."""
    written = expression(text)
    if kind.startswith(COUNTED) or _is_dynamic(written, kind):
        return written
    return quoted(text.strip())


def write_default(text: str, kind: str) -> str:
    """The cell that reads as this expression, or as one that gives the same text."""
    found = QUOTED.match(text)
    literal = (found[1] or found[2] or "") if found else ""
    return next((cell for cell in (literal, text) if cell and read_default(cell, kind) == text), f"string({text})")


def _is_dynamic(text: str, kind: str) -> bool:
    return bool(DYNAMIC.search(text)) and not (kind.startswith(DATED) and NUMBER.match(text))


def quoted(text: str) -> str:
    """A text as an XPath literal."""
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    parts = ', "\'", '.join(f"'{part}'" for part in text.split("'"))
    return f"concat({parts})"


def read_writers(text: str) -> list[dict[str, Any]] | None:
    """'commune_officer, chair: submitted; district_officer' → writable_by; None when it cannot be read."""
    rules = []
    for part in filter(None, map(str.strip, text.split(";"))):
        roles, colon, states = part.partition(":")
        rule: dict[str, Any] = {"roles": words(roles)}
        if colon:
            rule["states"] = "*" if states.strip() == "*" else words(states)
        if not all(rule.values()):
            return None
        rules.append(rule)
    return rules or None


def write_writers(rules: list[dict[str, Any]]) -> str:
    return "; ".join(
        ", ".join(rule["roles"]) + (f": {_states(rule['states'])}" if "states" in rule else "") for rule in rules
    )


def _states(states: str | list[str]) -> str:
    return states if isinstance(states, str) else ", ".join(states)


def words(text: str) -> list[str]:
    return [word for word in re.split(r"[,\s]+", text.strip()) if word]


def read_dedupe(text: str) -> list[list[str]]:
    """'full_name village; phone' → [[full_name, village], [phone]]."""
    return [words(each) for each in text.split(";") if words(each)]


def write_dedupe(names: list[list[str]]) -> str:
    return "; ".join(" ".join(each) for each in names)
