"""Figures kept with the records: whatever happens to records, the cells are what working everything out again gives."""

import json
import random
from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from chungsuc.cli import chungsuc
from forms.figures import Figures
from server.campaigns import load_campaign, read_folder
from server.database import db
from server.figures import keeping
from server.figures.basis import incomplete
from server.figures.catching_up import catch_up
from server.figures.recompute import recompute
from server.intake import act
from server.models import Cell, FigureBasis, Record, Tally
from server.serving import open_server
from server.verify import figures as figure_differences
from sync.ops import Intent
from tests.server.conftest import ROOT
from tests.server.district import COMMON, FAR_TEAM, FORM, OTHER_TEAM, verdicts


def differing(district):
    return district.ask(lambda session: [str(each) for each in figure_differences(session)])


def counted(district, indicator="support_cases_new", **where):
    """(unit, day, phase) → n of an indicator's day cells, whole."""
    asked = sa.select(Cell.unit_code, Cell.day, Cell.phase, Cell.n).where(
        Cell.span == "d", Cell.indicator == indicator, Cell.split == where.get("split", "")
    )
    return {tuple(row[:3]): row.n for row in district.ask(lambda session: session.execute(asked).all())}


def heads(district):
    return [json.loads(doc) for doc in district.ask(lambda session: list(session.scalars(sa.select(Record.doc))))]


