"""`chungsuc verify`: everything the server keeps, worked out again from the ops as they came.

Every signature and chain, every record folded again and compared, every place in the feed, the audit chain. Read only.
Records are taken a few hundred at a time, so memory does not grow with the database.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from sync.canonical import canonical, revision_hash, sha
from sync.judge import Author, Base, Case, Decision, judge
from sync.keys import verify as verify_signature
from sync.ops import Op as WireOp
from sync.ops import read_op
from sync.workflow import VOID, Workflow

from . import audit
from .awards.counting import documents
from .context import Server
from .doc import Doc, Said, head_of, next_doc
from .figures.basis import figures_of, incomplete
from .figures.cells import added_by
from .figures.keeping import tallies
from .figures.recompute import cell_errors, evaluated
from .fold import Arrival
from .known import bases_of
from .models import (
    Adjudication,
    Blob,
    BlobRef,
    Conflict,
    Counter,
    Device,
    Document,
    Erasure,
    Feed,
    Op,
    Parked,
    PeriodReturn,
    Record,
    Review,
    Revision,
)
from .programs import forms_of, workflows
from .returns.desk import is_whole
from .store import columns_of

RECORDS_AT_ONCE = 200


@dataclass(frozen=True)
class Difference:
    """Something that is not as the ops say. what: a code of the table below; where: an op, a record, a device."""

    what: str
    where: str

    def __str__(self) -> str:
        return f"{self.what} {self.where}: {WORDS[self.what]}"


WORDS = {
    "op.unreadable": "its bytes are not an op any more",
    "op.hash": "its bytes do not give its hash",
    "op.columns": "a column says something else than its header",
    "op.signature": "its device's key did not sign it",
    "op.person": "it is filed under another person than its device's",
    "op.lost": "it is neither applied nor parked nor waiting for a person",
    "chain.broken": "an op does not name the hash of the one before it",
    "chain.contiguous": "the device's number of ops held without a gap is wrong",
    "record.without_ops": "no applied op made it",
    "record.fold": "folding its ops again gives another record",
    "record.head": "a column says something else than its document",
    "revision.fold": "folding its ops again gives another revision",
    "conflict.rows": "its open conflicts are not those of its document",
    "feed.place": "it does not stand once, as it is, in its scope's feed",
    "feed.left": "a scope that it was moved out of is not told so",
    "erase.left": "it was erased, and something of it is here",
    "erase.order": "it was erased, and no signed order says so",
    "erase.line": "the hashes of the revisions it had do not follow from one another",
    "feed.counter": "a place in the feed is above the counter",
    "blob.lost": "it has arrived, and its bytes are not here",
    "blob.damaged": "its bytes do not have the hash it is named by",
    "blob.named": "it is filed under an op that does not name it",
    "figures.stale": "a record of this form is not counted with the present figures (chungsuc indicators recompute)",
    "figures.tally": "what it adds to the indicators is not what its answers say",
    "figures.cell": "it is not the sum of what its records add",
    "return.snapshot": "what was signed is not what its hash and its code say",
    "review.snapshot": "a signed review is not what its hash and its code say",
    "audit.broken": "the chain of audit entries breaks here",
}


def differences(session: Session, server: Server) -> Iterator[Difference]:
    """What is not as it should be, as it is found; nothing: all is well."""
    broken = audit.first_break(session)
    if broken is not None:
        yield Difference("audit.broken", str(broken))
    yield from chains(session, server)
    yield from records(session)
    yield from feed(session)
    yield from erasures(session, server)
    yield from attachments(session, server)
    yield from figures(session)
    for row in session.scalars(select(PeriodReturn).where(PeriodReturn.snapshot.is_not(None))):
        if not is_whole(row):
            yield Difference("return.snapshot", row.return_id)
    for review in session.scalars(select(Review).where(Review.snapshot.is_not(None))):
        if not is_whole(review):
            yield Difference("review.snapshot", review.review_id)


def chains(session: Session, server: Server) -> Iterator[Difference]:
    """Each op's bytes, signature and place in its device's chain."""
    devices = {device.device_id: device for device in session.scalars(select(Device))}
    own = [server.keys.sign.point, *(sign.point for sign, _ in server.keys.previous)]
    asked = select(Op).order_by(Op.device_id, Op.n, Op.received_at).execution_options(yield_per=500)
    for device_id, rows in groupby(session.scalars(asked), key=lambda row: row.device_id):
        device = devices.get(device_id)
        points = [device.sign_key] if device else own
        held, last = 0, ""
        for row in rows:
            header = header_of(row)
            if header is None:
                yield Difference("op.unreadable", row.h)
                continue
            yield from one_op(row, header, points)
            if device is None:
                continue
            if row.person_id != device.person_id:
                yield Difference("op.person", row.h)
            if row.n == held + 1:
                if held and header["prev"] != last and not device.cloned:
                    yield Difference("chain.broken", row.h)
                held, last = row.n, row.h
        if device is not None and device.contiguous != held:
            yield Difference("chain.contiguous", device.device_id)


def header_of(row: Op) -> Mapping[str, Any] | None:
    """What an op says of itself; None where its bytes are no op. One that was erased has no other bytes (P-24)."""
    if row.payload == b"":
        return dict(json.loads(row.header))
    op = read_op({"header": row.header.decode(), "payload": row.payload.decode(), "sig": row.sig})
    return op.header if isinstance(op, WireOp) else None


def one_op(row: Op, header: Mapping[str, Any], points: Iterable[str]) -> Iterator[Difference]:
    if sha(row.header) != row.h:
        yield Difference("op.hash", row.h)
    filed = (row.rec, row.type, row.n, row.base, row.scope, row.at)
    if filed != tuple(header[key] for key in ("rec", "type", "n", "base", "scope", "at")):
        yield Difference("op.columns", row.h)
    if not any(verify_signature(point, "op", row.header, row.sig) for point in points):
        yield Difference("op.signature", row.h)


def records(session: Session) -> Iterator[Difference]:
    """Every record, folded again; and ops that went nowhere."""
    waits = select(Adjudication.op_h).union(select(Parked.op_h))
    lost = select(Op.h).where(Op.rev.is_(None), Op.h.not_in(waits), Op.rec.not_in(select(Erasure.rec)))
    for h in session.scalars(lost):
        yield Difference("op.lost", h)
    last = ""
    rules = Rules(session)
    some = select(Record.rec).order_by(Record.rec).limit(RECORDS_AT_ONCE)
    while recs := list(session.scalars(some.where(Record.rec > last))):
        last = recs[-1]
        yield from some_records(session, recs, rules)
        session.expunge_all()


class Rules:
    """Workflows a form has had: a record was judged by the one of its time."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.hashes = list(session.scalars(select(Document.hash).where(Document.kind == "campaign")))

    def of(self, form_id: str) -> Iterator[Workflow]:
        for digest in self.hashes:
            workflow = workflows(self.session, digest).get(form_id)
            if workflow is not None:
                yield workflow


