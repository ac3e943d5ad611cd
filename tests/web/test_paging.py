"""Pages stay whole while rows are added, and a list takes no cursor but its own."""

import base64
import json
from typing import Any

import pytest

from tests.clients import Client, TestClock
from tests.journeys import VILLAGE, As, draft

UPLOADER = f"uploader-{VILLAGE}"
LISTS = {  # each list with a cursor, and who may read it
    "/disclosures": "admin",
    "/people": "admin",
    "/posts": "admin",
    "/review/queue": "leader",
    "/review/escalations": "leader",
    "/me/notices": "admin",
    "/audit": "auditor",
    "/ledgers/channel-posts": "admin",
    f"/public/disclosures?division={VILLAGE}": "admin",
}


def _page(client: Client, path: str, **query: Any) -> tuple[list[str], str | None]:
    answer = client.get(path, query_string=query)
    assert answer.status_code == 200, answer.json
    return [row["id"] for row in answer.json["data"]], answer.json["next_cursor"]


def _walk(client: Client, path: str, limit: int) -> list[str]:
    seen, cursor = _page(client, path, limit=limit)
    while cursor:
        rows, cursor = _page(client, path, limit=limit, cursor=cursor)
        assert rows
        seen += rows
    return seen


def test_pages_hold_every_row_once(as_: As) -> None:
    drafts = [draft(as_)["id"] for _ in range(5)]
    for limit in (1, 2, 5, 6, 100):
        assert _walk(as_(UPLOADER), "/disclosures", limit) == drafts[::-1]


def test_pages_are_stable_while_rows_are_added(as_: As, moment: TestClock) -> None:
    uploader, drafts = as_(UPLOADER), [draft(as_)["id"] for _ in range(4)]
    first, cursor = _page(uploader, "/disclosures", limit=2)
    moment.forward(seconds=1)
    later = draft(as_)["id"]
    second, end = _page(uploader, "/disclosures", limit=2, cursor=cursor)
    assert first + second == drafts[::-1]
    assert end is None
    assert _page(uploader, "/disclosures", limit=1)[0] == [later]


def test_a_list_in_the_order_of_entry_grows_at_its_end(as_: As, moment: TestClock) -> None:
    admin = as_("admin")
    body = {"channel": "weibo", "title": "公告", "posted_on": "2023-11-01"}

    def add() -> str:
        moment.forward(seconds=1)
        return str(admin.post("/ledgers/channel-posts", body).json["id"])

    rows = [add(), add()]
    seen, cursor = _page(admin, "/ledgers/channel-posts", limit=1)
    rows.append(add())
    more, _ = _page(admin, "/ledgers/channel-posts", cursor=cursor)
    assert seen + more == rows


def test_pages_of_a_list_with_two_keys(as_: As) -> None:
    whole = _walk(as_("auditor"), "/audit", 100)
    assert len(whole) > 80
    assert _walk(as_("auditor"), "/audit", 37) == whole


@pytest.mark.slow
def test_a_cursor_that_was_not_handed_out(as_: As) -> None:
    for _ in range(3):
        draft(as_)
    _, good = _page(as_("admin"), "/disclosures", limit=1)
    *values, mark = json.loads(base64.urlsafe_b64decode(str(good) + "=="))
    forged = [
        "",
        "x",
        "没有",
        str(good)[:-1],
        f"{good}!",
        f"{good}==",
        str(good).swapcase(),
        _pack([*values]),
        _pack([values[0][:-1] + ("1" if values[0].endswith("0") else "0"), mark]),
        _pack([1, mark]),
        _pack(["\0", mark]),
        _pack(["\ud800", mark]),
        _pack([None, mark]),
        _pack([[], mark]),
        _pack({"a": 1}),
        _pack(7),
        _pack([float("nan"), mark]),
        base64.urlsafe_b64encode(b"[" * 5000).decode(),
        base64.urlsafe_b64encode(b"9" * 5000).decode(),
    ]
    for path, username in LISTS.items():
        for cursor in forged[1:] + ([str(good)] if path != "/disclosures" else []):
            division = {"division": VILLAGE} if path.startswith("/public") else {}
            answer = as_(username).get(path.partition("?")[0], query_string=division | {"cursor": cursor})
            assert answer.status_code == 422, (path, cursor[:60])
            assert list(answer.json["errors"]) == ["cursor"]
    assert _page(as_("admin"), "/disclosures", cursor="")[0] == _page(as_("admin"), "/disclosures")[0]


def _pack(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_the_limit_has_limits(as_: As) -> None:
    for limit in ("0", "-1", "101", "1.5", "", "十"):
        answer = as_("admin").get("/people", query_string={"limit": limit})
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["limit"]), limit
