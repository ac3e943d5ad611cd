"""Keep what villagers say, what is done with it and what the public reads of it

Why: questions and complaints of the mini-program have a clock and a review of their own. What the public reads is a
table by itself, so that nothing can be seen there that was not let through; steps are insert-only, as decisions are.
A complaint said here is a row of the ledger too, which is told apart by the feedback that it comes from. How many
working days an answer has is the township's to say; ten for those loaded before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

STEPS = "feedback_step"
ACTS = ("UPDATE", "DELETE")


def upgrade() -> None:
    _make_feedback()
    _make_steps()
    _make_public_feedback()
    _make_blocks()
    for act in ACTS:
        op.execute(_trigger(act))
    op.add_column("complaint", sa.Column("feedback", sa.String(length=26), nullable=True))
    op.create_index(op.f("ix_complaint_feedback"), "complaint", ["feedback"], unique=True)
    op.add_column("township", sa.Column("feedback_days", sa.Integer(), server_default="10", nullable=False))


def _make_feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("disclosure_id", sa.String(length=26), nullable=True),
        sa.Column("number", sa.String(length=30), nullable=True),
        sa.Column("is_for_villagers", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("text_digest", sa.String(length=80), nullable=False),
        sa.Column("text_check", sa.String(length=10), nullable=False),
        sa.Column("needs_a_look", sa.String(length=500), nullable=True),
        sa.Column("may_be_public", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("holder", sa.String(length=10), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_is_provisional", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answer_digest", sa.String(length=80), nullable=True),
        sa.Column("answered_by", sa.String(length=26), nullable=True),
        sa.Column("answered_for", sa.String(length=26), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(kind = 'praise') = (due_on IS NULL)", name=op.f("ck_feedback_praise_is_never_due")),
        sa.CheckConstraint(
            "(state = 'answered') = (answered_at IS NOT NULL)", name=op.f("ck_feedback_answered_has_a_time")
        ),
        sa.CheckConstraint(
            "holder = 'village' OR kind = 'complaint'", name=op.f("ck_feedback_only_complaints_are_handed_over")
        ),
        sa.CheckConstraint("holder IN ('village', 'township')", name=op.f("ck_feedback_holder_known")),
        sa.CheckConstraint("kind IN ('question', 'complaint', 'praise')", name=op.f("ck_feedback_kind_known")),
        sa.CheckConstraint(
            "state IN ('held', 'open', 'reviewing', 'answered', 'rejected', 'withdrawn')",
            name=op.f("ck_feedback_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('reviewing', 'answered') OR answer IS NOT NULL",
            name=op.f("ck_feedback_answer_when_answered"),
        ),
        sa.CheckConstraint(
            "text_check IN ('passed', 'review', 'failed', 'not_asked')", name=op.f("ck_feedback_text_check_known")
        ),
        sa.CheckConstraint("(answer IS NULL) = (answer_digest IS NULL)", name=op.f("ck_feedback_answer_has_a_digest")),
        sa.CheckConstraint("(answer IS NULL) = (answered_by IS NULL)", name=op.f("ck_feedback_answer_has_an_author")),
        sa.CheckConstraint("(disclosure_id IS NULL) = (number IS NULL)", name=op.f("ck_feedback_item_has_a_number")),
        sa.CheckConstraint("(person_id IS NULL) = (text IS NULL)", name=op.f("ck_feedback_erased_whole")),
        sa.CheckConstraint(
            "NOT (is_for_villagers AND may_be_public)", name=op.f("ck_feedback_villagers_items_stay_with_villagers")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_feedback_answered_by")),
        sa.ForeignKeyConstraint(["answered_for"], ["person.id"], name=op.f("fk_feedback_answered_for")),
        sa.ForeignKeyConstraint(["disclosure_id"], ["disclosure.id"], name=op.f("fk_feedback_disclosure_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_feedback_person_id")),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_feedback_township")),
        sa.ForeignKeyConstraint(["village"], ["division.code"], name=op.f("fk_feedback_village")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )
    op.create_index(op.f("ix_feedback_disclosure_id"), "feedback", ["disclosure_id"])
    op.create_index(op.f("ix_feedback_person_id_received_at"), "feedback", ["person_id", "received_at"])
    op.create_index(op.f("ix_feedback_township_state_due_on"), "feedback", ["township", "state", "due_on"])
    op.create_index(op.f("ix_feedback_village_received_at"), "feedback", ["village", "received_at"])


def _make_steps() -> None:
    op.create_table(
        "feedback_step",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("feedback_id", sa.String(length=26), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=True),
        sa.Column("post_title", sa.String(length=60), nullable=True),
        sa.Column("comment", sa.String(length=500), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "action IN ('received', 'accept', 'reject', 'answer', 'hand_over', 'approve', 'approve_unpublished', 'return', 'hide', 'withdraw', 'keep_private')",
            name=op.f("ck_feedback_step_action_known"),
        ),
        sa.ForeignKeyConstraint(["feedback_id"], ["feedback.id"], name=op.f("fk_feedback_step_feedback_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_feedback_step_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_step")),
        sa.UniqueConstraint("feedback_id", "seq", name=op.f("uq_feedback_step_feedback_id_seq")),
    )


def _make_public_feedback() -> None:
    op.create_table(
        "public_feedback",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name_masked", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.String(length=60), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(hidden_at IS NULL) = (answer IS NOT NULL)", name=op.f("ck_public_feedback_hidden_has_no_answer")
        ),
        sa.CheckConstraint(
            "(hidden_at IS NULL) = (text IS NOT NULL)", name=op.f("ck_public_feedback_hidden_has_no_text")
        ),
        sa.ForeignKeyConstraint(["id"], ["feedback.id"], name=op.f("fk_public_feedback_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_feedback")),
    )
    op.create_index(op.f("ix_public_feedback_number"), "public_feedback", ["number"])
    op.create_index(op.f("ix_public_feedback_village_answered_at"), "public_feedback", ["village", "answered_at"])


def _make_blocks() -> None:
    op.create_table(
        "feedback_block",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("township", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("openid_digest", sa.String(length=80), nullable=True),
        sa.Column("feedback_id", sa.String(length=26), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=26), nullable=True),
        sa.Column("lifted_by", sa.String(length=26), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("until_at > from_at", name=op.f("ck_feedback_block_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_feedback_block_created_by")),
        sa.ForeignKeyConstraint(["feedback_id"], ["feedback.id"], name=op.f("fk_feedback_block_feedback_id")),
        sa.ForeignKeyConstraint(["lifted_by"], ["person.id"], name=op.f("fk_feedback_block_lifted_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_feedback_block_person_id")),
        sa.ForeignKeyConstraint(["township"], ["township.code"], name=op.f("fk_feedback_block_township")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_block")),
    )
    op.create_index(op.f("ix_feedback_block_township_person_id"), "feedback_block", ["township", "person_id"])
    op.create_index(op.f("ix_feedback_block_openid_digest"), "feedback_block", ["openid_digest"])


def _trigger(act: str) -> str:
    """As those of revisions and decisions: ``refuse_change`` came with them."""
    name = f"{STEPS}_refuses_{act.lower()}"
    if op.get_bind().dialect.name == "postgresql":
        return f"CREATE TRIGGER {name} BEFORE {act} ON {STEPS} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON {STEPS} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {STEPS} are kept as written'); END"
    )


def downgrade() -> None:
    op.drop_column("township", "feedback_days")
    op.drop_index(op.f("ix_complaint_feedback"), "complaint")
    op.drop_column("complaint", "feedback")
    for table in ("feedback_block", "public_feedback", STEPS, "feedback"):
        op.drop_table(table)
