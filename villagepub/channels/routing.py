"""Which kinds of item belong on which channel: the township's table, by the day it is valid from. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from villagepub.core.permissions import Role

HOLDERS = (Role.ADMINISTRATOR, Role.UPLOADER)  # who may have to post on a channel


@dataclass(frozen=True)
class Rule:
    """items: entries (C02) and whole groups (C). held_by: who has to post them on these channels."""

    items: tuple[str, ...]
    channels: tuple[str, ...]
    held_by: Role = Role.ADMINISTRATOR

    def covers(self, entry: str) -> bool:
        return entry in self.items or entry[:1] in self.items

    def as_json(self) -> dict[str, Any]:
        return {"items": list(self.items), "channels": list(self.channels), "held_by": self.held_by.value}

    @classmethod
    def of_json(cls, values: Mapping[str, Any]) -> Self:
        return cls(tuple(values["items"]), tuple(values["channels"]), Role(values["held_by"]))


@dataclass(frozen=True)
class RoutingTable:
    """valid_from: the first day, in Asia/Shanghai, whose publications it routes."""

    valid_from: date
    rules: tuple[Rule, ...]

    def channels_of(self, entry: str) -> dict[str, Role]:
        """``{channel: who has to post there}``; where several rules name a channel, the first one says who."""
        found: dict[str, Role] = {}
        for rule in self.rules:
            if rule.covers(entry):
                found |= {channel: rule.held_by for channel in rule.channels if channel not in found}
        return found

    def names(self, channel: str) -> bool:
        return any(channel in rule.channels for rule in self.rules)


def table_on(tables: Iterable[RoutingTable], day: date) -> RoutingTable | None:
    """The one that was in force on a day; None before the first."""
    begun = [table for table in tables if table.valid_from <= day]
    return max(begun, key=lambda table: table.valid_from, default=None)


def channels_of(tables: Iterable[RoutingTable], entry: str, day: date) -> dict[str, Role]:
    """Where an item first published on a day belongs, and who has to post it there."""
    table = table_on(tables, day)
    return table.channels_of(entry) if table else {}


def fault_of_change(latest: RoutingTable | None, new: RoutingTable, today: date) -> str | None:
    """Why a table may not follow the latest one, with the remedy; None when it may. The past is never routed anew."""
    if latest is None or new == latest:
        return None
    if new.valid_from < latest.valid_from:
        return f"库中已有 {latest.valid_from} 起的对照表，不能插在它之前，请写更晚的日期。"
    if new.valid_from <= today:
        return f"已公开的信息不重新分发，改动须从以后起用：请把日期改为 {today} 之后的一天。"
    return None
