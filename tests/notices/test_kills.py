"""Workers killed at random while messages go out: none is lost, and none goes out twice."""

import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.console import sql
from tests.jobs.workshop import children, kill
from tests.journeys import VILLAGE, As
from tests.notices.post_office import PostOffice
from tests.notices.senders import Senders
from tests.wechat.platform import SEND
from villagepub.core import tenancy
from villagepub.core.transactions import transaction
from villagepub.notices import operations
from villagepub.review.workflow import Notice

PEOPLE = (f"uploader-{VILLAGE}", "secrecy", "leader", "admin")
WORKERS = 3
ANSWERS_AFTER = 0.02  # seconds between sending a message on and answering, in which a worker may die
PATIENCE = 240  # seconds, on a busy machine
SOAK = pytest.mark.soak

CASES = [pytest.param(400, 40, marks=pytest.mark.slow), pytest.param(2000, 200, marks=SOAK)]


def queue(post_office: PostOffice, count: int) -> None:
    """So many messages, each of which says what no other says."""
    for name in PEOPLE:
        post_office.bind(name)
        post_office.allow(name, "result", times=count)
    found = sql(post_office.app, "SELECT id FROM person WHERE username IN ('" + "', '".join(PEOPLE) + "')")  # noqa: S608
    with post_office.app.app_context(), transaction(tenancy.EVERYWHERE):
        for number in range(count):
            [person_id] = found[number % len(found)]
            title = f"第 {number} 件"
            operations.tell_person(person_id, Notice.PUBLISHED, f"{title}已公开。", VILLAGE, title=title)


def states(post_office: PostOffice) -> Counter[str]:
    return Counter(dict(sql(post_office.app, "SELECT state, count(*) FROM message GROUP BY state")))


def count_open(post_office: PostOffice) -> int:
    [(count,)] = sql(post_office.app, "SELECT count(*) FROM job WHERE state IN ('queued', 'running')")
    return int(count)


@pytest.mark.slow
@pytest.mark.parametrize(("count", "kills"), CASES)
def test_killed_workers_lose_no_message_and_double_none(
    post_office: PostOffice, as_: As, tmp_path: Path, count: int, kills: int
) -> None:
    queue(post_office, count)
    post_office.platform.fault(SEND, times=10 * count, delay=ANSWERS_AFTER, after=True)
    with Senders(post_office, tmp_path / "senders").running(WORKERS) as parent:
        killed = kill_while_messages_go_out(post_office, parent.pid, count, kills)
        wait_until(lambda: not count_open(post_office), post_office)
    assert killed >= kills
    assert_none_lost_and_none_doubled(post_office, count)
    unknown = states(post_office)["unknown"]
    assert 0 < unknown <= killed
    listed = as_("admin").get("/notices/messages?state=unknown&limit=100").json["data"]
    assert len(listed) == min(unknown, 100)


def kill_while_messages_go_out(post_office: PostOffice, parent: int, count: int, kills: int) -> int:
    """One after every few messages, at any moment of the one that the worker is at."""
    dice = random.Random(20231106)
    most = 2 * count // kills - 2
    killed = 0
    while killed < kills:
        enough = len(post_office.sent) + dice.randint(1, most)
        wait_until(lambda enough=enough: len(post_office.sent) >= min(enough, count), post_office)
        time.sleep(dice.uniform(0, ANSWERS_AFTER))
        if alive := children(parent):
            kill(dice.choice(alive))
            killed += 1
    return killed


def wait_until(holds: Callable[[], bool], post_office: PostOffice) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, states(post_office)
        time.sleep(0.002)


def assert_none_lost_and_none_doubled(post_office: PostOffice, count: int) -> None:
    """Each is known to have gone out, and did, or is unknown; and none went out twice."""
    rows = post_office.rows()
    assert len(rows) == count
    assert {row.state for row in rows} <= {"sent", "unknown"}
    went_out = Counter(message.data["thing1"] for message in post_office.sent)
    assert set(went_out.values()) == {1}
    known = {row.msgid for row in rows if row.state == "sent"}
    assert len(known) == states(post_office)["sent"]
    assert known <= {message.msgid for message in post_office.sent}


@pytest.mark.slow
def test_two_workers_and_lost_answers_send_nothing_twice(post_office: PostOffice, tmp_path: Path) -> None:
    queue(post_office, 60)
    post_office.platform.fault(SEND, times=15, drop=True, after=True)
    with Senders(post_office, tmp_path / "senders").running(2):
        wait_until(lambda: not count_open(post_office), post_office)
    assert_none_lost_and_none_doubled(post_office, 60)
    assert states(post_office) == {"unknown": 15, "sent": 45}
    assert post_office.tries() == len(post_office.sent) == 60
