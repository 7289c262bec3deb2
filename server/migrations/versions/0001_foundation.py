"""0001_foundation: the first tables; there are no rows yet but the two that begin at nought."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=36), nullable=False),
        sa.Column("act", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=130), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entry_hash")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_actor"), ["actor"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_subject"), ["subject"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("one = 1", name=op.f("ck_audit_head_one")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "counter",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("last >= 0", name=op.f("ck_counter_last")),
        sa.CheckConstraint("one = 1", name=op.f("ck_counter_one")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_counter")),
    )
    op.create_table(
        "document",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('form', 'campaign')", name=op.f("ck_document_kind")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_document")),
    )
    op.create_table(
        "org_unit",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("parent", sa.String(length=64), nullable=True),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "kind IN ('district', 'commune', 'village', 'team', 'agency')", name=op.f("ck_org_unit_kind")
        ),
        sa.ForeignKeyConstraint(["parent"], ["org_unit.code"], name=op.f("fk_org_unit_parent")),
        sa.ForeignKeyConstraint(["successor"], ["org_unit.code"], name=op.f("fk_org_unit_successor")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_org_unit")),
    )
    with op.batch_alter_table("org_unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_org_unit_path"), ["path"], unique=False)

    op.create_table(
        "person",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person")),
        sa.UniqueConstraint("username", name=op.f("uq_person_username")),
    )
    op.create_table(
        "server_life",
        sa.Column("life", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.String(length=32), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "reason IN ('install', 'restore', 'counter_below_mark', 'mark_accepted', 'device_is_ahead')",
            name=op.f("ck_server_life_reason"),
        ),
        sa.PrimaryKeyConstraint("life", name=op.f("pk_server_life")),
        sa.UniqueConstraint("epoch", name=op.f("uq_server_life_epoch")),
    )
    op.create_table(
        "access_entry",
        sa.Column(
            "access_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("rec", sa.String(length=36), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_access_entry_person_id")),
        sa.PrimaryKeyConstraint("access_id", name=op.f("pk_access_entry")),
    )
    with op.batch_alter_table("access_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_entry_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_entry_rec"), ["rec"], unique=False)

    op.create_table(
        "campaign",
        sa.Column("campaign_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("label", sa.JSON(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("document_hash", sa.String(length=64), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document_hash"], ["document.hash"], name=op.f("fk_campaign_document_hash")),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_campaign")),
    )
    op.create_table(
        "console_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_console_session_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_console_session")),
    )
    with op.batch_alter_table("console_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_console_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "device",
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sign_key", sa.String(length=100), nullable=False),
        sa.Column("seal_key", sa.String(length=100), nullable=False),
        sa.Column("certificate", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contiguous", sa.BigInteger(), nullable=False),
        sa.Column("cloned", sa.Boolean(), nullable=False),
        sa.CheckConstraint("state IN ('active', 'revoked')", name=op.f("ck_device_state")),
        sa.CheckConstraint("contiguous >= 0", name=op.f("ck_device_contiguous")),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_device_person_id")),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_device")),
        sa.UniqueConstraint("sign_key", name=op.f("uq_device_sign_key")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_person_id"), ["person_id"], unique=False)

    op.create_table(
        "grant",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("scope", sa.String(length=130), nullable=False),
        sa.Column("gen", sa.Integer(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_grant_person_id")),
        sa.PrimaryKeyConstraint("person_id", "scope", name=op.f("pk_grant")),
    )
    op.create_table(
        "enrolment",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("campaign_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device_id", sa.String(length=36), nullable=True),
        sa.CheckConstraint("(used_at IS NULL) = (device_id IS NULL)", name=op.f("ck_enrolment_used")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.campaign_id"], name=op.f("fk_enrolment_campaign_id")),
        sa.ForeignKeyConstraint(["device_id"], ["device.device_id"], name=op.f("fk_enrolment_device_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_enrolment_person_id")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_enrolment")),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolment_person_id"), ["person_id"], unique=False)

    op.create_table(
        "form_version",
        sa.Column("form_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("campaign_id", sa.String(length=64), nullable=False),
        sa.Column("program_hash", sa.String(length=64), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.campaign_id"], name=op.f("fk_form_version_campaign_id")),
        sa.ForeignKeyConstraint(["program_hash"], ["document.hash"], name=op.f("fk_form_version_program_hash")),
        sa.PrimaryKeyConstraint("form_id", "version", name=op.f("pk_form_version")),
    )
    with op.batch_alter_table("form_version", schema=None) as batch_op:
        batch_op.create_index(
            "uq_form_version_current",
            ["form_id"],
            unique=True,
            sqlite_where=sa.text("current"),
            postgresql_where=sa.text("current"),
        )

    op.create_table(
        "membership",
        sa.Column("membership_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("campaign_id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_membership_dates")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.campaign_id"], name=op.f("fk_membership_campaign_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_membership_person_id")),
        sa.ForeignKeyConstraint(["unit_code"], ["org_unit.code"], name=op.f("fk_membership_unit_code")),
        sa.PrimaryKeyConstraint("membership_id", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_person_id"), ["person_id"], unique=False)

    op.create_table(
        "op",
        sa.Column("h", sa.String(length=64), nullable=False),
        sa.Column("rec", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=True),
        sa.Column("n", sa.BigInteger(), nullable=True),
        sa.Column("base", sa.String(length=64), nullable=True),
        sa.Column("scope", sa.String(length=130), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("sig", sa.String(length=100), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("rev", sa.Integer(), nullable=True),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('applied', 'merged', 'conflict', 'parked', 'adjudicate')", name=op.f("ck_op_verdict")
        ),
        sa.CheckConstraint("(device_id IS NULL) = (n IS NULL)", name=op.f("ck_op_chain")),
        sa.ForeignKeyConstraint(["device_id"], ["device.device_id"], name=op.f("fk_op_device_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_op_person_id")),
        sa.PrimaryKeyConstraint("h", name=op.f("pk_op")),
    )
    with op.batch_alter_table("op", schema=None) as batch_op:
        batch_op.create_index("ix_op_device_id_n", ["device_id", "n"], unique=False)
        batch_op.create_index(batch_op.f("ix_op_rec"), ["rec"], unique=False)

    op.create_table(
        "receipt",
        sa.Column("receipt_id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("req", sa.String(length=16), nullable=False),
        sa.Column("verdicts", sa.JSON(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.device_id"], name=op.f("fk_receipt_device_id")),
        sa.PrimaryKeyConstraint("receipt_id", name=op.f("pk_receipt")),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receipt_device_id"), ["device_id"], unique=False)

    op.create_table(
        "role",
        sa.Column("campaign_id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("label", sa.JSON(), nullable=False),
        sa.Column("surface", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.campaign_id"], name=op.f("fk_role_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", "role", name=op.f("pk_role")),
    )
    op.create_table(
        "role_right",
        sa.Column("campaign_id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("form_id", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.campaign_id"], name=op.f("fk_role_right_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", "role", "form_id", "action", name=op.f("pk_role_right")),
    )
    op.create_table(
        "adjudication",
        sa.Column("op_h", sa.String(length=64), nullable=False),
        sa.Column("rec", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["op_h"], ["op.h"], name=op.f("fk_adjudication_op_h")),
        sa.ForeignKeyConstraint(["settled_by"], ["person.person_id"], name=op.f("fk_adjudication_settled_by")),
        sa.ForeignKeyConstraint(["unit_code"], ["org_unit.code"], name=op.f("fk_adjudication_unit_code")),
        sa.PrimaryKeyConstraint("op_h", name=op.f("pk_adjudication")),
    )
    with op.batch_alter_table("adjudication", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_adjudication_rec"), ["rec"], unique=False)

    op.create_table(
        "membership_form",
        sa.Column("membership_id", sa.String(length=36), nullable=False),
        sa.Column("form_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.membership_id"], name=op.f("fk_membership_form_membership_id")
        ),
        sa.PrimaryKeyConstraint("membership_id", "form_id", name=op.f("pk_membership_form")),
    )
    op.create_table(
        "parked",
        sa.Column("op_h", sa.String(length=64), nullable=False),
        sa.Column("rec", sa.String(length=36), nullable=False),
        sa.Column("base", sa.String(length=64), nullable=True),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["op_h"], ["op.h"], name=op.f("fk_parked_op_h")),
        sa.PrimaryKeyConstraint("op_h", name=op.f("pk_parked")),
    )
    with op.batch_alter_table("parked", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_parked_rec"), ["rec"], unique=False)

    op.create_table(
        "record",
        sa.Column("rec", sa.String(length=36), nullable=False),
        sa.Column("form_id", sa.String(length=64), nullable=False),
        sa.Column("form_version", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=130), nullable=False),
        sa.Column("unit_code", sa.String(length=64), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("author_role", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("phase", sa.String(length=16), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("answers_hash", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("subtitle", sa.String(), nullable=False),
        sa.Column("search", sa.String(), nullable=False),
        sa.Column("event_date", sa.Date(), nullable=False),
        sa.Column("event_week", sa.String(length=8), nullable=False),
        sa.Column("open_conflicts", sa.Integer(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("phase IN ('received', 'has_issues', 'approved', 'rejected')", name=op.f("ck_record_phase")),
        sa.CheckConstraint("rev >= 1", name=op.f("ck_record_rev")),
        sa.ForeignKeyConstraint(["author_id"], ["person.person_id"], name=op.f("fk_record_author_id")),
        sa.ForeignKeyConstraint(
            ["form_id", "form_version"],
            ["form_version.form_id", "form_version.version"],
            name=op.f("fk_record_form_id_form_version"),
        ),
        sa.ForeignKeyConstraint(["unit_code"], ["org_unit.code"], name=op.f("fk_record_unit_code")),
        sa.PrimaryKeyConstraint("rec", name=op.f("pk_record")),
    )
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_record_scope"), ["scope"], unique=False)
        batch_op.create_index("ix_record_unit_code_form_id_state", ["unit_code", "form_id", "state"], unique=False)

    op.create_table(
        "conflict",
        sa.Column("rec", sa.String(length=36), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("head", sa.JSON(), nullable=False),
        sa.Column("other", sa.JSON(), nullable=False),
        sa.Column("other_op", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_rev", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["other_op"], ["op.h"], name=op.f("fk_conflict_other_op")),
        sa.ForeignKeyConstraint(["rec"], ["record.rec"], name=op.f("fk_conflict_rec")),
        sa.PrimaryKeyConstraint("rec", "rev", "path", name=op.f("pk_conflict")),
    )
    op.create_table(
        "feed",
        sa.Column("scope", sa.String(length=130), nullable=False),
        sa.Column("rec", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.CheckConstraint("kind IN ('doc', 'leave', 'void')", name=op.f("ck_feed_kind")),
        sa.ForeignKeyConstraint(["rec"], ["record.rec"], name=op.f("fk_feed_rec")),
        sa.PrimaryKeyConstraint("scope", "rec", name=op.f("pk_feed")),
        sa.UniqueConstraint("seq", name=op.f("uq_feed_seq")),
    )
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.create_index("ix_feed_scope_seq", ["scope", "seq"], unique=False)

    op.create_table(
        "revision",
        sa.Column("rec", sa.String(length=36), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=True),
        sa.Column("op_h", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("answers_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=130), nullable=False),
        sa.Column("entry", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["op_h"], ["op.h"], name=op.f("fk_revision_op_h")),
        sa.ForeignKeyConstraint(["rec"], ["record.rec"], name=op.f("fk_revision_rec")),
        sa.PrimaryKeyConstraint("rec", "rev", name=op.f("pk_revision")),
        sa.UniqueConstraint("hash", name=op.f("uq_revision_hash")),
    )
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_revision_op_h"), ["op_h"], unique=False)

    op.execute("INSERT INTO counter (one, last) VALUES (1, 0)")
    op.execute(f"INSERT INTO audit_head (one, seq, hash) VALUES (1, 0, '{'0' * 64}')")
