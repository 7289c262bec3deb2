"""A row's type, appearance and parameters: what they say in the program, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from forms.documents import Row
from forms.problems import Problem, Where, near, problem
from forms.question_types import (
    ALIASES,
    ASKED,
    COMPUTED,
    ELSEWHERE,
    FIT,
    FROM_FILE,
    IDLE_PARAMETERS,
    LOOKS,
    SELECTS,
    STRUCTURE,
    TYPES,
    Written,
    appearance_fits,
)

SCALE = {"start": "1", "end": "10", "step": "1"}  # XLSForm's range where it says nothing


def check_type(row: Row, written: Written, inline: Collection[str], where: Where) -> list[Problem]:
    """inline: the names of the document's choice lists."""
    kind, at = written.type, replace(where, key="type")
    if kind in ELSEWHERE:
        return [problem("survey.type_unsupported", at, hint=ELSEWHERE[kind], type=row.type)]
    if kind not in TYPES or written.rest:
        return [problem("survey.type_unknown", at, hint=near(kind, TYPES), type=row.type)]
    found = [problem("survey.column_unfit", replace(where, key=key), key=key, type=kind)
             for key in row.keys if kind not in FIT.get(key, TYPES)]  # fmt: skip
    if written.external and (not written.list_name or written.list_name in inline):
        found.append(problem("survey.list_file", at, type=row.type))
    elif kind in SELECTS and written.list_name not in inline:
        found.append(problem("survey.list_missing", at, hint=near(written.list_name, inline), list=written.list_name))
    family = TYPES[kind].family
    if row.children and family != STRUCTURE:
        found.append(problem("survey.children", replace(where, key="children"), type=kind))
    if "label" not in row.keys and family == ASKED:
        found.append(problem("key.missing", replace(where, key="label"), key="label"))
    needs_calculation = kind == "calculate" or "trigger" in row.keys
    if "calculation" not in row.keys and needs_calculation and family in (ASKED, COMPUTED):
        found.append(problem("key.missing", replace(where, key="calculation"), key="calculation"))
    return found


def answer_kind(written: Written, parameters: Mapping[str, str]) -> str:
    """How the answer is kept; a range in whole steps gives whole numbers."""
    if written.type == "range" and all(re.fullmatch(r"-?\d+", parameters[key]) for key in SCALE):
        return "integer"
    return TYPES[written.type].answer


def read_appearance(text: str, kind: str, where: Where) -> tuple[str, list[Problem]]:
    """The words that change how a question of this type is filled in; one that does nothing is a warning."""
    kept, found = [], []
    for word in (ALIASES.get(each, each) for each in text.split()):
        if appearance_fits(kind, word):
            kept.append(word)
        elif word in LOOKS:
            found.append(problem("survey.no_effect", where, severity="warning", what=word))
        else:
            hint = near(word, {*TYPES[kind].appearances, *LOOKS})
            found.append(problem("survey.appearance_unknown", where, hint=hint, appearance=word, type=kind))
    return " ".join(kept), found


def read_parameters(given: Mapping[str, str], kind: str, where: Where) -> tuple[dict[str, str], list[Problem]]:
    """The parameters that mean something for the type; a range has all three of its own."""
    wanted, kept, found = TYPES[kind].parameters, dict[str, str](), list[Problem]()
    for name, value in given.items():
        if name in wanted and re.fullmatch(wanted[name], value):
            kept[name] = value
        elif name in wanted:
            found.append(problem("survey.parameter_value", where, name=name, value=value, pattern=wanted[name]))
        elif name in IDLE_PARAMETERS:
            found.append(problem("survey.no_effect", where, severity="warning", what=name))
        else:
            found.append(problem("survey.parameter_unknown", where, hint=near(name, wanted), name=name, type=kind))
    if kind == "range":
        kept = SCALE | kept
        start, end, step = (float(kept[key]) for key in SCALE)
        if step <= 0 or start >= end:
            found.append(problem("survey.range", where, **kept))
            kept = SCALE
    return kept, found


def program_type(written: Written) -> dict[str, Any]:
    """The keys of a node that its type gives: a list from a file is asked like any other."""
    node: dict[str, Any] = {"type": FROM_FILE.get(written.type, written.type)}
    return {**node, "list": written.list_name} if written.list_name else node
