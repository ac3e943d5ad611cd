"""Mini-program codes, each made once by the platform and then served from our storage: they never expire."""

import io

from sqlalchemy import literal, select
from sqlalchemy.dialects import postgresql, sqlite

from villagepub.core import clock
from villagepub.core.ids import new_id
from villagepub.core.storage import ObjectMissing
from villagepub.extensions import settings, storage, wechat
from villagepub.wechat.apart import apart
from villagepub.wechat.errors import WeChatError
from villagepub.wechat.models import WeChatCode

STORED_BELOW = "wechat-codes"


def code_picture(scene: str, page: str) -> bytes | None:
    """The picture, JPEG or PNG, of the code that opens a page with a scene; not inside a transaction that writes.

    scene: a short id such as ``d=8K3F2A``, at most 32 signs. page: without a leading slash. None when WeChat is off or
    gives none now: show a QR code of the public address in its place. Raises StorageUnavailable.
    """
    if not settings.wechat.is_on:
        return None
    code_id = _find(scene, page)
    if code_id is not None:
        try:
            return b"".join(storage.read(_key_of(code_id)))
        except ObjectMissing:  # the storage was emptied; the code is made again under its id
            pass
    try:
        picture = wechat.mini_program_code(scene, page)
    except WeChatError:
        return None
    _keep(code_id, scene, page, picture)
    return picture


def _find(scene: str, page: str) -> str | None:
    account = settings.wechat
    query = select(WeChatCode.id).where(
        WeChatCode.appid == account.appid,
        WeChatCode.scene == scene,
        WeChatCode.page == page,
        WeChatCode.env_version == account.env_version,
    )
    with apart(reading=True) as connection:
        return connection.execute(query).scalar()


def _keep(code_id: str | None, scene: str, page: str, picture: bytes) -> None:
    """First the picture, then the row: what the row says is there, is. Of two who made it at once, one's row stays."""
    new = code_id or new_id()
    storage.put(_key_of(new), io.BytesIO(picture))
    if code_id is not None:
        return
    values = {
        "id": new,
        "appid": settings.wechat.appid,
        "scene": scene,
        "page": page,
        "env_version": settings.wechat.env_version,
        "made_at": clock.now(),
    }
    with apart() as connection:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        statement = dialect.insert(WeChatCode).values(values).on_conflict_do_nothing()
        is_first = connection.execute(statement.returning(literal(1))).scalar() is not None
    if not is_first:
        storage.delete(_key_of(new))


def _key_of(code_id: str) -> str:
    return f"{STORED_BELOW}/{code_id}"
