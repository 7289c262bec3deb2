"""0045_figures: what records add to the indicators, and the cells of it."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0070"

PHASES = "phase IN ('received', 'has_issues', 'approved', 'rejected')"


def upgrade() -> None:
    op.create_table(
        "figure_basis",
        sa.Column("form_id", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("lists", sa.Text(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("form_id", name=op.f("pk_figure_basis")),
    )
    op.create_table(
        "tally",
        sa.Column("rec", sa.String(length=36), nullable=False),
        sa.Column("form_id", sa.String(length=64), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("phase", sa.String(length=16), nullable=False),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("adds", sa.Text(), nullable=False),
        sa.CheckConstraint(PHASES, name=op.f("ck_tally_phase")),
        sa.ForeignKeyConstraint(["rec"], ["record.rec"], name=op.f("fk_tally_rec")),
        sa.PrimaryKeyConstraint("rec", name=op.f("pk_tally")),
    )
    op.create_index("ix_tally_form_id_unit_code", "tally", ["form_id", "unit_code"])
    op.create_table(
        "cell",
        sa.Column("span", sa.String(length=1), nullable=False),
        sa.Column("indicator", sa.String(length=64), nullable=False),
        sa.Column("split", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("phase", sa.String(length=16), nullable=False),
        sa.Column("item", sa.String(length=200), nullable=False),
        sa.Column("over", sa.String(length=200), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("span IN ('d', 'm')", name=op.f("ck_cell_span")),
        sa.CheckConstraint(PHASES, name=op.f("ck_cell_phase")),
        sa.ForeignKeyConstraint(["unit_code"], ["org_unit.code"], name=op.f("fk_cell_unit_code")),
        sa.PrimaryKeyConstraint(
            "span", "indicator", "split", "day", "unit_code", "phase", "item", "over", name=op.f("pk_cell")
        ),
        sqlite_with_rowid=False,
    )
