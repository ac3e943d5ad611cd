"""What was kept and brought up to date says, byte for byte, what is found out from nothing: after every kind of act.

Four processes look: one after each act, one only after every third, one that shows the months the other way round, and
one that has never looked before. All that they keep is their own; the database is the same.
"""

import shutil
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.accounts.staff import delegate, hand_over, newcomer
from tests.accounts.test_posts import appoint, deputy_post
from tests.calendars.notices import NEXT, take_in, work
from tests.clients import TestClock
from tests.conftest import ZHANGZHENG
from tests.console import run, sql
from tests.feedback.voices import judge, say, write
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As, Json, decide, draft, publish, put, submit
from tests.ledgers.samples import ROWS, declarations_of, path_of
from tests.pages import Browser
from tests.review.staff import Staff
from villagepub.console.pages import KEPT, Kept
from villagepub.core import clock

COMPLAINT = ROWS["complaints"] | {"received_at": "2023-12-04T08:30:00+08:00"}
PAGES = ("/console", "/console?month=2023-11", "/console?month=2024-01", "/console/overdue")
OF_A_VILLAGE = (f"/console/villages/{VILLAGE}?month=2023-12", f"/console/cells/{VILLAGE}/C02?month=2023-12")


class Processes:
    """Call it after an act: all of them look, and say the same."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.browser = Browser(app)
        self.always, self.seldom, self.backwards = Kept(), Kept(), Kept()
        self.looks = count()
        self.last: dict[str, str] = {}

    def __call__(self, *, changed: bool = True) -> None:
        """changed: whether the act shows on any page but for the time that it tells."""
        browser = self._browser()
        pages = PAGES + OF_A_VILLAGE
        found = self._looked(browser, Kept(), pages)
        assert self._looked(browser, self.always, pages) == found
        assert self._looked(browser, self.always, pages) == found
        assert self._looked(browser, self.backwards, pages[::-1]) == found
        if next(self.looks) % 3 == 0:
            assert self._looked(browser, self.seldom, pages) == found
        told = {path: main.replace(self._as_of(), "") for path, main in found.items()}
        assert (told != self.last) is changed
        self.last = told

    def _browser(self) -> Browser:
        """Signed in, again where the time that has passed was too long."""
        if self.browser.http.get("/console").status_code != 200:
            assert self.browser.sign_in("admin").status == 200
        return self.browser

    def _looked(self, browser: Browser, kept: Kept, pages: tuple[str, ...]) -> dict[str, str]:
        self.app.extensions[KEPT] = kept
        return {path: self._main(browser, path) for path in pages}

    def _main(self, browser: Browser, path: str) -> str:
        answer = browser.http.get(path)
        assert answer.status_code == 200
        return answer.get_data(as_text=True).partition("<main")[2].partition("</main>")[0]

    def _as_of(self) -> str:
        return f"截至{clock.local(clock.now()):%Y年%-m月%-d日 %H:%M}"


@pytest.fixture
def look(app: Flask, moment: TestClock) -> Processes:
    moment.set("2023-12-04 09:00")
    look = Processes(app)
    look()
    return look


def _post(by: Any, path: str, body: Json | None = None) -> Json:
    answer = by.post(path, body)
    assert answer.status_code in (200, 201), answer.json
    return dict(answer.json)


@pytest.mark.slow
def test_the_life_of_an_item(look: Processes, as_: As, moment: TestClock) -> None:
    item = draft(as_, period="2023-11")
    look()
    put(as_, item, title="改过的标题", period="2023-11")
    look()
    item = submit(as_, item)
    look()
    _post(as_(f"uploader-{VILLAGE}"), f"/disclosures/{item['id']}/recall")
    look()
    item = submit(as_, item)
    look()
    for _ in range(3):
        moment.forward(minutes=1)
        item = decide(as_, item)
        look()
    correction = _post(as_(f"uploader-{VILLAGE}"), f"/disclosures/{item['id']}/corrections", {"change_note": "更正"})
    look(changed=False)
    correction = submit(as_, correction)
    look()
    while correction["state"] == "in_review":
        correction = decide(as_, correction)
    look()
    _post(as_("secrecy"), f"/disclosures/{correction['id']}/suspend", {"reason": "样例"})
    look(changed=False)
    _post(as_("leader"), f"/disclosures/{correction['id']}/release", {"reason": "样例"})
    look(changed=False)
    _post(as_("admin"), f"/disclosures/{correction['id']}/withdraw", {"reason": "样例"})
    look()


@pytest.mark.slow
def test_what_reviewers_may_decide(look: Processes, as_: As, moment: TestClock) -> None:
    staff = Staff(as_)
    returned = decide(as_, submit(as_, draft(as_, period="2023-11")), "return")
    look()
    refused = decide(as_, submit(as_, returned), "refuse")
    assert refused["state"] == "refused"
    look()
    referred = decide(as_, submit(as_, draft(as_, village=NEIGHBOUR, period="2023-11")), "refer")
    look()
    answer = {"from": "区保密局", "answered_on": "2023-12-04", "outcome": "release", "comment": "可以公开"}
    item = decide(as_, _post(as_("secrecy"), f"/disclosures/{referred['id']}/referral-answer", answer))
    look()
    asked = {"office": staff.office("general"), "comment": "属贵办职责"}
    _post(as_("office-finance"), f"/disclosures/{item['id']}/forward", asked)
    look(changed=False)
    _post(as_("office-general"), f"/disclosures/{item['id']}/forward/decline", {"comment": "不属本办"})
    look(changed=False)
    _post(as_("office-finance"), f"/disclosures/{item['id']}/forward", asked)
    moment.set("2023-12-11 09:00")
    look()  # the office is late
    _post(as_("office-general"), f"/disclosures/{item['id']}/forward/accept")
    look()
    decide(as_, item, "return", by="office-general")
    look()


@pytest.mark.slow
def test_events_and_several_acts_between_two_looks(look: Processes, as_: As, moment: TestClock) -> None:
    event = draft(as_, entry="C06", period=None, event_on="2023-12-01", title="筹资")
    look()
    other = draft(as_, entry="C06", period=None, event_on="2023-12-01", title="又一次筹资")
    submit(as_, other)
    look()
    moment.set("2023-12-11 09:00")
    look()
    item = submit(as_, event)
    while item["state"] == "in_review":
        item = decide(as_, item)
    publish(as_, village=NEIGHBOUR, period="2023-11")
    publish(as_, period="2023-11")
    look()
    uploader = as_(f"uploader-{VILLAGE}")
    deleted = draft(as_, entry="C06", period=None, event_on="2023-12-02", title="误起草")
    look()
    etag = uploader.get(f"/disclosures/{deleted['id']}").headers["ETag"]
    assert uploader.delete(f"/disclosures/{deleted['id']}", headers={"If-Match": etag}).status_code == 204
    look()


@pytest.mark.slow
def test_what_the_office_does(look: Processes, app: Flask, as_: As, moment: TestClock, tmp_path: Path) -> None:
    excused = {"village": VILLAGE, "entry": "C02", "period": "2023-11", "reason": "本期未设账"}
    _post(as_("admin"), "/duties/excused", excused)
    look()
    _post(as_("admin"), path_of("channel-posts"), ROWS["channel-posts"])
    look(changed=False)
    complaint = _post(as_("admin"), path_of("complaints"), COMPLAINT)
    look()
    answered = COMPLAINT | {"answered_at": "2023-12-04T08:50:00+08:00", "answer": "已修"}
    _post(as_("admin"), path_of("complaint-tallies"), ROWS["complaint-tallies"] | {"period": "2023-11"})
    look()
    assert as_("admin").put(path_of("complaints", complaint["id"]), answered).status_code == 200
    look()
    asked = say(as_("auditor"))
    look()
    judge(as_, write(as_, asked))
    look()
    taken_back = say(as_("leader"), text="第二问")
    look()
    assert as_("leader").post(f"/me/feedback/{taken_back['id']}/withdraw").status_code == 200
    look()
    submit(as_, draft(as_, period="2023-11"))
    assert run(app, "township", "load", _changed_township(tmp_path), "--demo").exit_code == 0
    look()
    take_in(app, tmp_path, **NEXT | {"year": "2024", "days_off": "[2024-01-01]", "days_worked": "[]"})
    work(app)
    look(changed=False)
    moment.set("2023-12-05 09:00")
    look()
    _post(as_("admin"), "/closings", {"division": TOWNSHIP, "month": "2023-11"})
    look(changed=False)
    moment.set("2024-01-02 09:00")
    look()
    assert as_("admin").post(declarations_of("complaints"), {"year": 2023}).status_code == 201
    look(changed=False)


@pytest.mark.slow
def test_totals_that_were_mended(app: Flask, as_: As, moment: TestClock) -> None:
    moment.set("2023-12-04 09:00")
    publish(as_, period="2023-11")
    sql(app, "UPDATE monthly_cell SET published = published + 3")
    look = Processes(app)
    look()
    run(app, "statistics", "rebuild")
    look()
    run(app, "statistics", "rebuild")
    look(changed=False)


def _changed_township(folder: Path) -> Path:
    """Accounts of a month are due two days later, and an entry has another name."""
    path = Path(shutil.copytree(ZHANGZHENG.parent, folder / "township")) / ZHANGZHENG.name
    text = path.read_text(encoding="utf-8").replace("monthly: {day: 10,", "monthly: {day: 12,", 1)
    path.write_text(text, encoding="utf-8")
    entries = path.parent / "catalogue.csv"
    entries.write_text(entries.read_text(encoding="utf-8").replace("年度目标任务", "全年目标任务"), encoding="utf-8")
    return path


@pytest.mark.slow
def test_who_holds_a_post(look: Processes, as_: As, moment: TestClock) -> None:
    submit(as_, draft(as_, period="2023-11"))
    look()
    somebody = newcomer(as_)
    look(changed=False)
    assert (
        delegate(as_, "secrecy", somebody, "2023-12-04T09:30:00+08:00", "2023-12-04T10:00:00+08:00").status_code == 201
    )
    look(changed=False)
    moment.set("2023-12-04 09:29")
    look(changed=False)
    moment.set("2023-12-04 09:30")
    look()
    moment.set("2023-12-04 10:00")
    look()
    hand_over(as_, "secrecy", somebody, on="2023-12-04")
    look()
    assert appoint(as_, deputy_post(as_), newcomer(as_, "second"), "2023-12-04").status_code == 201
    look(changed=False)


@pytest.mark.slow
def test_time_alone(look: Processes, as_: As, moment: TestClock) -> None:
    submit(as_, draft(as_, period="2023-11"))
    look()
    for text, changed in (
        ("2023-12-04 09:01", False),
        ("2023-12-04 10:30", False),
        ("2023-12-05 18:30", True),  # it came yesterday, and has until now
        ("2023-12-05 18:31", True),
        ("2023-12-05 18:29", True),  # a clock that was put back
        ("2023-12-05 18:32", True),
        ("2023-12-06 00:00", True),
        ("2023-12-10 23:59", True),
        ("2023-12-11 00:00", True),
        ("2024-01-01 00:00", True),
    ):
        moment.set(text)
        look(changed=changed)
