"""People who come by WeChat, and how they become somebody with a post."""

from flask import Flask
from werkzeug.test import TestResponse

from tests.accounts import staff
from tests.clients import Client
from tests.journeys import As
from tests.wechat.platform import Platform


def login(app: Flask, platform: Platform, openid: str, address: str = "127.0.0.1") -> TestResponse:
    return Client(app, address=address).post("/auth/wechat", {"code": platform.login_code(openid)})


def phone(app: Flask, platform: Platform, openid: str) -> Client:
    """The mini-program on this WeChat account's phone, signed in."""
    answer = login(app, platform, openid)
    assert answer.status_code == 200, answer.json
    return Client(app, answer.json["access_token"])


def bind(client: Client, code: str) -> TestResponse:
    return client.post("/auth/bindings", {"invitation": code})


def bound(app: Flask, platform: Platform, as_: As, openid: str, username: str, *posts: str) -> Client:
    """The phone of somebody of the township's file, bound by an invitation."""
    client = phone(app, platform, openid)
    answer = bind(client, staff.invite(as_, staff.person(as_, username), *posts))
    assert answer.status_code == 200, answer.json
    return client
