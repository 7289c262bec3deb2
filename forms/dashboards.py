"""dashboard.json: what the district sees first: which numbers, which charts, how its units lie. Read and checked here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from forms.indicators import Indicator
from forms.labels import Label
from forms.problems import Problem, Where, near, problem
from forms.units import Unit

FILE = "dashboard.json"
# parts: indicators beside each other. trend: their days. split: one by a disaggregation. units: one by unit.
KINDS = ("parts", "trend", "split", "units")
MOST_COLUMNS = 12

Dashboard = Mapping[str, Any]


class PanelSchema(Schema):
    """open: only records whose review has not ended, of all days: what is still to be done."""

    kind = fields.Str(required=True, validate=validate.OneOf(KINDS))
    label = Label(required=True)
    indicators = fields.List(fields.Str(), required=True, validate=validate.Length(1, 4))
    split = fields.Str()
    open = fields.Bool(load_default=False)

    @validates_schema
    def one_split(self, data: Mapping[str, Any], **_: Any) -> None:
        if (data["kind"] == "split") != ("split" in data):
            raise ValidationError("kind split, and no other, names a split")
        if data["kind"] in ("split", "units") and len(data["indicators"]) != 1:
            raise ValidationError("one indicator is expected")


class DashboardSchema(Schema):
    """days: of the period shown first. tiles: unit → [column, row] as they lie on a map, from 0."""

    days = fields.Int(load_default=7, validate=validate.Range(1, 366))
    tiles = fields.Dict(
        keys=fields.Str(),
        values=fields.List(fields.Int(validate=validate.Range(0, MOST_COLUMNS - 1)), validate=validate.Length(equal=2)),
        load_default=dict,
    )
    tile = fields.Str()
    numbers = fields.List(fields.Str(), load_default=list, validate=validate.Length(max=8))
    panels = fields.List(fields.Nested(PanelSchema), load_default=list, validate=validate.Length(max=6))


def check_dashboard(dashboard: Dashboard, indicators: Sequence[Indicator], units: Sequence[Unit]) -> Iterator[Problem]:
    """What the dashboard names exists, and no two units lie in one place."""
    known = {indicator["name"]: indicator for indicator in indicators}
    codes = {unit.code for unit in units}
    named = {"numbers": dashboard["numbers"], "tile": [dashboard["tile"]] if "tile" in dashboard else []}
    named |= {f"panels/{index}": panel["indicators"] for index, panel in enumerate(dashboard["panels"])}
    for place, names in named.items():
        for name in names:
            if name not in known:
                hint = near(name, sorted(known))
                yield problem("campaign.indicator_unknown", Where(FILE, f"/{place}"), hint=hint, indicator=name)
    for index, panel in enumerate(dashboard["panels"]):
        source = known.get(panel["indicators"][0], {"source": {}})["source"]
        splits = {each["name"] for each in source.get("disaggregations", ())}
        if "split" in panel and panel["split"] not in splits:
            where = Where(FILE, f"/panels/{index}", key="split")
            yield problem(
                "campaign.split_unknown", where, hint=near(panel["split"], sorted(splits)), split=panel["split"]
            )
    places: dict[tuple[int, ...], str] = {}
    for code, place in dashboard["tiles"].items():
        if code not in codes:
            where = Where(FILE, "/tiles", code)  # a part of a district leaves the others' places free
            yield problem("campaign.unit_unknown", where, severity="warning", hint=near(code, sorted(codes)), unit=code)
        if tuple(place) in places:
            yield problem("campaign.tile_taken", Where(FILE, "/tiles", code), other=places[tuple(place)], unit=code)
        places[tuple(place)] = code
