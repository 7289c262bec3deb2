"""One record at the console: read, returned with remarks, corrected, approved; never unseen, never a foreign one."""

import json
import uuid

import pytest
from sqlalchemy import func, select

from server.models import Adjudication, Conflict, Op, Record, RoleRight
from tests.server.district import FAR_TEAM, answers
from tests.server.officer import COMMUNE, OTHER_COMMUNE, Browser, Officer, field, words

SIZE, NAME = "/household/household_size", "/person/full_name"


@pytest.fixture
def device(district):
    return district.device()


@pytest.fixture
def case(device):
    """A case that came from a team of the commune; its record id."""
    op = device.submit(phone="0912345678", description="Hết gạo ba ngày nay.")
    device.push(op)
    return op.rec


def doc(district, rec):
    return json.loads(district.ask(lambda s: s.scalar(select(Record.doc).where(Record.rec == rec))))


def ops(district):
    return district.ask(lambda s: s.scalar(select(func.count()).select_from(Op)))


def test_the_record_shows_answers_under_their_labels_as_people_write_them(district, device):
    goods = [{"__id": "1", "item": "Gạo", "qty": "1500.5", "unit": "kg", "value_vnd": 1250000}]
    op = device.op(
        "submit", "0" * 8 + "-0000-4000-8000-" + "0" * 12, {"answers": {**answers(), "items": goods}, "title": ""}
    )
    device.push(op)
    page = words(Officer(district).get(f"/records/{op.rec}"))
    for said in (
        "Họ và tên Giàng Thị Dở",
        "Năm sinh 1958",
        "Lương thực, thực phẩm, Thuốc",
        "Gạo 1.500,5 kg",
        "1.250.000",
    ):
        assert said in page


def test_opening_a_persons_record_is_kept_in_the_access_log(district, case):
    officer = Officer(district)
    officer.get(f"/records/{case}")
    assert officer.accesses() == [("view", case)]


def test_another_communes_record_looks_exactly_like_none_and_the_asking_is_logged(district, case):
    stranger = Officer(district, unit=OTHER_COMMUNE)
    none = "00000000-0000-4000-8000-00000000000f"
    foreign, missing = stranger.get(f"/records/{case}"), stranger.get(f"/records/{none}")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.text.replace(case, none) == missing.text.replace(
        field(missing, "csrf_token"), field(foreign, "csrf_token")
    )
    assert stranger.accesses() == [("refused", case), ("refused", none)]
    for address in ("steps/commune_check", "comments", "correction", "conflicts", "void"):
        assert stranger.post(f"/records/{case}/{address}", text="x", reason="x").status_code == 404
    assert ops(district) == 1


def test_a_return_with_a_remark_reaches_the_device_beside_the_question(district, device, case):
    officer = Officer(district)
    page = officer.get(f"/records/{case}/steps/return")
    answer = officer.post(
        f"/records/{case}/steps/return",
        answers_hash=field(page, "answers_hash"),
        reason="Cần kiểm tra lại số người.",
        **{f"remark:{SIZE}": "Sổ hộ khẩu ghi 7 người", f"remark:{NAME}": "  "},
    )
    assert answer.status_code == 302
    held = device.pull_all()[case]
    assert (held["state"], held["phase"]) == ("returned", "has_issues")
    assert [(remark["path"], remark["text"], remark["role"]) for remark in held["remarks"]] == [
        (SIZE, "Sổ hộ khẩu ghi 7 người", "commune_officer")
    ]
    assert held["history"][-1]["reason"] == "Cần kiểm tra lại số người."
    shown = words(officer.get(f"/records/{case}"))
    assert "Sổ hộ khẩu ghi 7 người" in shown and "Trả lại để sửa → Bị trả lại, cần sửa" in shown


