"""A campaign as loaded from its folder: units, roles, form versions and the documents devices fetch by hash."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from ..database import UtcTime, db
from .columns import FormId, Hash, UnitCode, one_of


class Campaign(db.Model):
    """One campaign; its document (roles, workflows, units) is what devices get and what judging reads."""

    __tablename__ = "campaign"

    campaign_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[str] = mapped_column(String(64))
    label: Mapped[dict[str, str]] = mapped_column(JSON)
    demo: Mapped[bool]
    document_hash: Mapped[Hash] = mapped_column(ForeignKey("document.hash"))
    loaded_at: Mapped[datetime] = mapped_column(UtcTime)


class Document(db.Model):
    """Bytes a device may fetch; never changed, never removed."""

    __tablename__ = "document"

    hash: Mapped[Hash] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    content: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (one_of("kind", "form", "campaign"),)


class Reference(db.Model):
    """A look-up list (as JSON) or a file of a campaign's folder, by the hash of its bytes; never changed."""

    __tablename__ = "reference"

    hash: Mapped[Hash] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    content: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (one_of("kind", "list", "file"),)


class CampaignList(db.Model):
    """A look-up list of a campaign, org_units among them: what devices and intake evaluate with now."""

    __tablename__ = "campaign_list"

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.campaign_id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    hash: Mapped[Hash] = mapped_column(ForeignKey("reference.hash"))


class CampaignFile(db.Model):
    """A file of the folder a campaign was loaded from, as it was: for `campaign export` and `diff`, and media for devices."""

    __tablename__ = "campaign_file"

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.campaign_id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(200), primary_key=True)
    hash: Mapped[Hash] = mapped_column(ForeignKey("reference.hash"))


class FormVersion(db.Model):
    """One published version of a form: never changed, accepted for ever (P-06)."""

    __tablename__ = "form_version"

    form_id: Mapped[FormId] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.campaign_id"))
    program_hash: Mapped[Hash] = mapped_column(ForeignKey("document.hash"))
    current: Mapped[bool]
    published_at: Mapped[datetime] = mapped_column(UtcTime)

    __table_args__ = (
        Index(
            "uq_form_version_current",
            "form_id",
            unique=True,
            sqlite_where=text("current"),
            postgresql_where=text("current"),
        ),
    )


class OrgUnit(db.Model):
    """One unit of the dated tree. `path` is "/106/03424/03424-07/": a subtree is a prefix.

    `kind` is one of the campaign's. `office`: it has a line of its own in tables, and what lies below is named with it.
    """

    __tablename__ = "org_unit"

    code: Mapped[UnitCode] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16))
    office: Mapped[bool] = mapped_column(default=False)
    parent: Mapped[UnitCode | None] = mapped_column(ForeignKey("org_unit.code"), index=True)
    path: Mapped[str] = mapped_column(index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    successor: Mapped[UnitCode | None] = mapped_column(ForeignKey("org_unit.code"), index=True)


class Role(db.Model):
    """A role of a campaign: its label and where its people work ("field", "console").

    two_steps: its people sign in to the console with a second step.
    """

    __tablename__ = "role"

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.campaign_id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(64), primary_key=True)
    label: Mapped[dict[str, str]] = mapped_column(JSON)
    surface: Mapped[list[str]] = mapped_column(JSON)
    two_steps: Mapped[bool] = mapped_column(default=False, server_default=false())


class RoleRight(db.Model):
    """A role may do `action` on records of `form_id`; "see_pii" is one of the actions."""

    __tablename__ = "role_right"

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.campaign_id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(64), primary_key=True)
    form_id: Mapped[FormId] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(String(16), primary_key=True)
