"""What the WeChat platform refuses, as problems of ours."""

from villagepub.core.errors import Problem, WeChatNotConnected, WeChatUnavailable, WeChatUserBlocked
from villagepub.wechat.errors import WeChatError, WeChatOff

CODE_REFUSED = frozenset({40029, 40163, 41008})
USER_BLOCKED = 40226
MINUTE_IS_FULL = frozenset({44991, 45011})
_SOON, _NEXT_MINUTE = 5, 60


def problem_of(error: WeChatError, code_refused: Problem) -> Problem:
    """code_refused: what to answer when the code that the client sent is not good (any more)."""
    if isinstance(error, WeChatOff):
        return WeChatNotConnected()
    if error.errcode in CODE_REFUSED:
        return code_refused
    if error.errcode == USER_BLOCKED:
        return WeChatUserBlocked()
    return WeChatUnavailable(retry_after=_NEXT_MINUTE if error.errcode in MINUTE_IS_FULL else _SOON)
