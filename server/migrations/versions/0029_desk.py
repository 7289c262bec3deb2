"""0029_desk: records that cannot wait are marked; filters are kept under a name, and lists for one step."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0046"


def upgrade() -> None:
    op.add_column("record", sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_record_form_id_state_received_at", "record", ["form_id", "state", "received_at"], unique=False)
    op.create_table(
        "saved_filter",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_saved_filter_person_id")),
        sa.PrimaryKeyConstraint("person_id", "name", name=op.f("pk_saved_filter")),
    )
    op.create_table(
        "bulk_step",
        sa.Column("bulk_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("form_id", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("sample", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_bulk_step_person_id")),
        sa.PrimaryKeyConstraint("bulk_id", name=op.f("pk_bulk_step")),
    )
    op.create_index(op.f("ix_bulk_step_person_id"), "bulk_step", ["person_id"], unique=False)
