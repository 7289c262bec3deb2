"""One record of every form of Tam Đường, as whoever records it fills in the shortest way: what must be answered, no more.

{form id: (role, {path: answer})}; what a form answers by itself (today, zero, the author's commune) is not in it.
"""

from __future__ import annotations

from typing import Any

HERE = {"commune": "03424", "village": "03424-07"}
DONE = "Vận động 40 hộ khai báo y tế, trực chốt 35 ca."


def at(group: str, **answers: Any) -> dict[str, Any]:
    return {f"/{group}/{name}": answer for name, answer in answers.items()}


EXAMPLES: dict[str, tuple[str, dict[str, Any]]] = {
    "support_case": ("team_member", {
        **at("consent", consent_how="spoken", consent_witness="Sùng A Chu"),
        **at("person", full_name="Giàng Thị Dở", sex="female", birth_year=1958),
        **at("household", **HERE, head_relation="self", household_size=5),
        **at("need", need_type=["food", "medicine"], urgency="24h"),
    }),
    "achievement": ("team_lead", {
        **at("recipient", recipient_type="individual", full_name="Sùng Thị Mỷ", sex="female", birth_year=1990,
             commune="03424", direct_frontline="yes"),
        **at("deed", merit_kind=["frontline"], period_from="2021-08-20", facts=DONE, impact_scope="village"),
        **at("consent", agreed="yes"),
    }),
    "good_practice": ("team_lead", {
        **at("practice", practice_name="Bếp ăn không đồng", practice_field="food", done_by="Chi hội Phụ nữ bản",
             commune="03424", started_on="2021-11-01"),
        **at("story", how_done="Mỗi nhà góp rau, gạo; chị em nấu ở nhà văn hóa.", result="60 suất ăn mỗi ngày cho chốt.",
             spread="easy"),
        **at("consent", agreed="yes"),
    }),
    "household_visit": ("team_member", {
        **at("visit", **HERE, people_at_home=5, has_symptom="yes", returnees=1),
        **at("alert", agreed_watch="yes", household_head_name="Giàng A Páo", people_sick=1, symptoms=["fever"]),
    }),
    "hotline_call": ("commune_officer", {
        **at("call", topic="food", urgency="24h", commune="03424"),
        **at("answer", answered="yes"),
    }),
    "covid_team": ("team_lead", {
        **at("team", **HERE, team_name="Tổ số 1 bản Phiêng Hoi", force_types=["covid_team", "women"],
             set_up_on="2021-08-20", households=35, active="yes"),
        **at("members[lead]", full_name="Giàng A Páo", task="lead", force_type="militia"),
        **at("consent", members_agreed="yes"),
    }),
    "ppe_issue": ("team_lead", {
        **at("request", commune="03424", point_kind="covid_team", volunteers=3),
        **at("items[suits]", item="ppe_set", qty_asked=3, unit="bo"), **at("timing", urgency="week"),
    }),
    "outreach_activity": ("team_member", at(
        "session", commune="03424", outreach_form="loudspeaker", languages=["vi", "mong"], topics=["prevention"],
        people_reached=120)),
    "checkpoint_shift": ("team_member", at(
        "shift", shift_time="night", commune="03424", checkpoint_name="Chốt đầu bản Phiêng Hoi", on_duty=3,
        people_checked=48)),
    "app_help": ("team_member", at("help", commune="03424", pc_covid=6, vneid=0, health_book=4)),
    "contribution": ("front_officer", {
        **at("donor", commune="03424", donor_kind="enterprise", donor_name="Hợp tác xã chè (trình diễn)", agreed="yes"),
        **at("gift", gift_kind=["cash", "food"], cash_vnd=5_000_000),
        **at("items[rice]", item="rice", qty="200", unit="kg", value_vnd=3_000_000),
    }),
    "distribution": ("commune_officer", {
        **at("handover", commune="03424", given_to="households", households=12, people=51, goods_source="contribution"),
        **at("items[rice]", item="rice", qty="180", unit="kg", value_vnd=2_700_000),
        **at("receipt", received_sign="signature"),
    }),
    "outbound_aid": ("unit_reporter", at("aid", destination="Bắc Giang", aid_kind=["people"], people_sent=4)),
    "case_daily": ("commune_health", {
        **at("period", commune="03424"), **at("new_cases", f0_managed_f1=3, f0_returnee=1, f0_community=2),
        **at("care", f0_home_treatment=9, f0_hospital=2, f0_recovered=4, f0_death=0),
    }),
    "isolation_test_daily": ("commune_health", {
        **at("period", commune="03424"),
        **at("isolation", f1_new=14, f1_home_isolation=30, f1_centre_isolation=5, isolation_ended=8),
        **at("tests", samples_rapid=60, samples_pcr=20, samples_positive=6, samples_pending=7),
    }),
    "vaccination_daily": ("commune_health", {
        **at("period", commune="03424"), **at("day", session_held="yes"),
        **at("dose1", dose1_12_17=40, dose1_18_64=10, dose1_65_up=3),
        **at("dose2", dose2_12_17=0, dose2_18_64=25, dose2_65_up=5),
        **at("dose3", dose3_12_17=0, dose3_18_64=12, dose3_65_up=2),
    }),
    "violation_count": ("unit_reporter", {
        **at("period", commune="03424", any="yes"),
        **at("violations[masks]", violation_kind="no_mask", number=3, fined=2, fines_vnd=4_000_000),
        **at("crime", criminal_cases=0),
    }),
    "misinformation_count": ("unit_reporter", {**at("period", commune="03424"), **at("found", misinfo_cases=2)}),
    "inspection_visit": ("unit_reporter", {
        **at("visit", unit_code="03424", visit_kind="planned", with_health="yes", inspected=["reporting"]),
        **at("findings", finding="some_gaps", findings_text="Báo cáo ngày còn chậm; chốt trực đủ người."),
        **at("follow_ups[first]", what="Báo cáo trước 11 giờ 30", due_on="2021-12-10"),
    }),
    "movement_plan": ("commune_officer", {
        **at("plan", unit_code="03424", period_from="2021-12-01", period_to="2022-06-30",
             contents="Thi đua phòng, chống dịch, giữ vững sản xuất."),
        **at("criteria[first]", criterion="Hộ được tuyên truyền", points=100),
    }),
    "review_meeting": ("commune_officer", {
        **at("meeting", unit_code="03424", review_kind="interim", period_from="2021-08-14", period_to="2021-12-01",
             people_present=32),
        **at("report", results="Không để dịch lan rộng, 100% hộ được tuyên truyền."),
    }),
    "official_document": ("unit_reporter", at(
        "paper", unit_code="106-NV", document_kind="guidance", document_no="05/HD-PNV",
        subject_line="Hướng dẫn bình xét thi đua", recipients=["communes"])),
    "nomination": ("commune_officer", {  # as server/awards/counting.py writes it
        **at("request", unit_code="03424", procedure="regular", award_occasion="thematic", award="giay_khen_huyen", requested_on="2021-12-05"),
        **at("nominees", total=1, individuals=1, direct=1, women=1),
    }),
}  # fmt: skip
