"""0120_legal_hold: what may not be erased, and records whose person asked that they be used no further."""

import sqlalchemy as sa
from alembic import op

revision = "0120"
down_revision = "0140"

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("hold_id", sa.String(length=36), nullable=False),
        sa.Column("about", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("form_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("placed_by", sa.String(length=36), nullable=False),
        sa.Column("placed_at", UTC, nullable=False),
        sa.Column("lifted_by", sa.String(length=36)),
        sa.Column("lifted_at", UTC),
        sa.Column("lift_note", sa.String(length=300)),
        sa.CheckConstraint("about IN ('record', 'author')", name=op.f("ck_legal_hold_about")),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name=op.f("ck_legal_hold_lifted")),
        sa.ForeignKeyConstraint(["unit_code"], ["org_unit.code"], name=op.f("fk_legal_hold_unit_code")),
        sa.ForeignKeyConstraint(["placed_by"], ["person.person_id"], name=op.f("fk_legal_hold_placed_by")),
        sa.ForeignKeyConstraint(["lifted_by"], ["person.person_id"], name=op.f("fk_legal_hold_lifted_by")),
        sa.PrimaryKeyConstraint("hold_id", name=op.f("pk_legal_hold")),
    )
    op.create_index(op.f("ix_legal_hold_subject"), "legal_hold", ["subject"])
    with op.batch_alter_table("subject_request") as table:
        table.add_column(sa.Column("lifted_by", sa.String(length=36)))
        table.add_column(sa.Column("lifted_at", UTC))
        table.add_column(sa.Column("lift_note", sa.String(length=300)))
        table.create_foreign_key(op.f("fk_subject_request_lifted_by"), "person", ["lifted_by"], ["person_id"])
        table.create_check_constraint(
            op.f("ck_subject_request_lifted"), "(lifted_at IS NULL) = (lifted_by IS NULL)"
        )
        table.drop_constraint(op.f("ck_subject_request_kind"), type_="check")
        table.create_check_constraint(
            op.f("ck_subject_request_kind"), "kind IN ('see', 'correct', 'restrict', 'withdraw', 'erase')"
        )
