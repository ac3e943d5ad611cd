"""Writing places down: for the loader of a township's file, which asks for permission and notes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from villagepub.core.rows import set_values
from villagepub.divisions import queries
from villagepub.divisions.levels import Level
from villagepub.divisions.models import Division, Township
from villagepub.extensions import db

FEEDBACK_DAYS = 10  # working days, where the township's file says nothing


@dataclass(frozen=True)
class TownshipRules:
    """What a township decides for itself.

    due: as ``catalogue.duties`` reads it. told_of_incidents: keys of the posts that hear of a mark of secrecy.
    scoring: as ``bulletins.scoring`` reads it. answer_days: calendar days that a complaint has for its answer;
    feedback_days: working days that something said here has for its own.
    """

    review_days: Mapping[str, int]
    working_hours: tuple[str, ...]
    due: Mapping[str, Mapping[str, Any]]
    regional_holidays: tuple[date, ...]
    told_of_incidents: tuple[str, ...] = ()
    scoring: Mapping[str, int] = field(default_factory=dict)
    answer_days: int | None = None
    feedback_days: int = FEEDBACK_DAYS


def put_division(*, code: str, name: str, level: Level, parent: str | None, on_platform_from: date | None) -> bool:
    """Create or change a place; its parent must be there already. True when created or changed."""
    division = queries.find_division(code)
    values = {"name": name, "level": level.value, "parent_code": parent, "on_platform_from": on_platform_from}
    if division is not None:
        changed = set_values(division, values)
    else:
        db.session.add(Division(code=code, **values))
        changed = True
    db.session.flush()
    return changed


def put_township(
    *, code: str, full_name: str, publisher: str, contact: Mapping[str, str], rules: TownshipRules
) -> bool:
    """Create or change what a township decides for itself; its division must be there already.

    True when created or changed.
    """
    values = {
        "full_name": full_name,
        "publisher": publisher,
        "contact": dict(contact),
        "review_days": dict(rules.review_days),
        "working_hours": list(rules.working_hours),
        "due": {kind: dict(rule) for kind, rule in rules.due.items()},
        "regional_holidays": _as_json(rules.regional_holidays),
        "told_of_incidents": list(rules.told_of_incidents),
        "scoring": dict(rules.scoring),
        "answer_days": rules.answer_days,
        "feedback_days": rules.feedback_days,
    }
    township = db.session.get(Township, code)
    if township is not None:
        changed = set_values(township, values)
    else:
        db.session.add(Township(code=code, **values))
        changed = True
    db.session.flush()
    return changed


def _as_json(days: Iterable[date]) -> list[str]:
    return sorted(day.isoformat() for day in days)
