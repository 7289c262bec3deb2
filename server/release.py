"""The field app as it travels: its code without what only readers need, in two packs.

On 32 kbit/s a request costs more than most files, and small files squeeze badly alone. The service worker therefore
fetches packs whose hashes it was given: a release arrives whole or not at all. The first holds what everybody needs from
the first minute, and the app starts with it; the second what only some need or need later.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from pathlib import Path, PurePosixPath
from posixpath import normpath

import brotli
import zopfli.gzip

from sync.canonical import sha

from .shorten import short_json, short_script, short_style

WORKER, PAGE = "sw.js", "index.html"
FIRST, SECOND = "app.pack", "more.pack"
NO_PACKS = 'const PACKS=[{name:"",sha256:"",size:0}];'
# The first pack: what these need to run. What is fetched by `import()` while the app runs is the second part.
ENTRANCES = ("start.js", "main.js", "device/browser.js")
# Beside scripts: what a first day in Vietnamese does not show. The browser asks for the PNGs when it installs the app.
LATER = ("i18n/en.json", "*.png")
ELSEWHERE = ("device/loopback.js",)  # of the laptop's window, which has its files on its own disk
STATIC_IMPORT = re.compile(r"""^(?:import|export)\b[^"'()]*["'](\.[^"']+)["'];?$""", re.MULTILINE)

SHORTENED: dict[str, Callable[[str], str]] = {
    ".js": short_script,
    ".css": short_style,
    ".json": short_json,
    ".webmanifest": short_json,
}
# What a browser may take, best first: brotli sees the whole pack at once, gzip the last 32 KiB. Both at their slowest,
# once a release, over the slowest links there are.
ENCODINGS: dict[str, Callable[[bytes], bytes]] = {"br": brotli.compress, "gzip": zopfli.gzip.compress}


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


def packs(web_dir: Path, types: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, bytes]:
    """Both packs by name: all files of the app but its worker.

    types: what is served, suffix → media type; headers: what each answer carries. A pack is a line of JSON that describes
    its files, then one after the other: {"headers": …, "files": [[address below /app/ ("" is the page), media type, bytes], …]}
    """
    here = sorted(web_dir.rglob("*"), key=lambda path: (path.suffix, path))  # like beside like squeezes best
    files = [path.relative_to(web_dir) for path in here if path.is_file()]
    files = [path for path in files if path.as_posix() not in (WORKER, *ELSEWHERE) and is_served(path, types)]
    soon = _first_scripts(web_dir)
    first = [path for path in files if (path.as_posix() in soon if path.suffix == ".js" else not is_later(path))]
    return {
        FIRST: _packed(web_dir, first, types, headers),
        SECOND: _packed(web_dir, [path for path in files if path not in first], types, headers),
    }


def pack(name: str, web_dir: Path, types: Mapping[str, str], headers: Mapping[str, str]) -> bytes:
    return packs(web_dir, types, headers)[name]


def _packed(web_dir: Path, files: list[Path], types: Mapping[str, str], headers: Mapping[str, str]) -> bytes:
    contents = [served(web_dir / path) for path in files]
    index = [[address(path), types[path.suffix], len(content)] for path, content in zip(files, contents, strict=True)]
    line = json.dumps({"headers": dict(headers), "files": index}, separators=(",", ":"))
    return b"\n".join((line.encode(), b"".join(contents)))


def _first_scripts(web_dir: Path) -> set[str]:
    """Addresses of the scripts that the entrances need to run, themselves included."""
    found: set[str] = set()
    left = [*ENTRANCES]
    while left:
        script = left.pop()
        if script not in found and (web_dir / script).is_file():
            found.add(script)
            left += _imported(script, (web_dir / script).read_text("utf-8"))
    return found


def _imported(script: str, text: str) -> list[str]:
    folder = PurePosixPath(script).parent
    return [normpath(folder / asked) for asked in STATIC_IMPORT.findall(text)]


def is_later(path: Path) -> bool:
    return any(path.match(pattern) for pattern in LATER)


def stamped_worker(web_dir: Path, types: Mapping[str, str], headers: Mapping[str, str]) -> bytes:
    """The worker that knows the packs of now by their hashes: a new release is a new worker."""
    made = packs(web_dir, types, headers)
    known = ",".join(f'{{name:"{name}",sha256:"{sha(content)}",size:{len(content)}}}' for name, content in made.items())
    return served(web_dir / WORKER).replace(NO_PACKS.encode(), f"const PACKS=[{known}];".encode(), 1)


# Not files: made of them. Address → the content, of the folder, the types and the headers.
MADE: dict[str, Callable[..., bytes]] = {
    FIRST: partial(pack, FIRST),
    SECOND: partial(pack, SECOND),
    WORKER: stamped_worker,
}


def is_served(path: Path, types: Mapping[str, str]) -> bool:
    """A file of the app by its name: of a type the web knows, and not hidden."""
    return path.suffix in types and not any(part.startswith(".") for part in path.parts)


def address(path: Path) -> str:
    return "" if path == Path(PAGE) else path.as_posix()
