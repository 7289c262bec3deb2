"""Reviewing without a network: the queue, one record, steps of the workflow, the villages. What an officer decides here
is an op like any other; the server judges it by the same workflow.json when it arrives (P-06, P-08).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from client import rows, views
from client.authoring import append
from client.errors import DeviceError
from client.session import Session, unit_of
from client.standing import Standing, standing
from sync.ops import Intent
from sync.text import fold, nfc_deep
from sync.urgency import chosen_of
from sync.workflow import Workflow

Asked = dict[str, Any]
LIMIT = 100
REVIEWING = ("step", "correct")
FAR = "9999"


@dataclass(frozen=True)
class Case:
    """One record as the queue knows it. place: the part of the reviewer's own unit that it lies in."""

    kept: Mapping[str, Any]
    at: Standing
    place: str
    mine: bool
    unsent: int

    @property
    def received_at(self) -> str:
        return str(self.at.doc["received_at"] if self.at.doc else self.kept["at"])


def desks(session: Session) -> set[str]:
    """The units in which this person decides about records of others, or corrects them."""
    roles = session.campaign().get("roles", {})
    return {
        held["unit"]
        for held in session.store.head()["person"]["roles"]
        if any(set(REVIEWING) & set(actions) for actions in roles.get(held["role"], {}).get("forms", {}).values())
    }


def cases(session: Session) -> Iterator[Case]:
    """The records here that this person may decide about or correct."""
    epoch = session.store.head().get("epoch")
    places = _Places(session)
    for kept, doc, ops in views.records(session):
        form_id, unit = kept["form_id"], unit_of(kept["scope"])
        tops = {held["unit"] for action in REVIEWING for held in session.memberships(form_id, action, unit)}
        at = standing(session, kept, doc, ops) if tops else None
        if at is None or (at.doc is None and not at.carried):
            continue
        due = session.workflow(form_id).due_states(session.roles(form_id, "step", unit))
        yield Case(kept, at, places.of(unit, tops), at.state in due, len(rows.unsent(ops, epoch)))


class _Places:
    """Units by name, and which part of a reviewer's unit another lies in."""

    def __init__(self, session: Session) -> None:
        units = session.campaign().get("units", [])
        self.names = {each["code"]: each["name"] for each in units}
        self.parents = {each["code"]: each["parent"] for each in units}

    def of(self, unit: str, tops: set[str]) -> str:
        at = unit
        while at not in tops and (parent := self.parents.get(at)):
            if parent in tops:
                break
            at = parent
        return at

    def below(self, top: str) -> list[str]:
        return [code for code, parent in self.parents.items() if parent == top]


# The queue.
def queue(session: Session, asked: Asked) -> Asked:
    """What waits for this person, or all they may decide about (ARCHITECTURE.md, "The device interface")."""
    names = _Places(session).names
    words, now = fold(asked.get("query") or "").split(), session.now()
    shown, counts = [], Counter[str]()
    choices: dict[str, Counter[str]] = {key: Counter() for key in ("form_id", "place", "state")}
    labels: dict[str, Any] = {}
    for case in cases(session):
        tabs = ["all", *(["mine"] if case.mine else []), *(["decided"] if case.unsent else [])]
        counts.update(tabs)
        if (asked.get("tab") or "mine") not in tabs:
            continue
        facets = {"form_id": case.kept["form_id"], "place": case.place, "state": case.at.state}
        for key, value in facets.items():
            choices[key][value] += 1
        labels[case.at.state] = session.workflow(case.kept["form_id"]).state(case.at.state)["label"]
        if any(asked.get(key) not in (None, "", value) for key, value in facets.items()):
            continue
        if asked.get("days") and _age_days(case.received_at, now) < int(asked["days"]):
            continue
        if all(word in fold(f"{case.kept['title']} {case.kept['subtitle']}") for word in words):
            shown.append(_row(session, case, names))
    shown.sort(key=ORDERS.get(asked.get("order") or "", ORDERS["urgency"]))
    offset, limit = int(asked.get("offset") or 0), int(asked.get("limit") or LIMIT)
    return {
        "rows": shown[offset : offset + limit],
        "total": len(shown),
        "counts": {tab: counts[tab] for tab in ("mine", "decided", "all")},
        "forms": [{"form_id": form_id, "title": _title(session, form_id), "count": count}
                  for form_id, count in sorted(choices["form_id"].items())],
        "places": [{"unit": unit, "name": names.get(unit, unit), "count": count}
                   for unit, count in sorted(choices["place"].items())],
        "states": [{"state": state, "label": labels[state], "count": count}
                   for state, count in sorted(choices["state"].items())],
    }  # fmt: skip


