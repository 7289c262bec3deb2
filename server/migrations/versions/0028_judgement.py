"""0028_judgement: what was decided about an op that could not be applied, why, and by which op."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0010"


def upgrade() -> None:
    with op.batch_alter_table("adjudication") as table:
        table.add_column(sa.Column("decision", sa.String(length=16), nullable=True))
        table.add_column(sa.Column("note", sa.String(), nullable=True))
        table.add_column(sa.Column("decided_op", sa.String(length=64), nullable=True))
        table.create_foreign_key(op.f("fk_adjudication_decided_op"), "op", ["decided_op"], ["h"])
        table.create_check_constraint(
            op.f("ck_adjudication_decision"), "decision IN ('accepted', 'redirected', 'attached', 'rejected')"
        )
        table.create_check_constraint(op.f("ck_adjudication_decided"), "(settled_at IS NULL) = (decision IS NULL)")
        table.create_index(op.f("ix_adjudication_unit_code_settled_at"), ["unit_code", "settled_at"], unique=False)
