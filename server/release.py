"""The field app as it travels: its code without the comments, and all of it in one pack.

On 32 kbit/s a request costs more than most files, and small files squeeze badly alone. The service worker therefore
fetches one pack whose hash it was given: a release arrives whole or not at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from sync.canonical import sha

WORKER, PACK, PAGE = "sw.js", "app.pack", "index.html"
NO_PACK = 'const PACK = { sha256: "", size: 0 };'
# A third of what is written is for readers. Comments that stand alone, in JavaScript and CSS, and types within a line.
# That nothing else is meant by it in our files, tests/server/test_release.py proves with a parser.
COMMENT = re.compile(r"^[ \t]*(?://.*|/\*(?:[^*]|\*(?!/))*\*/[ \t]*)\n|/\*\* (?:[^*\n]|\*(?!/))*\*/ ?", re.MULTILINE)
COMMENTED = (".js", ".css")


def served(path: Path) -> bytes:
    """The content of a file of the app as a browser gets it. Raises OSError."""
    state = path.stat()
    return _served(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1024)
def _served(path: Path, _written_ns: int, _bytes: int) -> bytes:
    content = path.read_bytes()
    return COMMENT.sub("", content.decode()).encode() if path.suffix in COMMENTED else content


def pack(web_dir: Path, types: Mapping[str, str], headers: Mapping[str, str]) -> bytes:
    """All files of the app but its worker: a line of JSON that describes them, then one after the other.

    types: what is served, suffix → media type; headers: what each answer carries. The line:
    {"headers": …, "files": [[address below /app/ ("" is the page), media type, bytes], …]}
    """
    files = {
        path.relative_to(web_dir): served(path)
        for path in sorted(web_dir.rglob("*"))
        if path != web_dir / WORKER and is_served(path.relative_to(web_dir), types) and path.is_file()
    }
    index = [[address(path), types[path.suffix], len(content)] for path, content in files.items()]
    line = json.dumps({"headers": dict(headers), "files": index}, separators=(",", ":"))
    return b"\n".join((line.encode(), b"".join(files.values())))


def stamped_worker(web_dir: Path, types: Mapping[str, str], headers: Mapping[str, str]) -> bytes:
    """The worker that knows the pack of now by its hash: a new release is a new worker."""
    content = pack(web_dir, types, headers)
    known = f'const PACK = {{ sha256: "{sha(content)}", size: {len(content)} }};'
    return served(web_dir / WORKER).replace(NO_PACK.encode(), known.encode(), 1)


def is_served(path: Path, types: Mapping[str, str]) -> bool:
    """A file of the app by its name: of a type the web knows, and not hidden."""
    return path.suffix in types and not any(part.startswith(".") for part in path.parts)


def address(path: Path) -> str:
    return "" if path == Path(PAGE) else path.as_posix()
