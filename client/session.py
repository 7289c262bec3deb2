"""What an open vault's actions share: its store, the documents in it, who acts and when. Reads; changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from client.clock import local_iso, tz_offset_min
from client.errors import DeviceError
from client.store import Store
from client.vault import VaultRow
from forms import Env, Form, Instance
from forms.lists import author_list
from forms.spoken import spoken_questions
from sync.pages import PULL_LIMIT
from sync.workflow import Workflow

LABEL_LANGUAGE = "vi"  # titles are kept in one language: lists are searched in it


@dataclass
class Session:
    vault: VaultRow
    store: Store
    clock: Callable[[], datetime]
    compared: dict[str, int] = field(default_factory=dict)  # {scope: cursor} where server and device held the same
    pull_limit: int = PULL_LIMIT  # as the road was of late
    _documents: dict[str, Any] = field(default_factory=dict)
    _forms: dict[str, Form] = field(default_factory=dict)

    @property
    def device(self) -> str:
        return self.vault.device

    def now(self) -> str:
        return local_iso(self.clock())

    # Documents.
    def document(self, digest: str) -> Any | None:
        if digest not in self._documents:
            found = self.store.row("SELECT text FROM document WHERE hash = ?", digest)
            if not found:
                return None
            self._documents[digest] = json.loads(found["text"])
        return self._documents[digest]

    def missing_documents(self) -> list[dict[str, Any]]:
        named = self.store.head().get("documents", [])
        here = {row["hash"] for row in self.store.rows("SELECT hash FROM document")}
        return [each for each in named if each["hash"] not in here]

    def keep_document(self, digest: str, text: str) -> None:
        """text: JSON as it is, a medium or recording as b64. Whoever calls has compared the hash."""
        self.store.run("INSERT OR IGNORE INTO document (hash, text) VALUES (?, ?)", digest, text)

    def named(self, kind: str, name: str) -> dict[str, Any] | None:
        """What the last hello called so."""
        documents = self.store.head().get("documents", [])
        return next((each for each in documents if (each["kind"], each["id"]) == (kind, name)), None)

    def medium(self, name: str) -> str | None:
        """The bytes of a picture or sound of the forms, or of a question read aloud, b64; None where it has not arrived."""
        named = self.named("media", name) or self.named("audio", name)
        found = named and self.store.row("SELECT text FROM document WHERE hash = ?", named["hash"])
        return str(found["text"]) if found else None

    def lists(self, program: dict[str, Any], unit: str, roles: list[str]) -> dict[str, Any]:
        """The look-up lists a form reads, as `Env.lists` takes them; one that has not arrived is left out."""
        wanted = program.get("lists", [])
        held = {name: self.document(named["hash"]) for name in {*wanted, *(["org_units"] if "author" in wanted else [])}
                if (named := self.named("list", name))}  # fmt: skip
        found = {name: content for name, content in held.items() if content and name in wanted}
        if "author" in wanted:
            person = self.store.head()["person"]["name"]
            found["author"] = author_list(person, min(roles, default=""), unit, held.get("org_units"))
        return found

    def campaign(self) -> dict[str, Any]:
        """The current campaign document (docs/protocol.md); one without anything before it arrived."""
        for named in self.store.head().get("documents", []):
            if named["kind"] == "campaign" and named["current"]:
                return dict(self.document(named["hash"]) or {})
        return {}

    def program(self, form_id: str, version: str | None = None) -> dict[str, Any]:
        """A form's program; without a version the current one. Raises form.unknown."""
        for named in self.store.head().get("documents", []):
            wanted = named["version"] == version if version else named["current"]
            if named["kind"] == "form" and named["id"] == form_id and wanted:
                document = self.document(named["hash"])
                if document:
                    return dict(document)
        raise DeviceError("form.unknown", {"form_id": form_id, "version": version})

    def form(self, form_id: str, version: str) -> Form:
        key = f"{form_id}/{version}"
        if key not in self._forms:
            self._forms[key] = Form(self.program(form_id, version))
        return self._forms[key]

    def choices(self, form_id: str, version: str, path: str) -> list[dict[str, Any]]:
        """What a question of a form offers, of the form's own lists. Raises form.unknown."""
        return [dict(choice) for choice in self.form(form_id, version).choices(path)]

    def carried_ops(self, rec: str) -> list[dict[str, Any]]:
        """Ops of other devices that a carrier brought sealed to this one and the server has not told of yet (hearing)."""
        return self.store.rows("SELECT * FROM carried_op WHERE rec = ? ORDER BY device, n", rec)

    def current_programs(self) -> list[dict[str, Any]]:
        """Of the forms that can be filled in here: the form and the lists it asks by have arrived."""
        documents = self.store.head().get("documents", [])
        absent = {each["id"] for each in self.missing_documents() if each["kind"] == "list"}
        named = [each for each in documents if each["kind"] == "form" and each["current"]]
        found = [document for each in named if (document := self.document(each["hash"]))]
        return [program for program in found if not absent & {*program.get("lists", [])}]

    # Questions read aloud.
    def voices(self, form_id: str, version: str | None) -> dict[str, Any]:
        """{audio_language, voices: {path: name of the recording}}: what can be heard of a form, where it says what the form
        says."""
        head, program = self.store.head(), self.program(form_id, version)
        language = head.get("audio_language") or ""
        named = {each["id"]: each["version"] for each in head.get("documents", []) if each["kind"] == "audio"}
        found = {spoken.path: (f"{form_id} {language} {spoken.path}", spoken.wording) for spoken in spoken_questions(program)}
        heard = {path: name for path, (name, wording) in found.items() if language and named.get(name) == wording}
        return {"audio_language": language, "voices": heard}

    def audio(self) -> dict[str, Any]:
        """For the settings: the language questions are heard in, how many were recorded in it, how many are not here yet."""
        head = self.store.head()
        counts = [sum(each["kind"] == "audio" for each in some) for some in (head.get("documents", []), self.missing_documents())]
        return {"audio_language": head.get("audio_language") or "", "audio": dict(zip(("named", "missing"), counts, strict=True))}

    # Who may what.
    def workflow(self, form_id: str) -> Workflow:
        for workflow in self.campaign().get("workflows", ()):
            if form_id in workflow["forms"]:
                return Workflow(workflow)
        return Workflow({"initial": "submitted", "states": {}, "steps": {}})

    def memberships(self, form_id: str, action: str, unit: str = "") -> list[dict[str, Any]]:
        """By which this person may do it; in a given unit, or anywhere."""
        roles = self.campaign().get("roles", {})
        return [
            held
            for held in self.store.head()["person"]["roles"]
            if (held.get("forms") is None or form_id in held["forms"])
            and action in roles.get(held["role"], {}).get("forms", {}).get(form_id, ())
            and (not unit or self.is_under(unit, held["unit"]))
        ]

    def roles(self, form_id: str, action: str, unit: str) -> list[str]:
        """The roles in which this person may do it in a unit."""
        return sorted({held["role"] for held in self.memberships(form_id, action, unit)})

    @property
    def person_name(self) -> str:
        return str(self.store.head()["person"]["name"])

    def is_under(self, unit: str, top: str) -> bool:
        parents = {each["code"]: each["parent"] for each in self.campaign().get("units", ())}
        seen: set[str] = set()
        while unit and unit not in seen:
            if unit == top:
                return True
            seen.add(unit)
            unit = parents.get(unit, "")
        return False

    def writing_kind(self, form_id: str, unit: str, state: str, *, own: bool = True) -> str | None:
        """As what a change of answers would go here: "edit", "correct", or None where neither is allowed.

        own: of a record this person wrote; a reviewer's change of somebody else's is a correction where it may be one.
        """
        workflow = self.workflow(form_id)
        for kind in ("edit", "correct") if own else ("correct", "edit"):
            if workflow.after_writing(kind, state, [held["role"] for held in self.memberships(form_id, kind, unit)]):
                return kind
        return None

    # Evaluation.
    def env_values(
        self,
        form_id: str = "",
        unit: str = "",
        state: str = "draft",
        *,
        version: str = "",
        rec: str = "",
        start: str = "",
    ) -> dict[str, Any]:
        """What expressions may know, as JSON: the screen and the finalising device use the same. start: when filling in
        began."""
        now, person = self.clock(), self.store.head()["person"]
        if form_id:
            acting = [
                held for action in ("submit", "edit", "correct") for held in self.memberships(form_id, action, unit)
            ]
        else:
            acting = person["roles"]
        return {
            "seed": rec,
            "start": start,
            "last_saved": self.last_saved(form_id) if rec else {},
            "now": local_iso(now),
            "today": local_iso(now)[:10],
            "tz_offset_min": tz_offset_min(now),
            "username": person["name"],
            "deviceid": self.device,
            "phonenumber": "",
            "email": "",
            "roles": (roles := sorted({held["role"] for held in acting})),
            "state": state,
            "lists": self.lists(self.program(form_id, version or None), unit, roles) if form_id else {},
        }

    def last_saved(self, form_id: str) -> dict[str, Any]:
        """The answers of this device's last finalised record of the form, for ${last-saved#…}."""
        found = self.store.row(
            "SELECT wire FROM own_op JOIN record USING (rec) WHERE form_id = ? AND type IN ('submit', 'edit', 'correct')"
            " AND wire <> '' ORDER BY n DESC LIMIT 1",
            form_id,
        )
        return dict(json.loads(json.loads(found["wire"])["payload"])["answers"]) if found else {}

    def instance(
        self, form: dict[str, str], answers: dict[str, Any], unit: str, state: str = "draft", *,
        rec: str = "", start: str = "", ends: bool = False,
    ) -> Instance:  # fmt: skip
        """ends: the answers are being finalised."""
        values = self.env_values(form["id"], unit, state, version=form["version"], rec=rec, start=start)
        end = values["now"] if ends else ""
        env = Env(**{**values, "roles": frozenset(values["roles"]), "end": end})
        return Instance(self.form(form["id"], form["version"]), answers, env)

    def describe(self, form: dict[str, str], answers: dict[str, Any], unit: str) -> tuple[str, str]:
        """(title, subtitle) of a list row; empty where the form is not here."""
        try:
            instance = self.instance(form, answers, unit)
        except DeviceError:
            return "", ""
        return instance.title(LABEL_LANGUAGE), instance.subtitle(LABEL_LANGUAGE)


def unit_of(scope: str) -> str:
    return scope.split("/")[0]
