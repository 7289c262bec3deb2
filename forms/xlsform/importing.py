"""XLSForm's sheets → a form document, and where each of its parts is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from forms.problems import Problem, Where, near, problem
from forms.xlsform.cells import expression, read_dedupe, read_default, read_writers, truth
from forms.xlsform.columns import COLUMNS, EXPRESSIONS, SPOKEN, Column, language_code, plain, read_header
from forms.xlsform.sheets import Line, Sheet, Sheets
from forms.xlsform.types import read_structure, read_type

Json = dict[str, Any]
# Sheets of other tools: nothing here does what they ask for.
ELSEWHERE = ("entities", "osm", "external_choices")
DEFAULT_LANGUAGE, FIRST_VERSION = "vi", "1"


@dataclass
class Imported:
    """document: ready to be compiled. addresses: JSON pointer of a part → (sheet, line), for problems found later."""

    document: Json = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    addresses: dict[str, tuple[Sheet, int]] = field(default_factory=dict)
    file: str = ""

    def at_cell(self, found: Problem) -> Problem:
        """The same problem, its place told as sheet, column and row: 'survey!C7'."""
        path = found.where.path
        if path == "/choices" and found.where.name:
            path = f"/choices/{found.where.name}"
        if not path.startswith("/"):
            return found
        while path and path not in self.addresses:
            path = path.rpartition("/")[0]
        if path not in self.addresses:
            return found
        sheet, line = self.addresses[path]
        columns = [read_header(plain(sheet.name), text).key for text in sheet.header]
        key = CELL_OF.get(found.where.key, found.where.key)
        column = columns.index(key) if key in columns else None
        return replace(found, where=replace(found.where, path=sheet.address(line, column)))


CELL_OF = {"title": "form_title", "subtitle": "list_subtitle", "children": "type", "": "name"}


def import_sheets(sheets: Sheets, file: str = "", form_id: str = "") -> Imported:
    """Read a form. form_id: what it is called when settings do not say, as its file. Never raises on what is in it."""
    imported = Imported(file=file)
    _look_over(sheets, imported)
    survey = sheets.get("survey")
    if survey is None:
        imported.problems.append(problem("xlsform.sheet_missing", Where(file), sheet="survey"))
        return imported
    rows = _Survey(imported, survey).rows()
    choices = _choices(imported, sheets["choices"]) if "choices" in sheets else {}
    settings = _settings(imported, sheets.get("settings"), form_id)
    extra: Json = {key: settings.pop(key) for key in ("list_view", "dedupe", "comment") if key in settings}
    imported.document = {"settings": settings, "survey": rows, "choices": choices, **extra}
    _speak(imported, [*rows, settings])
    return imported


def _look_over(sheets: Sheets, imported: Imported) -> None:
    for name, sheet in sheets.items():
        hint = near(name, list(COLUMNS)) if name not in COLUMNS else ""
        if (name in ELSEWHERE or (hint and hint not in sheets)) and any(sheet.filled()):
            where = Where(imported.file, sheet.name)
            imported.problems.append(
                problem("xlsform.sheet_ignored", where, severity="warning", hint=hint, sheet=sheet.name)
            )


class _Reader:
    """The columns of one sheet, understood once, and its lines as objects."""

    def __init__(self, imported: Imported, sheet: Sheet, others_belong: bool = False) -> None:
        """others_belong: columns that are not XLSForm's are the author's own, as in choices; else they are told."""
        self.imported, self.sheet, self.kind = imported, sheet, plain(sheet.name)
        self.columns: list[tuple[int, Column]] = []
        seen: dict[tuple[str, str | None], str] = {}
        for index, text in enumerate(sheet.header):
            if not text.strip() or text.strip().startswith("_"):
                continue
            column = read_header(self.kind, text)
            if column.language is None:
                self._tell("xlsform.language_unknown", index, header=text.strip())
            elif (column.key, column.language) in seen:
                self._tell("xlsform.column_twice", index, header=text.strip(), first=seen[column.key, column.language])
            elif not column.known and not others_belong:
                hint = near(plain(text), COLUMNS[self.kind])
                self._tell("xlsform.column_ignored", index, "warning", hint, header=text.strip())
            else:
                seen[column.key, column.language] = text.strip()
                self.columns.append((index, column))

    def _tell(self, code: str, column: int, severity: str = "error", hint: str = "", **details: str) -> None:
        where = Where(self.imported.file, self.sheet.address(self.sheet.header_line, column))
        self.imported.problems.append(problem(code, where, severity=severity, hint=hint, **details))

    def needs(self, key: str) -> bool:
        """Whether a column is there; tells when it is not."""
        there = any(column.key == key for _, column in self.columns)
        if not there:
            where = Where(self.imported.file, self.sheet.address(self.sheet.header_line))
            self.imported.problems.append(
                problem("xlsform.column_missing", where, column=key, sheet=self.sheet.name, hint="")
            )
        return there

    def read(self, line: Line) -> Json:
        """{key: text, or {language: text}} of what is written; "" is the language of a header that names none."""
        found: Json = {}
        for index, column in self.columns:
            text = line.cells[index] if index < len(line.cells) else ""
            if not text.strip():
                continue
            if column.key in SPOKEN[self.kind]:
                found.setdefault(column.key, {})[column.language] = text
            elif column.key in EXPRESSIONS and column.known:
                found[column.key] = expression(text)
            else:
                found[column.key] = text.strip()
        return {
            key: value[""] if isinstance(value, dict) and [*value] == [""] else value for key, value in found.items()
        }

    def tell_cell(self, code: str, line: Line, key: str, **details: str) -> None:
        index = next((index for index, column in self.columns if column.key == key), None)
        where = Where(self.imported.file, self.sheet.address(line.number, index), key=key)
        self.imported.problems.append(problem(code, where, **details))


class _Survey(_Reader):
    def __init__(self, imported: Imported, sheet: Sheet) -> None:
        super().__init__(imported, sheet)
        self.open: list[tuple[Line, str, list[Json], str]] = []  # begun groups: line, kind, rows, place

    def rows(self) -> list[Json]:
        outermost: list[Json] = []
        rows, place = outermost, "/survey"
        if not self.needs("type"):
            return outermost
        for line in self.sheet.filled():
            cells = self.read(line)
            structure = read_structure(cells.get("type", ""))
            if structure is None or structure[0] == "begin":
                row = self._row(line, cells, structure[1] if structure else "")
                here = f"{place}/{len(rows)}"
                self.imported.addresses[here] = (self.sheet, line.number)
                rows.append(row)
                if structure:
                    self.open.append((line, structure[1], rows, place))
                    row["children"] = []
                    rows, place = row["children"], f"{here}/children"
            elif self.open and self.open[-1][1] == structure[1]:
                _, _, rows, place = self.open.pop()
            else:
                begun = f"{self.open[-1][1]} · {self.sheet.address(self.open[-1][0].number)}" if self.open else "–"
                self.tell_cell("xlsform.end_unmatched", line, "type", kind=structure[1], begun=begun)
        for line, kind, _, _ in self.open:
            self.tell_cell("xlsform.end_missing", line, "type", kind=kind)
        return outermost

    def _row(self, line: Line, cells: Json, structure: str) -> Json:
        row = {key: cells[key] for key in cells if key not in ("type", "name")}
        kind = structure or read_type(cells.get("type", ""))
        if kind:
            row = {"type": kind, "name": cells.get("name", ""), **row}
        for key in ("required", "read_only"):
            if key in row:
                row[key] = truth(row[key])
        if "default" in row:
            row["default"] = read_default(cells["default"], kind)
        for key in ("anew", "summary"):
            if key in row:
                row[key] = truth(row[key]) == "yes"
        if "writable_by" in row:
            rules = read_writers(row.pop("writable_by"))
            if rules is None:
                self.tell_cell("xlsform.cell", line, "writable_by", text=cells["writable_by"][:80])
            else:
                row["writable_by"] = rules
        return row


def _choices(imported: Imported, sheet: Sheet) -> dict[str, list[Json]]:
    reader = _Reader(imported, sheet, others_belong=True)
    lists: dict[str, list[Json]] = {}
    if not reader.needs("list_name"):
        return lists
    for line in sheet.filled():
        choice = reader.read(line)
        name = choice.pop("list_name", "")
        if not name:
            reader.tell_cell("xlsform.choice_without_list", line, "list_name")
            continue
        choices = lists.setdefault(name, [])
        imported.addresses.setdefault(f"/choices/{name}", (sheet, line.number))
        imported.addresses[f"/choices/{name}/{len(choices)}"] = (sheet, line.number)
        choices.append(choice)
    return lists


def _settings(imported: Imported, sheet: Sheet | None, form_id: str) -> Json:
    cells: Json = {}
    if sheet is not None:
        reader = _Reader(imported, sheet)
        line = next(sheet.filled(), None)
        cells = reader.read(line) if line else {}
        for place in ("/settings", "/list_view", "/dedupe"):
            imported.addresses[place] = (sheet, line.number if line else sheet.header_line)
    settings = {key: value for key, value in cells.items() if key not in ELSEWHERE_IN_DOCUMENT}
    for key, read in ELSEWHERE_IN_DOCUMENT.items():
        if key in cells:
            read(settings, cells[key])
    if "default_language" in cells:
        settings["default_language"] = language_code(cells["default_language"]) or cells["default_language"]
    if "allow_choice_duplicates" in cells:
        settings["allow_choice_duplicates"] = truth(cells["allow_choice_duplicates"]) == "yes"
    assumed = {"form_id": form_id, "version": FIRST_VERSION}
    for key, value in assumed.items():
        if key not in settings and value:
            _assume(imported, settings, key, value)
    settings.setdefault("title", settings.get("form_id", "?"))
    return settings


def _list_view(key: str) -> Callable[[Json, str], None]:
    def read(settings: Json, text: str) -> None:
        settings.setdefault("list_view", {})[key] = text

    return read


# Cells of the settings sheet that a document keeps elsewhere or under another name.
ELSEWHERE_IN_DOCUMENT: Mapping[str, Callable[[Json, Any], None]] = {
    "form_title": lambda settings, text: settings.update(title=text),
    "list_title": _list_view("title"),
    "list_subtitle": _list_view("subtitle"),
    "dedupe": lambda settings, text: settings.update(dedupe=read_dedupe(text)),
    "comment": lambda settings, text: settings.update(comment=text),
}


def _assume(imported: Imported, settings: Json, key: str, value: str) -> None:
    settings[key] = value
    address = imported.addresses.get("/settings")
    place = address[0].address(address[1]) if address else "settings"
    where = Where(imported.file, place, key=key)
    imported.problems.append(problem("xlsform.setting_assumed", where, severity="warning", key=key, value=value))


def _speak(imported: Imported, texts: list[Json]) -> None:
    """A default language: as settings say, else the first that a column names, else Vietnamese. It is also that of
    texts under a header without a language, where other texts of the same row have one."""
    document = imported.document
    everything = [*_walk(texts), *(choice for each in document["choices"].values() for choice in each)]
    spoken = [value for row in everything for value in row.values() if isinstance(value, dict)]
    settings = document["settings"]
    if "default_language" not in settings:
        first = next((language for text in spoken for language in text if language), "")
        if first:
            _assume(imported, settings, "default_language", first)
        else:
            settings["default_language"] = DEFAULT_LANGUAGE
    for text in spoken:
        if "" in text:
            own = text.pop("")
            text.setdefault(settings["default_language"], own)


def _walk(rows: list[Json]) -> Iterator[Json]:
    ahead = list(rows)
    while ahead:
        row = ahead.pop()
        yield row
        ahead += row.get("children", ())
