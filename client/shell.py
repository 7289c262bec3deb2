"""The window: pywebview over the loopback server. Knows no record; closing it stops the server and the agent.

Where nothing can show a window, the browser opens the same address: the same one-time token, cookie and checks.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import webbrowser
from pathlib import Path
from typing import IO, Any

import webview
from flask import Flask
from waitress import create_server
from waitress.server import BaseWSGIServer

from client.device import Device
from client.loopback import Gate, create_loopback, end_serving
from client.vault import replace_file

TITLE = "Chung Sức"
WIDTH, HEIGHT, SMALLEST = 1100, 780, (360, 560)
ASK_PLACE = "Biểu mẫu muốn biết vị trí của máy này. Cho phép không?\n\nA form asks where this computer is. Allow it?"
THREADS = 8
# Set by the project's own tests alone: it gives whoever knows the port full control of the window.
TEST_PORT = "CHUNGSUC_TEST_DEBUG_PORT"


class NoWindow(Exception):
    """There is nothing to show a window with; the message says what to type."""

    code = "window.no_qt"


class Loopback:
    """The loopback server in its thread. port: a fixed one keeps the window's origin from start to start."""

    def __init__(self, device: Device, port: int) -> None:
        self.gate, self._device = Gate(), device
        later: list[Flask] = []
        self._server: BaseWSGIServer = create_server(
            lambda environ, start: later[0](environ, start), host="127.0.0.1", port=port, threads=THREADS, ident=None
        )
        self.port = int(self._server.effective_port)
        later.append(create_loopback(device, self.gate, self.port))
        self._thread = threading.Thread(target=self._server.run, name="loopback", daemon=True)
        self._thread.start()

    @property
    def boot_url(self) -> str:
        """Opens the app once; a second visit is refused."""
        return f"http://127.0.0.1:{self.port}/boot?t={self.gate.boot_token}"

    def close(self) -> None:
        end_serving(self._server, self._device)
        self._thread.join(timeout=5)


def show(loopback: Loopback, folder: Path) -> None:
    """Open the window and return when it is closed."""
    if sys.platform == "linux":
        _prepare_qt()
    storage = folder / "window"
    storage.mkdir(parents=True, exist_ok=True, mode=0o700)
    webview.settings["ALLOW_DOWNLOADS"] = True  # bundles are saved where the person says
    kept = read_place(folder)
    size = {"width": kept.get("width", WIDTH), "height": kept.get("height", HEIGHT)}
    window = webview.create_window(TITLE, loopback.boot_url, **size, min_size=SMALLEST, text_select=True)
    window.events.resized += lambda width, height: size.update(width=int(width), height=int(height))
    webview.start(private_mode=False, storage_path=str(storage), debug=False)
    keep_place(folder, **{side: max(least, size[side]) for side, least in zip(size, SMALLEST, strict=True)})


def show_in_browser(loopback: Loopback) -> None:
    """Open the app in the person's browser; returns when the program is ended."""
    webbrowser.open(loopback.boot_url)
    threading.Event().wait()


# What the window remembers from start to start: its port (and with it its origin) and its size.
def read_place(folder: Path) -> dict[str, Any]:
    try:
        kept = json.loads((folder / "window.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def keep_place(folder: Path, **changes: int) -> None:
    replace_file(folder / "window.json", json.dumps(read_place(folder) | changes))


def hold_alone(folder: Path) -> IO[str] | None:
    """A lock on the folder for as long as the file stays open; None: another window has it. A process that dies lets go."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = (folder / "window.lock").open("w")
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(held.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        return None
    return held


def _prepare_qt() -> None:
    """Qt's web engine leaves a page's request for a permission open for ever, or stops, unless somebody answers it."""
    under_test = os.environ.get(TEST_PORT)
    if under_test and os.geteuid() == 0:
        os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"  # root has no sandbox to give; tests in containers are root
    if under_test:
        os.environ["QTWEBENGINE_REMOTE_DEBUGGING"] = f"127.0.0.1:{under_test}"
    else:
        os.environ.pop("QTWEBENGINE_REMOTE_DEBUGGING", None)
    try:
        from qtpy.QtWebEngineCore import QWebEnginePage
        from webview.platforms import qt
    except ImportError as missing:
        raise NoWindow("This machine has no Qt for the window yet. `make desktop` installs it.") from missing

    def answer(page: QWebEnginePage, url: Any, feature: QWebEnginePage.Feature) -> None:
        from qtpy.QtWidgets import QMessageBox

        # Where the computer is, the person says each time; nothing else is given to a page that asks by itself.
        place = feature == QWebEnginePage.Feature.Geolocation and url.host() == "127.0.0.1"
        given = place and QMessageBox.question(None, TITLE, ASK_PLACE) == QMessageBox.StandardButton.Yes
        policy = QWebEnginePage.PermissionPolicy
        page.setFeaturePermission(
            url, feature, policy.PermissionGrantedByUser if given else policy.PermissionDeniedByUser
        )

    qt.BrowserView.WebPage.onFeaturePermissionRequested = answer
