"""What changed for the public, in order and without gaps, whoever commits when."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from tests.clients import Client, sign_in
from tests.console import run, sql
from tests.engines import Engine
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As, Json, decide, decision, draft, publish, put, submit

OTHER_TOWNSHIP = "640104101000"


def read(client: Client, after: str | None = None, **query: Any) -> Json:
    given = {"division": TOWNSHIP} | ({"after": after} if after else {}) | query
    answer = client.get("/public/changes", query_string=given)
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def act(as_: As, by: str, item: Json, verb: str) -> None:
    answer = as_(by).post(f"/disclosures/{item['id']}/{verb}", {"reason": "有误"})
    assert answer.status_code == 200, answer.json


def correct(as_: As, item: Json, **changes: Any) -> Json:
    uploader = as_(f"uploader-{item['village']}")
    correction = uploader.post(f"/disclosures/{item['id']}/corrections", {"change_note": "数字有误"}).json
    correction = submit(as_, put(as_, correction, **changes))
    while correction["state"] == "in_review":
        correction = decide(as_, correction)
    return correction


@pytest.mark.slow
def test_each_change_is_told_once_in_order(as_: As, anybody: Client) -> None:
    first = publish(as_)
    act(as_, "secrecy", first, "suspend")
    act(as_, "leader", first, "release")
    second = correct(as_, first, title="更正后的标题")
    act(as_, "admin", second, "withdraw")
    told = read(anybody)
    events = [(each["seq"], each["event"], each["disclosure"]) for each in told["data"]]
    assert events == [
        (1, "published", first["id"]),
        (2, "suspended", first["id"]),
        (3, "released", first["id"]),
        (4, "corrected", second["id"]),
        (5, "withdrawn", second["id"]),
    ]
    assert told["has_more"] is False
    assert told["after"] == told["data"][-1]["id"]
    assert told["data"][3]["supersedes"] == first["id"]
    assert {each["number"] for each in told["data"]} == {first["number"]}
    assert read(anybody, told["after"]) == {"data": [], "after": told["after"], "has_more": False}


@pytest.mark.slow
def test_of_what_is_out_of_sight_nothing_is_said_but_its_number(as_: As, anybody: Client) -> None:
    shown, hidden = publish(as_, title="留下的"), publish(as_, title="撤下的")
    first = read(anybody)["data"]
    assert [each["title"] for each in first] == ["留下的", "撤下的"]
    assert first[0]["digest"] == shown["digest"]
    assert anybody.get(first[0]["url"].removeprefix("http://127.0.0.1:8000")).status_code == 200
    act(as_, "admin", hidden, "withdraw")
    later = read(anybody)["data"]
    assert [(each["title"] is None, each["digest"] is None, each["state"]) for each in later] == [
        (False, False, "published"),
        (True, True, "withdrawn"),
        (True, True, "withdrawn"),
    ]
    assert "撤下的" not in anybody.get(f"/public/changes?division={TOWNSHIP}").text


@pytest.mark.slow
def test_what_only_villagers_may_read_is_no_change_and_becoming_so_is_a_withdrawal(
    app: Flask, as_: As, anybody: Client
) -> None:
    publish(as_, entry="C05", period="2022", audience="villagers")
    assert read(anybody)["data"] == []
    item = publish(as_)
    sql(app, "UPDATE catalogue_entry SET privacy = 'P2' WHERE code = 'C02'")  # as a new catalogue may
    hidden = correct(as_, item, audience="villagers")
    assert [(each["event"], each["disclosure"]) for each in read(anybody)["data"]] == [
        ("published", item["id"]),
        ("withdrawn", item["id"]),
    ]
    act(as_, "admin", hidden, "withdraw")
    assert len(read(anybody)["data"]) == 2


@pytest.mark.slow
def test_a_village_and_the_pages(as_: As, anybody: Client) -> None:
    for village in (VILLAGE, NEIGHBOUR, VILLAGE):
        publish(as_, village=village)
    of_one = read(anybody, division=VILLAGE)
    assert [each["seq"] for each in of_one["data"]] == [1, 3]
    page = read(anybody, division=VILLAGE, limit=1)
    assert (page["has_more"], page["after"]) == (True, of_one["data"][0]["id"])
    assert [each["seq"] for each in read(anybody, page["after"], division=VILLAGE)["data"]] == [3]
    assert read(anybody, division=OTHER_TOWNSHIP) == {"data": [], "after": None, "has_more": False}


@pytest.mark.slow
def test_a_place_in_the_sequence_that_is_not_known_says_read_again(as_: As, anybody: Client) -> None:
    publish(as_)
    known = read(anybody)["after"]
    for division, after in ((TOWNSHIP, "0" * 26), (OTHER_TOWNSHIP, known), (TOWNSHIP, "abc")):
        refused = anybody.get("/public/changes", query_string={"division": division, "after": after})
        assert (refused.status_code, list(refused.json["errors"])) == (422, ["after"])
    county = anybody.get("/public/changes?division=640104000000")
    assert (county.status_code, list(county.json["errors"])) == (422, ["division"])
    assert anybody.get("/public/changes?division=640104999000").status_code == 404


@pytest.mark.slow
def test_the_answer_may_be_kept_and_asked_for_again(as_: As, anybody: Client) -> None:
    publish(as_)
    path = f"/public/changes?division={TOWNSHIP}"
    first = anybody.get(path)
    assert first.headers["Cache-Control"].startswith("public")
    assert anybody.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_a_change_is_never_changed(app: Flask, as_: As) -> None:
    publish(as_)
    for statement in ("UPDATE publication_change SET seq = 7", "DELETE FROM publication_change"):
        with pytest.raises(DBAPIError, match="kept as written"):
            sql(app, statement)


@pytest.mark.slow
def test_nobody_follows_so_no_job_is_queued(app: Flask, as_: As) -> None:
    publish(as_)
    assert sql(app, "SELECT count(*) FROM job") == [(0,)]
    assert run(app, "audit", "verify").exit_code == 0


@pytest.mark.slow
def test_a_poller_misses_nothing_while_many_publish_at_once(app: Flask, engine: Engine, as_: As) -> None:
    """Approvals in several villages are committed in whatever order; the poller never goes back."""
    if engine.name != "postgresql":
        pytest.skip("SQLite has one writer")
    villages = [VILLAGE, NEIGHBOUR, "640104100201", "640104100204"]
    per_village = 6
    waiting = {
        village: [decide(as_, decide(as_, submit(as_, draft(as_, village=village)))) for _ in range(per_village)]
        for village in villages
    }
    leaders = {village: sign_in(app, "leader") for village in villages}
    all_published = Event()

    def approve(village: str) -> None:
        for item in waiting[village]:
            answer = leaders[village].post(f"/disclosures/{item['id']}/decisions", decision(item))
            assert answer.status_code == 201, answer.json

    def poll() -> list[Json]:
        client, seen, after = Client(app), [], None
        while True:
            is_last = all_published.is_set()
            told = read(client, after, limit=3)
            seen += told["data"]
            after = told["after"]
            if is_last and not told["has_more"]:
                return seen

    with ThreadPoolExecutor(len(villages) + 1) as pool:
        polling = pool.submit(poll)
        for approving in [pool.submit(approve, village) for village in villages]:
            approving.result(timeout=120)
        all_published.set()
        seen = polling.result(timeout=60)
    assert [each["seq"] for each in seen] == list(range(1, len(villages) * per_village + 1))
    assert {each["disclosure"] for each in seen} == {item["id"] for items in waiting.values() for item in items}
    assert run(app, "audit", "verify").exit_code == 0
