"""0027_delegation: a membership may be lent to another person for some days; units are found by parent and successor."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0045"


def upgrade() -> None:
    op.create_table(
        "delegation",
        sa.Column("delegation_id", sa.String(length=36), nullable=False),
        sa.Column("membership_id", sa.String(length=36), nullable=False),
        sa.Column("to_person", sa.String(length=36), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(length=36), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", sa.String(length=36), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_delegation_dates")),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name=op.f("ck_delegation_revoked")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.membership_id"], name=op.f("fk_delegation_membership_id")
        ),
        sa.ForeignKeyConstraint(["to_person"], ["person.person_id"], name=op.f("fk_delegation_to_person")),
        sa.ForeignKeyConstraint(["made_by"], ["person.person_id"], name=op.f("fk_delegation_made_by")),
        sa.ForeignKeyConstraint(["revoked_by"], ["person.person_id"], name=op.f("fk_delegation_revoked_by")),
        sa.PrimaryKeyConstraint("delegation_id", name=op.f("pk_delegation")),
    )
    for table, column in (
        ("delegation", "membership_id"), ("delegation", "to_person"), ("org_unit", "parent"), ("org_unit", "successor"),
    ):  # fmt: skip
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
