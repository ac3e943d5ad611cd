"""People, posts and who holds them: every change, with its permission and its audit entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, or_, select, update

from villagepub.accounts import identities, policy, queries
from villagepub.accounts.codes import digest_of_code, new_code
from villagepub.accounts.models import Appointment, Delegation, Invitation, Office, Person, Post, SignIn
from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.errors import AlreadyExists, Conflict, Forbidden, Invalid, WrongState
from villagepub.core.permissions import Permission, Role, holdings, require
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
    """End the person's sign-ins, posts and stand-ins now. The person stays in every record.

    The WeChat account is let go: who uses it is a resident from the next sign-in on.
    """
    require(actor, Permission.MANAGE_PEOPLE, person.place)
    if person.id == actor.person_id:
        raise Conflict("不能停用自己的账号，请由另一位管理员办理。")
    _lock(person)
    now = clock.now()
    person.active = False
    lasting = select(Appointment).where(Appointment.person_id == person.id, _lasts_beyond(now))
    for appointment in db.session.scalars(lasting).all():
        _end_appointment(appointment, now)
    _end_delegations(Delegation.to_person_id == person.id, now)
    if identity := queries.find_identity(person.id):
        identities.end(identity, "deactivated")
    ended = (SignIn.person_id == person.id) & SignIn.ended_at.is_(None)
    db.session.execute(update(SignIn).where(ended).values(ended_at=now, end_reason="deactivated"))
    _note("person.deactivated", actor, person, person.place)
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
    _lock(post)
    _require_able(person, post, from_at=from_at, until_at=until_at)
    _require_vacant(post, from_at, until_at)
    appointment = Appointment(post_id=post.id, person_id=person.id, from_at=from_at, until_at=until_at)
    db.session.add(appointment)
    db.session.flush()
    _note("post.appointed", actor, appointment, post.division, post=post.key, person=person.id, **_span(appointment))
    return appointment


def hand_over(post: Post, to_person: Person, *, actor: Actor, on: date) -> Appointment:
    """Pass a post on: at the start of the day, or now when it is today. No gap, and history stays.

    What was planned for the post from then on is taken back. Raises Invalid for a day that has passed, Conflict
    when nobody holds the post up to it.
    """
    require(actor, Permission.HAND_OVER, post.division)
    if on < clock.today():
        raise Invalid(errors={"on": ["交接日期不能早于今天。"]})
    instant = clock.now() if on == clock.today() else clock.start_of(on)
    _lock(post)
    reaching = db.session.scalars(_appointments(post).where(_lasts_until(instant))).all()
    current = next((appointment for appointment in reaching if appointment.from_at < instant), None)
    if current is None:
        raise Conflict("这个岗位到交接时无人担任，请直接任命。")
    if current.person_id == to_person.id:
        raise Invalid(errors={"to_person": ["接任人与现任是同一人。"]})
    _require_able(to_person, post, from_at=instant, until_at=None, field="to_person")
    for planned in (appointment for appointment in reaching if appointment is not current):
        _note("post.appointment_taken_back", actor, planned, post.division, post=post.key, person=planned.person_id)
        _end_appointment(planned, instant)
    _end_appointment(current, instant)
    db.session.flush()
    return _begin_appointment(post, to_person, instant, actor, before=current.person_id)


def delegate(post: Post, to_person: Person, *, actor: Actor, from_at: datetime, until_at: datetime) -> Delegation:
    """Let somebody stand in for the post's holder up to a compulsory end.

    The holder may do it, or the administrator; a stand-in may not pass it on.
    """
    _require_may_delegate(actor, post)
    begins = max(from_at, clock.now())
    if until_at <= begins:
        raise Invalid(errors={"until": ["代办的结束时间须晚于开始时间和现在。"]})
    _lock(post)
    holder = queries.find_appointment(post, begins)
    if holder is None:
        raise Conflict("这个岗位到时无人担任，不能设代办，请直接任命。")
    if holder.person_id == to_person.id:
        raise Invalid(errors={"to_person": ["代办人不能是岗位担任者本人。"]})
    _require_able(to_person, post, from_at=from_at, until_at=until_at, field="to_person")
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
    _note("post.delegated", actor, delegation, post.division, post=post.key, person=to_person.id, **_span(delegation))
    return delegation


def end_delegation(delegation: Delegation, *, actor: Actor) -> None:
    """End standing in before its time: at once, or taken back whole when it has not begun.

    Whoever may let somebody stand in may end it. Raises WrongState when it is over.
    """
    post = delegation.post
    _require_may_delegate(actor, post)
    _lock(post)
    if not _end_delegations(Delegation.id == delegation.id, clock.now()):
        raise WrongState("这次代办已经结束。")
    _note("post.delegation_ended", actor, delegation, post.division, post=post.key, person=delegation.to_person_id)


def invite(person: Person, *, actor: Actor, posts: Sequence[Post] = (), code: str | None = None) -> Invited:
    """A new code for a person; earlier unused ones lose their force. Posts are taken up when it is accepted.

    code: one that was drawn before; a new one when not given.
    """
    require(actor, Permission.MANAGE_PEOPLE, person.place)
    for post in posts:
        require(actor, Permission.MANAGE_PEOPLE, post.division)
    now = clock.now()
    _require_able(person, *posts, from_at=now, until_at=None)
    waiting = (Invitation.person_id == person.id) & Invitation.used_at.is_(None) & Invitation.revoked_at.is_(None)
    db.session.execute(update(Invitation).where(waiting).values(revoked_at=now))
    code = code or new_code()
    invitation = Invitation(
        township=divisions.get_division(person.place).township_code,
        person_id=person.id,
        code_digest=digest_of_code(code),
        posts=[post.id for post in posts],
        created_at=now,
        expires_at=now + timedelta(days=settings.invitation_days),
    )
    db.session.add(invitation)
    db.session.flush()
    _note("person.invited", actor, invitation, person.place, person=person.id)
    return Invited(invitation, person, code)


def revoke_invitation(invitation: Invitation, *, actor: Actor) -> Invitation:
    """Its code opens nothing any more. Raises WrongState for one that is used, revoked or expired."""
    require(actor, Permission.MANAGE_PEOPLE, invitation.person.place)
    db.session.refresh(invitation, with_for_update={"of": Invitation})
    if invitation.state_at(clock.now()) != "open":
        raise WrongState("这份邀请已经用过、撤销或过期，不用再撤销。")
    invitation.revoked_at = clock.now()
    _note("invitation.revoked", actor, invitation, invitation.person.place, person=invitation.person_id)
    return invitation


def unbind_wechat(person: Person, *, actor: Actor) -> Person:
    """The WeChat account speaks for this person no longer; whoever uses it is a resident from then on.

    Raises WrongState when none is bound.
    """
    require(actor, Permission.MANAGE_PEOPLE, person.place)
    identity = queries.find_identity(person.id)
    if identity is None:
        raise WrongState("此人没有绑定微信。")
    identities.end(identity, "unbound")
    _note("person.wechat_unbound", actor, person, person.place)
    return person


def appoint_invited(person: Person, invitation: Invitation, *, field: str = "code") -> None:
    """Take up the posts of an accepted invitation.

    field: in which the code was sent.

    Raises Conflict when one is no longer vacant, Invalid when the person holds another that rules it out.
    """
    now = clock.now()
    actor = Actor(person.id, person.name)
    posts = queries.list_posts_by_id(invitation.posts)
    for post in posts:
        _lock(post)
    _require_able(person, *posts, from_at=now, until_at=None, field=field)
    held = {holding.post_id for holding in queries.actor_of(person).holdings if holding.stands_in_for is None}
    for post in (post for post in posts if post.id not in held):
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
    """One that has not begun yet is taken back whole; the stand-ins for its holder end with it."""
    if appointment.from_at >= instant:
        db.session.delete(appointment)
    else:
        appointment.until_at = instant
    for_holder = (Delegation.post_id == appointment.post_id) & (Delegation.for_person_id == appointment.person_id)
    _end_delegations(for_holder, max(instant, appointment.from_at))


def _end_delegations(condition: ColumnElement[bool], instant: datetime) -> int:
    """How many there were that lasted beyond the instant."""
    running = db.session.scalars(select(Delegation).where(condition, Delegation.until_at > instant)).all()
    for delegation in running:
        if delegation.from_at >= instant:
            db.session.delete(delegation)
        else:
            delegation.until_at = instant
    return len(running)


def _require_able(
    person: Person, *posts: Post, from_at: datetime, until_at: datetime | None, field: str = "person"
) -> None:
    """Whether the person may have these posts in a span. Raises Invalid on the field."""
    _lock(person)
    if not person.active:
        raise Invalid(errors={field: ["该账号已停用。"]})
    township = divisions.get_division(person.place).township_code
    if any(post.township != township for post in posts):
        raise Invalid(errors={field: ["此人不属于本乡镇。"]})
    roles = queries.roles_between(person, from_at, until_at) | {post.role for post in posts}
    if not policy.may_be_held_together(roles):
        raise Invalid(errors={field: ["审计管理员不能兼任其他岗位。"]})


def _require_may_delegate(actor: Actor, post: Post) -> None:
    """The post's holder, or an administrator; but nobody who only stands in for this very post."""
    if any(holding.post_id == post.id and holding.stands_in_for is None for holding in actor.holdings):
        return
    require(actor, Permission.MANAGE_PEOPLE, post.division)
    able = holdings(actor, Permission.MANAGE_PEOPLE, post.division)
    if not actor.is_system and all(holding.post_id == post.id for holding in able):
        raise Forbidden("代办不能再转托他人，请由岗位担任者本人办理。")


def _require_vacant(post: Post, from_at: datetime, until_at: datetime | None) -> None:
    clash = _lasts_beyond(from_at)
    if until_at is not None:
        clash &= Appointment.from_at < until_at
    if db.session.scalar(_appointments(post).where(clash).limit(1)):
        raise Conflict("这段时间该岗位已有人担任，请用交接办理。", errors={"post": ["已有人担任。"]})


def _lasts_beyond(instant: datetime) -> ColumnElement[bool]:
    return or_(Appointment.until_at.is_(None), Appointment.until_at > instant)


def _lasts_until(instant: datetime) -> ColumnElement[bool]:
    return or_(Appointment.until_at.is_(None), Appointment.until_at >= instant)


def _lock(row: Post | Person) -> None:
    """One change at a time to who holds a post, and to what a person holds."""
    db.session.refresh(row, with_for_update={"of": type(row)})


def _span(held: Appointment | Delegation) -> dict[str, str | None]:
    until = held.until_at.isoformat() if held.until_at else None
    return {"from": held.from_at.isoformat(), "until": until}


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
