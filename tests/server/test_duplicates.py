"""Records that look alike: found as they come in, followed as they change, remembered as a person decided."""

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from chungsuc.cli import chungsuc
from server import duplicates, intake
from server.comparing import COMPARING, begin_comparing
from server.database import db
from server.dump import tables_of
from server.erasure import erase
from server.models import AuditEntry, DuplicateKey, DuplicatePair, DuplicateTraits, Op, Record
from server.problems import Refusal
from server.reports import district_table
from tests.server.district import FAR_TEAM, OTHER_TEAM, verdicts
from tests.server.officer import Officer, words


def pairs(district):
    def read(session):
        return {
            frozenset((pair.first, pair.second)): (pair.score, pair.reasons, pair.state)
            for pair in session.scalars(sa.select(DuplicatePair))
        }

    return district.ask(read)


def decide(district, one, other, state, kept=None, by="server"):
    first, second = sorted((one, other))
    district.ask(lambda s: duplicates.decide(s, first, second, state, kept, district.clock(), by))


@pytest.fixture
def device(district):
    return district.device()


def test_two_teams_write_down_one_person(district, device):
    other = district.device(unit=OTHER_TEAM)
    first = device.submit(full_name="Giàng Thị Dở", birth_year=1958)
    second = other.submit(full_name="Giang Thi Do", birth_year=1958, unit=OTHER_TEAM)
    far = device.submit(full_name="Lò Văn Phương", birth_year=1990)
    assert verdicts(device.push(first, far)) == ["applied", "applied"]
    assert pairs(district) == {}
    other.push(second)
    assert pairs(district) == {
        frozenset((first.rec, second.rec)): (70, ["name_unmarked", "birth_year_same", "place_same"], "open")
    }


def test_two_of_one_push_are_compared_too(district, device):
    one, other = device.submit(), device.submit()
    device.push(one, other)
    assert list(pairs(district)) == [frozenset((one.rec, other.rec))]


def test_one_number_is_found_across_the_district(district, device):
    far = district.device(unit=FAR_TEAM)
    one = device.submit(full_name="Giàng Thị Dở", id_type="cccd", id_number="012158001234")
    other = far.submit(full_name="Vàng Thị Xuân", id_type="cccd", id_number="012158001234", commune="03412",
                       village="03412-01", birth_year=1990, unit=FAR_TEAM)  # fmt: skip
    device.push(one)
    far.push(other)
    [(score, reasons, _)] = pairs(district).values()
    assert (score, reasons[0]) == (60, "id_same")


def test_an_edit_that_ends_the_likeness_takes_the_hint_back(district, device):
    one, other = device.submit(), device.submit()
    device.push(one, other)
    device.push(device.edit(other, full_name="Lò Văn Hùng"))
    assert pairs(district) == {}


def test_a_step_alone_compares_nothing(district, device, monkeypatch):
    one = device.submit()
    device.push(one)
    monkeypatch.setattr(duplicates, "traits_of", None)  # would fail
    assert verdicts(device.push(device.op("comment", one.rec, {"text": "Đã gọi"}, base=one.h))) == ["applied"]


def test_voided_records_look_like_nobody(district, device):
    one, other = device.submit(), device.submit()
    device.push(one, other)
    device.push(device.op("void", other.rec, {"reason": "Ghi hai lần"}, base=other.h))
    assert pairs(district) == {}
    assert district.ask(lambda s: list(s.scalars(sa.select(DuplicateTraits.rec)))) == [one.rec]


def test_what_a_person_decided_is_remembered(district, device):
    one, other = device.submit(), device.submit()
    device.push(one, other)
    person = district.person("commune_officer", "03424")
    decide(district, one.rec, other.rec, "apart", by=person.person_id)
    device.push(device.edit(one, household_size=6))
    [(_, _, state)] = pairs(district).values()
    assert state == "apart"
    assert (
        district.ask(lambda s: s.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.seq.desc())).first())
        == "duplicate.apart"
    )


def table(district, person):
    def count(session):
        day = district.server.today()
        return district_table(
            session, person.person_id, "table", "support_case", day, day, day, "Asia/Ho_Chi_Minh"
        ).whole.total

    return district.ask(count)


def test_a_merged_record_is_counted_no_more_until_it_is_undone(district, device):
    one, other = device.submit(), device.submit()
    device.push(one, other)
    officer = district.person("commune_officer", "03424")
    assert table(district, officer) == 2
    decide(district, one.rec, other.rec, "merged", one.rec, officer.person_id)
    assert table(district, officer) == 1
    assert district.ask(lambda s: duplicates.merged_among(s, [one.rec, other.rec])) == {other.rec}
    decide(district, one.rec, other.rec, "open", by=officer.person_id)
    assert table(district, officer) == 2


