"""A round over everything that a township has in review and in public, because its rules have changed."""

from collections import Counter

from villagepub.clearance.editions import current_edition
from villagepub.clearance.rescreening import Look, look_again, settle
from villagepub.core.actor import Actor
from villagepub.core.errors import ScreeningUnavailable
from villagepub.core.permissions import Role
from villagepub.disclosures import queries as disclosures
from villagepub.divisions import queries as divisions
from villagepub.jobs import operations as jobs
from villagepub.jobs.context import JobContext
from villagepub.jobs.kinds import JobRefused, Payload, Result
from villagepub.jobs.models import Job
from villagepub.notices import operations as notices
from villagepub.publishing import operations as publishing
from villagepub.review.workflow import Notice, State

RESCREEN = "clearance.rescreen"
SCHEDULER = Actor.system("schedule")
SUSPENDED_BECAUSE = "重新筛查发现保密标志，已暂停公开，请立即核查。"
MOST_SHOWN = 100


def queue_round(township: str, *, actor: Actor) -> Job:
    """A job for what the township has in review and in public."""
    edition = current_edition(township).name
    return jobs.enqueue(RESCREEN, {}, actor=actor, division=township, key=edition)


def queue_all_rounds() -> None:
    """For each township whose rules have changed in the files of the installation."""
    for place in divisions.list_townships():
        edition = current_edition(place.code).name
        if disclosures.list_to_rescreen(divisions.prefix_of(place.code), edition):
            queue_round(place.code, actor=SCHEDULER)


def run(context: JobContext, payload: Payload) -> Result:
    """One item a step: it is looked at while nothing is locked. Raises JobRefused when some could not be screened."""
    with context.reading():
        edition = current_edition(context.division).name
        ids = disclosures.list_to_rescreen(context.prefix, edition)
    counts = Counter(context.cursor or {})
    total = counts["looked_at"] + len(ids)
    unreadable = []
    for disclosure_id in ids:
        with context.reading():
            look = _try_to_look(disclosure_id)
        counts["looked_at"] += 1
        with context.step(dict(counts), counts["looked_at"], total):
            if look is None:
                unreadable.append(disclosure_id)
            else:
                counts.update(_use(look, context.actor))
    result = {name: counts[name] for name in ("looked_at", "found", "suspended")}
    if unreadable:
        sentence = f"有 {len(unreadable)} 条信息的附件无法读取，没有筛查。请核对存储后重试这项任务。"
        raise JobRefused(sentence, result | {"unreadable": unreadable[:MOST_SHOWN]})
    return result


def _try_to_look(disclosure_id: str) -> Look | None:
    disclosure = disclosures.get_disclosure(disclosure_id, ("",))
    try:
        return look_again(disclosure)
    except ScreeningUnavailable:
        return None


def _use(look: Look, actor: Actor) -> dict[str, int]:
    disclosure = disclosures.get_disclosure(look.disclosure_id, ("",), lock=True)
    if disclosure.digest != look.digest:
        return {}  # it was edited meanwhile, and screened with that
    new = settle(disclosure, look.screening, actor)
    has_mark = any(row.kind == "secret_mark" and row.is_open for row in disclosure.findings)
    if disclosure.state == State.PUBLISHED and has_mark:
        publishing.suspend(disclosure, actor=actor, reason=SUSPENDED_BECAUSE)
        return {"found": len(new), "suspended": 1}
    if new:
        notices.tell_role(disclosure, Role.ADMINISTRATOR, Notice.FOUND)
    return {"found": len(new)}