def some_records(session: Session, recs: list[str], rules: Rules) -> Iterator[Difference]:
    heads = {record.rec: record for record in session.scalars(select(Record).where(Record.rec.in_(recs)))}
    revisions = by_record(session, select(Revision).where(Revision.rec.in_(recs)).order_by(Revision.rec, Revision.rev))
    rows = {row.h: row for row in session.scalars(select(Op).where(Op.rec.in_(recs), Op.rev.is_not(None)))}
    arrivals = {h: arrival_of(row) for h, row in rows.items()}
    bases = bases_of(session, arrivals.values())
    forms = forms_of(session, {arrival.op.form for arrival in arrivals.values()})
    clashes = select(Conflict.rec, Conflict.path).where(Conflict.rec.in_(recs), Conflict.resolved_rev.is_(None))
    conflicts: dict[str, set[str]] = {}
    for rec, path in session.execute(clashes):
        conflicts.setdefault(rec, set()).add(path)
    for rec, record in heads.items():
        doc: Doc | None = None
        for revision in revisions.get(rec, ()):
            arrival = arrivals.get(revision.op_h)
            made = remade(doc, revision, arrival, bases, forms, rules) if arrival else None
            if made is None or not agrees(made, doc, revision):
                yield Difference("revision.fold", f"{rec}/{revision.rev}")
                doc = None
                break
            doc = made
        if not revisions.get(rec):
            yield Difference("record.without_ops", rec)
        elif doc is None or canonical(doc) != record.doc:
            yield Difference("record.fold", rec)
        stored = json.loads(record.doc)
        if any(getattr(record, name) != value for name, value in columns_of(stored).items()):
            yield Difference("record.head", rec)
        if {each["path"] for each in stored["conflicts"]} != conflicts.get(rec, set()):
            yield Difference("conflict.rows", rec)


