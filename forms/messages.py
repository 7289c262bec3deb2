"""What a question says when its form gives no message of its own. The twin is client/web/engine/messages.js."""

from __future__ import annotations

from forms.problems import CODES

WANTED = {
    "integer": ("a whole number", "số nguyên"),
    "decimal": ("a number", "số"),
    "date": ("a date", "ngày tháng"),
    "text": ("a text", "chữ"),
    "select_one": ("one of the choices", "một lựa chọn"),
    "select_multiple": ("a list of choices", "các lựa chọn"),
}


def default(code: str, kind: str = "") -> dict[str, str]:
    """The message of an answer's problem, as {"en": …, "vi": …}; kind: the question's type."""
    english, vietnamese = WANTED.get(kind, ("an answer", "câu trả lời"))
    in_english, in_vietnamese = CODES[code]
    return {"en": in_english.format(wanted=english), "vi": in_vietnamese.format(wanted=vietnamese)}
