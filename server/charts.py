"""Charts as SVG: bars, days, tiles. Pure; no script, no style of their own: the page's stylesheet colours them.

A chart library brings fonts, scripts or styles that the console's Content-Security-Policy refuses, and some 30 KB a
picture; these are a few hundred bytes. Each stands beside a table with the same figures, so it hides nothing from
whoever cannot see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

TILE, GAP = 92, 6
LINE = 38  # of a bar and its words
BAR, VALUE = 320, 100
DAYS_WIDTH, DAYS_HEIGHT, FOOT = 420, 130, 18
SERIES = ("first", "second", "third", "fourth")


@dataclass(frozen=True)
class Bar:
    """value: None where nobody knows; text: as the reader's language writes it."""

    label: str
    value: Decimal | None
    text: str


@dataclass(frozen=True)
class Tile:
    """A unit on the grid. tone: "good", "late", "missing" or "". share: 0 to 1 of the highest, for its shade."""

    column: int
    row: int
    name: str
    text: str
    tone: str
    share: float
    url: str = ""


def drawing(width: int, height: int, title: str) -> Element:
    svg = Element("svg", {"viewBox": f"0 0 {width} {height}", "role": "img", "class": "chart", "aria-label": title,
                          "width": str(width), "height": str(height)})  # fmt: skip
    return svg


def text(parent: Element, x: float, y: float, said: str, **given: str) -> None:
    SubElement(
        parent, "text", {"x": f"{x:g}", "y": f"{y:g}", **{k.rstrip("_").replace("_", "-"): v for k, v in given.items()}}
    ).text = said


def markup(svg: Element) -> Markup:
    return Markup(tostring(svg, encoding="unicode"))  # ElementTree escapes what it writes


def bars(title: str, rows: Sequence[Bar]) -> Markup:
    """Horizontal bars from nought, each under its words: names of units and of policies are long."""
    highest = max((abs(row.value) for row in rows if row.value is not None), default=Decimal(0))
    svg = drawing(BAR + VALUE, max(len(rows), 1) * LINE, title)
    for number, row in enumerate(rows):
        top, width = number * LINE, 0.0
        text(svg, 0, top + 13, short(row.label, 52), class_="label")
        if row.value and highest:
            width = max(float(abs(row.value) / highest) * BAR, 1)
            SubElement(svg, "rect", {"x": "0", "y": f"{top + 18}", "width": f"{width:.1f}", "height": "13", "rx": "2",
                                     "class": "first"})  # fmt: skip
        text(svg, width + (6 if width else 0), top + 29, row.text, class_="value")
    return markup(svg)


def days(title: str, heads: Sequence[str], series: Sequence[tuple[str, Sequence[Decimal | None]]]) -> Markup:
    """A line a series over the days; a day nobody knows of breaks it. heads: what stands below first, middle and last."""
    values = [value for _, each in series for value in each if value is not None]
    highest = max([*values, Decimal(1)])
    svg = drawing(DAYS_WIDTH, DAYS_HEIGHT + FOOT + 18, title)
    count = max((len(each) for _, each in series), default=1)
    step = (DAYS_WIDTH - 44) / max(count - 1, 1)
    for share in (0.0, 0.5, 1.0):
        y = 22 + (DAYS_HEIGHT - 26) * (1 - share)
        SubElement(
            svg, "line", {"x1": "36", "x2": str(DAYS_WIDTH), "y1": f"{y:.1f}", "y2": f"{y:.1f}", "class": "grid"}
        )
        text(svg, 30, y + 4, f"{float(highest) * share:g}" if share != 0.5 or highest > 1 else "", class_="axis",
             text_anchor="end")  # fmt: skip
    for index, (name, each) in enumerate(series):
        path, broken = "", True
        for at, value in enumerate(each):
            if value is None:
                broken = True
                continue
            x, y = 40 + at * step, 22 + (DAYS_HEIGHT - 26) * (1 - float(value / highest))
            path += f"{'M' if broken else 'L'}{x:.1f} {y:.1f}"
            SubElement(svg, "circle", {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": "2.5", "class": SERIES[index]})
            broken = False
        if path:
            SubElement(svg, "path", {"d": path, "class": f"line {SERIES[index]}"})
        text(svg, 40 + index * 190, 12, f"● {name}", class_=f"key {SERIES[index]}")
    for at, said in zip((40, (DAYS_WIDTH + 40) / 2, DAYS_WIDTH - 2), heads, strict=False):
        anchor = "start" if at == 40 else "end" if at == DAYS_WIDTH - 2 else "middle"
        text(svg, at, DAYS_HEIGHT + FOOT + 4, said, class_="axis", text_anchor=anchor)
    return markup(svg)


def tiles(title: str, cells: Sequence[Tile]) -> Markup:
    """Units as squares that lie as on a map, shaded by their figure; a mark says who has not reported."""
    columns = max((cell.column for cell in cells), default=0) + 1
    rows = max((cell.row for cell in cells), default=0) + 1
    height = TILE - 26
    svg = drawing(columns * (TILE + GAP), rows * (height + GAP), title)
    for cell in cells:
        x, y = cell.column * (TILE + GAP), cell.row * (height + GAP)
        holder = SubElement(svg, "a", {"href": cell.url}) if cell.url else SubElement(svg, "g")
        shade = f"shade{min(int(cell.share * 4 + 0.999), 4)}" if cell.share > 0 else "shade0"
        SubElement(holder, "rect", {"x": str(x), "y": str(y), "width": str(TILE), "height": str(height), "rx": "6",
                                    "class": f"tile {shade} {cell.tone}"})  # fmt: skip
        dark = " dark" if shade in ("shade3", "shade4") else ""
        text(holder, x + 7, y + 17, short(cell.name, 13), class_=f"label{dark}")
        text(holder, x + 7, y + 44, cell.text, class_=f"figure{dark}")
        if cell.tone == "missing":
            text(holder, x + TILE - 7, y + 58, "!", class_=f"mark{dark}", text_anchor="end")
    return markup(svg)


def short(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"
