"""The empty workbook of a list: its columns with an example line, what each means, and the codes to choose from."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter

from .columns import Column
from .reading import COMMENT

FONT = {"font_name": "Times New Roman", "font_size": 12}


def template(
    which: str, columns: Sequence[Column], units: Sequence[tuple[str, str]], roles: Sequence[tuple[str, str]]
) -> bytes:
    """units, roles: (code, name) that whoever asks may write. Everything is text, so that 03424 keeps its nought."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    text = book.add_format({**FONT, "num_format": "@"})
    head = book.add_format({**FONT, "bold": True, "bg_color": "#E3ECE6", "border": 1, "text_wrap": True})
    page = book.add_worksheet(which)
    page.set_column(0, len(columns) - 1, 24, text)
    for place, column in enumerate(columns):
        page.write_string(0, place, column.vi + ("*" if column.wanted else ""), head)
        page.write_string(1, place, (f"{COMMENT} " if place == 0 else "") + column.example, text)
    page.freeze_panes(1, 0)
    told = [(column.vi, column.en, column.means_vi, column.means_en) for column in columns]
    note = (
        f"{COMMENT} …",
        "",
        "dòng bắt đầu bằng # là ví dụ, không được nhập",
        "a line that begins with # is an example",
    )
    for name, heads, rows in (
        ("huong_dan", ("Cột", "Column", "Nghĩa", "Meaning"), [*told, note]),
        ("don_vi", ("Mã", "Tên"), units),
        ("vai_tro", ("Mã", "Tên"), roles),
    ):
        if not rows:
            continue
        sheet = book.add_worksheet(name)
        sheet.set_column(0, len(heads) - 1, 34, text)
        for place, words in enumerate(heads):
            sheet.write_string(0, place, words, head)
        for line, row in enumerate(rows, 1):
            for place, words in enumerate(row):
                sheet.write_string(line, place, words, text)
    book.close()
    return out.getvalue()
