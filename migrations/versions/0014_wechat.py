"""Keep what the WeChat platform gives to all workers

Why: every worker needs the same access token, and only one of them may ask for the next, so it stands in a row that
they share, encrypted, with the lease of the one that asks.
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
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
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


def downgrade() -> None:
    op.drop_table("wechat_token")
