"""Invented people, places, photos and days: plausible, the same for the same seed, and marked."""

import struct
import unicodedata
import zlib
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from chungsuc.demonstration import people, pictures, region, rhythm
from forms import load_campaign
from server.campaigns import read_folder

FIRST = date(2021, 12, 1)
CAMPAIGNS = sorted(path.parent for path in (Path(__file__).parents[2] / "campaigns").glob("*/campaign.json"))


def households(seed: int, many: int = 300) -> list[people.Household]:
    random = Random(seed)
    return [people.household(random, people.main_group(random), FIRST) for _ in range(many)]


def test_the_same_seed_invents_the_same_people():
    assert households(7) == households(7) != households(8)


def test_names_are_written_as_the_forms_want_them():
    for home in households(1):
        for member in home.members:
            assert member.name == unicodedata.normalize("NFC", member.name) == " ".join(member.name.split())
            assert len(member.name.split()) >= 2


def test_no_two_children_of_a_house_are_called_the_same():
    for home in households(2):
        names = [member.name for member in home.members[2:]]
        assert len(set(names)) >= len(names) - 1  # a grandparent may be a namesake


def test_a_citizen_number_agrees_with_sex_and_year():
    for home in households(3):
        for member in home.members:
            number = member.id_number
            century = (0 if member.birth_date.year < 2000 else 2) + (member.sex == "female")
            assert (number[:3], int(number[3]), number[4:6]) == ("012", century, f"{member.birth_date.year % 100:02}")
            assert len(number) == 12 and number.isdecimal()


def test_the_peoples_come_in_about_their_shares():
    random = Random(4)
    drawn = [people.main_group(random) for _ in range(4000)]
    assert 0.28 < drawn.count("03") / 4000 < 0.36 and 0.18 < drawn.count("08") / 4000 < 0.26


def test_a_photo_is_a_whole_png_and_says_by_its_stripes_that_it_is_none():
    png = pictures.photo(Random(1))
    assert png[:8] == b"\x89PNG\r\n\x1a\n" and len(png) < 20_000
    at, kinds, packed = 8, [], b""
    while at < len(png):
        (size,) = struct.unpack_from(">I", png, at)
        kind, content = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        assert struct.unpack_from(">I", png, at + 8 + size) == (zlib.crc32(kind + content),)
        kinds.append(kind)
        packed += content if kind == b"IDAT" else b""
        at += 12 + size
    assert kinds == [b"IHDR", b"IDAT", b"IEND"]
    raw = zlib.decompress(packed)
    assert len(raw) == pictures.HEIGHT * (1 + 3 * pictures.WIDTH)
    last_row = raw[-3 * pictures.WIDTH :]
    assert {bytes(last_row[x : x + 3]) for x in range(0, len(last_row), 3)} == {b"\xfa\xc8\x00", b"\x1e\x1e\x1e"}


def test_work_rests_at_the_new_year_and_swells_with_the_wave():
    busy = {FIRST + timedelta(days=n): rhythm.intensity(FIRST + timedelta(days=n), FIRST, 182) for n in range(182)}
    assert busy[date(2022, 2, 1)] < 0.25
    assert max(busy, key=busy.__getitem__).month == 3
    assert all(0 < each < 4 for each in busy.values())


def test_happenings_are_as_many_as_expected():
    random = Random(5)
    assert 0.9 < sum(rhythm.happenings(random, 1.0) for _ in range(3000)) / 3000 < 1.1
    assert rhythm.happenings(random, 0.0) == 0


@pytest.mark.parametrize("folder", CAMPAIGNS, ids=lambda folder: folder.name)
def test_a_tree_repeated_and_cut_is_still_a_tree_the_campaign_takes(folder):
    files = read_folder(folder)
    campaign, _ = load_campaign(files)
    assert campaign is not None
    many = list(region.repeated(campaign.units, 3))
    again, problems = load_campaign({**files, "org_units.csv": region.as_csv(many)})
    assert again is not None and len(again.units) == 3 * len(campaign.units), problems
    homes = region.homes(many, {"team", "village"}, seed=1)
    assert homes and all(home.places[home.unit.kind] == home.unit.code for home in homes)
    one = next(
        unit for unit in campaign.units if any(other.parent == unit.code for other in campaign.units) and unit.parent
    )
    left = region.cut(campaign.units, {one.code})
    assert [unit.code for unit in left if unit.kind == one.kind] == [one.code]
    assert all(not unit.parent or unit.parent in {each.code for each in left} for unit in left)
