"""Problems: what is wrong with a document, as data. Collected, never raised; each has a code, a place and a remedy.

forms/problem_codes.py registers the codes.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass, field

from forms.problem_codes import CODES, REMEDIES
from forms.words import Words

MOST_NAMES = 1000


@dataclass(frozen=True)
class Where:
    """The place of a problem. file: its name or ''. path: where in the document, as '/survey/2/children/0'.
    name: the question or choice concerned. key: the key of it, as 'relevant'."""

    file: str = ""
    path: str = ""
    name: str = ""
    key: str = ""

    def __str__(self) -> str:
        parts = [self.file, self.path + (f" ({self.name})" if self.name else ""), self.key]
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True)
class Problem:
    """One thing wrong. `code` is stable; texts are for people. severity: "error" | "warning"."""

    code: str
    where: Where
    message: str
    message_vi: str
    remedy: str = ""
    remedy_vi: str = ""
    severity: str = "error"
    details: dict[str, str | int] = field(default_factory=dict, compare=False)

    def __str__(self) -> str:
        return self.text("en")

    def text(self, language: str) -> str:
        """A line for a terminal. language: "vi" or "en"."""
        words = (self.message_vi, self.remedy_vi) if language == "vi" else (self.message, self.remedy)
        severity = {"error": "lỗi", "warning": "lưu ý"}[self.severity] if language == "vi" else self.severity
        return f"{severity}: {self.where}: {' '.join(filter(None, words))} [{self.code}]"


def problem(
    code: str, where: Where, *, severity: str = "error", hint: str = "", **details: str | int | Words
) -> Problem:
    """Make a registered problem; `hint` is a suggestion put into its remedy, as a name that is nearly right."""
    english, vietnamese = CODES[code]
    remedy, remedy_vi = REMEDIES.get(code, ("", ""))
    in_vietnamese = {name: each.vietnamese if isinstance(each, Words) else each for name, each in details.items()}
    plain = {name: each.english if isinstance(each, Words) else each for name, each in details.items()}
    return Problem(
        code,
        where,
        english.format(**plain),
        vietnamese.format(**in_vietnamese),
        remedy.replace("{hint}", f" (did you mean '{hint}'?)" if hint else ""),
        remedy_vi.replace("{hint}", f" (có phải '{hint}'?)" if hint else ""),
        severity,
        plain,
    )


def near(wrong: str, right: Collection[str]) -> str:
    """The name that was probably meant, or "". Among very many names none is looked for: a hostile document has them."""
    found = difflib.get_close_matches(wrong, right, 1) if len(right) <= MOST_NAMES else []
    return found[0] if found else ""


def errors(problems: list[Problem]) -> list[Problem]:
    """Those that keep a form from being used."""
    return [each for each in problems if each.severity == "error"]
