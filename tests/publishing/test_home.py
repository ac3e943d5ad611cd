"""The first screen in one call: the numbers of the other calls, one tag, small."""

import gzip

import pytest

from tests.clients import Client, TestClock
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As, publish

COUNTY = "640104000000"
HOME = "/public/home?division="


@pytest.mark.slow
def test_the_first_screen_says_what_the_single_calls_say(as_: As, anybody: Client) -> None:
    first = publish(as_)
    second = publish(as_, village=NEIGHBOUR, title="邻村2023年10月财务收支明细")
    for code, published in ((VILLAGE, 1), (TOWNSHIP, 2), (COUNTY, 2)):
        home = anybody.get(HOME + code)
        assert home.status_code == 200, home.json
        shown = home.json
        division = anybody.get(f"/public/divisions/{code}").json
        assert shown["division"]["published"] == division["published"] == published
        assert shown["newest"] == anybody.get(f"/public/disclosures?division={code}").json["data"]
        children = [{name: child[name] for name in child if name != "published"} for child in shown["children"]]
        assert children == division["children"]
        assert sum(child["published"] for child in shown["children"]) == (published if children else 0)
        assert shown["month"] == {"month": "2023-11", "published": published}
        assert shown["year"] == {"year": 2023, "published": published}
        assert sum(group["published"] for group in shown["groups"]) == published
        for feed in shown["feeds"].values():
            assert feed.startswith("http://127.0.0.1:8000/api/v1/public/feed.")
            assert second["id"] in anybody.get(feed.removeprefix("http://127.0.0.1:8000")).text or code == VILLAGE
    assert first["id"] != second["id"]


def test_a_village_shows_the_way_up_the_catalogue_and_whom_to_call(anybody: Client) -> None:
    home = anybody.get(HOME + VILLAGE).json
    assert [place["level"] for place in home["ancestors"]] == ["province", "prefecture", "county", "township"]
    assert [group["group"] for group in home["groups"]] == list("ABCDEFGH")
    assert {group["published"] for group in home["groups"]} == {0}
    assert home["contact"] == {
        "publisher": "兴庆区掌政镇人民政府",
        "office": "综合办公室",
        "telephone": "0951-6121130",
        "fax": "0951-6121130",
        "website": "www.xqq.gov.cn",
    }
    assert anybody.get(HOME + COUNTY).json["contact"] is None
    assert anybody.get(HOME + COUNTY).json["groups"] == []


def test_it_is_asked_for_again_until_something_changes(as_: As, anybody: Client, moment: TestClock) -> None:
    first = anybody.get(HOME + TOWNSHIP)
    assert first.headers["Cache-Control"] == "public, max-age=60"
    known = {"If-None-Match": first.headers["ETag"]}
    moment.forward(hours=3)
    assert anybody.get(HOME + TOWNSHIP, headers=known).status_code == 304
    publish(as_)
    assert anybody.get(HOME + TOWNSHIP, headers=known).status_code == 200
    moment.set("2023-12-01 08:00")
    assert anybody.get(HOME + TOWNSHIP).json["month"] == {"month": "2023-12", "published": 0}


def test_it_is_small(as_: As, anybody: Client) -> None:
    publish(as_)
    answer = anybody.get(HOME + TOWNSHIP, headers={"Accept-Encoding": "gzip"})
    assert len(gzip.decompress(answer.data)) > 1024
    assert len(answer.data) < 2048


def test_a_place_that_is_not_there(anybody: Client) -> None:
    assert anybody.get(HOME + "640104999000").status_code == 404
    assert anybody.get("/public/home").status_code == 422
