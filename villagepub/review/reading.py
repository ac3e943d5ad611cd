"""What a reviewer has opened of a submission: whoever decides at the desk has opened all of it.

The text and each file are opened one by one; a record is bound to the person, the submission and its digest.
"""

from sqlalchemy import select

from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.core.errors import Unread
from villagepub.core.permissions import Permission, require
from villagepub.disclosures import queries as disclosures
from villagepub.disclosures.models import Disclosure
from villagepub.extensions import db
from villagepub.review import policy, queries
from villagepub.review.models import Opening, ReviewCase

TEXT = "text"


def part_of(attachment_id: str) -> str:
    """The name of a file among the parts."""
    return f"attachments/{attachment_id}"


def parts_of(disclosure: Disclosure) -> dict[str, str]:
    """Everything that is to be opened: ``{part: what people call it}``."""
    files = {part_of(each.id): f"附件“{each.name}”" for each in disclosure.attachments if each.is_ready}
    return {TEXT: "正文"} | files


def note_opened(disclosure: Disclosure, part: str, *, actor: Actor) -> None:
    """Keep that the actor has opened a part. Nothing is kept of somebody who does not decide now.

    disclosure: locked. Raises Forbidden, and NotFound for a part that is not there.
    """
    require(actor, Permission.REVIEW, disclosure.village)
    if part != TEXT:
        disclosures.get_attachment(disclosure, part.removeprefix("attachments/"))
    case = queries.find_open_case(disclosure)
    if case is None or case.referred or policy.holding_at(actor, case) is None:
        return
    if part in list_opened(case, actor):
        return
    db.session.add(
        Opening(
            case_id=case.id,
            village=case.village,
            person_id=actor.person_id,
            digest=case.digest,
            what=part,
            at=clock.now(),
        )
    )


def list_opened(case: ReviewCase, actor: Actor) -> frozenset[str]:
    """The parts that the actor has opened of what the case now stands for."""
    mine = (Opening.case_id == case.id, Opening.person_id == actor.person_id, Opening.digest == case.digest)
    return frozenset(db.session.scalars(select(Opening.what).where(*mine)))


def list_unopened(disclosure: Disclosure, case: ReviewCase, actor: Actor) -> list[str]:
    """What people call the parts that the actor still has to open."""
    opened = list_opened(case, actor)
    return [name for part, name in parts_of(disclosure).items() if part not in opened]


def require_opened(disclosure: Disclosure, case: ReviewCase, actor: Actor) -> list[str]:
    """The ids of the files, all of which the actor has opened. Raises Unread, naming what was not."""
    if unopened := list_unopened(disclosure, case, actor):
        raise Unread(errors={"opened": [f"还没有打开{'、'.join(unopened)}。请逐一打开后再办理。"]})
    return [each.id for each in disclosure.attachments if each.is_ready]
