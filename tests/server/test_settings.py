"""Settings: one frozen object from defaults, file, environment and arguments; every one is documented."""

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from server.problems import Refusal
from server.settings import Settings, load_settings

DEPLOY = Path(__file__).parents[2] / "docs" / "deploy.md"


def test_the_environment_wins_over_the_file_and_an_argument_over_both(tmp_path):
    toml = tmp_path / "chungsuc.toml"
    toml.write_text('language = "en"\npush_max_ops = 7\ndata_dir = "from-file"\n', "utf-8")
    settings = load_settings(
        {"CHUNGSUC_SETTINGS": str(toml), "CHUNGSUC_PUSH_MAX_OPS": "8", "CHUNGSUC_DATA_DIR": "from-env"},
        data_dir=tmp_path,
    )
    assert (settings.language, settings.push_max_ops, settings.data_dir) == ("en", 8, tmp_path)


def test_settings_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Settings().language = "en"


@pytest.mark.parametrize(("text", "value"), [("1", True), ("true", True), ("No", False), ("", False)])
def test_a_switch_reads_as_people_write_it(text, value):
    assert load_settings({"CHUNGSUC_DEMO": text}).demo is value


@pytest.mark.parametrize(
    ("environ", "code"),
    [
        ({"CHUNGSUC_PUSH_MAX_OPS": "many"}, "settings.value"),
        ({"CHUNGSUC_DEMO": "perhaps"}, "settings.value"),
        ({"CHUNGSUC_LANGUAGE": "fr"}, "settings.value"),
        ({"CHUNGSUC_TIME_ZONE": "Mars/Base"}, "settings.value"),
        ({"CHUNGSUC_CONSOLE_ORIGIN": "chungsuc.example"}, "settings.origin"),
        ({"CHUNGSUC_FIELD_ORIGIN": "https://a.example/app"}, "settings.origin"),
        ({"CHUNGSUC_FIELD_ORIGIN": "http://127.0.0.1:8000"}, "settings.same_origin"),
        ({"CHUNGSUC_SETTINGS": "/no/such/file.toml"}, "settings.file"),
    ],
)
def test_a_wrong_setting_is_refused_by_code(environ, code):
    with pytest.raises(Refusal) as refused:
        load_settings(environ)
    assert refused.value.code == code


def test_an_unknown_setting_in_the_file_is_named(tmp_path):
    toml = tmp_path / "chungsuc.toml"
    toml.write_text("pusch_max_ops = 7\n", "utf-8")
    with pytest.raises(Refusal) as refused:
        load_settings({}, toml)
    assert refused.value.details == {"names": ["pusch_max_ops"]}


@pytest.mark.parametrize("setting", fields(Settings), ids=lambda field: field.name)
def test_every_setting_is_documented_with_its_default(setting):
    rows = [line for line in DEPLOY.read_text("utf-8").splitlines() if line.startswith(f"| `{setting.name}` |")]
    assert len(rows) == 1, f"docs/deploy.md has no row for {setting.name}"
    assert setting.metadata["help"] in rows[0]
    if not isinstance(setting.default, Path):
        assert f"`{setting.default}`" in rows[0]
