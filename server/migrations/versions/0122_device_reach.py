"""0122_device_reach: up to where a device says it has each scope; how to call a person."""

import sqlalchemy as sa
from alembic import op

revision = "0122"
down_revision = "0121"


def upgrade() -> None:
    op.create_table(
        "device_reach",
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("scope", sa.String(length=130), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.device_id"], name=op.f("fk_device_reach_device_id")),
        sa.PrimaryKeyConstraint("device_id", "scope", name=op.f("pk_device_reach")),
    )
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("phone", sa.String(length=20)))
