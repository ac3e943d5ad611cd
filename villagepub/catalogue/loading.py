"""Writing the catalogue down: for the loader of a township's file, which asks for permission and notes it."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from sqlalchemy import select

from villagepub.catalogue import queries
from villagepub.catalogue.citations import Basis
from villagepub.catalogue.models import CatalogueEntry, LegalBasis
from villagepub.catalogue.terms import Frequency, Privacy
from villagepub.core.audit import AuditEntry
from villagepub.core.rows import set_values
from villagepub.extensions import db


@dataclass(frozen=True)
class EntryValues:
    """One 公开事项 as its file says it, but for its office and its legal bases."""

    code: str
    name: str
    group: str
    group_name: str
    frequency: Frequency
    also_summarised: Frequency | None
    staged: bool
    publicity: str
    privacy: Privacy
    note: str


def put_entry(township: str, values: EntryValues, *, office_id: str, bases: Sequence[Basis]) -> bool:
    """Create or change an entry. True when created or changed.

    An article that an administrator entered stays, and so does a basis that the file no longer names.
    """
    columns = {name: _plain(value) for name, value in asdict(values).items()} | {"office_id": office_id}
    entry = queries.find_entry(township, values.code)
    if entry is not None:
        changed = set_values(entry, columns)
    else:
        entry = CatalogueEntry(township=township, **columns)
        db.session.add(entry)
        db.session.flush()
        changed = True
    changed |= _put_bases(entry, bases)
    db.session.flush()
    return changed


def _plain(value: object) -> object:
    return value.value if isinstance(value, StrEnum) else value


def list_bases_beyond(township: str, code: str, bases: Sequence[Basis]) -> list[LegalBasis]:
    """The stored bases of an entry that its file does not name."""
    entry = queries.get_entry(township, code)
    found = _rows_for(bases, entry)
    return [row for row in entry.bases if row not in found]


def _put_bases(entry: CatalogueEntry, bases: Sequence[Basis]) -> bool:
    entered = _entered_by_hand(entry)
    changed = False
    for position, (basis, row) in enumerate(zip(bases, _rows_for(bases, entry), strict=True)):
        values = asdict(basis) | {"position": position}
        if row is None:
            entry.bases.append(LegalBasis(**values))
            changed = True
            continue
        if row.law == basis.law and (basis.article is None or row.id in entered):
            del values["article"]
        changed |= set_values(row, values)
    return changed


def _rows_for(bases: Sequence[Basis], entry: CatalogueEntry) -> list[LegalBasis | None]:
    """The row that stands for each basis: of the same law, else one whose law the file has dropped."""
    entered = _entered_by_hand(entry)
    free = list(entry.bases)
    same = [_take(free, lambda row, law=basis.law: row.law == law) for basis in bases]  # type: ignore[misc]
    return [row or _take(free, lambda row: row.id not in entered) for row in same]


def _take(free: list[LegalBasis], fits: Callable[[LegalBasis], bool]) -> LegalBasis | None:
    found = next((row for row in free if fits(row)), None)
    if found is not None:
        free.remove(found)
    return found


def _entered_by_hand(entry: CatalogueEntry) -> set[str]:
    """The ids of the bases whose article an administrator entered, as the audit tells."""
    query = select(AuditEntry.data).where(
        AuditEntry.subject_id == entry.id, AuditEntry.action == "catalogue.article_entered"
    )
    return {data["basis"] for data in db.session.scalars(query)}
