"""Every kind of job, by its name: one literal table.

The functions stand with the features they work for, which queue their jobs by name; so only the worker reads this.
"""

from datetime import timedelta

from villagepub.applications import reminders
from villagepub.calendars import operations as calendars
from villagepub.channels import deliveries
from villagepub.clearance import rounds
from villagepub.exports import operations as exports
from villagepub.exports import sweeping, work
from villagepub.imports import operations as imports
from villagepub.imports import work as importing
from villagepub.jobs import arrivals, housekeeping
from villagepub.jobs.kinds import Kind, Kinds, Mode
from villagepub.notices import delivery, mornings, outbox, pushes
from villagepub.publishing import changes
from villagepub.publishing import operations as publishing
from villagepub.reports import files as report_files
from villagepub.wechat import media, verdicts

KINDS: Kinds = {
    housekeeping.CLOSE_MONTH: Kind(housekeeping.close_month),
    housekeeping.VERIFY_STATISTICS: Kind(housekeeping.verify_statistics, Mode.READ, patience=timedelta(hours=1)),
    housekeeping.VERIFY_AUDIT: Kind(housekeeping.verify_audit, Mode.READ, patience=timedelta(hours=1)),
    housekeeping.SWEEP_FILES: Kind(housekeeping.sweep_files, everywhere=True, patience=timedelta(hours=1)),
    housekeeping.VERIFY_FILES: Kind(housekeeping.verify_files, Mode.READ, everywhere=True, patience=timedelta(hours=6)),
    reminders.REMIND: Kind(reminders.run),
    exports.WRITE: Kind(work.run, Mode.STEPS, max_attempts=work.MOST_ATTEMPTS, patience=timedelta(minutes=10)),
    exports.SWEEP: Kind(sweeping.run, Mode.STEPS, everywhere=True, patience=timedelta(hours=1)),
    imports.TAKE_IN: Kind(importing.run, Mode.STEPS, patience=timedelta(minutes=10)),
    report_files.MAKE: Kind(report_files.run, Mode.STEPS, patience=timedelta(minutes=5)),
    rounds.RESCREEN: Kind(rounds.run, Mode.STEPS, patience=timedelta(minutes=10)),
    calendars.ARRIVED: Kind(arrivals.recompute, patience=timedelta(minutes=10)),
    calendars.WARN: Kind(arrivals.warn),
    changes.CHANGED: Kind(deliveries.fan_out),
    deliveries.DELIVER: Kind(deliveries.deliver, Mode.STEPS, max_attempts=10),
    outbox.DELIVER: Kind(delivery.deliver, Mode.STEPS, max_attempts=delivery.MOST_ATTEMPTS),
    mornings.RUN: Kind(mornings.run),
    pushes.CONSENTS_CHANGED: Kind(pushes.consents_changed, everywhere=True),
    pushes.MESSAGE_SENT: Kind(pushes.message_sent, everywhere=True),
    publishing.CHECK_MEDIA: Kind(media.run, Mode.STEPS, patience=timedelta(minutes=5)),
    verdicts.APPLY: Kind(verdicts.apply),
    verdicts.LOOK: Kind(verdicts.look),
}
