"""Let a sign-in be one of a browser, and ask for a second factor

Why: pages sign in with a cookie, whose token is kept as a digest beside the sign-ins of the interface, so that
whatever ends a sign-in ends both kinds; people see their devices with the time of the last use. Keys of second
factors are sealed; a recovery code is kept as a keyed digest, and a code is used once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    with op.batch_alter_table("sign_in") as table:
        table.add_column(sa.Column("session_digest", sa.String(length=80), nullable=True))
        table.add_column(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
        table.create_unique_constraint(op.f("uq_sign_in_session_digest"), ["session_digest"])
    op.execute("UPDATE sign_in SET seen_at = begun_at")
    with op.batch_alter_table("sign_in") as table:
        table.alter_column("seen_at", nullable=False)
    op.create_table(
        "second_factor",
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_second_factor_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_person_id"), "recovery_code", ["person_id"])


def downgrade() -> None:
    op.drop_table("recovery_code")
    op.drop_table("second_factor")
    op.execute("DELETE FROM sign_in WHERE session_digest IS NOT NULL")
    with op.batch_alter_table("sign_in") as table:
        table.drop_constraint(op.f("uq_sign_in_session_digest"), type_="unique")
        table.drop_column("seen_at")
        table.drop_column("session_digest")
