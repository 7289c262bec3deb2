"""0006_campaign_file: a campaign's look-up lists and the files it was loaded from, by hash."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "reference",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('list', 'file')", name=op.f("ck_reference_kind")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_reference")),
    )
    for table, key, length in (("campaign_list", "name", 64), ("campaign_file", "path", 200)):
        op.create_table(
            table,
            sa.Column("campaign_id", sa.String(length=64), nullable=False),
            sa.Column(key, sa.String(length=length), nullable=False),
            sa.Column("hash", sa.String(length=64), nullable=False),
            sa.ForeignKeyConstraint(["campaign_id"], ["campaign.campaign_id"], name=op.f(f"fk_{table}_campaign_id")),
            sa.ForeignKeyConstraint(["hash"], ["reference.hash"], name=op.f(f"fk_{table}_hash")),
            sa.PrimaryKeyConstraint("campaign_id", key, name=op.f(f"pk_{table}")),
        )
