"""The verbs of review. Each one: permission, rules, a conditional change, totals, audit, notices."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import update

from villagepub.accounts import queries as accounts
from villagepub.calendars.places import working_seconds
from villagepub.catalogue import queries as catalogue
from villagepub.clearance import operations as clearance
from villagepub.clearance.marks import require_unclassified_about
from villagepub.clearance.rescreening import rescreen
from villagepub.core import clock
from villagepub.core.actor import Actor, Holding
from villagepub.core.errors import (
    AlreadyDecided,
    AttachmentPending,
    ChecklistIncomplete,
    Conflict,
    Invalid,
    NotYourStage,
    SeparationOfDuties,
    StaleDigest,
    WrongState,
)
from villagepub.core.permissions import Permission, Role, require
from villagepub.core.prose import day_text
from villagepub.disclosures import operations as disclosures
from villagepub.disclosures import queries as disclosure_queries
from villagepub.disclosures.models import Disclosure
from villagepub.divisions import queries as divisions
from villagepub.extensions import db
from villagepub.notices import operations as notices
from villagepub.publishing import operations as publishing
from villagepub.review import policy, queries, reading
from villagepub.review.deadlines import due_of
from villagepub.review.models import Decision, Forwarding, ReferralAnswer, ReviewCase
from villagepub.review.workflow import (
    CHAIN,
    CHECKLIST,
    STAGE_NAMES,
    TABLE,
    Action,
    Notice,
    StageName,
    State,
)
from villagepub.statistics import operations as statistics

OUTCOMES = {action.value: action for action in (Action.APPROVE, Action.RETURN, Action.REFUSE, Action.REFER)}


def submit(disclosure: Disclosure, *, actor: Actor, acknowledge: Mapping[str, str] | None = None) -> Disclosure:
    """Hand a draft to the chain.

    acknowledge: ``{finding id: reason}`` for warnings. Raises WrongState, AttachmentPending, SensitiveContent,
    AcknowledgementRequired, Invalid.
    """
    disclosures.require_writable(disclosure, Action.SUBMIT, actor)
    if not all(attachment.is_ready for attachment in disclosure.attachments):
        raise AttachmentPending()
    disclosures.require_audience(disclosure)
    rescreen(disclosure, actor=actor)
    clearance.acknowledge(disclosure, acknowledge or {}, actor=actor)
    clearance.require_clear(disclosure)
    disclosure.submitted_at = clock.now()
    case = _open_case(disclosure)
    holding = disclosures.writer_of(actor, disclosure.village)
    disclosures.note("disclosure.submitted", disclosure, actor=actor, holding=holding, submission=case.submission)
    statistics.recount_now(disclosure)
    _tell_stage(disclosure, case, Notice.WAITING)
    return disclosure


def recall(disclosure: Disclosure, *, actor: Actor) -> Disclosure:
    """Take a submission back; what is counted already is a past publication again, which can be withdrawn.

    Raises WrongState once anybody has decided on it.
    """
    disclosures.require_writable(disclosure, Action.RECALL, actor)
    case = queries.get_open_case(disclosure)
    if not queries.may_be_recalled(disclosure):
        raise WrongState("已有环节办理了这条信息，不能再撤回修改；如需修改请联系审批人退回。")
    _close(case, "recalled")
    before = State.IMPORTED if disclosure.is_counted else TABLE[State.IN_REVIEW, Action.RECALL].to
    disclosures.move(disclosure, before)
    holding = disclosures.writer_of(actor, disclosure.village)
    disclosures.note("disclosure.recalled", disclosure, actor=actor, holding=holding, submission=case.submission)
    return disclosure


def decide(
    disclosure: Disclosure,
    *,
    actor: Actor,
    stage: str,
    digest: str,
    outcome: str,
    checklist: Collection[str],
    comment: str,
    read_attachments: Collection[str] = (),
    as_opened: bool = False,
) -> Disclosure:
    """One person's decision at one stage, on the content with this digest.

    disclosure: locked. read_attachments: ids of the files that no machine could read and this person has. as_opened:
    at the desk, where the program itself knows what was opened, all has to be, whatever is decided: a village is told
    of all faults at once (一次性告知), not of the first one seen. Raises Forbidden, AlreadyDecided, NotYourStage,
    StaleDigest, SeparationOfDuties, Unread, ChecklistIncomplete, Invalid and WrongState, and at the last stage what
    publishing raises; nothing is changed then.
    """
    require(actor, Permission.REVIEW, disclosure.village)
    case = _case_to_decide(disclosure, stage)
    holding = policy.holding_at(actor, case)
    if holding is None:
        raise NotYourStage(f"这条信息现在由{_holder_in_words(case)}办理，不由您办理。")
    if digest != case.digest or digest != disclosure.digest:
        raise StaleDigest()
    require_unclassified_about(disclosure, {"comment": comment}, actor=actor)
    _require_separate(disclosure, case, actor.persons_of(holding))
    if as_opened:
        read_attachments = reading.require_opened(disclosure, case, actor)
    action = OUTCOMES[outcome]
    _require_reasoned(action, checklist, comment)
    if action is Action.APPROVE:
        _require_read(disclosure, read_attachments)
    _claim(case)
    _keep_decision(case, actor, holding, outcome, checklist, comment)
    read = {"read_attachments": sorted(read_attachments)} if read_attachments else {}
    disclosures.note(
        f"review.{outcome}", disclosure, actor=actor, holding=holding, stage=stage, comment=comment, **read
    )
    _carry_on(disclosure, case, action, actor=actor, comment=comment)
    return disclosure


def forward(disclosure: Disclosure, *, actor: Actor, office_id: str, comment: str) -> Disclosure:
    """Ask another office to take the case over; until it accepts, the sender holds it and the clock runs on."""
    case, holding = _office_case(disclosure, actor, Action.FORWARD)
    require_unclassified_about(disclosure, {"comment": comment}, actor=actor)
    if case.asked_office_id is not None:
        raise Conflict("已转请另一站办所接办，请等其答复。")
    office = next((o for o in accounts.list_offices(case.township) if o.id == office_id), None)
    if office is None or office_id == case.office_id:
        raise Invalid(errors={"office": ["请选择本乡镇的另一个站办所。"]})
    case.asked_office_id = office_id
    db.session.add(
        Forwarding(
            case_id=case.id,
            village=case.village,
            from_office_id=case.office_id,
            to_office_id=office_id,
            comment=comment,
            person_id=actor.person_id,
            at=clock.now(),
        )
    )
    disclosures.note("review.forwarded", disclosure, actor=actor, holding=holding, to=office.key, comment=comment)
    notices.tell_role(disclosure, Role.OFFICE_REVIEWER, Notice.FORWARDED, office_id=office_id)
    return disclosure


def answer_forward(disclosure: Disclosure, *, actor: Actor, accept: bool, comment: str) -> Disclosure:
    """The asked office takes the case over, or declines with a reason and it stays with the sender."""
    action = Action.ACCEPT_FORWARD if accept else Action.DECLINE_FORWARD
    require(actor, Permission.REVIEW, disclosure.village)
    disclosures.require_move(disclosure, action)
    case = queries.get_open_case(disclosure)
    holding = policy.asked_holding(actor, case)
    if holding is None:
        raise NotYourStage("这条信息没有转请您的站办所接办。")
    require_unclassified_about(disclosure, {"comment": comment}, actor=actor)
    if not accept and not comment:
        raise Invalid(errors={"comment": ["不接办须说明理由。"]})
    forwarding = queries.get_pending_forwarding(case)
    forwarding.accepted, forwarding.answer = accept, comment
    forwarding.answered_by, forwarding.answered_at = actor.person_id, clock.now()
    if accept:
        case.office_id = forwarding.to_office_id
    case.asked_office_id = None
    verb = "review.forward_accepted" if accept else "review.forward_declined"
    disclosures.note(verb, disclosure, actor=actor, holding=holding, comment=comment)
    if not accept:
        notices.tell_role(disclosure, Role.OFFICE_REVIEWER, Notice.WAITING, office_id=case.office_id)
    return disclosure


def answer_referral(
    disclosure: Disclosure, *, actor: Actor, answered_from: str, answered_on: date, outcome: str, comment: str
) -> Disclosure:
    """Enter what the superior determined (条例 17): release starts again at stage one, refuse is final."""
    action = Action.RELEASE_REFERRAL if outcome == "release" else Action.REFUSE_REFERRAL
    require(actor, Permission.REVIEW, disclosure.village)
    disclosures.require_move(disclosure, action)
    case = queries.get_open_case(disclosure)
    holding = policy.holding_in_role(actor, case, Role.SECRECY_OFFICER)
    if holding is None:
        raise NotYourStage("上级的答复由保密专干登记。")
    require_unclassified_about(disclosure, {"from": answered_from, "comment": comment}, actor=actor)
    if answered_on > clock.today():
        raise Invalid(errors={"answered_on": ["答复日期不能晚于今天。"]})
    db.session.add(
        ReferralAnswer(
            case_id=case.id,
            village=case.village,
            answered_from=answered_from,
            answered_on=answered_on,
            outcome=outcome,
            comment=comment,
            person_id=actor.person_id,
            at=clock.now(),
        )
    )
    verb = "review.referral_released" if outcome == "release" else "review.referral_refused"
    disclosures.note(verb, disclosure, actor=actor, holding=holding, answered_from=answered_from, comment=comment)
    if outcome == "release":
        _close(case, "released")
        db.session.flush()
        _tell_stage(disclosure, _open_case(disclosure), Notice.WAITING)
    else:
        _close(case, "refused")
        disclosures.move(disclosure, TABLE[State.REFERRED, action].to)
        notices.tell_uploader(disclosure, Notice.REFUSED, comment)
    statistics.recount_now(disclosure)
    return disclosure


def _case_to_decide(disclosure: Disclosure, stage: str) -> ReviewCase:
    """The open case, if it waits at this stage. Raises AlreadyDecided, WrongState, NotYourStage."""
    case = queries.find_latest_case(disclosure)
    decided = queries.find_decision(case, stage) if case else None
    if decided is not None:
        raise _already_decided(decided)
    if case is None or disclosure.state != State.IN_REVIEW:
        disclosures.require_move(disclosure, Action.APPROVE)
        raise WrongState()
    if stage != case.stage:
        raise NotYourStage(f"这条信息现在由{_holder_in_words(case)}办理。")
    return case


def _already_decided(decision: Decision) -> AlreadyDecided:
    name = accounts.names_of([decision.person_id])[decision.person_id]
    when = clock.local(decision.at)
    stage = STAGE_NAMES[StageName(decision.stage)]
    return AlreadyDecided(
        f"{stage}已由{name}于 {day_text(when)} {when:%H:%M} 办理，请刷新后查看。",
        extra={"decided_by": name, "decided_at": when.isoformat(timespec="seconds")},
    )


def _holder_in_words(case: ReviewCase) -> str:
    name = STAGE_NAMES[StageName(case.stage)]
    if case.stage != StageName.OFFICE:
        return f"{name}环节"
    return f"{name}环节（{accounts.get_office(case.township, case.office_id).name}）"


def _require_separate(disclosure: Disclosure, case: ReviewCase, persons: Collection[str]) -> None:
    authors = disclosure_queries.authors_of(disclosure)
    if not policy.is_separate(persons, authors, queries.deciders_of(case, but=case.stage)):
        raise SeparationOfDuties()


def _require_reasoned(action: Action, checklist: Collection[str], comment: str) -> None:
    if action is Action.APPROVE and set(checklist) != set(CHECKLIST):
        raise ChecklistIncomplete(errors={"checklist": ["同意前须确认政治关、政策关、文字关和保密审查四项。"]})
    if TABLE[State.IN_REVIEW, action].comment and not comment:
        raise Invalid(errors={"comment": ["退回、不予公开和提请上级确定都须说明理由。"]})


def _require_read(disclosure: Disclosure, read: Collection[str]) -> None:
    """What no machine could read, a person has to."""
    unread = [each.name for each in disclosure.attachments if not each.has_text and each.id not in read]
    if unread:
        sentence = f"机器读不出{'、'.join(unread)}的文字，请打开逐页看过，再确认已读。"
        raise Invalid(errors={"read_attachments": [sentence]})


def _claim(case: ReviewCase) -> None:
    """Of two people who decide at the same moment, one. Raises AlreadyDecided for the other."""
    untouched = (
        (ReviewCase.id == case.id)
        & (ReviewCase.stage == case.stage)
        & (ReviewCase.digest == case.digest)
        & (ReviewCase.entered_at == case.entered_at)
        & ReviewCase.closed_at.is_(None)
        & ReviewCase.referred.is_(False)
    )
    claimed = db.session.execute(update(ReviewCase).where(untouched).values(asked_office_id=None))
    if not claimed.rowcount:  # type: ignore[attr-defined]
        raise AlreadyDecided()


def _keep_decision(
    case: ReviewCase, actor: Actor, holding: Holding, outcome: str, checklist: Collection[str], comment: str
) -> None:
    now = clock.now()
    db.session.add(
        Decision(
            case_id=case.id,
            disclosure_id=case.disclosure_id,
            village=case.village,
            entry=case.entry,
            stage=case.stage,
            outcome=outcome,
            digest=case.digest,
            checklist=sorted(checklist),
            comment=comment,
            person_id=actor.person_id,
            stands_in_for=holding.stands_in_for,
            post_id=holding.post_id,
            entered_at=case.entered_at,
            at=now,
            working_seconds=working_seconds(divisions.get_township(case.township), case.entered_at, now),
        )
    )
    db.session.flush()


def _carry_on(disclosure: Disclosure, case: ReviewCase, action: Action, *, actor: Actor, comment: str) -> None:
    """Where the decision leads: the next stage, the public, back to the village, out, or upward."""
    following = case.next_stage
    if action is Action.APPROVE and following is not None:
        _enter_stage(disclosure, case, following)
        _tell_stage(disclosure, case, Notice.WAITING)
        return
    row = TABLE[State.IN_REVIEW, action]
    if action is Action.REFER:
        case.referred = True
        disclosures.move(disclosure, row.to)
    elif action is Action.APPROVE:
        _close(case, "approved")
        publishing.publish(disclosure, actor=actor, approved_digest=case.digest)
    else:
        _close(case, {Action.RETURN: queries.RETURNED, Action.REFUSE: "refused"}[action])
        disclosures.move(disclosure, row.to)
        statistics.recount_now(disclosure)
    if row.notice is not None:
        notices.tell_uploader(disclosure, row.notice, comment)


def _open_case(disclosure: Disclosure) -> ReviewCase:
    """A new submission with its own copy of the chain, waiting at the first stage."""
    township = divisions.get_township(disclosure.township)
    now = clock.now()
    case = ReviewCase(
        disclosure_id=disclosure.id,
        village=disclosure.village,
        township=disclosure.township,
        entry=disclosure.entry,
        submission=queries.count_cases(disclosure) + 1,
        digest=disclosure.digest,
        chain=[
            {"stage": stage.name.value, "role": stage.role.value, "days": township.review_days[stage.name]}
            for stage in CHAIN
        ],
        stage=CHAIN[0].name,
        office_id=catalogue.get_entry(disclosure.township, disclosure.entry).office_id,
        opened_at=now,
        entered_at=now,
        due_at=now,
    )
    db.session.add(case)
    _enter_stage(disclosure, case, CHAIN[0].name)
    return case


def _enter_stage(disclosure: Disclosure, case: ReviewCase, stage: str) -> None:
    """Due at the end of office hours, the stage's number of working days after today."""
    case.stage, case.entered_at = stage, clock.now()
    case.due_at = due_of(case)
    disclosures.move(disclosure, State.IN_REVIEW, stage=stage, due_at=case.due_at)
    db.session.flush()


def _close(case: ReviewCase, outcome: str) -> None:
    case.closed_at, case.outcome = clock.now(), outcome


def _office_case(disclosure: Disclosure, actor: Actor, action: Action) -> tuple[ReviewCase, Holding]:
    """The case at the office stage, held by the actor's own office."""
    require(actor, Permission.REVIEW, disclosure.village)
    disclosures.require_move(disclosure, action)
    case = queries.get_open_case(disclosure)
    holding = policy.holding_at(actor, case)
    if case.stage != StageName.OFFICE or holding is None:
        raise NotYourStage(f"这条信息现在由{_holder_in_words(case)}办理，不由您办理。")
    return case, holding


def _tell_stage(disclosure: Disclosure, case: ReviewCase, notice: Notice) -> None:
    role = Role(case.step(case.stage)["role"])
    office = case.office_id if case.stage == StageName.OFFICE else None
    notices.tell_role(disclosure, role, notice, office_id=office)
