"""One function a kind of receiver; the sentences stand beside it."""

from collections.abc import Iterable, Sequence

from villagepub.accounts import queries as accounts
from villagepub.accounts.models import Person
from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.core.permissions import Role
from villagepub.disclosures.models import Disclosure
from villagepub.divisions import queries as divisions
from villagepub.extensions import db
from villagepub.notices import queries
from villagepub.notices.models import InboxNotice
from villagepub.review.workflow import Notice

LONGEST = 500
SENTENCES = {
    Notice.WAITING: "《{title}》等您办理。",
    Notice.FORWARDED: "《{title}》转请您的站办所接办，请答复是否接办。",
    Notice.RETURNED: "《{title}》已退回：{comment}",
    Notice.REFUSED: "《{title}》不予公开：{comment}",
    Notice.REFERRED: "《{title}》已提请上级确定：{comment}",
    Notice.PUBLISHED: "《{title}》已公开，编号 {number}。",
    Notice.WITHDRAWN: "《{title}》已撤回：{comment}",
    Notice.SUSPENDED: "《{title}》已暂停公开：{comment}",
    Notice.RELEASED: "《{title}》已恢复公开：{comment}",
    Notice.APPEALED: "《{title}》对一处筛查结果提出申诉，请答复。",
    Notice.ANSWERED: "《{title}》的一处筛查结果已答复：{comment}",
    Notice.FOUND: "《{title}》按新规则重新筛查，发现须处理的内容。",
}


def tell_uploader(disclosure: Disclosure, notice: Notice, comment: str = "") -> None:
    """Whoever holds the uploader post of the village at this moment."""
    _tell(accounts.people_in_role(Role.UPLOADER, disclosure.village), disclosure, notice, comment)


def tell_role(disclosure: Disclosure, role: Role, notice: Notice, *, office_id: str | None = None) -> None:
    """Whoever holds the role in the township, for office heads that of one office."""
    _tell(accounts.people_in_role(role, disclosure.township, office_id=office_id), disclosure, notice, "")


def tell_leader(disclosure: Disclosure, notice: Notice, comment: str) -> None:
    _tell(accounts.people_in_role(Role.LEADER, disclosure.township), disclosure, notice, comment)


def tell_of_incident(township: str, *, village: str, sentence: str) -> None:
    """The holders of the posts that the township named for it; while nobody holds one, all who must know.

    Where those posts are vacant too, the administrators, who can fill them.
    """
    named = divisions.get_township(township).told_of_incidents
    people = {person.id: person for key in named for person in accounts.people_in_post(township, key)}
    for roles in ((Role.SECRECY_OFFICER, Role.LEADER), (Role.ADMINISTRATOR,)):
        people = people or {p.id: p for role in roles for p in accounts.people_in_role(role, township)}
    for person in people.values():
        _put(person.id, Notice.INCIDENT, sentence, village)


def tell_person(
    person_id: str,
    notice: Notice,
    sentence: str,
    village: str,
    *,
    title: str = "",
    subject_type: str | None = None,
    subject_id: str | None = None,
) -> None:
    """One person, whatever posts the person holds."""
    _put(person_id, notice, sentence, village)


def tell_administrators(township: str, notice: Notice, sentence: str) -> int:
    """Whoever administers the township at this moment, about no disclosure. Returns how many that are."""
    people = accounts.people_in_role(Role.ADMINISTRATOR, township)
    for person in people:
        _put(person.id, notice, sentence, township)
    return len(people)


def mark_read(ids: Sequence[str], *, actor: Actor) -> int:
    """Mark the actor's own notices read; all of them when no ids are given. Returns how many."""
    unread = [notice for notice in queries.list_unread(actor) if not ids or notice.id in ids]
    for notice in unread:
        notice.read_at = clock.now()
    return len(unread)


def _tell(people: Iterable[Person], disclosure: Disclosure, notice: Notice, comment: str) -> None:
    sentence = SENTENCES[notice].format(title=disclosure.title, comment=comment, number=disclosure.number)
    for person in people:
        _put(person.id, notice, sentence, disclosure.village, disclosure.id)


def _put(person_id: str, notice: Notice, sentence: str, village: str, disclosure_id: str | None = None) -> None:
    db.session.add(
        InboxNotice(
            person_id=person_id,
            kind=notice,
            disclosure_id=disclosure_id,
            village=village,
            text=sentence[:LONGEST],
            created_at=clock.now(),
        )
    )
