"""awards.json and the list of awards of the loaded campaign, as the rest of this package reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.awards import FILE, AwardsSchema
from sync.workflow import Workflow

from ..models import CampaignFile, CampaignList, Reference
from ..problems import Refusal
from ..programs import choice_list, workflows_of

MADE: dict[str, Mapping[str, Any]] = {}  # by the hash of the file, which never changes its content


@dataclass(frozen=True)
class Rules:
    """data: awards.json. awards: name → row of the list (column → text), every row of it."""

    data: Mapping[str, Any]
    awards: tuple[Mapping[str, str], ...]
    workflow: Workflow

    @property
    def form(self) -> str:
        return str(self.data["form"])

    @cached_property
    def holidays(self) -> frozenset[date]:
        return frozenset(each["day"] for each in self.data["holidays"])

    @cached_property
    def sources(self) -> Mapping[str, Mapping[str, Any]]:
        return {each["form"]: each for each in self.data["sources"]}

    @cached_property
    def occasions(self) -> Mapping[str, Mapping[str, Any]]:
        return {each["name"]: each for each in self.data["occasions"]}

    @cached_property
    def offices(self) -> Mapping[str, Mapping[str, Any]]:
        return {each["name"]: each for each in self.data["offices"]}

    def award(self, name: str, day: date) -> Mapping[str, str] | None:
        """The row of an award that holds on a day; any row of it where none does."""
        named = [row for row in self.awards if row["name"] == name]
        held = [row for row in named if (row.get("valid_from") or "") <= day.isoformat() <= (row.get("valid_to") or "9999")]
        return next(iter([*held, *named]), None)

    def offered(self, day: date) -> list[Mapping[str, str]]:
        """The awards a dossier may ask for: decided by the district, or forwarded by it."""
        names = dict.fromkeys(row["name"] for row in self.awards if row.get("level") in self.data["levels"])
        return [row for row in (self.award(name, day) for name in names) if row is not None]

    def level(self, award: str) -> str:
        return next((row.get("level") or "" for row in self.awards if row["name"] == award), "")

    def forwards(self, award: str) -> bool:
        """The award is beyond the Chairman: it can only be sent upward."""
        return self.level(award) not in self.data["deciding"]

    def own(self, award: str) -> bool:
        """The unit's own chair decides: the dossier goes nowhere."""
        return not self.forwards(award) and self.level(award) != self.data["decides"]

    def deciding(self, award: str) -> Mapping[str, Any]:
        """How the award is decided: of its level, or of the level that forwards it."""
        return self.data["deciding"].get(self.level(award)) or self.data["deciding"][self.data["decides"]]

    def deciding_steps(self) -> set[str]:
        """The steps of workflow.json that decisions take and take back, of every level."""
        return {step for each in self.data["deciding"].values() for step in each["steps"].values()}


def rules_of(session: Session) -> Rules:
    """Raises Refusal request.not_found where the campaign commends nobody, campaign.invalid where its awards.json is of an
    older server and the campaign wants loading again."""
    data = loaded(session)
    if data is None:
        raise Refusal("request.not_found")
    listed = choice_list(session, session.scalars(select(CampaignList.hash).where(CampaignList.name == data["list"])).one())
    rows = tuple(dict(zip(listed["columns"], row, strict=True)) for row in listed["rows"])
    return Rules(data, rows, workflows_of(session, [data["form"]])[data["form"]])


def loaded(session: Session) -> Mapping[str, Any] | None:
    """awards.json, None where there is none. Raises Refusal campaign.invalid."""
    digest = session.scalar(select(CampaignFile.hash).where(CampaignFile.path == FILE))
    if digest is None:
        return None
    if digest not in MADE:
        try:
            MADE[digest] = AwardsSchema().load(json.loads(session.get_one(Reference, digest).content))
        except ValidationError as error:
            raise Refusal("campaign.invalid", details={FILE: error.normalized_messages()}) from error
    return MADE[digest]


def has_awards(session: Session) -> bool:
    """Whether the campaign commends, with rules that this server reads: the rest of the console does not wait for them."""
    try:
        return loaded(session) is not None
    except Refusal:
        return False