def by_record(session: Session, asked: Select[tuple[Revision]]) -> dict[str, list[Revision]]:
    found: dict[str, list[Revision]] = {}
    for revision in session.scalars(asked):
        found.setdefault(revision.rec, []).append(revision)
    return found


def arrival_of(row: Op) -> Arrival:
    op = read_op({"header": row.header.decode(), "payload": row.payload.decode(), "sig": row.sig})
    assert isinstance(op, WireOp), row.h
    return Arrival(op, row.device_id, row.person_id, "", "active")


def remade(
    before: Doc | None,
    revision: Revision,
    arrival: Arrival,
    bases: Mapping[tuple[str, str], Base],
    forms: Mapping[tuple[str, str], Any],
    rules: Rules,
) -> Doc | None:
    """The DOC that judging the op again makes, under any workflow its form has had; None: none applies it."""
    op, entry = arrival.op, revision.entry
    roles = frozenset(revision.roles or [entry["role"]])  # none: of before 0003
    said = Said(entry["by"], entry["role"], entry["at"])
    for workflow in rules.of(op.form[0]):
        case = Case(
            op=op,
            head=head_of(before) if before else None,
            base=bases.get((op.rec, op.header["base"])) if op.header["base"] else None,
            author=Author("active", lambda _: roles, lambda _: roles),
            form=forms.get(op.form),
            workflow=workflow,
        )
        decision: Decision = judge(case)
        if decision.applies and decision.state == revision.state:
            return next_doc(before, op, decision, workflow, said, entry["received_at"])
    return None


def agrees(made: Doc, before: Doc | None, revision: Revision) -> bool:
    return (
        (made["hash"], made["answers_hash"], made["state"], made["scope"], made["history"][-1])
        == (revision.hash, revision.answers_hash, revision.state, revision.scope, revision.entry)
        and canonical(made["answers"]) == revision.answers
        and revision.prev == (before["hash"] if before else None)
    )


def feed(session: Session) -> Iterator[Difference]:
    """Each record once in the feed of its scope, as a document or as void, and nothing above the counter."""
    stands = select(Feed.rec).where(
        Feed.rec == Record.rec, Feed.scope == Record.scope,
        Feed.kind.in_(["doc", "void"]), (Feed.kind == "void") == (Record.state == VOID),
    )  # fmt: skip
    for rec in session.scalars(select(Record.rec).where(~stands.exists())):
        yield Difference("feed.place", rec)
    elsewhere = select(Feed.rec).join(Record, Record.rec == Feed.rec)
    for rec in session.scalars(elsewhere.where(Feed.kind != "leave", Feed.scope != Record.scope)):
        yield Difference("feed.place", rec)
    left = (
        select(Revision.rec).join(Record, Record.rec == Revision.rec).where(Revision.scope != Record.scope).distinct()
    )
    told = select(Feed.rec).where(Feed.rec == Revision.rec, Feed.scope == Revision.scope, Feed.kind == "leave")
    for rec in session.scalars(left.where(~told.exists())):
        yield Difference("feed.left", rec)
    last = session.scalars(select(Counter.last)).one()
    for rec in session.scalars(select(Feed.rec).where(Feed.seq > last)):
        yield Difference("feed.counter", rec)


