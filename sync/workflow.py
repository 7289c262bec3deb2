"""A form's workflow as data: who may do what in which state. Reads the plain JSON of workflow.json."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

VOID = "void"


@dataclass(frozen=True)
class Workflow:
    """One entry of workflow.json's "workflows"."""

    data: Mapping[str, Any]

    @property
    def initial(self) -> str:
        return str(self.data["initial"])

    def state(self, name: str) -> Mapping[str, Any]:
        """A state's entry; one that the campaign no longer has is locked and keeps its name as label."""
        unknown = {"label": {"vi": name, "en": name}, "phase": "received", "open": False}
        found: Mapping[str, Any] = self.data["states"].get(name, unknown)
        return found

    def is_open(self, name: str) -> bool:
        return bool(self.state(name)["open"])

    def phase(self, name: str) -> str:
        return str(self.state(name)["phase"])

    def due_hours(self, name: str) -> int | None:
        """In how many hours somebody should act on a record in this state; None: there is no such term."""
        return self.state(name).get("due_hours")

    def phrases(self) -> list[Mapping[str, str]]:
        """Ready words for reasons and remarks."""
        return list(self.data.get("phrases", ()))

    def step(self, action: str) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = self.data["steps"].get(action)
        return found

    def may_take(self, action: str, state: str, roles: Iterable[str]) -> bool:
        step = self.step(action)
        return step is not None and state in step["from"] and bool(set(roles) & set(step["roles"]))

    def steps_for(self, state: str, roles: Iterable[str]) -> list[tuple[str, Mapping[str, Any]]]:
        """The steps these roles may take now, in the campaign's order."""
        held = set(roles)
        return [(action, step) for action, step in self.data["steps"].items() if self.may_take(action, state, held)]

    def after_writing(self, kind: str, state: str, roles: Iterable[str]) -> str | None:
        """The state after an "edit" or "correct" by these roles; None: they may not, here."""
        writer = self.state(state).get(kind)
        return str(writer["to"]) if writer and set(roles) & set(writer["roles"]) else None

    def may_void(self, state: str, roles: Iterable[str]) -> bool:
        return bool(set(roles) & set(self.state(state).get(VOID, {}).get("roles", ())))

    def due_states(self, roles: Iterable[str]) -> frozenset[str]:
        """The states in which these roles' next step onward is due.

        Whoever moves records on from "received" is asked for those; the others for the states their steps begin in.
        """
        held = set(roles)
        onward = [s for s in self.data["steps"].values() if held & set(s["roles"]) and s.get("tone") != "attention"]
        states = frozenset(state for step in onward for state in step["from"])
        return frozenset(state for state in states if self.phase(state) == "received") or states

    def state_after(self, state: str, op: Mapping[str, Any], roles: Mapping[str, Iterable[str]]) -> str:
        """Where an op that waits leads, as far as its author can know; the same state where the table forbids it.

        op: {type, action?}. roles: action of roles.json → the author's roles for it in the record's unit.
        """
        kind = op["type"]
        if kind == "submit":
            return self.initial
        if kind == "step":
            action = str(op.get("action"))
            may = self.may_take(action, state, roles.get("step", ()))
            return str(self.data["steps"][action]["to"]) if may else state
        if kind == VOID:
            return VOID if self.may_void(state, roles.get(VOID, ())) else state
        return self.after_writing(kind, state, roles.get(kind, ())) or state
