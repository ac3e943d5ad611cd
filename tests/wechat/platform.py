"""A WeChat platform of the tests' own: a real server that keeps to its rules, and can be made to misbehave.

with Platform() as platform:
    code = platform.login_code("o-liang")            # what wx.login would give
    platform.consent("o-liang", "tpl-1", times=2)
    platform.fault("/cgi-bin/message/subscribe/send", drop=True, after=True)   # sent, and the answer lost
"""

import base64
import contextlib
import hashlib
import io
import json
import re
import secrets
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

import urllib3
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from PIL import Image

from config.wechat import WeChatAccount
from villagepub.core import clock

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
PUSH_TOKEN, AES_KEY = "push-token-of-the-tests", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SEND = "/cgi-bin/message/subscribe/send"
TOKEN = "/cgi-bin/stable_token"
MESSAGES = {
    40001: "invalid credential, access_token is invalid or not latest",
    40003: "invalid openid",
    40013: "invalid appid",
    40014: "invalid access_token",
    40029: "invalid code",
    40037: "invalid template_id",
    40125: "invalid appsecret",
    40163: "code been used",
    40169: "invalid length for scene, or the data is not json string",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    44002: "empty post data",
    47001: "data format error",
    43101: "user refuse to accept the msg",
    45009: "reach max api daily quota limit",
    61010: "code is expired",
    -1: "system error",
}
FIELDS = {  # what the platform takes in a field of a message, by the letters of its key
    "thing": re.compile(r"[^\x00-\x1f]{1,20}"),
    "number": re.compile(r"\d{1,32}(\.\d+)?"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"\W{1,5}"),
    "character_string": re.compile(r"[\x21-\x7e]{1,32}"),
    "time": re.compile(r"(\d{4}年\d{1,2}月\d{1,2}日 )?\d{1,2}:\d{2}(:\d{2})?(~.*)?"),
    "date": re.compile(r"(\d{4}(年\d{1,2}月\d{1,2}日|-\d{2}-\d{2}))( \d{1,2}:\d{2}(:\d{2})?)?(~.*)?"),
    "amount": re.compile(r"[¥$]?\d{1,10}(\.\d+)?元?"),
    "phone_number": re.compile(r"[\d+\-() ]{1,17}"),
    "name": re.compile(r"[\u4e00-\u9fff·]{1,10}|[A-Za-z .]{1,20}"),
    "phrase": re.compile(r"[\u4e00-\u9fff]{1,5}"),
}


@dataclass
class Fault:
    """errcode: answered in place of the work; status: of a page of HTML; drop: the line is cut, without an answer."""

    times: int
    errcode: int | None = None
    status: int | None = None
    delay: float = 0.0
    drop: bool = False
    after: bool = False


@dataclass(frozen=True)
class Call:
    """body: of the JSON object that was sent; empty when it was none, and raw says what it was."""

    path: str
    query: Mapping[str, str]
    body: Mapping[str, Any]
    method: str = "POST"
    raw: bytes = b"{}"


@dataclass(frozen=True)
class Message:
    openid: str
    template_id: str
    data: Mapping[str, str]
    page: str | None
    msgid: str


@dataclass(frozen=True)
class Envelope:
    """A push as it goes out: the query of its address, and its body."""

    query: dict[str, str]
    body: bytes


class Refusal(Exception):
    def __init__(self, errcode: int, message: str = "") -> None:
        self.errcode = errcode
        self.message = message or MESSAGES.get(errcode, "refused")
        super().__init__(self.message)


