"""0100_question_audio: questions read aloud, and the language each device asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0100"
down_revision = "0080"


def upgrade() -> None:
    op.create_table(
        "question_audio",
        sa.Column("rec", sa.String(length=36), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("form_id", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("language", sa.String(length=80), nullable=False),
        sa.Column("wording", sa.String(length=12), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rec"], ["record.rec"], name=op.f("fk_question_audio_rec")),
        sa.ForeignKeyConstraint(["unit_code"], ["org_unit.code"], name=op.f("fk_question_audio_unit_code")),
        sa.PrimaryKeyConstraint("rec", name=op.f("pk_question_audio")),
    )
    op.create_index("ix_question_audio_language_unit_code", "question_audio", ["language", "unit_code"])
    op.create_index(op.f("ix_question_audio_blob"), "question_audio", ["blob"])
    op.add_column("device", sa.Column("audio_language", sa.String(length=80), nullable=True))
