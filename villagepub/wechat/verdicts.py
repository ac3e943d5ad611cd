"""What follows from the platform's verdict on a published picture, and from its absence."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog

from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.core.errors import Unavailable
from villagepub.disclosures import queries as disclosures
from villagepub.disclosures.models import Disclosure
from villagepub.jobs import operations as jobs
from villagepub.jobs.context import JobContext
from villagepub.jobs.kinds import Payload, Result
from villagepub.notices import operations as notices
from villagepub.publishing import operations as publishing
from villagepub.review.workflow import Notice, State
from villagepub.wechat import queries
from villagepub.wechat.answers import Suggest, read_number, read_suggest
from villagepub.wechat.models import UNDECIDED, CheckState, MediaCheck

EVENT = "wxa_media_check"
APPLY, LOOK = "wechat.media_verdict", "wechat.media_overdue"  # kinds of job
LONGEST_WAIT = timedelta(minutes=60)  # the platform answers within 30
CHECKER = Actor.system("wechat media check")
NOT_LOADED = "微信没有取到这个文件"
NO_VERDICT = "微信没有按时给出结论"
_OF_SUGGEST = {
    Suggest.PASS: CheckState.PASSED,
    Suggest.REVIEW: CheckState.REVIEW,
    Suggest.RISKY: CheckState.RISKY,
}
_IN_WORDS = {CheckState.REVIEW: "需要人工核查", CheckState.RISKY: "含有违规内容"}
_HAS_NO_VERDICT = (CheckState.UNCHECKED, CheckState.UNREACHABLE, CheckState.OVERDUE)
_MOST_NAMED = 5

log = structlog.get_logger("villagepub.wechat")


# --- as it comes --------------------------------------------------------------------------------------------------


def take(event: Mapping[str, Any], *, actor: Actor) -> None:
    """Leave a verdict to a job. Raises Unavailable while its check is not stored: the platform repeats it."""
    check = queries.find_check_by_trace(str(event.get("trace_id", "")))
    if check is None:
        log.warning("wechat_verdict_unknown")
        raise Unavailable()
    payload = {"check": check.id, **_verdict_in(event)}
    jobs.enqueue(APPLY, payload, actor=actor, division=check.village, key=check.id)


def _verdict_in(event: Mapping[str, Any]) -> dict[str, Any]:
    """suggest: None where there is no verdict, because the file could not be loaded or for no reason given."""
    result = event.get("result")
    if read_number(event.get("errcode", 0)) or not isinstance(result, dict):
        return {"suggest": None, "label": None}
    return {"suggest": read_suggest(result.get("suggest")).value, "label": read_number(result.get("label"))}


def apply(context: JobContext, payload: Payload) -> Result:
    """Keep the verdict and let it take effect; a second one on the same file changes nothing."""
    check = queries.get_check(str(payload["check"]), lock=True)
    if check.state not in (*UNDECIDED, CheckState.OVERDUE):
        return {"changed": False}
    check.decided_at, check.label = clock.now(), payload["label"]
    if payload["suggest"] is None:
        check.state, check.reason = CheckState.UNREACHABLE, NOT_LOADED
        tell_of_unchecked(check.disclosure_id, (context.prefix,))
    else:
        check.state = _OF_SUGGEST[Suggest(payload["suggest"])]
        if check.state in _IN_WORDS:
            _hide(check)
    return {"changed": True, "state": check.state}


def _hide(check: MediaCheck) -> None:
    """Out of the public's view until a person has looked: the uploader, the leader and the administrators are told.

    Of what is hidden already, by a person or for another of its pictures, the leader is told before showing it again.
    """
    disclosure = disclosures.get_disclosure(check.disclosure_id, (check.village,), lock=True)
    reason = f"微信的内容检查认为附件“{check.name}”{_IN_WORDS[CheckState(check.state)]}，请尽快核查。"
    if disclosure.state == State.PUBLISHED:
        publishing.suspend(disclosure, actor=CHECKER, reason=reason)
    elif disclosure.state == State.SUSPENDED:
        notices.tell_leader(disclosure, Notice.SUSPENDED, reason)
    else:
        return
    notices.tell_administrators(disclosure.township, Notice.FOUND, f"《{disclosure.title}》已暂停公开：{reason}")


# --- when it does not come ----------------------------------------------------------------------------------------


def queue_look(disclosure: Disclosure, *, actor: Actor) -> None:
    """A job for the moment at which every verdict should have come."""
    due_at = clock.now() + LONGEST_WAIT
    jobs.enqueue(
        LOOK, {"disclosure": disclosure.id}, actor=actor, division=disclosure.village, key=disclosure.id, due_at=due_at
    )


def look(context: JobContext, payload: Payload) -> Result:
    """Note which verdicts have not come, and tell the administrators."""
    disclosure_id = str(payload["disclosure"])
    missing = [each for each in queries.list_checks(disclosure_id, (context.prefix,)) if each.state in UNDECIDED]
    for check in missing:
        check.state, check.reason = CheckState.OVERDUE, NO_VERDICT
    tell_of_unchecked(disclosure_id, (context.prefix,))
    return {"overdue": len(missing)}


def tell_of_unchecked(disclosure_id: str, prefixes: tuple[str, ...]) -> None:
    """The administrators, once of each picture that is public and has no verdict: somebody has to look at it."""
    untold = [
        check
        for check in queries.list_checks(disclosure_id, prefixes)
        if check.state in _HAS_NO_VERDICT and check.told_at is None
    ]
    disclosure = disclosures.get_disclosure(disclosure_id, prefixes)
    if not untold or disclosure.state != State.PUBLISHED:
        return
    names = "、".join(f"“{check.name}”（{check.reason}）" for check in untold[:_MOST_NAMED])
    more = f"等 {len(untold)} 个图片" if len(untold) > _MOST_NAMED else ""
    sentence = f"《{disclosure.title}》的{names}{more}没有经过微信的内容检查，请人工查看。"
    notices.tell_administrators(disclosure.township, Notice.FOUND, sentence)
    for check in untold:
        check.told_at = clock.now()
