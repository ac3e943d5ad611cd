"""Reminding of what villages owe, of what waits for reviewers and of answers to villagers: soon due, overdue, upward.

Each stage of each day that is due is told once, so running this twice a day, or not for a week, tells nobody twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from villagepub.accounts import queries as accounts
from villagepub.calendars.places import calendar_of
from villagepub.catalogue import queries as catalogue
from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.digest import digest_of
from villagepub.core.permissions import Permission, Role, require
from villagepub.core.prose import day_text
from villagepub.core.workdays import WorkCalendar, working_days_before
from villagepub.disclosures import fulfilment, progress
from villagepub.disclosures import queries as disclosures
from villagepub.disclosures.fulfilment import Duty, DutyStatus
from villagepub.divisions import queries as divisions
from villagepub.divisions.models import Township
from villagepub.extensions import db
from villagepub.feedback import noting, policy
from villagepub.feedback import queries as feedback
from villagepub.feedback.models import Feedback
from villagepub.notices import operations
from villagepub.notices.kinds import (
    DUE_SOON_DAYS,
    ESCALATE_AFTER,
    OVERDUE_STAGES,
    STAGE_DUE_SOON_DAYS,
)
from villagepub.notices.models import DISCLOSURE, FEEDBACK
from villagepub.notices.tidings import Tidings
from villagepub.review import queries as review
from villagepub.review.models import ReviewCase
from villagepub.review.workflow import STAGE_NAMES, Notice, StageName, State

LOOK_BACK, LOOK_AHEAD = timedelta(days=60), timedelta(days=30)  # hold the working days of the stages, holidays and all
PRESSED_BACK = timedelta(days=366)  # how far back the office looks when it presses, as the bulletins do
PRESSED_NAMED = 3  # things named in one sentence
_DAY = timedelta(days=1)
_OWING = (DutyStatus.PENDING, DutyStatus.OVERDUE)


@dataclass(frozen=True)
class Standing:
    """How a day that is due stands to today. days: working days overdue by the stage reached; 0 for soon due."""

    due_on: date
    days: int

    @property
    def notice(self) -> Notice:
        return Notice.OVERDUE if self.days else Notice.DUE_SOON

    @property
    def words(self) -> str:
        when = f"{day_text(self.due_on)}前（含当日）"
        if not self.days:
            return f"请于{when}办理"
        return f"应于{when}办理，已逾期" + (f"满 {self.days} 个工作日" if self.days > 1 else "")


def remind(township_code: str, *, actor: Actor) -> int:
    """Tell everybody who is to act what is due by now and they were not told of. Returns how many notices were new."""
    require(actor, Permission.MANAGE_NOTICES, township_code)
    township = divisions.get_township(township_code)
    calendar = calendar_of(township)
    return _of_duties(township, calendar) + _of_stages(township, calendar) + _of_feedback(township, calendar)


def press(township_code: str, *, actor: Actor) -> list[str]:
    """Tell the uploader of every village what it has overdue in its own hands, because the office wants to.

    What is in review is not the village's to mend. Nobody is told of the same things twice in a day. Returns the codes
    of the villages in which somebody was told now.
    """
    require(actor, Permission.MANAGE_NOTICES, township_code)
    names = {entry.code: entry.name for entry in catalogue.list_headings(township_code)}
    told = [
        village
        for village, late in list_late_villages(township_code).items()
        if operations.tell_holders(Role.UPLOADER, village, _of_late(village, late, names))
    ]
    audit.record(
        db.session(),
        "villages.pressed",
        actor=actor,
        subject_type="township",
        subject_id=township_code,
        division=township_code,
        township=township_code,
        data={"villages": told},
    )
    return told


def list_late_villages(township_code: str) -> dict[str, list[Duty]]:
    """``{village: what fell due within a year and is neither public nor in review}``, soonest due first."""
    today = clock.today()
    prefixes = (divisions.prefix_of(township_code),)
    in_review = {
        key
        for item in progress.list_unfinished([village.code for village in divisions.list_disclosing(prefixes)])
        if item.state in (State.IN_REVIEW, State.REFERRED)
        for key in (item.id, (item.village, item.entry, item.period))
    }
    found: defaultdict[str, list[Duty]] = defaultdict(list)
    for duty in fulfilment.list_overdue(prefixes, today=today, due_between=(today - PRESSED_BACK, today)):
        key = duty.disclosure if duty.is_of_event else (duty.village, duty.entry, duty.period)
        if key not in in_review and not duty.due_is_provisional:
            found[duty.village].append(duty)
    return {village: sorted(late, key=lambda duty: duty.due_on) for village, late in sorted(found.items())}


def _of_late(village: str, late: Sequence[Duty], names: Mapping[str, str]) -> Tidings:
    named = "、".join(f"{names.get(duty.entry, duty.entry)}（{duty.period}）" for duty in late[:PRESSED_NAMED])
    more = f"等 {len(late)} 项" if len(late) > PRESSED_NAMED else ""
    what = digest_of([duty.place for duty in late])
    return Tidings(
        Notice.OVERDUE,
        village,
        f"镇里催办：{named}{more}已逾期，请尽快办理；没有发生的，请报“本期无”。",
        title=f"{len(late)} 项公开事项",
        due_on=day_text(late[0].due_on),
        count=len(late),
        event=f"pressed {village} {clock.today()} {what}",
    )


def standing(due_on: date, today: date, calendar: WorkCalendar, *, soon: int = DUE_SOON_DAYS) -> Standing | None:
    """None while it is not soon due. soon: working days before."""
    if today <= due_on:
        is_soon = today >= working_days_before(calendar, due_on, soon)
        return Standing(due_on, 0) if is_soon else None
    overdue = _working_days_between(due_on, today, calendar)
    reached = [stage for stage in OVERDUE_STAGES if stage <= overdue]
    return Standing(due_on, max(reached)) if reached else None


def _working_days_between(after: date, until: date, calendar: WorkCalendar) -> int:
    """Working days after the one and up to the other."""
    return sum(calendar.is_working_day(after + _DAY * count) for count in range(1, (until - after).days + 1))


# --- what villages owe ------------------------------------------------------------------------------------------------


def _of_duties(township: Township, calendar: WorkCalendar) -> int:
    """To the uploaders; and once some are long overdue, to the administrators in one sentence."""
    today = clock.today()
    prefix = divisions.prefix_of(township.code)
    due = fulfilment.list_duties((prefix,), today=today, due_between=(today - LOOK_BACK, today + LOOK_AHEAD))
    titles = {entry.code: entry.name for entry in catalogue.list_entries(township.code)}
    told, late = 0, []
    for village, here in groupby(_standing_duties(due, today, calendar), lambda pair: pair[0].village):
        uploaders = accounts.people_in_role(Role.UPLOADER, village)
        for duty, how in here:
            tidings = _of_duty(duty, how, titles.get(duty.entry, duty.entry))
            new = operations.tell_people(uploaders, tidings, Role.UPLOADER)
            told += new
            if new and how.days >= ESCALATE_AFTER:
                late.append(duty)
    return told + _escalate_duties(township, late)


def _standing_duties(duties: Iterable[Duty], today: date, calendar: WorkCalendar) -> Iterator[tuple[Duty, Standing]]:
    for duty in duties:
        if duty.status in _OWING and (how := standing(duty.due_on, today, calendar)):
            yield duty, how


def _of_duty(duty: Duty, how: Standing, title: str) -> Tidings:
    name = f"{title}（{duty.period}）"
    key = duty.disclosure if duty.is_of_event else f"{duty.village} {duty.entry} {duty.period}"
    return Tidings(
        how.notice,
        duty.village,
        f"{name}{how.words}。",
        title=name,
        due_on=day_text(duty.due_on),
        subject_type=DISCLOSURE if duty.disclosure else None,
        subject_id=duty.disclosure,
        event=f"duty {key} {duty.due_on} {how.days}",
    )


def _escalate_duties(township: Township, late: list[Duty]) -> int:
    if not late:
        return 0
    villages = len({duty.village for duty in late})
    title = f"{villages} 个村的 {len(late)} 项公开事项"
    sentence = f"{title}逾期已满 {ESCALATE_AFTER} 个工作日，请督促。"
    last = max(duty.due_on for duty in late)
    event = f"duties {township.code} {clock.today()}"
    tidings = Tidings(
        Notice.ESCALATED, township.code, sentence, title=title, due_on=day_text(last), count=len(late), event=event
    )
    return operations.tell_holders(Role.ADMINISTRATOR, township.code, tidings)


# --- what waits for reviewers -----------------------------------------------------------------------------------------


def _of_stages(township: Township, calendar: WorkCalendar) -> int:
    """To whoever decides the stage; and once it is long overdue, to the leader and the administrators."""
    today = clock.today()
    cases = review.list_due_by(township.code, clock.start_of(today + LOOK_AHEAD))
    titles = {each.id: each.title for each in disclosures.list_by_id({case.disclosure_id for case in cases})}
    told = 0
    for case in cases:
        if how := standing(clock.local(case.due_at).date(), today, calendar, soon=STAGE_DUE_SOON_DAYS):
            told += _tell_of_stage(case, how, titles[case.disclosure_id])
    return told


def _tell_of_stage(case: ReviewCase, how: Standing, title: str) -> int:
    office = case.office_id if case.stage == StageName.OFFICE else None
    role = Role(case.step(case.stage)["role"])
    told = operations.tell_holders(role, case.township, _of_stage(case, how, how.notice, title), office_id=office)
    if how.days >= ESCALATE_AFTER:
        upward = _of_stage(case, how, Notice.ESCALATED, title)
        above = {Role.LEADER, Role.ADMINISTRATOR} - {role}
        told += sum(operations.tell_holders(each, case.township, upward) for each in sorted(above))
    return told


def _of_stage(case: ReviewCase, how: Standing, notice: Notice, title: str) -> Tidings:
    stage = STAGE_NAMES[StageName(case.stage)]
    what = f"《{title}》的{stage}{how.words}"
    return Tidings(
        notice,
        case.village,
        f"{what}，请督办。" if notice is Notice.ESCALATED else f"{what}。",
        title=title,
        due_on=day_text(how.due_on),
        subject_type=DISCLOSURE,
        subject_id=case.disclosure_id,
        event=f"{notice} {case.id} {case.stage} {how.due_on} {how.days}",
    )


# --- what villagers wait for ------------------------------------------------------------------------------------------


def _of_feedback(township: Township, calendar: WorkCalendar) -> int:
    """To whoever the answer waits for; and once it is long overdue, to the leader and the administrators."""
    today = clock.today()
    waiting = feedback.list_due_by(township.code, today + LOOK_AHEAD)
    told = 0
    for asked in waiting:
        how = standing(asked.due_on, today, calendar) if asked.due_on else None
        if how and not (how.days and asked.due_is_provisional):  # such a day may still move: nobody is late by it
            told += _tell_of_feedback(asked, how)
    return told


def _tell_of_feedback(asked: Feedback, how: Standing) -> int:
    role, division = policy.whose_turn(asked)
    told = operations.tell_holders(role, division, _of_answer(asked, how, how.notice))
    if how.days >= ESCALATE_AFTER:
        upward = _of_answer(asked, how, Notice.ESCALATED)
        above = {Role.LEADER, Role.ADMINISTRATOR} - {role}
        told += sum(operations.tell_holders(each, asked.township, upward) for each in sorted(above))
    return told


def _of_answer(asked: Feedback, how: Standing, notice: Notice) -> Tidings:
    what = f"{noting.named(asked)}的答复{how.words}"
    return Tidings(
        notice,
        asked.village,
        f"{what}，请督办。" if notice is Notice.ESCALATED else f"{what}。",
        title=f"{noting.kind_of(asked)}的答复",
        due_on=day_text(how.due_on),
        subject_type=FEEDBACK,
        subject_id=asked.id,
        event=f"{notice} {asked.id} {how.due_on} {how.days}",
    )
