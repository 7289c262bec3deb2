"""Which records cannot wait: the campaign names the answers (campaign.json, `urgent`); screens and console say so. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sync.judge import value_at


def is_urgent(rules: Iterable[Mapping[str, Any]], form_id: str, answers: Any) -> bool:
    """Whether a record's answers are among those that cannot wait.

    rules: of the campaign document, [{form, path, answers: [choice]}]; of several choices one is enough.
    """
    return any(
        rule["form"] == form_id and not chosen_of(answers, rule["path"]).isdisjoint(rule["answers"]) for rule in rules
    )


def chosen_of(answers: Any, path: str) -> set[str]:
    """The choices a question's answer names; none when it is blank."""
    value = value_at(answers, path)
    return {str(each) for each in value} if isinstance(value, list) else {str(value)} if value is not None else set()
