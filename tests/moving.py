"""A server that moves: its data, keys and all, answers at another address; the old one may be gone."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.live import LiveDistrict


def moved(live: LiveDistrict, folder: Path) -> LiveDistrict:
    """The same server somewhere else, from a copy of its stopped data. It knows where devices installed the app."""
    live.stop()
    shutil.copytree(live.settings.data_dir, folder)
    return LiveDistrict(folder, former_origins=live.origin)
