"""One function a kind of receiver. What is told stands in the inbox, and where there is a template beside it in the
outbox, both in the transaction of the act.
"""

from collections.abc import Iterable, Sequence

from villagepub.accounts import queries as accounts
from villagepub.accounts.models import Person
from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.errors import WrongState
from villagepub.core.ids import new_id
from villagepub.core.permissions import Permission, Role, require
from villagepub.disclosures.models import Disclosure
from villagepub.divisions import queries as divisions
from villagepub.extensions import db
from villagepub.notices import outbox, queries
from villagepub.notices.kinds import WORDINGS
from villagepub.notices.models import DISCLOSURE, IN_DOUBT, LONGEST_SENTENCE, InboxNotice, Message, MessageState
from villagepub.notices.tidings import Tidings
from villagepub.review.workflow import Notice


def tell_uploader(disclosure: Disclosure, notice: Notice, comment: str = "") -> None:
    """Whoever holds the uploader post of the village at this moment."""
    tell_holders(Role.UPLOADER, disclosure.village, _of(disclosure, notice, comment))


def tell_role(disclosure: Disclosure, role: Role, notice: Notice, *, office_id: str | None = None) -> None:
    """Whoever holds the role in the township, for office heads that of one office."""
    tell_holders(role, disclosure.township, _of(disclosure, notice), office_id=office_id)


def tell_leader(disclosure: Disclosure, notice: Notice, comment: str) -> None:
    tell_holders(Role.LEADER, disclosure.township, _of(disclosure, notice, comment))


def tell_of_incident(township: str, *, village: str, sentence: str) -> None:
    """The holders of the posts that the township named for it; while nobody holds one, all who must know.

    Where those posts are vacant too, the administrators, who can fill them.
    """
    named = divisions.get_township(township).told_of_incidents
    people = {person.id: person for key in named for person in accounts.people_in_post(township, key)}
    for roles in ((Role.SECRECY_OFFICER, Role.LEADER), (Role.ADMINISTRATOR,)):
        people = people or {p.id: p for role in roles for p in accounts.people_in_role(role, township)}
    tell_people(people.values(), Tidings(Notice.INCIDENT, village, sentence))


def tell_administrators(township: str, notice: Notice, sentence: str, *, event: str | None = None) -> int:
    """Whoever administers the township at this moment, about nothing that is stored. Returns how many were told."""
    return tell_holders(Role.ADMINISTRATOR, township, Tidings(notice, township, sentence, event=event))


def tell_holders(role: Role, division: str, tidings: Tidings, *, office_id: str | None = None) -> int:
    """Whoever holds the role for exactly this division at this moment. Returns how many were not told before."""
    return tell_people(accounts.people_in_role(role, division, office_id=office_id), tidings, role)


def tell_people(people: Iterable[Person], tidings: Tidings, role: Role | None = None) -> int:
    """role: by which they are told; who loses it before a message goes out is sent none. Returns how many were new."""
    return sum(_put(person.id, tidings, role) for person in people)


def tell_person(
    person_id: str,
    notice: Notice,
    sentence: str,
    village: str,
    *,
    title: str = "",
    comment: str = "",
    subject_type: str | None = None,
    subject_id: str | None = None,
    event: str | None = None,
) -> bool:
    """One person, whatever posts they hold, as whom they go on today; the rest as in Tidings.

    Returns whether this was new: False when they were told of the same event before.
    """
    told = Tidings(
        notice,
        village,
        sentence,
        title=title,
        comment=comment,
        subject_type=subject_type,
        subject_id=subject_id,
        event=event,
    )
    return _put(accounts.self_now(person_id), told)


def resend(message: Message, *, actor: Actor) -> Message:
    """Send again, because a person wants it, what failed or may have gone out already. message: locked.

    Raises WrongState for one of which it is known what became of it, or that waits.
    """
    require(actor, Permission.MANAGE_NOTICES, message.township)
    if message.state not in IN_DOUBT:
        raise WrongState("只有不知是否发出的和未能发出的消息可以再发，请刷新后查看它现在的状态。")
    audit.record(
        db.session(),
        "notice.resent",
        actor=actor,
        subject_type="message",
        subject_id=message.id,
        division=message.village,
        township=message.township,
        data={"kind": message.kind, "was": message.state},
    )
    message.state, message.ended_at, message.sending_at = MessageState.QUEUED, None, None
    message.reason = message.msgid = message.errcode = message.rid = None
    outbox.enqueue(message)
    return message


def mark_read(ids: Sequence[str], *, actor: Actor) -> int:
    """Mark the actor's own notices read; all of them when no ids are given. Returns how many."""
    unread = [notice for notice in queries.list_unread(actor) if not ids or notice.id in ids]
    for notice in unread:
        notice.read_at = clock.now()
    return len(unread)


def _of(disclosure: Disclosure, notice: Notice, comment: str = "") -> Tidings:
    number = disclosure.number
    return Tidings(
        notice,
        disclosure.village,
        WORDINGS[notice].sentence.format(title=disclosure.title, comment=comment, number=number),
        title=disclosure.title,
        comment=comment,
        number=number or "",
        subject_type=DISCLOSURE,
        subject_id=disclosure.id,
    )


def _put(person_id: str, tidings: Tidings, role: Role | None = None) -> bool:
    if tidings.event is not None and queries.was_told(person_id, tidings.event):
        return False
    row = InboxNotice(
        id=new_id(),
        person_id=person_id,
        kind=tidings.notice,
        subject_type=tidings.subject_type,
        subject_id=tidings.subject_id,
        event=tidings.event,
        village=tidings.village,
        text=tidings.sentence[:LONGEST_SENTENCE],
        created_at=clock.now(),
    )
    db.session.add(row)
    outbox.put(person_id, tidings, event=tidings.event or row.id, role=role)
    return True
