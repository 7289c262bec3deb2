"""A form with what travels beside it, as a folder or a .zip: one workbook, lists as .csv, pictures and sounds."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from forms.problems import Problem, Where, problem

MAX_FILES, MAX_BYTES = 2_000, 80_000_000
FORMS, LISTS = (".xlsx", ".md"), (".csv",)
MEDIA = (".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".mp3", ".m4a", ".ogg", ".wav", ".mp4", ".webm")
# Folders in which other tools and ours put them; what is inside counts.
WRAPPINGS = re.compile(r"(media|lists|[^/]+-media)\Z")


@dataclass(frozen=True)
class Package:
    """name and content of the workbook; lists: file name → CSV; media: path → bytes, as forms name them."""

    name: str = ""
    form: bytes = b""
    lists: Mapping[str, bytes] = field(default_factory=dict)
    media: Mapping[str, bytes] = field(default_factory=dict)


def read_package(files: Mapping[str, bytes], file: str = "") -> tuple[Package | None, list[Problem]]:
    """Sort the files of a folder, path → content. None when there is not exactly one form."""
    files = _without_wrapping(files)
    found: list[Problem] = []
    sorted_out: dict[tuple[str, ...], dict[str, bytes]] = {FORMS: {}, LISTS: {}, MEDIA: {}}
    for path, content in sorted(files.items()):
        place = PurePosixPath(path.replace("\\", "/"))
        if any(part.startswith((".", "__MACOSX", "~$")) and part != ".." for part in place.parts):
            continue
        kind = next((kind for kind in sorted_out if place.suffix.lower() in kind), None)
        if kind is None or place.is_absolute() or ".." in place.parts:
            found.append(problem("xlsform.file_ignored", Where(file, path), severity="warning", path=path))
        else:
            sorted_out[kind][_inside(place) if kind == MEDIA else place.name] = content
    forms = sorted_out[FORMS]
    if len(forms) != 1:
        names = ", ".join(sorted(forms)) or "–"
        return None, [*found, problem("xlsform.one_form", Where(file), count=len(forms), names=names)]
    ((name, form),) = forms.items()
    return Package(name, form, sorted_out[LISTS], sorted_out[MEDIA]), found


def _without_wrapping(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The files below the one folder in which all of them lie, as a folder that was zipped has it."""
    firsts = {path.replace("\\", "/").partition("/")[0] for path in files}
    nested = all("/" in path.replace("\\", "/") for path in files)
    first = firsts.pop() if len(firsts) == 1 and nested else ""
    return {path[len(first) + 1 :]: content for path, content in files.items()} if first else files


def _inside(place: PurePosixPath) -> str:
    parts = list(place.parts)
    while len(parts) > 1 and WRAPPINGS.match(parts[0]):
        parts.pop(0)
    return "/".join(parts)


def unzip(content: bytes, file: str = "") -> tuple[dict[str, bytes], list[Problem]]:
    """The files of a .zip, within bounds, in memory: no path of it ever touches a disk here."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            size = sum(entry.file_size for entry in entries)
            if len(entries) > MAX_FILES or size > MAX_BYTES:
                return {}, [problem("file.too_large", Where(file), size=size, limit=MAX_BYTES)]
            return {entry.filename: archive.read(entry) for entry in entries}, []
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, NotImplementedError, EOFError):
        return {}, [problem("xlsform.damaged", Where(file))]


def write_package(package: Package) -> bytes:
    """A .zip that read_package reads again: the form, lists beside it, media by their paths."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in {package.name: package.form, **package.lists, **package.media}.items():
            archive.writestr(zipfile.ZipInfo(path), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()
