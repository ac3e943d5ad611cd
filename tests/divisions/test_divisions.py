"""Places, by their code: ancestry, children, and townships of any size."""

import pytest
from flask import Flask

from tests.clients import Client
from tests.journeys import TOWNSHIP, VILLAGE, As, decide, draft, publish, submit
from villagepub.core import tenancy
from villagepub.core.transactions import transaction
from villagepub.divisions import queries

PREFIXES = {
    "640000000000": "64",
    "640100000000": "6401",
    "640104000000": "640104",
    TOWNSHIP: "640104100",
    VILLAGE: VILLAGE,
    "640104100002": "640104100002",
}


def codes(client: Client, parent: str) -> list[str]:
    answer = client.get(f"/divisions/{parent}/children")
    assert answer.status_code == 200
    return [place["code"] for place in answer.json["data"]]


def test_a_place_tells_what_it_is(as_: As) -> None:
    assert as_("leader").get(f"/divisions/{VILLAGE}").json == {
        "code": VILLAGE,
        "name": "洼路村",
        "level": "village",
        "parent": TOWNSHIP,
        "on_platform_from": "2023-11-01",
    }
    levels = [as_("leader").get(f"/divisions/{code}").json["level"] for code in PREFIXES]
    assert levels == ["province", "prefecture", "county", "township", "village", "community"]


def test_the_prefix_of_a_place_is_as_long_as_its_level(app: Flask) -> None:
    with app.app_context(), transaction(tenancy.EVERYWHERE.reading()):
        assert {code: queries.prefix_of(code) for code in PREFIXES} == PREFIXES


def test_children_are_the_next_level_alone(as_: As) -> None:
    leader = as_("leader")
    assert codes(leader, "640000000000") == ["640100000000"]
    assert codes(leader, "640104000000") == [TOWNSHIP, "640104101000"]
    below = codes(leader, TOWNSHIP)
    assert (len(below), below[0], below[-1]) == (13, "640104100002", "640104100212")
    assert codes(leader, VILLAGE) == []


def test_a_village_that_has_not_joined_is_listed_and_owes_nothing(as_: As) -> None:
    assert as_("leader").get("/divisions/640104100212").json["on_platform_from"] is None
    assert as_("leader").get("/duties?division=640104100212").json["data"] == []


def test_an_unknown_code_is_not_found(as_: As) -> None:
    leader = as_("leader")
    for code in ("640104100999", "64010410020", "6401041002020", "000000000000", "x", "%F0%9F%98%80", "6401' OR 1=1"):
        for path in (f"/divisions/{code}", f"/divisions/{code}/children"):
            assert leader.get(path).status_code == 404, path


def test_places_are_known_to_whoever_is_signed_in(as_: As, anybody: Client) -> None:
    for name in (f"uploader-{VILLAGE}", "auditor", "daxin-leader"):
        assert as_(name).get(f"/divisions/{TOWNSHIP}").status_code == 200
    assert anybody.get(f"/divisions/{TOWNSHIP}").status_code == 401


@pytest.mark.slow
def test_a_township_of_two_villages_works_like_one_of_twelve(as_: As, anybody: Client) -> None:
    villages = ["640104101200", "640104101201"]
    assert codes(as_("daxin-leader"), "640104101000") == villages
    waiting = submit(as_, draft(as_, village=villages[0], entry="A04", period="2023-Q4"))
    for reviewer in ("daxin-secrecy", "daxin-office-party", "daxin-leader"):
        waiting = decide(as_, waiting, by=reviewer)
    assert waiting["state"] == "published"
    assert anybody.get(f"/public/disclosures/{waiting['id']}").json["village_name"] == "样例一村"
    assert publish(as_)["state"] == "published"  # beside the other, not in its way
    assert as_("daxin-leader").get("/disclosures").json["data"][0]["id"] == waiting["id"]
