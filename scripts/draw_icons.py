"""Draw the app's PNG icons again from client/web/icons/app.svg: .venv/bin/python scripts/draw_icons.py

They are written in 16 colours: two, and the steps between them at the edges, so a fifth of what Chromium writes.
"""

import base64
import os
import struct
import zlib
from collections import Counter
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ICONS = Path(__file__).parent.parent / "client" / "web" / "icons"
GREEN = "#0a5a4c"  # the drawing's own ground, so that a maskable icon bleeds to its edges
DRAWINGS = {  # file: (pixels, share of the side that the drawing takes, ground)
    "app-192.png": (192, 1.0, "transparent"),
    "app-512.png": (512, 1.0, "transparent"),
    "app-maskable-512.png": (512, 0.8, GREEN),
}
COLOURS, APART = 16, 40  # of a palette: how many, and how far from each other in all four channels together
PIXELS = """async ([png, size]) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const paper = new OffscreenCanvas(size, size).getContext("2d");
  paper.drawImage(image, 0, 0);
  return Array.from(paper.getImageData(0, 0, size, size).data);
}"""


def in_few_colours(pixels: bytes, size: int) -> bytes:
    """A square picture, RGBA, as a PNG with a palette and four bits a pixel."""
    quads = [pixels[i : i + 4] for i in range(0, len(pixels), 4)]
    palette: list[bytes] = []
    for colour, _ in Counter(quads).most_common():
        if len(palette) < COLOURS and all(
            sum(abs(a - b) for a, b in zip(colour, p, strict=True)) > APART for p in palette
        ):
            palette.append(colour)
    nearest = {
        colour: min(
            range(len(palette)), key=lambda i: sum((a - b) ** 2 for a, b in zip(colour, palette[i], strict=True))
        )
        for colour in set(quads)
    }
    places = [nearest[quad] for quad in quads]
    rows = (places[y : y + size] for y in range(0, len(places), size))
    packed = b"".join(b"\0" + bytes(row[x] << 4 | row[x + 1] for x in range(0, size, 2)) for row in rows)
    chunks = {
        b"IHDR": struct.pack(">IIBBBBB", size, size, 4, 3, 0, 0, 0),
        b"PLTE": b"".join(colour[:3] for colour in palette),
        b"tRNS": bytes(colour[3] for colour in palette),
        b"IDAT": zlib.compress(packed, 9),
        b"IEND": b"",
    }
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks.items()
    )


def draw(page: Page, svg: str, size: int, share: float, ground: str) -> bytes:
    page.set_viewport_size({"width": size, "height": size})
    page.set_content(
        f"<style>body{{margin:0;height:100vh;display:grid;place-items:center;background:{ground}}}"
        f"svg{{width:{share:.0%};height:{share:.0%}}}</style>{svg}"
    )
    png = base64.b64encode(page.screenshot(omit_background=True)).decode()
    return in_few_colours(bytes(page.evaluate(PIXELS, [png, size])), size)


def main() -> None:
    svg = (ICONS / "app.svg").read_text("utf-8")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.getuid() == 0 else []
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        page = browser.new_page()
        for name, drawing in DRAWINGS.items():
            (ICONS / name).write_bytes(draw(page, svg, *drawing))
        browser.close()


if __name__ == "__main__":
    main()
