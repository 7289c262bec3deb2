"""What a question says when its form gives no message of its own. The twin is client/web/engine/messages.js."""

from __future__ import annotations

from forms.problem_codes import CODES

WANTED = {
    "integer": ("a whole number", "số nguyên"),
    "decimal": ("a number", "số"),
    "date": ("a date", "ngày tháng"),
    "text": ("a text", "chữ"),
    "select_one": ("one of the choices", "một lựa chọn"),
    "select_multiple": ("a list of choices", "các lựa chọn"),
    "range": ("a number of this scale", "số trên thang này"),
    "time": ("a time", "giờ phút"),
    "datetime": ("a date with a time", "ngày và giờ"),
    "rank": ("a ranking of the choices", "bảng xếp thứ tự"),
    "acknowledge": ("a confirmation", "lời xác nhận"),
    "geopoint": ("a place on the map", "vị trí trên bản đồ"),
    "file": ("a file", "tệp"),
}


def default(code: str, kind: str = "") -> dict[str, str]:
    """The message of an answer's problem, as {"en": …, "vi": …}; kind: of its answer."""
    english, vietnamese = WANTED.get(kind, ("an answer", "câu trả lời"))
    in_english, in_vietnamese = CODES[code]
    return {"en": in_english.format(wanted=english), "vi": in_vietnamese.format(wanted=vietnamese)}
