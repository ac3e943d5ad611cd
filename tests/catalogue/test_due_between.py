"""Duties of some days are those of all days that fall due on them, found without walking through the rest."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.journeys import VILLAGE
from villagepub.catalogue.duties import owed_by
from villagepub.catalogue.models import CatalogueEntry
from villagepub.divisions.models import Division

DAY = st.dates(date(2021, 1, 1), date(2026, 12, 31))
ENTRIES = [
    CatalogueEntry(code=f"C{number:02}", frequency=frequency)
    for number, frequency in enumerate(("monthly", "quarterly", "half_yearly", "yearly"))
]


@given(DAY, DAY, DAY, st.integers(0, 400), st.integers(1, 28), st.integers(1, 12))
def test_none_is_missed_and_none_is_added(
    joined: date, until: date, first: date, length: int, day: int, month: int
) -> None:
    rules = {
        "monthly": {"day": day},
        "quarterly": {"day": day},
        "half_yearly": {"day": day},
        "yearly": {"month": month, "day": day},
    }
    village = Division(code=VILLAGE, name="", level="village", on_platform_from=joined)
    last = first + timedelta(days=length)
    everything = owed_by(village, ENTRIES, rules, until)
    assert list(owed_by(village, ENTRIES, rules, until, (first, last))) == [
        owed for owed in everything if first <= owed.due_on <= last
    ]


class Counting(dict[str, Any]):
    """Rules that count how often one is asked for."""

    asked = 0

    def __getitem__(self, kind: str) -> Any:
        self.asked += 1
        return super().__getitem__(kind)


def test_a_month_long_after_the_village_joined_looks_at_few_periods() -> None:
    village = Division(code=VILLAGE, name="", level="village", on_platform_from=date(1990, 1, 1))
    rules = Counting({kind: {"day": 10} for kind in ("monthly", "quarterly", "half_yearly", "yearly")})
    list(owed_by(village, ENTRIES, rules, date(2030, 6, 1), (date(2030, 5, 1), date(2030, 5, 31))))
    assert rules.asked < 10
