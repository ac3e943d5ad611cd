"""A township whose people have nothing but WeChat: a server, the platform's stand-in, and their telephones."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.base import PROJECT
from tests.engines import Engine
from tests.miniprogram import MiniProgram
from tests.notices.post_office import register_templates, template_id, write_templates
from tests.processes import Installation
from tests.wechat.platform import Message, Platform

SAMPLE = PROJECT / "config" / "townships" / "zhangzheng"


def openid_of(username: str) -> str:
    return f"o-{username}"


class Town:
    """invitations: ``{username: code}``, as the township's file was loaded."""

    def __init__(self, url: str, platform: Platform, installation: Installation, invitations: dict[str, str]) -> None:
        self.url = url
        self.platform = platform
        self.installation = installation
        self.invitations = invitations

    def phone(self, token: str | None = None) -> MiniProgram:
        return MiniProgram(self.url, token, appid=self.platform.appid)

    def sign_in(self, username: str) -> MiniProgram:
        """``wx.login``, and the code to our server: whoever this WeChat person is."""
        answer = self.phone().request(
            "/auth/wechat", {"code": self.platform.login_code(openid_of(username))}, method="POST"
        )
        assert answer.status_code == 200, answer.data
        return self.phone(answer.data["access_token"])

    def arrive(self, username: str) -> MiniProgram:
        """Sign in and be bound to the post of the invitation, once."""
        phone = self.sign_in(username)
        bound = phone.request("/auth/bindings", {"invitation": self.invitations[username]}, method="POST")
        assert bound.status_code == 200, bound.data
        self.allow(username, phone)
        return phone

    def allow(self, username: str, phone: MiniProgram) -> None:
        """Tap "allow" for every kind of message, and tell our server so."""
        names = ("result", "task")
        for name in names:
            self.platform.consent(openid_of(username), template_id(name), times=3)
        results = {template_id(name): "accept" for name in names}
        answer = phone.request("/me/subscriptions", {"results": results}, method="POST")
        assert answer.status_code == 200, answer.data

    def message_to(self, username: str, outcome: str) -> Message:
        """The one WeChat message that says so, after what waits is sent: at night it would wait for the morning."""
        self.installation.succeeds("notices", "deliver")
        sent = [each for each in self.platform.messages if each.openid == openid_of(username)]
        [message] = [each for each in sent if each.data["phrase2"] == outcome]
        return message


@contextmanager
def running_town(engine: Engine, folder: Path) -> Iterator[Town]:
    """From an empty database and the township's file without a password in it."""
    with Platform() as platform:
        register_templates(platform)
        made = Installation(engine.create("town"), folder / "instance")
        made.environment |= {
            "WECHAT_BASE_URL": platform.url,
            "WECHAT_APPID": platform.appid,
            "WECHAT_SECRET": platform.secret,
            "WECHAT_TEMPLATES_DIR": str(write_templates(folder / "templates")),
        }
        made.succeeds("db", "upgrade")
        loaded = made.succeeds("township", "load", str(_township_file(folder)))
        invitations = dict(re.findall(r"邀请码 .+?（(\S+)）：(\S+)，", loaded))
        with made.server() as port:
            yield Town(f"http://127.0.0.1:{port}", platform, made, invitations)
    engine.drop("town")


def _township_file(folder: Path) -> Path:
    copied = Path(shutil.copytree(SAMPLE, folder / "township"))
    file = copied / "township.yaml"
    file.write_text(re.sub(r", password: [^}]+}", "}", file.read_text(encoding="utf-8")), encoding="utf-8")
    return file
