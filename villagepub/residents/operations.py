"""Asking for a residency, deciding on it, ending it; giving a consent and taking it back; a telephone number."""

from sqlalchemy import delete

from villagepub.accounts import queries as accounts
from villagepub.core import audit, clock
from villagepub.core.actor import Actor, Holding
from villagepub.core.errors import AlreadyExists, Conflict, ConsentNeeded, Forbidden, Invalid, WrongState
from villagepub.core.permissions import Permission, holdings, require
from villagepub.core.sealed import Sealer
from villagepub.divisions import queries as divisions
from villagepub.extensions import db, settings
from villagepub.notices import operations as notices
from villagepub.notices.kinds import WORDINGS
from villagepub.residents import policy, queries
from villagepub.residents.models import Consent, Residency, Telephone
from villagepub.residents.states import BY_THE_PERSON, CONSENT_WITHDRAWN, RUNNING, Channel, Purpose, State
from villagepub.residents.texts import current_text
from villagepub.review.workflow import Notice


def give_consent(purpose: Purpose, version: str, channel: Channel, *, actor: Actor) -> Consent:
    """Raises Invalid for a text that is not the one in force. Given again, the standing one is answered."""
    current = current_text(settings.consents_dir, purpose)
    if version != current.version:
        raise Invalid(errors={"version": ["说明的文字已经更新，请重新读取并请本人阅读后再同意。"]})
    standing = queries.find_standing_consent(_person(actor), purpose)
    if standing is not None and standing.version == version:
        return standing
    if standing is not None:
        standing.withdrawn_at = clock.now()
        db.session.flush()
    return _note_consent(purpose, version, channel, actor)


def withdraw_consent(consent: Consent, *, actor: Actor) -> Consent:
    """What rests on it ends at once: residencies, or the number (个人信息保护法 15).

    Raises WrongState the second time.
    """
    if consent.withdrawn_at is not None:
        raise WrongState("这项同意已经撤回。")
    consent.withdrawn_at = clock.now()
    if consent.purpose == Purpose.RESIDENCY:
        for residency in queries.list_running_of(_person(actor)):
            end(residency, actor=actor, reason=CONSENT_WITHDRAWN)
    else:
        forget_telephone(_person(actor))
    db.session.flush()
    return consent


def request_residency(village: str, name: str, remark: str | None, *, actor: Actor) -> Residency:
    """Ask a village to be taken for one of its villagers.

    Raises Invalid for a village that is not on the platform, ConsentNeeded without a standing consent, AlreadyExists
    while an earlier request for this village waits or holds, Conflict beyond ``policy.MOST_RUNNING``.
    """
    place = divisions.get_village(village)
    if queries.find_standing_consent(_person(actor), Purpose.RESIDENCY) is None:
        raise ConsentNeeded()
    running = queries.list_running_of(_person(actor))
    if any(each.village == place.code for each in running):
        raise AlreadyExists("您已经向这个村提出过申请。", errors={"village": ["已经申请过，请等待核实。"]})
    if len(running) >= policy.MOST_RUNNING:
        raise Conflict(f"最多同时申请 {policy.MOST_RUNNING} 个村，请先结束不再需要的一项。")
    names = Sealer(settings.secret_key, queries.NAME)
    residency = Residency(
        person_id=_person(actor),
        village=place.code,
        name_sealed=names.seal(name),
        remark_sealed=names.seal(remark) if remark else None,
        state=State.REQUESTED,
        requested_at=clock.now(),
    )
    db.session.add(residency)
    db.session.flush()
    _note("residency.requested", residency, actor)
    return residency


def confirm(residency: Residency, *, actor: Actor) -> Residency:
    """The person is on the village's roll. Raises ConsentNeeded when the consent no longer stands."""
    holding = _require_may_decide(residency, actor)
    if queries.find_standing_consent(residency.person_id, Purpose.RESIDENCY) is None:
        raise ConsentNeeded()
    _decide(residency, State.CONFIRMED, None, actor, holding)
    _tell(residency, Notice.RESIDENT_CONFIRMED)
    return residency


