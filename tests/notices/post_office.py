"""An installation with WeChat on: people who bound their accounts, templates with ids, and a worker that sends."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from flask import Flask

from config.base import PROJECT
from tests.console import sql
from tests.wechat.platform import SEND, Message, Platform
from villagepub.accounts import identities, queries
from villagepub.core import tenancy
from villagepub.core.transactions import transaction
from villagepub.jobs.registry import KINDS
from villagepub.jobs.worker import Worker
from villagepub.notices.kinds import TEMPLATES
from villagepub.wechat.client import open_client

SHIPPED = PROJECT / "config" / "wechat_templates"
Json = dict[str, Any]


def template_id(name: str) -> str:
    return f"tpl-{name}"


def write_templates(folder: Path) -> Path:
    """Those of the program, as an operator completed them; all of them for one message each."""
    folder.mkdir(exist_ok=True)
    for name in TEMPLATES:
        text = (SHIPPED / f"{name}.yaml").read_text(encoding="utf-8")
        text = text.replace('template_id: ""', f'template_id: "{template_id(name)}"')
        (folder / f"{name}.yaml").write_text(re.sub(r"consent: \w+", "consent: once", text), encoding="utf-8")
    return folder


def register_templates(platform: Platform) -> None:
    """The account has chosen them, with the fields that their files name."""
    for name in TEMPLATES:
        text = (SHIPPED / f"{name}.yaml").read_text(encoding="utf-8")
        platform.template(template_id(name), *yaml.safe_load(text)["fields"])


class PostOffice:
    def __init__(self, app: Flask, platform: Platform, folder: Path) -> None:
        self.app = app
        self.platform = platform
        settings = app.config["SETTINGS"]
        settings = replace(settings, wechat=platform.account, wechat_templates_dir=write_templates(folder))
        app.config["SETTINGS"] = settings
        app.extensions["wechat"] = open_client(settings)
        register_templates(platform)

    def bind(self, username: str) -> str:
        """The openid of somebody who came by WeChat and bound the account."""
        openid = f"o-{username}"
        self.platform.login_code(openid)
        with self.app.app_context(), transaction(tenancy.EVERYWHERE):
            person = queries.find_person_by_username(username)
            assert person is not None
            identities.bind(openid, None, person)
        return openid

    def allow(self, username: str, *names: str, times: int = 1, report: bool = True) -> None:
        """Tap on "allow": the platform knows it, and so do we where the mini-program says so."""
        for name in names or TEMPLATES:
            self.platform.consent(f"o-{username}", template_id(name), times)
            if report:
                self.remember(username, name, times)

    def remember(self, username: str, name: str, times: int) -> None:
        """What we believe is left, whatever the platform thinks."""
        statement = """INSERT INTO subscription (person_id, template_id, remaining, updated_at)
            SELECT id, :template, :times, created_at FROM person WHERE username = :username
            ON CONFLICT (person_id, template_id) DO UPDATE SET remaining = :times"""
        sql(self.app, statement, template=template_id(name), times=times, username=username)

    def work(self) -> int:
        """Do every job that is due; how many attempts that was."""
        worker = Worker(self.app.app_context, kinds=KINDS, schedules=())
        with self.app.app_context():
            attempts = 0
            while worker.run_next():
                attempts += 1
            return attempts

    @property
    def sent(self) -> list[Message]:
        return self.platform.messages

    def tries(self) -> int:
        """How often the platform was asked to send something."""
        return len([call for call in self.platform.calls if call.path == SEND])

    def rows(self) -> list[Any]:
        return sql(self.app, "SELECT * FROM message ORDER BY id")

    def states(self) -> list[tuple[str, str]]:
        return [(row.kind, row.state) for row in self.rows()]

    def remaining(self, username: str, name: str) -> int:
        query = """SELECT remaining FROM subscription JOIN person ON person.id = person_id
            WHERE username = :username AND template_id = :template"""
        return int(sql(self.app, query, username=username, template=template_id(name))[0][0])
