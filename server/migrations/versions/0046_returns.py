"""0046_returns: period returns in revisions, what was done with them, and their supplementary ledger."""

import sqlalchemy as sa
from alembic import op


revision = "0046"
down_revision = "0028"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "period_return",
        sa.Column("return_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("overrides", sa.JSON(), nullable=False),
        sa.Column("narrative", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=True),
        sa.Column("snapshot", sa.Text(), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.Column("signed_by", sa.String(length=36), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'accepted', 'locked')", name=op.f("ck_period_return_state")
        ),
        sa.CheckConstraint("(state = 'draft') = (code IS NULL)", name=op.f("ck_period_return_signed")),
        sa.CheckConstraint("(code IS NULL) = (snapshot IS NULL)", name=op.f("ck_period_return_snapshot")),
        sa.ForeignKeyConstraint(["unit_code"], ["org_unit.code"], name=op.f("fk_period_return_unit_code")),
        sa.ForeignKeyConstraint(["signed_by"], ["person.person_id"], name=op.f("fk_period_return_signed_by")),
        sa.PrimaryKeyConstraint("return_id", name=op.f("pk_period_return")),
        sa.UniqueConstraint("code", name=op.f("uq_period_return_code")),
        sa.UniqueConstraint(
            "name", "unit_code", "first", "revision", name=op.f("uq_period_return_name_unit_code_first_revision")
        ),
    )
    op.create_index("ix_period_return_last_first", "period_return", ["last", "first"])
    op.create_table(
        "return_event",
        sa.Column("event_id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("return_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["return_id"], ["period_return.return_id"], name=op.f("fk_return_event_return_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_return_event_person_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_return_event")),
    )
    op.create_index("ix_return_event_return_id", "return_event", ["return_id"])
    op.create_table(
        "return_late",
        sa.Column("late_id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("return_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rec", sa.String(length=36), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["return_id"], ["period_return.return_id"], name=op.f("fk_return_late_return_id")),
        sa.ForeignKeyConstraint(["rec"], ["record.rec"], name=op.f("fk_return_late_rec")),
        sa.PrimaryKeyConstraint("late_id", name=op.f("pk_return_late")),
    )
    op.create_index("ix_return_late_return_id", "return_late", ["return_id"])
