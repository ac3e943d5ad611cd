"""Keep what the WeChat platform gives to all workers

Why: every worker needs the same access token, and only one of them may ask for the next, so it stands in a row that
they share, encrypted, with the lease of the one that asks. Its pushes are repeated, so what was taken is remembered. A
mini-program code never expires, so each is made once. And its verdict on a published picture comes later, by a push
that names the check alone, so the check has to be kept.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "wechat_token",
        sa.Column("appid", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("fingerprint", sa.String(length=80), nullable=True),
        sa.Column("usable_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.String(length=26), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(sealed IS NULL) = (fingerprint IS NULL)", name=op.f("ck_wechat_token_known_by_its_fingerprint")
        ),
        sa.CheckConstraint("sealed IS NULL OR usable_until IS NOT NULL", name=op.f("ck_wechat_token_ends")),
        sa.CheckConstraint("(lease_token IS NULL) = (lease_until IS NULL)", name=op.f("ck_wechat_token_lease_ends")),
        sa.PrimaryKeyConstraint("appid", name=op.f("pk_wechat_token")),
    )
    op.create_table(
        "wechat_push",
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_wechat_push")),
    )
    op.create_index(op.f("ix_wechat_push_received_at"), "wechat_push", ["received_at"])
    op.create_table(
        "wechat_code",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("appid", sa.String(length=40), nullable=False),
        sa.Column("scene", sa.String(length=32), nullable=False),
        sa.Column("page", sa.String(length=128), nullable=False),
        sa.Column("env_version", sa.String(length=10), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wechat_code")),
        sa.UniqueConstraint(
            "appid", "scene", "page", "env_version", name=op.f("uq_wechat_code_appid_scene_page_env_version")
        ),
    )
    op.create_table(
        "media_check",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("attachment_id", sa.String(length=26), nullable=False),
        sa.Column("disclosure_id", sa.String(length=26), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("trace_id", sa.String(length=80), nullable=True),
        sa.Column("label", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=100), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'asked', 'passed', 'review', 'risky', 'unreachable', 'unchecked', 'overdue')",
            name=op.f("ck_media_check_state_known"),
        ),
        sa.CheckConstraint("state != 'asked' OR trace_id IS NOT NULL", name=op.f("ck_media_check_asked_has_trace")),
        sa.ForeignKeyConstraint(
            ["disclosure_id", "village"],
            ["disclosure.id", "disclosure.village"],
            name=op.f("fk_media_check_disclosure_id_village"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_check")),
        sa.UniqueConstraint("attachment_id", name=op.f("uq_media_check_attachment_id")),
        sa.UniqueConstraint("trace_id", name=op.f("uq_media_check_trace_id")),
    )
    op.create_index(op.f("ix_media_check_disclosure_id"), "media_check", ["disclosure_id"])


def downgrade() -> None:
    for table in ("media_check", "wechat_code", "wechat_push", "wechat_token"):
        op.drop_table(table)
