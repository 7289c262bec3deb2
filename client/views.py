"""What the screens show of a vault (ARCHITECTURE.md, "The device interface"). Reads; changes nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from client import attachments, rows
from client.clock import local_iso
from client.errors import DeviceError
from client.session import Session, unit_of
from client.standing import laid_under
from forms import files
from sync.duplicates import compare_traits, traits_of
from sync.ops import CONTENT
from sync.overlay import overlay
from sync.text import fold
from sync.urgency import is_urgent
from sync.workflow import VOID

Kept = Mapping[str, Any]
LIKE_SHOWN = 5
OWN_ACTS = ("submit", "edit")  # of the history: those that do not show that anybody else has seen the record


def home(session: Session, sync: dict[str, Any]) -> dict[str, Any]:
    head = session.store.head()
    listed = listing(session, {})
    forms = [
        {"form_id": program["form_id"], "version": program["version"], "title": program["title"], **program["settings"]}
        for program in session.current_programs()
        if session.memberships(program["form_id"], "submit")
    ]
    unsent = session.store.rows("SELECT epoch FROM own_op")
    return {
        "forms": forms,
        "counts": listed["counts"],
        "last_sync": head.get("last_sync"),
        "unsent": len(rows.unsent(unsent, head.get("epoch"))),
        "unsent_files": attachments.unsent(session),
        "sync": sync,
        "notices": [{"code": code} for code in notices(head)],
    }


def notices(head: Mapping[str, Any]) -> list[str]:
    """Codes of what the person should know of this device: its standing, and what is wrong with its chain (P-15, P-23)."""
    chain, state = head.get("chain") or {}, head.get("state", "active")
    return [*([f"device.{state}"] if state != "active" else []), *(["device.cloned"] if chain.get("cloned") else []),
            *(["device.gap"] if chain.get("gap") else [])]  # fmt: skip


def listing(session: Session, asked: dict[str, Any]) -> dict[str, Any]:
    """Rows that fit, those that want attention first, then the newest; every word of the query must be found, folded."""
    epoch = session.store.head().get("epoch")
    words = fold(asked.get("query") or "").split()
    found, counts = [], Counter[str]()
    carried = {row["rec"] for row in session.store.rows("SELECT DISTINCT rec FROM carried_op")}
    for kept, doc, ops in records(session):
        phase = rows.phase_of(doc, ops, epoch, carried=kept["rec"] in carried)
        counts[phase] += 1
        text = fold(f"{kept['title']} {kept['subtitle']}")
        if asked.get("phase") not in (None, "", phase) or asked.get("form_id") not in (None, "", kept["form_id"]):
            continue
        day = local_iso(datetime.fromisoformat(kept["at"]))[:10]
        if day < (asked.get("since") or "") or day > (asked.get("until") or "9999"):
            continue
        if all(word in text for word in words):
            found.append(_list_row(session, kept, doc, ops, epoch, phase))
    found.sort(key=lambda row: str(row["at"]), reverse=True)
    found.sort(key=lambda row: not row["attention"])
    offset, limit = int(asked.get("offset") or 0), int(asked.get("limit") or 500)
    in_order = {phase: counts[phase] for phase in rows.PHASES}
    return {"rows": found[offset : offset + limit], "total": len(found), "counts": in_order}


def _list_row(
    session: Session, kept: Kept, doc: rows.Doc, ops: rows.Ops, epoch: str | None, phase: str
) -> dict[str, Any]:
    state = doc["state"] if doc else ""
    label = session.workflow(kept["form_id"]).state(state)["label"] if doc else None
    return {
        "rec": kept["rec"], "form_id": kept["form_id"], "title": kept["title"], "subtitle": kept["subtitle"],
        "phase": phase, "state": state, "state_label": label, "at": kept["at"],
        "attention": rows.attention_of(doc, ops, epoch), "pending": len(rows.unsent(ops, epoch)),
        "draft": kept["draft"] is not None,
    }  # fmt: skip


def records(session: Session) -> list[tuple[Kept, rows.Doc, rows.Ops]]:
    ops: dict[str, list[Kept]] = {}
    for op in session.store.rows("SELECT h, n, rec, type, at, epoch, verdict, wire FROM own_op ORDER BY n"):
        ops.setdefault(op["rec"], []).append(op)
    kept = session.store.rows("SELECT * FROM record")
    return [(row, json.loads(row["doc"]) if row["doc"] else None, ops.get(row["rec"], [])) for row in kept]


def row(session: Session, rec: str) -> dict[str, Any]:
    """Raises DeviceError record.unknown."""
    kept = session.store.row("SELECT * FROM record WHERE rec = ?", rec)
    if kept is None:
        raise DeviceError("record.unknown", {"rec": rec})
    return kept


def record(session: Session, kept: Kept) -> dict[str, Any]:
    """The record view: the server's copy with pending ops laid over it, and the draft on top."""
    epoch = session.store.head().get("epoch")
    doc = json.loads(kept["doc"]) if kept["doc"] else None
    ops = session.store.rows("SELECT * FROM own_op WHERE rec = ? ORDER BY n", kept["rec"])
    draft = json.loads(kept["draft"]) if kept["draft"] else None
    under = laid_under(session, kept["rec"], doc)
    seen = overlay(under, [_pending_op(op, kept, epoch) for op in ops])
    form = (draft or {}).get("form") or seen["form"] or {"id": kept["form_id"], "version": kept["form_version"]}
    unit, workflow = unit_of(kept["scope"]), session.workflow(form["id"])
    state = doc["state"] if doc else (workflow.initial if ops or under else "draft")
    received = next((op for op in reversed(ops) if op["received_at"] and op["epoch"] == epoch), None)
    kind = session.writing_kind(form["id"], unit, state) if state != "draft" else "submit"
    settled = {op["h"]: op["received_at"] for op in ops if op["epoch"] and op["epoch"] == epoch}
    return {
        "rec": kept["rec"], "form": form, "phase": rows.phase_of(doc, ops, epoch, carried=under is not doc), "state": state,
        "state_label": workflow.state(state)["label"] if state != "draft" else None, "scope": kept["scope"],
        "title": kept["title"], "answers": seen["answers"] or {},
        "files": attachments.states(session, _files(session, form, seen["answers"], (draft or {}).get("answers"))), "base": seen["base"], "editable": kind is not None,
        "may_void": workflow.may_void(state, [m["role"] for m in session.memberships(form["id"], "void", unit)]),
        "may_comment": bool(session.memberships(form["id"], "comment", unit)) and bool(doc or ops),
        "remarks": [_with_labels(session, form["id"], remark) for remark in (doc or {}).get("remarks", [])],
        "history": [_with_labels(session, form["id"], entry) for entry in (doc or {}).get("history", [])],
        "conflicts": (doc or {}).get("conflicts", []), "pending": [{**op, "settled": op["h"] in settled, "received_at": settled.get(op["h"]), **_decided(ops, op["h"])} for op in seen["pending"]],
        "own_answers": _own_answers(doc, ops), "behalf": (doc or {}).get("behalf"),
        **({"draft": {key: draft.get(key) for key in ("answers", "saved_at", "position", "behalf")}} if draft else {}),
        **({"receipt": {"received_at": received["received_at"], "rev": None}} if received else {}),
        **_urgent(session, form["id"], unit, seen["answers"], (doc or {}).get("history", [])),
    }  # fmt: skip


