"""The laptop is killed while a photo is taken in, named by an op, or on its way: it arrives, whole and once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from server.database import db
from server.models import Blob
from sync.blobs import CHUNK, blob_of
from tests.client.conftest import COMMON
from tests.client.test_attachments import attach, live, on_the_server, photo, state, unsent, with_house
from tests.client.test_crash import kill

__all__ = ["live"]  # a district whose form asks for photos


def kept_files(laptop) -> list[str]:
    return [path.name for path in laptop.device.session.store.folder.folder.iterdir()]


@pytest.mark.parametrize(
    "trap", ["with the photo's bytes written and not named", "with the photo's key sealed and not kept"]
)
def test_killed_while_a_photo_is_taken_in(laptop, trap):
    rec = laptop.device.start({"form_id": "support_case"})["rec"]
    kill(laptop, "attach", trap, rec)
    assert kept_files(laptop) == []
    answer = attach(laptop, rec, b"ABC")
    assert laptop.device.file({"rec": rec, "answer": answer})["state"] == "here"


@pytest.mark.parametrize("trap", ["between the photo's word and its op", "inside the transaction"])
def test_killed_while_finalising_with_a_photo(laptop, live, trap):
    """The draft changes its mind after the crash: the photo of before is not waited for."""
    rec = laptop.device.start({"form_id": "support_case"})["rec"]
    first, second = attach(laptop, rec, photo()), attach(laptop, rec, photo(seed=2))
    laptop.device.save_draft({"rec": rec, "answers": {**COMMON, "house": first}})
    kill(laptop, "finalise", trap, rec)
    assert (laptop.phase(rec), unsent(laptop)) == ("draft", 0)
    second = attach(laptop, rec, photo(seed=2))
    laptop.device.save_draft({"rec": rec, "answers": {**COMMON, "house": second}})
    laptop.device.finalise({"rec": rec})
    assert unsent(laptop) == 1
    assert laptop.round() is None
    assert (unsent(laptop), state(laptop, rec, second)) == (0, "sent")
    assert on_the_server(live, second) == photo(seed=2)
    assert on_the_server(live, first) is None


@pytest.mark.parametrize(
    ("trap", "held"),
    [
        ("before the push", 0),
        ("before a chunk", 0),
        ("after the second chunk", 2),
        ("with the last chunk confirmed and not noted", None),
    ],
)
def test_killed_while_a_photo_is_on_its_way(laptop, live, monkeypatch, trap, held):
    data = photo(3 * CHUNK + 1)
    rec, answer = with_house(laptop, data)
    kill(laptop, "sync", trap, rec)
    assert (state(laptop, rec, answer), unsent(laptop)) == ("here", 1)
    sent = []
    from client.wire import Wire

    put = Wire.put
    monkeypatch.setattr(Wire, "put", lambda wire, path, *given: sent.append(path) or put(wire, path, *given))
    assert laptop.round() is None
    assert len(sent) == (0 if held is None else 4 - held)  # what arrived before the kill is not sent again
    assert (state(laptop, rec, answer), unsent(laptop)) == ("sent", 0)
    assert on_the_server(live, answer) == data
    with live.app.app_context():
        assert [row.blob for row in db.session.scalars(select(Blob))] == [blob_of(answer)]
        db.session.remove()
