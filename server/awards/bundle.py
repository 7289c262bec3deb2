"""A dossier's papers: one of them, or all in one .zip with an index whose check marks prove the records cited."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

import segno
from sqlalchemy import select
from sqlalchemy.orm import Session

from sync.text import fold

from ..models import CampaignFile, OrgUnit, PaperTemplate, Reference
from ..papers import render
from ..problems import Refusal
from .dossiers import Acting, Opened
from .paper_values import Values

NAMES = {
    "request": "01-to-trinh", "nominee_list": "02-danh-sach-trich-ngang", "achievement_report": "03-bao-cao-thanh-tich",
    "minutes": "04-bien-ban-hop-xet", "appraisal": "05-phieu-tham-dinh", "public_notice": "06-danh-sach-niem-yet",
    "council_minutes": "07-bien-ban-hoi-dong", "district_request": "08-to-trinh-phong-noi-vu", "decision": "09-quyet-dinh", "province_request": "09-to-trinh-cap-tinh",
    "certificate": "10-noi-dung-giay-khen", "refusal": "11-thong-bao-khong-khen",
}  # fmt: skip
TEMPLATES = {"council_minutes": "minutes"}  # papers made of another's template


@dataclass(frozen=True)
class Paper:
    """One paper that a dossier has by now. key: of NAMES; nomination: whose report it is, "" else."""

    key: str
    nomination: str = ""


def papers(opened: Opened) -> list[Paper]:
    """The papers that can be written, by what the dossier holds."""
    dossier, decisions = opened.dossier, opened.decisions
    own = opened.rules.own(dossier.award)
    there = {
        "request": not own,
        "nominee_list": True,
        "minutes": "unit" in opened.meetings,
        "appraisal": dossier.received_on is not None,
        "public_notice": dossier.posted_from is not None,
        "council_minutes": "council" in opened.meetings,
        "district_request": bool(dossier.checks) and dossier.received_on is not None,
        "decision": "award" in decisions,
        "province_request": "forward" in decisions,
        "certificate": "award" in decisions,
        "refusal": "refuse" in decisions,
    }
    listed = [Paper(key) for key in NAMES if there.get(key)]
    reports = [Paper("achievement_report", each.nomination_id) for each in opened.nominations]
    return sorted([*listed, *reports], key=lambda paper: NAMES[paper.key]) if opened.nominations else []


class Maker:
    """Writes the papers of one dossier; templates are read once."""

    def __init__(self, session: Session, opened: Opened, by: Acting) -> None:
        self.session, self.opened, self.by = session, opened, by
        units = {unit.code: unit for unit in session.scalars(select(OrgUnit))}
        labels = {row["name"]: row.get("label::vi") or row.get("label") or row["name"] for row in opened.rules.awards}
        self.values = Values(opened, units, by.today, labels)
        self.templates: dict[str, bytes] = {}

    def template(self, kind: str) -> bytes:
        if kind not in self.templates:
            self.templates[kind] = template_of(self.session, kind)
        return self.templates[kind]

    def make(self, paper: Paper) -> bytes:
        """Raises Refusal paper.kind_unknown."""
        values, home_signer = self.values, self.by.name
        nomination = next((each for each in self.opened.nominations if each.nomination_id == paper.nomination), None)
        if paper.key == "achievement_report" and nomination is not None:
            filled = values.achievement_report(nomination)
        elif paper.key == "council_minutes":
            filled = values.minutes("council")
        elif paper.key in ("appraisal", "district_request", "refusal", "public_notice"):
            filled = getattr(values, paper.key)(home_signer if self.opened.may("number") or self.opened.may("post") else "")
        elif paper in papers(self.opened):
            filled = getattr(values, paper.key)()
        else:
            raise Refusal("paper.kind_unknown")
        return render(self.template(TEMPLATES.get(paper.key, paper.key)), filled)

    def file_name(self, paper: Paper) -> str:
        if not paper.nomination:
            return f"{NAMES[paper.key]}.docx"
        nomination = next(each for each in self.opened.nominations if each.nomination_id == paper.nomination)
        return f"{NAMES[paper.key]}/{nomination.place:02}-{slug(nomination.name)}.docx"

    def archive(self, check_url: str) -> bytes:
        """All papers by name, and the index first. check_url: the public page, to which a record's hash is added."""
        out = io.BytesIO()
        listed = papers(self.opened)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("00-muc-luc.html", index(self, listed, check_url))
            for paper in listed:
                archive.writestr(self.file_name(paper), self.make(paper))
        return out.getvalue()


def template_of(session: Session, kind: str) -> bytes:
    """The template in use: the uploaded one, else the campaign's. Raises Refusal paper.kind_unknown."""
    uploaded = session.scalar(select(PaperTemplate.content).where(PaperTemplate.kind == kind, PaperTemplate.in_use))
    if uploaded is not None:
        return uploaded
    own = select(Reference.content).join(CampaignFile, CampaignFile.hash == Reference.hash)
    found = session.scalar(own.where(CampaignFile.path == f"documents/{kind}.docx"))
    if found is None:
        raise Refusal("paper.kind_unknown")
    return found


def slug(name: str) -> str:
    """ASCII for file names: "tan-ta-may"."""
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:60] or "khong-ten"


STYLE = (
    "body{font:11pt/1.5 'Times New Roman',serif;margin:20mm;color:#000}table{border-collapse:collapse;width:100%}"
    "th,td{border:1px solid #000;padding:4px 6px;text-align:left;vertical-align:top}code{font-size:8pt;word-break:break-all}"
    "img{width:26mm;height:26mm}tr{break-inside:avoid}h1{font-size:14pt}"
)


def index(maker: Maker, listed: list[Paper], check_url: str) -> str:
    """The list of papers, and of the records cited, each with its hash and the mark that leads to the check."""
    opened, values = maker.opened, maker.values
    title = f"Mục lục hồ sơ đề nghị tặng {values.award} của {values.unit.named}"
    rows = "".join(f"<tr><td>{number}<td>{html.escape(maker.file_name(paper))}" for number, paper in enumerate(listed, 1))
    return (
        f'<!doctype html><html lang="vi"><meta charset="utf-8"><title>{html.escape(title)}</title><style>{STYLE}</style>'
        f"<h1>{html.escape(title)}</h1><p>Lập ngày {maker.by.today:%d/%m/%Y}. Mã hồ sơ: {opened.dossier.dossier_id}.</p>"
        f"<h2>Văn bản</h2><table><tr><th>STT<th>Tệp{rows}</table>"
        "<h2>Phiếu được dẫn</h2><p>Quét mã để hỏi máy chủ xem phiếu có đúng là bản đã được xác nhận không. Trang kiểm không hiện tên ai.</p>"
        f"<table><tr><th>Đề nghị<th>Bản, mã kiểm<th>Mã quét{''.join(cited_rows(opened, check_url))}</table></html>"
    )


def cited_rows(opened: Opened, check_url: str) -> Iterator[str]:
    for nomination in opened.nominations:
        for citation in opened.citations[nomination.nomination_id]:
            mark = segno.make(check_url + citation.hash, error="m").svg_data_uri(scale=2)
            yield (
                f"<tr><td>{nomination.place}. {html.escape(nomination.name)}<td>bản {citation.rev}<br>"
                f'<code>{citation.hash}</code><td><img alt="{citation.hash[:12]}" src="{html.escape(mark)}">'
            )