# A moment is compared as text: both cores order the same rows the same way.
ORDERS = {
    "urgency": lambda row: (
        row["urgency"]["rank"] if row["urgency"] else 99,
        row["due"] or FAR,
        row["received_at"],
        row["rec"],
    ),
    "due": lambda row: (row["due"] or FAR, row["received_at"], row["rec"]),
    "oldest": lambda row: (row["received_at"], row["rec"]),
    "place": lambda row: (row["place"], row["received_at"], row["rec"]),
}


def _row(session: Session, case: Case, names: Mapping[str, str]) -> Asked:
    kept, at, workflow = case.kept, case.at, session.workflow(case.kept["form_id"])
    opened = kept["opened"] == at.answers_hash
    roles = session.roles(kept["form_id"], "step", unit_of(kept["scope"]))
    return {
        "rec": kept["rec"], "form_id": kept["form_id"], "title": kept["title"], "subtitle": kept["subtitle"],
        "place": case.place, "place_name": names.get(case.place, case.place), "author": at.author,
        "state": at.state, "state_label": workflow.state(at.state)["label"], "phase": workflow.phase(at.state),
        "urgency": urgency(session, kept["form_id"], at), "due": due_at(workflow, at), "received_at": case.received_at,
        "unsent": case.unsent, "carried": at.carried, "opened": opened, "answers_hash": at.answers_hash,
        "conflicts": len((at.doc or {}).get("conflicts", ())),
        "together": [{"action": action, "label": step["label"]} for action, step in workflow.steps_for(at.state, roles)
                     if opened and is_plain(step)],
    }  # fmt: skip


def is_plain(step: Mapping[str, Any]) -> bool:
    """A step that asks for no words and sends onward: several records may take it together."""
    return step.get("tone") == "positive" and step.get("reason") != "required"


def urgency(session: Session, form_id: str, at: Standing) -> Asked | None:
    """{rank, label} by the question the campaign names (campaign.json, `urgent`); rank 0: it cannot wait."""
    for rule in session.campaign().get("urgent", ()):
        if rule["form"] != form_id:
            continue
        chosen = chosen_of(at.answers, rule["path"])
        try:
            offered = session.choices(form_id, at.form["version"], rule["path"])
        except DeviceError:
            offered = []
        # What cannot wait comes first; the rest in the order the form offers it.
        order = [*rule["answers"], *(choice["name"] for choice in offered if choice["name"] not in rule["answers"])]
        for rank, name in enumerate(order):
            if name in chosen:
                label = next((choice["label"] for choice in offered if choice["name"] == name), name)
                return {"rank": 0 if name in rule["answers"] else rank, "label": label}
    return None


def due_at(workflow: Workflow, at: Standing) -> str | None:
    """By when it should leave its state, ISO; None: the workflow sets no time, or nobody knows since when it waits."""
    hours = workflow.state(at.state).get("due_hours")
    if not hours or not at.since:
        return None
    return (datetime.fromisoformat(at.since) + timedelta(hours=hours)).astimezone().isoformat(timespec="seconds")


def _age_days(at: str, now: str) -> float:
    return (datetime.fromisoformat(now) - datetime.fromisoformat(at)).total_seconds() / 86_400


def _title(session: Session, form_id: str) -> Any:
    try:
        return session.program(form_id)["title"]
    except DeviceError:
        return form_id


# One record.
def review(session: Session, rec: str) -> Asked:
    """The record view with what a reviewer needs beside it; from now on this content counts as opened."""
    kept = views.row(session, rec)
    at = _standing(session, kept)
    form_id, unit = kept["form_id"], unit_of(kept["scope"])
    workflow = session.workflow(form_id)
    if kept["opened"] != at.answers_hash:
        session.store.run("UPDATE record SET opened = ? WHERE rec = ?", at.answers_hash, rec)
    steps = workflow.steps_for(at.state, session.roles(form_id, "step", unit))
    return {
        **views.record(session, kept),
        "state": at.state, "state_label": workflow.state(at.state)["label"], "base": at.base, "answers": at.answers,
        "answers_hash": at.answers_hash, "carried": at.carried, "author": at.author,
        "before": (at.doc or {}).get("before"), "urgency": urgency(session, form_id, at), "due": due_at(workflow, at),
        "steps": [{"action": action, "label": step["label"], "reason": step.get("reason", "none"),
                   "remarks": bool(step.get("remarks")), "tone": step.get("tone", "neutral")} for action, step in steps],
        "may_correct": session.writing_kind(form_id, unit, at.state) is not None,
        "phrases": workflow.data.get("phrases", []),
    }  # fmt: skip


