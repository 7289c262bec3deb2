"""A phone whose storage lost or garbled a document finds out by itself and gets exactly that again (P-14)."""

from __future__ import annotations

import pytest

from tests.browser.conftest import PIN
from tests.browser.test_device import ANSWERS, MARKER

SPOIL = """async ([rec, how]) => {
  const database = await new Promise((done) => {
    indexedDB.open("chungsuc").onsuccess = ({ target }) => done(target.result);
  });
  const transaction = database.transaction("records", "readwrite");
  const records = transaction.objectStore("records");
  records.getAllKeys().onsuccess = ({ target }) => {
    const key = target.result.find(([, id]) => id === rec);
    if (how === "lost") records.delete(key);
    else records.get(key).onsuccess = ({ target: { result } }) => {
      result.ct[5] ^= 1;
      records.put(result, key);
    };
  };
  await new Promise((done) => { transaction.oncomplete = done; });
  database.close();
}"""


@pytest.mark.parametrize("how", ["lost", "garbled"])
def test_a_document_that_was_lost_or_garbled_comes_again_and_nothing_else(phone, tab, how):
    recs = []
    for _ in range(3):
        rec = tab.fill_in(ANSWERS)
        tab.call("finalise", rec=rec)
        recs.append(rec)
    assert tab.sync()["ok"]
    tab.page.evaluate(SPOIL, [recs[1], how])
    tab.page.close()
    again = phone.tab()
    calls, answers = [], []
    again.page.on("request", lambda request: calls.append(request.url.rsplit("/", 1)[-1]))
    again.page.on("response", lambda response: answers.append(response) if response.url.endswith("/repair") else None)
    again.call("unlock", pin=PIN)
    assert again.sync()["ok"]
    seen = again.call("open", rec=recs[1])
    assert (seen["phase"], seen["answers"]["person"]["full_name"]) == ("received", MARKER)
    compared = ["digest", "repair", "digest"]  # what differed is compared again, once it was mended
    assert [call for call in calls if call in ("digest", "repair")] == compared
    assert [change["rec"] for change in answers[0].json()["changes"]] == [recs[1]]
    assert again.sync()["ok"]
    assert [call for call in calls if call in ("digest", "repair")] == compared


def test_what_agrees_is_compared_once_a_session_and_when_it_changes(tab):
    calls = []
    tab.page.on("request", lambda request: calls.append(request.url.rsplit("/", 1)[-1]))
    rec = tab.fill_in(ANSWERS)
    tab.call("finalise", rec=rec)
    assert tab.sync()["ok"]
    assert tab.sync()["ok"]
    assert (calls.count("digest"), calls.count("repair")) == (1, 0)
