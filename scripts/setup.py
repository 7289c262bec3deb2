"""Make .venv ready: python3 scripts/setup.py [base] [desktop] [test] [lint]

Standard library only, since it runs before anything is installed. Each group is a file of requirements/ with
hashes; a stamp in .venv remembers what was installed, so that a second run does nothing.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "requirements"
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
UV = BIN / ("uv.exe" if WINDOWS else "uv")
STAMP = VENV / "setup-stamp"
NODE_STAMP = ROOT / "node_modules" / "setup-stamp"
GROUPS = ("base", "desktop", "test", "lint")
# Files that wheels expect from the system and that a bare Debian lacks, each with its package.
LIBRARIES = {
    "test": {"libatomic.so.1": "libatomic1"},  # Playwright's driver
    "desktop": {  # Qt's web view
        "libEGL.so.1": "libegl1",
        "libGL.so.1": "libgl1",
        "libnss3.so": "libnss3",
        "libxkbfile.so.1": "libxkbfile1",
        "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
        "libxcb-cursor.so.0": "libxcb-cursor0",
        "libxcb-icccm.so.4": "libxcb-icccm4",
        "libxcb-image.so.0": "libxcb-image0",
        "libxcb-keysyms.so.1": "libxcb-keysyms1",
        "libxcb-render-util.so.0": "libxcb-render-util0",
        "libxcb-xkb.so.1": "libxcb-xkb1",
    },
}
# Programs that tests start, each with its package. Playwright's own browser is not used: the distribution's is a
# normal package and kept up to date. LibreOffice opens every document the server writes; poppler reads its PDF.
PROGRAMS = {
    "test": {"chromium": "chromium", "soffice": "libreoffice-writer-nogui", "pdftotext": "poppler-utils"},
}
AGAIN = "Check the network and run the same command again."


class SetupFailed(Exception):
    """Something the person at the keyboard has to do; the message says what."""


def main(wanted: list[str]) -> None:
    if sys.version_info < (3, 11):
        raise SetupFailed(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    if unknown := sorted(set(wanted) - set(GROUPS)):
        raise SetupFailed(f"Unknown group {', '.join(unknown)}. Choose from {', '.join(GROUPS)}.")
    started = time.monotonic()
    groups = [group for group in GROUPS if group in {"base", *wanted}]
    place, *installed = STAMP.read_text(encoding="utf-8").splitlines() if STAMP.exists() else [""]
    fits = place == this_place() and PYTHON.exists()
    if not fits or not set(map(fingerprint, groups)) <= set(installed):
        # First what may need the person, so that nobody waits for a download only to be told so.
        need_system_packages(groups)
        # Groups installed before stay: starting the demo takes no test tool away.
        before = {line.split()[0] for line in installed}
        install([group for group in GROUPS if group in {*groups, *before}], anew=not fits)
        say(f"ready after {time.monotonic() - started:.0f} s")
    if "lint" in groups:
        need_type_checker()


def this_place() -> str:
    """What a virtual environment cannot be moved between: folders, and versions of Python."""
    return f"{VENV} {sys.version_info.major}.{sys.version_info.minor}"


def fingerprint(group: str) -> str:
    return f"{group} {hashlib.sha256(lock(group).read_bytes()).hexdigest()}"


def lock(group: str) -> Path:
    return LOCKS / f"{group}.txt"


def make_venv() -> None:
    say("making the virtual environment .venv")
    if VENV.exists():
        shutil.rmtree(VENV)
    # Inside an activated .venv, python3 is the very one that was just removed: ask the Python below it.
    python = getattr(sys, "_base_executable", sys.executable)
    has_pip = find_spec("ensurepip") is not None
    run([python, "-m", "venv", *([] if has_pip else ["--without-pip"]), VENV],
        or_else="Python could not make a virtual environment; its own words are above.")  # fmt: skip
    if not has_pip:
        fetch_pip()


def fetch_pip() -> None:
    """Put pip into .venv where Python comes without ensurepip, as on Debian and Ubuntu.

    Their package python3-pip-whl is fetched and unpacked, not installed: that takes no root and leaves the system
    as it was. The lists of packages may be missing or old, then private ones are made.
    """
    if not shutil.which("apt-get"):
        raise SetupFailed("Python's module ensurepip is missing. Install it as your system does (the package is often "
                          "called python3-venv or python3-pip), then run the same command again.")  # fmt: skip
    say("fetching pip from the system's packages")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "lists" / "partial").mkdir(parents=True)
        private = ["-o", f"Dir::State::Lists={folder / 'lists'}", "-o", f"Dir::Cache={folder}",
                   "-o", "Debug::NoLocking=true", "-o", "APT::Sandbox::User=root"]  # fmt: skip
        download = ["download", "-qq", "python3-pip-whl"]
        if not run(["apt-get", *download], cwd=folder, quiet=True):
            run(["apt-get", *private, "update", "-qq"], cwd=folder, quiet=True)
            run(["apt-get", *private, *download], cwd=folder,
                or_else="pip could not be fetched. Type: sudo apt-get install -y python3-venv")  # fmt: skip
        for package in folder.glob("*.deb"):
            run(["dpkg-deb", "-x", package, folder], or_else="The package with pip could not be unpacked.")
        wheel = next(folder.rglob("pip-*.whl"))
        run([PYTHON, wheel / "pip", "install", "--quiet", "--no-index", wheel], or_else="pip could not be installed.")


def install(groups: list[str], *, anew: bool) -> None:
    if anew:
        make_venv()
    STAMP.write_text(this_place() + "\n", encoding="utf-8")  # an installation that breaks off counts as none
    install_packages(groups)
    link_project()
    STAMP.write_text("\n".join([this_place(), *map(fingerprint, groups)]) + "\n", encoding="utf-8")


def install_packages(groups: list[str]) -> None:
    say(f"installing {', '.join(groups)} by their hashes{' (with Qt, 260 MB)' if 'desktop' in groups else ''}")
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes"]
    files = [part for path in map(lock, ["uv", *groups]) for part in ("-r", path)]
    if not UV.exists():
        run([*pip, "-r", lock("uv")], quiet=True)
    # uv is quicker and removes what is no longer locked. pip knows settings that uv does not read: a mirror, a proxy.
    if UV.exists() and run([UV, "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes",
                            "--build-constraints", lock("build"), *files[1::2]]):  # fmt: skip
        return
    say("trying again with pip")
    run([*pip, *files], or_else=f"The packages could not be installed. {AGAIN}")


def link_project() -> None:
    """Put the checkout on the environment's path and its command in bin: nothing to build, nothing to download."""
    asked = [PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip())
    (site / "chungsuc-checkout.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    # -P: a folder named server or client where the person happens to be is not ours.
    if WINDOWS:
        (BIN / "chungsuc.cmd").write_text(f'@"{PYTHON}" -P -m chungsuc %*\n', encoding="utf-8")
        return
    command = BIN / "chungsuc"
    command.write_text(f'#!/bin/sh\nexec "{PYTHON}" -P -m chungsuc "$@"\n', encoding="utf-8")
    command.chmod(0o755)


def need_system_packages(groups: list[str]) -> None:
    """Ask the distribution for what no wheel brings. All at once: a person is told one command."""
    if not sys.platform.startswith("linux"):
        return
    tables = [LIBRARIES[group] for group in groups if group in LIBRARIES]
    missing = [package for table in tables for library, package in table.items() if not loads(library)]
    programs = [PROGRAMS[group] for group in groups if group in PROGRAMS]
    missing += [package for table in programs for program, package in table.items() if not shutil.which(program)]
    if missing:
        apt_install(missing)


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def apt_install(packages: list[str]) -> None:
    """Install Debian packages as root; anybody else is told the command."""
    names = " ".join(packages)
    if not shutil.which("apt-get"):
        raise SetupFailed(f"Parts of the system are missing. Install what Debian calls: {names}")
    if os.geteuid() != 0:
        raise SetupFailed(f"Parts of the system are missing. Type: sudo apt-get install -y {names}")
    say(f"installing {names} with apt{' (200 MB)' if 'chromium' in packages else ''}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-qq"], quiet=True, env=environment)
    run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], quiet=True, env=environment,
        or_else=f"apt-get could not install {names}. {AGAIN}")  # fmt: skip


