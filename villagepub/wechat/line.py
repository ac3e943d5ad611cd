"""One question to the platform: how long it may take, when it is asked again, and its one line in the log.

The query of an address holds secrets, and so do bodies and answers: none of them is logged.
"""

import json
import random
import re
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import structlog
from urllib3 import BaseHTTPResponse, PoolManager, Timeout
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, SSLError

from villagepub.wechat.answers import read_number
from villagepub.wechat.errors import ALARMING, BUSY, NeverAsked, Unanswered, WeChatError

MOST_TRIES = 3
LARGEST_ANSWER = 4 << 20  # a code of 1280 pixels has less than 1 MB
PER_ADDRESS = 16  # connections kept open

_PIECE = 1 << 16
_RID = re.compile(rb"rid: ([0-9a-f-]{1,40})")
_FIELD = re.compile(r"data\.(\w{1,40})\.value")

_dice = random.SystemRandom()
log = structlog.get_logger("villagepub.wechat")


@dataclass(frozen=True)
class Limits:
    """In seconds. connect: until a connection stands. answer: for which the platform may be silent, and in which all of
    what it says has come; check: the same for the check of a text. pause: before the second try; twice as long before
    the third.
    """

    connect: float = 3.0
    answer: float = 10.0
    check: float = 3.0
    pause: float = 0.2


@dataclass(frozen=True)
class Question:
    """query: of the address; body: sent as JSON by POST, or None for a GET.

    is_repeatable: asking twice does no more than asking once, so it may be asked again when no answer came.
    """

    path: str
    query: Mapping[str, str]
    body: Mapping[str, Any] | None = None
    is_repeatable: bool = False
    seconds: float | None = None


@dataclass(frozen=True)
class Answer:
    """raw: as it came; data: its JSON, empty for a picture. errcode 0: done."""

    raw: bytes
    data: Mapping[str, Any]
    errcode: int
    rid: str

    def refusal(self) -> WeChatError:
        found = _FIELD.search(str(self.data.get("errmsg", "")))
        return WeChatError(self.errcode, self.rid, field=found[1] if found else "")


class Line:
    """The connections to one address of the platform; for all threads."""

    def __init__(self, base_url: str, limits: Limits) -> None:
        self._base_url = base_url
        self._limits = limits
        self._pool = PoolManager(maxsize=PER_ADDRESS, block=False, retries=False)

    def ask(self, question: Question) -> Answer:
        """The answer, be it a refusal; asked again, a moment later, when the platform is busy or cannot be reached.

        Raises NeverAsked or Unanswered when there is none.
        """
        for attempt in range(1, MOST_TRIES + 1):
            try:
                answer = self._ask_once(question)
                if answer.errcode != BUSY or attempt == MOST_TRIES:
                    return answer
            except NeverAsked:
                if attempt == MOST_TRIES:
                    raise
            except Unanswered:
                if attempt == MOST_TRIES or not question.is_repeatable:
                    raise
            time.sleep(self._limits.pause * 2 ** (attempt - 1) * _dice.uniform(0.75, 1.25))
        raise Unanswered()  # pragma: no cover  the last try returns or raises

    def _ask_once(self, question: Question) -> Answer:
        began = time.monotonic()
        try:
            answer = read_answer(self._exchange(question, began))
        except WeChatError as error:
            _note(question.path, type(error).__name__, "", began)
            raise
        _note(question.path, answer.errcode, answer.rid, began)
        return answer

    def _exchange(self, question: Question, began: float) -> bytes:
        seconds = question.seconds or self._limits.answer
        try:
            with self._send(question, seconds) as response:
                return _body_of(response, began + self._limits.connect + seconds)
        except HTTPError as error:
            raise (NeverAsked() if _was_before_sending(error) else Unanswered()) from None

    def _send(self, question: Question, seconds: float) -> BaseHTTPResponse:
        body = None if question.body is None else json.dumps(question.body, ensure_ascii=False).encode()
        return self._pool.request(
            "GET" if body is None else "POST",
            f"{self._base_url}{question.path}?{urlencode(question.query)}",
            body=body,
            headers={} if body is None else {"Content-Type": "application/json"},
            timeout=Timeout(connect=self._limits.connect, read=seconds),
            redirect=False,
            preload_content=False,
        )


def _was_before_sending(error: HTTPError) -> bool:
    if isinstance(error, SSLError):
        return isinstance(error.args[0], ssl.SSLCertVerificationError)
    return isinstance(error, NewConnectionError | ConnectTimeoutError)


def _body_of(response: BaseHTTPResponse, until: float) -> bytes:
    """Raises Unanswered for one that drips past its time or is no answer of the platform's, which are all 200."""
    read = b""
    while piece := response.read1(_PIECE):
        read += piece
        if time.monotonic() > until or len(read) > LARGEST_ANSWER:
            break
    else:
        if response.status == 200:
            return read
    response.close()
    raise Unanswered()


def read_answer(raw: bytes) -> Answer:
    """By its first byte, for its headers say many things; without an errcode it succeeded.

    Raises Unanswered for what is neither a JSON object nor a picture.
    """
    if raw.startswith((b"\xff\xd8\xff", b"\x89PNG")):
        return Answer(raw, {}, 0, "")
    try:
        data = json.loads(raw)
    except ValueError:
        raise Unanswered() from None
    if not isinstance(data, dict):
        raise Unanswered()
    errcode = read_number(data.get("errcode", 0))
    if errcode is None:
        raise Unanswered()
    rid = _RID.search(raw)
    return Answer(raw, data, errcode, rid[1].decode() if rid else "")


def _note(path: str, outcome: int | str, rid: str, began: float) -> None:
    say = log.error if outcome in ALARMING else log.info
    say("wechat", path=path, errcode=outcome, rid=rid, milliseconds=round((time.monotonic() - began) * 1000))
