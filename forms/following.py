"""What follows when something changes: the rules to evaluate again, in the program's order, in the rows concerned alone."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from typing import TYPE_CHECKING

from forms.answers import answer
from forms.expressions.values import to_number
from forms.filling import count_rows
from forms.tree import Node

if TYPE_CHECKING:
    from forms.instance import Instance

EVERYWHERE = None


class Following:
    """One settling: the rules still to be evaluated, each everywhere or in some rows, and what changed so far."""

    def __init__(self, instance: Instance) -> None:
        self.instance, self.form = instance, instance.form
        self.changed: dict[str, None] = {}  # paths, in order
        self._queue: list[int] = []
        self._rows: dict[int, dict[Node, None] | None] = {}  # rule → rows to evaluate it in, or EVERYWHERE
        self._at = -1  # the rule being evaluated: those before it are settled, so triggers that start each other end

    def begin(self) -> None:
        """All rules once, in order, as for answers that were just loaded: whoever reads what one of them computes comes
        after it anyway. No trigger fires: nothing changed, it is as it was."""
        self._at = len(self.form.rules)
        instance, by_path = self.instance, self.instance.by_path
        for rule in self.form.rules:
            if not rule.started:
                begin = BEGIN[rule.column]
                for node in (by_path[rule.path],) if rule.single else instance.nodes(rule.path):
                    begin(self, node)

    def begin_relevant(self, node: Node) -> None:
        node.relevant = self.instance.test(node.spec["relevant"], node)

    def begin_calculation(self, node: Node) -> None:
        node.value = answer(node.spec, self.instance.value_of(node.spec["calculation"], node))

    def value_changed(self, node: Node) -> None:
        self.changed[node.path] = None
        self._readers(node)
        for number in self.form.starts.get(node.spec["path"], ()):
            self._mark(number, node)

    def rows_changed(self, repeat: Node, added: Iterable[Node], gone: Iterable[Node]) -> None:
        """Rows came and went: who reads the repeat or anything in it follows, and all that is computed in new rows."""
        self.changed[repeat.path] = None
        path, new = repeat.spec["path"], list(added)
        for below in (each for each in self.form.readers if each == path or each.startswith(f"{path}/")):
            for number in self.form.readers[below]:
                if path not in self.form.rules[number].within:  # rows that stayed have what they read of their own
                    self._mark(number, repeat)
        for number in self.form.rules_below(path) if new else ():
            for row in new:
                self._put(number, row)

    def settle(self) -> list[str]:
        """Evaluate what is marked and all that follows. Returns the paths whose value, relevance or rows changed."""
        while self._queue:
            self._at = number = heapq.heappop(self._queue)
            rule, rows = self.form.rules[number], self._rows.pop(number)
            evaluate = EVALUATE[rule.column]
            for node in self.instance.nodes(rule.path, rows):
                evaluate(self, node)
        return list(self.changed)

    def _readers(self, node: Node) -> None:
        for number in self.form.readers.get(node.spec["path"], ()):
            self._mark(number, node)

    def _mark(self, number: int, node: Node) -> None:
        """A rule has to be evaluated because of a node: in the node's row, where the rule reads no other."""
        within = self.form.rules[number].within
        row = next((each for each in node.rows_around() if each.spec["path"] in within), None) if within else None
        self._put(number, row)

    def _put(self, number: int, row: Node | None) -> None:
        if number <= self._at:
            return
        if number not in self._rows:
            heapq.heappush(self._queue, number)
            self._rows[number] = EVERYWHERE if row is None else {row: None}
        elif row is None:
            self._rows[number] = EVERYWHERE
        elif (rows := self._rows[number]) is not None:
            rows[row] = None

    def relevant(self, node: Node) -> None:
        before, node.relevant = node.relevant, self.instance.test(node.spec["relevant"], node)
        if before != node.relevant:
            self.changed[node.path] = None
            self._readers(node)

    def calculation(self, node: Node) -> None:
        computed = answer(node.spec, self.instance.value_of(node.spec["calculation"], node))
        if computed != node.value or type(computed) is not type(node.value):
            node.value = computed
            self.value_changed(node)

    def repeat_count(self, node: Node) -> None:
        wanted = to_number(self.instance.value_of(node.spec["repeat_count"], node))
        added, gone = count_rows(self.instance, node, wanted)
        if added or gone:
            self.rows_changed(node, added, gone)


BEGIN = {
    "relevant": Following.begin_relevant,
    "calculation": Following.begin_calculation,
    "repeat_count": Following.repeat_count,
}
EVALUATE = {
    "relevant": Following.relevant,
    "calculation": Following.calculation,
    "repeat_count": Following.repeat_count,
}
