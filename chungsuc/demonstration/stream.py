"""Six months of a campaign as a stream: what is recorded where, on which day and by whom, one submission at a time.

Pure and seeded: the same seed tells the same story. Nothing is kept between days, so its length costs no memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from random import Random
from typing import Any
from uuid import UUID

from forms import Answers, Env, Form

from .filling import Picture, Subject, Unfillable, fill
from .region import Home
from .rhythm import happenings, intensity, minute_of_day

MONTH_DAYS = 30


@dataclass(frozen=True)
class Author:
    """Somebody who records. role: of roles.json. home: the unit it is recorded for, and whom it is about."""

    key: str
    role: str
    home: Home
    forms: frozenset[str]


@dataclass(frozen=True)
class Submission:
    rec: str
    at: datetime
    author: Author
    form_id: str
    answers: Answers
    env: Env


@dataclass(frozen=True)
class Story:
    """forms: form id → Form. rates: form id → how many an author records in an ordinary month.
    hints: form id → {path: hint}. zone: hours east of Greenwich. lists: what expressions may look up."""

    seed: int
    begin: date
    days: int
    forms: Mapping[str, Form]
    rates: Mapping[str, float]
    hints: Mapping[str, Mapping[str, Any]]
    zone: int = 7
    lists: Mapping[str, Any] = field(default_factory=dict)

    def day(self, day: date, authors: Sequence[Author], picture: Picture | None = None) -> Iterator[Submission]:
        """What is recorded on one day, author by author."""
        busy = intensity(day, self.begin, self.days)
        for author in authors:
            random = Random(f"{self.seed}/{day}/{author.key}")
            for form_id in sorted(author.forms & self.forms.keys()):
                for _ in range(happenings(random, self.rates.get(form_id, 1.0) / MONTH_DAYS * busy)):
                    # Where a form cannot be filled in (a commune that has not listed its villages), nobody does.
                    with suppress(Unfillable):
                        yield self.submission(day, author, form_id, random, picture)

    def submission(
        self, day: date, author: Author, form_id: str, random: Random, picture: Picture | None
    ) -> Submission:
        at = datetime.combine(day, time(tzinfo=self.zone_info)) + timedelta(
            minutes=minute_of_day(random), seconds=random.randrange(60)
        )
        rec = str(UUID(int=(int(at.timestamp() * 1000) << 80) | random.getrandbits(80), version=4))
        env = self.env(rec, at, author.role)
        answers = fill(self.forms[form_id], self.subject(at, author.home, form_id, random, picture), env, random)
        return Submission(rec, at.astimezone(UTC), author, form_id, answers, env)

    def subject(
        self, at: datetime, home: Home, form_id: str, random: Random, picture: Picture | None = None
    ) -> Subject:
        who = home.household(self.seed, random.randrange(home.households), self.begin)
        hints = self.hints.get(form_id, {})
        return Subject(at.date(), random.choice(who.members), who, home.places, hints, picture)

    def env(self, rec: str, at: datetime, role: str, state: str = "draft") -> Env:
        local = at.astimezone(self.zone_info)
        return Env(
            seed=rec, now=local.isoformat(timespec="milliseconds"), today=local.date().isoformat(),
            tz_offset_min=self.zone * 60, roles=frozenset({role}), state=state, lists=self.lists,
        )  # fmt: skip

    @property
    def zone_info(self) -> timezone:
        return timezone(timedelta(hours=self.zone))
