"""The job that writes an export's file: read in one snapshot, stored, and only then said to be there."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from villagepub.accounts import queries as accounts
from villagepub.core.errors import Forbidden, NotFound
from villagepub.core.transactions import transaction
from villagepub.exports import operations, queries
from villagepub.exports.kinds import Asked
from villagepub.exports.models import Export
from villagepub.exports.operations import STORED_BELOW, Made
from villagepub.exports.writing import Tell, digest_of_file, write_file
from villagepub.extensions import settings, storage
from villagepub.jobs.context import JobContext
from villagepub.jobs.kinds import JobRefused, Payload, Result

WORKSHOP = "exporting"  # folder of the instance: what a killed worker leaves there, its successor or the sweep deletes
MOST_ATTEMPTS = 5
SHEET_HOLDS = 1_000_000
LOST_POST = "您已不担任可以导出这些数据的岗位，没有导出。如仍需要，请由现任岗位的人重新提出。"
TOO_LONG = f"超过 {SHEET_HOLDS:,} 行，一张 Excel 表放不下。请缩小范围，或改用 CSV 重新导出。"


def run(context: JobContext, payload: Payload) -> Result:
    """Raises JobRefused when the owner has lost the posts for it, and for more rows than a sheet holds.

    Each attempt stores under a key of its own, so that one that is slow and was given up cannot write over the file
    of its successor.
    """
    export_id = str(payload["export"])
    if context.cursor is None:
        with _bench(export_id) as folder, (folder / "file").open("w+b") as file:
            made = _make(context, export_id, file, folder)
            with context.step({"rows": made.row_count}, made.row_count, made.row_count):
                operations.keep_file(export_id, made, actor=context.actor)
    _clear_away(context, export_id)
    return {"export": export_id, "rows": context.cursor["rows"]}


def _make(context: JobContext, export_id: str, file: BinaryIO, folder: Path) -> Made:
    with transaction(context.scope.reading()):
        export = queries.get_export(export_id)
        asked = operations.asked_of(export)
        _require_still_allowed(export)
        table = asked.open_table()
        tell = _teller(context, asked, table.count)
        rows = write_file(file, asked, table, note=f"用途：{export.purpose}", tell=tell, folder=folder)
    size = file.tell()
    digest = digest_of_file(file)
    key = _key(context.division, export_id, context.attempt)
    storage.put(key, file)
    return Made(key, rows, size, digest)


def _require_still_allowed(export: Export) -> None:
    try:
        operations.asked_of(export).require_allowed(accounts.get_actor(export.owner_id))
    except (NotFound, Forbidden):
        raise JobRefused(LOST_POST) from None


def _teller(context: JobContext, asked: Asked, total: int | None) -> Tell:
    def tell(done: int) -> None:
        if asked.format == "xlsx" and max(done, total or 0) > SHEET_HOLDS:
            raise JobRefused(TOO_LONG)
        context.progress(done, total)

    tell(0)
    return tell


@contextmanager
def _bench(export_id: str) -> Iterator[Path]:
    """A folder for the time of the work, without what an attempt that was killed has left in it."""
    folder = settings.instance_dir / WORKSHOP / export_id
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _key(division: str, export_id: str, attempt: int) -> str:
    return f"{STORED_BELOW}{division}/{export_id}-{attempt}"


def _clear_away(context: JobContext, export_id: str) -> None:
    """What other attempts may have stored."""
    with context.reading():
        kept = queries.get_export(export_id).storage_key
    for attempt in range(1, MOST_ATTEMPTS + 1):
        if (key := _key(context.division, export_id, attempt)) != kept:
            storage.delete(key)
