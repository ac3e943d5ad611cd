"""Complaints said in the mini-program: a row of the ledger each, entered, answered and voided by what becomes of them.

So the ledger, and the annual report that counts it, has one source for each period: until the first such complaint of
a township people enter those of the mini-program by hand, singly or as tallies; from its day on nobody does.
"""

from datetime import date, datetime

from sqlalchemy import func, select

from villagepub.core import clock
from villagepub.core.periods import Period
from villagepub.extensions import db
from villagepub.ledgers.models import Complaint, ComplaintTally
from villagepub.ledgers.policy import Faults

SOURCE = "mini_program"


def enter(feedback: str, township: str, subject: str, received_at: datetime) -> None:
    """A row for what was said just now.

    None where a tally of the mini-program already counts the day, which only one from before this program can.
    """
    if _is_tallied(township, clock.local(received_at).date()):
        return
    db.session.add(
        Complaint(
            township=township,
            source=SOURCE,
            received_at=received_at,
            subject=subject,
            feedback=feedback,
            created_at=clock.now(),
        )
    )
    db.session.flush()


def answer(feedback: str, answered_at: datetime) -> None:
    if (row := _find(feedback)) is not None:
        row.answered_at = answered_at


def void(feedback: str, reason: str) -> None:
    if (row := _find(feedback)) is not None:
        row.voided_at, row.void_reason = clock.now(), reason


def first_day(township: str) -> date | None:
    """The day from which the program itself enters the township's complaints of the mini-program."""
    query = select(func.min(Complaint.received_at)).where(
        Complaint.township == township, Complaint.feedback.is_not(None)
    )
    first = db.session.scalar(query)
    return clock.local(first).date() if first else None


def faults_of_entry(is_tally: bool, span: str, fed_from: date | None) -> Faults:
    """What is wrong with entering by hand. span: the day, month or year it counts in; fed_from: as ``first_day``."""
    if fed_from is None:
        return {}
    last_day = Period.parse(span).last_day if is_tally else date.fromisoformat(span)
    if last_day < fed_from:
        return {}
    sentence = f"自 {fed_from} 起，小程序的投诉由系统随群众反映自动登记，不再人工登记。"
    return {"period" if is_tally else "received_at": [sentence]}


def _find(feedback: str) -> Complaint | None:
    return db.session.scalar(select(Complaint).where(Complaint.feedback == feedback))


def _is_tallied(township: str, day: date) -> bool:
    query = select(ComplaintTally.id).where(
        ComplaintTally.township == township,
        ComplaintTally.source == SOURCE,
        ComplaintTally.voided_at.is_(None),
        ComplaintTally.period.in_([f"{day:%Y-%m}", f"{day:%Y}"]),
    )
    return db.session.scalars(query).first() is not None
