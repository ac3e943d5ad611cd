"""A client that behaves as a WeChat mini-program's does, over a real socket: ``wx.request`` and ``wx.uploadFile``.

What the platform lets a client do, and no more (developers.weixin.qq.com, 网络 / 使用说明):

- ``request`` sends GET, POST, PUT, DELETE; GET data become the query, other data JSON; any status is a success.
- ``upload`` posts one file as multipart/form-data, with ``formData`` of strings before it; the answer is text.
- At most ten at once; the eleventh waits. No cookie is kept. Referer and User-Agent are the platform's.
- A time-out or a cut connection is a ``RequestFailed``: whether the server did it, nobody knows.
- ``until_answered`` is what a careful developer writes around them: one ``Idempotency-Key`` until there is an answer.
"""

import gzip
import http.client
import json
import secrets
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from socket import SHUT_RDWR
from threading import BoundedSemaphore, Timer
from typing import Any
from urllib.parse import urlencode, urlsplit

AT_ONCE = 10
METHODS = ("GET", "POST", "PUT", "DELETE")
PATIENCE = 60.0  # seconds, the platform's own
APPID = "wx0000000000000001"
USER_AGENT = (
    "Mozilla/5.0 (Linux; Android 13; M2103K19C) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 "
    "Mobile Safari/537.36 XWEB/1160117 MMWEBSDK/20240404 MicroMessenger/8.0.49.2600(0x2800313D) WeChat/arm64 "
    "Weixin NetType/4G Language/zh_CN ABI/arm64 MiniProgramEnv/android"
)
MOST_REDIRECTS = 5
BUSY = (429, 503)

Json = dict[str, Any]


class RequestFailed(Exception):
    """``request:fail …``: there was no whole answer."""


@dataclass(frozen=True)
class Result:
    """What ``success`` is called with. data: parsed JSON, or text; "" for an answer without a body."""

    status_code: int
    header: Mapping[str, str]
    data: Any


class MiniProgram:
    """One telephone. url: of the server, without a slash at the end; paths are below /api/v1. token: who signed in."""

    def __init__(self, url: str, token: str | None = None, *, appid: str = APPID, version: int = 0) -> None:
        self.url = url
        self.token = token
        self._referer = f"https://servicewechat.com/{appid}/{version}/page-frame.html"
        self._lines = BoundedSemaphore(AT_ONCE)

    def request(
        self,
        path: str,
        data: Any = None,
        *,
        method: str = "GET",
        header: Mapping[str, str] | None = None,
        timeout: float = PATIENCE,
    ) -> Result:
        """``wx.request``. path: below /api/v1, or a whole address. Raises RequestFailed."""
        if method not in METHODS:
            raise RequestFailed("request:fail method is invalid")
        address, body = self._address(path), b""
        if method == "GET" and data:
            address += ("&" if "?" in address else "?") + urlencode(data)
        elif data is not None:
            body = json.dumps(data, ensure_ascii=False).encode()
        headers = {"content-type": "application/json"} | self._signed(path) | dict(header or {})
        result = self._send(method, address, body, headers, timeout)
        return Result(result.status_code, result.header, _parsed(result.data))

    def upload(
        self,
        path: str,
        file: tuple[str, bytes],
        *,
        name: str = "file",
        form_data: Mapping[str, str] | None = None,
        header: Mapping[str, str] | None = None,
        timeout: float = PATIENCE,
    ) -> Result:
        """``wx.uploadFile``. file: its name and its bytes; data of the result is text. Raises RequestFailed."""
        body, content_type = _multipart(file, name, form_data or {})
        headers = self._signed(path) | dict(header or {}) | {"content-type": content_type}
        result = self._send("POST", self._address(path), body, headers, timeout)
        return Result(result.status_code, result.header, result.data.decode())

    def download(self, path: str, *, timeout: float = PATIENCE) -> Result:
        """``wx.downloadFile``: data are the bytes. Raises RequestFailed."""
        return self._send("GET", self._address(path), b"", self._signed(path), timeout)

    def _address(self, path: str) -> str:
        if path.startswith(("http://", "https://")):
            return path
        return self.url + (path if path.startswith("/api/") else f"/api/v1{path}")

    def _signed(self, path: str) -> dict[str, str]:
        """The token goes to our own server alone, not into the store."""
        is_own = self._address(path).startswith(self.url)
        return {"Authorization": f"Bearer {self.token}"} if self.token and is_own else {}

    def _send(self, method: str, address: str, body: bytes, headers: Mapping[str, str], timeout: float) -> Result:
        with self._lines:
            for _ in range(MOST_REDIRECTS):
                result = self._exchange(method, address, body, headers, timeout)
                if result.status_code not in (301, 302, 307, 308):
                    return result
                address = self._address(result.header["location"])
        raise RequestFailed("request:fail too many redirects")

    def _exchange(self, method: str, address: str, body: bytes, headers: Mapping[str, str], timeout: float) -> Result:
        parts = urlsplit(address)
        own = {
            "User-Agent": USER_AGENT,
            "Referer": self._referer,
            "Accept-Encoding": "gzip,compress,br,deflate",
            "Connection": "close",
        }
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        over = Timer(timeout, lambda: connection.sock and connection.sock.shutdown(SHUT_RDWR))
        over.start()
        try:
            connection.request(method, target, body or None, {**headers, **own})
            answer = connection.getresponse()
            header = {key.lower(): value for key, value in answer.getheaders()}
            data = answer.read()
            if not header.keys() & {"content-length", "transfer-encoding"} and answer.status not in (204, 304):
                raise http.client.IncompleteRead(data)  # cut among the headers
            return Result(answer.status, header, _unpacked(data, header))
        except (OSError, http.client.HTTPException) as error:
            raise RequestFailed(f"request:fail {type(error).__name__}") from None
        finally:
            over.cancel()
            connection.close()


def until_answered(send: Callable[[Mapping[str, str]], Result], *, key: str | None = None, tries: int = 6) -> Result:
    """Send with one ``Idempotency-Key`` until the server says what became of it.

    send: is given the headers. Waits as ``Retry-After`` says. Raises RequestFailed after the last try.
    """
    header = {"Idempotency-Key": key or secrets.token_hex(16)}
    failure = RequestFailed("request:fail")
    for _ in range(tries):
        try:
            result = send(header)
        except RequestFailed as failed:
            failure = failed
            continue
        is_running = result.status_code == 409 and "request_in_progress" in str(result.data)
        if result.status_code not in BUSY and not is_running:
            return result
        failure = RequestFailed(f"request:fail {result.status_code}")
        time.sleep(float(result.header.get("retry-after", "1")))
    raise failure


def _multipart(file: tuple[str, bytes], name: str, form_data: Mapping[str, str]) -> tuple[bytes, str]:
    """formData first, the file last, as the platform writes it and as forms into a store demand."""
    edge = f"WABoundary+{secrets.token_hex(8)}WA"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in form_data.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{file[0]}"\r\n'
    parts += [head.encode(), b"Content-Type: application/octet-stream\r\n\r\n", file[1], f"\r\n--{edge}--\r\n".encode()]
    return b"".join(parts), f"multipart/form-data; boundary={edge}"


def _unpacked(data: bytes, header: Mapping[str, str]) -> bytes:
    encoding = header.get("content-encoding", "")
    return gzip.decompress(data) if encoding == "gzip" else zlib.decompress(data) if encoding == "deflate" else data


def _parsed(data: bytes) -> Any:
    text = data.decode()
    try:
        return json.loads(text) if text else ""
    except ValueError:
        return text
