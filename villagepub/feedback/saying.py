"""Taking in what somebody says: limits, screening, the platform's verdict, the clock.

Sources: 村民委员会组织法 31 (villagers may ask and complain about what is disclosed, and it must be looked into);
个人信息保护法 15, 25 (publication needs a consent of its own, which can be taken back): without one, asker and village
alone read what was said; 保守国家秘密法 31: what bears a mark of a state secret is not kept at all.
"""

import hmac
from datetime import timedelta

from sqlalchemy import func, select

from villagepub.clearance import screenings
from villagepub.clearance.screenings import Place, Screening, Subject
from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.core.errors import (
    AlreadyExists,
    FeedbackBlocked,
    Forbidden,
    NotFound,
    TextRefused,
    TooMuchFeedback,
    WrongState,
)
from villagepub.core.prose import moment_text
from villagepub.divisions import queries as divisions
from villagepub.divisions.models import Division
from villagepub.extensions import db, settings
from villagepub.feedback import clocks, earlier_today, noting, policy, queries
from villagepub.feedback.kinds import Holder, Kind, TextCheck
from villagepub.feedback.models import Feedback
from villagepub.feedback.workflow import State, Told
from villagepub.ledgers import complaints
from villagepub.publishing import queries as publishing
from villagepub.publishing.models import Publication
from villagepub.residents import queries as residents

_TO_LOOK_AT = {
    TextCheck.REVIEW: "微信的文字检查建议由人核验",
    TextCheck.FAILED: "微信的文字检查没有结论",
}
_UNMASKABLE = "筛查发现不能遮盖的内容"


def say_under(
    disclosure_id: str, *, actor: Actor, kind: Kind, text: str, may_be_public: bool, check: TextCheck
) -> tuple[Feedback, Screening]:
    """Under a published item; under one for villagers alone, by a confirmed resident of its village.

    Raises NotFound for what the person may not read, WrongState for an item that is not public now, and what
    ``say_to`` raises.
    """
    item = publishing.find_publication(disclosure_id)
    if item is None or not _may_read(item, actor):
        raise NotFound()
    if item.state != "published":
        raise WrongState("这条信息已更正、暂停公开或撤回，请在现行的信息下提出，或直接向村里提出。")
    return _take_in(divisions.get_division(item.village), item, actor, kind, text, may_be_public, check)


def say_to(
    code: str, *, actor: Actor, kind: Kind, text: str, may_be_public: bool, check: TextCheck
) -> tuple[Feedback, Screening]:
    """To a village or community on the platform.

    Raises NotFound for another place, FeedbackBlocked, TooMuchFeedback, AlreadyExists for the same words, TextRefused
    when the platform calls it risky, SecretMark, ScreeningUnavailable.
    """
    place = divisions.get_division(code)
    if place.level not in divisions.DISCLOSING or place.on_platform_from is None:
        raise NotFound()
    return _take_in(place, None, actor, kind, text, may_be_public, check)


def _may_read(item: Publication, actor: Actor) -> bool:
    if item.audience == publishing.PUBLIC_AUDIENCE:
        return True
    return actor.person_id is not None and residents.is_confirmed_resident(actor.person_id, item.village)


def _take_in(
    place: Division,
    item: Publication | None,
    actor: Actor,
    kind: Kind,
    text: str,
    may_be_public: bool,
    check: TextCheck,
) -> tuple[Feedback, Screening]:
    if actor.person_id is None:
        raise Forbidden()
    digest = _digest_of(text)
    _require_allowed(actor.person_id, place, item.number if item else None, digest)
    if check is TextCheck.RISKY:
        raise TextRefused(errors={"text": ["微信的内容安全检查没有通过，没有提交。请修改用语后再提。"]})
    subject = Subject(place.township_code, place.code, item.entry if item else "", None)
    screening = screenings.require_storable(subject, [Place("text", "内容", text)], actor=actor)
    is_for_villagers = item is not None and item.audience != publishing.PUBLIC_AUDIENCE
    reason = _needs_a_look(check, screening)
    feedback = Feedback(
        township=place.township_code,
        village=place.code,
        disclosure_id=item.id if item else None,
        number=item.number if item else None,
        is_for_villagers=is_for_villagers,
        kind=kind,
        text=text,
        text_digest=digest,
        text_check=check,
        needs_a_look=reason,
        may_be_public=may_be_public and not is_for_villagers,
        person_id=actor.person_id,
        state=State.HELD if reason else State.OPEN,
        holder=Holder.VILLAGE,
        received_at=clock.now(),
    )
    clocks.start(feedback)
    db.session.add(feedback)
    db.session.flush()
    noting.note("received", feedback, actor=actor, holding=None, kind=kind, text_check=check, held=bool(reason))
    if kind is Kind.COMPLAINT:
        complaints.enter(feedback.id, feedback.township, f"小程序投诉（{place.name}）", feedback.received_at)
    noting.tell(feedback, Told.HOLDER)
    return feedback, screening


def _needs_a_look(check: TextCheck, screening: Screening) -> str | None:
    """Why people have to look at it before the village does; None when nobody has to."""
    reasons = [_TO_LOOK_AT[check]] if check in _TO_LOOK_AT else []
    if any(finding.severity == "block" and finding.suggestion is None for _, finding in screening.found):
        reasons.append(_UNMASKABLE)
    return "；".join(reasons) or None


def _require_allowed(person_id: str, place: Division, number: str | None, digest: str) -> None:
    _wait_for_turn(person_id, place.code)
    if (block := queries.find_block(person_id, place.township_code)) is not None:
        raise FeedbackBlocked(
            f"您在{moment_text(block.until_at)}之前不能在这里提交反映，理由：{block.reason}。"
            "对此有异议的，请到镇政务服务窗口提出。"
        )
    if (same := queries.find_same(person_id, place.code, digest, clock.now() - policy.SAME_TEXT_WITHIN)) is not None:
        raise AlreadyExists(
            "您已提交过相同的内容，请在“我的反映”中查看办理情况；需要补充的，请写明补充的内容再提。",
            extra={"feedback": same.id},
        )
    today, here = clock.start_of(clock.today()), earlier_today.place_of(place.code, number)
    everywhere = queries.count_by_person(person_id, today) + earlier_today.count(person_id)
    on_place = queries.count_on_place(person_id, place.code, number, today) + earlier_today.count(person_id, here)
    for said, most, whose in (
        (everywhere, policy.MOST_A_DAY, "您今天"),
        (on_place, policy.MOST_ON_PLACE_A_DAY, "您今天在这里"),
        (queries.count_in_village(place.code, today), policy.MOST_IN_VILLAGE_A_DAY, "这个村今天收到"),
    ):
        if said >= most:
            sentence = f"{whose}的反映已满 {most} 条，请明天再提；急事请直接打村里或镇里的电话。"
            raise TooMuchFeedback(sentence, retry_after=_until_tomorrow())


def _digest_of(text: str) -> str:
    """The same for the same words, whatever blanks are between them. Keyed: short words could be guessed otherwise."""
    words = "".join(text.split()).encode()
    return hmac.new(settings.secret_key.encode(), b"feedback: same words" + words, "sha256").hexdigest()


def _until_tomorrow() -> int:
    tomorrow = clock.start_of(clock.today() + timedelta(days=1))
    return int((tomorrow - clock.now()).total_seconds())


def _wait_for_turn(person_id: str, village: str) -> None:
    """One after the other is counted, each person's and each village's. SQLite has one writer anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        for name in (f"feedback of {person_id}", f"feedback to {village}"):
            db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
