"""Two people press at the same moment: one act happens, the other is told so."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from tests.clients import TestClock, sign_in
from tests.console import run
from tests.feedback.voices import UPLOADER, act, public_of, said, say, write
from tests.journeys import VILLAGE, As

pytestmark = pytest.mark.slow

TIMES = 6

Press = Callable[[], Any]


@pytest.fixture
def at_once() -> Iterator[Callable[[Press, Press], list[int]]]:
    """Calls both in threads that have waited for each other, and tells what each was answered."""
    barrier = Barrier(2)

    def wait_and(press: Press) -> int:
        barrier.wait(timeout=30)
        return int(press().status_code)

    with ThreadPoolExecutor(2) as pool:
        yield lambda one, other: [
            running.result(timeout=60) for running in [pool.submit(wait_and, press) for press in (one, other)]
        ]


AtOnce = Callable[[Press, Press], list[int]]


def test_two_answers_at_once(app: Flask, as_: As, moment: TestClock, at_once: AtOnce) -> None:
    for _ in range(TIMES):
        asked, uploaders = say(as_("auditor")), [sign_in(app, UPLOADER) for _ in range(2)]
        texts = ["本月完工。", "下月完工。"]
        codes = at_once(*(partial(act, uploaders[n], asked, "answer", {"text": texts[n]}) for n in (0, 1)))
        assert sorted(codes) == [200, 409]
        shown = as_("admin").get(f"/feedback/{asked['id']}").json
        assert (shown["state"], shown["answer"]) == ("reviewing", texts[codes.index(200)])
        as_("auditor").post(f"/me/feedback/{asked['id']}/withdraw")
        moment.forward(days=1)


def test_taking_back_against_answering(app: Flask, as_: As, moment: TestClock, at_once: AtOnce) -> None:
    """Before an answer has passed the asker may take it back; then nothing can be answered any more."""
    for _ in range(TIMES):
        asked, asker, uploader = say(as_("auditor")), as_("auditor"), as_(UPLOADER)
        taken, written = at_once(
            partial(asker.post, f"/me/feedback/{asked['id']}/withdraw"),
            partial(act, uploader, asked, "answer", {"text": "本月完工。"}),
        )
        assert taken == 200
        assert written in (200, 409)
        assert as_("admin").get(f"/feedback/{asked['id']}").json["state"] == "withdrawn"
        moment.forward(days=1)


def test_taking_back_against_passing(as_: As, anybody: Any, moment: TestClock, at_once: AtOnce) -> None:
    for _ in range(TIMES):
        written = write(as_, say(as_("auditor"), kind="complaint", may_be_public=True))
        asker, officer = as_("auditor"), as_("secrecy")
        body = {"digest": written["digest"], "outcome": "approve"}
        taken, passed = at_once(
            partial(asker.post, f"/me/feedback/{written['id']}/withdraw"),
            partial(act, officer, written, "decisions", body),
        )
        assert (taken, passed) in ((200, 409), (409, 201))
        row = as_("admin").get("/ledgers/complaints?limit=100").json["data"][-1]
        assert (row["voided_at"] is None, row["answered_at"] is None) == (passed == 201, passed != 201)
        shown = [each["id"] for each in public_of(anybody, f"divisions/{VILLAGE}")]
        assert (written["id"] in shown) == (passed == 201)
        moment.forward(days=31)


def test_keeping_private_against_passing(as_: As, anybody: Any, moment: TestClock, at_once: AtOnce) -> None:
    """Whichever comes first, nothing is public in the end."""
    for _ in range(TIMES):
        written = write(as_, say(as_("auditor"), may_be_public=True))
        asker, officer = as_("auditor"), as_("secrecy")
        body = {"digest": written["digest"], "outcome": "approve"}
        codes = at_once(
            partial(asker.post, f"/me/feedback/{written['id']}/keep-private"),
            partial(act, officer, written, "decisions", body),
        )
        assert codes == [200, 201]
        assert public_of(anybody, f"divisions/{VILLAGE}") == []
        moment.forward(days=31)


def test_two_officers_judge_at_once(app: Flask, as_: As, moment: TestClock, at_once: AtOnce) -> None:
    for _ in range(TIMES):
        written = write(as_, say(as_("auditor"), may_be_public=True))
        officers = [sign_in(app, "secrecy") for _ in range(2)]
        outcomes = [{"outcome": "approve"}, {"outcome": "return", "comment": "请写明时间"}]
        codes = at_once(
            *(
                partial(act, officers[n], written, "decisions", {"digest": written["digest"]} | outcomes[n])
                for n in (0, 1)
            )
        )
        assert sorted(codes) == [201, 409]
        moment.forward(days=31)
    assert run(app, "audit", "verify").exit_code == 0


def test_the_same_words_at_once_are_taken_once(app: Flask, as_: As, moment: TestClock, at_once: AtOnce) -> None:
    for _ in range(TIMES):
        phones = [sign_in(app, "auditor") for _ in range(2)]
        assert sorted(at_once(partial(said, phones[0]), partial(said, phones[1]))) == [201, 409]
        moment.forward(days=31)


def test_the_last_place_of_a_day_is_given_once(app: Flask, as_: As, moment: TestClock, at_once: AtOnce) -> None:
    for _ in range(TIMES):
        say(as_("auditor"), text="第一问")
        phones = [sign_in(app, "auditor") for _ in range(2)]
        codes = at_once(partial(said, phones[0], text="第二问"), partial(said, phones[1], text="第三问"))
        assert sorted(codes) == [201, 429]
        moment.forward(days=31)
