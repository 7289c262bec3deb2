"""0081_record_desk: one index answers the desk's lists and counts, in place of two that did it in part."""

from alembic import op

revision = "0081"
down_revision = "0130"
COLUMNS = (
    "form_id", "unit_code", "state", "phase", "changed_at", "received_at", "event_date", "event_week", "urgent",
    "open_conflicts", "author_id", "rec", "search",
)  # fmt: skip


def upgrade() -> None:
    op.drop_index("ix_record_unit_code_form_id_state", "record")
    op.drop_index("ix_record_form_id_state_received_at", "record")
    op.create_index("ix_record_desk", "record", COLUMNS)