@dataclass
class Platform:
    appid: str = "wx0123456789abcdef"
    secret: str = "a-secret-of-the-platform"
    token_seconds: int = 7200
    messages: list[Message] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    url: str = ""

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self._tokens: dict[str, int] = {}  # what each answers: 0 while it is good
        self._token = ""
        self._is_stuck = False
        self._login_codes: dict[str, str] = {}
        self._used_codes: set[str] = set()
        self._phone_codes: dict[str, tuple[str, str]] = {}
        self._consents: Counter[tuple[str, str]] = Counter()
        self._risky: dict[str, str] = {}
        self._faults: dict[str, list[Fault]] = {}
        self._known: set[str] = set()  # who has ever been in the mini-program
        self._active: set[str] = set()  # who has been there within two hours
        self._templates: dict[str, tuple[str, ...]] = {}
        self._traces: dict[str, str] = {}

    # --- what a test does ---------------------------------------------------------------------------------------

    @property
    def account(self) -> WeChatAccount:
        """For the settings of an application under test."""
        return WeChatAccount(self.url, self.appid, self.secret, PUSH_TOKEN, AES_KEY, "release")

    def login_code(self, openid: str) -> str:
        """This person opens the mini-program, which calls wx.login."""
        with self.lock:
            code = f"login-{secrets.token_hex(8)}"
            self._login_codes[code] = openid
            self._meet(openid)
            return code

    def phone_code(self, openid: str, number: str) -> str:
        """This person presses the button that hands over a number."""
        with self.lock:
            code = f"phone-{secrets.token_hex(8)}"
            self._phone_codes[code] = (openid, number)
            return code

    def consent(self, openid: str, template_id: str, times: int = 1) -> None:
        """This person allows so many messages more; 0 takes back what is left."""
        with self.lock:
            left = self._consents[openid, template_id]
            self._consents[openid, template_id] = left + times if times else 0
            self._meet(openid)

    def consents_left(self, openid: str, template_id: str) -> int:
        return self._consents[openid, template_id]

    def template(self, template_id: str, *keys: str) -> None:
        """The account has chosen a template with these fields."""
        self._templates[template_id] = keys

    def idle(self, openid: str) -> None:
        """This person was in the mini-program, and not within the last two hours."""
        self._meet(openid)
        self._active.discard(openid)

    def _meet(self, openid: str) -> None:
        self._known.add(openid)
        self._active.add(openid)

    def risky(self, words: str, suggest: str = "risky") -> None:
        """What the checks find, in a text or in the address of a picture."""
        self._risky[words] = suggest

    def fault(
        self,
        path: str,
        times: int = 1,
        errcode: int | None = None,
        status: int | None = None,
        delay: float = 0.0,
        drop: bool = False,
        after: bool = False,
    ) -> None:
        """Spoil the next calls of a path; ``after``: the work is done and only its answer is spoilt."""
        with self.lock:
            self._faults.setdefault(path, []).append(Fault(times, errcode, status, delay, drop, after))

    def token(self, state: str) -> None:
        """What becomes of the tokens given so far: ``expired``, ``superseded``, or ``stuck``: refused, yet given again
        until another one is forced."""
        with self.lock:
            for token in self._tokens:
                self._tokens[token] = {"expired": 42001, "superseded": 40001, "stuck": 40001}[state]
            self._is_stuck = state == "stuck"
            self._token = self._token if self._is_stuck else ""

    def count(self, path: str) -> int:
        with self.lock:
            return sum(call.path == path for call in self.calls)

    def trace_of(self, url_part: str) -> str:
        """The trace_id of the check of the picture whose address holds this."""
        return next(trace for trace, url in self._traces.items() if url_part in url)

    def verdict(self, trace_id: str, suggest: str = "pass", label: int | str = 100, **more: Any) -> dict[str, Any]:
        """The event that tells of a checked picture."""
        return {
            "Event": "wxa_media_check",
            "appid": self.appid,
            "trace_id": trace_id,
            "version": 2,
            "result": {"suggest": suggest, "label": label},
            "detail": [{"strategy": "content_model", "errcode": 0, "suggest": suggest, "label": label, "prob": 90}],
        } | more

    def envelope(
        self,
        event: Mapping[str, Any],
        forged: bool = False,
        *,
        timestamp: int | None = None,
        nonce: str | None = None,
        appid: str | None = None,
    ) -> Envelope:
        """An event as the platform sends it in secure mode; a forged one is signed with another token."""
        now = int(clock.now().timestamp())
        whole = {"ToUserName": "gh_tests", "FromUserName": "o-nobody", "CreateTime": now, "MsgType": "event", **event}
        encrypted = self._encrypt(json.dumps(whole, ensure_ascii=False).encode(), appid or self.appid)
        stamp, once = str(now if timestamp is None else timestamp), nonce or secrets.token_hex(5)
        token = "somebody-else" if forged else PUSH_TOKEN
        query = {
            "signature": _signature(token, stamp, once),
            "timestamp": stamp,
            "nonce": once,
            "encrypt_type": "aes",
            "msg_signature": _signature(token, stamp, once, encrypted),
        }
        return Envelope(query, json.dumps({"ToUserName": "gh_tests", "Encrypt": encrypted}).encode())

    def push(self, url: str, event: Mapping[str, Any], forged: bool = False) -> int:
        """Send an event to a running server; the status it answers."""
        letter = self.envelope(event, forged)
        address = f"{url}?{urlencode(letter.query)}"
        with urllib3.PoolManager() as pool:
            return pool.request("POST", address, body=letter.body, headers={"Content-Type": "application/json"}).status

    def _encrypt(self, message: bytes, appid: str) -> str:
        key = base64.b64decode(AES_KEY + "=")
        plain = secrets.token_bytes(16) + struct.pack(">I", len(message)) + message + appid.encode()
        padding = 32 - len(plain) % 32
        cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
        return base64.b64encode(cipher.update(plain + bytes([padding]) * padding) + cipher.finalize()).decode()

    # --- what it answers ----------------------------------------------------------------------------------------

    def answer(self, call: Call) -> Any:
        """A JSON value, or the bytes of a picture."""
        try:
            handle = HANDLERS[call.path]
        except KeyError:
            return self._refusal(Refusal(40066, "invalid url"))
        try:
            with self.lock:
                if call.path not in OPEN:
                    self._hold_token(call.query.get("access_token", ""))
                self._hold_form(call)
                return handle(self, call)
        except Refusal as refusal:
            return self._refusal(refusal)

    def _refusal(self, refusal: Refusal) -> dict[str, Any]:
        rid = f"{int(time.time()):08x}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"
        return {"errcode": refusal.errcode, "errmsg": f"{refusal.message} rid: {rid}"}

    def _hold_token(self, token: str) -> None:
        if errcode := self._tokens.get(token, 40001):
            raise Refusal(errcode)

    def _hold_form(self, call: Call) -> None:
        if call.path in GETS:
            if call.method != "GET":
                raise Refusal(43001)
            return
        if call.method != "POST":
            raise Refusal(43002)
        if not call.raw:
            raise Refusal(44002)
        if not call.body:
            raise Refusal(47001)

    def _hold_known(self, openid: object) -> None:
        if openid not in self._known:
            raise Refusal(40003)

    def _hold_account(self, given: Mapping[str, Any]) -> None:
        if given.get("appid") != self.appid:
            raise Refusal(40013)
        if given.get("secret") != self.secret:
            raise Refusal(40125)

    def give_token(self, call: Call) -> Any:
        self._hold_account(call.body)
        if call.body.get("force_refresh"):
            for token in self._tokens:
                self._tokens[token] = 40001
            self._token, self._is_stuck = "", False
        if not self._token:
            self._token = f"token-{secrets.token_hex(24)}"
            self._tokens[self._token] = 0
        return {"access_token": self._token, "expires_in": self.token_seconds}

    def take_login(self, call: Call) -> Any:
        self._hold_account(call.query)
        code = call.query.get("js_code", "")
        if code in self._used_codes:
            raise Refusal(40163)
        if code not in self._login_codes:
            raise Refusal(40029)
        self._used_codes.add(code)
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        return {"openid": self._login_codes.pop(code), "session_key": key}

    def take_phone(self, call: Call) -> Any:
        owner, number = self._phone_codes.pop(call.body.get("code", ""), ("", ""))
        if not owner:
            raise Refusal(40029)
        if call.body.get("openid") not in (None, owner):
            raise Refusal(40003)
        info = {"phoneNumber": number, "purePhoneNumber": number, "countryCode": "86"}
        watermark = {"timestamp": int(time.time()), "appid": self.appid}
        return {"errcode": 0, "errmsg": "ok", "phone_info": info | {"watermark": watermark}}

    def take_message(self, call: Call) -> Any:
        body = call.body
        openid, template_id = body["touser"], body["template_id"]
        self._hold_known(openid)
        if template_id not in self._templates:
            raise Refusal(40037)
        if not isinstance(body.get("data"), dict):
            raise Refusal(47001)
        values = {key: str(body["data"].get(key, {}).get("value", "")) for key in self._templates[template_id]}
        for key, value in values.items():
            if not value:
                raise Refusal(47003, f"argument invalid! data.{key}.value is empty")
            kind = FIELDS.get(re.sub(r"\d+$", "", key))
            if kind is None or not kind.fullmatch(value):
                raise Refusal(47003, f"argument invalid! data.{key}.value invalid")
        if self._consents[openid, template_id] < 1:
            raise Refusal(43101)
        self._consents[openid, template_id] -= 1
        msgid = 1_988_810_812_324_364_291 + len(self.messages)
        self.messages.append(Message(openid, template_id, values, body.get("page"), str(msgid)))
        return {"errcode": 0, "errmsg": "ok", "msgid": msgid}

    def check_text(self, call: Call) -> Any:
        self._hold_active(call.body)
        if len(call.body["content"]) > 2500:
            raise Refusal(45002, "content size out of limit")
        suggest = self._suggest(call.body["content"] + call.body.get("title", ""))
        result = {"suggest": suggest, "label": 100 if suggest == "pass" else 20001}
        return {"errcode": 0, "errmsg": "ok", "trace_id": secrets.token_hex(12), "result": result, "detail": []}

    def check_media(self, call: Call) -> Any:
        self._hold_active(call.body)
        trace_id = secrets.token_hex(12)
        self._traces[trace_id] = call.body["media_url"]
        return {"errcode": 0, "errmsg": "ok", "trace_id": trace_id}

    def _hold_active(self, body: Mapping[str, Any]) -> None:
        if body.get("version") != 2 or body.get("scene") not in (1, 2, 3, 4):
            raise Refusal(40129, "invalid scene")
        self._hold_known(body.get("openid"))
        if body["openid"] not in self._active:
            raise Refusal(61010)

    def _suggest(self, text: str) -> str:
        found = [suggest for words, suggest in self._risky.items() if words in text]
        return "risky" if "risky" in found else found[0] if found else "pass"

    def give_code(self, call: Call) -> Any:
        if not re.fullmatch(r"[0-9A-Za-z!#$'()*+,/:;=?@\-._~]{1,32}", call.body.get("scene", "")):
            raise Refusal(40169)
        if call.body.get("page", "").startswith("/"):
            raise Refusal(41030, "invalid page")
        return _jpeg() + f"{call.body['scene']} {call.body.get('page', '')}".encode()

    def give_link(self, call: Call) -> Any:
        return {"errcode": 0, "errmsg": "ok", "url_link": f"https://wxaurl.cn/{secrets.token_urlsafe(8)}"}

    def next_fault(self, path: str) -> Fault | None:
        with self.lock:
            waiting = self._faults.get(path, [])
            if not waiting:
                return None
            waiting[0].times -= 1
            return waiting.pop(0) if waiting[0].times < 1 else waiting[0]

    # --- the server ---------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self.server = _Server(("127.0.0.1", 0), _Handler)
        self.server.platform = self
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()


