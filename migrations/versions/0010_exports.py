"""Make the table of exports

Why: a file that is made behind the scenes has an owner, a purpose, a digest and a last day, and the row that says so
stays when the file is gone. The checks keep a file whole: with its key, size, rows and digest, or not there at all.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

FINISHED = (
    "(finished_at IS NULL) = (digest IS NULL) AND (finished_at IS NULL) = (storage_key IS NULL) "
    "AND (finished_at IS NULL) = (expires_at IS NULL) AND (finished_at IS NULL) = (size IS NULL) "
    "AND (finished_at IS NULL) = (row_count IS NULL)"
)


def upgrade() -> None:
    op.create_table(
        "export",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=False),
        sa.Column("owner_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("format", sa.String(length=4), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("job_id", sa.String(length=26), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("storage_key", sa.String(length=100), nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.String(length=80), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("downloads", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_because", sa.String(length=10), nullable=True),
        sa.CheckConstraint("format IN ('csv', 'xlsx')", name=op.f("ck_export_format_known")),
        sa.CheckConstraint(FINISHED, name=op.f("ck_export_finished_is_whole")),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (removed_because IS NULL)", name=op.f("ck_export_removed_has_a_reason")
        ),
        sa.CheckConstraint(
            "removed_at IS NULL OR finished_at IS NOT NULL", name=op.f("ck_export_only_a_file_is_removed")
        ),
        sa.CheckConstraint(
            "removed_because IS NULL OR removed_because IN ('expired', 'deleted')", name=op.f("ck_export_reason_known")
        ),
        sa.CheckConstraint("downloads >= 0", name=op.f("ck_export_downloads_not_negative")),
        sa.ForeignKeyConstraint(["division"], ["division.code"], name=op.f("fk_export_division")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_export_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_export_storage_key")),
    )
    for column in ("division", "owner_id", "expires_at"):
        op.create_index(op.f(f"ix_export_{column}"), "export", [column])


def downgrade() -> None:
    op.drop_table("export")