def test_nothing_is_merged_into_what_was_merged_away(district, device):
    ops = [device.submit() for _ in range(3)]
    device.push(*ops)
    a, b, c = (op.rec for op in ops)
    person = district.person("commune_officer", "03424").person_id
    decide(district, a, b, "merged", a, person)
    for kept in (b, c):
        with pytest.raises(Refusal) as refused:
            decide(district, b, c, "merged", kept, person)
        assert refused.value.code == "duplicate.merged"
    with pytest.raises(Refusal) as refused:
        decide(district, a, c, "merged", b, person)
    assert refused.value.code == "duplicate.gone"


def test_an_error_in_looking_costs_no_op_and_a_scan_finds_what_was_missed(district, device, monkeypatch, lines):
    one, other = device.submit(), device.submit()
    with monkeypatch.context() as broken:
        broken.setattr(duplicates, "compare_traits", None)
        assert verdicts(device.push(one, other)) == ["applied", "applied"]
    assert any('"duplicates_not_looked_for"' in line for line in lines)
    assert pairs(district) == {}
    with district.app.app_context():
        assert duplicates.scan(district.clock()) == 2
        assert duplicates.scan(district.clock()) == 0
    assert len(pairs(district)) == 1


def test_the_looking_is_outside_the_transaction_that_stores(district, device, monkeypatch):
    seen = []
    monkeypatch.setattr(
        intake, "after_change", lambda: seen.extend(district.ask(lambda s: s.scalars(sa.select(Op.rec)).all()))
    )
    op = device.submit()
    device.push(op)
    assert seen == [op.rec]


def test_what_a_killed_process_did_not_compare_is_compared_by_the_next_and_before_a_page_is_shown(
    district, device, monkeypatch
):
    with monkeypatch.context() as killed:
        killed.setattr(intake, "after_change", lambda: None)
        device.push(device.submit(), device.submit())
    assert pairs(district) == {}
    officer = Officer(district)
    assert "Giàng A Páo" in words(officer.get("/duplicates"))
    assert len(pairs(district)) == 1
    with district.app.app_context():
        assert not duplicates.behind()


def test_a_serving_process_compares_by_a_thread_of_its_own(district, device):
    begin_comparing(district.app)
    device.push(device.submit(), device.submit())
    comparing = district.app.extensions[COMPARING]
    comparing.stop()
    assert len(pairs(district)) == 1


def test_an_erased_record_is_forgotten(district, device):
    one, other = device.submit(), device.submit()
    device.push(one, other)
    person = district.person("commune_officer", "03424").person_id
    with district.app.app_context():
        erase(district.server, person, "commune_officer", one.rec, "Theo yêu cầu")
    assert pairs(district) == {}
    assert district.ask(lambda s: set(s.scalars(sa.select(DuplicateKey.rec)))) == {other.rec}


def test_nobodys_name_or_number_stands_in_the_keys(district, device):
    device.push(device.submit(id_type="cccd", id_number="012158001234"))
    keys = district.ask(lambda s: list(s.scalars(sa.select(DuplicateKey.key))))
    assert len(keys) == 5
    assert all(len(key) == 16 and int(key, 16) >= 0 for key in keys)


def test_finding_asks_a_fixed_number_of_questions(district, device):
    """However many records a push holds and however many look like them."""

    def statements(count):
        ops = [device.submit() for _ in range(count)]
        device.push(*ops)
        asked = []
        with district.app.app_context():
            engine = db.engine
            note = lambda *given: asked.append(given[2])  # noqa: E731
            district.ask(lambda s: s.execute(sa.delete(DuplicatePair)))
            district.ask(lambda s: s.execute(sa.update(DuplicateTraits).values(answers_hash="0" * 64)))
            sa.event.listen(engine, "before_cursor_execute", note)
            district.ask(lambda s: duplicates.look(s, [op.rec for op in ops], district.clock()))
            sa.event.remove(engine, "before_cursor_execute", note)
        return len(asked)

    statements(1)  # from here on there are others to compare with
    assert statements(2) == statements(6)


def test_what_hundreds_share_is_no_hint(district, device, monkeypatch):
    """Else each of them would be compared with each, while all who write wait."""
    monkeypatch.setattr(duplicates, "MAX_COMPARED", 3)
    device.push(*[device.submit() for _ in range(3)])
    assert district.ask(lambda s: s.scalar(sa.select(sa.func.count()).select_from(DuplicatePair))) == 3
    device.push(device.submit())
    assert district.ask(lambda s: s.scalar(sa.select(sa.func.count()).select_from(DuplicatePair))) == 3


def test_the_command_scans_a_server(district, device, settings):
    device.push(device.submit(), device.submit())
    district.ask(lambda s: [s.execute(sa.delete(each)) for each in (DuplicatePair, DuplicateKey, DuplicateTraits)])
    env = {"CHUNGSUC_DATABASE_URL": settings.database_url} if settings.database_url else {}
    result = CliRunner().invoke(chungsuc, ["duplicates", "scan", "--data-dir", str(settings.data_dir)], env=env)
    assert "2 records compared; 1 pairs wait for a person" in result.output
    assert district.ask(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Record))) == 2
    assert {"duplicate_pair"} <= {each.name for each in district.ask(lambda s: tables_of(s.connection()))}
