"""Reads of people, posts and who holds them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, CompoundSelect, bindparam, func, null, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from villagepub.accounts.codes import digest_of_code
from villagepub.accounts.models import Appointment, Delegation, Invitation, Office, Person, Post, SignIn, WeChatIdentity
from villagepub.core import clock, tenancy
from villagepub.core.actor import Actor, Holding
from villagepub.core.digest import digest_of_bytes
from villagepub.core.errors import Forbidden, NotFound
from villagepub.core.paging import Page, PageRequest, page_of
from villagepub.core.permissions import Role
from villagepub.core.sealed import Sealer
from villagepub.divisions import queries as divisions
from villagepub.extensions import db, settings

OPENID, UNIONID = "wechat openid", "wechat unionid"
"""What the ids of the platform are sealed for."""


def get_person(person_id: str, prefixes: tuple[str, ...]) -> Person:
    """Raises NotFound outside the prefixes."""
    person = db.session.get(Person, person_id)
    if person is None or person.division is None or not tenancy.covers(prefixes, person.division):
        raise NotFound()
    return person


def find_identity(person_id: str) -> WeChatIdentity | None:
    """The WeChat account that speaks for this person now."""
    bound = (WeChatIdentity.person_id == person_id) & WeChatIdentity.ended_at.is_(None)
    return db.session.scalar(select(WeChatIdentity).where(bound))


def find_identity_of_openid(openid: str) -> WeChatIdentity | None:
    """By which this WeChat account speaks for somebody now."""
    bound = (WeChatIdentity.openid_digest == _openids().digest(openid)) & WeChatIdentity.ended_at.is_(None)
    return db.session.scalar(select(WeChatIdentity).where(bound))


def find_openid(person_id: str) -> str | None:
    """The openid of the WeChat account that speaks for this person now. Personal data: never to be logged."""
    identity = find_identity(person_id)
    return openid_in(identity) if identity else None


def find_openid_digest(person_id: str) -> str | None:
    """By which the account that speaks for this person now is known again, without its openid."""
    identity = find_identity(person_id)
    return identity.openid_digest if identity else None


def openid_in(identity: WeChatIdentity) -> str | None:
    """None once it has ended, or SECRET_KEY was changed. Personal data: never to be logged."""
    return _openids().opened(identity.openid_sealed)


def unionid_in(identity: WeChatIdentity) -> str | None:
    return Sealer(settings.secret_key, UNIONID).opened(identity.unionid_sealed)


def find_person_by_openid(openid: str) -> Person | None:
    identity = find_identity_of_openid(openid)
    return identity.person if identity else None


def _openids() -> Sealer:
    return Sealer(settings.secret_key, OPENID)


def find_invitation_of_code(code: str) -> Invitation | None:
    """Locked, so that of two acceptances at once the second finds it used. Codes given out before had another form."""
    digests = (digest_of_code(code), digest_of_bytes(code.encode()))
    query = select(Invitation).where(Invitation.code_digest.in_(digests)).with_for_update(of=Invitation)
    return db.session.scalar(query)


def get_invitation(invitation_id: str, prefixes: tuple[str, ...]) -> Invitation:
    """Raises NotFound outside the prefixes."""
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is None or not tenancy.covers(prefixes, invitation.township):
        raise NotFound()
    return invitation


def list_invitations(prefixes: tuple[str, ...], page: PageRequest) -> Page[Invitation]:
    """Newest first."""
    query = select(Invitation).where(tenancy.within(Invitation.township, prefixes))
    return page_of(db.session(), query, [Invitation.id], page, descending=True)


def selves_of(person_id: str) -> tuple[str, ...]:
    """The ids under which this person acted: the own one first, then those of residents that it continues."""
    earlier = select(Person.id).where(Person.continued_as == person_id).order_by(Person.id)
    return (person_id, *db.session.scalars(earlier))


def self_now(person_id: str) -> str:
    """The id under which a human who once acted under this one acts today."""
    return db.session.scalar(select(Person.continued_as).where(Person.id == person_id)) or person_id


def find_person_by_username(username: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.username == username))


def find_active_person(person_id: str) -> Person | None:
    person = db.session.get(Person, person_id)
    return person if person and person.active else None


def list_people(prefixes: tuple[str, ...], page: PageRequest) -> Page[Person]:
    query = select(Person).where(tenancy.within(Person.division, prefixes))
    return page_of(db.session(), query, [Person.id], page)


def get_post(post_id: str, prefixes: tuple[str, ...]) -> Post:
    """Raises NotFound outside the prefixes."""
    post = db.session.get(Post, post_id)
    if post is None or not tenancy.covers(prefixes, post.division):
        raise NotFound()
    return post


def find_post(township: str, key: str) -> Post | None:
    return db.session.scalar(select(Post).where(Post.township == township, Post.key == key))


def list_posts(prefixes: tuple[str, ...], page: PageRequest) -> Page[Post]:
    query = select(Post).where(tenancy.within(Post.division, prefixes))
    return page_of(db.session(), query, [Post.id], page)


def list_vacant_posts(prefix: str) -> list[Post]:
    """The posts of a place and of what lies in it that nobody holds now."""
    now = clock.now()
    held = select(Appointment.post_id).where(_running(Appointment, now))
    query = select(Post).where(tenancy.within(Post.division, (prefix,)), Post.id.not_in(held))
    return list(db.session.scalars(query.order_by(Post.division, Post.key)))


def get_delegation(delegation_id: str, prefixes: tuple[str, ...]) -> Delegation:
    """Raises NotFound outside the prefixes."""
    delegation = db.session.get(Delegation, delegation_id)
    if delegation is None or not tenancy.covers(prefixes, delegation.post.division):
        raise NotFound()
    return delegation


def list_delegations_of(post: Post) -> list[Delegation]:
    """Every stand-in that was ever set for the post, latest first."""
    query = select(Delegation).where(Delegation.post_id == post.id)
    return list(db.session.scalars(query.order_by(Delegation.from_at.desc(), Delegation.id)))


def list_offices(township: str) -> list[Office]:
    return list(db.session.scalars(select(Office).where(Office.township == township).order_by(Office.id)))


def office_names(township: str) -> dict[str, str]:
    """``{id: name}``."""
    return dict(db.session.execute(select(Office.id, Office.name).where(Office.township == township)).all())


def get_office(township: str, office_id: str) -> Office:
    office = db.session.get(Office, office_id)
    if office is None or office.township != township:
        raise NotFound()
    return office


def list_holders(post: Post) -> list[Appointment]:
    """Everybody who ever held the post, latest first."""
    query = select(Appointment).where(Appointment.post_id == post.id).order_by(Appointment.from_at.desc())
    return list(db.session.scalars(query))


def find_appointment(post: Post, instant: datetime) -> Appointment | None:
    """By which somebody holds the post at an instant; stand-ins have none."""
    query = select(Appointment).where(Appointment.post_id == post.id, _running(Appointment, instant))
    return db.session.scalar(query)


def holders_of(post: Post, instant: datetime) -> list[Person]:
    """Who held the post at an instant, stand-ins included: one query."""
    appointed = select(Appointment.person_id).where(Appointment.post_id == post.id, _running(Appointment, instant))
    standing_in = (
        select(Delegation.to_person_id)
        .join(Appointment, _STANDS_IN)
        .where(Delegation.post_id == post.id, _running(Delegation, instant), _running(Appointment, instant))
    )
    query = select(Person).where(or_(Person.id.in_(appointed), Person.id.in_(standing_in)))
    return list(db.session.scalars(query.order_by(Person.id)))


def people_in_role(
    role: Role, division: str, *, office_id: str | None = None, instant: datetime | None = None
) -> list[Person]:
    """Who holds a role for exactly this division, stand-ins included; for office heads, of this office."""
    query = select(Post).where(Post.role == role, Post.division == division)
    if office_id is not None:
        query = query.where(Post.office_id == office_id)
    found = {p.id: p for post in db.session.scalars(query) for p in holders_of(post, instant or clock.now())}
    return list(found.values())


@dataclass(frozen=True)
class HeldPost:
    """A post and the names of those who hold it at this moment, stand-ins last; nobody while it is vacant."""

    id: str
    role: str
    division: str
    office_id: str | None
    title: str
    held_by: tuple[str, ...]


def list_held_posts(township: str) -> list[HeldPost]:
    """Every post of a township with its holders, in three queries."""
    now = clock.now()
    appointed = (
        select(Appointment.post_id, Person.name)
        .join(Post, Post.id == Appointment.post_id)
        .join(Person, Person.id == Appointment.person_id)
        .where(Post.township == township, _running(Appointment, now))
        .order_by(Appointment.id)
    )
    standing_in = (
        select(Delegation.post_id, Person.name)
        .join(Appointment, _STANDS_IN)
        .join(Post, Post.id == Delegation.post_id)
        .join(Person, Person.id == Delegation.to_person_id)
        .where(Post.township == township, _running(Delegation, now), _running(Appointment, now))
        .order_by(Delegation.id)
    )
    names: defaultdict[str, list[str]] = defaultdict(list)
    for post_id, name in (*db.session.execute(appointed), *db.session.execute(standing_in)):
        names[post_id].append(name)
    columns = (Post.id, Post.role, Post.division, Post.office_id, Post.title)
    posts = db.session.execute(select(*columns).where(Post.township == township).order_by(Post.key))
    return [HeldPost(*post, tuple(dict.fromkeys(names[post.id]))) for post in posts]


def next_change_of_holders(township: str) -> datetime | None:
    """When time alone will next change who holds a post of a township: an appointment or a stand-in begins or ends."""
    now, found = clock.now(), []
    for held in (Appointment, Delegation):
        for edge in (held.from_at, held.until_at):
            query = select(func.min(edge)).join(Post, Post.id == held.post_id)
            found.append(db.session.scalar(query.where(Post.township == township, edge > now)))
    return min((instant for instant in found if instant), default=None)


def people_in_post(township: str, key: str) -> list[Person]:
    """Who holds the township's post of this key now, stand-ins included; nobody when there is no such post."""
    query = select(Post).where(Post.township == township, Post.key == key)
    post = db.session.scalar(query)
    return holders_of(post, clock.now()) if post else []


