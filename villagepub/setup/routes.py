"""The section ``routing``: which kinds of item belong on which channel."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from villagepub.channels.routing import HOLDERS, RoutingTable, Rule
from villagepub.core.permissions import Role
from villagepub.setup.content import ChannelRow, EntryRow
from villagepub.setup.sources import Section


@dataclass(frozen=True)
class Destinations:
    """What rules may name; None where it was refused itself, so that nothing is missed in it."""

    entries: Sequence[EntryRow] | None
    channels: Sequence[ChannelRow] | None

    @property
    def items(self) -> frozenset[str] | None:
        """The codes of entries and the letters of groups."""
        if self.entries is None:
            return None
        return frozenset(name for row in self.entries for name in (row.values.code, row.values.group))

    @property
    def keys(self) -> frozenset[str] | None:
        return None if self.channels is None else frozenset(row.key for row in self.channels)


def read_routing(top: Section, known: Destinations) -> RoutingTable | None:
    """None when the section itself or its day is refused."""
    section = top.section("routing")
    if section is None:
        return None
    day = section.day("valid_from")
    rules = [_rule(each, known) for each in section.sections("rules")]
    section.finish()
    return RoutingTable(day, tuple(rules)) if day else None


def _rule(section: Section, known: Destinations) -> Rule:
    items, channels = section.texts("items"), section.texts("channels")
    _refuse_unknown(section, "items", items, known.items, "公开目录的编码（C02）或类别（C）")
    _refuse_unknown(section, "channels", channels, known.keys, "channels 中的编号")
    held_by = _held_by(section)
    section.finish()
    return Rule(tuple(items), tuple(channels), held_by)


def _refuse_unknown(section: Section, key: str, named: Iterable[str], known: Container[str] | None, what: str) -> None:
    unknown = [name for name in named if name and known is not None and name not in known]
    if unknown:
        section.refuse(key, f"没有“{'、'.join(unknown)}”，请改用{what}。")


def _held_by(section: Section) -> Role:
    text = section.text("held_by", required=False)
    if text and text not in HOLDERS:
        section.refuse("held_by", f"只能是 {'、'.join(HOLDERS)} 之一，现为“{text}”，请改正。")
        return Role.ADMINISTRATOR
    return Role(text) if text else Role.ADMINISTRATOR
