"""`make bench`: how fast things are, in one run, as medians and ratios. No test reads a clock; this does nothing else."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import sqlalchemy as sa

from server.field_app import HEADERS, TYPES
from server.release import ENCODINGS, packs, served, squeezed
from tests.bench import awards, console, figures, forms, sync
from tests.bench.timing import line

ROOT = Path(__file__).parents[2]


def bench_weight() -> None:
    """What a phone downloads: parts by themselves, and the two packs in which the whole app travels."""
    web = ROOT / "client" / "web"
    parts = [("form engine, gzipped", "engine", "25 KiB"), ("sync core, gzipped", "sync", "15 KiB")]
    for what, folder, target in parts:
        files = sorted((web / folder).glob("*.js"))
        size = len(gzip.compress(b"".join(map(served, files)), 9))
        line(what, f"{size / 1024:8.1f} KiB in {len(files)} files", target)
    made = packs(web, TYPES, HEADERS)
    for encoding in ENCODINGS:
        first, second = (len(squeezed(content, encoding)) / 1024 for content in made.values())
        parts_of = f"first {first:.1f}, second {second:.1f}"
        line(f"whole field app, {encoding}", f"{first + second:8.1f} KiB: {parts_of}", "100 KB, 97.7 KiB")


def main() -> None:
    print(f"Python {sys.version.split()[0]}, SQLAlchemy {sa.__version__}; medians of one run on this machine")
    sync.bench()
    console.bench()
    figures.bench()
    forms.bench()
    awards.bench()
    bench_weight()


if __name__ == "__main__":
    main()
