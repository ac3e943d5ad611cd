"""Keeping applications: registering, what happens to them, countermanding mistakes, computing their days anew."""

from datetime import date, datetime
from typing import Any

from villagepub.applications import policy, queries, receipt
from villagepub.applications.charging import amount_of
from villagepub.applications.course import QUESTIONS, worked_days
from villagepub.applications.deadline import DueStatus
from villagepub.applications.fees import Basis
from villagepub.applications.following import append, follow, plain
from villagepub.applications.models import Application, ApplicationEvent
from villagepub.applications.numbers import next_serial
from villagepub.applications.policy import Faults, Fields, History
from villagepub.applications.workflow import KIND_NAMES, Kind, State
from villagepub.calendars import operations as calendars
from villagepub.calendars.operations import Limit
from villagepub.calendars.places import calendar_of
from villagepub.clearance.marks import require_unclassified
from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.errors import Invalid, WrongState
from villagepub.core.permissions import Permission, require
from villagepub.core.workdays import WorkCalendar
from villagepub.divisions import queries as divisions
from villagepub.divisions.levels import Level
from villagepub.extensions import db
from villagepub.ledgers.operations import wait_for_turn

TEXTS = ("applicant_name", "subject", "content")
SAID = ("request", "party", "note", "document", "approved_by", "reason")
REGISTERED = "登记"


def register(fields: Fields, *, actor: Actor, township: str) -> Application:
    """Take in an application, by its channel or as one that is over. fields: of ``schemas.ApplicationBody``.

    Raises Invalid for fields that the law or the calendar contradict, SecretMark for a mark in its texts.
    """
    require(actor, Permission.KEEP_APPLICATIONS, township)
    require_township(township)
    refuse_marks(fields, TEXTS, actor=actor, township=township)
    refuse(policy.faults_of_registration(fields, clock.now()))
    wait_for_turn(township)
    application = enter(fields, actor=actor, township=township)
    _note("application.registered", actor, application, afterwards=application.recorded_afterwards)
    return application


def edit(application: Application, fields: Fields, *, actor: Actor) -> Application:
    """Put texts right and fill in what was not known. fields: of ``schemas.TextsBody``, all of them.

    Raises WrongState for a voided one and for one that was answered, Invalid for what is fixed at registration.
    """
    require(actor, Permission.KEEP_APPLICATIONS, application.township)
    refuse_marks(fields, TEXTS, actor=actor, township=application.township)
    wait_for_turn(application.township)
    _require_counted(application)
    if application.state == State.CLOSED and not application.recorded_afterwards:
        raise WrongState("这件申请已经办结，不能再修改；办结登错了的，请先撤销（rescinded）。")
    if application.applicant_kind not in (None, fields["applicant_kind"]):
        raise Invalid(errors={"applicant_kind": ["申请人类别在登记时确定，不能再改；登错了的，请作废后重新登记。"]})
    refuse(policy.faults_of_registration(_as_registered(application) | dict(fields), clock.now()))
    for field in (*TEXTS, "applicant_kind"):
        setattr(application, field, fields[field])
    if application.recorded_afterwards:
        application.outcome, application.fee_paid = fields["outcome"], fields["fee_paid"]
        _close_on(application, fields["answered_on"])
    application.edited_at = clock.now()
    db.session.flush()
    _note("application.edited", actor, application, outcome=application.outcome)
    return application


def void(application: Application, reason: str, *, actor: Actor) -> Application:
    """Take it out of the count for good; it stays to be seen. Raises WrongState the second time."""
    require(actor, Permission.KEEP_APPLICATIONS, application.township)
    refuse_marks({"reason": reason}, SAID, actor=actor, township=application.township)
    wait_for_turn(application.township)
    _require_counted(application)
    application.voided_at, application.void_reason = clock.now(), reason
    db.session.flush()
    _note("application.voided", actor, application)
    return application


