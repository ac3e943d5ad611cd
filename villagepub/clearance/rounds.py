"""A round over everything that a township has in review and in public, because its rules have changed."""

from collections import Counter
from contextlib import suppress

from villagepub.clearance import incidents, operations
from villagepub.clearance.editions import current_edition
from villagepub.clearance.rescreening import Look, events_of_stored, is_current, look_again
from villagepub.clearance.screenings import Screening
from villagepub.core.actor import Actor
from villagepub.core.errors import ScreeningUnavailable
from villagepub.core.permissions import Permission, Role, require
from villagepub.disclosures import queries as disclosures
from villagepub.disclosures.models import Disclosure
from villagepub.divisions import queries as divisions
from villagepub.jobs import operations as jobs
from villagepub.jobs.context import JobContext
from villagepub.jobs.kinds import JobRefused, Payload, Result
from villagepub.jobs.models import Job
from villagepub.notices import operations as notices
from villagepub.publishing import operations as publishing
from villagepub.review.workflow import Notice, State

RESCREEN = "clearance.rescreen"
SCHEDULER, SCREENER = Actor.system("schedule"), Actor.system("screening")
SUSPENDED_BECAUSE = "重新筛查发现保密标志，已暂停公开，请立即核查。"
MOST_SHOWN = 100


def screen_now(disclosure: Disclosure, *, actor: Actor) -> None:
    """What a round does, for one disclosure and at once. Raises ScreeningUnavailable when a file cannot be read."""
    require(actor, Permission.READ_DISCLOSURES, disclosure.village)
    if not is_current(disclosure):
        _take_effect(disclosure, look_again(disclosure).screening, actor)


def queue_round(township: str, *, actor: Actor) -> Job:
    """A job for what the township has in review and in public."""
    edition = current_edition(township).name
    return jobs.enqueue(RESCREEN, {}, actor=actor, division=township, key=edition)


def queue_all_rounds() -> None:
    """For each township whose rules have changed in the files of the installation."""
    for place in divisions.list_townships():
        with suppress(ScreeningUnavailable):  # it is in the log, and no reason to leave the others out
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
                counts.update(use(look, context.actor))
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


def use(look: Look, actor: Actor) -> dict[str, int]:
    """What follows from a look; nothing from one that is out of date. Returns what it adds to the counts."""
    disclosure = disclosures.get_disclosure(look.disclosure_id, ("",), lock=True)
    if disclosure.digest != look.digest or look.screening.edition != current_edition(disclosure.township).name:
        return {}  # it was edited meanwhile, and screened with that; or the rules were, which queued a newer round
    return _take_effect(disclosure, look.screening, actor)


def _take_effect(disclosure: Disclosure, screening: Screening, actor: Actor) -> dict[str, int]:
    """Keep what was found, tell who has to know, and hide what bears a mark and is public."""
    new = operations.keep(disclosure, screening, is_whole=True)
    for event in events_of_stored(disclosure, new, actor):
        incidents.record(event, actor=actor)
    has_mark = any(row.kind == "secret_mark" and row.is_open for row in disclosure.findings)
    if disclosure.state == State.PUBLISHED and has_mark:
        publishing.suspend(disclosure, actor=SCREENER, reason=SUSPENDED_BECAUSE)
        return {"found": len(new), "suspended": 1}
    if new and disclosure.state in disclosures.GOING_OUT:
        notices.tell_role(disclosure, Role.ADMINISTRATOR, Notice.FOUND)
    return {"found": len(new)}
