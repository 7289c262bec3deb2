"""A server lives through a story: devices sign and send, the offices review, day after day, over the real intake.

Nothing is put into tables by hand: every record arrives as signed ops of an enrolled device, so `chungsuc verify`
holds afterwards. Only a server marked as demonstration takes it.
"""

from __future__ import annotations

import heapq
import json
import secrets
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, islice
from random import Random
from typing import Any

from flask import Flask

from forms import Answers, Campaign, Env, files
from server.blobs import Chunk, take_chunk
from server.context import Server
from server.database import db, transaction
from server.enrolment import Applicant, register
from server.intake import act, receive
from server.models import Person, Record
from server.people import add_membership, add_person
from sync.blobs import blob_of, blobs_of, encrypt_chunk, file_answer, key_use
from sync.canonical import b64
from sync.keys import KeyPair
from sync.ops import ChainState, Intent, build_op
from sync.seal import seal
from sync.workflow import Workflow

from .filling import Unfillable, fill
from .people import login, main_group, resident, tables
from .pictures import photo
from .region import Home
from .stream import Author, Story, Submission

SYNC_CHANCE = 0.35  # of a device finding a signal on a day
REVIEW_HOURS = (4, 120)  # between a change and the next word on it
LIKELY = {"positive": 8.0, "neutral": 3.0, "attention": 1.2, "negative": 0.5}
LEFT = 0.12  # of what waits is left waiting for good


