"""Let people sign in by WeChat, and residents belong to no administrator

Why: a WeChat account speaks for one person and a person has one account, which the indexes hold even when two phones
sign in at once. The platform's ids are personal data: sealed, with a keyed digest to find them by.
A villager asks a village to confirm who it is, under a consent that can be withdrawn; names and numbers are sealed too.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

BOUND = sa.text("ended_at IS NULL")
STANDING = sa.text("withdrawn_at IS NULL")
RUNNING = sa.text("state IN ('requested', 'confirmed')")
REMOVE_RESIDENTS = (
    """DELETE FROM refresh_token WHERE sign_in_id IN (
        SELECT sign_in.id FROM sign_in JOIN person ON person.id = sign_in.person_id WHERE person.division IS NULL
    )""",
    "DELETE FROM sign_in WHERE person_id IN (SELECT id FROM person WHERE division IS NULL)",
    "DELETE FROM stored_answer WHERE person_id IN (SELECT id FROM person WHERE division IS NULL)",
    "DELETE FROM inbox_notice WHERE person_id IN (SELECT id FROM person WHERE division IS NULL)",
    "DELETE FROM person WHERE division IS NULL",
)


def upgrade() -> None:
    with op.batch_alter_table("person") as batch:
        batch.alter_column("division", existing_type=sa.String(length=12), nullable=True)
        batch.add_column(sa.Column("continued_as", sa.String(length=26), nullable=True))
        batch.create_foreign_key(batch.f("fk_person_continued_as"), "person", ["continued_as"], ["id"])
        batch.create_index(batch.f("ix_person_continued_as"), ["continued_as"])
    _create_wechat_identity()
    with op.batch_alter_table("sign_in") as batch:
        batch.add_column(sa.Column("identity_id", sa.String(length=26), nullable=True))
        batch.add_column(sa.Column("begun_as", sa.String(length=26), nullable=True))
        batch.create_foreign_key(batch.f("fk_sign_in_identity_id"), "wechat_identity", ["identity_id"], ["id"])
        batch.create_foreign_key(batch.f("fk_sign_in_begun_as"), "person", ["begun_as"], ["id"])
    with op.batch_alter_table("invitation") as batch:
        batch.add_column(sa.Column("accepted_by", sa.String(length=26), nullable=True))
        batch.create_foreign_key(batch.f("fk_invitation_accepted_by"), "person", ["accepted_by"], ["id"])

    _create_residents()


def _create_wechat_identity() -> None:
    op.create_table(
        "wechat_identity",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("openid_digest", sa.String(length=80), nullable=True),
        sa.Column("openid_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("unionid_digest", sa.String(length=80), nullable=True),
        sa.Column("unionid_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (openid_digest IS NOT NULL)", name=op.f("ck_wechat_identity_open_one_has_an_openid")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (end_reason IS NULL)", name=op.f("ck_wechat_identity_ended_for_a_reason")
        ),
        sa.CheckConstraint(
            "(openid_digest IS NULL) = (openid_sealed IS NULL)", name=op.f("ck_wechat_identity_openid_whole")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_wechat_identity_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wechat_identity")),
    )
    op.create_index(op.f("ix_wechat_identity_person_id"), "wechat_identity", ["person_id"])
    _create_unique("uq_wechat_identity_person", "wechat_identity", ["person_id"], BOUND)
    _create_unique("uq_wechat_identity_openid", "wechat_identity", ["openid_digest"], BOUND)


def _create_residents() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_person_id"), "consent", ["person_id"])
    _create_unique("uq_consent_standing", "consent", ["person_id", "purpose"], STANDING)
    op.create_table(
        "residency",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("remark_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=26), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "state IN ('requested', 'confirmed', 'declined', 'ended')", name=op.f("ck_residency_state_known")
        ),
        sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_residency_ended_at_an_instant")),
        sa.CheckConstraint(
            "state NOT IN ('confirmed', 'declined') OR decided_by IS NOT NULL",
            name=op.f("ck_residency_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "state != 'declined' OR reason IS NOT NULL", name=op.f("ck_residency_declined_with_a_reason")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_residency_decided_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_residency_person_id")),
        sa.ForeignKeyConstraint(["village"], ["division.code"], name=op.f("fk_residency_village")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residency")),
    )
    op.create_index(op.f("ix_residency_person_id"), "residency", ["person_id"])
    op.create_index(op.f("ix_residency_village_state"), "residency", ["village", "state"])
    _create_unique("uq_residency_running", "residency", ["person_id", "village"], RUNNING)
    op.create_table(
        "telephone",
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("country_code", sa.String(length=5), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_telephone_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_telephone")),
    )


def _create_unique(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Residents have no place in the older tables; who they are is known to WeChat alone, so they go."""
    for table in ("telephone", "residency", "consent"):
        op.drop_table(table)
    with op.batch_alter_table("invitation") as batch:
        batch.drop_constraint(batch.f("fk_invitation_accepted_by"), type_="foreignkey")
        batch.drop_column("accepted_by")
    with op.batch_alter_table("sign_in") as batch:
        batch.drop_constraint(batch.f("fk_sign_in_begun_as"), type_="foreignkey")
        batch.drop_constraint(batch.f("fk_sign_in_identity_id"), type_="foreignkey")
        batch.drop_column("begun_as")
        batch.drop_column("identity_id")
    op.drop_table("wechat_identity")
    for statement in REMOVE_RESIDENTS:
        op.execute(statement)
    with op.batch_alter_table("person") as batch:
        batch.drop_index(batch.f("ix_person_continued_as"))
        batch.drop_constraint(batch.f("fk_person_continued_as"), type_="foreignkey")
        batch.drop_column("continued_as")
        batch.alter_column("division", existing_type=sa.String(length=12), nullable=False)
