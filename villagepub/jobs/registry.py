"""Every kind of job, by its name: one literal table.

The functions stand with the features they work for, which queue their jobs by name; so only the worker reads this.
"""

from datetime import timedelta

from villagepub.jobs import housekeeping
from villagepub.jobs.kinds import Kind, Kinds, Mode

KINDS: Kinds = {
    housekeeping.CLOSE_MONTH: Kind(housekeeping.close_month),
    housekeeping.VERIFY_STATISTICS: Kind(housekeeping.verify_statistics, Mode.READ, patience=timedelta(hours=1)),
    housekeeping.VERIFY_AUDIT: Kind(housekeeping.verify_audit, Mode.READ, patience=timedelta(hours=1)),
}
