"""Draw the app's PNG icons again from client/web/icons/app.svg: .venv/bin/python scripts/draw_icons.py"""

import os
from pathlib import Path

from playwright.sync_api import sync_playwright

ICONS = Path(__file__).parent.parent / "client" / "web" / "icons"
GREEN = "#0a5a4c"  # the drawing's own ground, so that a maskable icon bleeds to its edges
DRAWINGS = {  # file: (pixels, share of the side that the drawing takes, ground)
    "app-192.png": (192, 1.0, "transparent"),
    "app-512.png": (512, 1.0, "transparent"),
    "app-maskable-512.png": (512, 0.8, GREEN),
}


def main() -> None:
    svg = (ICONS / "app.svg").read_text("utf-8")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.getuid() == 0 else []
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        for name, (size, share, ground) in DRAWINGS.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(
                f"<style>body{{margin:0;height:100vh;display:grid;place-items:center;background:{ground}}}"
                f"svg{{width:{share:.0%};height:{share:.0%}}}</style>{svg}"
            )
            page.screenshot(path=ICONS / name, omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
