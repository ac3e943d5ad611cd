"""Let a sign-in be one of a browser, and say when it was last used

Why: pages sign in with a cookie, whose token is kept as a digest beside the sign-ins of the interface, so that
whatever ends a sign-in ends both kinds; people see their devices with the time of the last use.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0013"


def upgrade() -> None:
    with op.batch_alter_table("sign_in") as table:
        table.add_column(sa.Column("session_digest", sa.String(length=80), nullable=True))
        table.add_column(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
        table.create_unique_constraint(op.f("uq_sign_in_session_digest"), ["session_digest"])
    op.execute("UPDATE sign_in SET seen_at = begun_at")
    with op.batch_alter_table("sign_in") as table:
        table.alter_column("seen_at", nullable=False)


def downgrade() -> None:
    op.execute("DELETE FROM sign_in WHERE session_digest IS NOT NULL")
    with op.batch_alter_table("sign_in") as table:
        table.drop_constraint(op.f("uq_sign_in_session_digest"), type_="unique")
        table.drop_column("seen_at")
        table.drop_column("session_digest")
