"""What follows from the events of an application: its state, its days, its outcome.

Nothing of that is ever written by hand, so that it can be computed anew from the events and a calendar.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from villagepub.applications import receipt
from villagepub.applications.deadline import AnswerClock, answer_clock
from villagepub.applications.models import Application, ApplicationDueChange, ApplicationEvent
from villagepub.applications.outcomes import outcome_by
from villagepub.applications.workflow import Kind, State, state_after
from villagepub.calendars.places import calendar_of, national_calendar
from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.divisions import queries as divisions
from villagepub.extensions import db


def append(
    application: Application,
    kind: Kind,
    at: datetime,
    details: dict[str, Any],
    actor: Actor,
    *,
    rescinds: str | None = None,
) -> ApplicationEvent:
    event = ApplicationEvent(
        township=application.township,
        seq=len(application.events) + 1,
        kind=kind,
        at=at,
        details=details,
        rescinds=rescinds,
        recorded_by=actor.person_id,
        recorded_at=clock.now(),
    )
    application.events.append(event)
    db.session.flush()
    return event


def follow(application: Application, event: ApplicationEvent | None, reason: str) -> None:
    """Bring state, days and outcome up to what the events say; a due date that moves leaves a row."""
    standing = application.standing_events
    township = divisions.get_township(application.township)
    regional, national = calendar_of(township), national_calendar()
    state = state_after(receipt.first_state(application.channel or ""), (Kind(each.kind) for each in standing))
    _receive(application, standing)
    happenings = [each.as_happening() for each in standing if each.kind != Kind.CONFIRMED]
    found = answer_clock(application.received_on, happenings, regional=regional, national=national)
    _log_move(application, found, event, reason, regional.edition)
    application.state = state
    _end(application, standing)
    application.due_on, application.national_due_on = found.due_on, found.national_due_on
    application.remind_on, application.due_status = found.remind_on, found.status
    application.due_reasons = [plain(asdict(each), keep_none=True) for each in found.reasons]
    application.side_clocks = [plain(asdict(each), keep_none=True) for each in found.side_clocks]
    application.missing_years = list(found.missing_years)
    application.missing_regional_years = list(found.missing_regional_years)
    application.calendar_edition = regional.edition
    db.session.flush()


def _receive(application: Application, standing: list[ApplicationEvent]) -> None:
    confirmed = (each.at for each in standing if each.kind == Kind.CONFIRMED)
    application.confirmed_at = next(confirmed, None)
    if application.channel is not None and application.submitted_at is not None:
        application.received_on = receipt.received_on(
            application.channel, application.submitted_at, application.confirmed_at
        )
    application.received_year = application.received_on.year if application.received_on else None


def _end(application: Application, standing: list[ApplicationEvent]) -> None:
    last = standing[-1] if application.state == State.CLOSED else None
    application.outcome = outcome_by(Kind(last.kind), last.details.get("outcome")) if last else None
    application.closed_on = last.on if last else None
    application.closed_year = last.on.year if last else None


def _log_move(
    application: Application,
    found: AnswerClock,
    event: ApplicationEvent | None,
    reason: str,
    edition: str,
) -> None:
    """Every move of the due date, each change of what is known about it, and each time it is computed anew."""
    is_computed_anew = event is None and application.calendar_edition not in (None, edition)
    if (application.due_on, application.due_status) == (found.due_on, found.status) and not is_computed_anew:
        return
    application.due_changes.append(
        ApplicationDueChange(
            township=application.township,
            seq=len(application.due_changes) + 1,
            at=clock.now(),
            event_id=event.id if event else None,
            old_due_on=application.due_on,
            new_due_on=found.due_on,
            old_status=application.due_status,
            new_status=found.status,
            reason=reason,
            edition=edition,
        )
    )


def plain(values: Mapping[str, Any], *, keep_none: bool = False) -> dict[str, Any]:
    """As JSON values."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if keep_none or value is not None
    }
