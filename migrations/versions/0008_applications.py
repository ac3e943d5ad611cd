"""Make the tables of applications, of their events and of every move of their due dates

Why: what an application counts as in the annual form, and by when it is to be answered, follows from what happened to
it, so events and moves are kept as written and triggers refuse to change them. The counter gives numbers without gaps.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

INSERT_ONLY = ("application_event", "application_due_change")
ACTS = ("UPDATE", "DELETE")


def upgrade() -> None:
    op.create_table(
        "application",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applicant_kind", sa.String(length=20), nullable=True),
        sa.Column("applicant_name", sa.String(length=100), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("recorded_afterwards", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("received_year", sa.Integer(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_year", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=30), nullable=True),
        sa.Column("fee_paid", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("national_due_on", sa.Date(), nullable=True),
        sa.Column("remind_on", sa.Date(), nullable=True),
        sa.Column("due_status", sa.String(length=20), nullable=False),
        sa.Column("due_reasons", sa.JSON(), nullable=False),
        sa.Column("side_clocks", sa.JSON(), nullable=False),
        sa.Column("missing_years", sa.JSON(), nullable=False),
        sa.Column("calendar_edition", sa.String(length=40), nullable=True),
        sa.Column("import_id", sa.String(length=26), nullable=True),
        sa.Column("created_by", sa.String(length=26), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_year IS NOT NULL)", name=op.f("ck_application_closed_has_a_year")
        ),
        sa.CheckConstraint(
            "applicant_kind IN ('natural_person', 'commercial', 'research', 'welfare', 'legal_service', 'other')",
            name=op.f("ck_application_applicant_kind_known"),
        ),
        sa.CheckConstraint(
            "channel IN ('in_person', 'signed_mail', 'ordinary_mail', 'online', 'fax')",
            name=op.f("ck_application_channel_known"),
        ),
        sa.CheckConstraint(
            "due_status IN ('not_started', 'fixed', 'provisional', 'paused', 'closed')",
            name=op.f("ck_application_due_status_known"),
        ),
        sa.CheckConstraint(
            "outcome IN ('already_public', 'disclosed', 'partial', 'state_secret', 'forbidden_by_law', 'security_and_stability', 'third_party_rights', 'internal_affairs', 'process_information', 'enforcement_file', 'special_inquiry', 'not_held', 'not_responsible', 'needs_making', 'still_unclear', 'petition', 'repeated', 'printed_publication', 'excessive', 'reissue', 'abandoned_uncorrected', 'abandoned_unpaid', 'withdrawn', 'other')",
            name=op.f("ck_application_outcome_known"),
        ),
        sa.CheckConstraint("outcome IS NULL OR state = 'closed'", name=op.f("ck_application_outcome_when_closed")),
        sa.CheckConstraint(
            "fee_paid IS NULL OR (recorded_afterwards AND fee_paid >= 0)", name=op.f("ck_application_fee_of_a_record")
        ),
        sa.CheckConstraint(
            "state IN ('unconfirmed', 'running', 'correcting', 'asking_third_party', 'asking_agency', 'asking_both', 'awaiting_fee', 'closed')",
            name=op.f("ck_application_state_known"),
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (void_reason IS NULL)", name=op.f("ck_application_voided_with_a_reason")
        ),
        sa.CheckConstraint("received_year <= closed_year", name=op.f("ck_application_closed_after_received")),
        sa.CheckConstraint(
            "recorded_afterwards OR (channel IS NOT NULL AND submitted_at IS NOT NULL AND applicant_kind IS NOT NULL AND applicant_name IS NOT NULL AND subject IS NOT NULL)",
            name=op.f("ck_application_complete_unless_recorded_afterwards"),
        ),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_application_created_by")),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_application_township")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("township", "year", "serial", name=op.f("uq_application_township_year_serial")),
    )
    op.create_index(op.f("ix_application_township_closed_year"), "application", ["township", "closed_year"])
    op.create_index(op.f("ix_application_township_received_year"), "application", ["township", "received_year"])
    op.create_index(op.f("ix_application_township_state_remind_on"), "application", ["township", "state", "remind_on"])

    op.create_table(
        "application_counter",
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_application_counter_township")),
        sa.PrimaryKeyConstraint("township", "year", name=op.f("pk_application_counter")),
    )
    op.create_table(
        "application_event",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("application_id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("rescinds", sa.String(length=26), nullable=True),
        sa.Column("recorded_by", sa.String(length=26), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'rescinded') = (rescinds IS NOT NULL)", name=op.f("ck_application_event_rescinded_names_an_event")
        ),
        sa.CheckConstraint(
            "kind IN ('confirmed', 'correction_requested', 'corrected', 'not_corrected', 'third_party_asked', 'third_party_replied', 'agency_asked', 'agency_replied', 'extended', 'reasons_requested', 'delayed', 'fee_notified', 'fee_paid', 'fee_unpaid', 'answered', 'withdrawn', 'rescinded')",
            name=op.f("ck_application_event_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_event_application_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_application_event_recorded_by")),
        sa.ForeignKeyConstraint(["rescinds"], ["application_event.id"], name=op.f("fk_application_event_rescinds")),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_application_event_township")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_event")),
        sa.UniqueConstraint("application_id", "seq", name=op.f("uq_application_event_application_id_seq")),
        sa.UniqueConstraint("rescinds", name=op.f("uq_application_event_rescinds")),
    )
    op.create_index(op.f("ix_application_event_township_kind_at"), "application_event", ["township", "kind", "at"])

    op.create_table(
        "application_reminder",
        sa.Column("application_id", sa.String(length=26), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_reminder_application_id")
        ),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_application_reminder_township")),
        sa.PrimaryKeyConstraint("application_id", "stage", "due_on", name=op.f("pk_application_reminder")),
    )
    op.create_table(
        "application_due_change",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("application_id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.String(length=26), nullable=True),
        sa.Column("old_due_on", sa.Date(), nullable=True),
        sa.Column("new_due_on", sa.Date(), nullable=True),
        sa.Column("old_status", sa.String(length=20), nullable=False),
        sa.Column("new_status", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("edition", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_due_change_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["application_event.id"], name=op.f("fk_application_due_change_event_id")
        ),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_application_due_change_township")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_due_change")),
        sa.UniqueConstraint("application_id", "seq", name=op.f("uq_application_due_change_application_id_seq")),
    )
    for table in INSERT_ONLY:
        for act in ACTS:
            op.execute(_trigger(table, act))


def _trigger(table: str, act: str) -> str:
    name = f"{table}_refuses_{act.lower()}"
    if op.get_bind().dialect.name == "postgresql":
        return f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are kept as written'); END"
    )


def downgrade() -> None:
    op.drop_table("application_due_change")
    op.drop_table("application_reminder")

    op.drop_table("application_event")
    op.drop_table("application_counter")

    op.drop_table("application")
