"""What changed between two versions of a form, and whether the answers of older drafts and records carry over.

Compares programs, so that another spelling of the same form is no change. Knows no storage: who publishes asks here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms.answers import answer_kind
from forms.question_types import COMPUTED, NOTED, TYPES

Node = Mapping[str, Any]
# What becomes of an older answer: it stands; it stands, but the new version may refuse it; it has no place any more.
CARRIES, CHECKED, LOST = "carries", "checked", "lost"
EFFECTS = {
    CARRIES: ("older answers carry over", "câu trả lời cũ vẫn dùng được"),
    CHECKED: ("older answers stay and are checked again", "câu trả lời cũ được giữ và phải kiểm tra lại"),
    LOST: ("older answers do not carry over", "câu trả lời cũ không dùng được nữa"),
}
CHANGES: dict[str, tuple[str, str, str]] = {
    # what: (effect, in English, in Vietnamese)
    "added": (CARRIES, "new question", "câu hỏi mới"),
    "added_required": (CHECKED, "new question that must be answered", "câu hỏi mới, bắt buộc trả lời"),
    "removed": (LOST, "question removed", "bỏ câu hỏi"),
    "moved": (LOST, "question moved to {to}", "câu hỏi chuyển sang {to}"),
    "renamed": (LOST, "question probably renamed to {to}", "câu hỏi có lẽ đổi tên thành {to}"),
    "repeated": (LOST, "asked in other repeats than before", "nằm trong nhóm lặp khác trước"),
    "type": (LOST, "type changed from {old} to {new}", "đổi loại từ {old} sang {new}"),
    "type_fits": (CHECKED, "type changed from {old} to {new}", "đổi loại từ {old} sang {new}"),
    "choices_removed": (CHECKED, "choices removed: {names}", "bỏ lựa chọn: {names}"),
    "choices_added": (CARRIES, "choices added: {names}", "thêm lựa chọn: {names}"),
    "stricter": (CHECKED, "{column} added or changed", "thêm hoặc sửa {column}"),
    "looser": (CARRIES, "{column} removed", "bỏ {column}"),
    "computed": (CARRIES, "{column} changed: computed anew", "sửa {column}: tính lại"),
    "wording": (CARRIES, "wording or looks changed", "sửa lời hoặc cách hiển thị"),
}
# Columns that can refuse or hide an answer, or ask for one; what computes or presets one; what is only seen.
RULES = (
    "relevant",
    "required",
    "read_only",
    "constraint",
    "choice_filter",
    "repeat_count",
    "writable_by",
    "parameters",
)
COMPUTING = ("calculation", "default", "trigger")
SEEN = ("label", "hint", "guidance_hint", "required_message", "constraint_message", "appearance", "media")
# Kinds of answers that are texts, and so fit a question that takes any text.
TEXTS = {"text", "decimal", "date", "time", "datetime", "select_one", "acknowledge", "geopoint", "file"}


@dataclass(frozen=True)
class Change:
    """One change. what: a key of CHANGES; path: of the question, in the old version where it was there."""

    what: str
    path: str
    details: Mapping[str, str]

    @property
    def effect(self) -> str:
        return CHANGES[self.what][0]

    def message(self, language: str = "en") -> str:
        """One line in "en" or "vi": what changed, and what becomes of older answers."""
        at = ("en", "vi").index(language)
        return f"{self.path}: {CHANGES[self.what][at + 1].format(**self.details)} ({EFFECTS[self.effect][at]})"


@dataclass(frozen=True)
class _Placed:
    node: Node
    repeats: tuple[str, ...]  # the paths of the repeats around it


def diff_forms(old: Node, new: Node) -> list[Change]:
    """The changes that lead from one program to the other, in the order of the old form, then what is new.

    Whether a changed expression is stricter cannot be known in general: it counts as stricter.
    """
    before, after = dict(_placed(old["root"])), dict(_placed(new["root"]))
    gone = [path for path in before if path not in after and _keeps_answers(before[path].node)]
    come = [path for path in after if path not in before and _keeps_answers(after[path].node)]
    followed = _followed(before, after, gone, come)
    found: list[Change] = []
    for path, was in before.items():
        if path in followed:
            to = followed[path]
            found.append(_change("moved" if _same_name(was, after[to]) else "renamed", path, to=to))
        elif path in gone:
            found.append(_change("removed", path))
        elif path in after:
            found += _compared(was, after[path], old["choices"], new["choices"])
    for path in come:
        if path not in followed.values():
            found.append(_change("added_required" if "required" in after[path].node else "added", path))
    return found


def carries_over(changes: list[Change]) -> bool:
    """Whether every older answer stands as it is."""
    return all(change.effect == CARRIES for change in changes)


def _change(what: str, path: str, **details: str) -> Change:
    return Change(what, path, details)


def _placed(nodes: list[Node], repeats: tuple[str, ...] = ()) -> Iterator[tuple[str, _Placed]]:
    for node in nodes:
        yield node["path"], _Placed(node, repeats)
        inside = (*repeats, node["path"]) if node["kind"] == "repeat" else repeats
        yield from _placed(node.get("children", []), inside)


def _keeps_answers(node: Node) -> bool:
    return bool(node["kind"] == "question" and node["type"] != "note")


def _followed(
    before: Mapping[str, _Placed], after: Mapping[str, _Placed], gone: list[str], come: list[str]
) -> dict[str, str]:
    """Old path → new path of questions that went elsewhere: one alone of that name, or one alone with that label."""
    found: dict[str, str] = {}
    for alike in (_same_name, _same_label):
        pairs = [(was, to) for was in gone for to in come
                 if was not in found and to not in found.values()
                 and before[was].node["type"] == after[to].node["type"] and alike(before[was], after[to])]  # fmt: skip
        olds, news = [was for was, _ in pairs], [to for _, to in pairs]
        found |= {was: to for was, to in pairs if olds.count(was) == news.count(to) == 1}
    return found


def _same_name(was: _Placed, now: _Placed) -> bool:
    return bool(was.node["name"] == now.node["name"])


def _same_label(was: _Placed, now: _Placed) -> bool:
    label = was.node.get("label")
    return bool(label and label == now.node.get("label") and was.repeats == now.repeats)


def _compared(was: _Placed, now: _Placed, old_lists: Node, new_lists: Node) -> Iterator[Change]:
    """The changes of what stands at the same path in both versions."""
    old, new, path = was.node, now.node, was.node["path"]
    if was.repeats != now.repeats and _keeps_answers(old):
        yield _change("repeated", path)
    if old["type"] != new["type"]:
        fits = _fits(old, new)
        yield _change("type_fits" if fits else "type", path, old=old["type"], new=new["type"])
    elif old.get("answer") != new.get("answer") and not _fits(old, new):
        yield _change("type", path, old=answer_kind(old), new=answer_kind(new))
    yield from _choices(path, _names(old, old_lists), _names(new, new_lists))
    lists = {old.get("list"), new.get("list")}
    if len(lists) == 2 and None not in lists and not lists <= old_lists.keys() | new_lists.keys():
        yield _change("stricter", path, column="list")  # a file's rows are not known here
    for column in RULES:
        if old.get(column) != new.get(column):
            yield _change("stricter" if column in new else "looser", path, column=column)
    for column in COMPUTING:
        if old.get(column) != new.get(column):
            yield _change("computed", path, column=column)
    if any(old.get(column) != new.get(column) for column in SEEN):
        yield _change("wording", path)


def _fits(old: Node, new: Node) -> bool:
    """Whether every answer of the old question is of the new one's kind; what computes its own answer takes any."""
    if not (_keeps_answers(old) and _keeps_answers(new)):
        return not _keeps_answers(old) and old["kind"] == new["kind"]
    if TYPES[new["type"]].family in (COMPUTED, NOTED) and "calculation" in new:
        return True
    kinds = answer_kind(old), answer_kind(new)
    return kinds[0] == kinds[1] or (kinds[0] in TEXTS and kinds[1] == "text")


def _names(node: Node, lists: Node) -> list[str]:
    return [choice["name"] for choice in lists.get(node.get("list", ""), [])]


def _choices(path: str, old: list[str], new: list[str]) -> Iterator[Change]:
    for what, names in (("choices_removed", set(old) - set(new)), ("choices_added", set(new) - set(old))):
        if names and old and new:
            yield _change(what, path, names=" ".join(name for name in [*old, *new] if name in names))
