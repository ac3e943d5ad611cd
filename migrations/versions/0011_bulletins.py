"""Freeze indicators at a closing, and make the tables of bulletins

Why: a bulletin that has gone out must never change, so what it says is kept as it was, with its digest, and the
database refuses to change it. What people write beforehand is a row of its own. A township sets the weights of the
score and how long an answer may take; until its file is loaded again, the usual weights hold and no answer has a
limit. The three indexes let an indicator of a month read that month alone, however many years there are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

KEPT = ("frozen_indicators", "bulletin")
ACTS = ("UPDATE", "DELETE")
INDEXES = (
    ("disclosure", ["period", "village"]),
    ("disclosure", ["event_on", "village"]),
    ("review_case", ["opened_at", "village"]),
)


def upgrade() -> None:
    op.create_table(
        "frozen_indicators",
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("adjustments", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["township", "month"],
            ["closing.township", "closing.month"],
            name=op.f("fk_frozen_indicators_township_month"),
        ),
        sa.PrimaryKeyConstraint("township", "month", name=op.f("pk_frozen_indicators")),
    )
    op.create_table(
        "bulletin_text",
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("next_steps", sa.JSON(), nullable=False),
        sa.Column("written_by", sa.String(length=26), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_bulletin_text_township")),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_bulletin_text_written_by")),
        sa.PrimaryKeyConstraint("township", "month", name=op.f("pk_bulletin_text")),
    )
    op.create_table(
        "bulletin",
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_bulletin_counts_from_one")),
        sa.ForeignKeyConstraint(
            ["township", "month"], ["closing.township", "closing.month"], name=op.f("fk_bulletin_township_month")
        ),
        sa.PrimaryKeyConstraint("township", "month", name=op.f("pk_bulletin")),
        sa.UniqueConstraint("township", "year", "number", name=op.f("uq_bulletin_township_year_number")),
    )
    for table in KEPT:
        for act in ACTS:
            op.execute(_trigger(table, act))
    op.add_column("township", sa.Column("scoring", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("township", sa.Column("answer_days", sa.Integer(), nullable=True))
    for table, columns in INDEXES:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)


def _trigger(table: str, act: str) -> str:
    name = f"{table}_refuses_{act.lower()}"
    if op.get_bind().dialect.name == "postgresql":
        return f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are kept as written'); END"
    )


def downgrade() -> None:
    for table, columns in reversed(INDEXES):
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table_name=table)
    op.drop_column("township", "answer_days")
    op.drop_column("township", "scoring")
    op.drop_table("bulletin")
    op.drop_table("bulletin_text")
    op.drop_table("frozen_indicators")
