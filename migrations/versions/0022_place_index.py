"""Find how an entry stands in a village without reading each of its items

Why: after an act the console asks what of that entry is unfinished, public or counted. The items of a place lie
scattered over the table, as they were written over the years, each with its text; this index holds what is asked
for, so that only the few that match are read. It serves whatever the narrower one did.
"""

from alembic import op

revision = "0022"
down_revision = "0021"

BEFORE = "ix_disclosure_village_entry_period"
COLUMNS = [
    "village",
    "entry",
    "period",
    "state",
    "event_on",
    "counts_in",
    "taken_out_in",
    "deleted_at",
    "supersedes_id",
    "first_published_at",
]


def upgrade() -> None:
    op.create_index("ix_disclosure_place", "disclosure", COLUMNS)
    op.drop_index(BEFORE, "disclosure")


def downgrade() -> None:
    op.create_index(BEFORE, "disclosure", COLUMNS[:3])
    op.drop_index("ix_disclosure_place", "disclosure")
