"""What a form finds around it: lists, media, roles and states of its package or campaign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chungsuc.form_sources import Source
from forms import load_campaign
from forms.lists import author_list, read_list
from server.campaigns import read_folder

AUTHOR = "Người xem trước"


@dataclass(frozen=True)
class Surroundings:
    """lists: name → list. media: name → bytes. roles and states: name → label in languages; both empty where nothing
    says who writes."""

    lists: Mapping[str, Any] = field(default_factory=dict)
    media: Mapping[str, bytes] = field(default_factory=dict)
    roles: Mapping[str, Any] = field(default_factory=dict)
    states: Mapping[str, Any] = field(default_factory=dict)


def surroundings(path: Path, source: Source) -> Surroundings:
    """Of a form in a campaign's forms/: the campaign; of a package: what lies in it."""
    folder = path.resolve().parent.parent
    program = source.compiled.program
    named = _named(program["root"]) if program else ({}, {})
    if path.is_file() and path.resolve().parent.name == "forms" and (folder / "campaign.json").exists():
        files = read_folder(folder)
        campaign, _ = load_campaign(files)
        if campaign is not None:
            form = program["form_id"] if program else ""
            states = campaign.workflows.get(form, {}).get("states", {})
            return Surroundings(
                {**campaign.lists, "author": author_list(AUTHOR, "", "", campaign.lists.get("org_units"))},
                _media(files),
                {
                    name: role["label"]
                    for name, role in campaign.roles.items()
                    if form in role["forms"] or "*" in role["forms"]
                },
                {"draft": {"vi": "Nháp", "en": "Draft"}, **{name: state["label"] for name, state in states.items()}},
            )
        lists = {name: content for name, content in files.items() if name.startswith("lists/")}
        return Surroundings(_lists(lists), _media(files), *named)
    return Surroundings(_lists(source.package.lists), source.package.media, *named)


def _media(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name.removeprefix("media/"): content for name, content in files.items() if name.startswith("media/")}


def _lists(files: Mapping[str, bytes]) -> dict[str, Any]:
    read = {Path(name).stem: read_list(content, name)[0] for name, content in files.items()}
    return {
        "author": author_list(AUTHOR, "", "", None),
        **{name: each for name, each in read.items() if each is not None},
    }


def _named(nodes: list[dict[str, Any]]) -> tuple[dict[str, str], dict[str, str]]:
    """The roles and states that writable_by names, each its own label."""
    roles: dict[str, str] = {}
    states: dict[str, str] = {}
    for node in nodes:
        for rule in node.get("writable_by", ()):
            roles |= {role: role for role in rule["roles"]}
            states |= {state: state for state in rule["states"] if rule["states"] != "*"}
        inner_roles, inner_states = _named(node.get("children", []))
        roles, states = roles | inner_roles, states | inner_states
    return roles, ({"draft": "draft"} | states if roles else states)
