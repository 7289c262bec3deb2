"""0036_subject_request: what people ask about their own data, and how it was answered."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0029"

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "subject_request",
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("form_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("taken_by", sa.String(length=36), nullable=False),
        sa.Column("taken_at", UTC, nullable=False),
        sa.Column("due_at", UTC, nullable=False),
        sa.Column("answered_by", sa.String(length=36)),
        sa.Column("answered_at", UTC),
        sa.CheckConstraint("kind IN ('see', 'correct', 'erase')", name=op.f("ck_subject_request_kind")),
        sa.CheckConstraint("state IN ('open', 'done', 'refused')", name=op.f("ck_subject_request_state")),
        sa.CheckConstraint("(state = 'open') = (answered_at IS NULL)", name=op.f("ck_subject_request_answered")),
        sa.ForeignKeyConstraint(["unit_code"], ["org_unit.code"], name=op.f("fk_subject_request_unit_code")),
        sa.ForeignKeyConstraint(["taken_by"], ["person.person_id"], name=op.f("fk_subject_request_taken_by")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.person_id"], name=op.f("fk_subject_request_answered_by")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_subject_request")),
    )
    op.create_index(op.f("ix_subject_request_subject"), "subject_request", ["subject"])
    op.create_index("ix_subject_request_state_due_at", "subject_request", ["state", "due_at"])
