"""Files for a worker to take in, and what became of them."""

import csv
import io
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.clients import Client
from tests.console import sql
from tests.ledgers.samples import ROWS, file
from villagepub.ledgers.kinds import LEDGERS

POSTS = LEDGERS["channel-posts"]


def posts(count: int, **changes: Any) -> bytes:
    """A file of so many posts; the changes are those of its last line."""
    stream = io.StringIO()
    lines = [ROWS[POSTS.name] | {"title": f"第 {number} 条", "url": None} for number in range(count)]
    lines[-1] |= changes
    writer = csv.writer(stream)
    writer.writerow(POSTS.columns.values())
    writer.writerows([line.get(name) for name in POSTS.columns] for line in lines)
    return stream.getvalue().encode()


def send(client: Client, data: bytes, into: str = POSTS.name, name: str = "渠道发布.csv") -> TestResponse:
    return client.post(f"/imports?into={into}", **file(data, name))


def count_posts(app: Flask) -> int:
    return int(sql(app, "SELECT count(*) FROM channel_post")[0][0])


def kept_files(app: Flask) -> list[str]:
    """The keys of the files of all jobs."""
    return [found.key for found in app.extensions["storage"].list("jobs/")]
