"""Number what changes for the public, and keep routing tables, webhooks and what was sent to them

Why: a platform that copies the public's view must be able to ask what came after the last change it knows and miss
none, so changes have numbers of their own, given in the order of their commits and never changed. What is public now
is numbered first, so that who reads from the beginning gets all of it; those events take the ids of their items. A
post elsewhere can be taken down, and can be no disclosure at all, so the ledger has to be able to say so.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

CHANGES = "publication_change"
ACTS = ("UPDATE", "DELETE")


def upgrade() -> None:
    _make_changes()
    _number_what_is_public()
    for act in ACTS:
        op.execute(_trigger(act))
    with op.batch_alter_table("channel_post") as batch:
        batch.add_column(sa.Column("removed_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("not_a_disclosure", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.create_check_constraint(
            op.f("ck_channel_post_removed_after_posted"), "removed_on IS NULL OR removed_on >= posted_on"
        )
        batch.create_check_constraint(
            op.f("ck_channel_post_either_a_disclosure_or_not"), "NOT not_a_disclosure OR disclosure IS NULL"
        )
    with op.batch_alter_table("channel_post") as batch:
        batch.alter_column("not_a_disclosure", server_default=None)
    _make_channels()


def _make_changes() -> None:
    op.create_table(
        "publication_change_head",
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("is_followed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_publication_change_head_township")),
        sa.PrimaryKeyConstraint("township", name=op.f("pk_publication_change_head")),
    )
    op.create_table(
        CHANGES,
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("publication_id", sa.String(length=26), nullable=False),
        sa.Column("event", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_publication_change_counts_from_one")),
        sa.CheckConstraint(
            "event IN ('published', 'corrected', 'suspended', 'released', 'withdrawn')",
            name=op.f("ck_publication_change_event_known"),
        ),
        sa.ForeignKeyConstraint(
            ["publication_id", "village"],
            ["disclosure.id", "disclosure.village"],
            name=op.f("fk_publication_change_publication_id_village"),
        ),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_publication_change_township")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_change")),
        sa.UniqueConstraint("township", "seq", name=op.f("uq_publication_change_township_seq")),
    )


def _number_what_is_public() -> None:
    op.execute(
        """
        INSERT INTO publication_change (id, township, seq, village, publication_id, event, at)
        SELECT p.id, d.township, row_number() OVER (PARTITION BY d.township ORDER BY p.published_at, p.id),
               p.village, p.id, 'published', p.published_at
        FROM publication p JOIN disclosure d ON d.id = p.id
        WHERE p.state = 'published' AND p.audience = 'public'
        """
    )
    op.execute(
        """
        INSERT INTO publication_change_head (township, seq, is_followed)
        SELECT township, max(seq), false FROM publication_change GROUP BY township
        """
    )


def _trigger(act: str) -> str:
    name = f"{CHANGES}_refuses_{act.lower()}"
    if op.get_bind().dialect.name == "postgresql":
        return f"CREATE TRIGGER {name} BEFORE {act} ON {CHANGES} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON {CHANGES} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {CHANGES} are kept as written'); END"
    )


def _make_channels() -> None:
    op.create_table(
        "channel_routing",
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_channel_routing_township")),
        sa.PrimaryKeyConstraint("township", "valid_from", name=op.f("pk_channel_routing")),
    )
    op.create_table(
        "rejected_suggestion",
        sa.Column("channel_post", sa.String(length=26), nullable=False),
        sa.Column("disclosure", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("rejected_by", sa.String(length=26), nullable=True),
        sa.Column("rejected_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_post"], ["channel_post.id"], name=op.f("fk_rejected_suggestion_channel_post")
        ),
        sa.ForeignKeyConstraint(["disclosure"], ["disclosure.id"], name=op.f("fk_rejected_suggestion_disclosure")),
        sa.ForeignKeyConstraint(["rejected_by"], ["person.id"], name=op.f("fk_rejected_suggestion_rejected_by")),
        sa.PrimaryKeyConstraint("channel_post", "disclosure", name=op.f("pk_rejected_suggestion")),
    )
    op.create_index(op.f("ix_rejected_suggestion_township"), "rejected_suggestion", ["township"])
    op.create_table(
        "webhook",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_up_to", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=26), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("key_version > 0", name=op.f("ck_webhook_keys_count_from_one")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_webhook_created_by")),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_webhook_township")),
        sa.ForeignKeyConstraint(
            ["township", "channel"], ["channel.township", "channel.key"], name=op.f("fk_webhook_township_channel")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_index(op.f("ix_webhook_township"), "webhook", ["township"])
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("webhook_id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("job_id", sa.String(length=26), nullable=False),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("event", sa.String(length=10), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("was_taken", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"], name=op.f("fk_webhook_delivery_webhook_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
    )
    op.create_index(op.f("ix_webhook_delivery_at"), "webhook_delivery", ["at"])
    op.create_index(op.f("ix_webhook_delivery_webhook_id"), "webhook_delivery", ["webhook_id"])


def downgrade() -> None:
    for table in ("webhook_delivery", "webhook", "rejected_suggestion", "channel_routing"):
        op.drop_table(table)
    with op.batch_alter_table("channel_post") as batch:
        batch.drop_constraint(op.f("ck_channel_post_either_a_disclosure_or_not"), type_="check")
        batch.drop_constraint(op.f("ck_channel_post_removed_after_posted"), type_="check")
        batch.drop_column("not_a_disclosure")
        batch.drop_column("removed_on")
    op.drop_table(CHANGES)
    op.drop_table("publication_change_head")
