"""The job that takes a file in: every line is checked while others may write, then all are written at once or none."""

from typing import Any

from villagepub.accounts import queries as accounts
from villagepub.core.actor import Actor
from villagepub.core.errors import FileDamaged, Forbidden, NotFound
from villagepub.core.permissions import require
from villagepub.core.storage import verified
from villagepub.core.tabular import Fault
from villagepub.extensions import storage
from villagepub.imports.kinds import KINDS, Kind
from villagepub.imports.operations import GIVEN
from villagepub.jobs import files
from villagepub.jobs.context import JobContext
from villagepub.jobs.kinds import JobRefused, Payload, Result

MOST_KEPT = 200  # faults that stay with the job
LOST_POST = "您已不担任可以导入的岗位，一行也没有写入。如仍需要，请由现任岗位的人重新导入。"
FILE_GONE = "上传的文件已不在，或与上传时不一致，一行也没有写入。请重新上传。"


def run(context: JobContext, payload: Payload) -> Result:
    """Raises JobRefused with what is wrong with which line, and when the owner has lost the post for it.

    The lines are stored together with the note that they were, so a worker that is killed leaves all of them or none.
    """
    key = files.key_of(context.division, context.job_id, GIVEN)
    if context.cursor is None:
        _take_in(context, KINDS[payload["into"]], payload, key)
    storage.delete(key)
    return {"rows": payload["rows"], "created": context.cursor["created"]}


def _take_in(context: JobContext, kind: Kind, payload: Payload, key: str) -> None:
    township, total = context.division, payload["rows"]
    with context.reading():
        owner = _owner_now(context, kind)
        rows = kind.read(payload["name"], _bytes(key, payload["digest"]), actor=owner, township=township)
        lines, faults = kind.examine(rows, township=township, tell=lambda done: context.progress(done, total))
    _refuse(faults, total)
    with context.step({"created": len(lines)}, total, total):
        _refuse(kind.write(lines, actor=owner, township=township), total)


def _owner_now(context: JobContext, kind: Kind) -> Actor:
    """Whoever sent the file, with the posts held by now."""
    try:
        owner = accounts.get_actor(str(context.owner_id))
        require(owner, kind.permission, context.division)
    except (NotFound, Forbidden):
        raise JobRefused(LOST_POST) from None
    return owner


def _bytes(key: str, digest: str) -> bytes:
    try:
        return b"".join(verified(storage, key, digest))
    except FileDamaged:
        raise JobRefused(FILE_GONE) from None


def _refuse(faults: list[Fault], rows: int) -> None:
    if not faults:
        return
    result: dict[str, Any] = {
        "rows": rows,
        "fault_count": len(faults),
        "faults": [vars(fault) for fault in faults[:MOST_KEPT]],
    }
    raise JobRefused(f"共 {rows} 行，有 {len(faults)} 处须改正，一行也没有写入。请改正后重新导入。", result)
