"""Which choices a question offers: what its choice_filter leaves, looked up by index where the filter allows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from forms.chance import shuffled, word
from forms.choice_lists import Choice, ChoiceList
from forms.expressions.values import to_number
from forms.lookups import equalities, narrowed

if TYPE_CHECKING:
    from forms.instance import Instance
    from forms.tree import Node


def offered(instance: Instance, node: Node) -> Sequence[Choice]:
    """The candidates in the order they are shown in: the list's, or shuffled."""
    found = candidates(instance, node)
    if node.spec.get("parameters", {}).get("randomize") != "true":
        return found
    seed = to_number(instance.value_of(node.spec["seed"], node)) if "seed" in node.spec else float("nan")
    own = float(word(f"{instance.env.seed}|{node.path}", 0))
    return shuffled(found, seed if abs(seed) < 2**53 else own)


def candidates(instance: Instance, node: Node) -> list[Choice]:
    """The choices that the choice_filter leaves, in the list's order."""
    choices = instance.choices(node.spec["path"])
    ast = node.spec.get("choice_filter")
    if ast is None:
        return list(choices)
    return [choice for choice in _pool(instance, node, choices, ast) if _passes(instance, node, choice)]


def offers(instance: Instance, node: Node, name: str) -> bool:
    """Whether a choice of this name is among the candidates."""
    choices = instance.choices(node.spec["path"])
    if "choice_filter" not in node.spec:
        return name in choices
    return any(_passes(instance, node, choice) for choice in choices.named(name))


def _passes(instance: Instance, node: Node, choice: Choice) -> bool:
    ast = node.spec.get("choice_filter")
    return ast is None or instance.test(ast, node, choice)


def _pool(instance: Instance, node: Node, choices: ChoiceList, ast: Any) -> Iterator[Choice]:
    """The choices that may pass the filter: those of one text in a column, where it asks for that, else all."""
    for column, wanted in equalities(ast):
        numbers = narrowed(choices, column, instance.value_of(wanted, node))
        if numbers is not None:
            return map(choices.choice, numbers)
    return iter(choices)