def need_type_checker() -> None:
    """TypeScript, to check client/web. The field app itself has no package and no build."""
    locked = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if NODE_STAMP.exists() and NODE_STAMP.read_text(encoding="utf-8") == locked:
        return
    say("installing the type checker for client/web")
    npm = BIN / ("npm.exe" if WINDOWS else "npm")
    run([npm, "ci", "--silent", "--no-audit", "--no-fund"], or_else=f"The type checker could not be installed. {AGAIN}")
    NODE_STAMP.write_text(locked, encoding="utf-8")


def run(command: list[str | Path], *, or_else: str | None = None, quiet: bool = False, cwd: Path = ROOT,
        env: dict[str, str] | None = None) -> bool:  # fmt: skip
    """Run a command. When it fails: SetupFailed(or_else) with its output above, or without or_else the answer False."""
    output = subprocess.PIPE if quiet else None
    done = subprocess.run(command, cwd=cwd, env=env, stdout=output, stderr=output and subprocess.STDOUT)
    if done.returncode and or_else:
        sys.stderr.write((done.stdout or b"").decode(errors="replace"))
        raise SetupFailed(or_else)
    return done.returncode == 0


def say(text: str) -> None:
    print(f"setup: {text}", flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except SetupFailed as failure:
        sys.exit(f"setup: {failure}")
    except KeyboardInterrupt:
        sys.exit("\nsetup: stopped; the same command goes on from here")
