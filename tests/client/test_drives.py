"""USB sticks: found by where they are mounted, read, written, and pulled out at any moment."""

from __future__ import annotations

from pathlib import Path

import pytest

from client import drives as usb
from client.drives import Drive, drives, listed, read, write
from client.errors import DeviceError

NAME = "chung-suc-may-cua-to-2021-12-05-0815.txt"


@pytest.fixture
def stick(tmp_path: Path) -> Drive:
    (tmp_path / "USB CUA XA").mkdir()
    return Drive(str(tmp_path / "USB CUA XA"), "USB CUA XA")


def refusal(call, *given) -> str:
    with pytest.raises(DeviceError) as refused:
        call(*given)
    return refused.value.code


def test_on_linux_what_was_mounted_for_a_person_counts_and_system_disks_do_not(tmp_path: Path, monkeypatch):
    stick = tmp_path / "media" / "lan" / "USB CUA XA"
    stick.mkdir(parents=True)
    monkeypatch.setattr(usb, "MOUNTED_BY_HAND", (f"{tmp_path}/media/",))
    mounts = tmp_path / "mounts"
    escaped = str(stick).replace(" ", "\\040")
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nproc /proc proc rw 0 0\n/dev/sdb1 {escaped} vfat rw 0 0\n"
                      f"/dev/sdc1 {tmp_path}/media/pulled vfat rw 0 0\ntmpfs {tmp_path}/media/x tmpfs rw 0 0\n")  # fmt: skip
    assert drives("linux", mounts) == [Drive(str(stick), "USB CUA XA")]
    assert drives("linux", tmp_path / "none") == [] and drives("plan9") == []


def test_on_a_mac_every_volume_but_the_systems_own(tmp_path: Path):
    (tmp_path / "STICK").mkdir()
    (tmp_path / "Macintosh HD").symlink_to("/")
    assert [each.name for each in drives("darwin", volumes=tmp_path)] == ["STICK"]


def test_bundles_are_written_read_back_and_listed_and_nothing_else_is_looked_at(stick: Drive):
    top = Path(stick.drive)
    (top / "thu-rieng.txt").write_text("của riêng")
    (top / NAME).write_text("CHUNG-SUC:1:up:cu")
    assert write([stick], stick.drive, [{"name": NAME.replace("0815", "0900"), "text": "CHUNG-SUC:1:up:moi"}]) == {
        "written": [NAME.replace("0815", "0900")]
    }
    (shown,) = listed([stick])["drives"]
    assert [file["name"] for file in shown["files"]] == [NAME, NAME.replace("0815", "0900")] and shown["free_bytes"] > 0
    assert read([stick], stick.drive, NAME) == "CHUNG-SUC:1:up:cu"
    assert not list(top.rglob("*.part"))


def test_no_other_folder_or_file_can_be_named(stick: Drive, tmp_path: Path):
    (tmp_path / NAME).write_text("outside")
    assert refusal(read, [stick], str(tmp_path), NAME) == "drive.gone"
    assert refusal(read, [stick], stick.drive, f"../{NAME}") == "drive.gone"
    assert refusal(write, [stick], stick.drive, [{"name": "../x.txt", "text": ""}]) == "drive.failed"


def test_a_stick_that_was_pulled_out_or_is_locked_says_so(stick: Drive):
    Path(stick.drive, "chung-suc").write_text("a file where our folder should be")
    assert refusal(write, [stick], stick.drive, [{"name": NAME, "text": "x"}]) == "drive.failed"
    gone = Drive(f"{stick.drive}-gone", "gone")
    assert listed([gone]) == {"drives": []}
    assert refusal(read, [gone], gone.drive, NAME) == "drive.gone"
