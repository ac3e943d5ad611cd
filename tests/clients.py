"""Talking to the program as its clients do: over HTTP, as somebody who signed in."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from villagepub.core import clock

API = "/api/v1"


class TestClock:
    """A clock that stands until it is moved."""

    __test__ = False

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment.astimezone(UTC)

    def set(self, text: str) -> None:
        """``2023-11-06 09:30`` on the wall in Asia/Shanghai."""
        self.moment = datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)

    def forward(self, **delta: float) -> None:
        self.moment += timedelta(**delta)


class Client:
    """Somebody's connection. Paths are below /api/v1 unless they begin with it."""

    def __init__(self, app: Flask, token: str | None = None, address: str = "127.0.0.1") -> None:
        self.http = app.test_client()
        self.token = token
        self.address = address

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.open("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        return self.open("POST", path, json=json, **options)

    def put(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        return self.open("PUT", path, json=json, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        return self.open("DELETE", path, **options)

    def open(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = dict(options.pop("headers", {}))
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if options.get("json") is None:
            options.pop("json", None)
        full = path if path.startswith(("/api/", "/healthz", "/readyz", "/metrics", "/problems")) else API + path
        environ = {"REMOTE_ADDR": self.address}
        return self.http.open(full, method=method, headers=headers, environ_base=environ, **options)


def sign_in(app: Flask, username: str, password: str | None = None, address: str = "127.0.0.1") -> Client:
    """Sign in with a demonstration password, or the one given."""
    body = {"username": username, "password": password or f"demo-{username}"}
    answer = Client(app, address=address).post("/auth/login", body)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return Client(app, answer.json["access_token"], address)
