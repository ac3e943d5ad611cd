"""What lies on the disks, in whatever form."""

from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from tests.clearance.passages import CANARY
from tests.console import owner_of
from tests.engines import Engine


def _files(folder: Path) -> Iterator[bytes]:
    for file in folder.rglob("*"):
        if file.is_file():
            yield file.read_bytes()


def is_stored(app: Flask, engine: Engine, canary: str = CANARY) -> bool:
    """Whether the canary lies anywhere on the disks of program and database, in any spelling that is stored."""
    if engine.name == "postgresql":
        with owner_of(app) as connection:  # whose server answers before it has written: let it write
            connection.exec_driver_sql("SET synchronous_commit = on")
            connection.exec_driver_sql("UPDATE township SET full_name = full_name")
    folders = [app.config["SETTINGS"].instance_dir, engine.folder]
    spellings = [canary.encode(), canary.encode("utf-16-le"), canary.encode("unicode_escape")]
    return any(spelling in data for folder in folders for data in _files(folder) for spelling in spellings)
