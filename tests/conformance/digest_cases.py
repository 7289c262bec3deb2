"""Make the cases of digests both sync cores run: `python -m tests.conformance.digest_cases` writes digests.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sync.digests import bucket_digests, differing, in_buckets, root_digest

FILE = Path(__file__).parent / "digests.json"


def records(count: int, start: int = 0) -> dict[str, str]:
    return {
        f"018f0000-0000-7000-8000-{number * 2654435761 % 2**48:012x}": f"{number:064x}"
        for number in range(start, start + count)
    }


def make() -> dict[str, Any]:
    some = records(40)
    first, second = list(some)[:2]
    kinds = {
        "nothing on either side": ({}, {}),
        "the same": (some, dict(reversed(some.items()))),
        "one that the other lacks": (some, {rec: digest for rec, digest in some.items() if rec != first}),
        "one of another revision": (some, {**some, first: "f" * 64}),
        "two changed": (some, {**some, first: "f" * 64, second: "e" * 64}),
        "two that have changed their hashes": (some, {**some, first: some[second], second: some[first]}),
        "everything": ({}, some),
    }
    cases = []
    for name, (ours, theirs) in kinds.items():
        mine, other = bucket_digests(ours), bucket_digests(theirs)
        where = differing(mine, other)
        cases.append({"name": name, "ours": ours, "theirs": other, "root": root_digest(mine), "same": where == [],
                      "differing": where, "asked": in_buckets(ours, where)})  # fmt: skip
    state = {"scope": "a/f", "gen": 1, "cursor": 10, "epoch": "e1"}
    fit = {"scope": "a/f", "gen": 1, "at": 10, "epoch": "e1"}
    repairs = [
        {"name": name, "state": state, "epoch": "e1", "answer": {**fit, **change}, "applies": not change}
        for name, change in {
            "at the cursor": {}, "of an earlier place": {"at": 9}, "of a later place": {"at": 11}, "of another epoch": {"epoch": "e0"},
            "of another scope": {"scope": "b/f"}, "of another generation": {"gen": 2},
        }.items()
    ]  # fmt: skip
    return {"cases": cases, "repairs": repairs}


if __name__ == "__main__":
    FILE.write_text(json.dumps(make(), indent=1) + "\n", "utf-8")
