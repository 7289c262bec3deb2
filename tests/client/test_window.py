"""Starting the laptop's program: one at a time, its size kept, and a browser where there is no window."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import requests

from client.shell import hold_alone, keep_place, read_place

ROOT = Path(__file__).parents[2]


def test_the_window_remembers_its_place_and_a_spoilt_file_is_none(tmp_path: Path):
    assert read_place(tmp_path) == {}
    keep_place(tmp_path, port=4711)
    keep_place(tmp_path, width=900, height=700)
    assert read_place(tmp_path) == {"port": 4711, "width": 900, "height": 700}
    (tmp_path / "window.json").write_text("{cut")
    assert read_place(tmp_path) == {}


def test_a_folder_is_held_by_one_and_free_again_when_it_ends(tmp_path: Path):
    held = hold_alone(tmp_path)
    assert held is not None and hold_alone(tmp_path) is None
    held.close()
    again = hold_alone(tmp_path)
    assert again is not None
    again.close()


def test_without_a_window_the_browser_opens_the_same_guarded_address_and_a_second_start_says_so(tmp_path: Path):
    (tmp_path / "qtpy").mkdir()
    (tmp_path / "qtpy" / "__init__.py").write_text("raise ImportError('no Qt on this machine')")
    os.mkfifo(tmp_path / "address")
    browser = tmp_path / "browser.py"
    browser.write_text(f"import sys, pathlib; pathlib.Path({str(tmp_path / 'address')!r}).write_text(sys.argv[1])")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "BROWSER": f"{sys.executable} {browser} %s"}
    command = [sys.executable, "-m", "chungsuc", "client", "--data", str(tmp_path / "laptop"), "--secret-store", "file"]
    running = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    watch = threading.Timer(60, running.kill)  # a start that hangs fails, and does not hang the tests
    watch.start()
    try:
        address = (tmp_path / "address").read_text()  # waits until the browser is asked
        first = requests.get(address, timeout=10, allow_redirects=False)
        assert (first.status_code, first.headers["Location"]) == (302, "/app/")
        assert "HttpOnly" in first.headers["Set-Cookie"] and "SameSite=Strict" in first.headers["Set-Cookie"]
        assert requests.get(address, timeout=10, allow_redirects=False).status_code == 403
        second = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert second.returncode == 1 and "đang mở" in second.stderr
        assert json.loads((tmp_path / "laptop" / "window.json").read_text())["port"]
    finally:
        watch.cancel()
        running.terminate()
        running.communicate(timeout=20)
