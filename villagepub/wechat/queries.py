"""Reads of the checks of media."""

from sqlalchemy import select

from villagepub.core import tenancy
from villagepub.core.errors import NotFound
from villagepub.extensions import db
from villagepub.wechat.models import MediaCheck


def get_check(check_id: str, *, lock: bool = False) -> MediaCheck:
    """Raises NotFound. lock: hold the row until the transaction ends, for an act that will change it."""
    query = select(MediaCheck).where(MediaCheck.id == check_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    check = db.session.scalar(query)
    if check is None:
        raise NotFound()
    return check


def find_check_by_trace(trace_id: str) -> MediaCheck | None:
    return db.session.scalar(select(MediaCheck).where(MediaCheck.trace_id == trace_id))


def list_checks(disclosure_id: str, prefixes: tuple[str, ...]) -> list[MediaCheck]:
    """Of one item, in the order of its files."""
    query = select(MediaCheck).where(
        MediaCheck.disclosure_id == disclosure_id, tenancy.within(MediaCheck.village, prefixes)
    )
    return list(db.session.scalars(query.order_by(MediaCheck.attachment_id)))