def test_a_return_without_a_reason_is_not_taken_and_keeps_what_was_typed(district, case):
    officer = Officer(district)
    page = officer.get(f"/records/{case}/steps/return")
    answer = officer.post(
        f"/records/{case}/steps/return",
        answers_hash=field(page, "answers_hash"),
        reason=" ",
        **{f"remark:{SIZE}": "xem lại"},
    )
    assert answer.status_code == 422
    assert field(answer, f"remark:{SIZE}") == "xem lại"
    assert ops(district) == 1


def test_remarks_are_asked_only_where_the_author_can_answer_them(district, case):
    page = Officer(district).get(f"/records/{case}/steps/return").text
    assert f'name="remark:{SIZE}"' in page
    assert 'name="remark:/outcome/decision_no"' not in page


def test_the_whole_way_returned_corrected_approved(district, device, case):
    officer = Officer(district)
    page = officer.get(f"/records/{case}/steps/return")
    officer.post(f"/records/{case}/steps/return", answers_hash=field(page, "answers_hash"), reason="Sửa số người")
    returned = device.pull_all()[case]
    edit = device.op("edit", case, {"answers": answers(household_size=7)}, base=returned["hash"])
    assert device.push(edit)["verdicts"][0]["verdict"] == "applied"
    page = officer.get(f"/records/{case}")
    assert "Nhà có mấy người?: 5 → 7" in words(page)
    officer.post(f"/records/{case}/steps/commune_check", answers_hash=field(page, "answers_hash"))
    assert device.pull_all()[case]["phase"] == "approved"
    assert officer.acts() == ["session.begin", "record.step", "record.step"]


def test_an_approval_never_reaches_content_its_officer_has_not_seen(district, device, case):
    officer = Officer(district)
    seen = field(officer.get(f"/records/{case}"), "answers_hash")
    device.push(device.op("edit", case, {"answers": answers(household_size=9)}, base=device.pull_all()[case]["hash"]))
    answer = officer.post(f"/records/{case}/steps/commune_check", answers_hash=seen)
    assert answer.status_code == 409
    assert "Hồ sơ đã thay đổi" in words(answer) and "Nhà có mấy người? 9" in words(answer)
    assert doc(district, case)["state"] == "submitted"
    assert ops(district) == 2
    again = officer.post(f"/records/{case}/steps/commune_check", answers_hash=field(answer, "answers_hash"))
    assert again.status_code == 302
    assert doc(district, case)["state"] == "commune_checked"


def test_a_return_of_changed_content_keeps_reason_and_remarks_to_look_again(district, device, case):
    officer = Officer(district)
    page = officer.get(f"/records/{case}/steps/return")
    device.push(device.op("edit", case, {"answers": answers(household_size=9)}, base=device.pull_all()[case]["hash"]))
    sent = {"answers_hash": field(page, "answers_hash"), "reason": "Sai số người", f"remark:{SIZE}": "mấy người?"}
    answer = officer.post(f"/records/{case}/steps/return", **sent)
    assert answer.status_code == 409
    assert "Sai số người</textarea>" in answer.text and field(answer, f"remark:{SIZE}") == "mấy người?"
    assert field(answer, "answers_hash") == doc(district, case)["answers_hash"]


def test_a_step_already_taken_by_someone_else_is_told_in_words(district, case):
    one, two = Officer(district), Officer(district)
    seen = field(two.get(f"/records/{case}"), "answers_hash")
    one.post(f"/records/{case}/steps/commune_check", answers_hash=seen)
    answer = two.post(f"/records/{case}/steps/commune_check", answers_hash=seen)
    assert answer.status_code == 409
    assert "hồ sơ đang ở “Xã đã duyệt”" in words(answer)


def test_a_comment_is_added_and_read_by_all(district, device, case):
    officer = Officer(district)
    assert officer.post(f"/records/{case}/comments", text="Đã gọi trưởng bản.").status_code == 302
    assert device.pull_all()[case]["history"][-1]["type"] == "comment"
    assert "Đã gọi trưởng bản." in words(Officer(district, "commune_chair").get(f"/records/{case}"))


