"""Taking applications away as a file: it says who the applicants are, so that each time leaves a trace."""

from villagepub.applications import operations, queries
from villagepub.applications.models import Application
from villagepub.core import audit
from villagepub.core.actor import Actor
from villagepub.core.ids import new_id
from villagepub.core.permissions import Permission, require
from villagepub.extensions import db


def take(*, actor: Actor, township: str, year: int | None, ending: str, purpose: str) -> list[Application]:
    """Those that count, for one who may read of applicants and take rows away; it is noted who did, and for what.

    year: received in it, or None for all. ending: csv or xlsx. purpose: a word of ``ledgers.schemas.PURPOSES``.
    Raises Invalid for a place that is no township.
    """
    require(actor, Permission.READ_APPLICANTS, township)
    require(actor, Permission.EXPORT, township)
    operations.require_township(township)
    applications = queries.list_counted(township, year)
    audit.record(
        db.session(),
        "application.exported",
        actor=actor,
        subject_type="application_export",
        subject_id=new_id(),
        division=township,
        township=township,
        data={"format": ending, "rows": len(applications), "purpose": purpose, "year": year},
    )
    return applications
