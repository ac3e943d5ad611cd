"""Villagers on their way to be confirmed, over HTTP."""

from flask import Flask

from tests.accounts.phones import phone
from tests.clients import Client
from tests.journeys import VILLAGE, As, Json
from tests.wechat.platform import Platform

NAME, REMARK, NUMBER = "样例户一", "样例户主之家", "13900000001"


def consent(client: Client, purpose: str = "residency") -> Json:
    texts = client.get("/me/consents").json["texts"]
    version = next(text["version"] for text in texts if text["purpose"] == purpose)
    answer = client.post("/me/consents", {"purpose": purpose, "version": version})
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def request(client: Client, village: str = VILLAGE, **changes: str) -> Json:
    body = {"village": village, "name": NAME, "remark": REMARK} | changes
    answer = client.post("/me/residencies", body)
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def confirm(as_: As, residency: Json, by: str | None = None) -> Json:
    answer = as_(by or f"uploader-{residency['village']}").post(f"/residencies/{residency['id']}/confirm")
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def villager(app: Flask, platform: Platform, as_: As, openid: str, village: str = VILLAGE) -> Client:
    """Somebody whom the village has confirmed."""
    client = phone(app, platform, openid)
    consent(client)
    confirm(as_, request(client, village))
    return client
