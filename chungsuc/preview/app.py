"""The preview's server: the app's own screens on the loopback (client/loopback.py), and the page that shows behind them."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, send_from_directory
from waitress import create_server
from waitress.server import BaseWSGIServer

from chungsuc.preview.device import PreviewDevice
from client.loopback import Gate, create_loopback, end_serving

PAGE = Path(__file__).parent / "web"
WAIT_S, THREADS = 15.0, 8


class Preview:
    """Serves one form until it is closed."""

    def __init__(self, path: Path, port: int) -> None:
        self.device, self.gate = PreviewDevice(path), Gate()
        app = create_loopback(self.device, self.gate, port, first="/preview/")
        add_pages(app, self.device)
        self._server: BaseWSGIServer = create_server(app, host="127.0.0.1", port=port, threads=THREADS, ident=None)
        self.url = f"http://127.0.0.1:{port}/boot?t={self.gate.boot_token}"

    def run(self) -> None:
        self._server.run()

    def start(self) -> threading.Thread:
        thread = threading.Thread(target=self.run, name="preview", daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        end_serving(self._server, self.device)


def add_pages(app: Flask, device: PreviewDevice) -> None:
    @app.get("/preview/")
    @app.get("/preview/<path:name>")
    def page(name: str = "index.html") -> Response:
        return send_from_directory(PAGE, name, mimetype="text/javascript" if name.endswith(".js") else None)

    @app.get("/preview/behind")
    def behind() -> Response:
        """What stands behind the screens, once something changed since the number that the page knows."""
        device.wait_for_change(request.args.get("since", default=-1, type=int), WAIT_S)
        return Response(json.dumps(device.behind(), ensure_ascii=False), mimetype="application/json")

    @app.post("/preview/choose")
    def choose() -> dict[str, Any]:
        asked = request.get_json()
        if asked.pop("again", False):
            device.begin()
        device.choose(asked)
        return {}
