"""What is done by the clock: one literal table, read by every worker, each slot run by one of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import structlog

from villagepub.accounts import throttle
from villagepub.applications import reminders
from villagepub.calendars import operations as calendars
from villagepub.calendars.places import national_calendar
from villagepub.channels import deliveries
from villagepub.clearance import rounds
from villagepub.core import clock, tenancy
from villagepub.core.transactions import transaction
from villagepub.core.workdays import WorkCalendar
from villagepub.exports import sweeping
from villagepub.jobs import housekeeping, operations, queries
from villagepub.notices import mornings, outbox
from villagepub.reports import reminding
from villagepub.statistics.queries import CLOSING_DAY
from villagepub.wechat import pushes

_DAY = timedelta(days=1)
_LOOK_BACK = 40  # days: a rule that holds more rarely than once a month has no place here

log = structlog.get_logger("villagepub.worker")

Days = Callable[[date, WorkCalendar], bool]


def every_day(day: date, calendar: WorkCalendar) -> bool:
    return True


def working_days(day: date, calendar: WorkCalendar) -> bool:
    return calendar.is_working_day(day)


def days_of_month(first: int, last: int = 31) -> Days:
    return lambda day, calendar: first <= day.day <= last


@dataclass(frozen=True)
class Schedule:
    """at: on the wall clock of Asia/Shanghai. work: queues jobs, no more: it is done in the slot's transaction.

    late: for how long after its moment a slot that nobody was there for is still run.
    """

    name: str
    days: Days
    at: time
    work: Callable[[], None]
    late: timedelta = timedelta(hours=12)

    def latest_slot(self, now: datetime, calendar: WorkCalendar) -> datetime | None:
        """The last moment of this schedule up to now, unless that is too long ago."""
        today = clock.local(now).date()
        for day in (today - _DAY * back for back in range(_LOOK_BACK)):
            slot = datetime.combine(day, self.at, clock.SHANGHAI)
            if slot <= now and self.days(day, calendar):
                return slot if now - slot <= self.late else None
        return None


SCHEDULES = (
    Schedule("closing", days_of_month(CLOSING_DAY), time(0, 10), housekeeping.queue_closings, late=timedelta(days=1)),
    Schedule("statistics verify", every_day, time(2, 10), housekeeping.queue_statistics_checks),
    Schedule("audit verify", every_day, time(2, 40), housekeeping.queue_audit_checks),
    Schedule("files", every_day, time(3, 10), housekeeping.queue_file_checks),
    Schedule("exports", every_day, time(3, 20), sweeping.queue_sweep),
    Schedule("rescreen", every_day, time(1, 10), rounds.queue_all_rounds),
    Schedule("annual report", every_day, time(8, 30), reminding.remind),
    Schedule("applications", working_days, time(8, 0), reminders.queue_reminders),
    Schedule("reminders and messages", working_days, outbox.BEGIN_OF_DAY, mornings.queue_mornings),
    Schedule("forget", every_day, time(3, 40), operations.forget_old),
    Schedule("calendar", every_day, time(4, 10), calendars.queue_arrivals),
    Schedule("calendar warning", every_day, time(8, 40), calendars.queue_warnings),
    Schedule("webhook log", every_day, time(3, 45), deliveries.forget_old),
    Schedule("wechat pushes", every_day, time(3, 50), pushes.forget_old),
    Schedule("counts of tries", every_day, time(3, 55), throttle.forget_old),
)


def run_due(schedules: Sequence[Schedule]) -> None:
    """Run the latest slot of each schedule that nobody has run. One that goes wrong is tried again at the next look."""
    with transaction(tenancy.EVERYWHERE.reading()):
        calendar = national_calendar()
    for schedule in schedules:
        slot = schedule.latest_slot(clock.now(), calendar)
        if slot is None or _was_run(schedule, slot):
            continue
        try:
            with transaction(tenancy.EVERYWHERE):
                if operations.take_slot(schedule.name, slot):
                    schedule.work()
                    log.info("schedule", schedule=schedule.name, slot=slot.isoformat())
        except Exception:
            log.exception("schedule_went_wrong", schedule=schedule.name)


def _was_run(schedule: Schedule, slot: datetime) -> bool:
    """Look first: most looks find nothing to do, and need no writing lock."""
    with transaction(tenancy.EVERYWHERE.reading()):
        return queries.was_run(schedule.name, slot)
