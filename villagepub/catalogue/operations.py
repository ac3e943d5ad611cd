"""Changes to the catalogue that an administrator makes after it was loaded."""

from villagepub.catalogue import queries
from villagepub.catalogue.citations import is_article
from villagepub.catalogue.models import CatalogueEntry, ExcusedDuty, LegalBasis
from villagepub.catalogue.terms import Frequency
from villagepub.clearance.marks import require_unclassified
from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.errors import AlreadyExists, Invalid
from villagepub.core.periods import Period
from villagepub.core.permissions import Permission, require
from villagepub.divisions import queries as divisions
from villagepub.extensions import db


def enter_article(basis: LegalBasis, article: str, *, actor: Actor, entry: CatalogueEntry) -> LegalBasis:
    """Write down the article of a law whose number had not been checked yet.

    It stands under every item that is published from then on, and nobody approves it: Invalid for any other words.
    """
    require(actor, Permission.MANAGE_CATALOGUE, entry.township)
    if not is_article(article):
        raise Invalid(errors={"article": ["须是条号，不能有别的文字，例如“第三十条第一款”。"]})
    basis.article = article
    _note("catalogue.article_entered", actor, entry, basis=basis.id, law=basis.law, article=article)
    return basis


def excuse(*, actor: Actor, village: str, entry_code: str, period: str, reason: str) -> ExcusedDuty:
    """Say that an entry does not apply to a village in a period.

    Raises Invalid for a period that the entry does not have, AlreadyExists when it was said before.
    """
    require(actor, Permission.EXCUSE_DUTIES, village)
    place = divisions.get_village(village)
    require_unclassified({"reason": reason}, actor=actor, township=place.township_code, village=village)
    entry = queries.get_entry(place.township_code, entry_code)
    if Frequency(Period.parse(period).kind) not in entry.frequencies:
        raise Invalid(errors={"period": [f"{entry.name} 没有这种周期，请核对公开目录。"]})
    if db.session.get(ExcusedDuty, (village, entry_code, period)):
        raise AlreadyExists("这项责任已登记为不适用。")
    excused = ExcusedDuty(
        village=village,
        entry=entry_code,
        period=period,
        township=place.township_code,
        reason=reason,
        person_id=actor.person_id,
        at=clock.now(),
    )
    db.session.add(excused)
    _note("duty.excused", actor, entry, village=village, period=period, reason=reason)
    return excused


def _note(action: str, actor: Actor, entry: CatalogueEntry, **data: str) -> None:
    audit.record(
        db.session(),
        action,
        actor=actor,
        subject_type="catalogue_entry",
        subject_id=entry.id,
        division=data.get("village", entry.township),
        township=entry.township,
        data=data,
    )
