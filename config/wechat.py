"""The mini-program's account on the WeChat platform, as the settings say it."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

ENV_VERSIONS = ("release", "trial", "develop")
_AES_KEY = re.compile(r"[A-Za-z0-9+/]{43}")  # base64 of 32 bytes without its padding


@dataclass(frozen=True)
class WeChatAccount:
    """base_url, appid and secret together switch WeChat on.

    push_token and aes_key: for the platform's callbacks, which are refused while they are missing.

    env_version: which version of the mini-program codes, links and messages open.
    """

    base_url: str
    appid: str
    secret: str = field(repr=False)
    push_token: str = field(repr=False)
    aes_key: str = field(repr=False)
    env_version: str

    @property
    def is_on(self) -> bool:
        return bool(self.base_url and self.appid and self.secret)

    @property
    def takes_pushes(self) -> bool:
        return bool(self.push_token and self.aes_key)


def faults_of_wechat(account: WeChatAccount) -> list[tuple[str, str]]:
    """(variable, sentence) for each that is missing or malformed; the three of the platform go together."""
    needed = {"BASE_URL": account.base_url, "APPID": account.appid, "SECRET": account.secret}
    faults = [
        (f"WECHAT_{name}", "没有设置；WECHAT_BASE_URL、WECHAT_APPID、WECHAT_SECRET 须一起设置，或都不设置")
        for name, value in needed.items()
        if not value and any(needed.values())
    ]
    if account.base_url and urlsplit(account.base_url).scheme not in ("http", "https"):
        faults.append(("WECHAT_BASE_URL", "须以 http:// 或 https:// 开头，例如 https://api.weixin.qq.com"))
    if account.aes_key and not _AES_KEY.fullmatch(account.aes_key):
        faults.append(("WECHAT_AES_KEY", "须是微信公众平台给出的 43 个字符"))
    if account.env_version not in ENV_VERSIONS:
        faults.append(("WECHAT_ENV_VERSION", f"须是 {'、'.join(ENV_VERSIONS)} 之一"))
    return faults
