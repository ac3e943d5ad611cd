"""A mark of a state secret came in: what is kept of it, and who is told at once.

Sources: 保守国家秘密法 (2024) 31 — a system without classification must not store or process state secrets; 34 —
stop transmission, keep records, report; 实施条例 61 — within 24 hours.
"""

import structlog

from villagepub.clearance.marks import Event, require_unclassified
from villagepub.clearance.models import Incident
from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.errors import WrongState
from villagepub.core.permissions import Permission, require
from villagepub.divisions import queries as divisions
from villagepub.extensions import db
from villagepub.notices import operations as notices

log = structlog.get_logger("villagepub.incident")


def record(event: Event, *, actor: Actor) -> Incident:
    """Keep the incident and tell the people whom the township named, in the caller's transaction."""
    incident = Incident(
        township=event.township,
        village=event.village,
        disclosure_id=event.disclosure_id,
        field=event.field,
        digest=event.digest,
        person_id=event.person_id,
        was_stored=event.was_stored,
        at=clock.now(),
    )
    db.session.add(incident)
    db.session.flush()
    _account_for("incident.recorded", incident, actor, field=incident.field, was_stored=incident.was_stored)
    place = divisions.get_division(event.village).name
    notices.tell_of_incident(event.township, village=event.village, sentence=_sentence(incident, place))
    log.critical("secret_mark", incident=incident.id, village=event.village, field=event.field)
    return incident


def handle(incident: Incident, *, actor: Actor, handling: str) -> Incident:
    """Enter what was done about it. Raises WrongState when that was done before, SecretMark."""
    require(actor, Permission.HANDLE_INCIDENTS, incident.village)
    require_unclassified({"handling": handling}, actor=actor, township=incident.township, village=incident.village)
    if incident.handled_at is not None:
        raise WrongState("这一事件已登记过处置情况。")
    incident.handled_by, incident.handled_at, incident.handling = actor.person_id, clock.now(), handling
    _account_for("incident.handled", incident, actor)
    return incident


def _sentence(incident: Incident, place: str) -> str:
    when = f"{clock.local(incident.at):%m月%d日 %H:%M}"
    what = "已存内容中发现" if incident.was_stored else "上传中拦截到"
    return f"{place}{when}{what}国家秘密的密级标志（事件 {incident.id}）。请立即按保密规定核查处置，24 小时内报告。"


def _account_for(action: str, incident: Incident, actor: Actor, **data: str | bool) -> None:
    audit.record(
        db.session(),
        action,
        actor=actor,
        subject_type="incident",
        subject_id=incident.id,
        division=incident.village,
        township=incident.township,
        digest=incident.digest,
        data=data,
    )
