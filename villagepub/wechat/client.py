"""What this program asks of the WeChat platform: a method a question, typed answers, one kind of error.

Every method raises WeChatOff when no account is set, NeverAsked when the platform could not be reached, Unanswered when
it was asked and nobody knows whether it was done, and WeChatError with its errcode for what it refuses. None is called
inside a transaction that writes. The platform's pages: developers.weixin.qq.com, 小程序服务端接口.
"""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from config.base import Settings
from config.wechat import WeChatAccount
from villagepub.wechat.answers import MediaKind, PhoneNumber, Scene, Suggest, TextVerdict, WeChatUser
from villagepub.wechat.answers import read_number as number
from villagepub.wechat.answers import read_suggest as suggest
from villagepub.wechat.errors import TOKEN_REFUSED, Unanswered, WeChatError, WeChatOff
from villagepub.wechat.line import Answer, Limits, Line, Question
from villagepub.wechat.tokens import Fetched, TokenStore

LONGEST_TEXT = 2500  # characters that one check takes
VERSION = 2  # of the content checks
TOKEN_SECONDS = 5.0
SHORTEST_TOKEN_LIFE = 300  # seconds: what the platform promises
SCENE_OF_CODE = re.compile(r"[0-9A-Za-z!#$'()*+,/:;=?@\-._~]{1,32}")  # the page allows & as well, the service does not
STATES = {"release": "formal", "trial": "trial", "develop": "developer"}
_STRICTNESS = list(Suggest)


