"""Keep of which years a region's days off are missing on the way to an application's due date

Why: an answer after its day is late only where the days of the region are known. Whether they are was said in a reason,
for people alone; the years of what is there already are taken from it.
"""

import re
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

APPLICATION = sa.table(
    "application",
    sa.column("id", sa.String),
    sa.column("due_reasons", sa.JSON),
    sa.column("missing_regional_years", sa.JSON),
)
GAP = re.compile(r"([0-9]{4}) 年[^。]*放假通知未录入，按全国放假安排计算")


def upgrade() -> None:
    op.add_column("application", sa.Column("missing_regional_years", sa.JSON(), nullable=False, server_default="[]"))
    bind = op.get_bind()
    for row in bind.execute(sa.select(APPLICATION.c.id, APPLICATION.c.due_reasons)).all():
        if years := _years_in(row.due_reasons):
            chosen = sa.update(APPLICATION).where(APPLICATION.c.id == row.id)
            bind.execute(chosen.values(missing_regional_years=years))
    with op.batch_alter_table("application") as batch:
        batch.alter_column("missing_regional_years", server_default=None)


def _years_in(reasons: list[dict[str, Any]]) -> list[int]:
    return sorted({int(found[1]) for reason in reasons if (found := GAP.search(reason["text"]))})


def downgrade() -> None:
    with op.batch_alter_table("application") as batch:
        batch.drop_column("missing_regional_years")
