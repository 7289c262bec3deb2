"""0130_review: reviews over a span of days, in revisions, signed like returns."""

import sqlalchemy as sa
from alembic import op

revision = "0130"
down_revision = "0122"


def upgrade() -> None:
    op.create_table(
        "review",
        sa.Column("review_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("narrative", sa.JSON(), nullable=False),
        sa.Column("practices", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=True),
        sa.Column("snapshot", sa.Text(), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.Column("signed_by", sa.String(length=36), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'signed')", name=op.f("ck_review_state")),
        sa.CheckConstraint("(state = 'draft') = (code IS NULL)", name=op.f("ck_review_signed")),
        sa.CheckConstraint("(code IS NULL) = (snapshot IS NULL)", name=op.f("ck_review_snapshot")),
        sa.ForeignKeyConstraint(["unit_code"], ["org_unit.code"], name=op.f("fk_review_unit_code")),
        sa.ForeignKeyConstraint(["signed_by"], ["person.person_id"], name=op.f("fk_review_signed_by")),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_review")),
        sa.UniqueConstraint("code", name=op.f("uq_review_code")),
        sa.UniqueConstraint(
            "name", "unit_code", "first", "last", "revision", name=op.f("uq_review_name_unit_code_first_last_revision")
        ),
    )
