"""Make the tables of the main line

Why: from a village's upload through three approvals to the township's figures. Impossible states are refused
here: check constraints, partial unique indexes, and composite foreign keys that carry the village.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("chain", sa.String(length=12), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=True),
        sa.Column("actor_name", sa.String(length=100), nullable=False),
        sa.Column("post_id", sa.String(length=26), nullable=True),
        sa.Column("post_title", sa.String(length=100), nullable=True),
        sa.Column("stands_in_for", sa.String(length=26), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("algorithm", sa.String(length=10), nullable=False),
        sa.Column("previous", sa.String(length=80), nullable=False),
        sa.Column("hash", sa.String(length=80), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_audit_entry_counts_from_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("chain", "seq", name=op.f("uq_audit_entry_chain_seq")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_chain_at"), ["chain", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("chain", sa.String(length=12), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "division",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("parent_code", sa.String(length=12), nullable=True),
        sa.Column("on_platform_from", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "level IN ('province', 'prefecture', 'county', 'township', 'village', 'community')",
            name=op.f("ck_division_level_known"),
        ),
        sa.CheckConstraint("length(code) = 12", name=op.f("ck_division_code_has_12_digits")),
        sa.ForeignKeyConstraint(["parent_code"], ["division.code"], name=op.f("fk_division_parent_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_division")),
    )
    with op.batch_alter_table("division", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_division_parent_code"), ["parent_code"], unique=False)

    op.create_table(
        "failed_sign_in",
        sa.Column("name_digest", sa.String(length=80), nullable=False),
        sa.Column("address_digest", sa.String(length=80), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name_digest", "address_digest", name=op.f("pk_failed_sign_in")),
    )
    op.create_table(
        "number_counter",
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("village", "year", name=op.f("pk_number_counter")),
    )
    op.create_table(
        "publication",
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("village_name", sa.String(length=60), nullable=False),
        sa.Column("entry", sa.String(length=3), nullable=False),
        sa.Column("entry_name", sa.String(length=100), nullable=False),
        sa.Column("group", sa.String(length=1), nullable=False),
        sa.Column("group_name", sa.String(length=40), nullable=False),
        sa.Column("office_name", sa.String(length=60), nullable=False),
        sa.Column("legal_basis", sa.String(length=500), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("period", sa.String(length=10), nullable=True),
        sa.Column("event_on", sa.Date(), nullable=True),
        sa.Column("nothing_to_report", sa.Boolean(), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_until", sa.Date(), nullable=True),
        sa.Column("public_until_is_provisional", sa.Boolean(), nullable=False),
        sa.Column("supersedes", sa.String(length=26), nullable=True),
        sa.Column("superseded_by", sa.String(length=26), nullable=True),
        sa.Column("change_note", sa.String(length=500), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=1000), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'published') = (body IS NOT NULL)", name=op.f("ck_publication_only_published_has_a_body")
        ),
        sa.CheckConstraint(
            "state != 'superseded' OR superseded_by IS NOT NULL", name=op.f("ck_publication_superseded_by_something")
        ),
        sa.CheckConstraint(
            "state IN ('published', 'superseded', 'suspended', 'withdrawn')", name=op.f("ck_publication_state_known")
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_publication")),
        sa.UniqueConstraint("id", name=op.f("uq_publication_id")),
    )
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_publication_state_published_at_id"), ["state", "published_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_publication_village_published_at"), ["village", "published_at"], unique=False
        )
        batch_op.create_index(
            "uq_publication_number",
            ["number"],
            unique=True,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )

    op.create_table(
        "stored_answer",
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=80), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("posts", sa.JSON(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_stored_answer")),
    )
    with op.batch_alter_table("stored_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stored_answer_stored_at"), ["stored_at"], unique=False)

    op.create_table(
        "monthly_cell",
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("entry", sa.String(length=3), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("published", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Integer(), nullable=False),
        sa.Column("corrected", sa.Integer(), nullable=False),
        sa.Column("submitted", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["village"], ["division.code"], name=op.f("fk_monthly_cell_village")),
        sa.PrimaryKeyConstraint("village", "entry", "month", name=op.f("pk_monthly_cell")),
    )
    with op.batch_alter_table("monthly_cell", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_monthly_cell_month_village"), ["month", "village"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("username", sa.String(length=60), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["division"], ["division.code"], name=op.f("fk_person_division")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("username", name=op.f("uq_person_username")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_division"), ["division"], unique=False)

    op.create_table(
        "published_attachment",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("publication_id", sa.String(length=26), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("storage_key", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_published_attachment_publication_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_attachment")),
    )
    with op.batch_alter_table("published_attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_published_attachment_publication_id"), ["publication_id"], unique=False)

    op.create_table(
        "township",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("full_name", sa.String(length=100), nullable=False),
        sa.Column("publisher", sa.String(length=100), nullable=False),
        sa.Column("contact", sa.JSON(), nullable=False),
        sa.Column("review_days", sa.JSON(), nullable=False),
        sa.Column("working_hours", sa.JSON(), nullable=False),
        sa.Column("due", sa.JSON(), nullable=False),
        sa.Column("regional_holidays", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["division.code"], name=op.f("fk_township_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_township")),
    )
    op.create_table(
        "channel",
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("counted_from_disclosures", sa.Boolean(), nullable=False),
        sa.Column("takes_complaints", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_channel_township")),
        sa.PrimaryKeyConstraint("township", "key", name=op.f("pk_channel")),
        sa.UniqueConstraint("township", "name", name=op.f("uq_channel_township_name")),
    )
    op.create_table(
        "closing",
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.String(length=26), nullable=True),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_closing_closed_by")),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_closing_township")),
        sa.PrimaryKeyConstraint("township", "month", name=op.f("pk_closing")),
    )
    op.create_table(
        "complaint",
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("import_id", sa.String(length=26), nullable=True),
        sa.Column("created_by", sa.String(length=26), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "source IN ('weibo', 'mini_program', 'telephone', 'visit')", name=op.f("ck_complaint_source_known")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (void_reason IS NULL)", name=op.f("ck_complaint_voided_with_a_reason")
        ),
        sa.CheckConstraint("answer IS NULL OR answered_at IS NOT NULL", name=op.f("ck_complaint_answer_has_a_time")),
        sa.CheckConstraint(
            "answered_at IS NULL OR answered_at >= received_at", name=op.f("ck_complaint_answered_after_received")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_complaint_created_by")),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_complaint_township")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
    )
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_complaint_township_source_received_at"), ["township", "source", "received_at"], unique=False
        )

    op.create_table(
        "complaint_tally",
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.String(length=500), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("import_id", sa.String(length=26), nullable=True),
        sa.Column("created_by", sa.String(length=26), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "source IN ('weibo', 'mini_program', 'telephone', 'visit')", name=op.f("ck_complaint_tally_source_known")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (void_reason IS NULL)", name=op.f("ck_complaint_tally_voided_with_a_reason")
        ),
        sa.CheckConstraint(
            "0 <= answered AND answered <= received", name=op.f("ck_complaint_tally_answered_within_received")
        ),
        sa.CheckConstraint("length(period) IN (4, 7)", name=op.f("ck_complaint_tally_month_or_year")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_complaint_tally_created_by")),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_complaint_tally_township")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_tally")),
    )
    with op.batch_alter_table("complaint_tally", schema=None) as batch_op:
        batch_op.create_index(
            "uq_complaint_tally_counted",
            ["township", "source", "period"],
            unique=True,
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        )

    op.create_table(
        "inbox_notice",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("disclosure_id", sa.String(length=26), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_inbox_notice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_notice")),
    )
    with op.batch_alter_table("inbox_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbox_notice_person_id_read_at"), ["person_id", "read_at"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("code_digest", sa.String(length=80), nullable=False),
        sa.Column("posts", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id")),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_invitation_township")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_invitation_code_digest")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_person_id"), ["person_id"], unique=False)

    op.create_table(
        "ledger_declaration",
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("ledger", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("declared_by", sa.String(length=26), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["declared_by"], ["person.id"], name=op.f("fk_ledger_declaration_declared_by")),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_ledger_declaration_township")),
        sa.PrimaryKeyConstraint("township", "ledger", "year", name=op.f("pk_ledger_declaration")),
    )
    op.create_table(
        "office",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_office_township")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office")),
        sa.UniqueConstraint("township", "key", name=op.f("uq_office_township_key")),
        sa.UniqueConstraint("township", "name", name=op.f("uq_office_township_name")),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("address_digest", sa.String(length=80), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_person_id"), ["person_id"], unique=False)

    op.create_table(
        "training",
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("attendees", sa.Integer(), nullable=True),
        sa.Column("level", sa.String(length=40), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("import_id", sa.String(length=26), nullable=True),
        sa.Column("created_by", sa.String(length=26), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (void_reason IS NULL)", name=op.f("ck_training_voided_with_a_reason")
        ),
        sa.CheckConstraint("attendees IS NULL OR attendees >= 0", name=op.f("ck_training_attendees_not_negative")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_training_created_by")),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_training_township")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training")),
    )
    with op.batch_alter_table("training", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_township_held_on"), ["township", "held_on"], unique=False)

    op.create_table(
        "catalogue_entry",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=3), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("group", sa.String(length=1), nullable=False),
        sa.Column("group_name", sa.String(length=40), nullable=False),
        sa.Column("frequency", sa.String(length=20), nullable=False),
        sa.Column("also_summarised", sa.String(length=20), nullable=True),
        sa.Column("staged", sa.Boolean(), nullable=False),
        sa.Column("publicity", sa.String(length=10), nullable=False),
        sa.Column("office_id", sa.String(length=26), nullable=False),
        sa.Column("privacy", sa.String(length=2), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "also_summarised IS NULL OR frequency = 'on_event'",
            name=op.f("ck_catalogue_entry_only_events_are_summarised"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_catalogue_entry_office_id")),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_catalogue_entry_township")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_entry")),
        sa.UniqueConstraint("township", "code", name=op.f("uq_catalogue_entry_township_code")),
    )
    op.create_table(
        "channel_post",
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("disclosure", sa.String(length=26), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("import_id", sa.String(length=26), nullable=True),
        sa.Column("created_by", sa.String(length=26), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (void_reason IS NULL)", name=op.f("ck_channel_post_voided_with_a_reason")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_channel_post_created_by")),
        sa.ForeignKeyConstraint(
            ["township", "channel"], ["channel.township", "channel.key"], name=op.f("fk_channel_post_township_channel")
        ),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_channel_post_township")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_post")),
    )
    with op.batch_alter_table("channel_post", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_channel_post_township_channel_posted_on"), ["township", "channel", "posted_on"], unique=False
        )

    op.create_table(
        "channel_tally",
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.String(length=500), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("import_id", sa.String(length=26), nullable=True),
        sa.Column("created_by", sa.String(length=26), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (void_reason IS NULL)", name=op.f("ck_channel_tally_voided_with_a_reason")
        ),
        sa.CheckConstraint("count >= 0", name=op.f("ck_channel_tally_count_not_negative")),
        sa.CheckConstraint("length(period) IN (4, 7)", name=op.f("ck_channel_tally_month_or_year")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_channel_tally_created_by")),
        sa.ForeignKeyConstraint(
            ["township", "channel"], ["channel.township", "channel.key"], name=op.f("fk_channel_tally_township_channel")
        ),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_channel_tally_township")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_tally")),
    )
    with op.batch_alter_table("channel_tally", schema=None) as batch_op:
        batch_op.create_index(
            "uq_channel_tally_counted",
            ["township", "channel", "period"],
            unique=True,
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        )

    op.create_table(
        "post",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("office_id", sa.String(length=26), nullable=True),
        sa.CheckConstraint(
            "role != 'office_reviewer' OR office_id IS NOT NULL", name=op.f("ck_post_reviewer_has_office")
        ),
        sa.CheckConstraint(
            "role IN ('uploader', 'secrecy_officer', 'office_reviewer', 'leader', 'administrator', 'auditor', 'observer')",
            name=op.f("ck_post_role_known"),
        ),
        sa.ForeignKeyConstraint(["division"], ["division.code"], name=op.f("fk_post_division")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_post_office_id")),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_post_township")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("township", "key", name=op.f("uq_post_township_key")),
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_division"), ["division"], unique=False)

    op.create_table(
        "refresh_token",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("sign_in_id", sa.String(length=26), nullable=False),
        sa.Column("token_digest", sa.String(length=80), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("successor_id", sa.String(length=26), nullable=True),
        sa.Column("retried", sa.Boolean(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["sign_in_id"], ["sign_in.id"], name=op.f("fk_refresh_token_sign_in_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_token")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_refresh_token_token_digest")),
    )
    with op.batch_alter_table("refresh_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refresh_token_sign_in_id"), ["sign_in_id"], unique=False)

    op.create_table(
        "appointment",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("post_id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("until_at IS NULL OR until_at > from_at", name=op.f("ck_appointment_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_appointment_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_appointment_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointment_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointment_post_id_from_at"), ["post_id", "from_at"], unique=False)
        batch_op.create_index(
            "uq_appointment_open",
            ["post_id"],
            unique=True,
            sqlite_where=sa.text("until_at IS NULL"),
            postgresql_where=sa.text("until_at IS NULL"),
        )

    op.create_table(
        "delegation",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("post_id", sa.String(length=26), nullable=False),
        sa.Column("for_person_id", sa.String(length=26), nullable=False),
        sa.Column("to_person_id", sa.String(length=26), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=26), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("to_person_id != for_person_id", name=op.f("ck_delegation_somebody_else")),
        sa.CheckConstraint("until_at > from_at", name=op.f("ck_delegation_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_delegation_created_by")),
        sa.ForeignKeyConstraint(["for_person_id"], ["person.id"], name=op.f("fk_delegation_for_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_delegation_post_id")),
        sa.ForeignKeyConstraint(["to_person_id"], ["person.id"], name=op.f("fk_delegation_to_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delegation_post_id"), ["post_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delegation_to_person_id"), ["to_person_id"], unique=False)

    op.create_table(
        "disclosure",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("entry", sa.String(length=3), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=True),
        sa.Column("event_on", sa.Date(), nullable=True),
        sa.Column("nothing_to_report", sa.Boolean(), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("created_by", sa.String(length=26), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stage", sa.String(length=20), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal_reason", sa.String(length=1000), nullable=True),
        sa.Column("supersedes_id", sa.String(length=26), nullable=True),
        sa.Column("change_note", sa.String(length=500), nullable=True),
        sa.Column("number", sa.String(length=30), nullable=True),
        sa.Column("originally_published_on", sa.Date(), nullable=True),
        sa.Column("counts_in", sa.String(length=7), nullable=True),
        sa.Column("taken_out_in", sa.String(length=7), nullable=True),
        sa.CheckConstraint(
            "(state = 'in_review') = (stage IS NOT NULL)", name=op.f("ck_disclosure_stage_while_in_review")
        ),
        sa.CheckConstraint("audience IN ('public', 'villagers')", name=op.f("ck_disclosure_audience_known")),
        sa.CheckConstraint(
            "state != 'published' OR (number IS NOT NULL AND published_at IS NOT NULL)",
            name=op.f("ck_disclosure_published_has_a_number"),
        ),
        sa.CheckConstraint(
            "state != 'withdrawn' OR withdrawn_at IS NOT NULL", name=op.f("ck_disclosure_withdrawn_has_a_time")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'imported', 'in_review', 'returned', 'referred', 'refused', 'published', 'superseded', 'suspended', 'withdrawn')",
            name=op.f("ck_disclosure_state_known"),
        ),
        sa.CheckConstraint("(period IS NULL) != (event_on IS NULL)", name=op.f("ck_disclosure_period_or_event")),
        sa.CheckConstraint(
            "taken_out_in IS NULL OR counts_in IS NOT NULL", name=op.f("ck_disclosure_only_counted_is_taken_out")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_disclosure_created_by")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["disclosure.id"], name=op.f("fk_disclosure_supersedes_id")),
        sa.ForeignKeyConstraint(
            ["township", "entry"],
            ["catalogue_entry.township", "catalogue_entry.code"],
            name=op.f("fk_disclosure_township_entry"),
        ),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_disclosure_township")),
        sa.ForeignKeyConstraint(["village"], ["division.code"], name=op.f("fk_disclosure_village")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
        sa.UniqueConstraint("id", "village", name=op.f("uq_disclosure_id_village")),
    )
    with op.batch_alter_table("disclosure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disclosure_supersedes_id"), ["supersedes_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_disclosure_village_counts_in"), ["village", "counts_in"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_disclosure_village_entry_period"), ["village", "entry", "period"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_disclosure_village_state"), ["village", "state"], unique=False)
        batch_op.create_index(
            "uq_disclosure_number",
            ["number"],
            unique=True,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )
        batch_op.create_index(
            "uq_disclosure_running_correction",
            ["supersedes_id"],
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL AND state IN ('draft', 'in_review', 'returned', 'referred')"),
            postgresql_where=sa.text("deleted_at IS NULL AND state IN ('draft', 'in_review', 'returned', 'referred')"),
        )

    op.create_table(
        "excused_duty",
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("entry", sa.String(length=3), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_excused_duty_person_id")),
        sa.ForeignKeyConstraint(
            ["township", "entry"],
            ["catalogue_entry.township", "catalogue_entry.code"],
            name=op.f("fk_excused_duty_township_entry"),
        ),
        sa.ForeignKeyConstraint(["village"], ["division.code"], name=op.f("fk_excused_duty_village")),
        sa.PrimaryKeyConstraint("village", "entry", "period", name=op.f("pk_excused_duty")),
    )
    op.create_table(
        "legal_basis",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("entry_id", sa.String(length=26), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("law", sa.String(length=100), nullable=False),
        sa.Column("article", sa.String(length=60), nullable=True),
        sa.Column("article_expected", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["catalogue_entry.id"], name=op.f("fk_legal_basis_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_basis")),
    )
    with op.batch_alter_table("legal_basis", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_legal_basis_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("disclosure_id", sa.String(length=26), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("storage_key", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('pending', 'ready')", name=op.f("ck_attachment_status_known")),
        sa.ForeignKeyConstraint(
            ["disclosure_id", "village"],
            ["disclosure.id", "disclosure.village"],
            name=op.f("fk_attachment_disclosure_id_village"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_attachment_storage_key")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_disclosure_id"), ["disclosure_id"], unique=False)

    op.create_table(
        "review_case",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("disclosure_id", sa.String(length=26), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("entry", sa.String(length=3), nullable=False),
        sa.Column("submission", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("chain", sa.JSON(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("office_id", sa.String(length=26), nullable=False),
        sa.Column("asked_office_id", sa.String(length=26), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("referred", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_review_case_closed_has_an_outcome")
        ),
        sa.ForeignKeyConstraint(["asked_office_id"], ["office.id"], name=op.f("fk_review_case_asked_office_id")),
        sa.ForeignKeyConstraint(
            ["disclosure_id", "village"],
            ["disclosure.id", "disclosure.village"],
            name=op.f("fk_review_case_disclosure_id_village"),
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_review_case_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_case")),
        sa.UniqueConstraint("disclosure_id", "submission", name=op.f("uq_review_case_disclosure_id_submission")),
        sa.UniqueConstraint("id", "village", name=op.f("uq_review_case_id_village")),
    )
    with op.batch_alter_table("review_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_case_due_at"), ["due_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_review_case_village_closed_at_stage"), ["village", "closed_at", "stage"], unique=False
        )
        batch_op.create_index(
            "uq_review_case_open",
            ["disclosure_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "revision",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("disclosure_id", sa.String(length=26), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=True),
        sa.Column("stands_in_for", sa.String(length=26), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["disclosure_id", "village"],
            ["disclosure.id", "disclosure.village"],
            name=op.f("fk_revision_disclosure_id_village"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_revision_person_id")),
        sa.ForeignKeyConstraint(["stands_in_for"], ["person.id"], name=op.f("fk_revision_stands_in_for")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("disclosure_id", "revision", name=op.f("uq_revision_disclosure_id_revision")),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("disclosure_id", sa.String(length=26), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("entry", sa.String(length=3), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("checklist", sa.JSON(), nullable=False),
        sa.Column("comment", sa.String(length=1000), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("stands_in_for", sa.String(length=26), nullable=True),
        sa.Column("post_id", sa.String(length=26), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("working_seconds", sa.Integer(), nullable=False),
        sa.CheckConstraint("outcome = 'approve' OR comment <> ''", name=op.f("ck_decision_all_but_approval_say_why")),
        sa.CheckConstraint(
            "outcome IN ('approve', 'return', 'refuse', 'refer')", name=op.f("ck_decision_outcome_known")
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "village"], ["review_case.id", "review_case.village"], name=op.f("fk_decision_case_id_village")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_decision_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_decision_post_id")),
        sa.ForeignKeyConstraint(["stands_in_for"], ["person.id"], name=op.f("fk_decision_stands_in_for")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("case_id", "stage", name=op.f("uq_decision_case_id_stage")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_disclosure_id"), ["disclosure_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_village_entry_at"), ["village", "entry", "at"], unique=False)

    op.create_table(
        "forwarding",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("from_office_id", sa.String(length=26), nullable=False),
        sa.Column("to_office_id", sa.String(length=26), nullable=False),
        sa.Column("comment", sa.String(length=1000), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=True),
        sa.Column("answered_by", sa.String(length=26), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_forwarding_answered_by")),
        sa.ForeignKeyConstraint(
            ["case_id", "village"],
            ["review_case.id", "review_case.village"],
            name=op.f("fk_forwarding_case_id_village"),
        ),
        sa.ForeignKeyConstraint(["from_office_id"], ["office.id"], name=op.f("fk_forwarding_from_office_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_forwarding_person_id")),
        sa.ForeignKeyConstraint(["to_office_id"], ["office.id"], name=op.f("fk_forwarding_to_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forwarding")),
    )
    with op.batch_alter_table("forwarding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_forwarding_case_id"), ["case_id"], unique=False)

    op.create_table(
        "referral_answer",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("answered_from", sa.String(length=100), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("comment", sa.String(length=1000), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome IN ('release', 'refuse')", name=op.f("ck_referral_answer_outcome_known")),
        sa.ForeignKeyConstraint(
            ["case_id", "village"],
            ["review_case.id", "review_case.village"],
            name=op.f("fk_referral_answer_case_id_village"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_referral_answer_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_answer")),
        sa.UniqueConstraint("case_id", name=op.f("uq_referral_answer_case_id")),
    )


def downgrade() -> None:
    op.drop_table("referral_answer")
    with op.batch_alter_table("forwarding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_forwarding_case_id"))

    op.drop_table("forwarding")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_village_entry_at"))
        batch_op.drop_index(batch_op.f("ix_decision_disclosure_id"))

    op.drop_table("decision")
    op.drop_table("revision")
    with op.batch_alter_table("review_case", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_review_case_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_review_case_village_closed_at_stage"))
        batch_op.drop_index(batch_op.f("ix_review_case_due_at"))

    op.drop_table("review_case")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_disclosure_id"))

    op.drop_table("attachment")
    with op.batch_alter_table("legal_basis", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_legal_basis_entry_id"))

    op.drop_table("legal_basis")
    op.drop_table("excused_duty")
    with op.batch_alter_table("disclosure", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_disclosure_running_correction",
            sqlite_where=sa.text("deleted_at IS NULL AND state IN ('draft', 'in_review', 'returned', 'referred')"),
            postgresql_where=sa.text("deleted_at IS NULL AND state IN ('draft', 'in_review', 'returned', 'referred')"),
        )
        batch_op.drop_index(
            "uq_disclosure_number",
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )
        batch_op.drop_index(batch_op.f("ix_disclosure_village_state"))
        batch_op.drop_index(batch_op.f("ix_disclosure_village_entry_period"))
        batch_op.drop_index(batch_op.f("ix_disclosure_village_counts_in"))
        batch_op.drop_index(batch_op.f("ix_disclosure_supersedes_id"))

    op.drop_table("disclosure")
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delegation_to_person_id"))
        batch_op.drop_index(batch_op.f("ix_delegation_post_id"))

    op.drop_table("delegation")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_appointment_open",
            sqlite_where=sa.text("until_at IS NULL"),
            postgresql_where=sa.text("until_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_appointment_post_id_from_at"))
        batch_op.drop_index(batch_op.f("ix_appointment_person_id"))

    op.drop_table("appointment")
    with op.batch_alter_table("refresh_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refresh_token_sign_in_id"))

    op.drop_table("refresh_token")
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_division"))

    op.drop_table("post")
    with op.batch_alter_table("channel_tally", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_channel_tally_counted",
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        )

    op.drop_table("channel_tally")
    with op.batch_alter_table("channel_post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_channel_post_township_channel_posted_on"))

    op.drop_table("channel_post")
    op.drop_table("catalogue_entry")
    with op.batch_alter_table("training", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_township_held_on"))

    op.drop_table("training")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_person_id"))

    op.drop_table("sign_in")
    op.drop_table("office")
    op.drop_table("ledger_declaration")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_person_id"))

    op.drop_table("invitation")
    with op.batch_alter_table("inbox_notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inbox_notice_person_id_read_at"))

    op.drop_table("inbox_notice")
    with op.batch_alter_table("complaint_tally", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_complaint_tally_counted",
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        )

    op.drop_table("complaint_tally")
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_complaint_township_source_received_at"))

    op.drop_table("complaint")
    op.drop_table("closing")
    op.drop_table("channel")
    op.drop_table("township")
    with op.batch_alter_table("published_attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_published_attachment_publication_id"))

    op.drop_table("published_attachment")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_division"))

    op.drop_table("person")
    with op.batch_alter_table("monthly_cell", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_monthly_cell_month_village"))

    op.drop_table("monthly_cell")
    with op.batch_alter_table("stored_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stored_answer_stored_at"))

    op.drop_table("stored_answer")
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_publication_number",
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )
        batch_op.drop_index(batch_op.f("ix_publication_village_published_at"))
        batch_op.drop_index(batch_op.f("ix_publication_state_published_at_id"))

    op.drop_table("publication")
    op.drop_table("number_counter")
    op.drop_table("failed_sign_in")
    with op.batch_alter_table("division", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_division_parent_code"))

    op.drop_table("division")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_subject_id"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_chain_at"))

    op.drop_table("audit_entry")
