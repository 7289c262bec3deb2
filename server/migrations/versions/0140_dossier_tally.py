"""0140_dossier_tally: dossiers are counted beside the records, so a tally is not always a record's."""

from alembic import op

revision = "0140"
down_revision = "0110"


def upgrade() -> None:
    with op.batch_alter_table("tally") as batch:
        batch.drop_constraint(op.f("fk_tally_rec"), type_="foreignkey")