class WeChatClient:
    """One account of the platform; for all threads."""

    def __init__(self, account: WeChatAccount, secret_key: str, limits: Limits | None = None) -> None:
        self._account = account
        self._limits = limits or Limits()
        self._line = Line(account.base_url, self._limits)
        self._tokens = TokenStore(account.appid, secret_key, self._fetch_token)

    # --- who somebody is ----------------------------------------------------------------------------------------

    def code_to_session(self, code: str) -> WeChatUser:
        """Whose wx.login gave this code, which works once and for five minutes. The session key is not kept.

        A code whose answer was lost is lost too: the mini-program has to log in again.
        """
        self._must_be_on()
        query = self._credentials() | {"js_code": code, "grant_type": "authorization_code"}
        data = _data_of(self._line.ask(Question("/sns/jscode2session", query)))
        return WeChatUser(_text(data, "openid"), data.get("unionid") or None)

    def phone_number(self, code: str, openid: str) -> PhoneNumber:
        """The number that this person chose to hand over by the button; the code is not that of wx.login."""
        data = self._ask("/wxa/business/getuserphonenumber", {"code": code, "openid": openid})
        info = data.get("phone_info") or {}
        if info.get("watermark", {}).get("appid", self._account.appid) != self._account.appid:
            raise WeChatError(40013)
        return PhoneNumber(_text(info, "purePhoneNumber"), str(info.get("countryCode", "86")))

    # --- messages -----------------------------------------------------------------------------------------------

    def send_message(self, openid: str, template_id: str, data: Mapping[str, str], page: str | None = None) -> str:
        """Send a subscribe message; its msgid. Never repeated once it went out: the platform knows no repeats.

        data: ``{"thing1": "…"}``, each within the limits of its type. page: without a leading slash.
        """
        body: dict[str, Any] = {
            "touser": openid,
            "template_id": template_id,
            "miniprogram_state": STATES[self._account.env_version],
            "lang": "zh_CN",
            "data": {key: {"value": value} for key, value in data.items()},
        }
        if page:
            body["page"] = page
        return str(self._ask("/cgi-bin/message/subscribe/send", body).get("msgid", ""))

    # --- content checks -----------------------------------------------------------------------------------------

    def check_text(self, openid: str, scene: Scene, content: str, *, title: str | None = None) -> TextVerdict:
        """The strictest verdict on any part of a text, whose author opened the mini-program within two hours.

        Raises WeChatError 61010 where that was longer ago.
        """
        parts = [content[start : start + LONGEST_TEXT] for start in range(0, len(content), LONGEST_TEXT)] or [""]
        verdicts = (self._check_part(openid, scene, part, title) for part in parts)
        return max(verdicts, key=lambda verdict: _STRICTNESS.index(verdict.suggest))

    def _check_part(self, openid: str, scene: Scene, part: str, title: str | None) -> TextVerdict:
        body = {"version": VERSION, "openid": openid, "scene": int(scene), "content": part}
        if title:
            body["title"] = title
        data = self._ask("/wxa/msg_sec_check", body, is_repeatable=True, seconds=self._limits.check)
        result = data.get("result") or {}
        return TextVerdict(suggest(result.get("suggest")), number(result.get("label")) or 0, str(data.get("trace_id")))

    def check_media(self, openid: str, scene: Scene, url: str, kind: MediaKind) -> str:
        """Have a picture or sound at a public address checked; the trace_id under which its verdict is pushed."""
        body = {
            "version": VERSION,
            "openid": openid,
            "scene": int(scene),
            "media_url": url,
            "media_type": int(kind),
        }
        return _text(self._ask("/wxa/media_check_async", body), "trace_id")

    # --- codes and links ----------------------------------------------------------------------------------------

    def mini_program_code(self, scene: str, page: str, *, width: int = 430) -> bytes:
        """A picture, JPEG or PNG, that opens a page; it never expires.

        scene: handed to the page, 1 to 32 letters, digits or signs (see SCENE_OF_CODE). page: without a leading slash.
        width: 280 to 1280 pixels. Raises ValueError for a scene that the platform would refuse.
        """
        if not SCENE_OF_CODE.fullmatch(scene):
            raise ValueError(f"a scene the platform refuses: {scene!r}")
        body = {
            "scene": scene,
            "page": page,
            "width": width,
            "env_version": self._account.env_version,
            "check_path": self._account.env_version == "release",
        }
        answer = self._answered("/wxa/getwxacodeunlimit", body, is_repeatable=True)
        if answer.data:
            raise Unanswered()
        return answer.raw

    def url_link(self, path: str, query: str, *, days: int = 30) -> str:
        """An address for a short message, which opens the mini-program for 1 to 30 days."""
        body = {
            "path": path,
            "query": query,
            "expire_type": 1,
            "expire_interval": days,
            "env_version": self._account.env_version,
        }
        return _text(self._ask("/wxa/generate_urllink", body, is_repeatable=True), "url_link")

    # --- the token ----------------------------------------------------------------------------------------------

    def prove_reachable(self) -> None:
        """Whether a token can be had: the platform is reached, and takes the account's id and secret."""
        self._must_be_on()
        self._tokens.current()

    def _ask(
        self, path: str, body: Mapping[str, Any], *, is_repeatable: bool = False, seconds: float | None = None
    ) -> Mapping[str, Any]:
        return self._answered(path, body, is_repeatable=is_repeatable, seconds=seconds).data

    def _answered(
        self, path: str, body: Mapping[str, Any], *, is_repeatable: bool = False, seconds: float | None = None
    ) -> Answer:
        """Asked with the shared token, once more with the next one, and at the very last with one that was forced."""
        self._must_be_on()

        def ask(token: str) -> Answer:
            return self._line.ask(Question(path, {"access_token": token}, body, is_repeatable, seconds))

        first = self._tokens.current()
        answer = ask(first)
        if answer.errcode in TOKEN_REFUSED:
            answer = self._with_newer_token(ask, first)
        if answer.errcode:
            raise answer.refusal()
        return answer

    def _with_newer_token(self, ask: Callable[[str], Answer], refused: str) -> Answer:
        newer = self._tokens.instead_of(refused)
        answer = ask(newer)
        if answer.errcode in TOKEN_REFUSED and newer == refused and (forced := self._tokens.forced(refused)):
            return ask(forced)
        return answer

    def _fetch_token(self, force: bool) -> Fetched:
        body = self._credentials() | {"grant_type": "client_credential", "force_refresh": force}
        data = _data_of(
            self._line.ask(Question("/cgi-bin/stable_token", {}, body, is_repeatable=not force, seconds=TOKEN_SECONDS))
        )
        seconds = number(data.get("expires_in")) or SHORTEST_TOKEN_LIFE
        return Fetched(_text(data, "access_token"), timedelta(seconds=seconds))

    def _credentials(self) -> dict[str, Any]:
        return {"appid": self._account.appid, "secret": self._account.secret}

    def _must_be_on(self) -> None:
        if not self._account.is_on:
            raise WeChatOff()


def open_client(settings: Settings) -> WeChatClient:
    """For the account of the settings, on or off."""
    return WeChatClient(settings.wechat, settings.secret_key)


def _data_of(answer: Answer) -> Mapping[str, Any]:
    if answer.errcode:
        raise answer.refusal()
    return answer.data


def _text(data: Mapping[str, Any], name: str) -> str:
    """Raises Unanswered when the answer lacks what it is about."""
    value = data.get(name)
    if not value:
        raise Unanswered()
    return str(value)
