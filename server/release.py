"""The field app as it travels: its code without what only readers need, and all of it in one pack.

On 32 kbit/s a request costs more than most files, and small files squeeze badly alone. The service worker therefore
fetches one pack whose hash it was given: a release arrives whole or not at all.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

import brotli

from sync.canonical import sha

WORKER, PACK, PAGE = "sw.js", "app.pack", "index.html"
NO_PACK = 'const PACK = { sha256: "", size: 0 };'
# Comments that stand alone, in JavaScript and CSS, and types within a line; what begins a line; blank lines.
COMMENT = re.compile(r"^[ \t]*(?://.*|/\*(?:[^*]|\*(?!/))*\*/[ \t]*)\n|/\*\* (?:[^*\n]|\*(?!/))*\*/ ?", re.MULTILINE)
INDENT = re.compile(r"^\s+", re.MULTILINE)


def bare_code(text: str) -> str:
    return INDENT.sub("", COMMENT.sub("", text))


def plain_json(text: str) -> str:
    return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))


# A third of what is written is for readers: comments, types, indents. Names and order stay as they are, so that it is
# the same program: tests/server/test_release.py proves it with a parser.
SHORTENED: dict[str, Callable[[str], str]] = {
    ".js": bare_code,
    ".css": bare_code,
    ".json": plain_json,
    ".webmanifest": plain_json,
}
# What a browser may take, best first: brotli sees the whole pack at once, gzip the last 32 KiB. Both at their slowest,
# once a release, over the slowest links there are.
ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": brotli.compress,
    "gzip": lambda content: gzip.compress(content, 9, mtime=0),
}


def served(path: Path) -> bytes:
    """The content of a file of the app as a browser gets it. Raises OSError."""
    state = path.stat()
    return _served(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1024)
def _served(path: Path, _written_ns: int, _bytes: int) -> bytes:
    content = path.read_bytes()
    shorten = SHORTENED.get(path.suffix)
    return shorten(content.decode()).encode() if shorten else content


@lru_cache(maxsize=512)
def squeezed(content: bytes, encoding: str) -> bytes:
    """A file or the pack as it travels in this encoding."""
    return ENCODINGS[encoding](content)


def pack(web_dir: Path, types: Mapping[str, str], headers: Mapping[str, str]) -> bytes:
    """All files of the app but its worker: a line of JSON that describes them, then one after the other.

    types: what is served, suffix → media type; headers: what each answer carries. The line:
    {"headers": …, "files": [[address below /app/ ("" is the page), media type, bytes], …]}
    """
    files = {
        path.relative_to(web_dir): served(path)
        for path in sorted(web_dir.rglob("*"), key=lambda path: (path.suffix, path))  # like beside like squeezes best
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
