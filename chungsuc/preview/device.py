"""The device of the preview: the interface that the screens know (ARCHITECTURE.md), in memory, for one form.

It reads the form again when its files change and keeps the answers. Nothing it takes in is signed, stored or sent.
"""

from __future__ import annotations

import base64
import binascii
import threading
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from chungsuc import VERSION
from chungsuc.form_sources import Source, open_form
from chungsuc.preview.expressions import expressions
from chungsuc.preview.surroundings import Surroundings, surroundings
from client.errors import DeviceError
from forms import Env, Instance, Problem, Where
from forms.problems import problem
from sync.blobs import MAX_BLOB, file_answer
from sync.canonical import b64

Asked = dict[str, Any]
LOOK_S = 0.4  # how often the form's files are looked at
REC = "preview"
PERSON = "Xem trước biểu mẫu"


class PreviewDevice:
    """`form` is the newest that could be used; `problems` are those of the newest that was read."""

    def __init__(self, path: Path, clock: Callable[[], datetime] = lambda: datetime.now().astimezone()) -> None:
        self.path, self.clock = path, clock
        self.changes, self.ended = 0, False
        self._changed = threading.Condition()
        self._seen: Any = None
        self._files: dict[str, tuple[bytes, str, str]] = {}  # answer → content, media type, name
        self.form = Source()
        self.around = Surroundings()
        self.problems: tuple[Problem, ...] = ()
        self.choices = {"language": "vi", "role": "", "state": "draft"}
        self.text_size = "normal"
        self.shown = 0  # how often the screens had to begin anew
        self.begin()
        self.look()

    # What the loopback server calls (client/loopback.py).
    def call(self, method: str, asked: Asked) -> Asked:
        """Raises DeviceError; KeyError for what a preview has no use for."""
        given: Asked = METHODS[method](self, asked)
        if method in ("save_draft", "finalise", "start", "discard_draft"):
            self.changed()
        return given

    def changed(self) -> None:
        with self._changed:
            self.changes += 1
            self._changed.notify_all()

    def end(self) -> None:
        """Nobody waits for changes any more."""
        with self._changed:
            self.ended = True
            self._changed.notify_all()

    def wait_for_change(self, since: int, timeout_s: float) -> int:
        """The number of changes so far, once it is past `since` or the time is up."""
        end = time.monotonic() + timeout_s
        while self.changes <= since and not self.ended and time.monotonic() < end:
            self.look()
            with self._changed:
                self._changed.wait_for(lambda: self.changes > since or self.ended, LOOK_S)
        return self.changes

    # The form and its files.
    def look(self) -> None:
        """Read the form again when anything of it was written since."""
        with self._changed:
            try:
                seen = [(file, file.stat().st_mtime_ns, file.stat().st_size) for file in self._watched()]
            except OSError:
                return  # a file is being put in another's place; the next look finds it
            if seen == self._seen:
                return
            self._seen = seen
            try:
                source = open_form(self.path)
                self.problems = source.problems
                if source.usable:
                    self.form, self.around = source, surroundings(self.path, source)
                    self.shown += 1
            except OSError as unread:
                self.problems = (
                    problem("file.unreadable", Where(str(self.path)), reason=str(unread.strerror or unread)),
                )
        self.changed()

    def _watched(self) -> list[Path]:
        if self.path.is_dir():
            return sorted(file for file in self.path.rglob("*") if file.is_file())
        lists = self.path.resolve().parent.parent / "lists"
        return [self.path, *(sorted(lists.glob("*.csv")) if self.path.resolve().parent.name == "forms" else ())]

    # The record.
    def begin(self) -> None:
        """A new record."""
        self.seed, self.started_at = str(uuid.uuid4()), self.now()
        self.answers: Asked = {}
        self.position: Any = None
        self.finalised: Asked | None = None
        self.shown += 1

    def now(self) -> str:
        return self.clock().isoformat(timespec="milliseconds")

    def choose(self, choices: dict[str, str]) -> None:
        """Another language, role or state: the screens begin anew, the answers stay."""
        self.choices |= {key: value for key, value in choices.items() if key in self.choices}
        self.shown += 1
        self.changed()

    @property
    def program(self) -> dict[str, Any]:
        if self.form.compiled.program is None:
            raise DeviceError("form.unknown", {"form_id": self.path.name})
        return self.form.compiled.program

    def env(self, *, ends: bool = False) -> Asked:
        roles = [self.choices["role"]] if self.choices["role"] else [*self.around.roles]
        offset = self.clock().utcoffset()
        return {
            "seed": self.seed, "start": self.started_at, "end": self.now() if ends else "", "now": self.now(),
            "today": self.now()[:10], "tz_offset_min": int(offset.total_seconds() // 60) if offset else 0, "last_saved": {},
            "username": PERSON, "deviceid": "preview", "phonenumber": "", "email": "", "roles": roles,
            "state": self.choices["state"], "lists": {name: self.around.lists[name] for name in self.program["lists"] if name in self.around.lists},
        }  # fmt: skip

    def instance(self, *, ends: bool = False) -> Instance:
        env = self.env(ends=ends)
        return Instance(self.program, self.answers, Env(**{**env, "roles": frozenset(env["roles"])}))

    def behind(self) -> Asked:
        """What the page beside the screens shows: problems, what each question is by the Python evaluator, and all that
        the JavaScript one needs to say the same."""
        program = self.form.compiled.program
        known = {} if program is None else {"program": program, "env": self.env(), **self._said()}
        return {
            **known,
            "file": str(self.path), "changes": self.changes, "shown": self.shown, "answers": self.answers,
            "choices": self.choices, "roles": self.around.roles, "states_known": self.around.states,
            "usable": program is not None, "finalised": self.finalised,
            "problems": [
                {"severity": each.severity, "code": each.code, "where": _where(each.where), "vi": each.message_vi,
                 "en": each.message, "remedy_vi": each.remedy_vi, "remedy_en": each.remedy}
                for each in self.problems
            ],
        }  # fmt: skip

    def _said(self) -> Asked:
        """By path: what each question is, and what its expressions give."""
        instance = self.instance()
        paths = _paths(instance.tree())
        given = expressions(instance, paths, self.form.document or {})
        return {"states": {path: instance.state(path) for path in paths}, "expressions": given}


def _where(where: Where) -> str:
    """The place of a problem inside its file."""
    name = f" ({where.name})" if where.name else ""
    return " · ".join(part for part in (where.path + name, where.key) if part)


def _paths(views: list[Asked]) -> list[str]:
    found = []
    for view in views:
        found += [view["path"], *_paths(view.get("children", []))]
        for row in view.get("rows", ()):
            found += _paths(row["children"])
    return found


def _status(device: PreviewDevice, _: Asked) -> Asked:
    return {
        "state": "open", "vault": REC, "vaults": [], "device_id": REC, "server_url": "", "demo": True, "app_version": VERSION,
        "storage_persisted": True, "insecure": False, "person": {"name": PERSON, "roles": []},
    }  # fmt: skip


def _home(device: PreviewDevice, _: Asked) -> Asked:
    program = device.program
    form = {
        "form_id": program["form_id"],
        "version": program["version"],
        "title": program["title"],
        **program["settings"],
    }
    counts = dict.fromkeys(("draft", "waiting", "received", "has_issues", "approved", "rejected"), 0)
    return {
        "forms": [form], "counts": counts, "last_sync": None, "unsent": 0, "unsent_files": {"count": 0, "bytes": 0},
        "sync": {"running": False}, "notices": [],
    }  # fmt: skip


def _open(device: PreviewDevice, _: Asked) -> Asked:
    state, program = device.choices["state"], device.program
    form = {"id": program["form_id"], "version": program["version"]}
    instance = device.instance()
    return {
        "rec": REC, "form": form, "phase": "waiting" if device.finalised else "draft", "state": state,
        "state_label": device.around.states.get(state), "scope": "", "title": instance.title(device.choices["language"]),
        "answers": device.answers, "files": dict.fromkeys(device._files, "here"), "base": None, "editable": True,
        "may_void": False, "may_comment": False, "remarks": [], "history": [], "conflicts": [], "pending": [], "own_answers": None,
        "draft": {"answers": device.answers, "saved_at": device.now(), "position": device.position},
    }  # fmt: skip


def _start(device: PreviewDevice, _: Asked) -> Asked:
    device.begin()
    return {"rec": REC, "form": _open(device, {})["form"], "answers": {}, "draft": True}


def _save_draft(device: PreviewDevice, asked: Asked) -> Asked:
    device.answers, device.position = asked["answers"], asked.get("position")
    device.finalised = None
    return {"saved_at": device.now()}


def _finalise(device: PreviewDevice, _: Asked) -> Asked:
    instance = device.instance(ends=True)
    if problems := instance.problems():
        raise DeviceError("form.invalid", {"problems": problems})
    device.finalised = {"title": instance.title(device.choices["language"]), "answers": instance.snapshot()}
    return {"h": REC, "n": 1, "waiting": True}


def _list(device: PreviewDevice, _: Asked) -> Asked:
    return {"rows": [], "total": 0, "counts": _home(device, {})["counts"]}


def _outbox(device: PreviewDevice, _: Asked) -> Asked:
    return {"waiting": [], "stuck": [], "files": [], "receipts": [], "as_of": None}


def _settings(device: PreviewDevice, _: Asked) -> Asked:
    return {"language": device.choices["language"], "text_size": device.text_size, "server_url": ""}


def _set_settings(device: PreviewDevice, asked: Asked) -> Asked:
    device.text_size = asked.get("text_size", device.text_size)
    if asked.get("language", device.choices["language"]) != device.choices["language"]:
        device.choose({"language": asked["language"]})
    return _settings(device, {})


def _media(device: PreviewDevice, asked: Asked) -> Asked:
    content = device.around.media.get(asked["name"])
    return {"data": None if content is None else b64(content)}


def _attach(device: PreviewDevice, asked: Asked) -> Asked:
    try:
        content = base64.b64decode(asked["data"], validate=True)
    except (binascii.Error, ValueError) as garbled:
        raise DeviceError("file.unreadable") from garbled
    if not content:
        raise DeviceError("file.empty")
    if len(content) > MAX_BLOB:
        raise DeviceError("file.too_large", {"max_bytes": MAX_BLOB})
    name, media_type = asked.get("name") or "", asked.get("type") or ""
    answer = file_answer(content, name, media_type)
    device._files[answer] = (content, media_type, name)
    return {"answer": answer, "size": len(content)}


def _file(device: PreviewDevice, asked: Asked) -> Asked:
    content, media_type, name = device._files.get(asked["answer"], (None, "", ""))
    data = None if content is None else base64.b64encode(content).decode()
    state = "missing" if content is None else "here"
    return {"data": data, "type": media_type, "size": len(content or b""), "name": name, "state": state}


METHODS: dict[str, Callable[[PreviewDevice, Asked], Asked]] = {
    "status": _status, "home": _home, "program": lambda device, _: device.program, "env": lambda device, _: device.env(),
    "open": _open, "start": _start, "save_draft": _save_draft, "finalise": _finalise, "list": _list, "outbox": _outbox,
    "settings": _settings, "set_settings": _set_settings, "media": _media, "attach": _attach, "file": _file,
    "sync": lambda device, _: {"started": True}, "discard_draft": lambda device, asked: {"undo_token": _start(device, asked)["rec"]},
}  # fmt: skip
