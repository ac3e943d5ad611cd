"""Finding out what a bulletin of a month says as things stand."""

from villagepub.bulletins import content, queries
from villagepub.bulletins.content import Findings, Issue, Json
from villagepub.bulletins.scoring import weights_of
from villagepub.catalogue import queries as catalogue
from villagepub.core import clock
from villagepub.core.periods import Period, month_before
from villagepub.disclosures import queries as disclosures
from villagepub.divisions import queries as divisions
from villagepub.divisions.models import Township
from villagepub.statistics import gathering
from villagepub.statistics import queries as statistics
from villagepub.statistics.adjustments import Adjustment
from villagepub.statistics.indicators import Indicator
from villagepub.statistics.standings import Standings, standings_of


def bulletin_of(township: Township, month: str, issue: Issue | None = None) -> Json:
    """The bulletin as JSON. issue: given when it is issued; the month's indicators are frozen by then."""
    code, today, period = township.code, clock.today(), Period.parse(month)
    prefixes = (divisions.prefix_of(code),)
    now, before = standings_of(prefixes, period, today=today), _before(prefixes, month)
    adjusted = _adjustments(code, month)
    slips = {item.disclosure for item in now.items if item.indicator == Indicator.PRIVACY_SLIPS and item.disclosure}
    text = queries.find_text(code, month)
    return content.compose(
        Findings(
            township=code,
            place=divisions.get_division(code).name,
            publisher=township.publisher,
            month=period,
            taken_at=clock.now(),
            items=now.items,
            whole=now.whole,
            before=before.whole if before else None,
            standings=now.villages,
            published=statistics.count_published(prefixes, month, month),
            published_before=_published_before(prefixes, month),
            overdue=gathering.list_overdue(code, month, today=today),
            adjustments=adjusted,
            weights=weights_of(township.scoring),
            entries={entry.code: entry.name for entry in catalogue.list_entries(code)},
            villages={village.code: village.name for village in divisions.list_disclosing(prefixes)},
            numbers={each.id: each.number for each in disclosures.list_by_id(slips | {each.key for each in adjusted})},
            remarks=text.remarks if text else {},
            next_steps=text.next_steps if text else [],
            issue=issue,
        )
    )


def _before(prefixes: tuple[str, ...], month: str) -> Standings | None:
    """How the month before stood; None when no village was on the platform by its end."""
    found = standings_of(prefixes, Period.parse(month_before(month)), today=clock.today())
    return found if found.whole[Indicator.COVERAGE].denominator else None


def _published_before(prefixes: tuple[str, ...], month: str) -> int:
    last_month = month_before(month)
    return statistics.count_published(prefixes, last_month, last_month)


def _adjustments(township: str, month: str) -> list[Adjustment]:
    frozen = gathering.find_frozen(township, month)
    if frozen is not None:
        return [Adjustment(**each) for each in frozen.adjustments]
    return gathering.list_adjustments(township, month, today=clock.today())
