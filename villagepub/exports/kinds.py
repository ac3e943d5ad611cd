"""The kinds of export as one literal table: who may have them, how they are narrowed, where the rows come from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.core.fields import Shape
from villagepub.core.permissions import Permission, require
from villagepub.core.tabular import MEDIA_TYPES
from villagepub.divisions import queries as divisions
from villagepub.exports import filters
from villagepub.exports.sources import audit_entries, decisions, disclosures, ledgers, totals
from villagepub.exports.tables import Filters, Table


@dataclass(frozen=True)
class Kind:
    """permissions: every one of them is needed, at the place that is exported."""

    name: str
    noun: str
    permissions: tuple[Permission, ...]
    filters: type[Shape]
    open_table: Callable[[str, Filters], Table]


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "disclosures",
            "公开信息",
            (Permission.EXPORT, Permission.READ_DISCLOSURES),
            filters.DisclosureFilters,
            disclosures.open_table,
        ),
        Kind(
            "decisions",
            "审批意见",
            (Permission.EXPORT, Permission.READ_DISCLOSURES),
            filters.DecisionFilters,
            decisions.open_table,
        ),
        Kind(
            "ledgers",
            "台账",
            (Permission.EXPORT, Permission.READ_LEDGERS),
            filters.LedgerFilters,
            ledgers.open_table,
        ),
        Kind(
            "totals",
            "村务公开统计",
            (Permission.EXPORT, Permission.READ_STATISTICS),
            filters.TotalFilters,
            totals.open_table,
        ),
        Kind(
            "audit",
            "审计记录",
            (Permission.EXPORT, Permission.READ_AUDIT),
            filters.AuditFilters,
            audit_entries.open_table,
        ),
    )
}


@dataclass(frozen=True)
class Asked:
    """What somebody wants: a kind, a format, and filters as their shape loads them."""

    kind: Kind
    format: str
    filters: Filters

    @classmethod
    def of_stored(cls, kind: str, form: str, stored: dict[str, Any]) -> "Asked":
        """filters: JSON values that were taken before."""
        return cls(KINDS[kind], form, KINDS[kind].filters().load(stored))

    @property
    def division(self) -> str:
        return str(self.filters["division"])

    @property
    def prefix(self) -> str:
        """Raises NotFound for a place that is not there."""
        return divisions.prefix_of(self.division)

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.format]

    @property
    def title(self) -> str:
        return f"{divisions.get_division(self.division).name}{self.kind.noun}"

    @property
    def file_name(self) -> str:
        return f"{self.title} {clock.today()}.{self.format}"

    def as_json(self) -> dict[str, Any]:
        """The filters that are set, as JSON values."""
        shown = self.kind.filters().dump(self.filters)
        return {name: value for name, value in shown.items() if value is not None}

    def require_allowed(self, actor: Actor) -> None:
        """Raises NotFound outside the actor's divisions, Forbidden inside them without the posts for it."""
        for permission in self.kind.permissions:
            require(actor, permission, self.division)

    def open_table(self) -> Table:
        return self.kind.open_table(self.prefix, self.filters)
