"""What a dossier holds and lacks, computed from its parts; and the facts shown beside each line of the appraisal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from ..models import Citation, Decision, Dossier, Nomination
from ..papers.wording import percent, short_date
from .dossiers import Opened
from .shares import Shares, shares

PARTS = {
    "nominees": ("Có người, tập thể được đề nghị", "There are nominees"),
    "records": ("Mỗi đề nghị có phiếu thành tích, chưa đổi từ khi đưa vào", "Each rests on a record that has not changed since"),
    "merit": ("Mỗi đề nghị có tóm tắt thành tích", "Each has a summary of its merit"),
    "signer": ("Có tên người ký tờ trình", "The signer of the request is named"),
    "meeting": ("Có biên bản họp xét: chủ trì, thư ký, thành viên", "There are minutes: chair, secretary, members"),
    "votes": ("Mỗi đề nghị có số phiếu", "Each nominee was voted on"),
}


@dataclass(frozen=True)
class Part:
    """One line of the check-list. labels: Vietnamese, English."""

    name: str
    labels: tuple[str, str]
    done: bool


def parts(opened: Opened) -> list[Part]:
    """The set that the procedure wants: the simplified one has no meeting."""
    nominations = opened.nominations
    meeting = opened.meetings.get("unit")
    cited = list(opened.citations.values())
    done = {
        "nominees": bool(nominations),
        "records": all(cited) and not opened.stale,
        "merit": all(each.merit for each in nominations),
        "signer": bool(opened.dossier.signer),
        "meeting": meeting is not None and bool(meeting.present),
        "votes": all((each.nomination_id, "unit") in opened.votes for each in nominations) and bool(nominations),
    }
    wanted = PARTS if opened.dossier.procedure == "regular" else [name for name in PARTS if name not in ("meeting", "votes")]
    return [Part(name, PARTS[name], done[name]) for name in wanted]


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


def cited_elsewhere(session: Session, opened: Opened) -> set[str]:
    """Records of this dossier that a nomination of another dossier, refused or not, has cited too."""
    pairs = [(each.nomination_id, each.rec) for citations in opened.citations.values() for each in citations]
    recs = [rec for _, rec in pairs]
    asked = select(Citation.rec).where(Citation.rec.in_(recs), tuple_(Citation.nomination_id, Citation.rec).not_in(pairs))
    return set(session.scalars(asked)) if pairs else set()


def facts(opened: Opened, earlier: dict[str, list[Earlier]]) -> dict[str, tuple[str, bool]]:
    """computed fact → (what it says in Vietnamese, whether it looks right)."""
    found: Shares = shares(opened.nominations)
    lacking = [part.labels[0] for part in parts(opened) if not part.done]
    violations = [each.name for each in opened.nominations if each.facts.get("violation") not in ("Không", None)]
    health = next((each for each in opened.opinions if each.office == "health"), None)
    minimum = opened.rules.data["minimum_direct_share"]
    said = f"trực tiếp {percent(found.direct)}, lãnh đạo {percent(found.leaders)}, nữ {percent(found.women)}"
    again = [each.name for each in opened.nominations if each.nomination_id in earlier]
    return {
        "complete": ("đủ" if not lacking else "thiếu: " + "; ".join(lacking), not lacking),
        "records": (f"{len(opened.stale)} phiếu đã đổi từ khi đưa vào" if opened.stale else "các phiếu còn nguyên", not opened.stale),
        "health": (
            "chưa trả lời" if health is None or health.answer is None else {"agrees": "đồng ý", "disagrees": "không đồng ý"}.get(health.answer, "không có ý kiến"),
            health is not None and health.answer in ("agrees", "none"),
        ),
        "violations": ("không có" if not violations else "có hoặc chưa rõ: " + ", ".join(violations), not violations),
        "awards": ("không trùng phiếu" + (f"; tên đã được khen ở đây: {', '.join(again)}" if again else ""), not again),
        "shares": (said + (f" (tối thiểu {minimum}%)" if minimum is not None else ""), not found.below(minimum)),
        "votes": (
            "thủ tục đơn giản, không cần" if opened.dossier.procedure == "simplified" else f"{len([1 for _, level in opened.votes if level == 'unit'])}/{len(opened.nominations)} đề nghị có số phiếu",
            opened.dossier.procedure == "simplified" or len([1 for _, level in opened.votes if level == "unit"]) == len(opened.nominations),
        ),
        "money": ("tính theo hệ số và mức lương cơ sở", True),
    }  # fmt: skip