def _jpeg() -> bytes:
    """A picture that opens; it begins with ``JPEG``."""
    stream = io.BytesIO()
    Image.new("L", (16, 16), 128).save(stream, "JPEG")
    return stream.getvalue()


Handle = Callable[[Platform, Call], Any]
HANDLERS: dict[str, Handle] = {
    TOKEN: Platform.give_token,
    "/sns/jscode2session": Platform.take_login,
    "/wxa/business/getuserphonenumber": Platform.take_phone,
    SEND: Platform.take_message,
    "/wxa/msg_sec_check": Platform.check_text,
    "/wxa/media_check_async": Platform.check_media,
    "/wxa/getwxacodeunlimit": Platform.give_code,
    "/wxa/generate_urllink": Platform.give_link,
}
GETS = ("/sns/jscode2session",)
OPEN = (TOKEN, "/sns/jscode2session")  # these take the account's id and secret in place of a token


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    platform: Platform

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, *args: Any) -> None:
        """Tests read their own log."""

    def do_GET(self) -> None:
        self._take()

    def do_POST(self) -> None:
        self._take()

    def _take(self) -> None:
        platform = self.server.platform
        address = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        call = Call(address.path, dict(parse_qsl(address.query)), _object_in(raw), self.command, raw)
        with platform.lock:
            platform.calls.append(call)
        fault = platform.next_fault(call.path)
        if fault is None:
            self._give(platform.answer(call))
        else:
            self._misbehave(fault, call)

    def _misbehave(self, fault: Fault, call: Call) -> None:
        platform = self.server.platform
        answer = platform.answer(call) if fault.after else None
        time.sleep(fault.delay)
        if fault.drop:
            self._cut()
        elif fault.status is not None:
            self._send(fault.status, b"<html>bad gateway</html>", "text/html")
        elif fault.errcode is not None:
            self._give(platform._refusal(Refusal(fault.errcode)))
        else:
            self._give(answer if fault.after else platform.answer(call))

    def _cut(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _give(self, answer: Any) -> None:
        if isinstance(answer, bytes):
            self._send(200, answer, "image/jpeg")
        else:
            self._send(200, json.dumps(answer).encode(), "text/plain")  # as the platform does on some paths

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _object_in(raw: bytes) -> dict[str, Any]:
    try:
        sent = json.loads(raw)
    except ValueError:
        return {}
    return sent if isinstance(sent, dict) else {}


def _signature(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()
