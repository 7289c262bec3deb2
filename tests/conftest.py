"""What every test shares: the zone and the seed in the header, and properties that print how to run a failure again."""

import os
import secrets
import time

import pytest
from hypothesis import HealthCheck, settings

SOAK = bool(os.environ.get("CHUNGSUC_SOAK"))
settings.register_profile(
    "chungsuc",
    max_examples=2000 if SOAK else 60,
    deadline=None,  # a busy machine is slow, not wrong
    derandomize=False,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("chungsuc")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    """Choose the run's seed before Hypothesis does, so that it can be told."""
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = str(secrets.randbits(32))


def pytest_report_header(config):
    return f"zone: {time.tzname[0]}, seed: --hypothesis-seed={config.option.hypothesis_seed}{', soak' if SOAK else ''}"
