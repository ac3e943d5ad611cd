"""People, posts and who holds them: every change, with its permission and its audit entry."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, select, update

from villagepub.accounts import policy, queries
from villagepub.accounts.models import Appointment, Delegation, Invitation, Office, Person, Post, SignIn
from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.digest import digest_of_bytes
from villagepub.core.errors import AlreadyExists, Conflict, Invalid
from villagepub.core.permissions import Permission, Role, require
from villagepub.divisions import queries as divisions
from villagepub.extensions import db, settings

Subject = Person | Post | Appointment | Delegation | Invitation


@dataclass(frozen=True)
class Invited:
    """A new invitation. code is shown to the administrator once and never again."""

    invitation: Invitation
    person: Person
    code: str


def create_person(*, actor: Actor, division: str, name: str, username: str | None) -> Person:
    """Raises Invalid when the user name is taken."""
    require(actor, Permission.MANAGE_PEOPLE, division)
    if username and queries.find_person_by_username(username):
        raise AlreadyExists("这个用户名已被使用，请换一个。", errors={"username": ["已被使用。"]})
    person = Person(division=division, name=name, username=username, created_at=clock.now())
    db.session.add(person)
    db.session.flush()
    _note("person.created", actor, person, division)
    return person


def deactivate_person(person: Person, *, actor: Actor) -> Person:
    """End the person's sign-ins, posts and stand-ins now. The person stays in every record."""
    require(actor, Permission.MANAGE_PEOPLE, person.division)
    if person.id == actor.person_id:
        raise Conflict("不能停用自己的账号，请由另一位管理员办理。")
    now = clock.now()
    person.active = False
    running = select(Appointment).where(Appointment.person_id == person.id, Appointment.until_at.is_(None))
    for appointment in db.session.scalars(running):
        _end_appointment(appointment, now)
    _end_delegations(Delegation.to_person_id == person.id, now)
    ended = (SignIn.person_id == person.id) & SignIn.ended_at.is_(None)
    db.session.execute(update(SignIn).where(ended).values(ended_at=now, end_reason="deactivated"))
    _note("person.deactivated", actor, person, person.division)
    return person


def create_post(*, actor: Actor, division: str, key: str, role: str, title: str, office_id: str | None) -> Post:
    """Raises Invalid for a role that cannot lie in this place, or an office head without an office."""
    require(actor, Permission.MANAGE_PEOPLE, division)
    place = divisions.get_division(division)
    if not policy.may_lie_in(role, place.level):
        raise Invalid(errors={"division": ["该角色不能设在这一级区划。"]})
    if (role == Role.OFFICE_REVIEWER) != (office_id is not None):
        raise Invalid(errors={"office": ["站办所负责人须指定站办所，其他角色不填。"]})
    if office_id is not None:
        queries.get_office(place.township_code, office_id)
    if queries.find_post(place.township_code, key):
        raise AlreadyExists(errors={"key": ["这个岗位编号已存在。"]})
    post = Post(township=place.township_code, division=division, key=key, role=role, title=title, office_id=office_id)
    db.session.add(post)
    db.session.flush()
    _note("post.created", actor, post, division)
    return post


def appoint(post: Post, person: Person, *, actor: Actor, from_at: datetime, until_at: datetime | None) -> Appointment:
    """Put a person into a vacant post. Raises Conflict when somebody holds it in that time."""
    require(actor, Permission.MANAGE_PEOPLE, post.division)
    if until_at is not None and until_at <= from_at:
        raise Invalid(errors={"until": ["结束时间须晚于开始时间。"]})
    _require_able(person, post)
    _require_vacant(post, from_at, until_at)
    appointment = Appointment(post_id=post.id, person_id=person.id, from_at=from_at, until_at=until_at)
    db.session.add(appointment)
    db.session.flush()
    _note("post.appointed", actor, appointment, post.division, person=person.id, post=post.key)
    return appointment


def hand_over(post: Post, to_person: Person, *, actor: Actor, on: date) -> Appointment:
    """Pass a post on: at the start of the day, or now when it is today. No gap, and history stays.

    Raises Invalid for a day that has passed, Conflict when nobody holds the post.
    """
    require(actor, Permission.HAND_OVER, post.division)
    if on < clock.today():
        raise Invalid(errors={"on": ["交接日期不能早于今天。"]})
    instant = clock.now() if on == clock.today() else clock.start_of(on)
    current = db.session.scalar(_appointments(post).where(Appointment.until_at.is_(None)).with_for_update())
    if current is None:
        raise Conflict("这个岗位现在无人担任，请直接任命。")
    if current.person_id == to_person.id:
        raise Invalid(errors={"to_person": ["接任人与现任是同一人。"]})
    _require_able(to_person, post)
    _end_appointment(current, instant)
    db.session.flush()
    return _begin_appointment(post, to_person, instant, actor, before=current.person_id)


