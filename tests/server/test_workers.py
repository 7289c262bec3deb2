"""Several at once: nothing acknowledged is lost, nothing happens twice, no cursor passes a change by (P-07, P-09)."""

from collections import Counter as Count
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.database import db, transaction
from server.feed import Place, publish
from server.models import Feed, Op, Record
from tests.server.district import TEAM

PUSHERS, PUSHES, OPS = 8, 3, 4
WRITERS, ROUNDS = 16, 25


def test_every_acknowledged_op_exists_under_eight_pushers_at_once(district):
    devices = [district.device() for _ in range(PUSHERS)]
    batches = {d.device_id: [[d.submit() for _ in range(OPS)] for _ in range(PUSHES)] for d in devices}

    def push_all(device):
        return [device.push(*batch) for batch in batches[device.device_id]]

    with ThreadPoolExecutor(PUSHERS) as pool:
        receipts = [receipt for pushed in pool.map(push_all, devices) for receipt in pushed]
    told = [line for receipt in receipts for line in receipt["verdicts"]]
    assert Count(line["verdict"] for line in told) == {"applied": PUSHERS * PUSHES * OPS}
    assert district.ask(lambda s: set(s.scalars(select(Op.h)))) == {line["h"] for line in told}
    assert set(devices[0].pull_all()) == {line["rec"] for line in told}
    numbers = district.ask(lambda s: list(s.scalars(select(Feed.seq))))
    assert len(numbers) == len(set(numbers))


def test_two_workers_that_get_the_same_push_at_once_apply_it_once(district, another, lines):
    device = district.device()
    twin = district.new_device()
    for name in ("device_id", "sign_key", "server_sign", "token", "certificate"):
        setattr(twin, name, getattr(device, name))
    twin.client = another().app.test_client()
    for _ in range(5):
        first = device.submit()
        ops = [first, device.edit(first, household_size=7)]
        with ThreadPoolExecutor(2) as pool:
            receipts = list(pool.map(lambda who, ops=ops: who.push(*ops), (device, twin)))
        told = [sorted(line["verdict"] for r in receipts for line in r["verdicts"] if line["h"] == op.h) for op in ops]
        assert told == [["applied", "duplicate"]] * 2
    assert district.ask(lambda s: s.scalar(select(sa.func.max(Record.rev)))) == 2
    assert "push_redone" not in "".join(lines), "the locks suffice; the unique keys are the second guard"


def test_two_devices_editing_one_record_at_once_lose_no_answer(district, lines):
    one, other = district.device(), district.device()
    first = one.submit()
    one.push(first)
    edits = [one.edit(first, household_size=7), other.edit(first, urgency="now")]
    with ThreadPoolExecutor(2) as pool:
        receipts = list(pool.map(lambda pair: pair[0].push(pair[1]), zip((one, other), edits, strict=True)))
    assert sorted(line["verdict"] for r in receipts for line in r["verdicts"]) == ["applied", "merged"]
    answers = one.pull_all()[first.rec]["answers"]
    assert (answers["household"]["household_size"], answers["need"]["urgency"]) == (7, "now")
    assert "push_redone" not in "".join(lines), "the locks suffice; the unique keys are the second guard"


# The counter against its rival. Sixteen writers number rows and a reader follows with a cursor, as a device does.

RIVAL = "CREATE TABLE rival (row_key text PRIMARY KEY, seq bigserial)"


def follow(engine, read, writers):
    """What a reader sees that asks again and again for what came after its cursor, until all writers are done."""
    seen, cursor = set(), 0
    with ThreadPoolExecutor(WRITERS) as pool:
        running = [pool.submit(write) for write in writers]
        more = True
        while more:
            more = not all(write.done() for write in running)
            with engine.connect() as connection:
                rows = connection.execute(sa.text(read), {"cursor": cursor}).all()
            seen |= {key for key, _ in rows}
            cursor = max([cursor, *(seq for _, seq in rows)])
        for write in running:
            write.result()
    return seen


@pytest.fixture
def records(district):
    """As many records as the writers will number, (writer, round) → record id."""
    device = district.device()
    keys = [(writer, turn) for writer in range(WRITERS) for turn in range(ROUNDS)]
    ops = [device.submit() for _ in keys]
    for start in range(0, len(ops), 100):
        device.push(*ops[start : start + 100])
    return dict(zip(keys, (op.rec for op in ops), strict=True))


@pytest.mark.parametrize("template", ["postgresql"], indirect=True)
def test_sixteen_writers_lose_rows_to_a_cursor_over_a_serial_and_none_over_the_counter(district, records):
    with district.app.app_context():
        engine = sa.create_engine(db.engine.url, pool_size=WRITERS + 1)
    other_work = sa.text("SELECT count(*) FROM op")

    def number_by_serial(writer):
        for turn in range(ROUNDS):
            with engine.begin() as connection:
                key = records[writer, turn]
                connection.execute(sa.text("INSERT INTO rival (row_key) VALUES (:key)"), {"key": key})
                connection.execute(other_work)

    def number_by_counter(writer):
        for turn in range(ROUNDS):
            with Session(engine) as session, session.begin():
                session.execute(other_work)
                publish(session, [Place(f"{TEAM}/support_case", records[writer, turn], "doc")])

    with engine.begin() as connection:
        connection.execute(sa.text(RIVAL))
        connection.execute(sa.text("DELETE FROM feed"))
    serial = follow(
        engine,
        "SELECT row_key, seq FROM rival WHERE seq > :cursor",
        [lambda writer=writer: number_by_serial(writer) for writer in range(WRITERS)],
    )
    counted = follow(
        engine,
        "SELECT rec, seq FROM feed WHERE seq > :cursor",
        [lambda writer=writer: number_by_counter(writer) for writer in range(WRITERS)],
    )
    engine.dispose()
    assert counted == set(records.values())
    assert len(serial) < len(records), "the naive control lost nothing: this experiment shows nothing any more"


@pytest.mark.parametrize("template", ["sqlite"], indirect=True)
def test_sixteen_writers_lose_no_row_over_the_counter_where_writers_stand_in_line(district, records):
    """SQLite has one writer at a time; a clock or a serial would lose nothing either, so the control is PostgreSQL's."""
    with district.app.app_context():
        engine = db.engine

    def number(writer):
        with district.app.app_context():
            for turn in range(ROUNDS):
                with transaction() as session:
                    publish(session, [Place(f"{TEAM}/support_case", records[writer, turn], "doc")])

    district.ask(lambda session: session.execute(sa.text("DELETE FROM feed")))
    read = "SELECT rec, seq FROM feed WHERE seq > :cursor"
    counted = follow(engine, read, [lambda writer=writer: number(writer) for writer in range(WRITERS)])
    assert counted == set(records.values())