def decline(residency: Residency, *, actor: Actor, reason: str) -> Residency:
    """The person is not, or it cannot be told; the person reads the reason."""
    holding = _require_may_decide(residency, actor)
    _decide(residency, State.DECLINED, reason, actor, holding)
    _tell(residency, Notice.RESIDENT_DECLINED)
    return residency


def end(residency: Residency, *, actor: Actor, reason: str = BY_THE_PERSON) -> Residency:
    """By the person, who asks for nothing more and reads nothing more. Raises WrongState when it is over."""
    if residency.state not in RUNNING:
        raise WrongState("这项申请已经结束。")
    residency.state, residency.ended_at, residency.reason = State.ENDED, clock.now(), reason
    db.session.flush()
    _note("residency.ended", residency, actor)
    return residency


def end_by_village(residency: Residency, *, actor: Actor, reason: str) -> Residency:
    """By the village, for one who moved away or was confirmed by mistake."""
    holding = _holding(residency, actor)
    if residency.state != State.CONFIRMED:
        raise WrongState("只有已确认的村民身份可以终止；未确认的请答复申请。")
    residency.state, residency.ended_at, residency.reason = State.ENDED, clock.now(), reason
    db.session.flush()
    _note("residency.ended_by_village", residency, actor, holding)
    _tell(residency, Notice.RESIDENT_ENDED)
    return residency


def keep_telephone(number: str, country_code: str, *, actor: Actor) -> Telephone:
    """In place of an earlier one. Giving it is the consent: the text stands beside the button that gives it."""
    version = current_text(settings.consents_dir, Purpose.PHONE).version
    give_consent(Purpose.PHONE, version, Channel.MINI_PROGRAM, actor=actor)
    forget_telephone(_person(actor))
    telephone = Telephone(
        person_id=_person(actor),
        number_sealed=Sealer(settings.secret_key, queries.PHONE).seal(number),
        country_code=country_code,
        given_at=clock.now(),
    )
    db.session.add(telephone)
    db.session.flush()
    return telephone


def forget_telephone(person_id: str) -> None:
    ours = Telephone.person_id.in_(accounts.selves_of(person_id))
    db.session.execute(delete(Telephone).where(ours))


def _note_consent(purpose: Purpose, version: str, channel: Channel, actor: Actor) -> Consent:
    consent = Consent(person_id=_person(actor), purpose=purpose, version=version, channel=channel, given_at=clock.now())
    db.session.add(consent)
    db.session.flush()
    return consent


def _require_may_decide(residency: Residency, actor: Actor) -> Holding | None:
    holding = _holding(residency, actor)
    if not policy.may_decide(actor.person_id, accounts.selves_of(residency.person_id)):
        raise Forbidden("不能核实自己的申请，请由乡镇管理员办理。")
    if residency.state != State.REQUESTED:
        raise WrongState("这项申请已经答复或结束，请刷新后查看。")
    return holding


def _holding(residency: Residency, actor: Actor) -> Holding | None:
    require(actor, Permission.KEEP_RESIDENTS, residency.village)
    return next(iter(holdings(actor, Permission.KEEP_RESIDENTS, residency.village)), None)


def _decide(residency: Residency, state: State, reason: str | None, actor: Actor, holding: Holding | None) -> None:
    residency.state, residency.reason = state, reason
    residency.decided_by, residency.decided_at = actor.person_id, clock.now()
    db.session.flush()
    _note(f"residency.{state}", residency, actor, holding)


def _tell(residency: Residency, notice: Notice) -> None:
    """The one who asked, in the inbox and by WeChat: by nothing that says who the person is."""
    title = f"您的{divisions.get_division(residency.village).name}村民身份"
    comment = residency.reason or ""
    notices.tell_person(
        residency.person_id,
        notice,
        WORDINGS[notice].sentence.format(title=title, comment=comment),
        residency.village,
        title=title,
        comment=comment,
        subject_type="residency",
        subject_id=residency.id,
    )


def _note(action: str, residency: Residency, actor: Actor, holding: Holding | None = None) -> None:
    audit.record(
        db.session(),
        action,
        actor=actor,
        holding=holding,
        subject_type="residency",
        subject_id=residency.id,
        division=residency.village,
        township=divisions.get_division(residency.village).township_code,
    )


def _person(actor: Actor) -> str:
    return str(actor.person_id)
