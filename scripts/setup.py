"""Make .venv ready: python3 scripts/setup.py [base] [desktop] [test] [lint]

Standard library only, since it runs before anything is installed. Each group is a file of requirements/ with
hashes; a stamp in .venv remembers the hash of what was installed, so that a second run does nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "setup-stamp"
GROUPS = ("base", "desktop", "test", "lint")


class SetupFailed(Exception):
    """Something the person at the keyboard has to do; the message says what."""


def main(wanted: list[str]) -> int:
    groups = [group for group in GROUPS if group in {"base", *wanted}]
    if unknown := sorted(set(wanted) - set(GROUPS)):
        raise SetupFailed(f"Unknown group {', '.join(unknown)}. Choose from {', '.join(GROUPS)}.")
    if sys.version_info < (3, 11):
        raise SetupFailed(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    installed = STAMP.read_text().split() if STAMP.exists() else []
    if not set(fingerprints(groups)) <= set(installed):
        # A machine that was set up for tests stays so when the demo is started on it.
        groups = [group for group in GROUPS if group in groups or (VENV / f"has-{group}").exists()]
        make_venv()
        install(groups)
        for group in groups:
            (VENV / f"has-{group}").touch()
        STAMP.write_text("\n".join(fingerprints(groups)))
    if "test" in groups:
        need_chromium()
    if "lint" in groups:
        install_type_checker()
    return 0


def fingerprints(groups: list[str]) -> list[str]:
    """One line a group: its name, the hash of its lock file and the Python it was installed for."""
    this_python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return [f"{group}:{hashlib.sha256(lock(group).read_bytes()).hexdigest()}:{this_python}" for group in groups]


def lock(group: str) -> Path:
    return ROOT / "requirements" / f"{group}.txt"


def make_venv() -> None:
    if PYTHON.exists() and subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode == 0:
        return
    say("Making the virtual environment .venv")
    try:
        venv.create(VENV, with_pip=True, clear=VENV.exists())
    except (subprocess.CalledProcessError, ImportError, SystemExit):
        # Debian's python3 comes without ensurepip; its package python3-venv brings it.
        apt_install(["python3-venv"], why="Python's venv module is incomplete here.")
        # ensurepip was just installed: a fresh interpreter sees it.
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)


def install(groups: list[str]) -> None:
    say(f"Installing {', '.join(groups)} (hash-locked)")
    locks = [lock(group) for group in groups]
    run(
        [
            PYTHON,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            "-r",
            ROOT / "requirements" / "uv.txt",
        ],
        or_else=None,
    )
    uv = BIN / ("uv.exe" if os.name == "nt" else "uv")
    arguments = [part for path in locks for part in ("-r", path)]
    if not (
        uv.exists()
        and run([uv, "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", *arguments], or_else=None)
    ):
        run(
            [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", *arguments],
            or_else="The packages could not be installed. Check the network and run the same command again.",
        )
    link_project()


def link_project() -> None:
    """Put the checkout on the environment's path and its command in bin: no build step, nothing to download."""
    asked = [PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip())
    (site / "chungsuc-checkout.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    if os.name == "nt":
        (BIN / "chungsuc.cmd").write_text(f'@"{PYTHON}" -m chungsuc %*\n')
        return
    command = BIN / "chungsuc"
    command.write_text(f'#!/bin/sh\nexec "{PYTHON}" -m chungsuc "$@"\n')
    command.chmod(0o755)


def need_chromium() -> None:
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        apt_install(["chromium"], why="The browser tests need Chromium.")


def install_type_checker() -> None:
    """TypeScript for client/web; the tests themselves need Node alone, which comes as a wheel."""
    if (ROOT / "node_modules" / "typescript").exists():
        return
    say("Installing the type checker for client/web")
    run(
        [shutil.which("npm") or BIN / "npm", "ci", "--silent", "--no-audit", "--no-fund"],
        or_else="The type checker could not be installed. Check the network and run the same command again.",
    )


def apt_install(packages: list[str], *, why: str) -> None:
    """Install Debian packages as root; for anybody else say the command in one sentence."""
    command = f"apt-get install -y {' '.join(packages)}"
    if not shutil.which("apt-get") or not hasattr(os, "geteuid") or os.geteuid() != 0:
        raise SetupFailed(f"{why} Type: sudo {command}")
    say(f"{why} Installing {', '.join(packages)} with apt")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False, stdout=subprocess.DEVNULL)
    done = subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    if done.returncode:
        raise SetupFailed(f"{why} apt-get could not install it. Type: {command}")


def run(command: list[str | Path], *, or_else: str | None) -> bool:
    """Run a command in the checkout; when it fails, raise SetupFailed(or_else), or answer False without one."""
    done = subprocess.run(command, cwd=ROOT, stderr=None if or_else else subprocess.DEVNULL)
    if done.returncode and or_else:
        raise SetupFailed(or_else)
    return done.returncode == 0


def say(text: str) -> None:
    print(f"setup: {text}", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except SetupFailed as failure:
        sys.exit(f"setup: {failure}")
