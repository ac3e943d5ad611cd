"""Changing who holds what, as the administrator does it over HTTP."""

from typing import Any

from tests.clients import Client
from tests.journeys import TOWNSHIP, As
from villagepub.core import clock

PASSWORD = "lotus-pond-2023"
FAR = "2030-01-01T00:00:00+08:00"


class Staff:
    """The people and posts of the sample township."""

    def __init__(self, as_: As) -> None:
        self.as_ = as_

    @property
    def admin(self) -> Client:
        return self.as_("admin")

    def post(self, key: str) -> str:
        """The id of a post."""
        return self._find("/posts", "key", key)

    def office(self, key: str) -> str:
        """The id of an office."""
        offices = self.admin.get("/offices").json["data"]
        return str(next(office["id"] for office in offices if office["key"] == key))

    def person(self, username: str) -> str:
        """The id of somebody who can sign in."""
        return self._find("/people", "username", username)

    def newcomer(self, username: str, *posts: str, division: str = TOWNSHIP) -> Client:
        """Somebody new, signed in, in vacant posts or in none."""
        body = {"name": username, "username": username, "division": division}
        person = _made(self.admin.post("/people", body))["id"]
        code = _made(self.admin.post("/invitations", {"person": person, "posts": list(posts)}))["code"]
        accepted = self.admin.post("/auth/invitations/accept", {"code": code, "password": PASSWORD})
        assert accepted.status_code == 200, accepted.json
        return Client(self.admin.http.application, accepted.json["access_token"])

    def new_post(self, key: str, role: str, division: str = TOWNSHIP, office: str | None = None) -> str:
        body = {"key": key, "role": role, "title": key, "division": division, "office": office}
        return str(_made(self.admin.post("/posts", body))["id"])

    def appoint(self, post: str, person: str) -> None:
        now = clock.local(clock.now()).isoformat()
        _made(self.admin.post("/appointments", {"post": post, "person": person, "from": now}))

    def stand_in(self, key: str, username: str, until: str = FAR) -> str:
        """Let somebody stand in for the holder of a post from now on; the id of that."""
        body = {"post": self.post(key), "to_person": self.person(username), "until": until}
        made = _made(self.admin.post("/delegations", body | {"from": clock.local(clock.now()).isoformat()}))
        return str(made["id"])

    def hand_over(self, key: str, username: str) -> dict[str, Any]:
        """Pass a post on at this moment."""
        body = {"post": self.post(key), "to_person": self.person(username), "on": clock.today().isoformat()}
        return _made(self.admin.post("/handovers", body))

    def deactivate(self, username: str) -> None:
        answer = self.admin.post(f"/people/{self.person(username)}/deactivate")
        assert answer.status_code == 200, answer.json

    def _find(self, path: str, field: str, value: str) -> str:
        cursor = ""
        while cursor is not None:
            page = self.admin.get(f"{path}?limit=100{cursor}").json
            for row in page["data"]:
                if row[field] == value:
                    return str(row["id"])
            cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else None
        raise LookupError(f"{value} is not in {path}")


def _made(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 201, answer.json
    return dict(answer.json)
