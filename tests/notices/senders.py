"""``flask worker`` as it is, with short leases, in processes that a test kills."""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from config.base import PROJECT
from tests.jobs.workshop import children, kill
from tests.notices.post_office import PostOffice
from tests.postgres import Database
from tests.processes import Installation
from villagepub.jobs import supervisor
from villagepub.jobs.worker import Worker

LEASE = timedelta(seconds=1)


class Senders:
    """Workers of the installation of a post office."""

    def __init__(self, post_office: PostOffice, folder: Path) -> None:
        settings = post_office.app.config["SETTINGS"]
        account = settings.wechat
        database = Database(settings.database_owner_url, settings.database_url)
        self._environment = Installation(database, folder).environment | {
            "SECRET_KEY": settings.secret_key,
            "WECHAT_BASE_URL": account.base_url,
            "WECHAT_APPID": account.appid,
            "WECHAT_SECRET": account.secret,
            "WECHAT_TEMPLATES_DIR": str(settings.wechat_templates_dir),
        }

    @contextmanager
    def running(self, concurrency: int) -> Iterator["subprocess.Popen[bytes]"]:
        """The parent; all are killed at the end."""
        command = [sys.executable, "-m", "tests.notices.senders", f"--concurrency={concurrency}"]
        process = subprocess.Popen(command, env=self._environment, cwd=PROJECT, stderr=subprocess.DEVNULL)
        try:
            yield process
        finally:
            for pid in children(process.pid):
                kill(pid)
            process.kill()
            process.wait()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--concurrency", type=int)
    options = parser.parse_args()
    from wsgi import app

    worker = Worker(app.app_context, schedules=(), lease=LEASE, pause=0.02)
    with app.app_context():
        supervisor.work(worker, concurrency=options.concurrency)


if __name__ == "__main__":
    main()
