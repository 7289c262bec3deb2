"""A review as a paper in the layout of Decree 30/2020/NĐ-CP, from the campaign's template documents/review.docx."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..papers import FRAME, Field, PaperKind, Rows
from ..papers.wording import document_number
from .outputs import Sheet, days, marked

TEMPLATE = "documents/review.docx"

REVIEW = PaperKind(
    "review",
    "Báo cáo sơ kết, tổng kết",
    "Review",
    (
        *FRAME,
        Field("title", "Trích yếu: tên báo cáo và khoảng thời gian", "Subject: the review and its span", "Tổng kết phong trào từ ngày 01/12/2021 đến ngày 31/05/2022", needed=True),
        Field("before", "Khoảng thời gian so sánh", "The span compared with", "từ ngày 01/06/2021 đến ngày 30/11/2021", needed=True),
        Field("code", "Mã đối chiếu bản đã ký, hoặc chữ “bản thảo”", "The code of the signed review, or that it is a draft", "Mã đối chiếu: 7K2M-9QXA", needed=True),
        Rows("figures", "Các chỉ tiêu", "The figures", (
            Field("no", "Số thứ tự", "Number in the list", "1"),
            Field("label", "Chỉ tiêu", "Indicator", "Ca mắc mới (F0)"),
            Field("unit", "Đơn vị tính", "Unit of measure", "ca"),
            Field("value", "Số trong kỳ", "The figure", "12"),
            Field("before", "Kỳ trước", "The span before", "10"),
            Field("change", "Tăng, giảm", "Change", "+2"),
        ), needed=True),
        Rows("best", "Đơn vị làm tốt", "Best units", (
            Field("criterion", "Tiêu chí", "Criterion", "Chi trả hỗ trợ kịp thời"),
            Field("place", "Thứ hạng", "Place", "1"),
            Field("name", "Đơn vị", "Unit", "Xã Bản Bo"),
            Field("score", "Kết quả", "Score", "98,5 % trường hợp đã chi trả"),
        )),
        Rows("practices", "Mô hình hay", "Good practices", (
            Field("heading", "Tên mô hình và nơi làm", "Its name and place", "Bếp ăn không đồng, Xã Bản Bo"),
            Field("text", "Kể lại", "What is told of it", "Làm như thế nào: nấu ăn cho chốt. Kết quả: 40 suất mỗi ngày."),
        )),
        Rows("narrative", "Phần lời", "The narrative", (
            Field("heading", "Tên phần", "Its heading", "1. Đặc điểm tình hình"),
            Field("text", "Nội dung", "Its text", "Dịch diễn biến phức tạp."),
        )),
    ),
)  # fmt: skip


def values_of(
    sheet: Sheet, above: str, shown: Callable[[str], str], change: Callable[[str | None], str]
) -> dict[str, Any]:
    """The template's values. above: the name of the unit over this one. shown: a figure as it is read."""
    content, say = sheet.content, sheet.say
    name = content["unit"]["name"]
    signed = content.get("signed")
    district = name.startswith(("Huyện ", "Thành phố ", "Tỉnh "))
    committee = len(sheet.heading) > 1 or district
    written = [each for each in content["narrative"] if each["text"]]
    return {
        "parent": "" if committee else f"UBND {above.upper()}",
        "agency": ["ỦY BAN NHÂN DÂN", name.upper()] if district else list(sheet.heading),
        "number": document_number("BC-UBND" if committee else "BC"),
        "place_date": sheet.place_date,
        "authority": ["TM. ỦY BAN NHÂN DÂN"] if committee else [],
        "post": "CHỦ TỊCH" if committee else "THỦ TRƯỞNG ĐƠN VỊ",
        "signer": signed["name"] if signed else "",
        "copies": ["- Như trên;", "- Lưu: VT."],
        "title": f"{say(content['label'])} {days(content)}",
        "before": days({"period": content["before"]}),
        "code": marked(sheet),
        "figures": [
            {"no": str(index), "label": say(each["label"]), "unit": say(each["unit"]),
             **{key: "–" if each[key] is None else shown(each[key]) for key in ("value", "before")},
             "change": change(each["change"])}
            for index, each in enumerate(content["figures"], 1)
        ],
        "best": [
            {"criterion": say(each["label"]), "place": str(row["place"]), "name": row["name"],
             "score": f"{shown(row['score'])} {say(each['unit'])}"}
            for each in content["best"] for row in each["rows"]
        ],
        "practices": [
            {"heading": f"{each['title']}, {each['unit']}",
             "text": " ".join(f"{say(answer['label'])} {read(answer['text'], say)}." for answer in each["answers"])}
            for each in content["practices"]
        ],
        "narrative": [
            {"heading": f"{index}. {say(each['label'])}", "text": each["text"]} for index, each in enumerate(written, 1)
        ],
    }  # fmt: skip


def read(text: Any, say: Callable[[Any], str]) -> str:
    """An answer, or the label of a choice."""
    return (text if isinstance(text, str) else say(text)).rstrip(". ")
