"""People and posts of the loaded township, found and changed over HTTP."""

from typing import Any

from flask import Flask

from tests.clients import Client
from tests.journeys import As, Json

PASSWORD = "a-password-of-2023"


def person(as_: As, username: str) -> str:
    """The id of somebody, as the administrator finds it."""
    people = as_("admin").get("/people?limit=100").json["data"]
    return next(str(each["id"]) for each in people if each["username"] == username)


def post(as_: As, key: str) -> str:
    """The id of a post, as the administrator finds it."""
    posts = as_("admin").get("/posts?limit=100").json["data"]
    return next(str(each["id"]) for each in posts if each["key"] == key)


def newcomer(as_: As, username: str = "newcomer", name: str = "接任人员") -> str:
    """A new person without posts and without a password."""
    answer = as_("admin").post("/people", {"name": name, "username": username})
    assert answer.status_code == 201, answer.json
    return str(answer.json["id"])


def invite(as_: As, person_id: str, *posts: str) -> str:
    """The code of a new invitation."""
    answer = as_("admin").post("/invitations", {"person": person_id, "posts": list(posts)})
    assert answer.status_code == 201, answer.json
    return str(answer.json["code"])


def settle(app: Flask, as_: As, person_id: str) -> Client:
    """The person, let in by an invitation."""
    body = {"code": invite(as_, person_id), "password": PASSWORD}
    answer = Client(app).post("/auth/invitations/accept", body)
    assert answer.status_code == 200, answer.json
    return Client(app, answer.json["access_token"])


def hand_over(as_: As, key: str, to_person: str, on: str = "2023-11-06") -> Json:
    body = {"post": post(as_, key), "to_person": to_person, "on": on}
    answer = as_("admin").post("/handovers", body)
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def delegate(as_: As, key: str, to_person: str, from_: str, until: str, by: str = "admin") -> Any:
    body = {"post": post(as_, key), "to_person": to_person, "from": from_, "until": until}
    return as_(by).post("/delegations", body)


def holders(as_: As, key: str) -> list[Json]:
    """Everybody who held a post, latest first."""
    return list(as_("admin").get(f"/posts/{post(as_, key)}/holders").json["data"])


def holder_at(as_: As, key: str, instant: str) -> str | None:
    """Who held a post at an instant, as the list of its holders tells."""
    found = [
        held["person"]["name"]
        for held in holders(as_, key)
        if held["from"] <= instant and (held["until"] is None or instant < held["until"])
    ]
    assert len(found) <= 1, found
    return found[0] if found else None


def posts_of(client: Client) -> list[str]:
    """The keys of the posts that somebody holds at this moment."""
    return sorted(held["key"] for held in client.get("/me").json["posts"])
