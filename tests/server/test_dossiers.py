"""A dossier from the village's record to the signed decision, at the console's pages; and what is refused on the way."""

import io
import re
import zipfile

import openpyxl
import pytest
from docx import Document
from sqlalchemy import select, update

from server.audit import first_break
from server.figures.recompute import recompute
from server.models import (
    AuditEntry,
    CampaignFile,
    Cell,
    Citation,
    Dossier,
    Nomination,
    Record,
    Reference,
    Revision,
    Tally,
)
from server.papers import check_layout
from server.verify import figures
from tests.server.achievements import confirmed, tell
from tests.server.district import FAR_TEAM
from tests.server.officer import COMMUNE, Browser, Officer, words

MEETING = {
    "met_on": "03/12/2021", "met_at": "UBND xã Bản Bo", "chair": "Hoàng Văn Hùng, Chủ tịch UBND xã",
    "secretary": "Lò Thị Lan, công chức", "present": "Hoàng Văn Hùng\nLò Thị Lan\nVàng Thị Mai", "absent": "Tao Văn Sáng (trực chốt)",
    "notes": "Nhất trí đề nghị.",
}  # fmt: skip


class Desk:
    """The people around one dossier of Bản Bo."""

    def __init__(self, district):
        self.district = district
        self.device = district.device()
        self.officer = Officer(district)
        self.commune_chair = Officer(district, "commune_chair", COMMUNE)
        self.home = Officer(district, "home_affairs", "106")
        self.health = Officer(district, "district_health", "106")
        self.chair = Officer(district, "district_chair", "106")
        self.id = ""

    def record(self, form_id="achievement", **changes):
        return confirmed(self.district, self.officer, self.device, form_id, **changes)

    def begin(self, procedure="regular", award="giay_khen_huyen"):
        answer = self.officer.post("/dossiers", unit=COMMUNE, award=award, occasion="thematic", procedure=procedure)
        assert answer.status_code == 302, answer.text
        self.id = re.search(r"/dossiers/([0-9a-f-]+)/nominees", answer.headers["Location"])[1]
        return self.id

    def row(self):
        return self.district.ask(lambda s: s.get(Dossier, self.id))

    def nominations(self):
        asked = select(Nomination).where(Nomination.dossier_id == self.id).order_by(Nomination.place)
        return self.district.ask(lambda s: s.scalars(asked).all())

    def post(self, who, path, status=302, **fields):
        fields.setdefault("version", str(self.row().version))
        answer = who.post(f"/dossiers/{self.id}/{path}", **fields)
        assert answer.status_code == status, (path, answer.status_code, words(answer)[:1500])
        return answer

    def step(self, who, action, status=302, **fields):
        return self.post(who, f"steps/{action}", status, **fields)

    def meet(self, level="unit", who=None, **changes):
        votes = {f"for:{each.nomination_id}": "3" for each in self.nominations()}
        votes |= {f"against:{each.nomination_id}": "0" for each in self.nominations()}
        return self.post(who or self.officer, f"meetings/{level}", **{**MEETING, **votes, **changes})

    def prepare(self, *recs, procedure="regular", award="giay_khen_huyen"):
        self.begin(procedure, award)
        self.post(self.officer, "nominees", rec=list(recs))
        if procedure == "regular":
            self.meet()
        self.post(self.officer, "signer", signer="Hoàng Văn Hùng")

    def to_appraisal(self, *recs, **given):
        self.prepare(*recs, **given)
        self.step(self.commune_chair, "forward")
        self.step(self.home, "receive")

    def appraise(self, value="yes"):
        self.post(self.health, "opinions/health", answer="agrees", note="Dữ kiện y tế đúng")
        checks = {f"value:{name}": value for name in CHECKS}
        self.post(self.home, "appraisal", **checks, words="Hồ sơ đủ.")

    def to_decision(self, *recs, **given):
        self.to_appraisal(*recs, **given)
        self.appraise()
        for action in ("find_eligible", "put_forward", "open_review"):
            self.step(self.home, action)

    def decide(self, kind="award", chosen=None, status=302, **fields):
        ids = [each.nomination_id for each in self.nominations()] if chosen is None else chosen
        given = {"kind": kind, "chosen": ids, "signer": "Nguyễn Xuân Trường", "reason": "", "certificate_text": "Đã có thành tích", **fields}
        return self.post(self.chair, "decision", status, **given)


