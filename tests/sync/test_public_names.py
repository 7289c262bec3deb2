"""The names other packages use, and the words for every reason."""

import ast
import inspect
import re
from importlib import import_module
from pathlib import Path

import sync
from sync import reasons

ROOT = Path(__file__).parents[2]
PROTOCOL = (ROOT / "docs" / "protocol.md").read_text("utf-8")
CODE = re.compile(r"(op|device|scope|form|record|question|answers|step|void|merge|resolve|base)\.[a-z_]+")


def imported_from_sync():
    """(module, name) of every `from sync.module import name` outside sync."""
    for home in ("server", "client", "chungsuc"):
        for path in (ROOT / home).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sync."):
                    yield from ((node.module, alias.name) for alias in node.names)


def test_the_public_names_are_what_the_package_imports():
    held = {name for name, value in vars(sync).items() if not name.startswith("__") and not inspect.ismodule(value)}
    assert set(sync.__all__) == held
    assert sync.__all__ == sorted(sync.__all__, key=lambda name: (not name.isupper(), not name[0].isupper(), name))


def test_the_other_packages_use_public_names_alone():
    used = set(imported_from_sync())
    assert used
    assert {name for _, name in used} <= set(sync.__all__)
    for module, name in used:
        assert getattr(import_module(module), name) is getattr(sync, name)


def test_every_public_name_exists_and_is_documented():
    for name in sync.__all__:
        assert hasattr(sync, name)
        if inspect.isfunction(getattr(sync, name)):
            assert getattr(sync, name).__doc__, name


def test_reasons_have_words_in_both_languages_and_stand_in_the_protocol():
    for code in reasons.REASONS:
        said = reasons.message(code)
        assert said["vi"].strip()
        assert said["en"].strip()
        assert said["vi"] != said["en"]
        assert f"`{code}`" in PROTOCOL, code


def test_every_reason_that_is_given_is_registered():
    given = set()
    for path in [*(ROOT / "sync").glob("*.py"), *(ROOT / "server").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in (
                "Decision",
                "_adjudicate",
                "refused",
                "Unreadable",
            ):
                given |= {
                    arg.value for arg in node.args if isinstance(arg, ast.Constant) and CODE.fullmatch(str(arg.value))
                }
    given -= {code for code in given if code.startswith(("header.", "payload."))}
    assert given
    assert given <= set(reasons.REASONS)
