"""Make the tables of annual reports: what is being written, what was signed, what was imported

Why: a signed report must stay what it was whatever the ledgers say later, so the whole of it is kept under its digest,
and the database refuses to change it. Reports of earlier years, made elsewhere, say what was carried over.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

INSERT_ONLY = ("report_revision", "past_report")
ACTS = ("UPDATE", "DELETE")


def upgrade() -> None:
    op.create_table(
        "report_draft",
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("narrative", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("sample", sa.String(length=60), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("edited_by", sa.String(length=26), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["edited_by"], ["person.id"], name=op.f("fk_report_draft_edited_by")),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_report_draft_township")),
        sa.PrimaryKeyConstraint("township", "year", name=op.f("pk_report_draft")),
    )
    op.create_table(
        "report_revision",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("signed_by", sa.String(length=100), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("finalised_by", sa.String(length=26), nullable=True),
        sa.Column("finalised_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(revision = 1) = (reason IS NULL)", name=op.f("ck_report_revision_later_ones_have_a_reason")
        ),
        sa.CheckConstraint("revision > 0", name=op.f("ck_report_revision_counts_from_one")),
        sa.ForeignKeyConstraint(["finalised_by"], ["person.id"], name=op.f("fk_report_revision_finalised_by")),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_report_revision_township")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_revision")),
        sa.UniqueConstraint("township", "year", "revision", name=op.f("uq_report_revision_township_year_revision")),
    )
    op.create_table(
        "past_report",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("imported_by", sa.String(length=26), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["imported_by"], ["person.id"], name=op.f("fk_past_report_imported_by")),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_past_report_township")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_report")),
        sa.UniqueConstraint("township", "year", "edition", name=op.f("uq_past_report_township_year_edition")),
    )
    for table in INSERT_ONLY:
        for act in ACTS:
            op.execute(_trigger(table, act))


def _trigger(table: str, act: str) -> str:
    """As those of revisions and decisions: ``refuse_change`` came with them."""
    name = f"{table}_refuses_{act.lower()}"
    if op.get_bind().dialect.name == "postgresql":
        return f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are kept as written'); END"
    )


def downgrade() -> None:
    for table in (*INSERT_ONLY, "report_draft"):
        op.drop_table(table)
