"""What the platform refuses, and what becomes of a question without an answer."""

from collections.abc import Mapping

BUSY = -1
TOKEN_REFUSED = frozenset({40001, 40014, 42001})
CONSENT_MISSING = 43101
OPENID_UNKNOWN = 40003
OPENID_NOT_ACTIVE = 61010
ALARMING = frozenset({40002, 40013, 40125, 40164, 40243, 41002, 41004, 45009, 48001, 50002, 89501, 89503, 89506, 89507})
"""Nobody but the operator can mend these: the account's settings, its rights or its quota."""
_RETRYABLE = frozenset({BUSY, 44991, 45009, 45011})

_SENTENCES: Mapping[int, str] = {
    BUSY: "微信暂时繁忙，请稍后再试。",
    40013: "微信不认识这个 AppID，请系统管理员核对 WECHAT_APPID。",
    40029: "微信登录凭证无效或已过期，请重新进入小程序后再试。",
    40037: "小程序没有选用这个编号的模板，请系统管理员核对 WECHAT_TEMPLATES_DIR 中的 template_id。",
    40125: "微信不接受这个密钥，请系统管理员核对 WECHAT_SECRET。",
    40163: "微信登录凭证已经用过，请重新进入小程序后再试。",
    40164: "服务器的地址不在微信公众平台的 IP 白名单中，请系统管理员在公众平台添加。",
    40226: "微信认为这个账号有风险，拒绝登录。",
    40243: "小程序的密钥已在微信公众平台冻结，请系统管理员解冻。",
    41030: "已发布的小程序里没有这个页面，请系统管理员核对模板中的 page，或先发布小程序。",
    CONSENT_MISSING: "对方没有订阅这类消息，或已拒绝接收。",
    44991: "这一分钟内调用微信的次数已满，请一分钟后再试。",
    45009: "今天调用微信的次数已满，请明天再试。",
    45011: "这一分钟内调用微信的次数已满，请一分钟后再试。",
    OPENID_NOT_ACTIVE: "此人近两小时没有打开过小程序，微信不能检查其内容。",
}
_OTHERWISE = "微信没有接受这次请求，请稍后再试；仍不行请联系系统管理员。"


class WeChatError(Exception):
    """What was asked was not done, or nobody knows whether it was.

    errcode: the platform's; None where it gave none. rid: the platform's name for the call, which its support asks
    for; empty where it gave none. retryable: the same question may be answered later.
    is_unknown: the question went out and no answer came, so it may have been done.
    sentence: what to tell a person, without anything that was asked.
    """

    def __init__(
        self,
        errcode: int | None = None,
        rid: str = "",
        *,
        retryable: bool | None = None,
        is_unknown: bool = False,
        sentence: str = "",
        field: str = "",
    ) -> None:
        self.errcode = errcode
        self.rid = rid
        self.retryable = errcode in _RETRYABLE if retryable is None else retryable
        self.is_unknown = is_unknown
        self.sentence = sentence or _SENTENCES.get(errcode or 0, _OTHERWISE)
        self.field = field
        super().__init__(f"errcode {errcode} rid {rid or '-'}{' unknown' if is_unknown else ''}")


class NeverAsked(WeChatError):
    """No connection could be made: nothing was done, and the same may be asked again."""

    def __init__(self) -> None:
        super().__init__(retryable=True, sentence="暂时连不上微信，请稍后再试。")


class Unanswered(WeChatError):
    """The question went out, and what came back is no answer, or nothing did."""

    def __init__(self) -> None:
        super().__init__(retryable=True, is_unknown=True, sentence="微信没有及时答复，请稍后再试。")


class WeChatOff(WeChatError):
    """The installation has no account of the platform."""

    def __init__(self) -> None:
        super().__init__(retryable=False, sentence="本站没有接入微信。")
