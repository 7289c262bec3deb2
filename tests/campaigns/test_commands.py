"""`chungsuc campaign` as an author types it: broken folders are told whole, loading says what changes and changes no more."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from chungsuc.cli import chungsuc
from forms.campaign_diff import Change, differences
from server.campaigns import read_folder

FLOOD = Path(__file__).parents[2] / "campaigns" / "flood_relief"


@pytest.fixture
def folder(tmp_path):
    """A copy of the flood campaign, to be changed."""
    shutil.copytree(FLOOD, tmp_path / "flood")
    return tmp_path / "flood"


@pytest.fixture
def run(tmp_path):
    """run(command, folder) -> (exit code, what it printed, both streams); on a server of the test's own."""

    def run(command, folder, *options):
        server = [] if command == "check" else ["--data-dir", str(tmp_path / "data")]
        done = CliRunner().invoke(chungsuc, ["campaign", command, str(folder), *options, *server])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.output

    return run


def change(file, old, new):
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_a_broken_folder_is_told_whole_with_places_and_is_not_loaded(run, folder):
    change(folder / "workflow.json", '"to": "delivered"', '"to": "deliverd"')
    change(folder / "returns.json", '"houses_lost"', '"houses_lots"')
    change(folder / "forms" / "water_level.json", "river_stations.csv", "stations.csv")
    code, told = run("check", folder)
    assert code == 1
    for wrong in ("workflow.json", "deliverd", "did you mean", "returns.json", "houses_lots", "stations"):
        assert wrong in told
    with pytest.raises(Exception) as refused:
        run("load", folder)
    assert refused.value.code == "campaign.invalid"
    assert run("export", folder.parent / "empty") == (0, f"0 files written to {folder.parent / 'empty'}\n")


def test_a_dry_run_says_what_would_change_and_changes_nothing(run, folder):
    _, dry = run("load", folder, "--dry-run")
    assert "14 units added" in dry and "nothing was changed" in dry
    _, loaded = run("load", folder)
    assert loaded.splitlines() == dry.splitlines()[:-1]
    _, again = run("load", folder)
    assert (
        again
        == "flood_relief: 0 units added, 0 changed; forms published: none; lists changed: none; files changed: 0\n"
    )


def test_a_name_that_a_list_loses_is_warned_of(run, folder):
    run("load", folder)
    change(folder / "lists" / "relief_items.csv", "blanket,Chăn màn,Blankets and nets,chiếc,,\n", "")
    code, told = run("load", folder)
    assert code == 0 and "warning: relief_items blanket is gone" in told


def test_other_content_under_a_published_version_is_refused(run, folder):
    run("load", folder)
    change(folder / "forms" / "water_level.json", "Nước lên hay xuống?", "Nước đang thế nào?")
    with pytest.raises(Exception) as refused:
        run("load", folder)
    assert refused.value.code == "form.changed"
    change(folder / "forms" / "water_level.json", "2025090101", "2025090501")
    _, told = run("diff", folder)
    assert told.splitlines() == [
        "forms/water_level.json: changed /settings/version",
        "forms/water_level.json: changed /survey/reading/children/trend/label/vi",
        "2 differences.",
    ]
    assert "forms published: water_level 2025090501" in run("load", folder)[1]
    assert run("diff", folder) == (0, "No difference.\n")


def test_what_is_exported_is_byte_for_byte_what_was_loaded(run, folder):
    run("load", folder)
    out = folder.parent / "out"
    run("export", out)
    assert read_folder(out) == read_folder(folder)
    code, told = run("export", out)
    assert code == 1 and "not empty" in told


def test_a_server_takes_no_second_campaign(run, folder):
    run("load", folder)
    with pytest.raises(Exception) as refused:
        run("load", FLOOD.parent / "tam_duong")
    assert refused.value.code == "campaign.other"


def test_differences_are_named_by_what_stands_there():
    def files(*rows):
        return {
            "lists/a.csv": "name,label\n" + "".join(f"{row}\n" for row in rows),
            "b.json": json.dumps({"rows": [{"name": row.split(",")[0]} for row in rows]}),
        }

    def found(old, new):
        return [
            str(each)
            for each in differences(*({path: text.encode() for path, text in each.items()} for each in (old, new)))
        ]

    assert found(files("x,X", "y,Y"), files("y,Y", "x,Z", "z,Z")) == [
        "b.json: added /rows/z",
        "lists/a.csv: changed /x/label",
        "lists/a.csv: added /z",
    ]
    assert found(files("x,X", "y,Y"), files("y,Y", "x,X")) == ["b.json: changed /rows (order)"]
    assert list(differences({"a.csv": b"name\n\xff", "m": b"1"}, {"a.csv": b"name\nx"})) == [
        Change("a.csv", "changed"), Change("m", "removed"),
    ]  # fmt: skip
