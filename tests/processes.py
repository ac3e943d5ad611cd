"""The program as an operator runs it: the flask command and the server, as processes on a database of their own."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.base import PROJECT
from tests.postgres import Database

PROGRAMS = Path(sys.executable).parent
PATIENCE = 30  # seconds until a server must answer
RUNNING = 900  # seconds a command may take: the demonstration is some minutes of work on a busy machine
LOADING = 120  # seconds until it must be there, on a busy machine


class Installation:
    """One database, one instance folder, and what is run on them."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.environment = {
            "PATH": os.environ["PATH"],
            "FLASK_SKIP_DOTENV": "1",
            "INSTANCE_DIR": str(folder),
            "DATABASE_URL": database.app_url,
            "DATABASE_OWNER_URL": database.owner_url,
            "LOG_LEVEL": "ERROR",
            "PASSWORD_MEMORY_KIB": "8",
        }

    def flask(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """``flask --app wsgi …``, whatever its exit code."""
        command = [str(PROGRAMS / "flask"), "--app", "wsgi", *arguments]
        return subprocess.run(
            command, env=self.environment, cwd=PROJECT, capture_output=True, text=True, timeout=RUNNING, check=False
        )

    def succeeds(self, *arguments: str) -> str:
        """What the command wrote to standard output; it must exit with 0."""
        done = self.flask(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def server(self) -> Iterator[int]:
        """gunicorn as in production; gives its port."""
        port = _free_port()
        environment = self.environment | {"BIND": f"127.0.0.1:{port}", "WEB_CONCURRENCY": "2"}
        switches = ["--config", "config/gunicorn.conf.py", "--log-level", "error"]
        process = subprocess.Popen([PROGRAMS / "gunicorn", *switches, "wsgi:app"], env=environment, cwd=PROJECT)
        try:
            _wait_for(port, process)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    data: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.data)


class Wire:
    """A client of a running server that knows nothing but HTTP. Paths are below /api/v1."""

    def __init__(self, port: int, token: str | None = None) -> None:
        self.port = port
        self.token = token

    def call(
        self, method: str, path: str, body: Any = None, *, data: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """body: sent as JSON; data: sent as it is."""
        sent = dict(headers or {})
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            data, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, f"/api/v1{path}", body=data or None, headers=sent)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until it answers: the port is open before the program is loaded."""
    end = time.monotonic() + LOADING
    while time.monotonic() < end:
        assert process.poll() is None, "the server ended"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LOADING)
        with closing(connection), suppress(OSError):
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return
        time.sleep(0.1)
    raise TimeoutError(f"nothing answers on port {port}")
