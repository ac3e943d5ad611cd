"""Applications, what happened to them, how their due dates moved, and who was reminded of what."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from villagepub.applications.applicants import KINDS
from villagepub.applications.course import Happening
from villagepub.applications.deadline import DueStatus, is_on_time
from villagepub.applications.outcomes import ENDINGS, Outcome
from villagepub.applications.receipt import CHANNELS
from villagepub.applications.workflow import Kind, State
from villagepub.core import clock
from villagepub.core.counters import Counter
from villagepub.core.db import Amount, Base, DivisionCode, Identifier, id_column


def _known(column: str, words: Any) -> str:
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


class Application(Base):
    """One application. Its state, days and outcome follow from its events and are kept here to be searched.

    year: of its number. recorded_afterwards: entered when the whole matter was over, without events.
    fee_paid: 元, of one recorded afterwards; of the others the events say it.
    received_year: in which it counts as received; None while it is not confirmed. closed_year: in which as closed.
    remind_on, due_reasons, side_clocks, missing_years, missing_regional_years, calendar_edition: see
    ``deadline.AnswerClock``.
    """

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("township", "year", "serial"),
        CheckConstraint(_known("channel", CHANNELS), name="channel_known"),
        CheckConstraint(_known("applicant_kind", KINDS), name="applicant_kind_known"),
        CheckConstraint(_known("state", State), name="state_known"),
        CheckConstraint(_known("due_status", DueStatus), name="due_status_known"),
        CheckConstraint(_known("outcome", Outcome), name="outcome_known"),
        CheckConstraint("(state = 'closed') = (closed_year IS NOT NULL)", name="closed_has_a_year"),
        CheckConstraint("outcome IS NULL OR state = 'closed'", name="outcome_when_closed"),
        CheckConstraint("fee_paid IS NULL OR (recorded_afterwards AND fee_paid >= 0)", name="fee_of_a_record"),
        CheckConstraint("received_year <= closed_year", name="closed_after_received"),
        CheckConstraint("(voided_at IS NULL) = (void_reason IS NULL)", name="voided_with_a_reason"),
        CheckConstraint(
            "recorded_afterwards OR (channel IS NOT NULL AND submitted_at IS NOT NULL AND applicant_kind IS NOT NULL "
            "AND applicant_name IS NOT NULL AND subject IS NOT NULL)",
            name="complete_unless_recorded_afterwards",
        ),
        Index(None, "township", "received_year"),
        Index(None, "township", "closed_year"),
        Index(None, "township", "state", "remind_on"),
    )

    id: Mapped[str] = id_column()
    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"))
    year: Mapped[int]
    serial: Mapped[int]
    channel: Mapped[str | None] = mapped_column(String(20))
    submitted_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    applicant_kind: Mapped[str | None] = mapped_column(String(20))
    applicant_name: Mapped[str | None] = mapped_column(String(100))
    subject: Mapped[str | None] = mapped_column(String(200))
    content: Mapped[str | None] = mapped_column(Text)
    recorded_afterwards: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(20))
    received_on: Mapped[date | None]
    received_year: Mapped[int | None]
    closed_on: Mapped[date | None]
    closed_year: Mapped[int | None]
    outcome: Mapped[str | None] = mapped_column(String(30))
    fee_paid: Mapped[Decimal | None] = mapped_column(Amount(2))
    due_on: Mapped[date | None]
    national_due_on: Mapped[date | None]
    remind_on: Mapped[date | None]
    due_status: Mapped[str] = mapped_column(String(20))
    due_reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    side_clocks: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    missing_years: Mapped[list[int]] = mapped_column(JSON)
    missing_regional_years: Mapped[list[int]] = mapped_column(JSON)
    calendar_edition: Mapped[str | None] = mapped_column(String(40))
    import_id: Mapped[str | None] = mapped_column(Identifier)
    created_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None] = mapped_column(String(500))

    events: Mapped[list["ApplicationEvent"]] = relationship(
        back_populates="application", order_by="ApplicationEvent.seq"
    )
    due_changes: Mapped[list["ApplicationDueChange"]] = relationship(order_by="ApplicationDueChange.seq")

    @property
    def number(self) -> str:
        return f"{self.township}-{self.year}-A{self.serial:04}"

    @property
    def is_voided(self) -> bool:
        return self.voided_at is not None

    @property
    def is_open(self) -> bool:
        return self.state != State.CLOSED and not self.is_voided

    @property
    def row(self) -> str | None:
        """The row of part three of the form that it counts in once closed; None while that is not known."""
        return ENDINGS[Outcome(self.outcome)].row if self.outcome else None

    @property
    def article(self) -> str | None:
        return ENDINGS[Outcome(self.outcome)].article if self.outcome else None

    @property
    def is_discretionary(self) -> bool | None:
        """Whether the agency may have withheld it, and need not have (art. 16)."""
        return ENDINGS[Outcome(self.outcome)].is_discretionary if self.outcome else None

    @property
    def on_time(self) -> bool | None:
        return is_on_time(self.due_on, self.closed_on, self.missing_years, self.missing_regional_years)

    @property
    def standing_events(self) -> list["ApplicationEvent"]:
        """What happened, in order; what was entered by mistake left out."""
        rescinded = {event.rescinds for event in self.events}
        return [event for event in self.events if event.kind != Kind.RESCINDED and event.id not in rescinded]


class ApplicationEvent(Base):
    """One event. Insert-only; triggers refuse UPDATE and DELETE.

    at: when it happened; recorded_at: when it was entered. details: what its kind brings with it, as JSON.
    rescinds: the event that this one countermands.
    """

    __tablename__ = "application_event"
    __table_args__ = (
        UniqueConstraint("application_id", "seq"),
        UniqueConstraint("rescinds"),
        CheckConstraint(_known("kind", Kind), name="kind_known"),
        CheckConstraint("(kind = 'rescinded') = (rescinds IS NOT NULL)", name="rescinded_names_an_event"),
        Index(None, "township", "kind", "at"),
    )

    id: Mapped[str] = id_column()
    application_id: Mapped[str] = mapped_column(Identifier, ForeignKey("application.id"))
    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(30))
    at: Mapped[datetime]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    rescinds: Mapped[str | None] = mapped_column(Identifier, ForeignKey("application_event.id"))
    recorded_by: Mapped[str | None] = mapped_column(Identifier, ForeignKey("person.id"))
    recorded_at: Mapped[datetime]

    application: Mapped[Application] = relationship(back_populates="events")

    @property
    def on(self) -> date:
        return clock.local(self.at).date()

    def as_happening(self) -> Happening:
        return Happening(
            kind=Kind(self.kind),
            on=self.on,
            until=_day(self.details.get("until")),
            days=self.details.get("days", 0),
            delivered_on=_day(self.details.get("delivered_on")),
        )


class ApplicationDueChange(Base):
    """One move of a due date, or of what is known about it. Insert-only.

    event_id: the event that moved it; None when a calendar did. edition: of the calendar it was computed with.
    """

    __tablename__ = "application_due_change"
    __table_args__ = (UniqueConstraint("application_id", "seq"),)

    id: Mapped[str] = id_column()
    application_id: Mapped[str] = mapped_column(Identifier, ForeignKey("application.id"))
    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"))
    seq: Mapped[int]
    at: Mapped[datetime]
    event_id: Mapped[str | None] = mapped_column(Identifier, ForeignKey("application_event.id"))
    old_due_on: Mapped[date | None]
    new_due_on: Mapped[date | None]
    old_status: Mapped[str] = mapped_column(String(20))
    new_status: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(300))
    edition: Mapped[str] = mapped_column(String(40))


class ApplicationReminder(Base):
    """That people were reminded of one period of an application, at one stage, for one day. Sent once."""

    __tablename__ = "application_reminder"

    application_id: Mapped[str] = mapped_column(Identifier, ForeignKey("application.id"), primary_key=True)
    stage: Mapped[str] = mapped_column(String(40), primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"))
    sent_at: Mapped[datetime]


class ApplicationCounter(Counter):
    """The last number given in a township and year. Its row is locked while one is given: no gaps, no doubles."""

    __tablename__ = "application_counter"

    township: Mapped[str] = mapped_column(DivisionCode, ForeignKey("township.code"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
