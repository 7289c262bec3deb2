"""Make the cases of like records both sync cores run: `python -m tests.conformance.duplicate_cases` writes duplicates.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from chungsuc.demonstration.labelled import FORM, labelled
from sync.duplicates import compare_traits, traits_of
from sync.spelling import compare_names, paper_number, phone

FILE = Path(__file__).parent / "duplicates.json"
NAMES = [
    ("Lò Thị Hoà", "Lò Thị Hòa"), ("Nguyễn Văn Thuỷ", "nguyễn  văn THỦY"), ("Lý Thị Mỹ", "Lí Thị Mĩ"), ("Trần Quý", "Trần Quí"),
    ("Giang A Pao", "Giàng A Páo"), ("Giàng A Pao", "Giàng A Páo"), ("Lò Thị Hoa", "Lò Thị Hóa"), ("Lò Thị Hoá", "Lò Thị Hòa"),
    ("Sùng A Chư", "Xùng A Trư"), ("Giàng A Nủ", "Dàng A Lủ"), ("Nghiêm Kha", "Ngiêm Ca"), ("Phùng Quang", "Fùng Kuang"),
    ("Lan Lò Thị", "Lò Thị Lan"), ("Lò Lan", "Lò Thị Lan"), ("Lò Văn Lan", "Lò Thị Lan"), ("Lò Văn Phương", "Lò Văn Phuơg"),
    ("Trần Khánh", "Trần Khnáh"), ("Lò An", "Lò Anh"), ("Tẩn Tả Mẩy", "Tẩn Tả Mẩy"), ("", "Lò"), ("123", "Lò"), ("Đỗ Đức", "Do Duc"),
    ("Lo\u0300 Thi\u0323 Ho\u0300a", "Lò Thị Hòa"),
]  # fmt: skip
PHONES = [
    "0912 345 678",
    "+84912345678",
    "84912345678",
    "01662345678",
    "0120.456.7890",
    "+84 199 5959 999",
    "0231 3876543",
    "113",
    "",
    "x",
]
PAPERS = ["012 085 001234", "B.1234567", "12345", "", "Đ-123456"]
BROKEN: list[dict[str, Any]] = [
    {}, {"full_name": ["Lò"], "birth_year": True, "village": {"a": 1}, "phone": 912345678, "id_number": None},
    {"full_name": "  Lò   Thị ", "birth_year": "1985-02-03", "village": "V1"},
    {"full_name": "Lò Thị", "birth_year": "1985-02-03", "village": "V1"}, {"full_name": "Lò Thị", "birth_year": 1984},
    {"full_name": "Lò Thị", "birth_year": "năm 85", "id_number": "012085001234"},
    {"full_name": "Vàng A Sử", "birth_year": 1950, "id_number": "012085001234"}, {"full_name": "Lò Thị", "id_number": "012085001243"},
]  # fmt: skip
DAILY = {
    "dedupe": [["/day/on", "/day/commune"], []],
    "root": [{"kind": "group", "name": "day", "path": "/day", "children": [
        {"kind": "question", "name": "on", "path": "/day/on"},
        {"kind": "question", "name": "commune", "path": "/day/commune", "list": "org_units"},
        {"kind": "repeat", "name": "rows", "path": "/day/rows", "children": []}]}],
}  # fmt: skip


def make() -> dict[str, Any]:
    people = [record.answers for record in labelled(7, 2, 12)]
    pairs = [(a, b) for at, a in enumerate(people) for b in people[at + 1 :]][::37]
    pairs += [(a, b) for a in BROKEN for b in BROKEN]
    days = [{"day": {"on": on, "commune": "03424", "rows": []}} for on in ("2021-12-01", "2021-12-02", "2021-12-01")]
    cases = [(FORM, a, b) for a, b in pairs] + [(DAILY, a, b) for a in days for b in days]
    return {
        "names": [{"one": a, "other": b, "agree": compare_names(a, b)} for a, b in NAMES],
        "phones": {text: phone(text) for text in PHONES},
        "papers": {text: paper_number(text) for text in PAPERS},
        "forms": {"person": FORM, "daily": DAILY},
        "records": [case(form, one, other) for form, one, other in cases],
    }


def case(form: dict[str, Any], one: Any, other: Any) -> dict[str, Any]:
    a, b = traits_of(form, one), traits_of(form, other)
    likeness = compare_traits(a, b)
    name = "person" if form is FORM else "daily"
    return {
        "form": name,
        "one": one,
        "other": other,
        "traits": a,
        "score": likeness.score,
        "reasons": list(likeness.reasons),
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(make(), ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
