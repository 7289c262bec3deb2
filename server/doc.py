"""The DOC of a record (docs/protocol.md): what one applied op makes of it. Pure: a DOC goes in, a new one comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sync.canonical import answers_hash, revision_hash
from sync.judge import Decision, Head
from sync.ops import CONTENT, SERVER, Op
from sync.volatile import env_values, moment
from sync.workflow import Workflow

Doc = dict[str, Any]
REPORTER_MAX = 80  # characters


@dataclass(frozen=True)
class Said:
    """Who did or said something, in which role, and when by their own clock (ISO with offset: a claim, P-05)."""

    by: str
    role: str
    at: str


def head_of(doc: Doc) -> Head:
    return Head(
        form=(doc["form"]["id"], doc["form"]["version"]),
        scope=doc["scope"],
        state=doc["state"],
        hash=doc["hash"],
        answers=doc["answers"],
        answers_hash=doc["answers_hash"],
        open_conflicts=frozenset(conflict["path"] for conflict in doc["conflicts"]),
        volatile=doc.get("volatile", {}),
    )


def next_doc(before: Doc | None, op: Op, decision: Decision, workflow: Workflow, said: Said, received_at: str) -> Doc:
    """The DOC after one applied op; `before` is None for a record's first."""
    payload = op.payload
    rev = before["rev"] + 1 if before else 1
    content = op.type in CONTENT or op.type == "resolve"
    form = dict(before["form"]) if before else {"id": op.form[0], "version": op.form[1]}
    scope = decision.scope or (before["scope"] if before else op.header["scope"])
    digest = (
        answers_hash(decision.answers, form, op.header["blobs"]) if content or not before else before["answers_hash"]
    )
    remarks = remarks_of(op, said)
    entry = {
        "rev": rev,
        "type": op.type,
        "action": text_or_none(payload.get("action")),
        **asdict(said),
        "received_at": received_at,
        "reason": text_or_none(payload.get("reason")),
        "remarks": remarks,
        "from": before["state"] if before else None,
        "to": decision.state,
    }
    step = workflow.step(payload["action"]) if op.type == "step" else None
    hashed = {
        "rec": op.rec,
        "rev": rev,
        "prev": before["hash"] if before else None,
        "op": op.h,
        "answers_hash": digest,
        "state": decision.state,
        "scope": scope,
    }
    return {
        "rec": op.rec,
        "form": form,
        "scope": scope,
        "state": decision.state,
        "phase": workflow.phase(decision.state),
        "open": workflow.is_open(decision.state),
        "rev": rev,
        "hash": revision_hash(hashed),
        "answers_hash": digest,
        "answers": dict(decision.answers),
        "volatile": moment(env_values(payload.get("volatile"), op.rec, op.header["at"]))
        if content or not before
        else before.get("volatile", {}),
        "author": before["author"] if before else author_of(op, said),
        **behalf_of(before, op),
        "created_at": before["created_at"] if before else op.header["at"],
        "received_at": before["received_at"] if before else received_at,
        "title": decision.title,
        "subtitle": decision.subtitle,
        "remarks": remarks if step and step.get("remarks") else (before["remarks"] if before else []),
        "history": [*(before["history"] if before else []), entry],
        "conflicts": open_conflicts(before, decision, said),
        "ops": [*(before["ops"] if before else []), op.h, *settled_by(op)],
        **links_of(before, op, said),
    }


def behalf_of(before: Doc | None, op: Op) -> dict[str, Any]:
    """Whose report was keyed in, where it was somebody else's: as the newest answers say, else as before."""
    said = op.payload.get("behalf") if op.type in CONTENT else None
    if isinstance(said, Mapping) and is_name(said.get("reporter")) and is_moment(said.get("at")):
        return {"behalf": {"reporter": said["reporter"], "at": said["at"]}}
    return {"behalf": before["behalf"]} if before and "behalf" in before else {}


def is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= REPORTER_MAX


def is_moment(value: Any) -> bool:
    """ISO with an offset."""
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def settled_by(op: Op) -> list[str]:
    """The ops that waited for a person and that this one decides about: it carries them out, or says why not. Only what
    was done in the console decides."""
    listed = op.payload.get("settles") if op.header["dev"] == SERVER else None
    return [h for h in listed if isinstance(h, str)] if isinstance(listed, list) else []


def author_of(op: Op, said: Said) -> dict[str, str]:
    """Who a record's author is: of one that was accepted, whoever made it and not whoever accepted it."""
    named = op.payload.get("author") if op.header["dev"] == SERVER else None
    kept = named if isinstance(named, Mapping) else {}
    return {"name": str(kept.get("name") or said.by), "role": str(kept.get("role") or said.role)}


def author_id_of(op: Op, person_id: str) -> str:
    """The person id beside `author_of`."""
    named = op.payload.get("author") if op.header["dev"] == SERVER else None
    return str(named["person"]) if isinstance(named, Mapping) and named.get("person") else person_id


def text_or_none(value: Any) -> str | None:
    """Payloads are judged by their own type's shape; what else lies in them is kept in the op and shown nowhere."""
    return value if isinstance(value, str) else None


def remarks_of(op: Op, said: Said) -> list[dict[str, Any]]:
    """What was said to single questions; a comment is one remark. Malformed remarks are left out, the op keeps them."""
    listed = op.payload.get("remarks") if isinstance(op.payload.get("remarks"), list) else []
    if op.type == "comment":
        listed = [{"path": op.payload.get("path") or "", "text": op.payload["text"]}]
    return [
        {"path": remark["path"], "text": remark["text"], **asdict(said)}
        for remark in listed
        if isinstance(remark, Mapping) and isinstance(remark.get("path"), str) and isinstance(remark.get("text"), str)
    ]


def links_of(before: Doc | None, op: Op, said: Said) -> dict[str, Any]:
    """{"links": …} where there are any: what this record belongs to, one for each kind and target."""
    links = {(each["kind"], each["to"]): each for each in (before or {}).get("links", [])}
    if op.type == "link":
        named = {"kind": op.payload["kind"], "to": op.payload["to"]}
        links.pop(tuple(named.values()), None)
        if op.payload.get("removed") is not True:
            links[tuple(named.values())] = {**named, **asdict(said)}
    return {"links": list(links.values())} if links else {}


def open_conflicts(before: Doc | None, decision: Decision, said: Said) -> list[dict[str, Any]]:
    """The conflicts still open: those before without the resolved ones, and the new; one for each path."""
    kept = {each["path"]: each for each in (before["conflicts"] if before else [])}
    for path in decision.resolved:
        kept.pop(path, None)
    for clash in decision.clashes:
        kept[clash.path] = {
            "path": clash.path,
            "head": clash.head,
            "other": clash.other,
            "other_by": said.by,
            "other_at": said.at,
        }
    return list(kept.values())
