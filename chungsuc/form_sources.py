"""A form as authors have it: our JSON, an XLSForm (.xlsx or Markdown), or a folder or .zip with what travels beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forms import Compiled, Problem, compile_form, errors, read_json
from forms.campaign_checks import check_named
from forms.lists import read_list
from forms.question_types import BUILT_IN_LISTS
from forms.xlsform import Package, import_sheets, read_markdown, read_package, read_workbook
from forms.xlsform.package import MAX_BYTES, MAX_FILES, unzip


@dataclass(frozen=True)
class Source:
    """document: None when nothing could be read. program: None when the form cannot be used. problems: each at its place
    in the file as the author sees it, a JSON pointer or a cell."""

    document: Mapping[str, Any] | None = None
    compiled: Compiled = Compiled(None, ())
    problems: tuple[Problem, ...] = ()
    package: Package = field(default_factory=Package)

    @property
    def usable(self) -> bool:
        return self.compiled.program is not None and not errors(list(self.problems))


def open_form(path: Path) -> Source:
    """Read a form of any kind. Raises OSError."""
    if path.is_dir():
        return _packed(*read_package(dict(_files(path)), str(path)), str(path))
    content = path.read_bytes()
    if path.suffix.lower() == ".zip":
        files, found = unzip(content, str(path))
        return Source(problems=tuple(found)) if found else _packed(*read_package(files, str(path)), str(path))
    return _form(Package(path.name, content), str(path))


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Path below the folder and content of each file; of a folder beyond all bounds only so much as shows that."""
    size = 0
    for count, file in enumerate(sorted(file for file in folder.rglob("*") if file.is_file())):
        size += file.stat().st_size
        if count > MAX_FILES or size > MAX_BYTES:
            raise OSError(f"{folder} holds more than {MAX_FILES} files or {MAX_BYTES} bytes")
        yield file.relative_to(folder).as_posix(), file.read_bytes()


def _packed(package: Package | None, found: list[Problem], file: str) -> Source:
    if package is None:
        return Source(problems=tuple(found))
    form = _form(package, f"{file}/{package.name}")
    columns: dict[str, set[str]] = {}
    for name, content in package.lists.items():
        read, problems = read_list(content, f"{file}/{name}")
        found += problems
        if read is not None:
            columns[name.removesuffix(".csv")] = set(read["columns"])
    if form.compiled.program is not None:
        found += check_named(file, form.compiled.program, columns, package.media, BUILT_IN_LISTS)
    return Source(form.document, form.compiled, (*form.problems, *found), package)


def _form(package: Package, file: str) -> Source:
    suffix = Path(package.name).suffix.lower()
    if suffix not in (".xlsx", ".md"):
        compiled = compile_form(package.form, file)
        document = read_json(package.form, file)[0] if compiled.program else None
        return Source(document, compiled, compiled.problems, package)
    if suffix == ".md":
        sheets, found = read_markdown(package.form.decode("utf-8-sig", errors="replace")), []
    else:
        sheets, found = read_workbook(package.form, file)
    if errors(found) and not sheets:
        return Source(problems=tuple(found))
    imported = import_sheets(sheets, file, form_id=_as_name(Path(package.name).stem))
    if not imported.document:
        return Source(problems=(*found, *imported.problems))
    compiled = compile_form(imported.document, file)
    problems = (*found, *imported.problems, *map(imported.at_cell, compiled.problems))
    return Source(imported.document, compiled, problems, package)


def _as_name(stem: str) -> str:
    """A file's name as a form's id: 'Ho can ho tro (1)' → 'Ho_can_ho_tro__1_'."""
    name = "".join(letter if letter.isascii() and (letter.isalnum() or letter == "_") else "_" for letter in stem)
    return name.lstrip("_0123456789") or "form"
