"""Reminders that a report is due."""

from datetime import date

from villagepub.core import clock
from villagepub.core.prose import day_text
from villagepub.divisions import queries as divisions
from villagepub.notices import operations as notices
from villagepub.reports import queries
from villagepub.reports.policy import due_date, is_day_to_remind
from villagepub.review.workflow import Notice


def remind() -> None:
    """Tell the administrators of each township that has not finalised last year's report, on the days for it."""
    today = clock.today()
    year = today.year - 1
    for township in divisions.list_townships():
        draft = queries.find_draft(township.code, year)
        due_on = due_date(year, draft.due_on if draft else None)
        if is_day_to_remind(today, year, due_on) and not queries.find_last_revision(township.code, year):
            sentence = _sentence(year, (due_on - today).days, due_on)
            notices.tell_administrators(township.code, Notice.REPORT_DUE, sentence)


def _sentence(year: int, left: int, due_on: date) -> str:
    when = f"还有 {left} 天" if left > 0 else ("今天到期" if left == 0 else f"已逾期 {-left} 天")
    return f"{year} 年度政府信息公开工作年度报告须在{day_text(due_on)}前公布，{when}，尚未定稿。请补齐缺项后定稿。"