def _decided(ops: list[Kept], h: str) -> dict[str, Any]:
    """What a person decided about one's own op that could not be applied, in words."""
    found = next((op for op in ops if op["h"] == h and op["verdict"] in rows.DECIDED), None)
    return {"decided": json.loads(found["message"])} if found else {}


def _urgent(session: Session, form_id: str, unit: str, answers: Any, history: list[Kept]) -> dict[str, Any]:
    """What to do at once about a finalised record that cannot wait, until somebody else has done something about it."""
    campaign = session.campaign()
    seen = any(entry["type"] not in OWN_ACTS for entry in history)
    if seen or not is_urgent(campaign.get("urgent", ()), form_id, answers):
        return {}
    place = next((each["name"] for each in campaign["units"] if each["code"] == unit), unit)
    return {"urgent": {"place": place, "hotlines": campaign["hotlines"]}}


def _files(session: Session, form: Mapping[str, str], *said: Any) -> set[str]:
    """The file answers among these answers; none where the form is not here."""
    try:
        program = session.program(form["id"], form["version"])
    except DeviceError:
        return set()
    return {answer for answers in said for _, answer in files(program, answers)}


def _with_labels(session: Session, form_id: str, entry: dict[str, Any]) -> dict[str, Any]:
    """An entry of DOC.history or DOC.remarks: its role in words, and its step."""
    role = session.campaign().get("roles", {}).get(entry.get("role"), {}).get("label", entry.get("role"))
    step = session.workflow(form_id).step(entry.get("action") or "")
    return {**entry, "role": role, **({"label": step["label"]} if step else {})}


