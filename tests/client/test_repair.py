"""A laptop whose copy went wrong finds out by itself and mends exactly that (P-14)."""

from __future__ import annotations

import json

import pytest
import requests

from client.device import Device
from tests.client.conftest import PIN, Laptop


@pytest.fixture
def calls(monkeypatch):
    """The calls of a round, in order."""
    made, send = [], requests.request

    def watched(method, url, **given):
        made.append(url.split("/sync/v1/")[1])
        return send(method, url, **given)

    monkeypatch.setattr("client.wire.requests.request", watched)
    return made


def reopened(laptop):
    """The laptop in a new session: it compares everything once."""
    laptop.device.lock({})
    laptop.device.unlock({"pin": PIN})
    return laptop.device.session.store


def docs(laptop) -> dict[str, str]:
    rows = laptop.device.session.store.rows("SELECT rec, doc FROM record WHERE doc IS NOT NULL")
    return {row["rec"]: json.loads(row["doc"])["hash"] for row in rows}


def lose(store, rec):
    store.run("UPDATE record SET doc = NULL WHERE rec = ?", rec)


def forget(store, rec):
    store.run("DELETE FROM own_op WHERE rec = ?", rec)
    store.run("DELETE FROM record WHERE rec = ?", rec)


def age(store, rec):
    """The document of an earlier revision."""
    doc = json.loads(store.row("SELECT doc FROM record WHERE rec = ?", rec)["doc"])
    store.run("UPDATE record SET doc = ? WHERE rec = ?", json.dumps({**doc, "hash": "0" * 64, "rev": 0}), rec)


def invent(store, rec):
    row = store.row("SELECT * FROM record WHERE rec = ?", rec)
    doc = {**json.loads(row["doc"]), "rec": "018f0000-0000-7000-8000-000000000001"}
    store.run(
        "INSERT INTO record (rec, form_id, form_version, scope, title, subtitle, at, doc) VALUES (?,?,?,?,?,?,?,?)",
        doc["rec"], row["form_id"], row["form_version"], row["scope"], "?", "", row["at"], json.dumps(doc),
    )  # fmt: skip


@pytest.mark.parametrize("spoil", [lose, forget, age, invent])
def test_what_went_wrong_is_mended_and_nothing_else_is_fetched(laptop, calls, spoil):
    recs = [laptop.fill_in() for _ in range(5)]
    assert laptop.round() is None
    right = docs(laptop)
    assert right.keys() == set(recs)
    spoil(reopened(laptop), recs[2])
    assert docs(laptop) != right
    calls.clear()
    assert laptop.round() is None
    assert docs(laptop) == right
    assert [call for call in calls if call in ("digest", "repair")] == ["digest", "repair"]
    assert laptop.round() is None
    assert calls.count("repair") == 1


def test_what_agrees_is_compared_once_a_session_and_when_it_changes(laptop, calls):
    laptop.fill_in()
    assert laptop.round() is None
    assert calls.count("digest") == 1
    assert laptop.round() is None
    assert calls.count("digest") == 1
    laptop.fill_in()
    assert laptop.round() is None
    assert calls.count("digest") == 2
    reopened(laptop)
    assert laptop.round() is None
    assert calls.count("digest") == 3
    assert "repair" not in calls


def test_a_repair_cut_off_is_made_by_the_next_round(laptop, monkeypatch):
    rec = laptop.fill_in()
    assert laptop.round() is None
    right = docs(laptop)
    lose(reopened(laptop), rec)
    send = requests.request

    def cut(method, url, **given):
        if url.endswith("/repair"):
            raise requests.ConnectionError("cut off")
        return send(method, url, **given)

    with monkeypatch.context() as broken:
        broken.setattr("client.wire.requests.request", cut)
        assert laptop.round() == "net.offline"
    assert laptop.round() is None
    assert docs(laptop) == right


def test_a_repair_that_a_page_has_overtaken_undoes_nothing(laptop, live, tmp_path, monkeypatch):
    """While the answer is on its way another round pulls a newer revision: the answer is of an earlier place."""
    rec = laptop.fill_in()
    assert laptop.round() is None
    other = Device(tmp_path / "other", secret_store="file", background=False)
    other.enrol({"link": live.link(live.add_person("Lò Thị Hoa", "team_lead", "03424-07-T1")), "pin": PIN, "name": "2"})
    second = Laptop(other, tmp_path / "other")
    assert second.round() is None
    lose(reopened(laptop), rec)
    send = requests.request

    def overtaken(method, url, **given):
        answer = send(method, url, **given)
        if url.endswith("/repair"):
            monkeypatch.undo()
            other.comment({"rec": rec, "text": "Đã gọi"})
            assert second.round() is None
            assert laptop.round() is None
        return answer

    monkeypatch.setattr("client.wire.requests.request", overtaken)
    assert laptop.round() is None
    assert docs(laptop) == docs(second)
    other.close()
