"""Reading the clock, and printing what it said: medians, and the 99th of a hundred where one slow answer matters."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any


def timed(call: Callable[[], Any]) -> float:
    """Seconds."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def times(call: Callable[[], Any], often: int) -> list[float]:
    return [timed(call) for _ in range(often)]


def p99(seconds: Sequence[float]) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * 0.99))]


def line(what: str, value: str, target: str = "") -> None:
    print(f"{what:58} {value}{f'   (target {target})' if target else ''}", flush=True)


def milliseconds(seconds: Sequence[float]) -> str:
    """Median and 99th of a hundred."""
    return f"{statistics.median(seconds) * 1000:9.3f} ms median {p99(seconds) * 1000:9.3f} ms p99"
