"""Whether two records of a form are about the same: what of a record is compared, by which keys it is found, and how
two compare. Pure; which questions count is the form's to say (`dedupe`, `pii`). Source: docs/duplicates.md.

`client/web/sync/duplicates.js` is its twin, held equal by tests/conformance/duplicates.json.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sync.spelling import compare_names, one_off, paper_number, phone, sounds
from sync.text import fold

Traits = dict[str, Any]  # {name, born, place, ids: […], phones: […], keys: […]}, plain JSON
ALIKE = 60  # of 100: from here two records are shown to a person
POINTS = {
    "id_same": 70, "id_near": 25, "id_differs": -40, "phone_same": 25, "phone_differs": 0,
    "name_same": 40, "name_unmarked": 35, "name_sound": 30, "name_order": 30, "name_marks_missing": 25, "name_short": 25,
    "name_near": 25, "name_marks": 15, "name_differs": -40,
    "birth_same": 25, "birth_year_same": 20, "birth_year_near": 10, "birth_differs": -30,
    "place_same": 15, "place_differs": -20, "key_same": 70,
}  # fmt: skip
ENOUGH = frozenset({"id_same", "key_same"})  # always shown, whatever speaks against it
MAX_KEYS = 24


@dataclass(frozen=True)
class Likeness:
    """score: 0 to 100. reasons: keys of POINTS, what speaks for it first."""

    score: int
    reasons: tuple[str, ...]

    @property
    def alike(self) -> bool:
        return self.score >= ALIKE


def traits_of(program: Mapping[str, Any], answers: Mapping[str, Any]) -> Traits:
    """What of a record is compared. program: its form's; answers: nested, as in a snapshot. Never raises on an answer."""
    found: Traits = {"name": "", "born": "", "place": "", "ids": [], "phones": [], "keys": []}
    named = {path for key in program.get("dedupe", ()) for path in key}
    values, kinds = {}, {}
    for node, value in _answers(program["root"], answers):
        path = node["path"]
        kinds[path] = kind = node.get("pii") or ("place" if node.get("list") == "org_units" else "")
        text = values[path] = _text(value)
        if kind == "id_number" and paper_number(text):
            found["ids"].append(paper_number(text))
        elif kind == "phone" and phone(text):
            found["phones"].append(phone(text))
        elif path in named and kind in OWN and text:
            found[OWN[kind]] = text if kind == "place" or not found[OWN[kind]] else found[OWN[kind]]
    for number, key in enumerate(program.get("dedupe", ())):
        whole = all(values.get(path) for path in key)
        if key and whole and not any(kinds.get(path) in ("name", "id_number", "phone") for path in key):
            found["keys"].append(f"{number}:" + "|".join(fold(values[path]) for path in key))
    return found


OWN = {"name": "name", "birth_date": "born", "place": "place"}


def _answers(nodes: Any, answers: Any) -> Iterator[tuple[Mapping[str, Any], Any]]:
    """Every answered question outside repeats with its answer."""
    if not isinstance(answers, Mapping):
        return
    for node in nodes:
        value = answers.get(node["name"])
        if value is None:
            continue
        if node["kind"] == "group":
            yield from _answers(node["children"], value)
        elif node["kind"] == "question":
            yield node, value


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return " ".join(str(value).split())


def blocking_keys(form_id: str, of: Traits) -> list[str]:
    """What a record is found by: two records that share none of these are not compared."""
    heard, year, place = sounds(of["name"])[:8], of["born"][:4], of["place"]
    keys = [f"i{number}" for number in of["ids"]] + [f"p{number}" for number in of["phones"]]
    keys += [f"k{key}" for key in of["keys"]]
    if heard:
        ends = sorted((heard[0], heard[-1]))
        keys += [f"e{' '.join(ends)}/{place}"] if place else []
        if year:
            keys.append(f"n{' '.join(sorted(heard))}/{year}")
            keys += [f"g{end}/{year}/{place}" for end in dict.fromkeys(ends) if place]
    return [f"{form_id}:{key}"[:200] for key in dict.fromkeys(keys)][:MAX_KEYS]


def compare_traits(one: Traits, other: Traits) -> Likeness:
    """How much two records of one form are alike, and why."""
    reasons = [
        _ids(one["ids"], other["ids"]),
        _phones(one["phones"], other["phones"]),
        compare_names(one["name"], other["name"]),
        _births(one["born"], other["born"]),
        _equal("place", one["place"], other["place"]),
        "key_same" if set(one["keys"]) & set(other["keys"]) else "",
    ]
    given = sorted(filter(None, reasons), key=lambda reason: -POINTS[reason])
    score = sum(POINTS[reason] for reason in given)
    if ENOUGH & set(given):
        score = max(score, ALIKE)
    return Likeness(max(0, min(100, score)), tuple(given))


def _ids(one: list[str], other: list[str]) -> str:
    if set(one) & set(other):
        return "id_same"
    alike = [(a, b) for a in one for b in other if len(a) == len(b)]
    if not alike:
        return ""
    return "id_near" if any(one_off(a, b) for a, b in alike) else "id_differs"


def _phones(one: list[str], other: list[str]) -> str:
    if not one or not other:
        return ""
    return "phone_same" if set(one) & set(other) else "phone_differs"


def _births(one: str, other: str) -> str:
    if not (one[:4].isdigit() and other[:4].isdigit()):
        return ""
    apart = abs(int(one[:4]) - int(other[:4]))
    if apart == 0:
        return "birth_same" if len(one) == 10 and one == other else "birth_year_same"
    return "birth_year_near" if apart == 1 else "birth_differs"


def _equal(what: str, one: str, other: str) -> str:
    if not one or not other:
        return ""
    return f"{what}_same" if one == other else f"{what}_differs"
