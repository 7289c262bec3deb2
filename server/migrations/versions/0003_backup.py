"""0003_backup: proven backups are noted, and a revision keeps the roles that let its author make it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "backup",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("epoch", sa.String(length=32), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_backup")),
    )
    # Revisions of before name no role: what they were allowed by is in their entry.
    op.add_column("revision", sa.Column("roles", sa.JSON(), nullable=False, server_default="[]"))