def get_actor(person_id: str) -> Actor:
    """Who a person is by now, for work done in their name. Raises NotFound, and Forbidden for a closed account."""
    person = get_person(person_id, ("",))
    if not person.active:
        raise Forbidden()
    return actor_of(person)


def actor_of(person: Person, instant: datetime | None = None) -> Actor:
    """The person with the posts held at an instant (now when not given)."""
    held = db.session.execute(_HELD, {"person": person.id, "instant": instant or clock.now()})
    holdings = [Holding(**row._mapping, prefix=divisions.prefix_of(row.division)) for row in held]
    holdings.sort(key=lambda holding: (holding.key, holding.stands_in_for or ""))
    return Actor(person.id, person.name, tuple(holdings))


def roles_between(person: Person, from_at: datetime, until_at: datetime | None) -> set[str]:
    """The roles that a person has at any instant of a span, as a stand-in too. until_at: None means for ever."""
    columns = ((Appointment, Appointment.person_id), (Delegation, Delegation.to_person_id))
    return {role for held, holder in columns for role in _roles_by(held, holder == person.id, from_at, until_at)}


def _roles_by(
    held: type[Appointment] | type[Delegation],
    condition: ColumnElement[bool],
    from_at: datetime,
    until_at: datetime | None,
) -> Iterable[str]:
    until: InstrumentedAttribute[datetime | None] = held.until_at
    query = (
        select(Post.role).join(held, held.post_id == Post.id).where(condition, or_(until.is_(None), until > from_at))
    )
    if until_at is not None:
        query = query.where(held.from_at < until_at)
    return db.session.scalars(query)


