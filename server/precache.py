"""The field app's service worker as served: the list of the app's files is in it, so a release is a new worker."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

from sync.canonical import canonical, sha

WORKER = "sw.js"
PAGE = "index.html"
NO_FILES, NO_VERSION = "const FILES = {};", 'const VERSION = "development";'


def stamped_worker(web_dir: Path, suffixes: Collection[str]) -> str:
    """The text of sw.js with the app's files: address below /app/ → sha256, the page itself being "".

    The files are read each time; browsers ask for a worker once a day or when the app is opened.
    """
    files = {
        address(path.relative_to(web_dir)): sha(path.read_bytes())
        for path in sorted(web_dir.rglob("*"))
        if path != web_dir / WORKER and is_served(path.relative_to(web_dir), suffixes) and path.is_file()
    }
    text = (web_dir / WORKER).read_text("utf-8")
    version = sha((canonical(files) + text).encode())[:16]
    text = text.replace(NO_FILES, f"const FILES = {json.dumps(files)};", 1)
    return text.replace(NO_VERSION, f'const VERSION = "{version}";', 1)


def is_served(path: Path, suffixes: Collection[str]) -> bool:
    """A file of the app by its name: of a type the web knows, and not hidden."""
    return path.suffix in suffixes and not any(part.startswith(".") for part in path.parts)


def address(path: Path) -> str:
    return "" if path == Path(PAGE) else path.as_posix()
