"""A .docx as bytes from a stranger: opened only when nothing in it can harm whoever opens the papers made of it.

Refused: what is no .docx, zip bombs, broken or tricky XML, macros, embedded programs, links to the outside, and field
codes that fetch or run something. Each with the part, and the paragraph where there is one.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Any

from lxml import etree

DOCUMENT = "word/document.xml"
CONTENT_TYPES = "[Content_Types].xml"
MAX_FILE = 900_000  # bytes as uploaded
MAX_PARTS = 300
MAX_PART = 8_000_000  # bytes of one part unpacked
MAX_WHOLE = 20_000_000  # of all
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

# Parts and content types that run, or carry something that does.
RUNS = re.compile(r"vbaProject|vbaData|activeX|/embeddings/|oleObject|attachedToolbars|customUI|macroEnabled", re.I)
# Field codes that fetch or start something when the paper is opened. PAGE, NUMPAGES, DATE … are harmless.
FETCHES = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK|IMPORT|HYPERLINK|MACROBUTTON|AUTOTEXT|DATABASE|RD)\b", re.I
)


@dataclass(frozen=True)
class Fault:
    """Something wrong with a template. code: of server/problems.py. where: part and paragraph, as people count."""

    code: str
    where: str
    detail: str = ""


def open_package(content: bytes) -> tuple[dict[str, bytes], list[Fault]]:
    """The parts of a .docx by name, and everything wrong with it; no parts when it could not be opened at all."""
    if len(content) > MAX_FILE:
        return {}, [Fault("paper.too_large", "", f"{len(content)} > {MAX_FILE}")]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts, faults = unpack(package)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        return {}, [Fault("paper.not_docx", "", type(error).__name__)]
    if faults:
        return {}, faults
    if CONTENT_TYPES not in parts or DOCUMENT not in parts:
        return {}, [Fault("paper.not_docx", "", DOCUMENT)]
    for name, part in sorted(parts.items()):
        faults += faults_of_part(name, part)
    return parts, faults


def unpack(package: zipfile.ZipFile) -> tuple[dict[str, bytes], list[Fault]]:
    """Every part, read no further than allowed, whatever the archive claims about its size."""
    listed = package.infolist()
    if len(listed) > MAX_PARTS:
        return {}, [Fault("paper.bomb", "", f"{len(listed)} parts")]
    parts: dict[str, bytes] = {}
    left = MAX_WHOLE
    for info in listed:
        if info.filename in parts or info.filename.startswith("/") or ".." in info.filename.split("/"):
            return {}, [Fault("paper.not_docx", info.filename)]
        allowed = min(left, MAX_PART)
        with package.open(info) as file:
            part = file.read(allowed + 1)
        if len(part) > allowed:
            return {}, [Fault("paper.bomb", info.filename, f"> {allowed}")]
        left -= len(part)
        parts[info.filename] = part
    return parts, []


def faults_of_part(name: str, part: bytes) -> list[Fault]:
    if RUNS.search(name):
        return [Fault("paper.macro", name)]
    if not name.endswith((".xml", ".rels")):
        return []
    try:
        root = read_xml(part)
    except (etree.XMLSyntaxError, ValueError) as error:
        return [Fault("paper.xml", name, str(error))]
    if name == CONTENT_TYPES:
        types = (str(each.get("ContentType")) for each in root)
        return [Fault("paper.macro", name, each) for each in types if RUNS.search(each)]
    if name.endswith(".rels"):
        outside = (each for each in root if each.get("TargetMode") == "External")
        return [Fault("paper.external", name, str(each.get("Target"))[:200]) for each in outside]
    return field_code_faults(name, root)


def field_code_faults(name: str, root: Any) -> list[Fault]:
    """Field codes may be spread over runs, so they are read a paragraph at a time."""
    found = []
    for number, paragraph in enumerate(root.iter(W + "p"), 1):
        codes = "".join(each.text or "" for each in paragraph.iter(W + "instrText"))
        codes += " ".join(each.get(W + "instr") or "" for each in paragraph.iter(W + "fldSimple"))
        if match := FETCHES.search(codes):
            found.append(Fault("paper.external", place(name, number), match[0].upper()))
    if next(root.iter(W + "altChunk"), None) is not None:
        found.append(Fault("paper.external", name, "altChunk"))
    return found


def read_xml(part: bytes) -> Any:
    """The root of a part. Raises XMLSyntaxError, and ValueError for a document type: no .docx needs entities."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    root = etree.fromstring(part, parser)
    if root.getroottree().docinfo.doctype:
        raise ValueError("DOCTYPE")
    return root


def place(name: str, paragraph: int) -> str:
    """ "word/document.xml, ¶ 12"."""
    return f"{name}, ¶ {paragraph}"
