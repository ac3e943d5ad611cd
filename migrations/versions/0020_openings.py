"""Keep what each reviewer opened of a submission

Why: a decision at the desk is taken by somebody who has opened the text and every file of what is decided. A button
that waits in a browser proves nothing, so the server keeps who opened what, bound to the submission and its digest.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

ACTS = ("UPDATE", "DELETE")


def upgrade() -> None:
    op.create_table(
        "opening",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id", "village"],
            ["review_case.id", "review_case.village"],
            name=op.f("fk_opening_case_id"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_opening_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening")),
        sa.UniqueConstraint(
            "case_id", "person_id", "digest", "what", name=op.f("uq_opening_case_id_person_id_digest_what")
        ),
    )
    for act in ACTS:
        op.execute(_trigger(act))


def _trigger(act: str) -> str:
    """As those of decisions: ``refuse_change`` came with them."""
    name = f"opening_refuses_{act.lower()}"
    if op.get_bind().dialect.name == "postgresql":
        return f"CREATE TRIGGER {name} BEFORE {act} ON opening FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON opening "
        f"BEGIN SELECT RAISE(ABORT, 'rows of opening are kept as written'); END"
    )


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for act in ACTS:
        where = " ON opening" if postgresql else ""
        op.execute(f"DROP TRIGGER opening_refuses_{act.lower()}{where}")
    op.drop_table("opening")
