"""`chungsuc duplicates`: measure the matcher, and look for duplicates among records that came before it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import click
from sqlalchemy import func, select

from server.app import create_app
from server.commands import with_settings
from server.database import db
from server.duplicates import scan
from server.models import DuplicatePair
from server.serving import open_server
from server.settings import Settings
from sync.duplicates import blocking_keys, compare_traits, traits_of

from .demonstration.labelled import FORM, HASH, SEED, Written, fingerprint, labelled


@dataclass(frozen=True)
class Measured:
    """Figures over all pairs of records. by_change: what the second writer did → (found, all) true pairs."""

    records: int
    pairs: int
    true: int
    compared: int
    shown: int
    right: int
    by_change: dict[str, tuple[int, int]]

    @property
    def recall(self) -> float:
        return self.right / self.true

    @property
    def precision(self) -> float:
        return self.right / self.shown if self.shown else 1.0


def measure(records: Sequence[Written]) -> Measured:
    """What the matcher shows of a labelled set, found by its keys as the server and a device find it."""
    of = [traits_of(FORM, record.answers) for record in records]
    blocks: defaultdict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(of):
        for key in blocking_keys("person", each):
            blocks[key].append(number)
    candidates = {pair for block in blocks.values() for pair in combinations(block, 2)}
    shown = {(a, b) for a, b in candidates if compare_traits(of[a], of[b]).alike}
    same: defaultdict[int, list[int]] = defaultdict(list)
    for number, record in enumerate(records):
        same[record.person].append(number)
    true = {pair for numbers in same.values() for pair in combinations(numbers, 2)}
    every, found = Counter[str](), Counter[str]()
    for pair in true:
        for change in records[pair[1]].how:
            every[change] += 1
            found[change] += pair in shown
    size = len(records)
    changes = {change: (found[change], every[change]) for change in sorted(every)}
    return Measured(size, size * (size - 1) // 2, len(true), len(candidates), len(shown), len(shown & true), changes)


@click.group()
def duplicates() -> None:
    """Records that look alike."""


@duplicates.command("measure")
@click.option("--seed", default=SEED, show_default=True, help="Another set than the frozen one.")
def measure_command(seed: int) -> None:
    """Precision and recall of the matcher on a generated, labelled set of people."""
    records = labelled(seed)
    print_ = click.echo
    frozen = seed == SEED
    if frozen and fingerprint(records) != HASH:
        raise click.ClickException("this is not the frozen set any more: its names or its generator have changed")
    got = measure(records)
    print_(f"set {seed}{' (frozen)' if frozen else ''}: {got.records} records, {got.true} pairs of one person")
    print_(f"base rate: {got.true} of {got.pairs} pairs, 1 in {got.pairs // got.true}")
    print_(f"compared: {got.compared} pairs that share a key, {got.compared / got.records:.1f} a record")
    print_(f"recall {got.recall:.3f}  precision {got.precision:.3f}  ({got.right} right of {got.shown} shown)")
    for change, (found, every) in got.by_change.items():
        print_(f"  {change:16} {found:4} of {every}")


@duplicates.command("scan")
@with_settings
def scan_command(settings: Settings) -> None:
    """Look for duplicates among the records that were not compared yet, as after an upgrade."""
    app = open_server(create_app(settings))
    with app.app_context():
        done = scan(app.extensions["chungsuc"].clock())
        alike = db.session.scalar(select(func.count()).where(DuplicatePair.state == "open"))
        db.session.remove()
        db.engine.dispose()
    click.echo(f"{done} records compared; {alike} pairs wait for a person")
