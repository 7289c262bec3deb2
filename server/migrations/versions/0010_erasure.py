"""0010_erasure: what was erased by order; the feed can tell of it, when the record itself is gone."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0027"

FEED = ("scope", "rec", "seq", "kind")
KINDS = "kind IN ('doc', 'leave', 'void', 'erase')"


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("rec", sa.String(length=36), nullable=False),
        sa.Column("h", sa.String(length=64), nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("sig", sa.String(length=100), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("line", sa.JSON(), nullable=False),
        sa.Column("blobs", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("rec", name=op.f("pk_erasure")),
    )
    if op.get_bind().dialect.name == "sqlite":
        make_feed_anew()
    else:
        op.drop_constraint(op.f("fk_feed_rec"), "feed", type_="foreignkey")
        op.drop_constraint(op.f("ck_feed_kind"), "feed", type_="check")
        op.create_check_constraint(op.f("ck_feed_kind"), "feed", KINDS)


def make_feed_anew() -> None:
    """SQLite drops no constraint; nothing points to the feed."""
    columns = ", ".join(FEED)
    op.execute(f"CREATE TEMPORARY TABLE kept AS SELECT {columns} FROM feed")
    op.drop_table("feed")
    op.create_table(
        "feed",
        sa.Column("scope", sa.String(length=130), nullable=False),
        sa.Column("rec", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_feed_kind")),
        sa.PrimaryKeyConstraint("scope", "rec", name=op.f("pk_feed")),
        sa.UniqueConstraint("seq", name=op.f("uq_feed_seq")),
    )
    op.execute(f"INSERT INTO feed ({columns}) SELECT {columns} FROM kept")
    op.execute("DROP TABLE kept")
    op.create_index("ix_feed_scope_seq", "feed", ["scope", "seq"])
