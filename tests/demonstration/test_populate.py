"""A server lives through some weeks of a commune: every record came the way records come, and can be verified."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from chungsuc.demonstration import commands, filling
from chungsuc.demonstration.stream import Story
from forms import Form, Instance, load_campaign
from server import Settings, create_app
from server.campaigns import read_folder
from server.database import db
from server.models import Blob, BlobRef, Campaign, Device, Op, Person, Record
from server.verify import differences
from sync.merge import changed_paths
from tests.photo_campaign import photo_campaign
from tests.server.conftest import dispose

ROOT = Path(__file__).parents[2]
TAM_DUONG = ROOT / "campaigns" / "tam_duong"
CAMPAIGNS = sorted(path.parent for path in (ROOT / "campaigns").glob("*/campaign.json"))
FIRST = date(2021, 12, 5)


def populate(*arguments: str):
    return CliRunner().invoke(commands.populate, [str(TAM_DUONG), "--unit", "03424", *arguments])


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lived") / "data"
    ran = populate("--data-dir", str(folder), "--days", "40", "--seed", "5")
    assert ran.exit_code == 0, ran.output
    app = create_app(Settings(data_dir=folder))
    with app.app_context():
        yield app
        db.session.remove()
    dispose(app)


def test_nothing_differs_from_what_the_ops_say(lived):
    assert list(differences(db.session, lived.extensions["chungsuc"])) == []
    assert db.session.query(Op).count() > 100


def test_records_stand_in_many_states_and_everything_was_applied(lived):
    assert len({(record.form_id, record.state) for record in db.session.query(Record)}) >= 6
    assert {op.verdict for op in db.session.query(Op)} <= {"applied", "merged"}
    assert {op.type for op in db.session.query(Op)} >= {"submit", "step", "edit", "correct"}


def test_everything_is_marked_as_demonstration(lived):
    assert all(person.demo for person in db.session.query(Person))
    assert db.session.query(Campaign).one().demo


def test_every_device_sent_its_whole_chain(lived):
    for device in db.session.query(Device):
        assert device.contiguous == db.session.query(Op).filter_by(device_id=device.device_id).count()


def test_real_data_never_gets_invented_company(lived):
    ran = populate("--data-dir", str(lived.extensions["chungsuc"].settings.data_dir))
    assert ran.exit_code != 0 and "holds a server already" in ran.output


def test_the_same_seed_tells_the_same_story_line_by_line():
    told = [populate("--print", "--days", "12", "--seed", seed).output for seed in ("3", "3", "4")]
    assert told[0] == told[1] != told[2]
    lines = [json.loads(line) for line in told[0].splitlines()]
    assert lines and all(line["rec"] and line["answers"] for line in lines)


@pytest.mark.parametrize("folder", CAMPAIGNS, ids=lambda folder: folder.name)
def test_any_campaign_is_lived_through_and_every_form_recorded(folder):
    """Without hints of its own, too: a form's rules say enough."""
    ran = CliRunner().invoke(commands.populate, [str(folder), "--print", "--days", "25"])
    assert ran.exit_code == 0, ran.output
    recorded = {json.loads(line)["form"] for line in ran.output.splitlines()}
    campaign, _ = load_campaign(read_folder(folder))
    assert len(recorded) >= 0.8 * len(campaign.programs), sorted(set(campaign.programs) - recorded)


def test_an_unknown_unit_is_named():
    ran = CliRunner().invoke(commands.populate, [str(TAM_DUONG), "--unit", "99999", "--print"])
    assert ran.exit_code != 0 and "99999" in ran.output


def test_a_reviewer_fills_in_only_what_the_author_could_not():
    files = read_folder(TAM_DUONG)
    campaign, _ = load_campaign(files)
    form = Form(campaign.programs["support_case"])
    story = Story(2, FIRST, 30, {"support_case": form}, {}, commands.hints(files), lists=campaign.lists)
    (author, *_) = commands.recorders(campaign, campaign.units, json.loads(files["demo/people.json"])["people"], 2)
    noon = datetime(2021, 12, 6, 5, tzinfo=UTC)
    filled = 0
    for seed in range(12):
        random = Random(seed)
        submission = story.submission(FIRST, author, "support_case", random, None)
        office = story.env(submission.rec, noon, "labour_office", "sent_to_office")
        subject = story.subject(noon, author.home, "support_case", random)
        after = filling.fill(form, subject, office, random, submission.answers, author=submission.env)
        theirs = Instance(form, submission.answers, submission.env)
        changed = [path for path, _ in changed_paths(form.program["root"], submission.answers, after)]
        filled += bool(changed)
        assert not [path for path in changed if theirs.may_write(path) and not theirs.state(path)["read_only"]]
    assert filled >= 6


def test_photos_arrive_as_attachments_do(tmp_path):
    for path, content in photo_campaign().items():
        (tmp_path / "campaign" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "campaign" / path).write_bytes(content)
    asked = [str(tmp_path / "campaign"), "--unit", "03424", "--days", "12", "--data-dir", str(tmp_path / "data")]
    ran = CliRunner().invoke(commands.populate, asked)
    assert ran.exit_code == 0, ran.output
    app = create_app(Settings(data_dir=tmp_path / "data"))
    with app.app_context():
        named, arrived = (set(db.session.query(each.blob, each.rec)) for each in (BlobRef, Blob))
        assert arrived and arrived == named
        assert list(differences(db.session, app.extensions["chungsuc"])) == []
        db.session.remove()
    dispose(app)
