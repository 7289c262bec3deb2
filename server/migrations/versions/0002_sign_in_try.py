"""0002_sign_in_try: failed sign-ins are counted where every worker sees them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "sign_in_try",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("failures >= 1", name=op.f("ck_sign_in_try_failures")),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_sign_in_try")),
    )
