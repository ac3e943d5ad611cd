"""What a row of a ledger is about, by the number that people know it by."""

from collections.abc import Iterable, Mapping
from datetime import date

from villagepub.applications import queries as applications
from villagepub.disclosures import queries as disclosures
from villagepub.ledgers.kinds import Ledger
from villagepub.ledgers.models import LedgerRow
from villagepub.ledgers.policy import Fields

KINDS = ("disclosure", "application")


def with_ids(ledger: Ledger, fields: Fields, township: str) -> Fields:
    """The fields with an id for each number that is known. One that is not stays, and no matter is found for it."""
    found: dict[str, str | None] = {}
    if (number := fields.get("disclosure")) and "-" in number:
        found["disclosure"] = disclosures.find_by_number(
            number, township, date.fromisoformat(ledger.span_of(fields[ledger.when]))
        )
    if (number := fields.get("application")) and "-" in number:
        found["application"] = applications.find_by_number(number)
    return {**fields, **{name: each for name, each in found.items() if each is not None}}


def numbers_of(rows: Iterable[LedgerRow]) -> Mapping[str, str]:
    """``{id: number}`` of what some rows are about; what was never published has none."""
    given = list(rows)
    about = {kind: {value for row in given if (value := getattr(row, kind, None))} for kind in KINDS}
    headings = disclosures.headings_of(about["disclosure"]) if about["disclosure"] else {}
    named = {each: number for each, (number, _) in headings.items() if number}
    return named | (applications.numbers_of(about["application"]) if about["application"] else {})