def step(session: Session, asked: Asked) -> Asked:
    """One step, on the content that was seen. Raises step.forbidden, step.content_changed, record.reason_missing."""
    kept = views.row(session, asked["rec"])
    at = _standing(session, kept)
    form_id, unit = kept["form_id"], unit_of(kept["scope"])
    workflow = session.workflow(form_id)
    if not workflow.may_take(asked["action"], at.state, session.roles(form_id, "step", unit)):
        raise DeviceError("step.forbidden", {"rec": asked["rec"], "state": at.state})
    if asked["answers_hash"] != at.answers_hash:
        raise DeviceError("step.content_changed", {"rec": asked["rec"]})
    chosen = workflow.step(asked["action"]) or {}
    reason = nfc_deep(asked.get("reason") or "").strip()
    if chosen.get("reason") == "required" and not reason:
        raise DeviceError("record.reason_missing")
    remarks = [
        {"path": str(remark["path"]), "text": text}
        for remark in asked.get("remarks") or ()
        if chosen.get("remarks") and (text := nfc_deep(str(remark["text"])).strip())
    ]
    payload = {"action": asked["action"], "answers_hash": at.answers_hash}
    payload |= {"reason": reason} if reason else {}
    payload |= {"remarks": remarks} if remarks else {}
    intent = Intent("step", asked["rec"], at.base, at.form, kept["scope"], payload)
    return append(session, intent, judged=True)


def step_all(session: Session, asked: Asked) -> Asked:
    """One step for several records, each opened before with the content it has now; {done: [rec], refused: [{rec, code}]}."""
    done: list[str] = []
    refused: list[Asked] = []
    for rec in asked["recs"]:
        try:
            kept = views.row(session, rec)
            at = _standing(session, kept)
            if kept["opened"] != at.answers_hash:
                raise DeviceError("review.unopened", {"rec": rec})
            if not is_plain(session.workflow(kept["form_id"]).step(asked["action"]) or {}):
                raise DeviceError("step.forbidden", {"rec": rec, "state": at.state})
            step(session, {"rec": rec, "action": asked["action"], "answers_hash": at.answers_hash})
            done.append(rec)
        except DeviceError as why:
            refused.append({"rec": rec, "code": why.code})
    return {"done": done, "refused": refused}


def _standing(session: Session, kept: Mapping[str, Any]) -> Standing:
    own = session.store.rows("SELECT * FROM own_op WHERE rec = ? ORDER BY n", kept["rec"])
    at = standing(session, kept, json.loads(kept["doc"]) if kept["doc"] else None, own)
    if at is None:
        raise DeviceError("record.unknown", {"rec": kept["rec"]})
    return at


# The villages.
def overview(session: Session) -> Asked:
    """Each part of the reviewer's units: how much by state, what waits for them, and who has sent nothing for how long."""
    places, now = _Places(session), session.now()
    tops = desks(session)
    order = [code for code in places.parents if code in tops or places.parents[code] in tops]
    found: dict[str, list[Case]] = {code: [] for code in order}
    for case in cases(session):
        found.setdefault(case.place, []).append(case)
    return {
        "places": [_place(session, code, places.names.get(code, code), told, now) for code, told in found.items()
                   if told or code not in tops],
        "as_of": session.store.head().get("server_time"),
    }  # fmt: skip


def _place(session: Session, unit: str, name: str, told: list[Case], now: str) -> Asked:
    phases = Counter(session.workflow(case.kept["form_id"]).phase(case.at.state) for case in told)
    states = Counter((case.kept["form_id"], case.at.state) for case in told)
    people: dict[str, list[str]] = {}
    for case in told:
        people.setdefault(case.at.author, []).append(case.received_at)
    last_at = max((case.received_at for case in told), default=None)
    return {
        "unit": unit, "name": name, "total": len(told), "mine": sum(case.mine for case in told),
        "counts": {phase: phases[phase] for phase in rows.PHASES[2:]},
        "states": [{"form_id": form_id, "state": state, "count": count,
                    "label": session.workflow(form_id).state(state)["label"]}
                   for (form_id, state), count in sorted(states.items())],
        "last_at": last_at, "silent_days": int(_age_days(last_at, now)) if last_at else None,
        "people": sorted(({"name": name, "count": len(at), "last_at": max(at)} for name, at in people.items()),
                         key=lambda each: (each["last_at"], each["name"])),
    }  # fmt: skip
