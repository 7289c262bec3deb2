"""0080_duplicate_search: how far in the feed records were compared; what stands there already was, as it came."""

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0120"


def upgrade() -> None:
    op.create_table(
        "duplicate_search",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("one = 1", name=op.f("ck_duplicate_search_one")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_duplicate_search")),
    )
    op.execute("INSERT INTO duplicate_search (one, seq) SELECT 1, last FROM counter")