def erasures(session: Session, server: Server) -> Iterator[Difference]:
    """What was erased is gone, by a signed order, and its chain of hashes still holds (P-24)."""
    own = [server.keys.sign.point, *(sign.point for sign, _ in server.keys.previous)]
    there = select(Record.rec).union(select(Op.rec).where(Op.payload != b""))
    for rec in session.scalars(select(Erasure.rec).where(Erasure.rec.in_(there))):
        yield Difference("erase.left", rec)
    for each in session.scalars(select(Erasure)):
        ordered = any(verify_signature(point, "op", each.header, each.sig) for point in own)
        if not ordered or json.loads(each.header)["rec"] != each.rec or sha(each.header) != each.h:
            yield Difference("erase.order", each.rec)
        if not line_holds(each):
            yield Difference("erase.line", each.rec)
    gone = select(Feed.rec).where(Feed.rec.not_in(select(Record.rec)))
    for rec in session.scalars(gone.where((Feed.kind != "erase") | Feed.rec.not_in(select(Erasure.rec)))):
        yield Difference("feed.place", rec)
    blank = select(Op.h).where(Op.payload == b"", Op.rec.not_in(select(Erasure.rec)))
    for h in session.scalars(blank):
        yield Difference("op.unreadable", h)


def line_holds(erasure: Erasure) -> bool:
    """Each revision's hash is that of what it says, with the hash of the one before it."""
    prev = None
    for number, each in enumerate(erasure.line, start=1):
        said = {key: each[key] for key in ("rev", "prev", "answers_hash", "state", "scope")}
        if (each["rev"], each["prev"]) != (number, prev):
            return False
        if revision_hash({**said, "rec": erasure.rec, "op": each["op_h"]}) != each["hash"]:
            return False
        prev = each["hash"]
    return True


def attachments(session: Session, server: Server) -> Iterator[Difference]:
    """Every attachment's bytes, and the ops that name them."""
    for blob in session.scalars(select(Blob.blob).distinct()):
        if not server.blobs.is_whole(blob):
            yield Difference("blob.damaged" if server.blobs.has(blob) else "blob.lost", blob)
    named = select(BlobRef, Op.header).join(Op, Op.h == BlobRef.op_h).execution_options(yield_per=500)
    for ref, header in session.execute(named):
        said = json.loads(header)
        if ref.blob not in said["blobs"] or ref.rec != said["rec"]:
            yield Difference("blob.named", ref.blob)


def figures(session: Session) -> Iterator[Difference]:
    """Every record's figures worked out again, and every cell added up."""
    waiting = set(incomplete(session))
    for form_id in sorted(waiting):
        yield Difference("figures.stale", form_id)
    last = ""
    some = select(Record.rec).order_by(Record.rec).limit(RECORDS_AT_ONCE)
    while recs := list(session.scalars(some.where(Record.rec > last))):
        last = recs[-1]
        kept = tallies(session, recs)
        for rec, (_, added) in evaluated(session, recs).items():
            if added.form_id not in waiting and kept.get(rec) != added:
                yield Difference("figures.tally", rec)
        session.expunge_all()
    yield from dossier_figures(session, waiting)
    for key in cell_errors(session):
        yield Difference("figures.cell", "/".join(key))


def dossier_figures(session: Session, waiting: set[str]) -> Iterator[Difference]:
    docs = [doc for doc in documents(session) if doc["form"]["id"] not in waiting]
    kept, running = tallies(session, [doc["rec"] for doc in docs]), figures_of(session, {d["form"]["id"] for d in docs})
    for doc in docs:
        ready = running.get(doc["form"]["id"])
        if ready is not None and kept.get(doc["rec"]) != added_by(doc, *ready):
            yield Difference("figures.tally", doc["rec"])


def counts(session: Session) -> dict[str, int]:
    """How much there was to verify."""
    tables = {"ops": Op, "records": Record, "revisions": Revision, "attachments": Blob}
    return {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in tables.items()}
