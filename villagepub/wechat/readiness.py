"""Whether the account is set up so that everything works: for the operator who has just entered it."""

from villagepub.extensions import settings, wechat
from villagepub.wechat.errors import WeChatError

OFF = "没有启用微信：WECHAT_BASE_URL、WECHAT_APPID、WECHAT_SECRET 都没有设置。"
NO_PUSHES = "没有设置 WECHAT_PUSH_TOKEN 和 WECHAT_AES_KEY：收不到图片检查的结论，也不知道谁退订了消息。"
NOT_PUBLIC = "PUBLIC_BASE_URL 不是 https 地址：微信取不到公开的图片，不能检查。"


def find_faults() -> list[str]:
    """A sentence for each thing that does not work yet; asks the platform for a token."""
    if not settings.wechat.is_on:
        return [OFF]
    faults = [] if settings.wechat.takes_pushes else [NO_PUSHES]
    if not settings.is_https:
        faults.append(NOT_PUBLIC)
    try:
        wechat.prove_reachable()
    except WeChatError as error:
        code = "" if error.errcode is None else f"（errcode {error.errcode}，rid {error.rid or '无'}）"
        faults.append(f"取不到微信的访问令牌{code}：{error.sentence}")
    return faults
