"""Find what is public now without reading it

Why: the public pages count and list by place, month, entry and group. With the text of every item in its row,
counting meant reading all of it; this index holds what is counted by, so that the text is read only of what is shown.
"""

from alembic import op

revision = "0019"
down_revision = "0018"

COLUMNS = ["audience", "state", "village", "published_at", "id", "entry", "group", "period"]


def upgrade() -> None:
    op.create_index("ix_publication_public", "publication", COLUMNS)


def downgrade() -> None:
    op.drop_index("ix_publication_public", "publication")