def test_voiding_wants_a_reason_and_stays_in_the_story(district, case):
    officer = Officer(district)
    officer.post(f"/records/{case}/void", reason="  ")
    assert doc(district, case)["state"] == "submitted"
    officer.post(f"/records/{case}/void", reason="Trùng với hồ sơ khác")
    assert doc(district, case)["state"] == "void"
    assert "Trùng với hồ sơ khác" in words(officer.get(f"/records/{case}"))


def to_office(district, case):
    for role, action in (("commune_officer", "commune_check"), ("commune_chair", "send_to_office")):
        someone = Officer(district, role)
        page = someone.get(f"/records/{case}")
        assert (
            someone.post(f"/records/{case}/steps/{action}", answers_hash=field(page, "answers_hash")).status_code == 302
        )


def test_the_office_writes_the_decision_and_nothing_that_is_the_teams(district, device, case):
    to_office(district, case)
    office = Officer(district, "labour_office", "106")
    page = office.get(f"/records/{case}/correction")
    assert 'name="answer:/outcome/amount_approved"' in page.text
    assert f'name="answer:{NAME}"' not in page.text
    answer = office.post(
        f"/records/{case}/correction",
        revision=field(page, "revision"),
        **{
            "answer:/outcome/amount_approved": "1.500.000",
            "answer:/outcome/decision_no": "05/QĐ-UBND",
            "answer:/outcome/decision_date": "4/12/2021",
            f"answer:{NAME}": "Người khác",
        },
    )
    assert answer.status_code == 302
    held = device.pull_all()[case]["answers"]
    assert held["outcome"] == {"amount_approved": 1500000, "decision_no": "05/QĐ-UBND", "decision_date": "2021-12-04"}
    assert held["person"]["full_name"] == "Giàng Thị Dở"
    assert "1.500.000" in words(office.get(f"/records/{case}")) and "04/12/2021" in words(
        office.get(f"/records/{case}")
    )


def test_a_wrong_answer_of_the_office_is_told_beside_the_question_and_kept_for_mending(district, case):
    to_office(district, case)
    office, before = Officer(district, "labour_office", "106"), ops(district)
    page = office.get(f"/records/{case}/correction")
    for name, typed, said in (
        ("amount_approved", "-1", "Từ 0 đến 1.000.000.000 đồng"),
        ("amount_approved", "một triệu", "số nguyên"),
        ("decision_date", "31/02/2021", "ngày"),
        ("decision_date", "01/01/2031", "Không sau hôm nay"),
    ):
        fields = {"revision": field(page, "revision"), f"answer:/outcome/{name}": typed}
        answer = office.post(f"/records/{case}/correction", **fields)
        assert answer.status_code == 422, typed
        assert said in words(answer) and typed in answer.text
    assert ops(district) == before


def test_a_correction_on_top_of_a_revision_nobody_made_changes_nothing(district, case):
    officer, fields = Officer(district), {"revision": "0" * 64, "answer:/household/address_note": "Cuối bản"}
    answer = officer.post(f"/records/{case}/correction", **fields)
    assert answer.status_code == 409 and "Hồ sơ đã thay đổi" in words(answer)
    assert ops(district) == 1


def test_a_correction_made_while_the_team_edited_is_merged_with_it(district, device, case):
    officer = Officer(district)
    page = officer.get(f"/records/{case}/correction")
    base = device.pull_all()[case]["hash"]
    edited = answers(household_size=9, phone="0912345678", description="Hết gạo ba ngày nay.")
    device.push(device.op("edit", case, {"answers": edited}, base=base))
    fields = {"revision": field(page, "revision"), "answer:/household/address_note": "Cuối bản, cạnh suối"}
    assert officer.post(f"/records/{case}/correction", **fields).status_code == 302
    household = doc(district, case)["answers"]["household"]
    assert (household["household_size"], household["address_note"]) == (9, "Cuối bản, cạnh suối")


