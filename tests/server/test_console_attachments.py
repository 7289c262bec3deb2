"""Photos at the console: beside their questions, for whoever may read the answer, and never as anything but a file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server import create_app
from server.campaigns import load_campaign
from server.models import RoleRight
from server.serving import open_server
from tests.photo_campaign import photo_campaign
from tests.server.conftest import dispose
from tests.server.district import FORM, District, answers, new_rec
from tests.server.officer import COMMUNE, OTHER_COMMUNE, Officer, words
from tests.server.photo import Photo, image_bytes

PNG = b"\x89PNG\r\n\x1a\n" + image_bytes(500)
VERSION = {"id": "support_case", "version": "9"}


@pytest.fixture
def district(settings, clock):
    """A district whose newest support case asks for photos."""
    app = create_app(replace(settings), clock)
    running = District(open_server(app), clock)
    campaign = photo_campaign()
    form = campaign["forms/support_case.json"].decode()
    campaign["forms/support_case.json"] = form.replace(FORM["version"], VERSION["version"]).encode()
    running.ask(lambda session: load_campaign(session, campaign, clock()))
    yield running
    dispose(app)


@pytest.fixture
def device(district, monkeypatch):
    monkeypatch.setattr("tests.server.district.FORM", VERSION)
    return district.device()


def case_with(device, data: bytes, question: str = "house", extension: str = "png", *, send: bool = True):
    """(record, file answer) of a case with one file."""
    photo = Photo(data, device)
    answer = f"{photo.blob}.{extension}"
    said = {**answers(), **({"papers": [{"__id": "p1", "page": answer}]} if question == "page" else {question: answer})}
    op = device.op("submit", new_rec(), {"answers": said, "title": "Giàng Thị Dở"}, blobs=(photo.blob,))
    receipt = device.push(op)
    assert receipt["verdicts"][0]["verdict"] == "applied", receipt
    if send:
        photo.send()
    return op.rec, answer


@pytest.mark.parametrize("question", ["house", "page"])
def test_a_photo_stands_beside_its_question_and_opens_as_what_it_is(district, device, question):
    rec, answer = case_with(device, PNG, question)
    officer = Officer(district)
    page = officer.get(f"/records/{rec}")
    url = f"/records/{rec}/files/{answer}"
    assert f'<img src="{url}"' in page.text
    got = officer.get(url, buffered=True)
    assert (got.status_code, got.data, got.mimetype) == (200, PNG, "image/png")
    assert got.headers["Content-Disposition"].startswith("inline")
    assert got.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (got.headers["X-Content-Type-Options"], got.headers["Cache-Control"]) == ("nosniff", "no-store")
    assert officer.accesses() == [("view", rec), ("file", rec)]


@pytest.mark.parametrize("extension", ["html", "svg", "pdf", "txt", "exe", "xml"])
def test_what_is_no_picture_and_no_sound_is_downloaded_and_never_shown(district, device, extension):
    rec, answer = case_with(device, b"<script>alert(1)</script>", extension=extension)
    got = Officer(district).get(f"/records/{rec}/files/{answer}", buffered=True)
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.mimetype not in ("text/html", "image/svg+xml", "application/xml")
    assert f'<img src="/records/{rec}' not in Officer(district).get(f"/records/{rec}").text


def test_a_recording_can_be_listened_to(district, device):
    rec, answer = case_with(device, b"OggS", "voice", "ogg")
    page = Officer(district).get(f"/records/{rec}").text
    assert f'<audio controls preload="none" src="/records/{rec}/files/{answer}">' in page


def test_a_photo_that_has_not_arrived_says_so(district, device):
    rec, answer = case_with(device, PNG, send=False)
    officer = Officer(district)
    assert "Chưa tới máy chủ: máy của người lập sẽ gửi sau." in words(officer.get(f"/records/{rec}"))
    assert officer.get(f"/records/{rec}/files/{answer}", buffered=True).status_code == 404


def test_a_photo_of_a_masked_question_is_masked_and_others_are_not(district, device):
    rec, answer = case_with(device, PNG)
    other_rec, other = case_with(device, PNG + b"2", "page")
    officer = Officer(district)
    district.ask(
        lambda s: [
            s.delete(row)
            for row in s.query(RoleRight).filter_by(role="commune_officer", form_id="support_case", action="see_pii")
        ]
    )
    page = officer.get(f"/records/{rec}").text
    assert "<img" not in page and answer not in page and answer[:8] not in page
    assert officer.get(f"/records/{rec}/files/{answer}", buffered=True).status_code == 404
    assert officer.get(f"/records/{other_rec}/files/{other}", buffered=True).status_code == 200


MATRIX = [("commune_officer", COMMUNE, 200), ("commune_officer", OTHER_COMMUNE, 404), ("home_affairs", "106", 404)]


@pytest.mark.parametrize(("role", "unit", "status"), MATRIX)
def test_who_may_not_read_the_record_may_not_read_its_photos(district, device, role, unit, status):
    rec, answer = case_with(device, PNG)
    officer = Officer(district, role, unit)
    assert officer.get(f"/records/{rec}").status_code == status
    assert officer.get(f"/records/{rec}/files/{answer}", buffered=True).status_code == status


def test_another_records_photo_is_not_to_be_had_through_this_one(district, device):
    rec, _ = case_with(device, PNG)
    _, other = case_with(device, PNG + b"2")
    assert Officer(district).get(f"/records/{rec}/files/{other}", buffered=True).status_code == 404
    assert Officer(district).get(f"/records/{rec}/files/..%2f..%2fserver-keys.json", buffered=True).status_code == 404


def test_a_photo_of_before_an_edit_can_still_be_seen(district, device):
    rec, answer = case_with(device, PNG)
    edit = device.op("edit", rec, {"answers": answers()}, base=device.chain.prev)
    assert device.push(edit)["verdicts"][0]["verdict"] == "applied"
    officer = Officer(district)
    assert "<img" not in officer.get(f"/records/{rec}").text
    assert officer.get(f"/records/{rec}/files/{answer}", buffered=True).data == PNG
