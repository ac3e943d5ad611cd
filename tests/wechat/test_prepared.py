"""Before a transaction the platform is asked for what the view will take, and never for what it will refuse."""

import pytest
from flask import Flask

from tests.accounts.phones import phone
from tests.journeys import VILLAGE, As
from tests.wechat.platform import Platform

REFUSED = {
    "half a sign": rb'{"%s": "ab\ud800cd"}',
    "nested": b"[" * 100_000,
    "twice": b'{"%s": "first", "%s": "second"}',
    "another field": b'{"%s": "first", "more": 1}',
    "no UTF-8": b'{"%s": "\xff"}',
}
DOORS = {
    "/auth/wechat": b"code",
    "/me/phone": b"code",
    f"/divisions/{VILLAGE}/feedback": b"text",
    "/invitations/sheets": b"division",
}


@pytest.mark.parametrize("door", DOORS)
def test_what_will_be_refused_is_asked_of_nobody(wechat_app: Flask, platform: Platform, as_: As, door: str) -> None:
    client = as_("admin") if door == "/invitations/sheets" else phone(wechat_app, platform, "o-resident-of-wa-lu")
    before = len(platform.calls)
    for what, body in REFUSED.items():
        answer = client.post(door, data=body.replace(b"%s", DOORS[door]), headers={"Content-Type": "application/json"})
        assert (what, answer.status_code) in ((what, 400), (what, 422)), (what, answer.json)
    assert len(platform.calls) == before