def add_event(
    application: Application, kind: Kind, at: datetime | None, fields: Fields, *, actor: Actor
) -> ApplicationEvent:
    """Enter what happened. fields: what its kind brings, None where left out.

    Raises WrongState, naming what can be entered, when it cannot happen in this state; Invalid for fields and times
    that are wrong; SecretMark.
    """
    require(actor, Permission.KEEP_APPLICATIONS, application.township)
    refuse_marks(fields, SAID, actor=actor, township=application.township)
    wait_for_turn(application.township)
    _require_counted(application)
    if kind == Kind.RESCINDED:
        return _rescind(application, fields, actor)
    history = _history(application)
    if (refusal := policy.refusal_of(history, kind)) is not None:
        raise WrongState(refusal)
    refuse(policy.faults_of_event(history, kind, at, fields, clock.now()))
    details = plain(fields)
    if kind == Kind.FEE_NOTIFIED:
        details["amount"] = _charge(application, fields)
    event = append(application, kind, at or clock.now(), details, actor)
    follow(application, event, KIND_NAMES[kind])
    _note("application.event", actor, application, kind=kind, outcome=application.outcome)
    return event


def recompute_due(township_code: str, *, actor: Actor) -> int:
    """Compute every open application anew because a calendar has changed; each leaves a row that says so.

    Also those closed while their date could still move, so that it can be said whether they were in time.
    Returns how many were computed.
    """
    require(actor, Permission.KEEP_APPLICATIONS, township_code)
    calendar = calendar_of(divisions.get_township(township_code))
    found = queries.list_clocked(township_code, calendar.edition)
    for application in found:
        before = application.due_on
        follow(application, None, "工作日历更新")
        _note_move(application, before, calendar)
    if found:
        audit.record(
            db.session(),
            "application.due_recomputed",
            actor=actor,
            subject_type="application_calendar",
            subject_id=township_code,
            division=township_code,
            township=township_code,
            data={"edition": calendar.edition, "computed": len(found)},
        )
    return len(found)


def _note_move(application: Application, before: date | None, calendar: WorkCalendar) -> None:
    received, due = application.received_on, application.due_on
    if received is None or before is None or due is None or before == due:
        return
    limit = Limit(received, len(worked_days(calendar, received, due)))
    calendars.note_move("application", application.id, application.township, limit, before, due)


# --- what registering, importing and reporting have in common ---------------------------------------------------


def require_township(code: str) -> None:
    """An application is made to a township, not to a place above or below it. Raises Invalid otherwise."""
    if divisions.get_division(code).level != Level.TOWNSHIP:
        raise Invalid(errors={"division": ["依申请公开由乡镇登记，请填写乡镇的 12 位区划代码。"]})


def refuse_marks(fields: Fields, names: tuple[str, ...], *, actor: Actor, township: str) -> None:
    """Nothing with a mark of a state secret is kept. Raises SecretMark."""
    said = {name: fields[name] for name in names if fields.get(name)}
    require_unclassified(said, actor=actor, township=township, village=township)


def refuse(faults: Faults) -> None:
    if faults:
        raise Invalid(errors=faults)


def enter(fields: Fields, *, actor: Actor, township: str, import_id: str | None = None) -> Application:
    """Write an application whose fields are right, with its number and its clock."""
    year = fields["year"] or clock.local(fields["submitted_at"]).year
    own = {name: fields[name] for name in (*TEXTS, "channel", "submitted_at", "applicant_kind", "recorded_afterwards")}
    application = Application(
        township=township,
        year=year,
        serial=next_serial(township, year),
        state=State.CLOSED if fields["recorded_afterwards"] else receipt.first_state(fields["channel"]),
        due_status=DueStatus.NOT_STARTED,
        due_reasons=[],
        side_clocks=[],
        missing_years=[],
        missing_regional_years=[],
        import_id=import_id,
        created_by=actor.person_id,
        created_at=clock.now(),
        **own,
    )
    if fields["recorded_afterwards"]:
        _record_afterwards(application, fields)
    db.session.add(application)
    db.session.flush()
    if not fields["recorded_afterwards"]:
        _begin(application, fields["confirmed_at"], actor)
    return application


