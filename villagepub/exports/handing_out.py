"""Rows on their way out of the house: none leaves before the audit chain says who takes them.

A GET's transaction only reads, so the note is stored by one of its own. That is no change of what anybody may see,
and the law asks for a record of who takes personal data away (个人信息保护法 第五十一条、第五十四条).
"""

import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO, cast

import structlog

from villagepub.core import tenancy
from villagepub.core.actor import Actor
from villagepub.core.digest import RunningDigest
from villagepub.core.errors import ExportTooLarge
from villagepub.core.ids import new_id
from villagepub.core.storage import verified
from villagepub.core.storage.pieces import Pieces
from villagepub.core.tabular import MOST_ROWS_AT_ONCE
from villagepub.core.tenancy import Scope
from villagepub.core.transactions import aside, transaction
from villagepub.exports import operations, queries
from villagepub.exports.kinds import Asked
from villagepub.exports.writing import PIECE, Counted, csv_pieces, digest_of_file, write_file
from villagepub.extensions import storage

log = structlog.get_logger("villagepub.exports")


@dataclass(frozen=True)
class File:
    """Bytes that go out."""

    name: str
    media_type: str
    pieces: Iterator[bytes]
    size: int | None


def stream_csv(asked: Asked, *, actor: Actor) -> Generator[bytes]:
    """The pieces of a file that is read while it is sent, whatever its size.

    Its pieces come from a transaction of their own, because the request's is over when they are sent; it ends with
    the last piece, or when whoever reads lets go. The chain has two entries: that it began, and how it ended.
    """
    asked.require_allowed(actor)
    subject_id = new_id()
    with aside():
        operations.note("export.stream_begun", asked, subject_id, actor=actor)
    return _stream(asked, subject_id, actor, tenancy.current())


def _stream(asked: Asked, subject_id: str, actor: Actor, scope: Scope) -> Generator[bytes]:
    digest, rows, is_whole = RunningDigest(), Counted(iter(())), False
    try:
        with transaction(scope.reading()), closing((table := asked.open_table()).rows):
            rows = Counted(table.rows)
            for piece in csv_pieces(table.columns, rows):
                digest.update(piece)
                yield piece
        is_whole = True
    finally:
        data = {"rows": rows.count, "is_whole": is_whole}
        log.info("export_streamed", subject=subject_id, **data)
        with transaction(replace(scope, read_only=False)):
            operations.note("export.stream_ended", asked, subject_id, actor=actor, digest=digest.final(), data=data)


def make_xlsx(asked: Asked, *, actor: Actor) -> File:
    """A workbook, made at once. Raises ExportTooLarge for more rows than anybody waits for."""
    asked.require_allowed(actor)
    table = asked.open_table()
    if table.count is None or table.count > MOST_ROWS_AT_ONCE:
        raise ExportTooLarge(
            f"共 {table.count} 行，当场导出 XLSX 最多 {MOST_ROWS_AT_ONCE} 行。请缩小范围，改用 CSV，"
            "或以同样的条件申请后台导出，写完后下载。"
        )
    file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115  Pieces closes it
    rows = write_file(file, asked, table)
    size, digest = file.tell(), digest_of_file(file)
    name = asked.file_name
    with aside():
        operations.note("export.handed_out", asked, new_id(), actor=actor, digest=digest, data={"rows": rows})
    return File(name, asked.media_type, Pieces(partial(file.read, PIECE), file.close), size)


def fetch_file(export_id: str, *, actor: Actor) -> File:
    """The file of an export, whole and as it was written, for somebody who may still see these rows.

    Raises NotFound and Forbidden, also when the posts for it were lost since; WrongState, ExportExpired, FileDamaged
    and StorageUnavailable.
    """
    export = queries.get_visible_export(export_id, actor)
    asked = operations.asked_of(export)
    asked.require_allowed(actor)
    operations.require_file(export)
    key, digest, size = str(export.storage_key), str(export.digest), export.size
    pieces = verified(storage, key, digest)
    name, rows = asked.file_name, export.row_count
    with aside():
        queries.get_export(export_id, lock=True).downloads += 1
        operations.note("export.downloaded", asked, export_id, actor=actor, digest=digest, data={"rows": rows})
    return File(name, asked.media_type, pieces, size)
