"""Who may decide a case. Pure: the actor, the case and the people it concerns go in."""

from collections.abc import Iterable

from villagepub.core.actor import Actor, Holding
from villagepub.core.permissions import Role
from villagepub.review.models import ReviewCase
from villagepub.review.workflow import StageName


def holding_at(actor: Actor, case: ReviewCase) -> Holding | None:
    """The post by which the person holds the case's present stage; one's own before a stand-in's."""
    role = case.step(case.stage)["role"]
    office = case.office_id if case.stage == StageName.OFFICE else None
    return _first(actor, case, role, office)


def asked_holding(actor: Actor, case: ReviewCase) -> Holding | None:
    """The post by which the person may answer a request to take the case over."""
    if case.asked_office_id is None:
        return None
    return _first(actor, case, Role.OFFICE_REVIEWER, case.asked_office_id)


def holding_in_role(actor: Actor, case: ReviewCase, role: Role) -> Holding | None:
    return _first(actor, case, role, None)


def is_separate(persons: Iterable[str], authors: Iterable[str], deciders: Iterable[str]) -> bool:
    """Whether the people an act counts for are neither authors nor deciders of another stage."""
    return set(persons).isdisjoint({*authors, *deciders})


def _first(actor: Actor, case: ReviewCase, role: str, office_id: str | None) -> Holding | None:
    able = [
        holding
        for holding in actor.holdings
        if holding.role == role
        and holding.township == case.township
        and case.village.startswith(holding.prefix)
        and office_id in (None, holding.office_id)
    ]
    return min(able, key=lambda holding: holding.stands_in_for is not None, default=None)