# A stand-in acts for a holder: when that one has lost the post, the stand-in has too.
_STANDS_IN = (Appointment.post_id == Delegation.post_id) & (Appointment.person_id == Delegation.for_person_id)


def _running(
    held: type[Appointment] | type[Delegation], instant: datetime | BindParameter[datetime]
) -> ColumnElement[bool]:
    """Half open: held at its first instant, not at its last."""
    until: InstrumentedAttribute[datetime | None] = held.until_at
    return (held.from_at <= instant) & or_(until.is_(None), until > instant)


_HELD_POST = (Post.id.label("post_id"), Post.key, Post.role, Post.title, Post.division, Post.township, Post.office_id)
_PERSON, _INSTANT = bindparam("person", type_=Person.id.type), bindparam("instant", type_=Appointment.from_at.type)
_HELD: CompoundSelect[Any] = union_all(  # asked at every request, and so made once
    select(*_HELD_POST, null().label("stands_in_for"))
    .join(Appointment, Appointment.post_id == Post.id)
    .where(Appointment.person_id == _PERSON, _running(Appointment, _INSTANT)),
    select(*_HELD_POST, Delegation.for_person_id)
    .join(Delegation, Delegation.post_id == Post.id)
    .join(Appointment, _STANDS_IN)
    .where(Delegation.to_person_id == _PERSON, _running(Delegation, _INSTANT), _running(Appointment, _INSTANT)),
)


