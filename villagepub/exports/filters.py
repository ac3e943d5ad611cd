"""What each kind of export can be narrowed to: the parameters of a query, and ``filters`` of a body."""

from marshmallow import ValidationError, fields, validate, validates_schema

from villagepub.core.fields import Day, DivisionCode, EntryCode, Flag, Id, PeriodText, Shape, Text, one_of
from villagepub.core.periods import EARLIEST_YEAR, LATEST_YEAR
from villagepub.exports.sources.decisions import OUTCOMES
from villagepub.ledgers.kinds import LEDGERS
from villagepub.review.workflow import StageName, State
from villagepub.statistics.schemas import SpanQuery

FREE_TEXT = ("q",)  # what people wrote, which no audit entry repeats


class PlaceFilters(Shape):
    """A place, all below it included."""

    division = DivisionCode(required=True)


class DaysFilters(PlaceFilters):
    first = Day(load_default=None, data_key="from")
    last = Day(load_default=None, data_key="to")

    @validates_schema
    def check_span(self, data: dict[str, object], **kwargs: object) -> None:
        first, last = data.get("first"), data.get("last")
        if first and last and str(last) < str(first):
            raise ValidationError("结束日期不能早于开始日期。", "to")


class DisclosureFilters(DaysFilters):
    """As the list that staff see; from and to are days of publication."""

    state = fields.String(load_default=None, validate=one_of(State))
    stage = fields.String(load_default=None, validate=one_of(StageName))
    entry = EntryCode(load_default=None)
    group = Text(longest=1, load_default=None, metadata={"description": "公开类别的字母，例如 C"})
    period = PeriodText(load_default=None)
    q = Text(longest=100, load_default=None, metadata={"description": "标题中的文字"})


class DecisionFilters(DaysFilters):
    """from and to are days of deciding."""

    entry = EntryCode(load_default=None)
    stage = fields.String(load_default=None, validate=one_of(StageName))
    outcome = fields.String(load_default=None, validate=one_of(OUTCOMES))


class LedgerFilters(DaysFilters):
    """As the list of the ledger; from and to have no meaning for tallies, which have no days."""

    ledger = fields.String(required=True, validate=one_of(LEDGERS))
    year = fields.Integer(
        load_default=None,
        strict=True,
        validate=validate.Range(EARLIEST_YEAR, LATEST_YEAR, error=f"须在 {EARLIEST_YEAR} 与 {LATEST_YEAR} 之间。"),
    )
    voided = Flag(load_default=None)

    @validates_schema
    def check_days(self, data: dict[str, object], **kwargs: object) -> None:
        ledger = LEDGERS.get(str(data.get("ledger")))
        if ledger and ledger.is_tally and (data.get("first") or data.get("last")):
            raise ValidationError("合计台账没有日期，请用 year 限定年度。", "from")


class TotalFilters(SpanQuery):
    """Months from one to another, both included."""


class AuditFilters(DaysFilters):
    subject = Id(load_default=None, metadata={"description": "对象编号"})
