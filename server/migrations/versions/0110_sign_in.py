"""0110_sign_in: sessions have names and are seen, a second step, codes for a new password, rates every worker counts."""

import sqlalchemy as sa
from alembic import op

revision = "0110"
down_revision = "0060"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    with op.batch_alter_table("role") as batch:
        batch.add_column(sa.Column("two_steps", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("console_session") as batch:
        batch.add_column(sa.Column("session_id", sa.String(length=36), nullable=True))
        batch.add_column(sa.Column("browser", sa.String(length=80), server_default="", nullable=False))
        batch.add_column(sa.Column("address", sa.String(length=64), server_default="", nullable=False))
        batch.add_column(sa.Column("seen_at", moment, nullable=True))
    # Sessions of before live on, by the beginning of their hash, until they end by themselves.
    op.execute("UPDATE console_session SET session_id = substr(token_hash, 1, 36), seen_at = created_at")
    with op.batch_alter_table("console_session") as batch:
        batch.alter_column("session_id", existing_type=sa.String(length=36), nullable=False)
        batch.alter_column("seen_at", existing_type=moment, nullable=False)
        batch.create_unique_constraint(op.f("uq_console_session_session_id"), ["session_id"])
        batch.alter_column("browser", existing_type=sa.String(length=80), server_default=None)
        batch.alter_column("address", existing_type=sa.String(length=64), server_default=None)
    op.create_table(
        "second_step",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("sealed_secret", sa.String(length=400), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("confirmed_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_second_step_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_second_step")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_recovery_code_person_id")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_person_id"), "recovery_code", ["person_id"], unique=False)
    op.create_table(
        "reset_code",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_reset_code_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_reset_code")),
    )
    op.create_table(
        "rate",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("window", sa.BigInteger(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("ends_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("key_hash", "window", name=op.f("pk_rate")),
    )
    op.create_index(op.f("ix_rate_ends_at"), "rate", ["ends_at"], unique=False)