@pytest.mark.parametrize(("choice", "size"), [("head", 6), ("other", 7)])
def test_two_answers_to_one_question_are_settled_by_a_choice(district, device, case, choice, size):
    colleague = district.device("team_member")
    base = device.pull_all()[case]["hash"]
    colleague.push(colleague.op("edit", case, {"answers": answers(household_size=6)}, base=base))
    device.push(device.op("edit", case, {"answers": answers(household_size=7)}, base=base))
    officer = Officer(district)
    page = officer.get(f"/records/{case}")
    assert "Hai bên sửa khác nhau" in words(page)
    fields = {"revision": field(page, "revision"), f"choose:{SIZE}": choice}
    assert officer.post(f"/records/{case}/conflicts", **fields).status_code == 302
    settled = doc(district, case)
    assert settled["answers"]["household"]["household_size"] == size
    assert settled["conflicts"] == []
    assert district.ask(lambda s: s.scalars(select(Conflict.resolved_rev)).all()) != [None]


def test_a_role_that_may_not_see_persons_sees_neither_name_nor_phone(district, case):
    def hide(session):
        for right in session.scalars(
            select(RoleRight).where(RoleRight.role == "commune_officer", RoleRight.action == "see_pii")
        ):
            session.delete(right)

    district.ask(hide)
    officer = Officer(district)
    for path in ("/records", f"/records/{case}", f"/records/{case}/steps/return"):
        page = words(officer.get(path))
        assert "Giàng Thị Dở" not in page and "0912345678" not in page and "Hết gạo" not in page
        assert "•••••" in page
    assert officer.get(f"/records/{case}/correction").status_code == 403
    assert "Không có hồ sơ nào khớp" in words(officer.get("/records?q=giang&tab=all"))


def test_what_waits_for_adjudication_is_shown_with_its_reason_to_its_commune_only(district, device):
    wrong = device.submit(household_size=99)
    device.push(wrong)
    officer = Officer(district)
    page = officer.get("/waiting")
    assert "Có câu trả lời còn thiếu hoặc chưa đúng." in words(page)
    shown = words(officer.get(f"/waiting/{wrong.h}"))
    assert "Nhà có mấy người?: Từ 1 đến 30 người" in shown
    assert "Giàng Thị Dở" in shown and "Không nhận" in shown
    assert officer.accesses() == [("view", wrong.rec)]
    stranger = Officer(district, unit=OTHER_COMMUNE)
    assert "Không có gì cần phân xử" in words(stranger.get("/waiting"))
    assert stranger.get(f"/waiting/{wrong.h}").status_code == 404


def test_an_op_for_a_unit_of_another_commune_waits_there(district, device):
    op = device.submit(unit=FAR_TEAM)
    device.push(op)
    assert Officer(district, unit=OTHER_COMMUNE).get(f"/waiting/{op.h}").status_code == 200
    assert Officer(district, unit=COMMUNE).get(f"/waiting/{op.h}").status_code == 404
    assert district.ask(lambda s: s.scalar(select(func.count()).select_from(Adjudication))) == 1


def test_a_refusal_is_a_page_in_plain_words_with_its_code(district):
    page = Officer(district).get("/nowhere")
    assert page.status_code == 404
    assert "Không có gì ở địa chỉ này." in words(page) and "request.not_found" in page.text
    assert Browser(district).get("/static/none.css").status_code == 404


def test_a_record_keyed_in_from_paper_names_reporter_keyer_and_when_it_was_written(district, device):
    said = {"answers": answers(), "title": "Giàng Thị Dở"}
    at = "2021-12-04T16:30:00+07:00"
    for behalf, shown in (
        ({"reporter": "Lò Văn Sơn", "at": at}, True), ({"reporter": "Lò Văn Sơn", "at": "hôm qua"}, False),
        ({"reporter": ["x"], "at": at}, False), ("Lò Văn Sơn", False),
    ):  # fmt: skip
        op = device.op("submit", str(uuid.uuid4()), {**said, "behalf": behalf})
        device.push(op)
        page = words(Officer(district).get(f"/records/{op.rec}"))
        assert ("Nhập hộ Lò Văn Sơn, ghi lúc 16:30 04/12/2021" in page) is shown
        assert "Người lập: " in page
