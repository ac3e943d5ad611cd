"""When the samples of a year are written, and which periods they can be about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Season:
    """year: what the samples are about. days: those on which people write, in order."""

    year: int
    days: tuple[date, ...]

    @property
    def periods(self) -> Mapping[str, Sequence[str]]:
        """By frequency, what ends while there is still time to write about it, and the year before."""
        return {
            "monthly": [f"{self.year}-{month:02d}" for month in range(1, 12)],
            "quarterly": [f"{self.year}-Q{quarter}" for quarter in range(1, 4)],
            "half_yearly": [f"{self.year}-H1"],
            "yearly": [f"{self.year - 1}"],
        }

    @property
    def recent(self) -> Sequence[str]:
        """What is on people's minds at the end of the year."""
        return (f"{self.year}-Q3", f"{self.year}-10", f"{self.year}-11", f"{self.year}")


def weekdays(first: date, last: date) -> tuple[date, ...]:
    """Mondays to Fridays, both ends included."""
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return tuple(day for day in days if day.weekday() < 5)


# The platform opened in November; there is no public holiday until three approvals no longer fit into the year.
AUTUMN_2023 = Season(2023, weekdays(date(2023, 11, 6), date(2023, 12, 26)))
