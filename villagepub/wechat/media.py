"""Having the platform look at the pictures of what was published (图片内容安全识别), version 2 of media_check_async."""

from dataclasses import dataclass

from sqlalchemy.dialects import postgresql, sqlite

from villagepub.accounts import queries as accounts
from villagepub.core import clock
from villagepub.core.errors import Unavailable
from villagepub.core.ids import new_id
from villagepub.disclosures import queries as disclosures
from villagepub.disclosures.models import Attachment, Disclosure
from villagepub.extensions import db, settings, wechat
from villagepub.jobs.context import JobContext
from villagepub.jobs.kinds import Payload, Result
from villagepub.review import queries as review
from villagepub.review.workflow import State
from villagepub.wechat import queries, verdicts
from villagepub.wechat.answers import MediaKind, Scene
from villagepub.wechat.errors import OPENID_NOT_ACTIVE, OPENID_UNKNOWN, WeChatError
from villagepub.wechat.models import CheckState, MediaCheck

CHECKABLE = frozenset({"image/jpeg", "image/png"})  # of what is taken here; the platform knows no WebP
PICTURES = CHECKABLE | {"image/webp"}
LARGEST = 10 * 1000 * 1000  # bytes
NOBODY_THERE = "上传和审批的人近两小时都没有打开过小程序"
NOT_CHECKABLE = "微信不检查这种格式或超过 10 MB 的图片"
LATER = "微信暂时不能检查图片，系统会自动重试。"


@dataclass(frozen=True)
class Wanted:
    """One file to ask about, and the openids in whose name it can be asked, the likeliest first."""

    check_id: str
    url: str
    openids: tuple[str, ...]


def run(context: JobContext, payload: Payload) -> Result:
    """Ask about each picture of a published item, and say which cannot be asked about.

    The rows are there before the platform is asked; a verdict that comes before its trace_id is stored is refused,
    and the platform repeats it. Raises Unavailable to be tried again.
    """
    disclosure_id = str(payload["disclosure"])
    if context.cursor is None:
        with context.step("begun", 0):
            _begin(disclosure_id, context)
    with context.reading():
        wanted = _list_wanted(disclosure_id, context)
    for done, each in enumerate(wanted, 1):
        outcome = _ask(each)
        with context.step("begun", done, len(wanted)):
            _keep(each.check_id, outcome)
    with context.step("asked", len(wanted), len(wanted)):
        verdicts.tell_of_unchecked(disclosure_id, (context.prefix,))
    return {"asked": len(wanted)}


def _begin(disclosure_id: str, context: JobContext) -> None:
    """A row for each picture, and somebody who looks whether every verdict has come."""
    disclosure = disclosures.get_disclosure(disclosure_id, (context.prefix,))
    if disclosure.state != State.PUBLISHED:
        return
    for attachment in disclosure.attachments:
        if attachment.media_type in PICTURES:
            _insert(disclosure, attachment)
    verdicts.queue_look(disclosure, actor=context.actor)


def _insert(disclosure: Disclosure, attachment: Attachment) -> None:
    is_checkable = attachment.media_type in CHECKABLE and attachment.size <= LARGEST
    values = {
        "id": new_id(),
        "attachment_id": attachment.id,
        "disclosure_id": disclosure.id,
        "village": disclosure.village,
        "name": attachment.name,
        "state": CheckState.WAITING if is_checkable else CheckState.UNCHECKED,
        "reason": None if is_checkable else NOT_CHECKABLE,
        "queued_at": clock.now(),
    }
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    db.session.execute(dialect.insert(MediaCheck).values(values).on_conflict_do_nothing())


def _list_wanted(disclosure_id: str, context: JobContext) -> list[Wanted]:
    disclosure = disclosures.get_disclosure(disclosure_id, (context.prefix,))
    openids = tuple(_openids_of(disclosure))
    base = settings.public_base_url.rstrip("/")
    return [
        Wanted(check.id, f"{base}/api/v1/public/attachments/{check.attachment_id}", openids)
        for check in queries.list_checks(disclosure_id, (context.prefix,))
        if check.state == CheckState.WAITING
    ]


def _openids_of(disclosure: Disclosure) -> list[str]:
    """Whoever decided last has been there last; then the authors."""
    deciders = [decision.person_id for decision in reversed(review.list_approvals(disclosure.id))]
    people = dict.fromkeys([*deciders, *sorted(disclosures.authors_of(disclosure))])
    return [openid for person in people if person and (openid := accounts.find_openid(person))]


def _ask(wanted: Wanted) -> str | None:
    """The trace_id; None when nobody was there in the last two hours, in whose name it could be asked."""
    for openid in wanted.openids:
        try:
            return wechat.check_media(openid, Scene.SOCIAL_LOG, wanted.url, MediaKind.PICTURE)
        except WeChatError as error:
            if error.errcode not in (OPENID_NOT_ACTIVE, OPENID_UNKNOWN):
                raise Unavailable(LATER) from None
    return None


def _keep(check_id: str, trace_id: str | None) -> None:
    check = queries.get_check(check_id, lock=True)
    if trace_id is None:
        check.state, check.reason = CheckState.UNCHECKED, NOBODY_THERE
    else:
        check.state, check.trace_id, check.asked_at = CheckState.ASKED, trace_id, clock.now()
