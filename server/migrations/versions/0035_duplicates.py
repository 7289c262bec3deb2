"""0035_duplicates: records that look alike: what is compared, the keys they are found by, pairs and decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0006"

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "duplicate_traits",
        sa.Column("rec", sa.String(length=36), nullable=False),
        sa.Column("answers_hash", sa.String(length=64), nullable=False),
        sa.Column("traits", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["rec"], ["record.rec"], name=op.f("fk_duplicate_traits_rec")),
        sa.PrimaryKeyConstraint("rec", name=op.f("pk_duplicate_traits")),
    )
    op.create_table(
        "duplicate_key",
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("rec", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["rec"], ["record.rec"], name=op.f("fk_duplicate_key_rec")),
        sa.PrimaryKeyConstraint("key", "rec", name=op.f("pk_duplicate_key")),
    )
    op.create_index(op.f("ix_duplicate_key_rec"), "duplicate_key", ["rec"])
    op.create_table(
        "duplicate_pair",
        sa.Column("first", sa.String(length=36), nullable=False),
        sa.Column("second", sa.String(length=36), nullable=False),
        sa.Column("form_id", sa.String(length=64), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("kept", sa.String(length=36)),
        sa.Column("found_at", UTC, nullable=False),
        sa.Column("decided_at", UTC),
        sa.Column("decided_by", sa.String(length=36)),
        sa.CheckConstraint("state IN ('open', 'linked', 'merged', 'apart')", name=op.f("ck_duplicate_pair_state")),
        sa.CheckConstraint("first < second", name=op.f("ck_duplicate_pair_order")),
        sa.CheckConstraint("(state = 'merged') = (kept IS NOT NULL)", name=op.f("ck_duplicate_pair_kept")),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name=op.f("ck_duplicate_pair_decided")),
        sa.ForeignKeyConstraint(["first"], ["record.rec"], name=op.f("fk_duplicate_pair_first")),
        sa.ForeignKeyConstraint(["second"], ["record.rec"], name=op.f("fk_duplicate_pair_second")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.person_id"], name=op.f("fk_duplicate_pair_decided_by")),
        sa.PrimaryKeyConstraint("first", "second", name=op.f("pk_duplicate_pair")),
    )
    op.create_index(op.f("ix_duplicate_pair_second"), "duplicate_pair", ["second"])
    op.create_index("ix_duplicate_pair_state_score", "duplicate_pair", ["state", "score"])