def delegate(post: Post, to_person: Person, *, actor: Actor, from_at: datetime, until_at: datetime) -> Delegation:
    """Let somebody stand in for the post's holder up to a compulsory end.

    The holder may do it, or the administrator; a stand-in may not pass it on.
    """
    own = any(h.post_id == post.id and h.stands_in_for is None for h in actor.holdings)
    if not own:
        require(actor, Permission.MANAGE_PEOPLE, post.division)
    if until_at <= max(from_at, clock.now()):
        raise Invalid(errors={"until": ["代办的结束时间须晚于开始时间和现在。"]})
    holder = db.session.scalar(_appointments(post).where(Appointment.until_at.is_(None)))
    if holder is None:
        raise Conflict("这个岗位现在无人担任，不能设代办，请直接任命。")
    if holder.person_id == to_person.id:
        raise Invalid(errors={"to_person": ["代办人不能是岗位担任者本人。"]})
    _require_able(to_person, post)
    delegation = Delegation(
        post_id=post.id,
        for_person_id=holder.person_id,
        to_person_id=to_person.id,
        from_at=from_at,
        until_at=until_at,
        created_by=actor.person_id,
        created_at=clock.now(),
    )
    db.session.add(delegation)
    db.session.flush()
    _note("post.delegated", actor, delegation, post.division, person=to_person.id, post=post.key)
    return delegation


def invite(person: Person, *, actor: Actor, posts: Sequence[Post] = ()) -> Invited:
    """A new code for a person; earlier unused ones lose their force. Posts are taken up when it is accepted."""
    require(actor, Permission.MANAGE_PEOPLE, person.division)
    for post in posts:
        require(actor, Permission.MANAGE_PEOPLE, post.division)
        _require_able(person, post)
    now = clock.now()
    waiting = (Invitation.person_id == person.id) & Invitation.used_at.is_(None) & Invitation.revoked_at.is_(None)
    db.session.execute(update(Invitation).where(waiting).values(revoked_at=now))
    code = secrets.token_urlsafe(16)
    invitation = Invitation(
        township=queries.township_of(person),
        person_id=person.id,
        code_digest=digest_of_bytes(code.encode()),
        posts=[post.id for post in posts],
        created_at=now,
        expires_at=now + timedelta(days=settings.invitation_days),
    )
    db.session.add(invitation)
    db.session.flush()
    _note("person.invited", actor, invitation, person.division, person=person.id)
    return Invited(invitation, person, code)


def appoint_invited(person: Person, invitation: Invitation) -> None:
    """Take up the posts of an accepted invitation. Raises Conflict when one is no longer vacant."""
    now = clock.now()
    actor = Actor(person.id, person.name)
    for post in queries.list_posts_by_id(invitation.posts):
        _require_vacant(post, now, None)
        _begin_appointment(post, person, now, actor, before=None)


def create_office(*, township: str, key: str, name: str) -> Office:
    """For the loader of a township's file, which asks for permission itself."""
    office = Office(township=township, key=key, name=name)
    db.session.add(office)
    db.session.flush()
    return office


def _begin_appointment(post: Post, person: Person, instant: datetime, actor: Actor, before: str | None) -> Appointment:
    appointment = Appointment(post_id=post.id, person_id=person.id, from_at=instant)
    db.session.add(appointment)
    db.session.flush()
    _note(
        "post.handed_over" if before else "post.taken_up",
        actor,
        appointment,
        post.division,
        post=post.key,
        before=before,
        person=person.id,
        at=instant.isoformat(),
    )
    return appointment


def _end_appointment(appointment: Appointment, instant: datetime) -> None:
    """One that has not begun yet is taken back whole; the stand-ins for it end with it."""
    if appointment.from_at >= instant:
        db.session.delete(appointment)
    else:
        appointment.until_at = instant
    _end_delegations(Delegation.post_id == appointment.post_id, instant)


def _end_delegations(condition: ColumnElement[bool], instant: datetime) -> None:
    running = db.session.scalars(select(Delegation).where(condition, Delegation.until_at > instant))
    for delegation in running:
        if delegation.from_at >= instant:
            db.session.delete(delegation)
        else:
            delegation.until_at = instant


def _require_able(person: Person, post: Post) -> None:
    if not person.active:
        raise Invalid(errors={"person": ["该账号已停用。"]})
    if not divisions.get_division(post.township).prefix == person.division[:9]:
        raise Invalid(errors={"person": ["此人不属于本乡镇。"]})
    held = {holding.role for holding in queries.actor_of(person).holdings} | {post.role}
    if not policy.may_be_held_together(held):
        raise Invalid(errors={"person": ["审计管理员不能兼任其他岗位。"]})


def _require_vacant(post: Post, from_at: datetime, until_at: datetime | None) -> None:
    clash = (Appointment.until_at.is_(None)) | (Appointment.until_at > from_at)
    if until_at is not None:
        clash &= Appointment.from_at < until_at
    if db.session.scalar(_appointments(post).where(clash).limit(1)):
        raise Conflict("这段时间该岗位已有人担任，请用交接办理。", errors={"post": ["已有人担任。"]})


def _appointments(post: Post) -> Select[Appointment]:
    return select(Appointment).where(Appointment.post_id == post.id)


def _note(action: str, actor: Actor, subject: Subject, division: str, **data: str | None) -> None:
    audit.record(
        db.session(),
        action,
        actor=actor,
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        division=division,
        township=divisions.get_division(division).township_code,
        data=data,
    )
