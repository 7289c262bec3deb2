"""The demonstration plays one case's whole way: phone without signal, commune, district."""

from click.testing import CliRunner

from chungsuc.cli import chungsuc


def test_the_script_plays_the_whole_way(tmp_path):
    played = CliRunner().invoke(chungsuc, ["demo", "--script", "--data", str(tmp_path)])
    assert played.exit_code == 0, played.output
    assert played.output.rstrip().endswith("All of it held.")
    assert "Xã Bản Bo" in played.output
