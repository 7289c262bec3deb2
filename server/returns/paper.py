"""A return as a paper in the layout of Decree 30/2020/NĐ-CP, from the campaign's template documents/period_return.docx."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ..papers import FRAME, Field, PaperKind, Rows
from ..papers.wording import document_number, place_and_date, place_of
from .outputs import Sheet, days, marked, remark

TEMPLATE = "documents/period_return.docx"
COMMITTEES = {"Xã ": "XÃ", "Phường ": "PHƯỜNG", "Thị trấn ": "THỊ TRẤN"}  # a People's Committee issues for these

RETURN = PaperKind(
    "period_return",
    "Báo cáo kỳ",
    "Period return",
    (
        *FRAME,
        Field("title", "Trích yếu: tên báo cáo và kỳ", "Subject: the return and its period", "Báo cáo tuần của xã từ ngày 03/12/2021 đến ngày 09/12/2021", needed=True),
        Field("code", "Mã đối chiếu bản đã ký, hoặc chữ “bản thảo”", "The code of the signed return, or that it is a draft", "Mã đối chiếu: 7K2M-9QXA", needed=True),
        Rows("figures", "Các chỉ tiêu", "The figures", (
            Field("no", "Số thứ tự", "Number in the list", "1"),
            Field("label", "Chỉ tiêu", "Indicator", "Ca mắc mới (F0)"),
            Field("unit", "Đơn vị tính", "Unit of measure", "ca"),
            Field("value", "Số liệu", "The figure", "12"),
            Field("note", "Ghi chú: số từ hồ sơ và lý do, nếu khác", "What the records said and why it differs", ""),
        ), needed=True),
        Rows("narrative", "Phần lời", "The narrative", (
            Field("heading", "Tên phần", "Its heading", "1. Việc đã làm trong tuần"),
            Field("text", "Nội dung", "Its text", "Đã thăm 120 hộ."),
        )),
        Rows("warnings", "Chỗ số liệu chưa khớp", "Rules that do not hold", (
            Field("message", "Điều chưa khớp", "What does not fit", "Ca mắc mới nhiều hơn mẫu dương tính"),
            Field("shown", "Công thức với số liệu", "The formula with its figures", "12 <= 10"),
        )),
    ),
)  # fmt: skip


def heading(unit_name: str) -> tuple[str, ...]:
    """Who issues: a commune's People's Committee, or the agency itself."""
    for kind, capitals in COMMITTEES.items():
        if unit_name.startswith(kind):
            return "ỦY BAN NHÂN DÂN", f"{capitals} {unit_name.removeprefix(kind).upper()}"
    return (unit_name.upper(),)


def values_of(sheet: Sheet, above: str, shown: Callable[[str], str], zone: ZoneInfo) -> dict[str, Any]:
    """The template's values. above: the name of the unit over an agency. shown: a figure as it is read."""
    content = sheet.content
    name = content["unit"]["name"]
    committee = len(sheet.heading) > 1
    signed = content.get("signed")
    return {
        "parent": "" if committee else f"UBND {above.upper()}",
        "agency": list(sheet.heading),
        "number": document_number("BC-UBND" if committee else "BC"),
        "place_date": sheet.place_date,
        "authority": ["TM. ỦY BAN NHÂN DÂN"] if committee else [],
        "post": "CHỦ TỊCH" if committee else "THỦ TRƯỞNG ĐƠN VỊ",
        "signer": signed["name"] if signed else "",
        "copies": ["- Như trên;", "- Lưu: VT."],
        "title": f"{sheet.say(content['label'])} {days(content)}".removeprefix("Báo cáo ").removeprefix(name).strip(),
        "code": marked(sheet),
        "figures": [
            {
                "no": str(index), "label": sheet.say(each["label"]), "unit": sheet.say(each["unit"]),
                "value": "–" if each["value"] is None else shown(each["value"]), "note": remark(each),
            }
            for index, each in enumerate(content["figures"], 1)
        ],
        "narrative": [
            {"heading": f"{index}. {sheet.say(each['label'])}", "text": each["text"]}
            for index, each in enumerate((block for block in content["narrative"] if block["text"]), 1)
        ],
        "warnings": [{"message": sheet.say(each["message"]), "shown": each["shown"]} for each in content["warnings"]],
    }  # fmt: skip


def place_date(content: Mapping[str, Any], zone: ZoneInfo) -> str:
    signed = content.get("signed")
    day: date | None = datetime.fromisoformat(signed["at"]).astimezone(zone).date() if signed else None
    return place_and_date(place_of(content["unit"]["name"]), day)
