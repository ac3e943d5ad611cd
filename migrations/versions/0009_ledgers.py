"""Make the tables of five more ledgers: documents, administrative acts, inspections, accountability, disputes

Why: parts two and four of the annual report, and the results that its first part must tell (条例 art. 50), are counted
from rows that open. Amounts of money are whole numbers of 0.000001 万元 (one 分), exact on both databases.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

TABLES = ("ledger_document", "administrative_act", "inspection", "accountability_result", "reconsideration")


def upgrade() -> None:
    _documents()
    _administrative_acts()
    _inspections()
    _accountability()
    _reconsiderations()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _documents() -> None:
    _create(
        "ledger_document",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("repealed_on", sa.Date(), nullable=True),
        checks={
            "kind_known": "kind IN ('regulation', 'normative_document')",
            "repealed_after_issued": "repealed_on IS NULL OR repealed_on >= issued_on",
            "valid_after_issued": "valid_until IS NULL OR valid_until >= issued_on",
        },
    )
    _index("ledger_document", ["township", "kind", "issued_on"])


def _administrative_acts() -> None:
    _create(
        "administrative_act",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("evidence", sa.String(length=500), nullable=False),
        checks={
            "kind_known": "kind IN ('licence', 'penalty', 'coercion', 'fee')",
            "decisions_are_counted": "(kind = 'fee') = (count IS NULL)",
            "fees_are_amounts": "(kind = 'fee') = (amount IS NOT NULL)",
            "count_not_negative": "count >= 0",
            "amount_not_negative": "amount >= 0",
        },
    )
    op.create_index(
        "uq_administrative_act_counted",
        "administrative_act",
        ["township", "kind", "year"],
        unique=True,
        sqlite_where=sa.text("voided_at IS NULL"),
        postgresql_where=sa.text("voided_at IS NULL"),
    )


def _inspections() -> None:
    _create(
        "inspection",
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("item", sa.String(length=500), nullable=False),
        sa.Column("responsible", sa.String(length=100), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.String(length=500), nullable=True),
        checks={
            "due_after_found": "due_on IS NULL OR due_on >= found_on",
            "closed_after_found": "closed_on IS NULL OR closed_on >= found_on",
            "closed_with_evidence": "closed_on IS NULL OR evidence IS NOT NULL",
        },
    )
    _index("inspection", ["township", "found_on"])


def _accountability() -> None:
    _create(
        "accountability_result",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("disclosure", sa.String(length=26), nullable=True),
        checks={"kind_known": "kind IN ('assessment', 'social_review', 'liability')"},
    )
    _index("accountability_result", ["township", "kind", "held_on"])


def _reconsiderations() -> None:
    _create(
        "reconsideration",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("authority", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("application", sa.String(length=26), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("concluded_on", sa.Date(), nullable=True),
        checks={
            "kind_known": "kind IN ('reconsideration', 'direct_suit', 'suit_after_reconsideration')",
            "outcome_known": "outcome IN ('upheld', 'corrected', 'other')",
            "outcome_has_a_day": "(outcome IS NULL) = (concluded_on IS NULL)",
            "concluded_after_filed": "concluded_on IS NULL OR concluded_on >= filed_on",
        },
    )
    _index("reconsideration", ["township", "kind", "filed_on"])


def _create(table: str, *columns: sa.Column[Any], checks: dict[str, str]) -> None:
    """A table with what every row of a ledger has."""
    op.create_table(
        table,
        *columns,
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("import_id", sa.String(length=26), nullable=True),
        sa.Column("created_by", sa.String(length=26), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (void_reason IS NULL)", name=op.f(f"ck_{table}_voided_with_a_reason")
        ),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")) for name, rule in checks.items()),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f(f"fk_{table}_created_by")),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f(f"fk_{table}_township")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _index(table: str, columns: Sequence[str]) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
