"""Where a person who signed in can go: one table; each sees what the own posts allow."""

from dataclasses import dataclass

from flask import request

from villagepub.core.actor import Actor
from villagepub.core.permissions import GRANTS, Permission

PLACES: tuple[tuple[str, str, Permission | None], ...] = (
    ("工作台", "/console", Permission.READ_REPORTS),
    ("上传", "/upload", Permission.WRITE_DISCLOSURES),
    ("审批台", "/desk", Permission.REVIEW),
    ("消息", "/notices", None),
    ("我的任务", "/work", Permission.EXPORT),
    ("管理", "/console/office", Permission.READ_LEDGERS),
    ("我的账号", "/account", None),
)


@dataclass(frozen=True)
class Place:
    """An entry of the bar; is_current: whether the page lies there."""

    text: str
    address: str
    is_current: bool


def navigation_of(actor: Actor) -> list[Place]:
    """The entries for this person, in the order of the table."""
    roles = {holding.role for holding in actor.holdings}
    return [
        Place(text, address, request.path == address or request.path.startswith(f"{address}/"))
        for text, address, permission in PLACES
        if permission is None or roles & GRANTS[permission]
    ]
