"""Make the tables of jobs and of the slots of schedules

Why: long work is queued in the transaction that wants it, so the queue lives in the same database. The partial
unique index keeps one open job of a key, the primary key of slots lets one worker alone run each.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

IS_OPEN = "state IN ('queued', 'running')"
IS_OPEN_AND_KEYED = f"{IS_OPEN} AND dedup_key IS NOT NULL"


def upgrade() -> None:
    op.create_table(
        "schedule_slot",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", "slot", name=op.f("pk_schedule_slot")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("owner_id", sa.String(length=26), nullable=True),
        sa.Column("dedup_key", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_token", sa.String(length=26), nullable=True),
        sa.Column("cursor", sa.JSON(), nullable=True),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'dead')", name=op.f("ck_job_state_known")),
        sa.CheckConstraint("(state = 'running') = (lease_token IS NOT NULL)", name=op.f("ck_job_running_has_lease")),
        sa.CheckConstraint(f"({IS_OPEN}) = (finished_at IS NULL)", name=op.f("ck_job_ended_has_end")),
        sa.CheckConstraint(
            "progress >= 0 AND (total IS NULL OR progress <= total)", name=op.f("ck_job_progress_within_total")
        ),
        sa.ForeignKeyConstraint(["division"], ["division.code"], name=op.f("fk_job_division")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_job_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    _index("ix_job_due_at", ["due_at"], where=IS_OPEN)
    _index("uq_job_open", ["division", "kind", "dedup_key"], where=IS_OPEN_AND_KEYED, unique=True)
    op.create_index(op.f("ix_job_division_state"), "job", ["division", "state"])
    op.create_index(op.f("ix_job_owner_id"), "job", ["owner_id"])


def _index(name: str, columns: list[str], *, where: str, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, "job", columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    op.drop_table("job")
    op.drop_table("schedule_slot")
