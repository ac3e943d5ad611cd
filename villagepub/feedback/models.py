"""What people said, what was done with it, what the public reads of it, and who may say nothing for a while."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from villagepub.core import clock
from villagepub.core.db import Base, DivisionCode, Identifier, id_column
from villagepub.feedback.kinds import STORED_CHECKS, Holder, Kind
from villagepub.feedback.workflow import Action, State

LONGEST_TEXT, LONGEST_ANSWER, LONGEST_REASON = 1000, 2000, 500


def _known(column: str, words: Any) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(word)) for word in words)})", name=f"{column}_known")


class Feedback(Base):
    """One thing that somebody said.

    person_id, text: None once the asker had them erased; the row stays to be counted.
    number: of the published item that it is about, which its corrections carry on; None when it is to the village.
    is_for_villagers: the item is for villagers alone, so that nothing of this is ever public.
    may_be_public: the asker's consent, which can be taken back (个人信息保护法 15, 25).
    needs_a_look: why people have to look at it first; answer_days: working days, as the township had them on receipt.
    due_on: the last day for the answer, None for praise; answer_digest: what a decision on the answer names.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        _known("kind", Kind),
        _known("state", State),
        _known("holder", Holder),
        _known("text_check", STORED_CHECKS),
        CheckConstraint("(person_id IS NULL) = (text IS NULL)", name="erased_whole"),
        CheckConstraint("(disclosure_id IS NULL) = (number IS NULL)", name="item_has_a_number"),
        CheckConstraint("(kind = 'praise') = (due_on IS NULL)", name="praise_is_never_due"),
        CheckConstraint("holder = 'village' OR kind = 'complaint'", name="only_complaints_are_handed_over"),
        CheckConstraint("(answer IS NULL) = (answer_digest IS NULL)", name="answer_has_a_digest"),
        CheckConstraint("(answer IS NULL) = (answered_by IS NULL)", name="answer_has_an_author"),
        CheckConstraint("state NOT IN ('reviewing', 'answered') OR answer IS NOT NULL", name="answer_when_answered"),
        CheckConstraint("(state = 'answered') = (answered_at IS NOT NULL)", name="answered_has_a_time"),
        CheckConstraint("NOT (is_for_villagers AND may_be_public)", name="villagers_items_stay_with_villagers"),
        Index(None, "village", "received_at"),
        Index(None, "person_id", "received_at"),
        Index(None, "township", "state", "due_on"),
        Index(None, "disclosure_id"),
    )

    id: Mapped[str] = id_column()
    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"))
    village: Mapped[str] = mapped_column(DivisionCode, ForeignKey("division.code"))
    disclosure_id: Mapped[str | None] = mapped_column(Identifier, ForeignKey("disclosure.id"))
    number: Mapped[str | None] = mapped_column(String(30))
    is_for_villagers: Mapped[bool]
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str | None] = mapped_column(Text)
    text_digest: Mapped[str] = mapped_column(String(80))
    text_check: Mapped[str] = mapped_column(String(10))
    needs_a_look: Mapped[str | None] = mapped_column(String(LONGEST_REASON))
    may_be_public: Mapped[bool]
    person_id: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(10))
    holder: Mapped[str] = mapped_column(String(10))
    received_at: Mapped[datetime]
    answer_days: Mapped[int]
    due_on: Mapped[date | None]
    due_is_provisional: Mapped[bool]
    answer: Mapped[str | None] = mapped_column(Text)
    answer_digest: Mapped[str | None] = mapped_column(String(80))
    answered_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    answered_for: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    @property
    def received_on(self) -> date:
        return clock.local(self.received_at).date()

    @property
    def answered_on(self) -> date | None:
        return clock.local(self.answered_at).date() if self.answered_at else None

    @property
    def answer_writers(self) -> frozenset[str]:
        """Whom the answer counts for: the person, and the one stood in for."""
        return frozenset(person for person in (self.answered_by, self.answered_for) if person)


class FeedbackStep(Base):
    """One thing that was done with it. Insert-only; triggers refuse UPDATE and DELETE.

    action: of the workflow, or ``received``. person_id: None for the asker, who can be forgotten.
    post_title: by which post. comment: the reason; answer: as it was written then.
    """

    __tablename__ = "feedback_step"
    __table_args__ = (UniqueConstraint("feedback_id", "seq"), _known("action", ["received", *Action]))

    id: Mapped[str] = id_column()
    feedback_id: Mapped[str] = mapped_column(Identifier, ForeignKey("feedback.id"))
    village: Mapped[str] = mapped_column(DivisionCode)
    seq: Mapped[int]
    action: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    post_title: Mapped[str | None] = mapped_column(String(60))
    comment: Mapped[str | None] = mapped_column(String(LONGEST_REASON))
    answer: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]


class PublicFeedback(Base):
    """What the public reads: a question and its answer, without personal data. Its id is the feedback's.

    hidden_at: since when it is not public any more; it then has no text left, and stays for conditional requests.
    """

    __tablename__ = "public_feedback"
    __table_args__ = (
        CheckConstraint("(hidden_at IS NULL) = (text IS NOT NULL)", name="hidden_has_no_text"),
        CheckConstraint("(hidden_at IS NULL) = (answer IS NOT NULL)", name="hidden_has_no_answer"),
        Index(None, "village", "answered_at"),
        Index(None, "number"),
    )

    id: Mapped[str] = mapped_column(Identifier, ForeignKey("feedback.id"), primary_key=True)
    village: Mapped[str] = mapped_column(DivisionCode)
    number: Mapped[str | None] = mapped_column(String(30))
    kind: Mapped[str] = mapped_column(String(10))
    name_masked: Mapped[str] = mapped_column(String(10))
    text: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[str] = mapped_column(String(60))
    received_on: Mapped[date]
    answered_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class FeedbackBlock(Base):
    """That somebody may say nothing in a township until a moment. feedback_id: what it was for.

    openid_digest: of a person who was erased meanwhile, so that the account cannot begin anew before the end.
    """

    __tablename__ = "feedback_block"
    __table_args__ = (
        CheckConstraint("until_at > from_at", name="ends_after_it_begins"),
        Index(None, "township", "person_id"),
        Index(None, "openid_digest"),
    )

    id: Mapped[str] = id_column()
    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"))
    person_id: Mapped[str] = mapped_column(Identifier, ForeignKey("person.id"))
    openid_digest: Mapped[str | None] = mapped_column(String(80))
    feedback_id: Mapped[str] = mapped_column(Identifier, ForeignKey("feedback.id"))
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    created_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    lifted_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    lifted_at: Mapped[datetime | None]
