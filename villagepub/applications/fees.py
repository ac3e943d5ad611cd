"""The fee for handling information (信息处理费). Pure.

Source: 《政府信息公开信息处理费管理办法》 (国办函〔2020〕109号), in force from 2021-01-01. Normally nothing is charged
(条例 art. 42). When it is, an application is charged by items or by pages, never by both; the higher rate is paid for
what lies above each edge alone (超额累进). Items are those of one applicant in one calendar month, pages those of one
application.
"""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from itertools import chain, count

LARGEST_QUANTITY = 100_000


class Basis(StrEnum):
    ITEMS = "items"
    PAGES = "pages"


Tiers = tuple[tuple[int, int], ...]  # (up to and with, 元 each)

ITEM_TIERS: Tiers = ((10, 0), (30, 100), (40, 200))
PAGE_TIERS: Tiers = ((30, 0), (100, 10), (200, 20))
PAGE_BEYOND = 40
ITEM_STEP, ITEM_RISE = 10, 100  # beyond the last tier, 100 元 more for each further ten


def fee_by_items(items: int, already: int = 0) -> Decimal:
    """元 for items that come after those which the applicant already has in the month."""
    return Decimal(_total(already + items, _item_tiers()) - _total(already, _item_tiers()))


def fee_by_pages(pages: int) -> Decimal:
    """元 for the pages of one application."""
    return Decimal(_total(pages, chain(PAGE_TIERS, [(LARGEST_QUANTITY, PAGE_BEYOND)])))


def _item_tiers() -> Iterator[tuple[int, int]]:
    yield from ITEM_TIERS
    edge, rate = ITEM_TIERS[-1]
    yield from ((edge + ITEM_STEP * step, rate + ITEM_RISE * step) for step in count(1))


def _total(quantity: int, tiers: Iterator[tuple[int, int]]) -> int:
    """Raises ValueError for a negative number."""
    if quantity < 0:
        raise ValueError("数量不能为负数。")
    total, below = 0, 0
    for edge, rate in tiers:
        total += max(min(quantity, edge) - below, 0) * rate
        if quantity <= edge:
            break
        below = edge
    return total
