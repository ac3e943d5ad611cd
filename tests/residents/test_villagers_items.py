"""Who reads what a village publishes for its villagers alone: every kind of reader at every door."""

import pytest
from flask import Flask

from tests.accounts.phones import phone
from tests.clients import Client
from tests.console import PNG
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As, Json, attach, decide, draft, publish, submit
from tests.residents.villagers import confirm, consent, request, villager
from tests.wechat.platform import Platform

UPLOADER = f"uploader-{VILLAGE}"
PRIVATE = "private, no-store"


@pytest.fixture
def item(wechat_app: Flask, as_: As) -> Json:
    """An item for villagers alone, with a picture, beside one for everybody."""
    publish(as_, title="人人可看的收支")
    started = draft(as_, title="只给本村村民的名单", audience="villagers")
    attach(as_, started, "收据.png", PNG)
    waiting = submit(as_, started)
    while waiting["state"] == "in_review":
        waiting = decide(as_, waiting)
    assert waiting["state"] == "published"
    return waiting


@pytest.fixture
def readers(wechat_app: Flask, platform: Platform, as_: As) -> dict[str, Client]:
    """Everybody who is not a confirmed villager of the village, and one who is."""
    requested = phone(wechat_app, platform, "o-requested")
    consent(requested)
    request(requested)
    declined = phone(wechat_app, platform, "o-declined")
    consent(declined)
    asked = request(declined)
    assert as_(UPLOADER).post(f"/residencies/{asked['id']}/decline", {"reason": "不在册"}).status_code == 200
    ended = phone(wechat_app, platform, "o-ended")
    consent(ended)
    assert ended.post(f"/me/residencies/{confirm(as_, request(ended))['id']}/end").status_code == 200
    withdrawn = villager(wechat_app, platform, as_, "o-withdrawn")
    given = withdrawn.get("/me/consents").json["data"][0]
    assert withdrawn.post(f"/me/consents/{given['id']}/withdraw").status_code == 200
    return {
        "anonymous": Client(wechat_app),
        "a WeChat user": phone(wechat_app, platform, "o-user"),
        "another village's": villager(wechat_app, platform, as_, "o-neighbour", NEIGHBOUR),
        "requested": requested,
        "declined": declined,
        "ended": ended,
        "consent withdrawn": withdrawn,
        "the uploader": as_(UPLOADER),
        "the leader": as_("leader"),
        "the administrator": as_("admin"),
        "confirmed": villager(wechat_app, platform, as_, "o-confirmed"),
    }


@pytest.mark.slow
def test_who_sees_what(item: Json, readers: dict[str, Client]) -> None:
    attachment = item["attachments"][0]["id"]
    doors = (
        f"/public/disclosures/{item['id']}",
        f"/public/attachments/{attachment}",
        f"/public/attachments/{attachment}/thumbnail",
    )
    for who, client in readers.items():
        sees = who == "confirmed"
        for door in doors:
            answer = client.get(door)
            assert answer.status_code == (200 if sees else 404), (who, door)
            answer.get_data()
        for query in (f"division={VILLAGE}", f"division={TOWNSHIP}", f"division={VILLAGE}&q=只给本村村民"):
            answer = client.get(f"/public/disclosures?{query}")
            listed = [each["id"] for each in answer.json["data"]]
            assert (item["id"] in listed) == sees, (who, query)
            anonymous = who == "anonymous"
            assert answer.headers["Cache-Control"] == ("public, max-age=60" if anonymous else PRIVATE), who
            assert "Authorization" in answer.headers["Vary"], who
        everybody = {each["title"] for each in client.get(f"/public/disclosures?division={VILLAGE}").json["data"]}
        assert "人人可看的收支" in everybody, who


@pytest.mark.slow
def test_what_a_villager_reads_is_kept_nowhere(item: Json, readers: dict[str, Client]) -> None:
    attachment = item["attachments"][0]["id"]
    for door in (f"/public/disclosures/{item['id']}", f"/public/attachments/{attachment}"):
        answer = readers["confirmed"].get(door)
        assert answer.headers["Cache-Control"] == PRIVATE
        assert "Authorization" in answer.headers["Vary"]
        body = answer.get_data()
        known = {"If-None-Match": answer.headers["ETag"]} if "ETag" in answer.headers else {}
        again = readers["confirmed"].get(door, headers=known)
        assert again.status_code == (304 if known else 200)
        assert again.get_data() == (b"" if known else body)


@pytest.mark.slow
def test_everywhere_else_nothing_of_it_shows(item: Json, readers: dict[str, Client]) -> None:
    for client in readers.values():
        for path in ("feed.atom", "feed.json", "changes"):
            answer = client.get(f"/public/{path}?division={VILLAGE}")
            assert item["id"] not in answer.get_data(as_text=True), path
        assert client.get(f"/public/divisions/{VILLAGE}").json["published"] == 1


@pytest.mark.slow
def test_withdrawn_it_is_gone_for_villagers_and_was_never_there_for_others(
    item: Json, readers: dict[str, Client]
) -> None:
    admin = readers["the administrator"]
    assert admin.post(f"/disclosures/{item['id']}/withdraw", {"reason": "有误"}).status_code == 200
    path = f"/public/disclosures/{item['id']}"
    assert readers["confirmed"].get(path).status_code == 410
    assert {client.get(path).status_code for who, client in readers.items() if who != "confirmed"} == {404}


def test_a_token_that_is_not_good_is_said_so(wechat_app: Flask) -> None:
    for token, status in (("x.y.z", 401), ("", 401)):
        answer = Client(wechat_app).get(
            f"/public/disclosures?division={VILLAGE}", headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code == status
    other = {"Authorization": "Basic YTpi"}
    assert Client(wechat_app).get(f"/public/disclosures?division={VILLAGE}", headers=other).status_code == 200
