"""What a dossier holds and lacks, computed from its parts; and the facts shown beside each line of the appraisal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..models import Decision, Dossier, Nomination
from ..papers.wording import percent, short_date
from .dossiers import Opened
from .money import money_of
from .shares import shares

PARTS = {
    "nominees": "Có người, tập thể được đề nghị",
    "records": "Mỗi đề nghị có phiếu thành tích, chưa đổi từ khi đưa vào",
    "merit": "Mỗi đề nghị có tóm tắt thành tích",
    "signer": "Có tên người ký tờ trình",
    "meeting": "Có biên bản họp xét: chủ trì, thư ký, thành viên",
    "votes": "Mỗi đề nghị có số phiếu",
}
MEETING = ("meeting", "votes")  # parts that the simplified procedure does without

Say = Callable[..., str]  # a Vietnamese sentence and the values of its %(names)s → the reader's language


@dataclass(frozen=True)
class Part:
    """One line of the check-list. label: in Vietnamese, to be said in the reader's language."""

    name: str
    label: str
    done: bool


def parts(opened: Opened) -> list[Part]:
    """The set that the procedure wants."""
    nominations = opened.nominations
    meeting = opened.meetings.get("unit")
    cited = list(opened.citations.values())
    done = {
        "nominees": bool(nominations),
        "records": all(cited) and not opened.stale,
        "merit": all(each.merit for each in nominations),
        "signer": bool(opened.dossier.signer),
        "meeting": meeting is not None and bool(meeting.present),
        "votes": voted(opened) == len(nominations) > 0,
    }
    regular = opened.dossier.procedure == "regular"
    return [Part(name, label, done[name]) for name, label in PARTS.items() if regular or name not in MEETING]


def voted(opened: Opened) -> int:
    """How many of the nominees the unit's meeting voted on."""
    return sum((each.nomination_id, "unit") in opened.votes for each in opened.nominations)


@dataclass(frozen=True)
class Earlier:
    """An award given here before to somebody of the same name and year of birth, or for the same record."""

    nomination_id: str
    award: str
    number: str
    signed_on: str


def earlier_awards(session: Session, nominations: Sequence[Nomination]) -> dict[str, list[Earlier]]:
    """nomination → awards of other dossiers to the same name and birth year. A namesake may be among them: shown, not decided."""
    wanted = {(each.search, each.birth_year) for each in nominations}
    asked = (
        select(Nomination, Dossier.award, Decision.number, Decision.signed_on)
        .join(Dossier, Dossier.dossier_id == Nomination.dossier_id)
        .outerjoin(Decision, (Decision.dossier_id == Dossier.dossier_id) & (Decision.kind == "award"))
        .where(Nomination.outcome == "awarded", Nomination.search.in_([search for search, _ in wanted]))
    )
    own = {each.nomination_id for each in nominations}
    found: dict[str, list[Earlier]] = {}
    rows = [row for row in session.execute(asked) if row[0].nomination_id not in own]
    for each in nominations:
        for other, award, number, signed_on in rows:
            if (other.search, other.birth_year) == (each.search, each.birth_year):
                found.setdefault(each.nomination_id, []).append(
                    Earlier(other.nomination_id, award, number or "", short_date(signed_on))
                )
    return found


@dataclass(frozen=True)
class Fact:
    """What the dossier itself shows beside a line of the appraisal; the officer judges. fine: it looks right."""

    said: str
    fine: bool


def facts(opened: Opened, earlier: Mapping[str, Sequence[Earlier]], say: Say) -> dict[str, Fact]:
    """`computed` of a check in awards.json → the fact, in the reader's language."""
    return {name: made(opened, earlier, say) for name, made in FACTS.items()}


def complete(opened: Opened, earlier: Mapping[str, Sequence[Earlier]], say: Say) -> Fact:
    lacking = [say(part.label) for part in parts(opened) if not part.done]
    return Fact(say("thiếu: %(parts)s", parts="; ".join(lacking)) if lacking else say("đủ"), not lacking)


def unchanged(opened: Opened, earlier: Mapping[str, Sequence[Earlier]], say: Say) -> Fact:
    changed = len(opened.stale)
    return Fact(say("%(n)s phiếu đã đổi từ khi đưa vào", n=changed) if changed else say("các phiếu còn nguyên"), not changed)


def opinions(opened: Opened, earlier: Mapping[str, Sequence[Earlier]], say: Say) -> Fact:
    waiting = [each for each in opened.opinions if each.answer is None]
    against = [each for each in opened.opinions if each.answer == "disagrees"]
    counts = {"asked": len(opened.opinions), "waiting": len(waiting), "against": len(against)}
    said = say("hỏi %(asked)s cơ quan, %(waiting)s chưa trả lời, %(against)s không đồng ý", **counts)
    return Fact(said, not waiting and not against)


def violations(opened: Opened, earlier: Mapping[str, Sequence[Earlier]], say: Say) -> Fact:
    names = [each.name for each in opened.nominations if each.facts.get("violation") not in ("Không", None)]
    return Fact(say("có hoặc chưa rõ: %(names)s", names=", ".join(names)) if names else say("không có"), not names)


def awards(opened: Opened, earlier: Mapping[str, Sequence[Earlier]], say: Say) -> Fact:
    names = [each.name for each in opened.nominations if each.nomination_id in earlier]
    alone = say("không phiếu nào nằm trong hồ sơ khác")
    return Fact(say("tên đã được khen ở đây: %(names)s", names=", ".join(names)) if names else alone, not names)


def balance(opened: Opened, earlier: Mapping[str, Sequence[Earlier]], say: Say) -> Fact:
    found, minimum = shares(opened.nominations), opened.rules.data["minimum_direct_share"]
    counts = {"direct": percent(found.direct), "leaders": percent(found.leaders), "women": percent(found.women)}
    said = say("trực tiếp %(direct)s, lãnh đạo %(leaders)s, nữ %(women)s", **counts)
    least = "" if minimum is None else " (" + say("tối thiểu %(n)s%%", n=minimum) + ")"
    return Fact(said + least, not found.below(minimum))


def votes(opened: Opened, earlier: Mapping[str, Sequence[Earlier]], say: Say) -> Fact:
    if opened.dossier.procedure == "simplified":
        return Fact(say("thủ tục đơn giản, không cần"), True)
    all_of = len(opened.nominations)
    return Fact(say("%(n)s/%(all)s đề nghị có số phiếu", n=voted(opened), all=all_of), voted(opened) == all_of)


def money(opened: Opened, earlier: Mapping[str, Sequence[Earlier]], say: Say) -> Fact:
    """By the day of the request: a factor or a base salary that the campaign does not know is said."""
    unknown = [each.name for each in opened.nominations if money_of(opened, each, opened.dossier.created_at.date()) is None]
    known = say("tính được theo hệ số và mức lương cơ sở")
    return Fact(say("chưa tính được: %(names)s", names=", ".join(unknown)) if unknown else known, not unknown)


FACTS: Mapping[str, Callable[[Opened, Mapping[str, Sequence[Earlier]], Say], Fact]] = {
    "complete": complete, "records": unchanged, "opinions": opinions, "violations": violations, "awards": awards,
    "shares": balance, "votes": votes, "money": money,
}  # fmt: skip
