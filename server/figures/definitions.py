"""indicators.json, returns.json, reviews.json and dashboard.json of the loaded campaign, as its folder had them; kept in memory by hash."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.dashboards import FILE as DASHBOARD
from forms.dashboards import Dashboard, DashboardSchema
from forms.indicators import FILE as INDICATORS
from forms.indicators import Indicator, IndicatorsSchema
from forms.returns import FILE as RETURNS
from forms.returns import Return, ReturnsSchema
from forms.reviews import FILE as REVIEWS
from forms.reviews import Review, ReviewsSchema

from ..models import CampaignFile, Reference

NAMED = re.compile(r"\$\{\s*([\w.-]+)\s*\}")
FILES = (INDICATORS, RETURNS, REVIEWS, DASHBOARD, "campaign.json", "roles.json")
MADE: dict[tuple[str, ...], Definitions] = {}


@dataclass(frozen=True)
class Definitions:
    """indicators, returns, reviews: by name, in the files' order. roles: as in roles.json. campaign: campaign.json."""

    indicators: Mapping[str, Indicator]
    returns: Mapping[str, Return]
    roles: Mapping[str, Any]
    campaign: Mapping[str, Any]
    dashboard: Dashboard
    reviews: Mapping[str, Review]

    @property
    def reporting(self) -> set[str]:
        """The roles that have to do with returns."""
        return {
            role
            for each in (*self.returns.values(), *self.reviews.values())
            for role in (*each["who"]["roles"], *each["signers"], *each["receivers"])
        }

    def sources(self, names: Iterable[str]) -> list[str]:
        """The indicators that these are worked out from, calculated ones among them, each after those it reads."""
        found: dict[str, None] = {}

        def add(name: str) -> None:
            if name in found or name not in self.indicators:
                return
            for read in NAMED.findall(self.indicators[name]["source"].get("calculation", "")):
                add(read)
            found[name] = None

        for name in names:
            add(name)
        return list(found)


def definitions(session: Session) -> Definitions:
    rows = dict(session.execute(select(CampaignFile.path, CampaignFile.hash).where(CampaignFile.path.in_(FILES))).all())
    key = tuple(rows.get(path, "") for path in FILES)
    if key not in MADE:
        MADE[key] = made(session, rows)
    return MADE[key]


def made(session: Session, rows: Mapping[str, str]) -> Definitions:
    def content(path: str, without: Any) -> Any:
        return json.loads(session.get_one(Reference, rows[path]).content) if path in rows else without

    indicators = IndicatorsSchema().load(content(INDICATORS, {"indicators": []}))["indicators"]
    returns = ReturnsSchema().load(content(RETURNS, {"returns": []}))["returns"]
    return Definitions(
        {each["name"]: each for each in indicators},
        {each["name"]: each for each in returns},
        content("roles.json", {"roles": {}})["roles"],
        content("campaign.json", {}),
        DashboardSchema().load(content(DASHBOARD, {})),
        {each["name"]: each for each in ReviewsSchema().load(content(REVIEWS, {"reviews": []}))["reviews"]},
    )
