"""Say of each file whether a machine could read it, and remember its thumbnail

Why: a scan has to be read by a person, so the reviewer must be told; and a thumbnail is served only when its bytes
are still those that were made from the approved picture. Files from before are taken to have text.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("attachment") as batch:
        batch.add_column(sa.Column("has_text", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch.add_column(sa.Column("thumbnail_digest", sa.String(length=80), nullable=True))
    with op.batch_alter_table("published_attachment") as batch:
        batch.add_column(sa.Column("thumbnail_digest", sa.String(length=80), nullable=True))
    with op.batch_alter_table("attachment") as batch:
        batch.alter_column("has_text", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("published_attachment") as batch:
        batch.drop_column("thumbnail_digest")
    with op.batch_alter_table("attachment") as batch:
        batch.drop_column("thumbnail_digest")
        batch.drop_column("has_text")
