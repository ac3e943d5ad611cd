"""Let notices speak of other things than disclosures, and make the outbox of WeChat messages

Why: an answer to a villager and a reminder of a duty are about no disclosure, so a notice names the kind of what it is
about, and a reminder the event that it tells a person of once. Sending a message to the platform cannot be repeated
safely, so that it is about to be sent is stored before the call, and what the platform answered after it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

STATES = "'queued', 'sending', 'sent', 'refused', 'failed', 'unknown', 'dropped'"


def upgrade() -> None:
    _name_subjects()
    op.create_table(
        "message",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=120), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=True),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("msgid", sa.String(length=40), nullable=True),
        sa.Column("errcode", sa.Integer(), nullable=True),
        sa.Column("rid", sa.String(length=80), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sending_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_message_state_known")),
        sa.CheckConstraint(
            "(state IN ('queued', 'sending')) = (ended_at IS NULL)", name=op.f("ck_message_ended_has_end")
        ),
        sa.CheckConstraint("state != 'sending' OR sending_at IS NOT NULL", name=op.f("ck_message_sending_since")),
        sa.CheckConstraint("state != 'sent' OR msgid IS NOT NULL", name=op.f("ck_message_sent_has_msgid")),
        sa.CheckConstraint("state != 'dropped' OR reason IS NOT NULL", name=op.f("ck_message_dropped_for_a_reason")),
        sa.CheckConstraint("NOT is_held OR state IN ('queued', 'dropped')", name=op.f("ck_message_held_is_not_sent")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_message_person_id")),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_message_township")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("person_id", "template", "event", name=op.f("uq_message_person_id_template_event")),
    )
    op.create_index(op.f("ix_message_township_state"), "message", ["township", "state"])
    op.create_index(op.f("ix_message_person_id_created_at"), "message", ["person_id", "created_at"])
    op.create_index(op.f("ix_message_msgid"), "message", ["msgid"])
    op.create_table(
        "subscription",
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("template_id", sa.String(length=64), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("remaining >= 0", name=op.f("ck_subscription_never_below_nothing")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_subscription_person_id")),
        sa.PrimaryKeyConstraint("person_id", "template_id", name=op.f("pk_subscription")),
    )
    op.create_table(
        "template_pause",
        sa.Column("template_id", sa.String(length=64), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("template_id", name=op.f("pk_template_pause")),
    )
    op.create_table(
        "unreachable_identity",
        sa.Column("identity_id", sa.String(length=26), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["wechat_identity.id"], name=op.f("fk_unreachable_identity_identity_id")
        ),
        sa.PrimaryKeyConstraint("identity_id", name=op.f("pk_unreachable_identity")),
    )


def _name_subjects() -> None:
    with op.batch_alter_table("inbox_notice") as batch:
        batch.add_column(sa.Column("subject_type", sa.String(length=20), nullable=True))
        batch.add_column(sa.Column("subject_id", sa.String(length=26), nullable=True))
        batch.add_column(sa.Column("event", sa.String(length=120), nullable=True))
    op.execute(
        "UPDATE inbox_notice SET subject_type = 'disclosure', subject_id = disclosure_id WHERE disclosure_id IS NOT NULL"
    )
    with op.batch_alter_table("inbox_notice") as batch:
        batch.drop_column("disclosure_id")
        batch.create_check_constraint(
            op.f("ck_inbox_notice_subject_whole"), "(subject_type IS NULL) = (subject_id IS NULL)"
        )
        batch.create_unique_constraint(op.f("uq_inbox_notice_person_id_event"), ["person_id", "event"])


def downgrade() -> None:
    for table in ("unreachable_identity", "template_pause", "subscription", "message"):
        op.drop_table(table)
    with op.batch_alter_table("inbox_notice") as batch:
        batch.drop_constraint(op.f("uq_inbox_notice_person_id_event"), type_="unique")
        batch.drop_constraint(op.f("ck_inbox_notice_subject_whole"), type_="check")
        batch.add_column(sa.Column("disclosure_id", sa.String(length=26), nullable=True))
    op.execute("UPDATE inbox_notice SET disclosure_id = subject_id WHERE subject_type = 'disclosure'")
    with op.batch_alter_table("inbox_notice") as batch:
        for column in ("event", "subject_id", "subject_type"):
            batch.drop_column(column)
