"""USB sticks and memory cards: which are there, the bundles on them, and writing bundles to them.

Only files named as bundles are looked at, and only at the top of a drive or in the folder that we make there.
"""

from __future__ import annotations

import os
import re
import shutil
import string
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from client.errors import DeviceError
from sync.bundles import MAX_BUNDLE_BYTES

NAME = re.compile(r"chung-suc-[a-z0-9-]{1,120}\.txt", re.IGNORECASE)
FOLDER = "chung-suc"
REMOVABLE = 2  # GetDriveTypeW
MOUNTED_BY_HAND = ("/media/", "/run/media/", "/mnt/")
ESCAPED = re.compile(r"\\([0-7]{3})")  # a space in /proc/mounts is \040


@dataclass(frozen=True)
class Drive:
    """drive: its path, by which a screen names it. name: as people see it."""

    drive: str
    name: str


def drives(
    platform: str = sys.platform, mounts: Path = Path("/proc/mounts"), volumes: Path = Path("/Volumes")
) -> list[Drive]:
    """The removable drives that are there now."""
    found = {"linux": lambda: _linux(mounts), "darwin": lambda: _macos(volumes), "win32": _windows}.get(platform)
    return [drive for drive in (found() if found else ()) if Path(drive.drive).is_dir()]


def _linux(mounts: Path) -> Iterator[Drive]:
    try:
        lines = mounts.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        source, _, rest = line.partition(" ")
        path = ESCAPED.sub(lambda code: chr(int(code[1], 8)), rest.split(" ")[0])
        if source.startswith("/dev/") and path.startswith(MOUNTED_BY_HAND):
            yield Drive(path, Path(path).name)


def _macos(volumes: Path) -> Iterator[Drive]:
    for path in sorted(volumes.iterdir()) if volumes.is_dir() else ():
        if not path.is_symlink():  # the system's own disk is a link to /
            yield Drive(str(path), path.name)


def _windows() -> Iterator[Drive]:
    import ctypes

    for letter in string.ascii_uppercase:
        if ctypes.windll.kernel32.GetDriveTypeW(f"{letter}:\\") == REMOVABLE:  # type: ignore[attr-defined]  # windll is there on Windows only
            yield Drive(f"{letter}:\\", f"{letter}:")


def listed(here: list[Drive]) -> dict[str, Any]:
    """{drives: [{drive, name, free_bytes, files: [{name, size}]}]} of what is plugged in; one pulled out meanwhile is left out."""
    shown = []
    for each in here:
        try:
            free = shutil.disk_usage(each.drive).free
            files = [{"name": path.name, "size": path.stat().st_size} for path in _bundles(Path(each.drive))]
        except OSError:
            continue
        shown.append({"drive": each.drive, "name": each.name, "free_bytes": free, "files": files})
    return {"drives": shown}


def _bundles(top: Path) -> list[Path]:
    found = [path for folder in (top, top / FOLDER) if folder.is_dir() for path in folder.iterdir()]
    return sorted((path for path in found if NAME.fullmatch(path.name) and path.is_file()), key=lambda path: path.name)


def read(here: list[Drive], drive: str, name: str) -> str:
    """The text of a bundle on a drive. Raises drive.gone, bundle.too_large."""
    try:
        path = next(path for path in _bundles(_top(here, drive)) if path.name == name)
        if path.stat().st_size > MAX_BUNDLE_BYTES * 2:
            raise DeviceError("bundle.too_large")
        return path.read_text("utf-8", errors="replace")
    except (OSError, StopIteration) as gone:
        raise DeviceError("drive.gone", {"drive": drive}) from gone


def write(here: list[Drive], drive: str, files: list[dict[str, str]]) -> dict[str, Any]:
    """Write bundles, each on the medium and read back before it counts; {written: [name]}. Raises drive.gone, drive.failed."""
    folder = _top(here, drive) / FOLDER
    written = []
    try:
        folder.mkdir(exist_ok=True)
        for file in files:
            if not NAME.fullmatch(file["name"]):
                raise DeviceError("drive.failed", {"drive": drive})
            target, part = folder / file["name"], folder / f"{file['name']}.part"
            with part.open("w", encoding="utf-8", newline="") as out:
                out.write(file["text"])
                out.flush()
                os.fsync(out.fileno())
            part.replace(target)
            if target.read_text("utf-8") != file["text"]:
                raise DeviceError("drive.failed", {"drive": drive})
            written.append(file["name"])
    except OSError as failure:
        raise DeviceError("drive.failed", {"drive": drive}) from failure
    return {"written": written}


def _top(here: list[Drive], drive: str) -> Path:
    """Only a drive that is plugged in: a screen cannot name any other folder."""
    if drive not in {each.drive for each in here}:
        raise DeviceError("drive.gone", {"drive": drive})
    return Path(drive)
