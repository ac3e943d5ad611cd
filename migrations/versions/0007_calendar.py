"""Make the tables of imported years, of moved deadlines, and of what townships have seen and were told

Why: a city runs several machines, so a year that one of them is given as a file must reach all; an import is a new
edition over the shipped file. Editions and moves are evidence of why a deadline is the day it is, so they are kept
as written. What a township has seen tells whether its stored due dates follow its calendar of today.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

KEPT_AS_WRITTEN = ("calendar_edition", "deadline_move")


def upgrade() -> None:
    op.create_table(
        "calendar_edition",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("imported_by", sa.String(length=100), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("edition > 0", name=op.f("ck_calendar_edition_counts_from_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_edition")),
        sa.UniqueConstraint("region", "year", "edition", name=op.f("uq_calendar_edition_region_year_edition")),
    )
    op.create_table(
        "calendar_seen",
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("edition", sa.String(length=20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_calendar_seen_township")),
        sa.PrimaryKeyConstraint("township", name=op.f("pk_calendar_seen")),
    )
    op.create_table(
        "calendar_warning",
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_calendar_warning_township")),
        sa.PrimaryKeyConstraint("township", "region", "year", name=op.f("pk_calendar_warning")),
    )
    op.create_table(
        "deadline_move",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=26), nullable=False),
        sa.Column("moved_from", sa.Date(), nullable=False),
        sa.Column("moved_to", sa.Date(), nullable=False),
        sa.Column("edition", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["division"], ["division.code"], name=op.f("fk_deadline_move_division")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_move")),
    )
    op.create_index(op.f("ix_deadline_move_division_id"), "deadline_move", ["division", "id"])
    op.create_index(op.f("ix_deadline_move_subject_id"), "deadline_move", ["subject_id"])
    for table in KEPT_AS_WRITTEN:
        for act in ("UPDATE", "DELETE"):
            op.execute(_trigger(table, act))


def _trigger(table: str, act: str) -> str:
    """On PostgreSQL its function is that of 0002."""
    name = f"{table}_refuses_{act.lower()}"
    if op.get_bind().dialect.name == "postgresql":
        return f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are kept as written'); END"
    )


def downgrade() -> None:
    for table in ("deadline_move", "calendar_warning", "calendar_seen", "calendar_edition"):
        op.drop_table(table)
