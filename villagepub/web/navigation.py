"""Where a person who signed in can go: one table; each sees what the own posts allow."""

from dataclasses import dataclass

from flask import request

from villagepub.core.actor import Actor
from villagepub.core.permissions import GRANTS, Permission

PLACES: tuple[tuple[str, str, Permission | None, tuple[str, ...]], ...] = (
    ("工作台", "/console", Permission.READ_REPORTS, ("console_",)),
    ("上传", "/upload", Permission.WRITE_DISCLOSURES, ("upload_pages.",)),
    ("审批台", "/desk", Permission.REVIEW, ("desk_pages.", "posts_pages.")),
    ("消息", "/notices", None, ("notices_pages.",)),
    ("我的任务", "/work", Permission.EXPORT, ("office_pages.own_work",)),
    ("管理", "/console/office", Permission.READ_LEDGERS, ("office_pages.", "posts_pages.hand")),
    ("我的账号", "/account", None, ("account_pages.",)),
)
"""The words, the address, who sees it, and how the names of the routes begin that lie there; the longest counts."""


@dataclass(frozen=True)
class Place:
    """An entry of the bar; is_current: whether the page lies there."""

    text: str
    address: str
    is_current: bool


def navigation_of(actor: Actor) -> list[Place]:
    """The entries for this person, in the order of the table."""
    roles = {holding.role for holding in actor.holdings}
    route = request.endpoint or ""
    best = max(_fit(route, routes) for *_, routes in PLACES)
    return [
        Place(text, address, 0 < best == _fit(route, routes))
        for text, address, permission, routes in PLACES
        if permission is None or roles & GRANTS[permission]
    ]


def _fit(route: str, beginnings: tuple[str, ...]) -> int:
    return max((len(each) for each in beginnings if route.startswith(each)), default=0)


def first_place_of(actor: Actor) -> str:
    """Where somebody begins who has signed in: the address of the own bar's first entry."""
    return navigation_of(actor)[0].address
