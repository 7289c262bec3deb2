"""A program made ready to run: nodes by path, expressions as callables, who follows whom. Shared by all its instances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms.choice_lists import ChoiceList
from forms.compile import Program
from forms.evaluate import Builder, Evaluator, Truth, build
from forms.tree import Spec


@dataclass(frozen=True)
class Rule:
    """An expression that others can read. within: the repeats of whose rows it reads its own alone, so that a change in
    one row asks for that row's only. started: by a trigger, not by what it reads. single: in no repeat, so that the
    tree has it once."""

    path: str
    column: str
    ast: Any
    within: frozenset[str]
    started: bool
    single: bool


class Form:
    """A program ready to run. lists: those from files that every instance of it sees, as in Env."""

    def __init__(self, program: Program, lists: Mapping[str, Any] | None = None) -> None:
        self.program = program
        self.lists = lists or {}
        self.specs: dict[str, Spec] = {}
        self.row_specs: dict[str, Spec] = {}  # of a repeat's path: its rows are groups
        self.locks: dict[str, list[Any]] = {}  # path → `writable_by` of it and of all around it
        self.names: dict[str, frozenset[str]] = {}  # path of a group or repeat → what is in it; "" is the whole form
        self._collect(program["root"], [])
        self.names[""] = frozenset(spec["name"] for spec in program["root"])
        inside = tuple(f"{path}/" for path in self.row_specs)
        self.plain = frozenset(
            path for path, spec in self.specs.items() if spec["kind"] == "question" and not path.startswith(inside)
        )
        across, started = set(program.get("across", ())), program.get("triggers", {})
        keys = {key for keys in started.values() for key in keys}
        self.rules = [self._rule(key, key in across, key in keys) for key in program["order"]]
        place = {key: index for index, key in enumerate(program["order"])}
        self.readers = {path: [place[key] for key in keys] for path, keys in program["dependents"].items()}
        self.starts = {path: [place[key] for key in keys] for path, keys in started.items()}
        self._builder = Builder(self.plain)
        self._built: dict[int, Evaluator] = {}
        self._tests: dict[int, Truth] = {}
        self._starts: dict[int, Evaluator] = {}
        self._may: dict[tuple[str, frozenset[str], str], bool] = {}
        self._lists: dict[tuple[str, str, str], ChoiceList] = {}

    def _collect(self, nodes: Sequence[Spec], locks: list[Any]) -> None:
        for spec in nodes:
            path, own = spec["path"], [*locks, spec["writable_by"]] if "writable_by" in spec else locks
            self.specs[path], self.locks[path] = spec, own
            if spec["kind"] == "repeat":
                self.row_specs[path] = {**spec, "kind": "group"}
            if "children" in spec:
                self.names[path] = frozenset(child["name"] for child in spec["children"])
                self._collect(spec["children"], own)

    def _rule(self, key: str, across: bool, started: bool) -> Rule:
        path, _, column = key.partition("#")
        around = frozenset(above for above in self.row_specs if path.startswith(f"{above}/"))
        within = frozenset() if across else around
        return Rule(path, column, self.specs[path][column], within, started, not around)

    def rules_below(self, path: str) -> list[int]:
        """The numbers of the rules inside a repeat that a new row asks for."""
        return [number for number, rule in enumerate(self.rules)
                if rule.path.startswith(f"{path}/") and not rule.started]  # fmt: skip

    def evaluator(self, ast: Any) -> Evaluator:
        """The callable of an AST of this program, built when first asked for."""
        key = id(ast)
        if key not in self._built:
            self._built[key] = self._builder.value(ast)
        return self._built[key]

    def test(self, ast: Any) -> Truth:
        """The same as a condition."""
        key = id(ast)
        if key not in self._tests:
            self._tests[key] = self._builder.truth(ast)
        return self._tests[key]

    def start(self, ast: Any) -> Evaluator:
        """The callable of a default: it is asked for while the tree is being built, and may name what is not there."""
        key = id(ast)
        if key not in self._starts:
            self._starts[key] = build(ast)
        return self._starts[key]

    def may_write(self, path: str, roles: frozenset[str], state: str) -> bool:
        """Whether `writable_by` of the question at this path of the program, and of all around it, lets them write."""
        locks = self.locks.get(path)
        if not locks:
            return True
        key = (path, roles, state)
        if key not in self._may:
            self._may[key] = all(
                any(roles & set(rule["roles"]) and (rule["states"] == "*" or state in rule["states"]) for rule in lock)
                for lock in locks
            )
        return self._may[key]

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
