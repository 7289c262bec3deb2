"""`make bench`: how fast things are, in one run, as medians and ratios. No test reads a clock; this does nothing else."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import sqlalchemy as sa

from tests.bench import forms, sync
from tests.bench.timing import line

ROOT = Path(__file__).parents[2]


def bench_weight() -> None:
    """What a phone downloads, file by file gzipped as it is served."""
    web = ROOT / "client" / "web"
    kinds = (".js", ".css", ".html", ".json", ".svg", ".webmanifest")
    packed = {path: len(gzip.compress(path.read_bytes(), 9)) for path in web.rglob("*") if path.suffix in kinds}
    parts = [
        ("form engine, gzipped", [path for path in packed if path.is_relative_to(web / "engine")], "25 KiB"),
        ("sync core, gzipped", [path for path in packed if path.is_relative_to(web / "sync")], "15 KiB"),
        ("field app without pictures, gzipped", [path for path in packed if path.suffix != ".svg"], ""),
        ("field app, gzipped", list(packed), "100 KiB"),
    ]
    for what, paths, target in parts:
        line(what, f"{sum(packed[path] for path in paths) / 1024:8.1f} KiB in {len(paths)} files", target)


def main() -> None:
    print(f"Python {sys.version.split()[0]}, SQLAlchemy {sa.__version__}; medians of one run on this machine")
    sync.bench()
    forms.bench()
    bench_weight()


if __name__ == "__main__":
    main()
