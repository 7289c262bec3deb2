"""0121_list_import: lists that come in from Excel, tried, applied and undone."""

import sqlalchemy as sa
from alembic import op

revision = "0121"
down_revision = "0100"

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "list_import",
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.Column("which", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("done", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("tried_at", UTC, nullable=False),
        sa.Column("applied_at", UTC),
        sa.Column("undone_at", UTC),
        sa.CheckConstraint("state IN ('tried', 'applied', 'undone')", name=op.f("ck_list_import_state")),
        sa.CheckConstraint("(state = 'tried') = (applied_at IS NULL)", name=op.f("ck_list_import_applied")),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_list_import_person_id")),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_list_import")),
    )
    op.create_index("ix_list_import_person_id_tried_at", "list_import", ["person_id", "tried_at"])
