"""What one ledger's list can be narrowed by besides what all take. A figure of the form is such a list, counted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import fields
from sqlalchemy import ColumnElement, and_, or_

from villagepub.applications import queries as applications
from villagepub.core import clock
from villagepub.core.fields import Day, Flag, Reference
from villagepub.disclosures import queries as disclosures
from villagepub.ledgers.labels import CONCLUSIONS
from villagepub.ledgers.models import (
    AccountabilityResult,
    Complaint,
    Document,
    Inspection,
    Reconsideration,
)
from villagepub.ledgers.schemas import Choice, year_field

PENDING = "pending"
DISPUTE_OUTCOMES = CONCLUSIONS | {PENDING: "尚未审结"}

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Filter:
    """parameter: of the query. condition: which rows it leaves, given its value and the year of the list, if any."""

    parameter: fields.Field[Any]
    condition: Callable[[Any, int | None], Condition]


def _said(description: str) -> dict[str, Any]:
    return {"load_default": None, "metadata": {"description": description}}


def _answered(answered: bool, year: int | None) -> Condition:
    return Complaint.answered_at.is_not(None) if answered else Complaint.answered_at.is_(None)


def _repealed_in(repealed_in: int, year: int | None) -> Condition:
    return Document.repealed_on.between(date(repealed_in, 1, 1), date(repealed_in, 12, 31))


def _in_force_on(day: date, year: int | None) -> Condition:
    return and_(
        Document.issued_on <= day,
        or_(Document.repealed_on.is_(None), Document.repealed_on > day),
        or_(Document.valid_until.is_(None), Document.valid_until >= day),
    )


def _open(is_open: bool, year: int | None) -> Condition:
    return Inspection.closed_on.is_(None) if is_open else Inspection.closed_on.is_not(None)


def _overdue(overdue: bool, year: int | None) -> Condition:
    late = and_(Inspection.closed_on.is_(None), Inspection.due_on.is_not(None), Inspection.due_on < clock.today())
    return late if overdue else ~late


def _about(disclosure: str, year: int | None) -> Condition:
    if "-" in disclosure:
        return AccountabilityResult.disclosure.in_(disclosures.select_numbered(disclosure))
    return AccountabilityResult.disclosure == disclosure


def _of_application(application: str, year: int | None) -> Condition:
    if "-" in application:
        return Reconsideration.application.in_(applications.select_numbered(application))
    return Reconsideration.application == application


def counts_in_year(year: int) -> Condition:
    """A dispute is in the form of each year in which it was pending on the last day, and of that of its conclusion."""
    return and_(
        Reconsideration.filed_on <= date(year, 12, 31),
        or_(Reconsideration.concluded_on.is_(None), Reconsideration.concluded_on >= date(year, 1, 1)),
    )


def _outcome(outcome: str, year: int | None) -> Condition:
    """As it was on the last day of the year, whatever happened later; without a year, as it is now."""
    last_day = date(year, 12, 31) if year else date.max
    concluded = and_(Reconsideration.concluded_on.is_not(None), Reconsideration.concluded_on <= last_day)
    return ~concluded if outcome == PENDING else and_(Reconsideration.outcome == outcome, concluded)


COMPLAINTS = {"answered": Filter(Flag(**_said("true 只列已回应的，false 只列未回应的")), _answered)}
DOCUMENTS = {
    "repealed_in": Filter(year_field(**_said("这一年废止的")), _repealed_in),
    "in_force_on": Filter(Day(**_said("这一天有效的")), _in_force_on),
}
INSPECTIONS = {
    "open": Filter(Flag(**_said("true 只列未办结的，false 只列已办结的")), _open),
    "overdue": Filter(Flag(**_said("true 只列到今天超过整改期限仍未办结的")), _overdue),
}
ACCOUNTABILITY = {"disclosure": Filter(Reference(**_said("与这一条公开信息有关的")), _about)}
RECONSIDERATIONS = {
    "outcome": Filter(Choice(DISPUTE_OUTCOMES, **_said("与 year 合用时，按该年最后一天的情况")), _outcome),
    "application": Filter(Reference(**_said("由这一件依申请公开引起的")), _of_application),
}
