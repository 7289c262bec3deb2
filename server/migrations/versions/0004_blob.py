"""0004_blob: attachments that ops name, and those that have arrived."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "blob",
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.Column("rec", sa.String(length=36), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_blob_size")),
        sa.ForeignKeyConstraint(["device_id"], ["device.device_id"], name=op.f("fk_blob_device_id")),
        sa.PrimaryKeyConstraint("blob", "rec", name=op.f("pk_blob")),
    )
    op.create_index(op.f("ix_blob_device_id"), "blob", ["device_id"])
    op.create_table(
        "blob_ref",
        sa.Column("op_h", sa.String(length=64), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.Column("rec", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["op_h"], ["op.h"], name=op.f("fk_blob_ref_op_h")),
        sa.PrimaryKeyConstraint("op_h", "blob", name=op.f("pk_blob_ref")),
    )
    op.create_index("ix_blob_ref_blob_rec", "blob_ref", ["blob", "rec"])
