"""0005_unit_kinds: the kinds of units are the campaign's own, and some are offices."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

UNIT = ("code", "name", "kind", "office", "parent", "path", "valid_from", "valid_to", "successor")


def upgrade() -> None:
    op.add_column("org_unit", sa.Column("office", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE org_unit SET office = (kind IN ('commune', 'agency'))")
    if op.get_bind().dialect.name == "sqlite":
        make_org_unit_anew()
    else:
        op.drop_constraint(op.f("ck_org_unit_kind"), "org_unit", type_="check")
        op.alter_column("org_unit", "office", server_default=None)


def make_org_unit_anew() -> None:
    """SQLite drops no constraint. Rows that point to units wait until the units are back: foreign keys are on."""
    columns = ", ".join(UNIT)
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(f"CREATE TEMPORARY TABLE kept AS SELECT {columns} FROM org_unit")
    op.drop_table("org_unit")
    op.create_table(
        "org_unit",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("office", sa.Boolean(), nullable=False),
        sa.Column("parent", sa.String(length=64), nullable=True),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["parent"], ["org_unit.code"], name=op.f("fk_org_unit_parent")),
        sa.ForeignKeyConstraint(["successor"], ["org_unit.code"], name=op.f("fk_org_unit_successor")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_org_unit")),
    )
    op.execute(f"INSERT INTO org_unit ({columns}) SELECT {columns} FROM kept")
    op.execute("DROP TABLE kept")
    op.create_index(op.f("ix_org_unit_path"), "org_unit", ["path"])
