"""The order in which a record passes through its workflow's states. Documents carry them sorted by name, not by use."""

from __future__ import annotations

from sync.workflow import VOID, Workflow

TONES = ("positive", "neutral", "attention", "negative")  # how steps are offered: onward first
PHASES = ("received", "has_issues", "approved", "rejected")


def stages(workflow: Workflow) -> list[str]:
    """State names: as far from the first as the longest way onward, the voided last.

    Steps of tone "attention" lead back and do not count.
    """
    states = workflow.data["states"]
    onward = [step for step in workflow.data["steps"].values() if step.get("tone") != "attention"]
    depth = dict.fromkeys(states, 0)
    for _ in states:  # enough for the longest way; a circle of onward steps ends here too
        for step in onward:
            for state in step["from"]:
                if step["to"] != state and depth[step["to"]] < len(states):
                    depth[step["to"]] = max(depth[step["to"]], depth[state] + 1)
    return sorted(states, key=lambda name: (name == VOID, depth[name], PHASES.index(states[name]["phase"]), name))
