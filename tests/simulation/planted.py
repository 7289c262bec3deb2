"""Bugs planted one line at a time: the tests of the tests. Each must make some seed fail.

A mutant is a line of protocol code and what stands in its place; it is put in while the module is read, so that
nothing on the disk changes. What a second guard makes harmless in a world (a late page, a receipt of another epoch: neither
echoes the request) is no mutant here; tests/conformance/sync.json holds both cores to those rules. `python -m tests.simulation --plant NAME --seeds 0:2000`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType


@dataclass(frozen=True)
class Mutant:
    """module: by its dotted name. line stands in it exactly once."""

    module: str
    line: str
    instead: str


MUTANTS: dict[str, Mutant] = {
    "approves what it did not read": Mutant(
        "sync.judge", 'if case.op.payload["answers_hash"] != head.answers_hash:', "if False:"
    ),
    "anybody takes any step": Mutant(
        "sync.judge", 'if not workflow.may_take(action, head.state, case.author.roles("step")):', "if False:"
    ),
    "writes into what is locked": Mutant("sync.judge", "    if following is None:\n", "    following = following or head.state\n    if False:\n"),
    "a stale edit overwrites": Mutant("sync.judge", "if base.answers_hash == head.answers_hash:", "if True:"),
    "a later word wins without a trace": Mutant("sync.merge", "if was not in (here, there) and here != there:", "if False:"),
    "the head loses every clash": Mutant("sync.merge", "value = here if there == was else there", "value = here"),
    "a change is dropped when the head moved": Mutant("sync.merge", "value = here if there == was else there", "value = there"),
    "a changed row is lost where it was removed": Mutant("sync.merge", "elif _differ(node, was, here):", "elif False:"),
    "an added row is lost": Mutant("sync.merge", "elif was is None and here is not None:", "elif False:"),
    "what waits for its base waits for ever": Mutant("server.fold", "    moved = True\n    while moved", "    moved = False\n    while moved"),
    "an op is taken in twice": Mutant("server.fold", "if arrival.op.h in known.stored:", "if False:"),
    "gaps are passed over": Mutant("server.intake", "if n != device.contiguous + 1:", "if False:"),
    "the counter stands still": Mutant("server.feed", '{"k": max(len(moved), min(stored, 1))}', '{"k": 0}'),
    "the counter rises only where a record moved": Mutant("server.feed", '{"k": max(len(moved), min(stored, 1))}', '{"k": len(moved)}'),
    "a changed record keeps its place": Mutant("server.feed", 'set_={"seq": insert.excluded.seq, "kind": insert.excluded.kind}', 'set_={"kind": insert.excluded.kind}'),
    "pull begins one too far": Mutant("server.feed", "Feed.seq > since)", "Feed.seq > since + 1)"),
    "a cut page forgets that there is more": Mutant("server.feed", "more = more or cut", "more = False"),
    "rights outlive the membership": Mutant("server.scope", "        or_(Membership.valid_to.is_(None), Membership.valid_to >= at),\n    )\n\n\ndef reach", "    )\n\n\ndef reach"),
    "a restore goes unnoticed": Mutant("server.epoch", 'return "counter_below_mark" if counter < mark.counter else None', "return None"),
    "nothing is sent again after a restore": Mutant("client.sync_round", "WHERE epoch IS NULL OR epoch IS NOT ? ORDER BY n", "WHERE epoch IS NULL OR ? = '' ORDER BY n"),
    "what lies sealed alone is not sent again": Mutant("client.sync_round", "    _push_sealed(session, wire)\n", ""),
    "what an emptied scope held stays": Mutant("client.sync_round", '"UPDATE cursor SET cursor = 0, epoch = ?", body["epoch"]', '"UPDATE cursor SET cursor = 0"'),
    "a second window replaces the sealed copy": Mutant(
        "client.authoring", "    with store.writing():\n        now = store.head()", "    store.sealed.put(after.n, op.h, sealed)\n    with store.writing():\n        now = store.head()"
    ),
    "two windows finalise with one number": Mutant("client.authoring", 'if (now["n"], now["prev"]) != (head["n"], head["prev"]):', "if False:"),
    "a copied machine goes unnoticed": Mutant(
        "server.fold", "if cloned := known.numbers.setdefault(number, op.h) != op.h:", "if cloned := False:"
    ),
    "any 200 is believed": Mutant("sync.messages", "if key != key_id(point) or not verify(point, kind, body, sig):", "if False:"),
    "an old answer is believed": Mutant("client.wire", 'if believed is None or believed.get("req") != req:', "if believed is None:"),
    "a lost scope stays readable": Mutant("client.sync_round", "    drop_scopes(session, lost_scopes(session))\n", ""),
    "the chain's end is not kept": Mutant("client.authoring", "        store.set_head(n=after.n, prev=after.prev)\n", ""),
    "finalising empties the draft before the op is written": Mutant(
        "client.authoring", "    with store.writing():\n        now = store.head()", '    store.run("UPDATE record SET draft = NULL WHERE rec = ?", intent.rec)\n    with store.writing():\n        now = store.head()'
    ),
    "an edit is made from nothing": Mutant("sync.overlay", '"base": top["h"] if top else known.get("hash"),', '"base": known.get("hash"),'),
    "a move tells the old unit nothing": Mutant("server.store", "    return [*gone, *here]", "    return here"),
    "a moved record stays on the old devices": Mutant("client.sync_round", '            store.run("UPDATE record SET scope = ? WHERE rec = ?", change["to"], rec)\n            return\n        let_go(session, rec)\n', '            store.run("UPDATE record SET scope = ? WHERE rec = ?", change["to"], rec)\n            return\n'),
    "an erasure leaves what was sent": Mutant("server.erasure", 'session.execute(update(Op).where(Op.rec == rec).values(payload=b""))', "pass"),
    "what comes after an erasure is kept": Mutant("server.store", 'b"" if stored.reason == ERASED else', ""),
    "a device lets go of what no backup has": Mutant("sync.securing", 'if copy["held"]["counter"] <= hello["safe_seq"] and now', "if now"),
    "a device lets go of what was received today": Mutant("sync.securing", "KEPT_MS = 30 * 86_400_000", "KEPT_MS = 0"),
    "the server believes a stranger's signature": Mutant("server.intake", "return op if verify_op(op, device.sign_key) else", "return op if True else"),
}  # fmt: skip


class Planter(MetaPathFinder):
    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != self.mutant.module:
            return None
        spec = PathFinder.find_spec(name, path, target)
        assert spec is not None and spec.origin is not None
        spec.loader = Mutated(name, spec.origin, self.mutant)
        return spec


class Mutated(SourceFileLoader):
    def __init__(self, name: str, path: str, mutant: Mutant) -> None:
        super().__init__(name, path)
        self.mutant = mutant

    def get_code(self, fullname: str) -> object:
        """Compiled from the changed source, past the cache of compiled files."""
        source = self.get_data(self.get_filename(fullname)).decode()
        if source.count(self.mutant.line) != 1:
            raise ImportError(f"the line to change stands {source.count(self.mutant.line)} times in {fullname}")
        return compile(source.replace(self.mutant.line, self.mutant.instead), self.path, "exec", dont_inherit=True)


def plant(name: str) -> None:
    """Put a mutant in. Before its module is imported, else ValueError."""
    mutant = MUTANTS[name]
    if mutant.module in sys.modules:
        raise ValueError(f"{mutant.module} is imported already")
    sys.meta_path.insert(0, Planter(mutant))
