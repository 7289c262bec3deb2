"""The window: pywebview over the loopback server. Knows no record; closing it stops the server and the agent."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import webview
from flask import Flask
from waitress import create_server
from waitress.server import BaseWSGIServer

from client.device import Device
from client.loopback import Gate, create_loopback, end_serving

TITLE = "Chung Sức"
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
    webview.create_window(TITLE, loopback.boot_url, width=1100, height=780, min_size=(360, 560), text_select=True)
    webview.start(private_mode=False, storage_path=str(storage), debug=False)


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

    def refuse(page: QWebEnginePage, url: object, feature: QWebEnginePage.Feature) -> None:
        # No question of today's forms asks for the camera or the place.
        page.setFeaturePermission(url, feature, QWebEnginePage.PermissionPolicy.PermissionDeniedByUser)

    qt.BrowserView.WebPage.onFeaturePermissionRequested = refuse