CHECKS = ("right_subject", "set_complete", "facts_match", "health_facts", "no_violation", "no_second_award", "shares", "minutes_votes", "names_checked", "money_computed")


@pytest.fixture
def desk(district):
    return Desk(district)


def test_from_a_village_record_to_the_signed_decision_and_the_hand_over(desk, district):
    person, group = desk.record(), desk.record("good_practice")
    desk.to_appraisal(person, group)
    assert district.ask(lambda s: s.scalars(select(Record.state).where(Record.rec.in_([person, group]))).all()) == ["used_in_dossier"] * 2
    row = desk.row()
    assert (row.received_on.isoformat(), row.due_on.isoformat()) == ("2021-12-05", "2021-12-17")  # ten working days
    desk.appraise()
    for action in ("find_eligible", "put_forward"):
        desk.step(desk.home, action)
    desk.meet("council", desk.home)
    desk.step(desk.home, "open_review")
    desk.decide()
    assert desk.row().state == "awarded"
    one, two = desk.nominations()
    assert [(each.name, each.recipient, each.outcome, each.money_vnd) for each in (one, two)] == [
        ("Tẩn Tả Mẩy", "individual", "awarded", 450_000),
        ("Chi hội Phụ nữ bản Phiêng Hoi", "collective", "awarded", 900_000),
    ]
    assert "447.000" in desk.chair.get(f"/dossiers/{desk.id}").text
    desk.post(desk.home, f"handovers/{one.nomination_id}", 409, handed_on="05/12/2021", to_whom="Tẩn Tả Mẩy")  # not signed yet
    desk.post(desk.home, "decisions/award", number="112/QĐ-UBND", signed_on="05/12/2021")
    desk.post(desk.officer, f"handovers/{one.nomination_id}", handed_on="05/12/2021", to_whom="Tẩn Tả Mẩy", place="Nhà văn hóa bản", paid="yes")
    register = words(desk.officer.get("/awards?q=tan ta may"))
    assert "Tẩn Tả Mẩy" in register and "112/QĐ-UBND" in register and "05/12/2021" in register and "Chi hội" not in register
    acts = district.ask(lambda s: s.scalars(select(AuditEntry.act).where(AuditEntry.subject == desk.id).order_by(AuditEntry.seq)).all())
    assert acts[:2] == ["dossier.begin", "dossier.nominate"] and acts[-2:] == ["dossier.number", "dossier.hand_over"]
    assert "dossier.decide" in acts and district.ask(first_break) is None
    book = openpyxl.load_workbook(io.BytesIO(desk.home.get("/awards/workbook").get_data())).active
    rows = {row[1].value: row for row in book.iter_rows(min_row=4)}
    assert (rows["Tẩn Tả Mẩy"][6].value, rows["Tẩn Tả Mẩy"][8].value, rows["Tẩn Tả Mẩy"][9].value) == ("112/QĐ-UBND", 450_000, "05/12/2021")


