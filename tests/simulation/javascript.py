"""The JavaScript core inside the simulation (I14): every protocol step of a device is taken by both cores.

What Python decided must be what JavaScript decides; the device goes on with JavaScript's answer. Node runs `core.mjs`
and is asked line by line. A step of a world in this lane is so a golden trace of both: `Both.steps` counts them.
"""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest.mock import patch

from client import authoring, repair, sync_round, views
from client import securing as client_securing
from sync import digests, messages, ops, outbox, pages, receipts, securing
from sync.canonical import b64
from sync.keys import verify
from sync.overlay import overlay

HERE = Path(__file__).parent
NODE = HERE.parents[1] / ".venv" / "bin" / "node"


class Differs(AssertionError):
    """The two cores answered differently (I14)."""


class Both:
    """steps: how many times each step was taken by both cores with one answer."""

    def __init__(self) -> None:
        self.steps: Counter[str] = Counter()
        self._node = subprocess.Popen(
            [NODE, HERE / "core.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def close(self) -> None:
        assert self._node.stdin is not None
        self._node.stdin.close()
        self._node.wait()

    def ask(self, call: str, **given: Any) -> Any:
        assert self._node.stdin is not None and self._node.stdout is not None
        self._node.stdin.write(json.dumps({"call": call, "given": given}) + "\n")
        self._node.stdin.flush()
        return json.loads(self._node.stdout.readline())

    def same(self, call: str, ours: Any, theirs: Any) -> None:
        if json.loads(json.dumps(ours)) != theirs:
            raise Differs(f"I14: {call}: Python {ours!r}, JavaScript {theirs!r}")
        self.steps[call] += 1

    # The steps, with the arguments and answers of Python's functions.
    def make_push(self, waiting: Any, limits: outbox.Limits) -> Any:
        theirs = self.ask("make_push", outbox=waiting, limits=asdict(limits))
        self.same("make_push", outbox.make_push(waiting, limits), theirs)
        return theirs

    def take_receipt(self, waiting: Any, receipt: Any, *, epoch: str, device: str) -> receipts.Taken:
        theirs = self.ask("take_receipt", outbox=waiting, receipt=receipt, now={"epoch": epoch, "device": device})
        ours = receipts.take_receipt(waiting, receipt, epoch=epoch, device=device)
        self.same("take_receipt", asdict(ours), theirs)
        return receipts.Taken(**theirs)

    def apply_page(self, state: pages.CursorState, page: Any, *, epoch: str) -> pages.Applied:
        theirs = self.ask("apply_page", state=asdict(state), page=page, now={"epoch": epoch})
        self.same("apply_page", asdict(pages.apply_page(state, page, epoch=epoch)), theirs)
        return pages.Applied(theirs["applies"], theirs["rows"], pages.CursorState(**theirs["cursor_state"]))

    def repair_applies(self, state: pages.CursorState, answer: Any, *, epoch: str) -> bool:
        theirs = self.ask("repair_applies", state=asdict(state), answer=answer, now={"epoch": epoch})
        self.same("repair_applies", digests.repair_applies(state, answer, epoch=epoch), theirs)
        return bool(theirs)

    def build_op(self, state: ops.ChainState, intent: ops.Intent, keys: Any, random: Any, clock: Any) -> Any:
        """Its signature is JavaScript's, since each is made anew: it must verify."""
        salt, at = random(16), clock()
        op, after = ops.build_op(state, intent, keys, lambda size: salt, lambda: at)
        theirs = self.ask("build_op", state=asdict(state), key=b64(keys.pkcs8()), intent=asdict(intent),
                          random=b64(salt), at=at)  # fmt: skip
        ours = {"header": op.wire["header"], "payload": op.wire["payload"], "h": op.h, "n": after.n, "prev": after.prev}
        wire = theirs.pop("wire")
        self.same("build_op", ours, {**theirs, "header": wire["header"], "payload": wire["payload"]})
        if not verify(keys.point, "op", wire["header"].encode(), wire["sig"]):
            raise Differs("I14: JavaScript's signature does not verify")
        made = self.read_op(wire)
        assert isinstance(made, ops.Op)
        return made, after

    def read_op(self, wire: Any) -> ops.Op | ops.Unreadable:
        ours = ops.read_op(wire)
        said = {"refused": ours.where} if isinstance(ours, ops.Unreadable) else {
            "h": ours.h, "header": ours.header, "payload": ours.payload}  # fmt: skip
        self.same("read_op", said, self.ask("read_op", wire=wire))
        return ours

    def secure(self, copies: Any, hello: Any) -> securing.Securing:
        theirs = self.ask("secure", copies=copies, hello=hello)
        self.same("secure", asdict(securing.secure(copies, hello)), theirs)
        return securing.Securing(**theirs)

    def plain(self, call: str, real: Callable[..., Any], *names: str) -> Callable[..., Any]:
        """A step whose arguments and answer are JSON as they are."""

        def both(*given: Any) -> Any:
            theirs = self.ask(call, **dict(zip(names, given, strict=True)))
            self.same(call, real(*given), theirs)
            return theirs

        return both


@contextmanager
def javascript_core() -> Iterator[Both]:
    """While within, devices' protocol steps are taken by both cores."""
    both = Both()
    steps = {
        (sync_round, "make_push"): both.make_push,
        (sync_round, "take_receipt"): both.take_receipt,
        (sync_round, "apply_page"): both.apply_page,
        (sync_round, "effective"): both.plain("effective", receipts.effective, "verdict"),
        (sync_round, "adopt_keys"): both.plain("adopt_keys", messages.adopt_keys, "pinned", "offered"),
        (views, "overlay"): both.plain("overlay", overlay, "doc", "ops"),
        (repair, "bucket_digests"): both.plain("bucket_digests", digests.bucket_digests, "held"),
        (repair, "root_digest"): both.plain("root_digest", digests.root_digest, "buckets"),
        (repair, "differing"): both.plain("differing", digests.differing, "ours", "theirs"),
        (repair, "in_buckets"): both.plain("in_buckets", digests.in_buckets, "held", "buckets"),
        (repair, "repair_applies"): both.repair_applies,
        (authoring, "build_op"): both.build_op,
        (client_securing, "secure"): both.secure,
    }
    with ExitStack() as stack:
        stack.callback(both.close)
        for (module, name), step in steps.items():
            stack.enter_context(patch.object(module, name, step))
        yield both
