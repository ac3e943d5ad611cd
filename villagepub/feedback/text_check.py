"""What WeChat says of a text, asked before the transaction begins. Never a pass that nobody gave.

Source: 小程序 内容安全 security.msgSecCheck (version 2): scene 2 is a comment; ``risky`` is refused, and ``review`` and
every failure, 61010 (not in the mini program for two hours) and 40003 among them, go to people.
"""

import structlog

from villagepub.accounts import queries as accounts
from villagepub.accounts import throttle
from villagepub.core import clock, tenancy
from villagepub.core.errors import TooManyAttempts
from villagepub.core.transactions import transaction
from villagepub.extensions import settings, wechat
from villagepub.feedback import queries
from villagepub.feedback.kinds import TextCheck
from villagepub.feedback.policy import MOST_A_DAY
from villagepub.wechat.answers import Scene, Suggest
from villagepub.wechat.errors import WeChatError

log = structlog.get_logger("villagepub.feedback")

VERDICTS = {
    Suggest.PASS: TextCheck.PASSED,
    Suggest.REVIEW: TextCheck.REVIEW,
    Suggest.RISKY: TextCheck.RISKY,
}


def ask_platform(person_id: str, text: str) -> TextCheck:
    """Its answer on one comment of one person. Opens a transaction of its own, and none while it waits.

    Raises TooManyAttempts: a text that is refused counts towards no limit of what is stored.
    """
    if not settings.wechat.is_on:
        return TextCheck.NOT_ASKED
    with transaction(tenancy.EVERYWHERE):
        if queries.count_by_person(person_id, clock.start_of(clock.today())) >= MOST_A_DAY:
            return TextCheck.NOT_ASKED  # it is refused in any case, and the platform's quota is everybody's
        openid = accounts.find_openid(person_id)
        wait = throttle.count_call("text check", person_id) if openid else None
    if openid is None:
        return TextCheck.NOT_ASKED
    if wait is not None:
        raise TooManyAttempts(f"提交太频繁，请 {wait} 秒后再试。", retry_after=wait)
    try:
        verdict = wechat.check_text(openid, Scene.COMMENT, text)
    except WeChatError as error:
        log.warning("text_check_failed", errcode=error.errcode, rid=error.rid)
        return TextCheck.FAILED
    return VERDICTS[verdict.suggest]
