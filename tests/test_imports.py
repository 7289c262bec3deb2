"""The direction of the packages: forms ← sync ← {server, client}; chungsuc alone may import them all."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "forms": {"forms"},
    "sync": {"forms", "sync"},
    "server": {"forms", "sync", "server"},
    "client": {"forms", "sync", "client"},
    "chungsuc": {"forms", "sync", "server", "client", "chungsuc"},
}
THE_WORLD = {
    "flask",
    "sqlalchemy",
    "flask_sqlalchemy",
    "requests",
    "sqlite3",
    "sqlcipher3",
    "socket",
    "subprocess",
    "os",
}
MODULES = [path for home in MAY_IMPORT for path in sorted((ROOT / home).rglob("*.py"))]
WEB = ROOT / "client" / "web"
PURE_WEB = [path for home in ("engine", "sync") for path in sorted((WEB / home).rglob("*.js"))]


def imported_packages(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add((node.module or "").split(".")[0])
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_inwards(path):
    home = path.relative_to(ROOT).parts[0]
    assert imported_packages(path) & MAY_IMPORT.keys() <= MAY_IMPORT[home]


@pytest.mark.parametrize(
    "path",
    [p for p in MODULES if p.relative_to(ROOT).parts[0] in ("forms", "sync")],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_the_pure_packages_do_not_touch_the_world(path):
    assert not imported_packages(path) & THE_WORLD


@pytest.mark.parametrize("path", PURE_WEB, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_pure_modules_of_the_field_app_import_only_their_own_kind(path):
    # client/web/sync may read the engine; the engine knows only itself.
    allowed = {"engine"} if WEB / "engine" in path.parents else {"engine", "sync"}
    for target in re.findall(
        r"""^\s*(?:import|export)\b[^;]*?from\s+["']([^"']+)["']""", path.read_text("utf-8"), re.M
    ):
        assert target.startswith("."), f"{path.name} imports {target}"
        found = (path.parent / target).resolve().relative_to(WEB)
        assert found.parts[0] in allowed
