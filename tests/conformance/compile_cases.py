"""Compile the shared cases: `python -m tests.conformance.compile_cases` prints them with their programs, for Node.

An expression case becomes a form with one calculate, `result`; its answers' types follow from their values.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from chungsuc.expression_form import expression_form
from forms import compile_form

HERE = Path(__file__).parent
CASES: list[dict[str, Any]] = json.loads((HERE / "expressions.json").read_text("utf-8"))
ENV = {"now": "2021-12-05T08:00:00.000+07:00", "today": "2021-12-05", "tz_offset_min": 420, "username": "pao"}
ITEMS = {
    "survey": [
        {
            "type": "repeat",
            "name": "items",
            "label": "Hiện vật",
            "children": [
                {"type": "text", "name": "item", "label": "Tên"},
                {"type": "decimal", "name": "qty", "label": "Số lượng"},
            ],
        }
    ],
    "answers": {
        "items": [
            {"__id": "r1", "item": "rice", "qty": "5"},
            {"__id": "r2", "item": "oil", "qty": "2.5"},
            {"__id": "r3", "item": "salt"},
        ]
    },
}
NEED = {
    "survey": [{"type": "select_one need", "name": "need", "label": "Nhu cầu"}],
    "choices": {"need": [{"name": "rice", "label": {"vi": "Gạo", "en": "Rice"}}]},
    "answers": {"need": "rice"},
}
VILLAGES = {
    "survey": [
        {"type": "select_one_from_file villages.csv", "name": "village", "label": "Bản"},
        {"type": "select_one need", "name": "need", "label": "Nhu cầu"},
    ],
    "choices": {"need": [{"name": "cash", "label": "Tiền"}, {"name": "rice", "label": "Gạo", "kcal": 3600}]},
    "answers": {"village": "03424-07"},
    "env": {
        "lists": {
            "villages": {
                "columns": ["name", "label", "label::en", "commune", "households", "capital"],
                "rows": [
                    ["03424-07", "Phiêng Hoi", "", "03424", "45", "03424-08"],
                    ["03424-08", "Nà Khum", "Na Khum village", "03424", "80", ""],
                    ["03430-01", "Bản Hon", "Ban Hon", "03430", "", "03430-01"],
                ],
            }
        }
    },
}
SURVEYS: dict[str, dict[str, Any]] = {"items": ITEMS, "need": NEED, "villages": VILLAGES}


def settings(form_id: str) -> dict[str, str]:
    return {"form_id": form_id, "version": "1", "title": "Trường hợp", "default_language": "vi"}


def expression_documents() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """(document, answers) of every expression case."""
    made = []
    for case in CASES:
        ready = SURVEYS.get(case.get("survey", ""), {})
        answers = case.get("answers", ready.get("answers", {}))
        document = expression_form(case["expr"], answers)
        if ready:
            document |= {"settings": settings("case"), "choices": ready.get("choices", {})}
            document["survey"] = [*ready["survey"], document["survey"][-1]]
        made.append((document, answers))
    return made


def expression_cases() -> list[dict[str, Any]]:
    cases = []
    for case, (document, answers) in zip(CASES, expression_documents(), strict=True):
        compiled = compile_form(document)
        assert compiled.program, (case["name"], list(map(str, compiled.problems)))
        env = ENV | SURVEYS.get(case.get("survey", ""), {}).get("env", {}) | case.get("env", {})
        cases.append({"name": case["name"], "program": compiled.program, "answers": answers, "env": env,
                      "value": case["value"]})  # fmt: skip
    return cases


def form_cases() -> list[dict[str, Any]]:
    cases = []
    for path in sorted((HERE / "forms").glob("*.json")):
        case = json.loads(path.read_text("utf-8"))
        compiled = compile_form(case["document"], path.name)
        assert compiled.program, (path.name, list(map(str, compiled.problems)))
        cases.append({"name": path.stem, "program": compiled.program, "env": ENV, **case})
    return cases


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    json.dump({"expressions": expression_cases(), "forms": form_cases()}, sys.stdout, ensure_ascii=False)