def by_plain_count(district):
    """The same, counted from the documents without anything of server/figures."""
    docs = [doc for doc in heads(district) if doc["answers"]["consent"].get("consent_date")]
    return Counter(
        (doc["scope"].split("/")[0], date.fromisoformat(doc["answers"]["consent"]["consent_date"]), doc["phase"])
        for doc in docs
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_any_history_gives_the_cells_of_counting_everything_anew(district, seed):
    rng = random.Random(seed)
    devices = [(district.device(unit=unit), unit) for unit in ("03424-07-T1", OTHER_TEAM, FAR_TEAM)]
    officer = district.person("commune_officer", "106")
    known = []
    for _ in range(6):
        device, unit = rng.choice(devices)
        batch = []
        for _ in range(rng.randint(1, 4)):
            sex, urgency = rng.choice(["female", "male"]), rng.choice(["24h", "week"])
            changes = {"sex": sex, "birth_year": rng.choice([1958, 1990, 2012]), "urgency": urgency}
            mine = [op for op in known if op.header["scope"].startswith(unit)]
            if mine and rng.random() < 0.5:
                old = rng.choice(mine)
                op = device.op("edit", old.rec, {"answers": sound(**changes)}, base=old.h, unit=unit)
            elif mine and rng.random() < 0.3:
                old = rng.choice(mine)
                op = device.op("void", old.rec, {"reason": "Ghi nhầm"}, base=old.h, unit=unit)
            else:
                op = device.op(
                    "submit", new_rec(rng), {"answers": sound(**changes), "title": "Giàng Thị Dở"}, unit=unit
                )
                known.append(op)
            batch.append(op)
        device.push(*batch)
        stepping(district, officer, rng)
    assert len(heads(district)) >= 4
    assert differing(district) == []
    assert counted(district) == by_plain_count(district)
    months = sa.select(sa.func.sum(Cell.n)).where(
        Cell.span == "m", Cell.indicator == "support_cases_new", Cell.split == "sex"
    )
    assert district.ask(lambda session: session.scalar(months)) == sum(counted(district).values())


def sound(**changes):
    from tests.server.district import answers

    return answers(**changes)


def new_rec(rng):
    return f"{rng.getrandbits(32):08x}-0000-4000-8000-{rng.getrandbits(48):012x}"


def stepping(district, officer, rng):
    """The commune takes a step with a record, where its state allows any."""
    doc = rng.choice(heads(district))
    workflows = json.loads((ROOT / "campaigns/tam_duong/workflow.json").read_text("utf-8"))["workflows"][0]
    steps = [
        name for name, step in workflows["steps"].items()
        if doc["state"] in step["from"] and "commune_officer" in step["roles"]
    ]  # fmt: skip
    if steps:
        payload = {"action": rng.choice(steps), "answers_hash": doc["answers_hash"], "reason": "Theo quy trình"}
        intent = Intent("step", doc["rec"], doc["hash"], FORM, doc["scope"], payload, ())
        with district.app.app_context():
            act(district.server, officer.person_id, "commune_officer", intent)


def test_a_figure_that_fails_costs_no_record_and_is_made_up_for(district, monkeypatch, lines):
    device = district.device()
    monkeypatch.setattr(keeping, "added_by", lambda *given: 1 / 0)
    op = device.submit()
    assert verdicts(device.push(op)) == ["applied"]
    assert any('"figures_failed"' in line and "ZeroDivisionError" in line for line in lines)
    monkeypatch.undo()
    assert differing(district) == [str(each) for each in district.ask(lambda s: list(figure_differences(s)))]
    assert district.ask(incomplete) == ["support_case"]
    with district.app.app_context():
        done = recompute()
    assert (done.total, done.changed) == (1, 1)
    assert differing(district) == []
    assert counted(district) == by_plain_count(district)


def test_other_indicators_are_counted_from_old_records_while_new_ones_come(district, monkeypatch):
    device = district.device()
    device.push(device.submit(), device.submit(sex="male"))
    files = read_folder(ROOT / "campaigns" / "tam_duong")
    changed = json.loads(files["indicators.json"])
    new = next(each for each in changed["indicators"] if each["name"] == "support_cases_new")
    new["source"]["where"] = "${sex} = 'female'"
    files["indicators.json"] = json.dumps(changed, ensure_ascii=False).encode()
    loaded = district.ask(lambda session: load_campaign(session, files, district.clock()))
    assert loaded.figures_changed == ["support_case"]
    assert any("figures.stale" in line or "present figures" in line for line in differing(district))
    arriving = device.submit(), device.submit(sex="male")
    evaluated = Figures.contributions

    def while_intake_goes_on(figures, *given):
        monkeypatch.setattr(Figures, "contributions", evaluated)
        device.push(*arriving)
        return evaluated(figures, *given)

    monkeypatch.setattr(Figures, "contributions", while_intake_goes_on)
    with district.app.app_context():
        recompute()
    assert differing(district) == []
    assert sum(counted(district).values()) == 2
    assert len(heads(district)) == 4


def test_a_wrong_cell_is_found_and_mended(district):
    device = district.device()
    device.push(device.submit())
    district.ask(
        lambda session: session.execute(sa.update(Cell).where(Cell.indicator == "support_cases_new").values(n=7))
    )
    found = differing(district)
    assert found and all("not the sum" in each for each in found)
    with district.app.app_context():
        recompute(every=True)
    assert differing(district) == []
    district.ask(lambda session: session.execute(sa.update(Tally).values(adds="[]")))
    assert any("not what its answers say" in each for each in differing(district))
    with district.app.app_context():
        recompute(every=True)
    assert differing(district) == []


def test_a_database_from_before_figures_is_counted_by_the_command(district, settings):
    if settings.database_url:
        pytest.skip("the command is the same on either database")
    device = district.device()
    device.push(device.submit())
    for table in (Cell, Tally, FigureBasis):
        district.ask(lambda session, table=table: session.execute(sa.delete(table)))
    with district.app.app_context():
        db.session.remove()
    arguments = ["indicators", "recompute", "--data-dir", str(settings.data_dir)]
    done = CliRunner().invoke(chungsuc, arguments)
    assert "1 records, 1 changed" in done.output
    assert differing(district) == []
    assert sum(counted(district).values()) == 1


def test_a_serving_server_counts_a_database_from_before_figures_by_itself(district, lines, monkeypatch):
    device = district.device()
    device.push(device.submit(), device.submit(full_name="Lò Thị Ón"))
    for table in (Cell, Tally, FigureBasis):
        district.ask(lambda session, table=table: session.execute(sa.delete(table)))
    open_server(district.app)  # as after an upgrade: what is counted is known, nothing is counted yet
    assert district.ask(incomplete)
    with monkeypatch.context() as failing:
        failing.setattr("server.figures.recompute.evaluated", lambda *_: 1 / 0)
        assert catch_up(district.app) is None  # it says so, and lives
    assert catch_up(district.app) == 2
    assert catch_up(district.app) == 0
    assert differing(district) == [] and sum(counted(district).values()) == 2
    told = [json.loads(line)["event"] for line in lines]
    assert [each for each in told if each.startswith("figures_recount")] == [
        "figures_recount", "figures_recount_failed", "figures_recount", "figures_recounted",
    ]  # fmt: skip


def test_upgrading_and_loading_say_what_wants_counting_again(district, settings):
    if settings.database_url:
        pytest.skip("the commands are the same on either database")
    device = district.device()
    device.push(device.submit())
    for table in (Cell, Tally, FigureBasis):
        district.ask(lambda session, table=table: session.execute(sa.delete(table)))
    with district.app.app_context():
        db.session.remove()
    said = CliRunner().invoke(chungsuc, ["db", "upgrade", "--data-dir", str(settings.data_dir)]).output
    assert "want counting again" in said and "support_case" in said and "indicators recompute" in said


def test_what_an_expression_reads_is_all_that_is_looked_at():
    from forms import compile_form
    from forms.figures import compile_figures
    from tests.campaigns.conftest import read_json

    document = read_json("forms/support_case.json")
    assert compile_form(document).program
    figures = Figures(
        compile_figures(document, read_json("indicators.json")["indicators"], "Asia/Ho_Chi_Minh", "11:00")
    )
    seen = [spec["name"] for group in figures.wanted for spec in group["children"]]
    assert {"sex", "age_years", "consent_date", "paid_at"} <= set(seen)
    assert "full_name" not in seen
    assert COMMON  # the form's own examples stay valid


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021-12-05", "2021-12-05"),
        ("2021-12-05T10:59:00.000+07:00", "2021-12-05"),
        ("2021-12-05T11:00:00.000+07:00", "2021-12-06"),
        ("2021-12-05T03:59:59.000Z", "2021-12-05"),
        ("2021-12-31T23:00:00.000+07:00", "2022-01-01"),
        ("", ""), ("hôm qua", ""), ("2021-02-30", ""),
    ],
)  # fmt: skip
def test_a_moment_belongs_to_the_day_that_closes_next_and_a_date_to_itself(text, day):
    from forms.figures import compile_figures
    from tests.campaigns.conftest import read_json

    document = read_json("forms/case_daily.json")
    made = compile_figures(document, read_json("indicators.json")["indicators"], "Asia/Ho_Chi_Minh", "11:00")
    assert Figures(made).day(text) == day
