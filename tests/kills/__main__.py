"""python -m tests.kills --cycles 100 --seed 1 [--postgres]: kill and start again, then look whether anything is lost."""

from __future__ import annotations

import argparse
import logging
import os
import tempfile
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from random import Random

from sqlalchemy import func, select

from server import create_app
from server.database import db
from server.models import Op
from server.serving import open_server
from server.verify import differences
from tests.kills.district import District, Laptop, forked, kill
from tests.postgres import postgres_cluster, run_sql, with_database

LIVES_S = 0.25  # a process that nobody kills earlier is killed within so long


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    logging.getLogger("chungsuc").setLevel(logging.ERROR)
    logging.getLogger("waitress").setLevel(logging.CRITICAL)
    with ExitStack() as stack:
        url = ""
        if asked.postgres:
            cluster = stack.enter_context(postgres_cluster())
            run_sql(cluster, "CREATE DATABASE kills")
            url = with_database(cluster, "kills")
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chungsuc-kills-")))
        district = District(folder, url)
        district.found("Páo", "Mẩy")
        killed = live(district, asked.cycles, Random(asked.seed))
        print(f"{killed} kills, {look(district)}")


def live(district: District, cycles: int, random: Random) -> dict[str, int]:
    """So many cycles: everything runs, somebody dies, and is started again. How often who died."""
    killed = {"server": 0, "laptop": 0}
    running = {laptop.name: forked(partial(laptop.live, random.getrandbits(32))) for laptop in district.laptops}
    try:
        for _ in range(cycles):
            time.sleep(random.uniform(0, LIVES_S))
            who = random.choice(["server", "laptop", "laptop", "both"])
            laptop = random.choice(district.laptops)
            if who != "laptop":
                kill(district.server_pid)
                killed["server"] += 1
                district.start_server()
            if who != "server":
                kill(running.pop(laptop.name))
                killed["laptop"] += 1
                running[laptop.name] = forked(partial(laptop.live, random.getrandbits(32)))
    finally:
        for pid in running.values():
            kill(pid)
    for laptop in district.laptops:
        drained(laptop)
    kill(district.server_pid)
    return killed


def drained(laptop: Laptop) -> None:
    _, status = os.waitpid(forked(laptop.drain), 0)
    assert os.waitstatus_to_exitcode(status) == 0, f"{laptop.name} cannot drain"


def look(district: District) -> str:
    """Everything acknowledged is on the server, once; every signature, chain, fold and feed is sound."""
    app = open_server(create_app(district.settings))
    with app.app_context():
        held = dict(db.session.execute(select(Op.h, func.count()).group_by(Op.h)).all())
        wrong = [str(each) for each in differences(db.session, app.extensions["chungsuc"])]
        db.session.remove()
        db.engine.dispose()
    assert not wrong, wrong
    final = received = slips = 0
    for laptop in district.laptops:
        for what in ("final", "received"):
            lost = {h for h in laptop.acknowledged(what) if held.get(h) != 1}
            assert not lost, f"{laptop.name} was told {what}, and the server has not once: {lost}"
        final, received = final + len(laptop.acknowledged("final")), received + len(laptop.acknowledged("received"))
        store = laptop.open().store
        forwarded = store.rows("SELECT id || '-' || part AS slip FROM carried WHERE forwarded_at IS NOT NULL")
        unkept = laptop.acknowledged("slip") - {row["slip"] for row in forwarded}
        assert not unkept, f"{laptop.name} gave a slip, and has not carried on: {unkept}"
        slips += len(laptop.acknowledged("slip"))
        assert store.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
        store.close()
    return f"{final} finalised, {received} acknowledged by the server, {slips} slips, {len(held)} held"


if __name__ == "__main__":
    main()
