"""One function a kind of receiver. What is told stands in the inbox, and where there is a template beside it in the
outbox, both in the transaction of the act.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from villagepub.accounts import queries as accounts
from villagepub.accounts.models import Person
from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.core.permissions import Role
from villagepub.disclosures.models import Disclosure
from villagepub.divisions import queries as divisions
from villagepub.extensions import db
from villagepub.notices import outbox, queries
from villagepub.notices.kinds import WORDINGS
from villagepub.notices.models import DISCLOSURE, LONGEST_SENTENCE, InboxNotice
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
    _tell(people.values(), Tidings(Notice.INCIDENT, village, sentence))


def tell_administrators(township: str, notice: Notice, sentence: str, *, event: str | None = None) -> int:
    """Whoever administers the township at this moment, about nothing that is stored. Returns how many were told."""
    return tell_holders(Role.ADMINISTRATOR, township, Tidings(notice, township, sentence, event=event))


def tell_holders(role: Role, division: str, tidings: Tidings, *, office_id: str | None = None) -> int:
    """Whoever holds the role for exactly this division at this moment. Returns how many were not told before."""
    return _tell(accounts.people_in_role(role, division, office_id=office_id), tidings, role)


def tell_person(person_id: str, notice: Notice, sentence: str, village: str, **details: Any) -> bool:
    """One person, whatever posts they hold. details: further attributes of Tidings.

    Returns whether this was new: False when they were told of the same event before.
    """
    return _put(person_id, Tidings(notice, village, sentence, **details))


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


def _tell(people: Iterable[Person], tidings: Tidings, role: Role | None = None) -> int:
    return sum(_put(person.id, tidings, role) for person in people)


def _put(person_id: str, tidings: Tidings, role: Role | None = None) -> bool:
    if tidings.event is not None and queries.was_told(person_id, tidings.event):
        return False
    row = InboxNotice(
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
    db.session.flush()
    outbox.put(person_id, tidings, event=tidings.event or row.id, role=role)
    return True