class Clock:
    """The story's clock: intake, reviews and certificates live by it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Phone:
    """A device of the story: whose it is, its keys, its chain, what it has not sent yet."""

    author: Author
    device_id: str
    keys: KeyPair
    chain: ChainState
    waiting: list[Submission] = field(default_factory=list)


@dataclass(frozen=True)
class Officer:
    person_id: str
    role: str


@dataclass
class Life:
    """app: a demonstration server with the campaign loaded and `clock` as its clock."""

    app: Flask
    clock: Clock
    story: Story
    campaign: Campaign
    authors: Sequence[Author]
    random: Random
    phones: dict[str, Phone] = field(default_factory=dict)  # by person
    officers: dict[tuple[str, str], Officer] = field(default_factory=dict)  # (role, unit)
    due: list[tuple[datetime, int, str]] = field(default_factory=list)
    order: Iterator[int] = field(default_factory=count)
    photos: dict[str, bytes] = field(default_factory=dict)  # by blob, not sent yet
    homes: dict[str, Home] = field(default_factory=dict)  # by unit

    @property
    def server(self) -> Server:
        server: Server = self.app.extensions["chungsuc"]
        return server

    def people_arrive(self, officers: Sequence[tuple[str, str]]) -> None:
        """Everybody gets an account, authors a device. officers: (role, unit)."""
        numbers = count(1)
        for some in parts(self.authors, 200):
            with transaction() as session:
                for author in some:
                    person = self.newcomer(
                        session, author.role, author.home.unit.code, author.home.group, next(numbers)
                    )
                    self.phones[person.person_id] = self.phone(session, person, author)
                    self.homes[author.home.unit.code] = author.home
        for pairs in parts(officers, 200):
            with transaction() as session:
                for role, unit in pairs:
                    person = self.newcomer(session, role, unit, main_group(self.random), next(numbers))
                    self.officers[role, unit] = Officer(person.person_id, role)

    def newcomer(self, session: Any, role: str, unit: str, group: str, number: int) -> Person:
        someone = resident(self.random, group, self.random.randint(24, 58), self.story.begin)
        now = self.clock()
        person = add_person(session, someone.name, now, username=login(someone.name, number), demo=True)
        add_membership(session, person, role, unit, now, self.story.begin, campaign_id=self.campaign.id)
        return person

    def phone(self, session: Any, person: Person, author: Author) -> Phone:
        device_id, keys = str(uuid.UUID(int=self.random.getrandbits(128), version=4)), KeyPair.new()
        applicant = Applicant(device_id, keys.point, KeyPair.new().point, "Điện thoại trình diễn", "")
        register(
            session, self.server.keys, person.person_id, applicant, self.clock(), self.server.settings.certificate_days
        )
        return Phone(author, device_id, keys, ChainState(device_id, 0, None))

    def day(self, day: date) -> int:
        """One day: people record, some devices find a signal, the offices work off what is due. How many arrived."""
        by_author = {phone.author.key: phone for phone in self.phones.values()}
        for submission in self.story.day(day, self.authors, self.camera):
            by_author[submission.author.key].waiting.append(submission)
        arrived = 0
        evening = datetime.combine(day, time(14), UTC)
        for phone in self.phones.values():
            if phone.waiting and self.random.random() < SYNC_CHANCE:
                self.clock.now = evening + timedelta(seconds=self.random.randrange(6 * 3600))
                arrived += self.sync(phone)
        self.review(evening)
        return arrived

    def camera(self, random: Random) -> str:
        """A photo, kept until its record is sent; the answer that names it."""
        data = photo(random)
        answer = file_answer(data, media_type="image/png")
        self.photos[str(blob_of(answer))] = data
        return answer

    def last_day(self) -> int:
        """Every device comes within reach."""
        return sum(self.sync(phone) for phone in self.phones.values() if phone.waiting)

    def sync(self, phone: Phone) -> int:
        sent, phone.waiting = phone.waiting, []
        for some in parts(sent, 100):
            self.push(phone, [(self.intent(submission), submission.env.now) for submission in some])
        return len(sent)

    def push(self, phone: Phone, intents: Iterable[tuple[Intent, str]]) -> None:
        """Sign and send; what is applied waits for a word. intents: each with the time its author claims."""
        wires = []
        for intent, at in intents:
            op, phone.chain = build_op(phone.chain, intent, phone.keys, secrets.token_bytes, lambda at=at: at)
            wires.append(op.wire)
        receipt = json.loads(receive(self.server, phone.device_id, secrets.token_hex(8), wires).text)
        db.session.remove()
        for line in receipt["verdicts"]:
            if line["verdict"] == "applied":
                self.expect(line["rec"])
            for blob in line["wanted"]:
                self.send_photo(phone, blob)

    def send_photo(self, phone: Phone, blob: str) -> None:
        """One chunk holds it."""
        data, key = self.photos.pop(blob), secrets.token_bytes(32)
        sealed = b64(seal(self.server.keys.seal.point, key_use(blob), key))
        chunk = Chunk(blob, len(data), 0, sealed, encrypt_chunk(key, 0, data))
        take_chunk(self.server, phone.device_id, phone.device_id, chunk)
        db.session.remove()

    def intent(self, submission: Submission) -> Intent:
        program = self.story.forms[submission.form_id].program
        form = {"id": program["form_id"], "version": program["version"]}
        scope = f"{submission.author.home.unit.code}/{submission.form_id}"
        return self.writing("submit", submission.rec, None, form, scope, submission.answers, submission.env)

    def writing(
        self, kind: str, rec: str, base: str | None, form: Any, scope: str, answers: Answers, env: Env
    ) -> Intent:
        """An op that brings answers, as devices make it at finalise."""
        volatile = {"today": env.today, "now": env.now, "start": env.now, "end": env.now, "username": env.username,
                    "deviceid": env.deviceid, "tz_offset_min": env.tz_offset_min}  # fmt: skip
        named = blobs_of(answer for _, answer in files(self.story.forms[form["id"]].program, answers))
        return Intent(kind, rec, base, form, scope, {"answers": answers, "volatile": volatile, "title": ""}, named)

    def expect(self, rec: str) -> None:
        """Somebody will have a word on this record; a few are left lying."""
        if self.random.random() > LEFT:
            hours = self.random.uniform(*REVIEW_HOURS)
            heapq.heappush(self.due, (self.clock() + timedelta(hours=hours), next(self.order), rec))

    def review(self, until: datetime) -> None:
        while self.due and self.due[0][0] <= until:
            self.clock.now, _, rec = heapq.heappop(self.due)
            record = db.session.get_one(Record, rec)
            doc, phone = json.loads(record.doc), self.phones.get(record.author_id)
            db.session.remove()
            workflow = Workflow(self.campaign.workflows[doc["form"]["id"]])
            if phone and workflow.phase(doc["state"]) == "has_issues":
                self.mend(phone, doc)
            elif self.step(doc, workflow):
                self.expect(rec)

    def mend(self, phone: Phone, doc: Mapping[str, Any]) -> None:
        """The author looks at a returned record again and answers some more."""
        answers, env = self.filled(doc, phone.author.home, phone.author.role)
        intent = self.writing("edit", doc["rec"], doc["hash"], doc["form"], doc["scope"], answers, env)
        self.push(phone, [(intent, env.now)])

    def step(self, doc: Mapping[str, Any], workflow: Workflow) -> bool:
        """One step of the record's workflow by somebody who may take it; False: nobody has anything to do."""
        above = set(self.homes[doc["scope"].split("/")[0]].places.values())
        free = [
            (officer, name, step)
            for (role, at), officer in self.officers.items() if at in above
            for name, step in workflow.steps_for(doc["state"], [role]) if step["to"] != doc["state"]
        ]  # fmt: skip
        if not free:
            return False
        weights = [LIKELY.get(step.get("tone", "neutral"), 1.0) for _, _, step in free]
        officer, name, step = self.random.choices(free, weights)[0]
        doc = self.decided(doc, workflow, officer)
        payload = {"action": name, "answers_hash": doc["answers_hash"]}
        if step.get("reason") in ("required", "optional"):
            payload["reason"] = self.random.choice(tables()["phrases"])
        return self.act(officer, "step", doc, payload)

    def decided(self, doc: Mapping[str, Any], workflow: Workflow, officer: Officer) -> Mapping[str, Any]:
        """The record with what the form reserves for this office filled in, where it may write it in this state."""
        if (
            workflow.after_writing("correct", doc["state"], [officer.role]) != doc["state"]
            or self.random.random() < 0.5
        ):
            return doc
        answers, _ = self.filled(doc, self.homes[doc["scope"].split("/")[0]], officer.role, reviewing=True)
        if answers == doc["answers"] or not self.act(officer, "correct", doc, {"answers": answers}):
            return doc
        corrected: Mapping[str, Any] = json.loads(db.session.get_one(Record, doc["rec"]).doc)
        db.session.remove()
        return corrected

    def filled(self, doc: Mapping[str, Any], home: Home, role: str, *, reviewing: bool = False) -> tuple[Answers, Env]:
        """The record's answers with more of them; as they were, where nothing fits."""
        form_id, now = doc["form"]["id"], self.clock()
        env = self.story.env(doc["rec"], now, role, doc["state"])
        author = self.story.env(doc["rec"], now, doc["author"]["role"]) if reviewing else None
        subject = self.story.subject(now, home, form_id, self.random)
        try:
            return fill(self.story.forms[form_id], subject, env, self.random, doc["answers"], author=author), env
        except Unfillable:
            return doc["answers"], env

    def act(self, officer: Officer, kind: str, doc: Mapping[str, Any], payload: Mapping[str, Any]) -> bool:
        program = self.story.forms[doc["form"]["id"]].program
        named = blobs_of(answer for _, answer in files(program, payload.get("answers", {})))
        intent = Intent(kind, doc["rec"], doc["hash"], doc["form"], doc["scope"], payload, named)
        verdict = act(self.server, officer.person_id, officer.role, intent).verdict
        db.session.remove()
        return verdict == "applied"


def parts(things: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(things)
    while part := list(islice(rest, size)):
        yield part
