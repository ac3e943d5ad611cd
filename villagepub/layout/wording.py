"""How values are put before people: days and moments in Chinese, states with a word and a tone."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from markupsafe import Markup, escape

from villagepub.core.clock import local
from villagepub.core.periods import Period
from villagepub.core.prose import day_text, moment_text

STATES: dict[str, tuple[str, str]] = {
    "draft": ("草稿", "plain"),
    "imported": ("历史导入", "plain"),
    "in_review": ("审批中", "info"),
    "returned": ("已退回", "warn"),
    "referred": ("已提请确定", "warn"),
    "refused": ("不予公开", "bad"),
    "published": ("已公开", "good"),
    "superseded": ("已更正", "plain"),
    "suspended": ("暂停公开", "warn"),
    "withdrawn": ("已撤回", "bad"),
}


def state_words(state: str) -> tuple[str, str]:
    """The word for a state of a disclosure, and the tone of its tag."""
    return STATES[state]


def day(given: date | datetime | None) -> str:
    """``2023年11月6日``; of an instant, the day that it is in Asia/Shanghai. Empty for None."""
    if given is None:
        return ""
    return day_text(local(given) if isinstance(given, datetime) else given)


def moment(instant: datetime | None) -> str:
    """``2023年11月6日 09:05`` in Asia/Shanghai. Empty for None."""
    return moment_text(instant) if instant else ""


def month(given: str) -> str:
    """``2023年11月`` for ``2023-11``."""
    year, _, number = given.partition("-")
    return f"{year}年{int(number)}月"


def period(given: str | None) -> str:
    """``2023年10月``, ``2023年第4季度``, ``2023年下半年``, ``2023年``, or of an event's day ``2023年11月6日``."""
    if given is None:
        return ""
    return day(date.fromisoformat(given)) if len(given) == len("2023-11-06") else Period.parse(given).in_words


def headed(cells: Markup, heads: Sequence[str | tuple[str, str]]) -> Markup:
    """A table's row in which each cell also bears its head, for screens too narrow for columns."""
    words = iter(head if isinstance(head, str) else head[0] for head in heads)
    named = re.sub(r"<t[dh](?=[ >])", lambda cell: f'{cell[0]} data-head="{escape(next(words))}"', cells)
    return Markup(named)  # noqa: S704  it was markup, and the heads are escaped


def padded(text: str) -> Markup:
    """With a space before it, unless it is empty: for attributes that a part has written."""
    return Markup(" ") + text if text else Markup("")
