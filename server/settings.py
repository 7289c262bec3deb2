"""Every setting of the server, in one frozen object, read once at start and passed down.

A setting is a field with a default and a help text; docs/deploy.md lists the same names (a test compares them).
Sources, the later winning: defaults, a TOML file (`CHUNGSUC_SETTINGS` or `--settings`), `CHUNGSUC_<NAME>` in the
environment, arguments of the command line.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sync.blobs import MAX_BLOB

from .problems import Refusal

PREFIX = "CHUNGSUC_"
LANGUAGES = ("vi", "en")
SWITCH = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}


def setting(default: Any, help_text: str) -> Any:
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """See docs/deploy.md. Sizes are bytes, times are seconds or days as the name says."""

    data_dir: Path = setting(Path("data"), "folder of the database, the keys and the high-water mark")
    database_url: str = setting("", "SQLAlchemy URL; empty: SQLite file chungsuc.sqlite3 in data_dir")
    console_origin: str = setting("http://127.0.0.1:8000", "address of the console, as people type it")
    field_origin: str = setting("http://127.0.0.1:8001", "address of the field app and of sync")
    former_origins: str = setting("", "addresses of the field app before the server moved, separated by spaces")
    next_origin: str = setting("", "address this server will move to: devices are told, and follow once its key is there")
    web_dir: Path = setting(Path(__file__).parent.parent / "client" / "web", "folder of the field app's files")
    language: str = setting("vi", "language of pages shown before a person chose one: vi or en")
    time_zone: str = setting("Asia/Ho_Chi_Minh", "zone of days: when memberships begin and end, and of dates shown")
    demo: bool = setting(False, "mark everything shown as demonstration data")
    proxy_hops: int = setting(0, "reverse proxies in front whose X-Forwarded-* headers are believed")
    push_max_ops: int = setting(100, "ops in one push")
    push_max_bytes: int = setting(1024 * 1024, "bytes of a push, inflated: the largest op fits")
    request_max_bytes: int = setting(1024 * 1024, "bytes of any request as sent")
    pull_max_changes: int = setting(500, "changes in one pull answer")
    token_lifetime_s: int = setting(3600, "life of a device's bearer token")
    challenge_lifetime_s: int = setting(300, "life of a hello challenge")
    enrolment_days: int = setting(7, "life of an enrolment link")
    certificate_days: int = setting(730, "life of a device certificate")
    device_rate: str = setting("300/minute", "requests of one device (never of one address: a market day shares one)")
    enrol_rate: str = setting("600/minute", "enrolment requests of one address")
    account_rate: str = setting("600/minute", "pages of one signed-in person")
    visitor_rate: str = setting("300/minute", "pages of one address before signing in")
    blob_max_bytes: int = setting(MAX_BLOB, "bytes of one attachment")
    blob_device_bytes: int = setting(4 * 1024**3, "bytes of all attachments one device has sent")
    blob_keep_free_bytes: int = setting(
        512 * 1024**2, "disk that attachments leave free; beyond it they wait on devices"
    )
    blob_sweep_days: int = setting(30, "days until half-sent attachments, and those no record names, are removed")
    session_hours: int = setting(12, "life of a console session")
    erased_file: str = setting("", "list of what was erased; empty: erased.jsonl in data_dir; better on another disk")
    accept_missing_mark: bool = setting(False, "start once although high-water.json is missing beside existing data")

    def __post_init__(self) -> None:
        named = [("console_origin", self.console_origin), ("field_origin", self.field_origin)]
        named += [("former_origins", each) for each in self.former]
        named += [("next_origin", self.next_origin)] if self.next_origin else []
        for name, value in named:
            parts = urlsplit(value)
            if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query:
                raise Refusal("settings.origin", details={"name": name, "value": value})
        if self.console_origin in (self.field_origin, *self.former):
            raise Refusal("settings.same_origin")
        try:
            ZoneInfo(self.time_zone)
        except (ValueError, OSError, ZoneInfoNotFoundError) as error:
            raise Refusal("settings.value", details={"name": "time_zone", "value": self.time_zone}) from error
        if self.language not in LANGUAGES:
            raise Refusal("settings.value", details={"name": "language", "value": self.language})

    @property
    def former(self) -> list[str]:
        """Where the field app was installed before; its devices may go on calling from there."""
        return self.former_origins.split()

    @property
    def devices_origin(self) -> str:
        """Where devices shall speak to this server from now on."""
        return self.next_origin or self.field_origin

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the database."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'chungsuc.sqlite3'}"

    @property
    def mark_path(self) -> Path:
        """The high-water mark (P-13): beside the database, never inside it."""
        return self.data_dir / "high-water.json"

    @property
    def blob_path(self) -> Path:
        """The attachments' folder."""
        return self.data_dir / "blobs"

    @property
    def key_path(self) -> Path:
        return self.data_dir / "server-keys.json"

    @property
    def erased_path(self) -> Path:
        """The list of what was erased (P-24): outside the database, whatever becomes of that."""
        return Path(self.erased_file) if self.erased_file else self.data_dir / "erased.jsonl"

    @property
    def recovery_path(self) -> Path:
        """The public half of the recovery key, to which backups seal the server's keys."""
        return self.data_dir / "recovery-key.json"


def load_settings(environ: Mapping[str, str], toml: Path | None = None, **given: Any) -> Settings:
    """Settings from a TOML file, the environment and arguments (None: not given).

    Raises Refusal settings.unknown, settings.value, settings.file, settings.origin, settings.same_origin.
    """
    toml = toml or (Path(environ[PREFIX + "SETTINGS"]) if environ.get(PREFIX + "SETTINGS") else None)
    values: dict[str, Any] = dict(read_toml(toml)) if toml else {}
    known = {f.name: f for f in fields(Settings)}
    for name in known:
        if PREFIX + name.upper() in environ:
            values[name] = environ[PREFIX + name.upper()]
    values |= {name: value for name, value in given.items() if value is not None}
    if unknown := sorted(values.keys() - known.keys()):
        raise Refusal("settings.unknown", details={"names": unknown})
    return replace(Settings(), **{name: convert(name, known[name].default, value) for name, value in values.items()})


def read_toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Refusal("settings.file", details={"path": str(path), "error": str(error)}) from error


def convert(name: str, default: Any, value: Any) -> Any:
    """A text of the environment (or a TOML value) as the type of the setting's default."""
    kind = type(default)
    try:
        if kind is bool and isinstance(value, str):
            return SWITCH[value.lower()]
        if isinstance(default, Path):
            return Path(value)
        if kind is int and not isinstance(value, bool):
            return int(value)
        if isinstance(value, kind):
            return value
    except (KeyError, ValueError, TypeError):
        pass
    raise Refusal("settings.value", details={"name": name, "value": str(value)})
