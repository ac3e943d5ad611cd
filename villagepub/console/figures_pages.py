"""The console's figures, what is out of step on other channels, and complaints with their clocks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, render_template, request
from markupsafe import Markup

from villagepub.channels import queries as channels
from villagepub.channels.sync import Reason
from villagepub.console import figures
from villagepub.console.pages import month_asked, township_asked
from villagepub.core import clock
from villagepub.core.errors import Invalid
from villagepub.core.paging import PageRequest
from villagepub.core.periods import months_between
from villagepub.core.permissions import Permission, allows, require
from villagepub.divisions import queries as divisions
from villagepub.feedback import queries as feedback
from villagepub.feedback.kinds import KIND_NAMES, Holder, Kind
from villagepub.layout.charts import Chart, bars, data_table, lines
from villagepub.ledgers import queries as ledgers
from villagepub.ledgers.labels import SOURCES
from villagepub.review.workflow import STAGE_NAMES, State
from villagepub.statistics import queries as statistics
from villagepub.web.forms import Form
from villagepub.web.guards import current_actor

blueprint = Blueprint("console_figures", __name__, template_folder="templates")

SHOWN = 30
COMPLAINTS_SINCE = timedelta(days=366)
REASONS = {
    Reason.NO_ITEM: "这里没有对应的信息",
    Reason.NOT_APPROVED: "这里还没有批准",
    Reason.BEFORE_APPROVAL: "早于这里批准",
    Reason.VILLAGERS_ONLY: "只向本村村民公开",
}
HELD_BY = {"uploader": "村务公开专人", "administrator": "信息公开工作人员"}
ENDED = {State.WITHDRAWN: "已撤回", State.SUSPENDED: "已暂停公开", State.SUPERSEDED: "已更正"}


@dataclass(frozen=True)
class Picture:
    """A chart as it is printed, and its numbers as a table. is_summed_up: whether a table below it has them too."""

    title: str
    svg: Markup
    table: Markup
    is_summed_up: bool


def _picture(chart: Chart, heading: str, draw: Callable[[Chart], str] = bars, *, is_summed_up: bool = True) -> Picture:
    return Picture(chart.title, _markup(draw(chart)), _markup(data_table(chart, heading)), is_summed_up)


def _pictures(table: figures.Table) -> list[Picture]:
    charts = (figures.chart_of_published(table), figures.chart_of_due(table))
    return [_picture(chart, table.heading) for chart in charts]


def _markup(text: str) -> Markup:
    return Markup(text)  # noqa: S704  charts escape what they are given


def _span_asked() -> tuple[str, str]:
    first, last = figures.span_before(clock.today())
    first, last = request.args.get("first") or first, request.args.get("last") or last
    try:
        months = months_between(first, last)
    except ValueError as error:
        raise Invalid(errors={"first": [str(error)]}) from None
    if not 1 <= len(months) <= figures.MOST:
        raise Invalid(errors={"last": [f"请选择先后两个月份，最多 {figures.MOST} 个月。"]})
    return first, last


def _one_asked(name: str, known: Mapping[str, str]) -> str | None:
    asked = request.args.get(name) or None
    if asked is not None and asked not in known:
        raise Invalid(errors={name: ["没有这一项，请从列表中选择。"]})
    return asked


@blueprint.get("/console/figures")
def show_figures() -> str:
    """Of the township, or of one village, of all groups of the catalogue or one, month by month.

    Rates and review times are counted over all groups: they are left out where one is asked for.
    """
    township, (first, last) = township_asked(), _span_asked()
    villages, groups = figures.villages_of(township), figures.groups_of(township)
    village, group = _one_asked("village", villages), _one_asked("group", groups)
    span = figures.Span((village or divisions.prefix_of(township),), first, last, group)
    tables = [figures.table_by("month", figures.months_of(span), span)]
    if village is None:
        tables.append(figures.table_by("village", villages, span))
    if group is None:
        tables.append(figures.table_by("group", groups, span))
    pictures = {table.key: _pictures(table) for table in tables}
    times = None
    if group is None:
        pictures["month"].append(
            _picture(figures.chart_of_rates(span, clock.today()), "月份", lines, is_summed_up=False)
        )
        times = statistics.review_times(span.prefixes, first, last)
    return render_template(
        "console/figures.html",
        form=Form({"first": first, "last": last, "village": village or "", "group": group or ""}),
        first=first,
        last=last,
        about=[names[one] for names, one in ((villages, village), (groups, group)) if one],
        villages=villages,
        groups=groups,
        tables=tables,
        columns=figures.COLUMNS,
        pictures=pictures,
        times=times,
        times_picture=_picture(figures.chart_of_times(times), "环节") if times else None,
        stages=STAGE_NAMES,
        as_of=clock.now(),
    )


@blueprint.get("/console/channels")
def show_channels() -> str:
    """What is out of step: missing there, there without an approval, still there after its end here."""
    township = township_asked()
    require(current_actor(), Permission.READ_LEDGERS, township)
    period = request.args.get("month") and month_asked()
    channel = request.args.get("channel") or None
    span = channels.span_of(township, period or None, channel)
    comparison = channels.compare(township, span)
    *rates, total = comparison.rates(span)
    missing = sorted(
        (pair for pair in comparison.pairs(span) if pair.post is None),
        key=lambda pair: (pair.matter.published_on, pair.matter.current.id, pair.channel),
    )
    unapproved, still_up = list(comparison.unapproved(span)), list(comparison.still_up(span))
    return render_template(
        "console/channels.html",
        form=Form({"month": period or "", "channel": channel or ""}),
        names={each.key: each.name for each in comparison.channels},
        choices=[(each.key, each.name) for each in comparison.channels if not each.counted_from_disclosures],
        villages={place.code: place.name for place in divisions.list_disclosing((divisions.prefix_of(township),))},
        rates=rates,
        total=total,
        missing=missing[:SHOWN],
        unapproved=unapproved[:SHOWN],
        still_up=still_up[:SHOWN],
        counts=(len(missing), len(unapproved), len(still_up)),
        reasons=REASONS,
        held_by=HELD_BY,
        ended=ENDED,
        may_import=allows(current_actor(), Permission.KEEP_LEDGERS, township),
    )


@dataclass(frozen=True)
class Clocked:
    """Something that waits for an answer. due_on: None where the township has no rule. days: overdue, or None."""

    said: str
    place: str
    source: str
    received_on: date
    due_on: date | None
    answered_on: date | None
    holder: str
    is_provisional: bool = False

    @property
    def days_late(self) -> int:
        """Calendar days after its last day; by a provisional one nobody is late."""
        if self.due_on is None or self.is_provisional:
            return 0
        return max(((self.answered_on or clock.today()) - self.due_on).days, 0)


@blueprint.get("/console/complaints")
def show_complaints() -> str:
    """Complaints of the ledger, and what villagers said here, with their clocks; what waits comes first."""
    township = township_asked()
    require(current_actor(), Permission.READ_LEDGERS, township)
    complaints = _complaints(township)
    page = feedback.list_feedback(
        (divisions.prefix_of(township),), feedback.Filters(), PageRequest(request.args.get("cursor"), SHOWN)
    )
    waiting = [each for each in complaints if each.answered_on is None]
    return render_template(
        "console/complaints.html",
        complaints=complaints,
        waiting=len(waiting),
        late=sum(each.days_late > 0 for each in waiting),
        answer_days=divisions.get_township(township).answer_days,
        feedback=page,
        villages={place.code: place.name for place in divisions.list_disclosing((divisions.prefix_of(township),))},
        kinds={kind.value: name for kind, name in KIND_NAMES.items()},
        praise=Kind.PRAISE,
        states=FEEDBACK_STATES,
        is_overdue=feedback.is_overdue,
        of_the_township=Holder.TOWNSHIP,
        since=clock.today() - COMPLAINTS_SINCE,
    )


FEEDBACK_STATES = {
    "held": ("待核验", "warn"),
    "open": ("待答复", "info"),
    "reviewing": ("答复待审查", "info"),
    "answered": ("已答复", "good"),
    "rejected": ("不予受理", "plain"),
    "withdrawn": ("本人已撤回", "plain"),
}


def _complaints(township: str) -> list[Clocked]:
    """Of the last year; those that wait first, longest first."""
    place = divisions.get_township(township)
    rows = ledgers.list_complaints_between(
        (divisions.prefix_of(township),), clock.now() - COMPLAINTS_SINCE, clock.now() + timedelta(days=1)
    )
    found = [
        Clocked(
            said=row.subject,
            place=place.full_name,
            source=SOURCES[row.source],
            received_on=(day := clock.local(row.received_at).date()),
            due_on=day + timedelta(days=place.answer_days) if place.answer_days else None,
            answered_on=clock.local(row.answered_at).date() if row.answered_at else None,
            holder="信息公开工作人员",
        )
        for row in rows
        if row.feedback is None
    ]
    return sorted(found, key=lambda each: (each.answered_on is not None, each.received_on))
