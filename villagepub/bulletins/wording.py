"""The sentences of a bulletin. Pure: numbers in, Chinese out."""

from collections.abc import Mapping
from datetime import date

from villagepub.core.periods import Period
from villagepub.core.prose import day_text
from villagepub.core.rates import tenths_of
from villagepub.statistics.adjustments import NOWHERE, Adjustment
from villagepub.statistics.indicators import STATUS_LABELS, Indicator, Measure, Measures


def period(text: str) -> str:
    """``2023年10月``, ``2023年第4季度``, ``2023年下半年``, ``2023年``, or the day of an event."""
    if len(text) == len("2023-11-06"):
        return f"{day_text(date.fromisoformat(text))}发生"
    return Period.parse(text).in_words


def counted(now: int, before: int | None) -> str:
    """``，比上月增加3条``; nothing where there is no month to compare with."""
    if before is None:
        return ""
    if now == before:
        return "，与上月持平"
    return f"，比上月{'增加' if now > before else '减少'}{abs(now - before)}条"


def compared(now: Measure, before: Measure | None) -> str:
    """``（比上月提高3.2个百分点）``, in the points of the rates as printed."""
    points = _tenths(now), _tenths(before)
    if points[0] is None or points[1] is None:
        return ""
    change = points[0] - points[1]
    if not change:
        return "（与上月持平）"
    whole, tenth = divmod(abs(change), 10)
    amount = f"{whole}.{tenth}" if tenth else str(whole)
    return f"（比上月{'提高' if change > 0 else '下降'}{amount}个百分点）"


def _then(before: Measures | None, indicator: Indicator) -> Measure | None:
    return before[indicator] if before else None


def _tenths(measure: Measure | None) -> int | None:
    if measure is None or measure.numerator is None or measure.denominator is None:
        return None
    return tenths_of(measure.numerator, measure.denominator)


def overview(
    place: str, measures: Measures, before: Measures | None, *, done: int, published: int, published_before: int | None
) -> list[str]:
    """一、总体情况. done: of what fell due, how much is public; published: net of the month, whatever it was due."""
    news = f"本月公开信息{published}条{counted(published, published_before)}。"
    return [
        _coverage(place, measures, before) + news,
        *([] if before else ["上月没有可比数据。"]),
        _duties(measures, before, done),
        _responses(measures, before),
        _returns(measures, before),
        _slips(measures[Indicator.PRIVACY_SLIPS].numerator or 0),
    ]


def _coverage(place: str, measures: Measures, before: Measures | None) -> str:
    found = measures[Indicator.COVERAGE]
    change = compared(found, _then(before, Indicator.COVERAGE))
    return (
        f"{place}上线的村（社区）{found.denominator}个，本月有信息公开的{found.numerator}个，"
        f"覆盖率{found.rate}{change}。"
    )


def _duties(measures: Measures, before: Measures | None, done: int) -> str:
    timely, complete = measures[Indicator.TIMELINESS], measures[Indicator.COMPLETENESS]
    if not timely.denominator and not timely.provisional:
        return "本月没有到期应公开的事项。"
    text = (
        f"本月到期应公开{timely.denominator}项，已公开{done}项，其中按期公开{timely.numerator}项，"
        f"及时率{timely.rate}{compared(timely, _then(before, Indicator.TIMELINESS))}；"
        f"周期性事项应公开{complete.denominator}项，已公开（含无此类事项）{complete.numerator}项，"
        f"完整率{complete.rate}{compared(complete, _then(before, Indicator.COMPLETENESS))}。"
    )
    if timely.provisional:
        text += f"另有{timely.provisional}项的到期日因放假安排尚未公布而暂定，不作及时与否的判断。"
    return text


def _responses(measures: Measures, before: Measures | None) -> str:
    found, timely = measures[Indicator.RESPONSE], measures[Indicator.RESPONSE_ON_TIME]
    if found.denominator is None:
        return "投诉台账没有填报本月情况，回应率不作统计。"
    text = "本月没有收到投诉"
    if found.denominator:
        change = compared(found, _then(before, Indicator.RESPONSE))
        text = f"本月收到投诉{found.denominator}件，已回应{found.numerator}件，回应率{found.rate}{change}"
    if timely.denominator:
        text += f"；本月到期应回应{timely.denominator}件，按期回应{timely.numerator}件，按期回应率{timely.rate}"
    return f"{text}。"


def _returns(measures: Measures, before: Measures | None) -> str:
    found = measures[Indicator.RETURNS]
    if not found.denominator:
        return "本月没有提交审批的信息。"
    change = compared(found, _then(before, Indicator.RETURNS))
    return f"本月提交审批{found.denominator}条，其中被退回过的{found.numerator}条，退回率{found.rate}{change}。"


def _slips(number: int) -> str:
    if not number:
        return "没有发现隐私差错。"
    return f"在已公开的信息中发现隐私差错{number}条，所在村的考核予以否决。"


def notes(weights: Mapping[str, str | int], labels: Mapping[str, str]) -> list[str]:
    """What stands below the table of villages."""
    shares = "、".join(f"{labels[name]}{weight}" for name, weight in weights.items())
    return [
        "应公开、已公开为本月到期的事项，含一事一公开的；完整率只计按周期公开的事项；“—”表示没有应计的事项。",
        f"得分按权重（{shares}）计算；没有应计事项的指标不计，其权重由其余指标按比例分担。",
        "得分相同的名次并列，按村名排列；发现隐私差错的予以否决，不计得分和名次。",
        "台账中的投诉不分村，不计入各村的未回应和得分。",
    ]


def problem(entry: str, about: str, due_on: str, status: str) -> str:
    """One named entry of 三、存在问题."""
    due = day_text(date.fromisoformat(due_on))
    return f"{entry}（{period(about)}）应在{due}以前公开，{'逾期才公开' if status == 'late' else '逾期未公开'}"


def slip(number: str | None) -> str:
    name = f"编号{number}的信息" if number else "一条信息"
    return f"{name}公开后发现含有不得公开的内容"


def adjustment(each: Adjustment, place: str, thing: str) -> str:
    """thing: what was counted, in words."""
    before = "没有计入" if each.status_before == NOWHERE else f"计为“{STATUS_LABELS[each.status_before]}”"
    now = "不再计入" if each.status == NOWHERE else f"应计为“{STATUS_LABELS[each.status]}”"
    label = Indicator(each.indicator).label
    return f"{period(each.of_month)}{label}，{place}{thing}：原{before}，现{now}。"
