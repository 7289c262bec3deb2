"""A program made ready to run: nodes by path, expressions as callables, who follows whom. Shared by all its instances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms.choice_lists import ChoiceList
from forms.compile import Program
from forms.evaluate import Evaluator, build
from forms.tree import Spec


@dataclass(frozen=True)
class Rule:
    """An expression that others can read. within: the repeats of whose rows it reads its own alone, so that a change in
    one row asks for that row's only. started: by a trigger, not by what it reads."""

    path: str
    column: str
    ast: Any
    within: frozenset[str]
    started: bool


class Form:
    """A program ready to run. lists: those from files that every instance of it sees, as in Env."""

    def __init__(self, program: Program, lists: Mapping[str, Any] | None = None) -> None:
        self.program = program
        self.lists = lists or {}
        self.specs: dict[str, Spec] = {}
        self.row_specs: dict[str, Spec] = {}  # of a repeat's path: its rows are groups
        self.locks: dict[str, list[Any]] = {}  # path → `writable_by` of it and of all around it
        self._collect(program["root"], [])
        across, started = set(program.get("across", ())), program.get("triggers", {})
        keys = {key for keys in started.values() for key in keys}
        self.rules = [self._rule(key, key in across, key in keys) for key in program["order"]]
        place = {key: index for index, key in enumerate(program["order"])}
        self.readers = {path: [place[key] for key in keys] for path, keys in program["dependents"].items()}
        self.starts = {path: [place[key] for key in keys] for path, keys in started.items()}
        self._built: dict[int, Evaluator] = {}
        self._lists: dict[tuple[str, str, str], ChoiceList] = {}

    def _collect(self, nodes: Sequence[Spec], locks: list[Any]) -> None:
        for spec in nodes:
            path, own = spec["path"], [*locks, spec["writable_by"]] if "writable_by" in spec else locks
            self.specs[path], self.locks[path] = spec, own
            if spec["kind"] == "repeat":
                self.row_specs[path] = {**spec, "kind": "group"}
            self._collect(spec.get("children", ()), own)

    def _rule(self, key: str, across: bool, started: bool) -> Rule:
        path, _, column = key.partition("#")
        within = frozenset() if across else frozenset(above for above in self.row_specs if path.startswith(f"{above}/"))
        return Rule(path, column, self.specs[path][column], within, started)

    def rules_below(self, path: str) -> list[int]:
        """The numbers of the rules inside a repeat that a new row asks for."""
        return [number for number, rule in enumerate(self.rules)
                if rule.path.startswith(f"{path}/") and not rule.started]  # fmt: skip

    def evaluator(self, ast: Any) -> Evaluator:
        """The callable of an AST of this program, built when first asked for."""
        key = id(ast)
        if key not in self._built:
            self._built[key] = build(ast)
        return self._built[key]

    def choices(self, path: str, lists: Mapping[str, Any] | None = None) -> ChoiceList:
        """The choices of the question at this path. lists: those from files, as in Env."""
        spec = self.specs.get(path, {})
        parameters = spec.get("parameters", {})
        return self.choice_list(
            spec.get("list", ""), lists or {}, parameters.get("value", "name"), parameters.get("label", "label")
        )

    def choice_list(self, name: str, lists: Mapping[str, Any], value: str = "name", label: str = "label") -> ChoiceList:
        """A list by its name, of the form or from a file; an empty one where neither has it. Kept, with its indexes, for
        as long as the file's table is the same object."""
        source = self.program["choices"].get(name) or lists.get(name) or self.lists.get(name) or ()
        known = self._lists.get((name, value, label))
        if known is None or known.source is not source:
            known = ChoiceList(source, value, label, self.program["default_language"])
            self._lists[name, value, label] = known
        return known
