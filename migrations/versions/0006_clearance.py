"""Make the tables of findings, incidents and added words

Why: what a screening found has an effect and has to be answered by people, so it is kept, without what it found. An
incident is about something that is not stored, so its notice names no disclosure.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "screening_word",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("text", sa.String(length=50), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("entry", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("added_by", sa.String(length=26), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_by", sa.String(length=26), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_screening_word_added_by")),
        sa.ForeignKeyConstraint(["removed_by"], ["person.id"], name=op.f("fk_screening_word_removed_by")),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_screening_word_township")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_word")),
    )
    op.create_index(
        "uq_screening_word_in_use",
        "screening_word",
        ["township", "text", "entry"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )

    op.create_table(
        "finding",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("disclosure_id", sa.String(length=26), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("passage", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("severity", sa.String(length=5), nullable=False),
        sa.Column("is_classified", sa.Boolean(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("excerpt_masked", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("suggestion", sa.Text(), nullable=True),
        sa.Column("also", sa.JSON(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_by", sa.String(length=26), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledgement", sa.String(length=500), nullable=True),
        sa.Column("appealed_by", sa.String(length=26), nullable=True),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal", sa.String(length=500), nullable=True),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("answered_by", sa.String(length=26), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "NOT (is_classified AND answer = 'overruled')", name=op.f("ck_finding_classified_is_never_overruled")
        ),
        sa.CheckConstraint("answer IS NULL OR answer IN ('overruled', 'upheld')", name=op.f("ck_finding_answer_known")),
        sa.CheckConstraint("severity IN ('block', 'warn')", name=op.f("ck_finding_severity_known")),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_finding_answer_has_a_time")),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["person.id"], name=op.f("fk_finding_acknowledged_by")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_finding_answered_by")),
        sa.ForeignKeyConstraint(["appealed_by"], ["person.id"], name=op.f("fk_finding_appealed_by")),
        sa.ForeignKeyConstraint(
            ["disclosure_id", "village"],
            ["disclosure.id", "disclosure.village"],
            name=op.f("fk_finding_disclosure_id_village"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint(
            "disclosure_id", "field", "place", "passage", name=op.f("uq_finding_disclosure_id_field_place_passage")
        ),
    )
    op.create_index(op.f("ix_finding_village"), "finding", ["village"])

    op.create_table(
        "incident",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("disclosure_id", sa.String(length=26), nullable=True),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=True),
        sa.Column("was_stored", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_by", sa.String(length=26), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handling", sa.String(length=1000), nullable=True),
        sa.CheckConstraint("(handled_at IS NULL) = (handling IS NULL)", name=op.f("ck_incident_handling_has_a_time")),
        sa.ForeignKeyConstraint(["disclosure_id"], ["disclosure.id"], name=op.f("fk_incident_disclosure_id")),
        sa.ForeignKeyConstraint(["handled_by"], ["person.id"], name=op.f("fk_incident_handled_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_incident_person_id")),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_incident_township")),
        sa.ForeignKeyConstraint(["village"], ["division.code"], name=op.f("fk_incident_village")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index(op.f("ix_incident_township"), "incident", ["township"])

    op.add_column("disclosure", sa.Column("screened_by", sa.String(length=40), nullable=True))

    with op.batch_alter_table("inbox_notice") as batch:
        batch.alter_column("disclosure_id", existing_type=sa.String(length=26), nullable=True)
    op.execute("UPDATE inbox_notice SET disclosure_id = NULL WHERE disclosure_id = ''")

    told = sa.Column("told_of_incidents", sa.JSON(), nullable=False, server_default="[]")
    op.add_column("township", told)


def downgrade() -> None:
    op.drop_column("township", "told_of_incidents")
    op.execute("UPDATE inbox_notice SET disclosure_id = '' WHERE disclosure_id IS NULL")
    with op.batch_alter_table("inbox_notice") as batch:
        batch.alter_column("disclosure_id", existing_type=sa.String(length=26), nullable=False)
    op.drop_column("disclosure", "screened_by")
    op.drop_table("incident")
    op.drop_table("finding")
    op.drop_table("screening_word")
