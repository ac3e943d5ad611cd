"""A real S3 server for the tests: SeaweedFS from its wheel, in a folder of its own, thrown away.

server = start_s3()
server.place()          # a Place of config/storage, with a prefix of its own
server.storage()        # an S3Storage below a prefix of its own
server.stop()
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
from botocore.config import Config

from config.storage import Place
from villagepub.core.storage.s3 import S3Storage

ACCESS_KEY, SECRET_KEY, REGION, BUCKET = "key-of-the-tests", "secret-of-the-tests", "us-east-1", "tests"
PORTS = [f"{part}.port{kind}" for part in ("master", "volume", "filer", "s3") for kind in ("", ".grpc")]
SWITCHES = ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3", "-volume.max=50", "-master.telemetry=false"]
SWITCHES += ["-s3.port.iceberg=0", "-s3.port.lance=0"]  # their ports are fixed, and two workers of pytest collide
_PATIENCE_SECONDS = 60


def start_s3() -> "S3Server":
    return S3Server()


class S3Server:
    """One process, on ports of 127.0.0.1. Its keys are put where boto3 looks for them."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="s3-"))
        config = self.folder / "s3.json"
        config.write_text(json.dumps(_identities()), encoding="utf-8")
        numbers = dict(zip(PORTS, _free_ports(len(PORTS)), strict=True))
        ports = [f"-{name}={number}" for name, number in numbers.items()]
        self.port = numbers["s3.port"]
        self.log = (self.folder / "log").open("wb")
        self._process = subprocess.Popen(
            [_program(), "server", f"-dir={self.folder}", *SWITCHES, *ports, f"-s3.config={config}"],
            stdout=self.log,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            start_new_session=True,
        )
        os.environ |= {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
        self.url = f"http://127.0.0.1:{self.port}"
        self._wait()

    def place(self) -> Place:
        return Place(f"s3://{BUCKET}/{self.new_prefix()}", self.url, REGION, "path")

    def storage(self, endpoint_url: str | None = None, prefix: str | None = None, **options: Any) -> S3Storage:
        """Below a prefix, a new one unless named; through another endpoint where a proxy stands between."""
        return S3Storage(
            BUCKET,
            prefix or self.new_prefix(),
            endpoint_url=endpoint_url or self.url,
            region=REGION,
            addressing_style="path",
            **options,
        )

    def new_prefix(self) -> str:
        return uuid4().hex

    def client(self) -> Any:
        """The owner's own client, to look and to meddle behind the program's back."""
        config = Config(signature_version="s3v4", s3={"addressing_style": "path"})
        return boto3.session.Session().client("s3", endpoint_url=self.url, region_name=REGION, config=config)

    def stop(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self.log.close()
        shutil.rmtree(self.folder)

    def _wait(self) -> None:
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            try:
                self.client().create_bucket(Bucket=BUCKET)
                self.storage().check()
                return
            except Exception:
                time.sleep(0.2)
        log = (self.folder / "log").read_text(encoding="utf-8", errors="replace")
        raise RuntimeError(f"SeaweedFS 没有启动：{log[-2000:]}")


def _identities() -> dict[str, Any]:
    keys = {"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}
    return {"identities": [{"name": "tests", "credentials": [keys], "actions": ["Admin", "Read", "List", "Write"]}]}


def _program() -> str:
    beside = Path(sys.executable).parent / "weed"
    return str(beside) if beside.exists() else "weed"


def _free_ports(count: int) -> list[int]:
    """Ports that nobody had a moment ago."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()
