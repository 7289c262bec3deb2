"""The console's menu: a table of its pages, each shown to whoever may do there something at all.

A group with one page left is that page. Pages that belong to an entry without standing in the menu are named by their
blueprint, so that the entry stays marked on them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import request, url_for

from .dossiers import may_commend
from .recordings import recorded_here
from .texts import say
from .visitor import Visitor


@dataclass(frozen=True)
class Page:
    """actions: one of them is enough. also: further blueprints that belong here. shown: what more is wanted."""

    actions: tuple[str, ...]
    endpoint: str
    words: str
    also: tuple[str, ...] = ()
    shown: Callable[[], bool] = lambda: True

    def here(self) -> bool:
        now = (request.endpoint or "").removeprefix("console.").rpartition(".")[0]
        return now in (self.endpoint.split(".")[1], *self.also)


@dataclass(frozen=True)
class Entry:
    """What the template draws: a link, or with `entries` a group that opens."""

    words: str
    here: bool
    url: str = ""
    entries: tuple[Entry, ...] = ()


# Group → its pages, in the order of the menu.
MENU: Sequence[tuple[str, tuple[Page, ...]]] = (
    ("Tổng quan", (Page(("table",), "console.dashboard.page", "Tổng quan"),)),
    ("Hồ sơ", (Page(("read",), "console.inbox.page", "Hồ sơ", ("records", "attachments", "corrections", "bulk")),)),
    (
        "Phân xử",
        (
            Page(("adjudicate",), "console.adjudications.page", "Cần phân xử"),
            Page(("correct",), "console.duplicates.page", "Hồ sơ giống nhau"),
            Page(("step",), "console.calls.page", "Danh sách gọi"),
        ),
    ),
    ("Ghi âm câu hỏi", (Page(("read",), "console.recordings.page", "Ghi âm câu hỏi", shown=recorded_here),)),
    ("Hỗ trợ", (Page(("read",), "console.support.page", "Hỗ trợ"),)),
    (
        "Số liệu",
        (
            Page(("table",), "console.district.page", "Bảng tổng hợp"),
            Page(("table",), "console.figures.page", "Số liệu theo kỳ", ("behind",)),
            Page(("returns",), "console.returns.page", "Báo cáo kỳ", ("return_files",)),
            Page(("returns",), "console.reviews.page", "Sơ kết, tổng kết"),
            Page(("export",), "console.exports.page", "Xuất hồ sơ"),
        ),
    ),
    (
        "Khen thưởng",
        (
            Page(("read",), "console.dossiers.page", "Hồ sơ khen thưởng", shown=may_commend),
            Page(("read",), "console.register.page", "Sổ khen thưởng", shown=may_commend),
            Page(("read",), "console.paper_templates.page", "Mẫu văn bản", shown=may_commend),
        ),
    ),
    (
        "Quản trị",
        (
            Page(("people",), "console.people.page", "Người và máy", ("devices", "roles")),
            Page(("people",), "console.lists.page", "Nhập danh sách"),
            Page(("audit",), "console.logs.acts", "Nhật ký"),
            Page(("privacy",), "console.requests.page", "Yêu cầu của người dân"),
            Page(("privacy",), "console.consents.page", "Đồng ý cho ghi"),
            Page(("privacy",), "console.holds.page", "Giữ lại theo luật"),
            Page(("privacy",), "console.retention.page", "Hết thời hạn lưu"),
        ),
    ),
)


def menu_for(who: Visitor) -> list[Entry]:
    """The visitor's menu on this page, in the reader's language."""
    found = []
    for words, pages in MENU:
        shown = [page for page in pages if who.actions.intersection(page.actions) and page.shown()]
        entries = tuple(Entry(say(page.words), page.here(), url_for(page.endpoint)) for page in shown)
        if len(entries) == 1:
            found += entries
        elif entries:
            found.append(Entry(say(words), any(entry.here for entry in entries), entries=entries))
    return found


def sentences() -> set[str]:
    """All words of the menu, for the test that each has its English."""
    return {words for words, _ in MENU} | {page.words for _, pages in MENU for page in pages}
