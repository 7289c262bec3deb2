"""A return as files and text: workbook in the official look, CSV, JSON, a summary for chat groups, DHIS2.

Made of a signed snapshot, so every one of them carries its code, or of a draft, which says on each that it is one.
No persons but the signer; the summary names nobody at all.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import xlsxwriter

from ..figures.small_cells import HIDDEN

Texts = Mapping[str, str]
FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
STYLES: dict[str, dict[str, Any]] = {
    "agency": {"bold": True, "align": "center"},
    "centred": {"align": "center"},
    "place": {"italic": True, "align": "center"},
    "title": {"bold": True, "font_size": 14, "align": "center"},
    "head": {"bold": True, "text_wrap": True, "align": "center", "border": 1, "bg_color": "#E3ECE6"},
    "text": {"border": 1, "num_format": "@", "text_wrap": True},
    "number": {"border": 1, "num_format": "#,##0.##########"},
    "whole": {"border": 1, "num_format": "#,##0"},
    "note": {"italic": True, "text_wrap": True},
    "plain": {"text_wrap": True, "valign": "top"},
    "sign": {"bold": True, "align": "center"},
}
LAST = 5  # the last column


@dataclass(frozen=True)
class Sheet:
    """What is written: a snapshot's content (server/returns/desk.py), its code ("" = a draft), words of the campaign.

    say: a label in the reader's language. item: (indicator, split, item) → how the item is called.
    """

    content: Mapping[str, Any]
    code: str
    say: Callable[[Texts], str]
    split: Callable[[str, str], str]
    heading: tuple[str, ...]  # the issuing body, a line each
    place_date: str


def days(content: Mapping[str, Any]) -> str:
    first, last = (date.fromisoformat(content["period"][key]) for key in ("first", "last"))
    return f"ngày {first:%d/%m/%Y}" if first == last else f"từ ngày {first:%d/%m/%Y} đến ngày {last:%d/%m/%Y}"


def title_of(sheet: Sheet) -> str:
    return f"{sheet.say(sheet.content['label'])} {days(sheet.content)}"


def marked(sheet: Sheet) -> str:
    return f"Mã đối chiếu: {sheet.code}" if sheet.code else "BẢN THẢO, chưa ký"


def workbook(sheet: Sheet) -> bytes:
    """As .xlsx: title block, figures as numbers, codes as texts, the signature's place, the code to match paper with."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    styles = {name: book.add_format({**FONT, **style}) for name, style in STYLES.items()}
    page = book.add_worksheet("Báo cáo")
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_margins(left=1.18, right=0.59, top=0.79, bottom=0.79)  # 30, 15, 20, 20 mm
    for column, width in enumerate((6, 16, 44, 14, 18, 30)):
        page.set_column(column, column, width)
    for row, line in enumerate(sheet.heading):
        page.merge_range(row, 0, row, 2, line, styles["agency"])
    page.merge_range(0, 3, 0, LAST, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", styles["agency"])
    page.merge_range(1, 3, 1, LAST, "Độc lập - Tự do - Hạnh phúc", styles["agency"])
    page.merge_range(3, 3, 3, LAST, sheet.place_date, styles["place"])
    page.merge_range(5, 0, 5, LAST, sheet.say(sheet.content["label"]).upper(), styles["title"])
    page.merge_range(6, 0, 6, LAST, days(sheet.content)[:1].upper() + days(sheet.content)[1:], styles["centred"])
    heads = ("STT", "Mã", "Chỉ tiêu", "Đơn vị tính", "Số liệu", "Ghi chú")
    top = 8
    for column, words in enumerate(heads):
        page.write_string(top, column, words, styles["head"])
    page.repeat_rows(top)
    row = top
    for index, figure in enumerate(sheet.content["figures"], 1):
        row += 1
        page.write_number(row, 0, index, styles["whole"])
        for column, words in enumerate((figure["name"], sheet.say(figure["label"]), sheet.say(figure["unit"])), 1):
            page.write_string(row, column, words, styles["text"])
        number(page, row, 4, figure["value"], styles)
        page.write_string(row, 5, remark(figure), styles["text"])
    for block in sheet.content["narrative"]:
        if block["text"]:
            row += 2
            page.merge_range(row, 0, row, LAST, sheet.say(block["label"]), styles["sign"])
            row += 1
            page.merge_range(row, 0, row, LAST, block["text"], styles["plain"])
            page.set_row(row, 18 * (1 + len(block["text"]) // 100 + block["text"].count("\n")))
    row += 2
    page.merge_range(row, 0, row, 2, marked(sheet), styles["note"])
    signed = sheet.content.get("signed")
    if signed:
        page.merge_range(row, 3, row, LAST, sheet.say(signed["role_label"]).upper(), styles["sign"])
        page.merge_range(row + 5, 3, row + 5, LAST, signed["name"], styles["sign"])
    splits(book, styles, sheet)
    book.set_properties({"title": title_of(sheet), "comments": marked(sheet)})
    book.close()
    return out.getvalue()


def splits(book: Any, styles: Mapping[str, Any], sheet: Sheet) -> None:
    """The disaggregations on a sheet of their own, as a plain table."""
    page = book.add_worksheet("Chi tiết")
    for column, (words, width) in enumerate(
        (("Mã", 22), ("Chỉ tiêu", 40), ("Phân tổ", 20), ("Mục", 28), ("Số liệu", 16))
    ):
        page.write_string(0, column, words, styles["head"])
        page.set_column(column, column, width)
    row = 0
    for row, (figure, split, item, value) in enumerate(split_rows(sheet), 1):
        for column, words in enumerate(
            (figure["name"], sheet.say(figure["label"]), sheet.split(figure["name"], split), item)
        ):
            page.write_string(row, column, words or "(không rõ)", styles["text"])
        number(page, row, 4, value, styles)
    if sheet.content.get("masked_below"):
        page.merge_range(row + 2, 0, row + 2, 4, hidden_note(sheet), styles["note"])
    page.freeze_panes(1, 0)


def hidden_note(sheet: Sheet) -> str:
    below = sheet.content["masked_below"]
    return f"Dấu {HIDDEN}: ẩn vì có dưới {below} hồ sơ, hoặc để không suy ra được số đã ẩn."


def split_rows(sheet: Sheet) -> Iterator[tuple[Mapping[str, Any], str, str, str | None]]:
    for figure in sheet.content["figures"]:
        for split, items in figure["splits"].items():
            for item, value in sorted(items.items()):
                yield figure, split, item, value


def number(page: Any, row: int, column: int, value: str | None, styles: Mapping[str, Any]) -> None:
    """A figure as a number; nothing reported is a dash, which no sum takes for nought."""
    if value is None or value == HIDDEN:
        page.write_string(row, column, value or "–", styles["text"])
    else:
        page.write_number(row, column, float(value), styles["number" if "." in value else "whole"])


def remark(figure: Mapping[str, Any]) -> str:
    if figure["value"] == figure["computed"]:
        return ""
    return f"Từ hồ sơ: {figure['computed'] or '–'}. {figure['reason']}".strip()


def table(sheet: Sheet) -> bytes:
    """As CSV, UTF-8 with a mark for spreadsheet programs: a line for each figure and each item of a disaggregation."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(["return", "unit", "first", "last", "code", "indicator", "label", "measure", "split", "item",
                   "value", "computed", "reason"])  # fmt: skip
    content = sheet.content
    above = [
        content["return"],
        content["unit"]["code"],
        content["period"]["first"],
        content["period"]["last"],
        sheet.code,
    ]
    for figure in content["figures"]:
        own = [*above, figure["name"], sheet.say(figure["label"]), sheet.say(figure["unit"])]
        rows.writerow(map(safe, [*own, "", "", figure["value"] or "", figure["computed"] or "", figure["reason"]]))
        for split, items in figure["splits"].items():
            for item, value in sorted(items.items()):
                rows.writerow(map(safe, [*own, split, item, value or "", value or "", ""]))
    return ("\ufeff" + out.getvalue()).encode()


def safe(cell: str) -> str:
    """A text that a spreadsheet program would take for a formula is told apart by an apostrophe."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def as_json(sheet: Sheet) -> bytes:
    return (json.dumps({**sheet.content, "code": sheet.code or None}, ensure_ascii=False, indent=1) + "\n").encode()


def summary(sheet: Sheet, shown: Callable[[str], str]) -> str:
    """A text for chat groups: what, where, when, figures. No persons, nor anything written about them."""
    content = sheet.content
    lines = [f"{sheet.say(content['label'])}, {content['unit']['name']}, {days(content)}"]
    for figure in content["figures"]:
        if figure["value"] is not None:
            lines.append(f"- {sheet.say(figure['label'])}: {shown(figure['value'])} {sheet.say(figure['unit'])}")
    silent = sum(figure["value"] is None for figure in content["figures"])
    if silent:
        lines.append(f"({silent} chỉ tiêu chưa có số)")
    return "\n".join([*lines, marked(sheet)]) + "\n"


def dhis2_period(kind: str, first: date) -> str:
    """DHIS2's name of a period: 20211205, 2021W49 or 2021FriW48, 202112, 2021Q4."""
    if kind == "weekly":
        fourth = first + timedelta(days=3)  # a week belongs to the year most of its days are in
        week = (fourth.timetuple().tm_yday - 1) // 7 + 1
        return f"{fourth.year}{'' if first.weekday() == 0 else first.strftime('%a')}W{week}"
    if kind == "monthly":
        return f"{first:%Y%m}"
    if kind == "quarterly":
        return f"{first.year}Q{(first.month - 1) // 3 + 1}"
    return f"{first:%Y%m%d}"


def dhis2_values(content: Mapping[str, Any], kind: str, mapping: Mapping[str, Any]) -> dict[str, Any]:
    """A `dataValueSets` body. mapping: {data_sets, org_units, data_elements: {indicator: id or {id, combos: {"split=item":
    id}}}}; what it does not name goes by its code (idScheme CODE). Nothing reported is left out."""
    unit, name = content["unit"]["code"], content["return"]
    period = dhis2_period(kind, date.fromisoformat(content["period"]["first"]))
    values = []
    for figure in content["figures"]:
        named = mapping.get("data_elements", {}).get(figure["name"], figure["name"])
        element, combos = (named["id"], named.get("combos", {})) if isinstance(named, Mapping) else (named, {})
        if figure["value"] is not None:
            values.append({"dataElement": element, "value": figure["value"], "comment": figure["reason"]})
        for split, items in figure["splits"].items():
            values += [
                {"dataElement": element, "categoryOptionCombo": combos[f"{split}={item}"], "value": value}
                for item, value in sorted(items.items())
                if f"{split}={item}" in combos and value not in (None, HIDDEN)
            ]
    return {
        "dataSet": mapping.get("data_sets", {}).get(name, name),
        "completeDate": content["signed"]["at"][:10] if content.get("signed") else None,
        "period": period,
        "orgUnit": mapping.get("org_units", {}).get(unit, unit),
        "idScheme": mapping.get("id_scheme", "CODE"),
        "dataValues": [{key: value for key, value in each.items() if value != ""} for each in values],
    }


def dhis2_completeness(content: Mapping[str, Any], kind: str, mapping: Mapping[str, Any]) -> dict[str, Any]:
    """A `completeDataSetRegistrations` body of one signed return."""
    sent = dhis2_values(content, kind, mapping)
    return {
        "completeDataSetRegistrations": [
            {
                "dataSet": sent["dataSet"],
                "period": sent["period"],
                "organisationUnit": sent["orgUnit"],
                "date": datetime.fromisoformat(content["signed"]["at"]).date().isoformat(),
                "completed": True,
            }
        ]
    }