def _pending_op(op: Kept, kept: Kept, epoch: str | None) -> dict[str, Any]:
    payload = json.loads(json.loads(op["wire"])["payload"]) if op["wire"] else {}
    form = {"id": kept["form_id"], "version": kept["form_version"]}
    settled = bool(op["epoch"]) and op["epoch"] == epoch
    return {**{key: op[key] for key in ("h", "n", "type", "at")}, "form": form, "answers": payload.get("answers"),
            "title": payload.get("title"), "settled": settled}  # fmt: skip


def _own_answers(doc: rows.Doc, ops: rows.Ops) -> Any:
    """What this device last said of the record, once the server's copy holds it; None: nothing."""
    folded = [op for op in ops if op["type"] in CONTENT and op["h"] in (doc or {}).get("ops", ())]
    return json.loads(json.loads(folded[-1]["wire"])["payload"]).get("answers") if folded else None


def outbox(session: Session) -> dict[str, Any]:
    """What the server confirmed, what waits, what of that was handed to a carrier, what a person must decide and why."""
    head = session.store.head()
    asked = "SELECT own_op.*, record.title FROM own_op JOIN record USING (rec) ORDER BY n"
    found = session.store.rows(asked)
    waits = rows.unsent(found, head.get("epoch"))
    # Parked yesterday, part of the record today: what the document names is settled.
    folded = {row["h"] for row in session.store.rows("SELECT value AS h FROM record, json_each(record.doc, '$.ops')")}
    held = [op for op in found if op not in waits]
    stuck = [op for op in held if op["verdict"] in rows.NEEDS_A_PERSON and op["h"] not in folded]
    stuck += [op for op in waits if op["verdict"]]
    handed = session.store.rows("SELECT at, ops, files, last_n FROM handed ORDER BY at DESC")
    return {
        "confirmed": len(held),
        "waiting": [
            {key: op[key] for key in ("rec", "title", "n", "at", "type")}
            | {"handed_at": next((each["at"] for each in handed if op["n"] <= each["last_n"]), None)}
            for op in waits
        ],
        "stuck": [
            {"rec": op["rec"], "title": op["title"], "verdict": op["verdict"], "reason": op["reason"],
             "message": json.loads(op["message"]) if op["message"] else None}
            for op in stuck
        ],
        "receipts": [{"at": op["received_at"], "rec": op["rec"], "title": op["title"], "verdict": op["verdict"]}
                     for op in reversed(found) if op["received_at"]][:20],
        "files": _files_by_record(session, session.store.files.waiting(head.get("epoch"))),
        "as_of": head.get("server_time"),
        "handed": {key: handed[0][key] for key in ("at", "ops", "files")} if handed else None,
    }  # fmt: skip


def _files_by_record(session: Session, waiting: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Files that wait, a line a record, those of the oldest ops first."""
    titles = {row["rec"]: row["title"] for row in session.store.rows("SELECT rec, title FROM record")}
    lines: dict[str, dict[str, Any]] = {}
    for each in waiting:
        rec = each["rec"]
        line = lines.setdefault(
            rec, {"rec": rec, "title": titles.get(rec, ""), "count": 0, "bytes": 0, "problem": None}
        )
        line["count"] += 1
        line["bytes"] += each["size"]
        line["problem"] = line["problem"] or each["problem"]
    return list(lines.values())


def alike(session: Session, kept: Kept) -> dict[str, Any]:
    """Records of the same form here that look like this one (docs/duplicates.md), the likest first; voided ones do not."""
    program = session.program(kept["form_id"], kept["form_version"])
    mine = traits_of(program, _said(session, kept) or {})
    found = []
    for other in session.store.rows("SELECT * FROM record WHERE form_id = ? AND rec != ?", kept["form_id"], kept["rec"]):
        doc = json.loads(other["doc"]) if other["doc"] else None
        answers = doc["answers"] if doc else _said(session, other)
        if answers and (doc is None or doc["state"] != VOID):
            likeness = compare_traits(mine, traits_of(program, answers))
            if likeness.alike:
                found.append((likeness.score, {key: other[key] for key in ("rec", "title", "subtitle")}))
    found.sort(key=lambda each: -each[0])
    return {"rows": [row for _, row in found[:LIKE_SHOWN]]}


def _said(session: Session, kept: Kept) -> dict[str, Any] | None:
    """A record's answers as its screen shows them, a draft's where there is nothing else."""
    seen = record(session, kept)
    answers = seen["answers"] or (seen.get("draft") or {}).get("answers")
    return dict(answers) if answers else None
