"""What the papers of a dossier say: values for each kind of paper, from the dossier's parts. Reads, never writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from ..models import Nomination, OrgUnit
from ..papers import money_in_words
from ..papers.wording import BLANK, long_date, money, percent, short_date
from .dossiers import Opened
from .letterhead import Issuer, issuer, lower, top_of
from .money import money_of
from .shares import shares

RECIPIENTS = {"individual": "Cá nhân", "collective": "Tập thể", "household": "Gia đình", "enterprise": "Doanh nghiệp"}
RESULTS = {"yes": "Đạt", "no": "Không đạt", "na": "Không áp dụng"}
ANSWERS = {"agrees": "Đồng ý", "disagrees": "Không đồng ý", "none": "Không có ý kiến"}
PROCEDURES = {"regular": "thủ tục thông thường", "simplified": "thủ tục đơn giản"}
LEVEL = {"unit": "unit", "council": "council"}


def yes_no(value: bool) -> str:
    return "Có" if value else "Không"


def two(number: int) -> str:
    return f"{number:02}"


@dataclass(frozen=True)
class Values:
    """One dossier on a day. awards: name → its Vietnamese label."""

    opened: Opened
    units: Mapping[str, OrgUnit]
    today: date
    awards: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def unit(self) -> Issuer:
        return issuer(self.units, self.opened.dossier.unit_code)

    @cached_property
    def home(self) -> Issuer:
        return issuer(self.units, self.opened.rules.data["home"])

    @cached_property
    def district(self) -> Issuer:
        return issuer(self.units, top_of(self.units, self.opened.dossier.unit_code).code)

    @property
    def own(self) -> bool:
        return self.opened.rules.own(self.opened.dossier.award)

    @cached_property
    def decider(self) -> Issuer:
        """Whose chair decides: he signs for himself, not in the name of the committee."""
        return replace(self.unit if self.own else self.district, authority=())

    @cached_property
    def keeper(self) -> Issuer:
        """Who keeps the dossier: the unit its own awards, else the office that appraises."""
        return self.unit if self.own else self.home

    @property
    def chair(self) -> str:
        """ "Chủ tịch Ủy ban nhân dân huyện Tam Đường"."""
        return f"Chủ tịch Ủy ban nhân dân {self.decider.named.removeprefix('UBND ')}"

    @property
    def award(self) -> str:
        return self.awards.get(self.opened.dossier.award, self.opened.dossier.award)

    def common(self, listed: list[Nomination], addressee: str = "") -> dict[str, Any]:
        found = shares(listed)
        kinds = [f"{two(found.by_recipient[each])} {RECIPIENTS[each].lower()}" for each in ("collective", "household", "enterprise", "individual") if each in found.by_recipient]
        occasion = self.opened.rules.occasions.get(self.opened.dossier.occasion, {"label": {"vi": ""}})
        return {
            "unit": self.unit.named,
            "award": self.award,
            "occasion": occasion["label"]["vi"],
            "procedure": PROCEDURES[self.opened.dossier.procedure],
            "total": two(found.total),
            "total_words": " và ".join(filter(None, (", ".join(kinds[:-1]), *kinds[-1:]))) or "00 đề nghị",
            "direct_share": percent(found.direct),
            "leader_share": percent(found.leaders),
            "women_share": percent(found.women),
            "grounds": list(self.opened.rules.data["grounds"]),
            "addressee": addressee,
            "addressees": [],
            "nominees": [self.nominee(number, each) for number, each in enumerate(listed, 1)],
        }

    def nominee(self, number: int, nomination: Nomination, level: str = "unit") -> dict[str, Any]:
        facts, year = nomination.facts, str(nomination.birth_year or "")
        vote = self.opened.votes.get((nomination.nomination_id, level))
        found = money_of(self.opened, nomination, self.today)
        sum_ = nomination.money_vnd if nomination.money_vnd is not None else (found.vnd if found else 0)
        return {
            "no": str(number),
            "name": nomination.name,
            "kind": RECIPIENTS[nomination.recipient],
            "born_male": year if nomination.sex == "male" else "",
            "born_female": year if nomination.sex == "female" else "",
            "ethnic_group": facts.get("ethnic_group") or "",
            "position": facts.get("position") or "",
            "direct": yes_no(nomination.direct),
            "leader": yes_no(nomination.is_leader),
            "merit": nomination.merit,
            "past_awards": "; ".join(facts.get("past_awards") or []) or "Chưa có",
            "violation": facts.get("violation") or "Không",
            "award": self.award,
            "votes": f"{vote.votes_for}/{vote.votes_total} ({percent(100 * vote.votes_for / vote.votes_total)})" if vote else "",
            "votes_for": str(vote.votes_for) if vote else "",
            "votes_against": str(vote.votes_against) if vote else "",
            "money": money(sum_) if sum_ else "–",
            "money_unrounded": unrounded(found.unrounded) if found else "–",
            "records": ", ".join(each.hash[:12] for each in self.opened.citations[nomination.nomination_id]),
        }

    def money_total(self, listed: list[Nomination]) -> int:
        total = 0
        for each in listed:
            found = money_of(self.opened, each, self.today)
            total += each.money_vnd if each.money_vnd is not None else (found.vnd if found else 0)
        return total

    def request(self) -> dict[str, Any]:
        copies = ["- Như trên;", f"- Lưu: VT, {self.unit.mark}."]
        return {
            **self.unit.frame("TTr", self.opened.dossier.signer, copies, None, self.today),
            **self.common(list(self.opened.nominations), f"Chủ tịch Ủy ban nhân dân {lower(top_of(self.units, self.opened.dossier.unit_code).name)}"),
        }

    def nominee_list(self) -> dict[str, Any]:
        return {
            **self.unit.frame("DS", self.opened.dossier.signer, [], None, self.today),
            **self.common(list(self.opened.nominations)),
        }

    def achievement_report(self, nomination: Nomination) -> dict[str, Any]:
        facts = nomination.facts
        mine = {name: value for name, value in self.nominee(1, nomination).items() if name not in ("no", "award")}
        return {
            **self.unit.frame("BC", self.opened.dossier.signer, [], None, self.today),
            **self.common([nomination]),
            **mine,
            "birth_year": str(nomination.birth_year or ""),
            "sex": {"female": "Nữ", "male": "Nam"}.get(nomination.sex, ""),
            "home": facts.get("home") or self.unit.place,
            "period": facts.get("period") or "",
            "facts": facts.get("facts") or nomination.merit,
            "results": facts.get("results") or [],
            "short": self.opened.dossier.procedure == "simplified",
        }

    def minutes(self, level: str = "unit") -> dict[str, Any]:
        meeting, listed = self.opened.meetings[level], list(self.opened.nominations)
        who = self.unit if level == "unit" else self.district
        frame = who.frame("BB", meeting.chair.partition(",")[0], [], None, meeting.met_on)
        return {
            **frame,
            **self.common(listed),
            "authority": [],
            "post": "CHỦ TRÌ",
            "nominees": [self.nominee(number, each, level) for number, each in enumerate(listed, 1)],
            "met_on": long_date(meeting.met_on),
            "met_at": meeting.met_at,
            "chair": meeting.chair,
            "secretary": meeting.secretary,
            "secretary_name": meeting.secretary.partition(",")[0],
            "present": meeting.present,
            "absent": meeting.absent,
            "present_total": two(len(meeting.present)),
            "absent_total": two(len(meeting.absent)),
            "notes": meeting.notes or "Thống nhất đề nghị khen thưởng theo kết quả bỏ phiếu.",
        }

    def appraisal(self, signer: str) -> dict[str, Any]:
        dossier, rules = self.opened.dossier, self.opened.rules
        checks = [(check, dossier.checks.get(check["name"], {})) for check in rules.data["checks"]]
        fine = all(found.get("value") in ("yes", "na") for _, found in checks)
        return {
            **self.home.frame("PTĐ", signer, [f"- Lưu: VT, {self.home.mark}."], None, self.today),
            **self.common(list(self.opened.nominations)),
            "checks": [
                {"no": str(number), "what": check["label"]["vi"], "result": RESULTS.get(found.get("value", ""), "Chưa thẩm định"), "note": found.get("note", "")}
                for number, (check, found) in enumerate(checks, 1)
            ],
            "opinions": [
                {
                    "office": rules.offices[each.office]["label"]["vi"],
                    "answer": ". ".join(filter(None, (ANSWERS.get(each.answer or "", "Chưa trả lời"), each.note.rstrip(".")))),
                    "date": f"{each.answered_at:%d/%m/%Y}" if each.answered_at else "chưa trả lời",
                }
                for each in self.opened.opinions
            ],
            "received_on": short_date(dossier.received_on),
            "due_on": short_date(dossier.due_on),
            "conclusion": "Hồ sơ đủ điều kiện trình khen thưởng" if fine else "Hồ sơ chưa đủ điều kiện trình khen thưởng",
            "note": dossier.appraisal_note,
        }  # fmt: skip

    def district_request(self, signer: str) -> dict[str, Any]:
        listed = self.opened.stands()
        district = lower(top_of(self.units, self.opened.dossier.unit_code).name)
        return {
            **self.home.frame("TTr", signer, ["- Như trên;", f"- Lưu: VT, {self.home.mark}."], None, self.today),
            **self.common(listed, f"Chủ tịch Ủy ban nhân dân {district}"),
            "appraised": "Hồ sơ đủ thành phần, đủ điều kiện khen thưởng.",
            **self.sums(listed),
        }

    def sums(self, listed: list[Nomination]) -> dict[str, str]:
        total = self.money_total(listed)
        return {"money_total": money(total), "money_words": money_in_words(total)}

    def decision(self) -> dict[str, Any]:
        decisions = self.opened.decisions
        made, deciding = decisions["award"], self.opened.deciding
        listed = self.opened.stands()
        district = lower(top_of(self.units, self.opened.dossier.unit_code).name)
        ground = f"Xét biên bản họp xét khen thưởng của {self.unit.named}" if self.own else f"Xét đề nghị của Trưởng phòng Nội vụ {district}"
        symbol = (made.number if "/" in made.number else f"{made.number or BLANK}/QĐ-UBND")
        when = long_date(made.signed_on) if made.signed_on else f"ngày {BLANK}tháng {BLANK}năm {made.decided_at.year}"
        return {
            **self.decider.frame("QĐ", made.signer, deciding["copies"], made.signed_on, made.decided_at.date(), made.number),
            **self.common(listed),
            "authority_line": self.chair.upper(),
            "merit_line": lower(self.merit_line()),
            "reference": f"(Kèm theo Quyết định số {symbol} {when} của {self.chair})",
            "money_source": deciding["money_source"]["vi"],
            "executors": deciding["executors"]["vi"] + ("" if self.own else f", {self.unit.named}"),
            "grounds": [ground if ground.endswith(";") else ground.rstrip(".") + ";" for ground in self.opened.rules.data["grounds"]]
            + [f"{ground}."],
            **self.sums(listed),
        }  # fmt: skip

    def province_request(self) -> dict[str, Any]:
        made, listed = self.opened.decisions["forward"], self.opened.stands()
        issuer = replace(self.district, authority=("TM. ỦY BAN NHÂN DÂN",))
        copies = ["- Như trên;", "- Ban Thi đua - Khen thưởng tỉnh;", "- Lưu: VT, NV."]
        return {
            **issuer.frame("TTr", made.signer, copies, made.signed_on, made.decided_at.date(), made.number),
            **self.common(listed, self.opened.rules.data["upward"]["vi"]),
            "decider": self.opened.rules.data["upward"]["vi"],
            "issuer": issuer.named,
            "merit_line": lower(self.merit_line()),
        }

    def merit_line(self) -> str:
        made = self.opened.decisions.get("award")
        occasion = self.opened.rules.occasions.get(self.opened.dossier.occasion)
        return (made.certificate_text if made and made.certificate_text else "") or (occasion or {"merit": {"vi": ""}})["merit"]["vi"]

    def refusal(self, signer: str) -> dict[str, Any]:
        listed = [each for each in self.opened.nominations if each.outcome == "refused"]
        decision = self.opened.decisions["refuse"]
        reason, signer = decision.reason, decision.signer if self.own else signer
        return {
            **self.keeper.frame("TB", signer, ["- Như trên;", f"- Lưu: VT, {self.keeper.mark}."], None, self.today),
            **self.common(listed, "Những người, tập thể có tên dưới đây" if self.own else self.unit.named),
            "decider": self.chair,
            "informs": f"{self.unit.named} thông báo để những người, tập thể có tên biết"
            if self.own
            else f"{self.home.named} thông báo để {self.unit.named} biết và thông báo tới những người, tập thể có tên",
            "reason": reason if reason.endswith(".") else f"{reason}.",
        }

    def certificate(self) -> dict[str, Any]:
        made = self.opened.decisions["award"]
        symbol = made.number if "/" in made.number else f"{made.number or BLANK}/QĐ-UBND"
        line = self.merit_line()
        return {
            **self.decider.frame("GK", made.signer, [], made.signed_on, made.decided_at.date()),
            **self.common(self.opened.stands()),
            "merit_line": line[:1].upper() + line[1:],
            "decision_line": f"Quyết định số {symbol} {long_date(made.signed_on)}",
            "register_line": f"Vào sổ số: {BLANK}",
        }

    def public_notice(self, signer: str) -> dict[str, Any]:
        dossier = self.opened.dossier
        signer = dossier.signer if self.own else signer
        return {
            **self.keeper.frame("DS", signer, [f"- Lưu: VT, {self.keeper.mark}."], dossier.posted_from, self.today),
            **self.common(list(self.opened.nominations)),
            "posted_from": short_date(dossier.posted_from),
            "posted_to": short_date(dossier.posted_to),
            "objections_to": self.keeper.named,
        }


def unrounded(value: Decimal) -> str:
    whole = value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
    return f"{whole:,f}".replace(",", "\0").replace(".", ",").replace("\0", ".")
