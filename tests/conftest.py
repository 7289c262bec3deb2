"""What every test shares: the zone in the header, and properties that print how to run a failure again."""

import os
import time

from hypothesis import HealthCheck, settings

SOAK = bool(os.environ.get("CHUNGSUC_SOAK"))
settings.register_profile(
    "chungsuc",
    max_examples=2000 if SOAK else 60,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("chungsuc")


def pytest_report_header():
    return f"zone: {time.tzname[0]}{' (soak)' if SOAK else ''}"
