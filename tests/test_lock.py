"""The locks: no download address in them, and a wheel of every package for each system people use.

The second half asks the package index, as an installation would; nothing is downloaded but descriptions.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
GROUPS = [path for path in LOCKS if path.stem not in ("uv", "build")]
SYSTEMS = ("windows", "aarch64-apple-darwin", "x86_64-manylinux_2_36")
PYTHONS = ("3.11", "3.13")
# Published as source only: pure Python, built by the setuptools of requirements/build.txt.
WITHOUT_WHEEL = {"proxy-tools"}


def pinned(lock: Path) -> list[str]:
    return re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*])?==", lock.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("path", [*LOCKS, ROOT / "package-lock.json"], ids=lambda path: path.name)
def test_a_lock_names_no_address(path):
    assert not re.search(r"https?:|://|--(extra-)?index|--find-links", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_pin_has_a_hash(path):
    text = path.read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) == len(pinned(path)) > 0
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_every_npm_package_has_a_hash():
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, entry in packages.items() if name and "integrity" not in entry] == []


def test_the_groups_fit_together():
    """Two versions of a package are locked only where the system or Python decides, and then in every group."""
    versions: dict[str, set[frozenset[str]]] = {}
    for path in GROUPS:
        text = path.read_text(encoding="utf-8")
        for name in pinned(path):
            locked = re.findall(rf"^{re.escape(name)}(?:\[[^]]*])?==(\S+)", text, re.MULTILINE)
            versions.setdefault(name, set()).add(frozenset(locked))
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("path", GROUPS, ids=lambda path: path.stem)
def test_every_package_has_a_wheel(path, system, python, tmp_path):
    wheels = [part for name in {*pinned(path)} - WITHOUT_WHEEL for part in ("--only-binary", name)]
    done = subprocess.run(
        [
            Path(sys.executable).with_name("uv"), "pip", "sync", path, "--dry-run", "--require-hashes",
            "--python", sys.executable, "--python-platform", system, "--python-version", python,
            "--target", tmp_path, "--build-constraints", ROOT / "requirements" / "build.txt", *wheels,
        ],
        capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