def test_the_papers_say_what_the_dossier_holds_and_keep_the_decree(desk, district):
    person, group = desk.record(), desk.record("good_practice")
    desk.to_decision(person, group)
    desk.decide(chosen=[desk.nominations()[0].nomination_id], reason="Mô hình mới làm, chưa rõ kết quả")
    desk.post(desk.home, "decisions/award", number="05", signed_on="05/12/2021")
    answer = desk.home.get(f"/dossiers/{desk.id}/archive")
    archive = zipfile.ZipFile(io.BytesIO(answer.get_data()))
    names = archive.namelist()
    assert names[0] == "00-muc-luc.html" and "03-bao-cao-thanh-tich/01-tan-ta-may.docx" in names
    assert {name.split("-")[0].split("/")[0] for name in names} >= {"00", "01", "02", "03", "04", "05", "08", "09", "10", "11"}
    texts = {}
    for name in names[1:]:
        content = archive.read(name)
        assert check_layout(content) == [], name
        document = Document(io.BytesIO(content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        texts[name] = "\n".join([*(p.text for p in document.paragraphs), *cells])
    decision = texts["09-quyet-dinh.docx"]
    assert "Số: 05/QĐ-UBND" in decision and "Tam Đường, ngày 05 tháng 12 năm 2021" in decision
    assert "450.000 đồng (Bốn trăm năm mươi nghìn đồng)" in decision and "Chi hội" not in decision and "TM." not in decision
    assert "chưa rõ kết quả." in texts["11-thong-bao-khong-khen.docx"] and "Chi hội Phụ nữ" in texts["11-thong-bao-khong-khen.docx"]
    assert "3/3 (100%)" in texts["04-bien-ban-hop-xet.docx"] and "Tao Văn Sáng (trực chốt)" in texts["04-bien-ban-hop-xet.docx"]
    assert "Dao" in texts["02-danh-sach-trich-ngang.docx"] and "1987" in texts["02-danh-sach-trich-ngang.docx"]
    assert "XÃ BẢN BO" in texts["01-to-trinh.docx"] and "/TTr-UBND" in texts["01-to-trinh.docx"]
    assert "PHÒNG NỘI VỤ" in texts["05-phieu-tham-dinh.docx"] and "Dữ kiện y tế đúng" in texts["05-phieu-tham-dinh.docx"]
    index = archive.read("00-muc-luc.html").decode()
    cited = district.ask(lambda s: s.scalars(select(Citation.hash).where(Citation.rec == person)).one())
    assert cited in index and district.ask(lambda s: s.scalars(select(Revision.rec).where(Revision.hash == cited)).one()) == person
    assert ("export", None) in desk.home.accesses()


def test_anybody_may_check_a_hash_and_learns_nothing_else(desk, district):
    person = desk.record()
    desk.prepare(person)
    cited = district.ask(lambda s: s.scalars(select(Citation.hash)).one())
    stranger = Browser(district)
    good, bad = stranger.get(f"/check/{cited}"), stranger.get(f"/check/{'0' * 64}")
    assert (good.status_code, bad.status_code) == (200, 404)
    assert "Mã đúng" in good.text and "Mã không đúng" in bad.text and "Tẩn" not in good.text and "Bản Bo" not in good.text
    other = district.ask(lambda s: s.scalars(select(Revision.hash).where(Revision.hash != cited)).first())
    assert other and stranger.get(f"/check/{other}").status_code == 404  # only what a dossier cites can be asked about
    assert stranger.get("/check?hash=" + cited.upper()).status_code == 200
    assert stranger.get("/check").status_code == 200
    assert [stranger.get("/check/x").status_code for _ in range(70)][-1] == 429


def test_one_achievement_one_award(desk, district):
    person = desk.record()
    desk.prepare(person)
    first = desk.id
    desk.begin()
    assert person not in desk.officer.get(f"/dossiers/{desk.id}/nominees").text
    assert "Một thành tích chỉ khen một lần" in desk.post(desk.officer, "nominees", 409, rec=person).text
    desk.id = first
    desk.step(desk.officer, "void", 302, reason="Lập nhầm")
    assert desk.row().state == "void"
    desk.begin()
    desk.post(desk.officer, "nominees", rec=person)  # free again
    assert [each.name for each in desk.nominations()] == ["Tẩn Tả Mẩy"]


def test_only_confirmed_records_of_the_unit_may_be_cited(desk, district):
    raw = tell(desk.device)
    far = district.device(unit=FAR_TEAM)
    foreign = tell(far, unit=FAR_TEAM, commune="03412", village="03412-01")
    desk.begin()
    for rec in (raw, foreign):
        assert desk.post(desk.officer, "nominees", 409, rec=rec)
    assert desk.nominations() == []


def test_a_dossier_that_lacks_a_part_is_not_forwarded(desk):
    person = desk.record()
    desk.begin()
    assert "chưa đủ" in desk.step(desk.commune_chair, "forward", 422).text
    desk.post(desk.officer, "nominees", rec=person)
    desk.post(desk.officer, "signer", signer="Hoàng Văn Hùng")
    desk.step(desk.commune_chair, "forward", 422)
    desk.meet(**{f"for:{desk.nominations()[0].nomination_id}": "", f"against:{desk.nominations()[0].nomination_id}": ""})
    desk.step(desk.commune_chair, "forward", 422)  # nobody voted
    desk.meet()
    desk.step(desk.commune_chair, "forward")
    assert desk.row().state == "pending"


def test_the_simplified_procedure_needs_no_meeting(desk):
    desk.prepare(desk.record(), procedure="simplified")
    desk.step(desk.commune_chair, "forward")
    assert desk.row().state == "pending"


def test_more_votes_than_members_are_refused_and_nothing_typed_is_lost(desk):
    desk.begin()
    desk.post(desk.officer, "nominees", rec=desk.record())
    (one,) = desk.nominations()
    votes = {f"for:{one.nomination_id}": "3", f"against:{one.nomination_id}": "1"}
    page = desk.post(desk.officer, "meetings/unit", 422, **{**MEETING, **votes})
    assert "Tao Văn Sáng (trực chốt)" in page.text and "Số phiếu không khớp" in page.text
    page = desk.post(desk.officer, "meetings/unit", 422, **{**MEETING, "met_on": "nay"})
    assert "Nhất trí đề nghị." in page.text


def test_a_record_corrected_after_it_was_cited_holds_the_dossier_up_until_it_is_taken_anew(desk, district):
    person = desk.record()
    desk.prepare(person)
    chair = desk.commune_chair
    page = chair.get(f"/records/{person}/correction")
    fields = dict(re.findall(r'name="(revision)" value="([^"]*)"', page.text))
    chair.post(f"/records/{person}/correction", **fields, **{"answer:/review/discipline": "no", "answer:/review/proposed_award": "giay_khen_huyen"})
    assert "phiếu đã sửa từ khi đưa vào" in words(desk.officer.get(f"/dossiers/{desk.id}"))
    desk.step(chair, "forward", 422)
    (one,) = desk.nominations()
    desk.post(desk.officer, f"nominees/{one.nomination_id}/renew")
    (one,) = desk.nominations()
    assert one.facts["violation"] == "Không"
    desk.meet()
    desk.step(chair, "forward")


def test_home_affairs_sends_back_with_a_reason_and_the_records_are_free_to_mend(desk, district):
    person = desk.record()
    desk.to_appraisal(person)
    desk.step(desk.home, "return", 422, reason=" ")
    desk.step(desk.home, "return", reason="Thiếu số liệu")
    assert desk.row().state == "returned"
    assert district.ask(lambda s: s.get(Record, person).state) == "commune_confirmed"
    assert "Thiếu số liệu" in desk.officer.get(f"/dossiers/{desk.id}").text
    desk.step(desk.commune_chair, "forward", 409)  # the workflow wants it mended first
    (one,) = desk.nominations()
    desk.post(desk.officer, f"nominees/{one.nomination_id}/reword", merit="Trực chốt 35 ca")
    desk.step(desk.commune_chair, "forward")
    assert desk.row().state == "pending"

def test_appraisal_wants_every_line_and_every_opinion(desk):
    desk.to_appraisal(desk.record())
    desk.step(desk.home, "find_eligible", 422)
    desk.post(desk.home, "appraisal", **{f"value:{name}": "yes" for name in CHECKS}, words="")
    desk.step(desk.home, "find_eligible", 422)  # the Health Centre has not answered
    assert desk.post(desk.health, "opinions/health", 422, answer="disagrees", note="").text.count("Cần ghi lý do")
    desk.post(desk.health, "opinions/health", answer="agrees", note="")
    desk.post(desk.home, "opinions", office="police", question="Có vi phạm không?")
    desk.step(desk.home, "find_eligible", 422)
    desk.post(desk.home, "opinions/police", answer="none", note="Theo công văn ngày 04/12/2021")
    desk.post(desk.home, "appraisal", **{f"value:{name}": "yes" for name in CHECKS[1:]}, **{"value:right_subject": "no"}, words="")
    desk.step(desk.home, "find_eligible", 422)
    desk.step(desk.home, "find_ineligible", reason="Sai cấp khen")
    assert desk.row().state == "ineligible"


def test_an_open_objection_or_a_running_notice_holds_the_review_up(desk, clock):
    desk.to_appraisal(desk.record())
    desk.post(desk.home, "notice", first="05/12/2021")
    assert desk.row().posted_to.isoformat() == "2021-12-10"
    desk.post(desk.home, "objections", text="Chưa thấy trực chốt", said_on="05/12/2021")
    desk.appraise()
    for action in ("find_eligible", "put_forward"):
        desk.step(desk.home, action)
    desk.step(desk.home, "open_review", 422)
    clock.pass_(days=6)
    desk = again(desk)
    desk.step(desk.home, "open_review", 422)  # the notice has run its time, the objection is open
    objection = re.search(r"/objections/([0-9a-f-]{36})", desk.home.get(f"/dossiers/{desk.id}").text)[1]
    desk.post(desk.home, f"objections/{objection}", finding="Đã kiểm: có trực, theo sổ")
    desk.step(desk.home, "open_review")
    assert desk.row().state == "in_review"


def again(desk):
    """Sessions of before have ended: the same people sign in anew."""
    fresh = Desk(desk.district)
    fresh.id = desk.id
    return fresh


def test_refusal_frees_the_record_and_a_decision_without_reason_is_not_taken(desk, district):
    person = desk.record()
    desk.to_decision(person)
    desk.decide("refuse", status=422)
    desk.decide("refuse", reason="Chưa đạt tiêu chuẩn")
    assert desk.row().state == "refused"
    assert district.ask(lambda s: s.scalars(select(Citation.live)).all()) == [False]
    assert "Chưa đạt tiêu chuẩn" in desk.officer.get(f"/dossiers/{desk.id}").text
    desk.step(desk.chair, "review_again", reason="Có thêm chứng cứ")
    assert desk.row().state == "in_review" and [each.outcome for each in desk.nominations()] == ["proposed"]
    desk.decide()
    desk.post(desk.home, "decisions/award", number="1", signed_on="05/12/2021")
    desk.step(desk.chair, "review_again", 409, reason="x")  # it is signed


def test_an_award_of_the_province_is_forwarded_and_its_outcome_written_in(desk):
    desk.to_decision(desk.record(), award="bang_khen_tinh")
    desk.decide("award", status=422)
    desk.decide("forward")
    assert desk.row().state == "forwarded" and [each.money_vnd for each in desk.nominations()] == [None]
    request = text_of(desk.chair.get(f"/dossiers/{desk.id}/papers/province_request"))
    assert "Kính gửi: Chủ tịch Ủy ban nhân dân tỉnh Lai Châu" in request and "UBND huyện Tam Đường đã xét hồ sơ" in request
    assert "TM. ỦY BAN NHÂN DÂN" in request and "Nguyễn Xuân Trường" in request
    assert desk.chair.get(f"/dossiers/{desk.id}/papers/decision").status_code == 404  # nobody has decided yet
    desk.step(desk.home, "province_awards")
    assert [each.outcome for each in desk.nominations()] == ["awarded"]


def text_of(answer):
    assert answer.status_code == 200, answer.text
    content = answer.get_data()
    assert check_layout(content) == []
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_a_communes_chair_gives_the_communes_own_award_and_nobody_above_is_asked(desk, district):
    person, group = desk.record(), desk.record("good_practice")
    desk.prepare(person, group, award="giay_khen_xa")
    desk.step(desk.commune_chair, "forward", 409)  # it goes nowhere
    assert desk.home.get(f"/dossiers/{desk.id}/decision").status_code == 409
    chosen = [desk.nominations()[0].nomination_id]
    given = {"chosen": chosen, "signer": "Hoàng Văn Hùng", "certificate_text": "Đã có thành tích"}
    desk.post(desk.commune_chair, "decision", 422, kind="award", **given)  # leaves one out without saying why
    desk.post(desk.commune_chair, "decision", kind="award", reason="Mô hình mới làm", **given)
    assert [(each.outcome, each.money_vnd) for each in desk.nominations()] == [("awarded", 230_000), ("refused", None)]
    states = dict(district.ask(lambda s: s.execute(select(Record.rec, Record.state)).all()))
    assert states[person] == "used_in_dossier"
    decision = text_of(desk.officer.get(f"/dossiers/{desk.id}/papers/decision"))
    assert "CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ BẢN BO" in decision and "HUYỆN" not in decision and "Phòng Nội vụ huyện;" in decision
    assert "230.000 đồng" in decision and "ngân sách xã" in decision and "công chức Tài chính" in decision
    refusal = text_of(desk.officer.get(f"/dossiers/{desk.id}/papers/refusal"))
    assert "Chủ tịch Ủy ban nhân dân xã Bản Bo đã xét hồ sơ" in refusal and "Chi hội Phụ nữ" in refusal
    assert desk.officer.get(f"/dossiers/{desk.id}/papers/request").status_code == 404
    desk.step(desk.commune_chair, "reopen_own", reason="Bổ sung")
    assert desk.row().state == "to_forward" and [each.outcome for each in desk.nominations()] == ["proposed"] * 2
    assert district.ask(lambda s: s.get(Record, person).state) == "commune_confirmed"
    desk.post(desk.commune_chair, "decision", kind="award", **{**given, "chosen": [each.nomination_id for each in desk.nominations()]})
    desk.post(desk.officer, "decisions/award", number="07/QĐ-UBND", signed_on="05/12/2021")
    desk.step(desk.commune_chair, "reopen_own", 409, reason="x")  # it is signed
    assert "07/QĐ-UBND" in words(desk.officer.get("/awards"))


def test_an_award_of_a_commune_is_not_an_agencys_to_give(district):
    agency = Officer(district, "unit_head", "106-TTYT")
    answer = agency.post("/dossiers", unit="106-TTYT", award="giay_khen_xa", occasion="thematic", procedure="regular")
    assert answer.status_code == 422 and "đơn vị khác" in words(answer)


def test_an_awards_file_of_an_older_server_closes_the_dossiers_and_nothing_else(desk, district):
    def older(session):
        row = session.scalars(select(CampaignFile).where(CampaignFile.path == "awards.json")).one()
        session.add(Reference(hash="0" * 64, content=b'{"form": "nomination"}', kind=session.get(Reference, row.hash).kind))
        session.flush()
        row.hash = "0" * 64

    assert "Hồ sơ khen thưởng" in desk.home.get("/records").text
    district.ask(older)
    page = desk.home.get("/records")
    assert page.status_code == 200 and "Hồ sơ khen thưởng" not in page.text
    assert desk.home.get("/dossiers").status_code == 422 and "Chiến dịch có lỗi" in words(desk.home.get("/dossiers"))


def test_two_people_at_one_dossier_do_not_overwrite_each_other(desk):
    desk.begin()
    seen = desk.row().version
    desk.post(desk.officer, "signer", signer="Hoàng Văn Hùng")
    assert "đã thay đổi" in desk.post(desk.officer, "signer", 409, version=str(seen), signer="Ai đó").text
    assert desk.row().signer == "Hoàng Văn Hùng"


def test_a_nominee_is_reworded_withdrawn_and_given_a_second_record(desk):
    first, second = desk.record(), desk.record(facts="Đưa thuốc cho 12 hộ trong đêm mưa lũ.")
    desk.begin()
    desk.post(desk.officer, "nominees", rec=first)
    (one,) = desk.nominations()
    desk.post(desk.officer, "nominees", rec=second, join=one.nomination_id)
    desk.post(desk.officer, f"nominees/{one.nomination_id}/reword", merit="Trực chốt 35 ca")
    page = words(desk.officer.get(f"/dossiers/{desk.id}"))
    assert "Trực chốt 35 ca" in page and page.count("bản 2") == 2  # two records, each confirmed at its second revision
    desk.post(desk.officer, f"nominees/{one.nomination_id}/renew")
    (one,) = desk.nominations()
    cited = select(Citation.rec).where(Citation.nomination_id == one.nomination_id)
    assert set(desk.district.ask(lambda s: s.scalars(cited).all())) == {first, second}
    desk.post(desk.officer, f"nominees/{one.nomination_id}/withdraw")
    assert desk.nominations() == []


def test_an_earlier_award_of_the_same_name_and_year_is_shown(desk):
    desk.to_decision(desk.record())
    desk.decide()
    desk.post(desk.home, "decisions/award", number="9/QĐ-UBND", signed_on="05/12/2021")
    desk.begin()
    desk.post(desk.officer, "nominees", rec=desk.record())
    assert "9/QĐ-UBND" in desk.officer.get(f"/dossiers/{desk.id}").text


def test_an_office_answers_for_itself_on_the_dossiers_it_is_asked_about_and_sees_no_other(desk, district):
    front, of_the_commune = Officer(district, "front_officer", "106"), Officer(district, "front_officer", COMMUNE)
    desk.to_appraisal(desk.record())
    assert front.get(f"/dossiers/{desk.id}").status_code == 404
    assert desk.id not in front.get("/dossiers").text
    desk.post(desk.home, "opinions", office="front", question="Có được nhân dân tín nhiệm không?")
    assert desk.id in front.get("/dossiers").text and "tín nhiệm" in front.get(f"/dossiers/{desk.id}").text
    for refused in ("steps/find_eligible", "signer", "notice", "opinions/health"):
        desk.post(front, refused, 409, answer="agrees", first="05/12/2021", signer="X")
    desk.post(front, "opinions/front", answer="agrees", note="Nhân dân tín nhiệm")
    assert "Nhân dân tín nhiệm" in desk.home.get(f"/dossiers/{desk.id}").text
    assert of_the_commune.get(f"/dossiers/{desk.id}").status_code == 404


def test_the_appraisal_shows_what_the_dossier_itself_knows_in_the_readers_language(desk):
    desk.to_appraisal(desk.record())
    page = words(desk.home.get(f"/dossiers/{desk.id}/appraisal"))
    assert "hỏi 1 cơ quan, 1 chưa trả lời, 0 không đồng ý" in page and "1/1 đề nghị có số phiếu" in page
    assert "trực tiếp 100%, lãnh đạo 0%, nữ 100%" in page and "có hoặc chưa rõ: Tẩn Tả Mẩy" in page
    desk.home.post("/language", language="en")
    page = words(desk.home.get(f"/dossiers/{desk.id}/appraisal"))
    assert "1 offices asked, 1 have not answered, 0 disagree" in page and "1 of 1 nominees voted on" in page


def counted(desk, indicator):
    """(day, phase, total) of the district's cells, whole numbers."""
    asked = select(Cell.day, Cell.phase, Cell.total).where(Cell.indicator == indicator, Cell.span == "d", Cell.split == "")
    return sorted((day.isoformat(), phase, total // 10_000) for day, phase, total in desk.district.ask(lambda s: s.execute(asked).all()))


def test_a_dossier_is_counted_at_each_step_and_worked_out_alike_again(desk, district):
    recs = [desk.record(), desk.record("good_practice")]
    desk.to_decision(*recs)
    assert counted(desk, "nominations") == [("2021-12-05", "approved", 2)] and counted(desk, "awards") == []
    desk.decide(chosen=[desk.nominations()[0].nomination_id], reason="Mô hình mới làm, chưa rõ kết quả")
    assert counted(desk, "awards") == []  # not signed yet
    desk.post(desk.home, "decisions/award", number="112/QĐ-UBND", signed_on="05/12/2021")
    assert counted(desk, "awards") == [("2021-12-05", "approved", 1)]
    assert list(district.ask(lambda s: list(figures(s)))) == []

    def spoil(session):
        session.execute(update(Tally).where(Tally.rec == desk.id).values(adds="[]"))

    district.ask(spoil)
    assert [each.what for each in district.ask(lambda s: list(figures(s)))][:1] == ["figures.tally"]
    with district.app.app_context():
        recompute(every=True)
    assert list(district.ask(lambda s: list(figures(s)))) == []
    assert counted(desk, "awards") == [("2021-12-05", "approved", 1)]


def test_a_dossier_taken_back_or_voided_is_counted_no_more(desk):
    desk.prepare(desk.record())
    assert counted(desk, "nominations") == [("2021-12-05", "received", 1)]
    desk.step(desk.officer, "void", reason="Lập nhầm")
    assert counted(desk, "nominations") == [("2021-12-05", "rejected", 1)]  # a phase that no return counts