def _record_afterwards(application: Application, fields: Fields) -> None:
    application.confirmed_at = fields["confirmed_at"]
    application.received_on, application.received_year = policy.received_on_of(fields), fields["year"]
    application.outcome, application.due_status = fields["outcome"], DueStatus.CLOSED
    application.fee_paid = fields["fee_paid"]
    _close_on(application, fields["answered_on"])


def _close_on(application: Application, day: date | None) -> None:
    """The day is not known of one recorded afterwards: then it was closed in the year in which it was received."""
    application.closed_on = day
    application.closed_year = day.year if day else application.received_year


def _begin(application: Application, confirmed_at: datetime | None, actor: Actor) -> None:
    event = None if confirmed_at is None else append(application, Kind.CONFIRMED, confirmed_at, {}, actor)
    follow(application, event, REGISTERED)


def _as_registered(application: Application) -> dict[str, Any]:
    names = ("channel", "submitted_at", "confirmed_at", "recorded_afterwards")
    year = application.received_year if application.recorded_afterwards else None
    return {name: getattr(application, name) for name in names} | {"year": year}


# --- events -----------------------------------------------------------------------------------------------------


def _history(application: Application) -> History:
    standing = application.standing_events
    replies = [each.details["reply"] for each in standing if each.kind == Kind.THIRD_PARTY_REPLIED]
    running = {
        each["key"]: date.fromisoformat(each["due_on"]) for each in application.side_clocks if not each["ended_on"]
    }
    if application.recorded_afterwards or application.submitted_at is None:
        raise WrongState("事后补登的申请没有办理经过可以登记；请用修改补填类别和结果。")
    return History(
        state=State(application.state),
        last_at=standing[-1].at if standing else application.submitted_at,
        happened=tuple(Kind(each.kind) for each in standing),
        third_party_reply=replies[-1] if replies else None,
        received_on=application.received_on,
        due_on=application.due_on,
        running=running,
        asked_on={
            key: clock.local(each.at).date()
            for each in standing
            for kind, key in QUESTIONS.items()
            if each.kind == kind
        },
        calendar=calendar_of(divisions.get_township(application.township)),
    )


def _rescind(application: Application, fields: Fields, actor: Actor) -> ApplicationEvent:
    """Countermand the last event that stands. Raises Invalid for any other."""
    refuse({name: ["此项必填。"] for name in ("event", "reason") if fields.get(name) is None})
    standing = application.standing_events
    if not standing:
        raise WrongState("这件申请没有可以撤销的登记；整件登错了的，请作废。")
    last = standing[-1]
    if last.id != fields["event"]:
        raise Invalid(errors={"event": [f"只能从最后一项起依次撤销，最后一项是“{KIND_NAMES[Kind(last.kind)]}”。"]})
    details = {"reason": fields["reason"]}
    event = append(application, Kind.RESCINDED, clock.now(), details, actor, rescinds=last.id)
    follow(application, event, f"撤销误登：{KIND_NAMES[Kind(last.kind)]}")
    _note("application.event_rescinded", actor, application, kind=last.kind, event=last.id)
    return event


def _charge(application: Application, fields: Fields) -> int:
    """元 of a fee notice. Raises Invalid where nothing is to be paid."""
    amount = amount_of(application, Basis(fields["basis"]), fields["quantity"])
    if not amount:
        raise Invalid(errors={"quantity": ["没有超过免费的数量，不收信息处理费，不必通知。"]})
    return int(amount)


def _require_counted(application: Application) -> None:
    if application.is_voided:
        raise WrongState("这件申请已经作废，不能再办理；需要的请重新登记。")


def _note(action: str, actor: Actor, application: Application, **data: Any) -> None:
    """Of a person's matter the chain knows its number and its days, no name and no text."""
    due_on = application.due_on.isoformat() if application.due_on else None
    audit.record(
        db.session(),
        action,
        actor=actor,
        subject_type="application",
        subject_id=application.id,
        division=application.township,
        township=application.township,
        data={"number": application.number, "state": application.state, "due_on": due_on} | data,
    )