def list_sign_ins(person_id: str) -> list[SignIn]:
    """The sign-ins of a person that last, the one used latest first."""
    lasting = (SignIn.person_id == person_id) & SignIn.ended_at.is_(None) & (SignIn.expires_at > clock.now())
    return list(db.session.scalars(select(SignIn).where(lasting).order_by(SignIn.seen_at.desc(), SignIn.id)))


def find_township_of(person: Person) -> str | None:
    """The code of the township whose audit chain notes what concerns this person; None for a resident."""
    return divisions.get_division(person.division).township_code if person.division else None


def names_of(person_ids: Iterable[str]) -> dict[str, str]:
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(set(person_ids))))
    return dict(rows.all())


def list_posts_by_id(post_ids: Iterable[str]) -> list[Post]:
    return list(db.session.scalars(select(Post).where(Post.id.in_(set(post_ids))).order_by(Post.id)))


def list_delegations(actor: Actor, *, not_before: datetime) -> list[Delegation]:
    """The stand-ins of the actor's own posts, and those in which the actor is the one; that end after an instant."""
    own = {holding.post_id for holding in actor.holdings if holding.stands_in_for is None}
    mine = or_(Delegation.post_id.in_(own), Delegation.to_person_id == actor.person_id)
    query = select(Delegation).where(mine, Delegation.until_at > not_before)
    return list(db.session.scalars(query.order_by(Delegation.from_at, Delegation.id)))


def list_active(divisions: Iterable[str]) -> list[Person]:
    """Everybody with a running account of exactly these places, in the order of their names."""
    query = select(Person).where(Person.division.in_(set(divisions)), Person.active)
    return list(db.session.scalars(query.order_by(Person.name, Person.id)))


def list_active_below(prefix: str) -> list[Person]:
    """Everybody with a running account of a place or of what lies in it."""
    query = select(Person).where(tenancy.within(Person.division, (prefix,)), Person.active)
    return list(db.session.scalars(query.order_by(Person.division, Person.name, Person.id)))


def list_posts_below(prefix: str) -> list[Post]:
    """The posts of a place and of what lies in it."""
    query = select(Post).where(tenancy.within(Post.division, (prefix,)))
    return list(db.session.scalars(query.order_by(Post.division, Post.key)))
