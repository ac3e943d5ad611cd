"""Everything held on a person, for the person (个人信息保护法 45), and its erasure (47).

One literal table says which rooms hold what; a room that comes to hold something personal gets a row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from villagepub.accounts import personal as account
from villagepub.accounts import queries as accounts
from villagepub.core import audit, clock, idempotency
from villagepub.core.actor import Actor
from villagepub.core.errors import PostsHeld
from villagepub.divisions import queries as divisions
from villagepub.extensions import db
from villagepub.feedback import forgetting
from villagepub.notices import personal as notices
from villagepub.residents import operations, queries
from villagepub.residents.models import Consent, Residency, Telephone
from villagepub.residents.states import ERASED

Json = dict[str, Any]


@dataclass(frozen=True)
class Holder:
    """A room that holds something on a person.

    erased: what goes, in Chinese; tell: gives it as JSON, ``{key: value}``; erase: takes it away. Both get the id of
    the person who asks, and stand for all that this human was before.
    """

    erased: str
    tell: Callable[[str], Json]
    erase: Callable[[str], None]


def tell(*, actor: Actor) -> Json:
    """Everything, as JSON."""
    told: Json = {"as_of": clock.now().astimezone(clock.SHANGHAI).isoformat(timespec="seconds")}
    for holder in HOLDERS:
        told |= holder.tell(str(actor.person_id))
    return told | {"kept_by_law": list(KEPT)}


def erase(*, actor: Actor) -> Json:
    """Takes away whatever no law demands to keep; the person cannot sign in again as this one.

    Raises PostsHeld while the person holds a post or stands in for somebody.
    """
    if actor.holdings:
        raise PostsHeld()
    person_id = str(actor.person_id)
    _note(person_id)
    for holder in HOLDERS:
        holder.erase(person_id)
    for each in accounts.selves_of(person_id):
        idempotency.forget(db.session(), each)
    return {"erased": [holder.erased for holder in HOLDERS], "kept": list(KEPT)}


def _tell_residents(person_id: str) -> Json:
    telephone = queries.find_telephone(person_id)
    return {
        "consents": [
            {
                "purpose": each.purpose,
                "version": each.version,
                "channel": each.channel,
                "given_at": _text(each.given_at),
                "withdrawn_at": _text(each.withdrawn_at),
            }
            for each in queries.list_consents_of(person_id)
        ],
        "residencies": [
            {
                "village": each.village,
                "name": queries.name_of(each),
                "remark": queries.remark_of(each),
                "state": each.state,
                "requested_at": _text(each.requested_at),
                "decided_at": _text(each.decided_at),
                "ended_at": _text(each.ended_at),
                "reason": each.reason,
            }
            for each in queries.list_residencies_of(person_id)
        ],
        "phone": telephone
        and {
            "number": queries.number_of(telephone),
            "country_code": telephone.country_code,
            "given_at": _text(telephone.given_at),
        },
    }


def _erase_residents(person_id: str) -> None:
    """That a village confirmed somebody and when stays, to be counted; who it was goes."""
    selves = accounts.selves_of(person_id)
    for residency in queries.list_running_of(person_id):
        operations.end(residency, actor=Actor(person_id, account.ERASED), reason=ERASED)
    ours = Residency.person_id.in_(selves)
    db.session.execute(update(Residency).where(ours).values(name_sealed=None, remark_sealed=None))
    declined = ours & Residency.reason.is_not(None)
    db.session.execute(update(Residency).where(declined).values(reason=ERASED))
    standing = Consent.person_id.in_(selves) & Consent.withdrawn_at.is_(None)
    db.session.execute(update(Consent).where(standing).values(withdrawn_at=clock.now()))
    db.session.execute(delete(Telephone).where(Telephone.person_id.in_(selves)))


def _note(person_id: str) -> None:
    """In the chain of every township that dealt with the person, under a name that says nothing."""
    ours = Residency.person_id.in_(accounts.selves_of(person_id))
    villages = db.session.scalars(select(Residency.village).where(ours).distinct())
    townships = {divisions.get_division(village).township_code for village in villages}
    for township in sorted(townships):
        audit.record(
            db.session(),
            "person.erased",
            actor=Actor(person_id, account.ERASED),
            subject_type="person",
            subject_id=person_id,
            division=township,
            township=township,
        )


def _text(instant: datetime | None) -> str | None:
    return clock.local(instant).isoformat(timespec="seconds") if instant else None


HOLDERS: tuple[Holder, ...] = (
    Holder("村民申请中的姓名和备注、手机号；同意全部撤回", _tell_residents, _erase_residents),
    Holder("群众反映的原话和提出人；还没有答复的撤回，已公开的不再显示", forgetting.tell, forgetting.erase),
    Holder("消息箱；微信消息的内容和订阅", notices.tell, notices.erase),
    Holder("微信标识、登录记录中的地址、用户名和密码；全部登录结束", account.tell, account.erase),
)
KEPT = (
    "审计记录：何时办了什么事，居民只记编号（网络安全法第二十一条）",
    "担任岗位期间的办理记录和署名：属于政府信息公开工作的档案（档案法、政府信息公开条例）",
    "同意和撤回同意的时间、所读说明的版本：用来证明处理曾有同意（个人信息保护法第十四条）",
    "正在生效的反映限制：到期为止，微信号只留不能还原的摘要，否则注销就等于解除限制",
    "当天提交过几次反映：只留次数和不能还原的摘要，次日起不再起作用，随后删除，否则注销就能绕过每天的次数限制",
)
