"""Writing offices, posts and people down: for the loader of a township's file.

Posts are named by key and people by user name, as the file names them. What is new goes through
``operations``; here is what the file may change afterwards.
"""

from dataclasses import dataclass

from sqlalchemy import select

from villagepub.accounts import operations, passwords, queries
from villagepub.accounts.models import Office, Person, Post
from villagepub.core import audit, clock, tenancy
from villagepub.core.actor import Actor
from villagepub.core.errors import Invalid, NotFound
from villagepub.core.permissions import Permission, Role, require
from villagepub.core.rows import set_values
from villagepub.divisions import queries as divisions
from villagepub.extensions import db


@dataclass(frozen=True)
class Seating:
    """What became of an appointment. obstacle: why it was left to a person, in a Chinese sentence."""

    new: bool
    obstacle: str = ""


def put_office(*, township: str, key: str, name: str) -> bool:
    """Create an office or change its name. True when created or changed."""
    office = find_office(township, key)
    if office is None:
        operations.create_office(township=township, key=key, name=name)
        return True
    changed = set_values(office, {"name": name})
    db.session.flush()
    return changed


def put_post(
    *, actor: Actor, township: str, key: str, division: str, role: Role, title: str, office_id: str | None
) -> bool:
    """Create a post or change its title; its role and place never change. True when created or changed."""
    require(actor, Permission.MANAGE_PEOPLE, division)
    post = queries.find_post(township, key)
    if post is None:
        operations.create_post(
            actor=actor, division=division, key=key, role=role.value, title=title, office_id=office_id
        )
        return True
    changed = set_values(post, {"title": title})
    if changed:
        _note("post.changed", actor, post, post.division)
    return changed


def put_person(*, actor: Actor, township: str, username: str, name: str) -> bool:
    """Create a person or change the name. True when created or changed."""
    require(actor, Permission.MANAGE_PEOPLE, township)
    person = queries.find_person_by_username(username)
    if person is None:
        operations.create_person(actor=actor, division=township, name=name, username=username)
        return True
    changed = set_values(person, {"name": name})
    if changed:
        _note("person.changed", actor, person, person.place)
    return changed


def put_demo_password(*, actor: Actor, username: str, password: str) -> bool:
    """Set a password of the demonstration, however weak. True when another one or none was set."""
    person = _person(username)
    require(actor, Permission.MANAGE_PEOPLE, person.place)
    if passwords.matches(password, person.password_hash):
        return False
    person.password_hash = passwords.hash_password(password)
    _note("account.demo_password_set", actor, person, person.place)
    return True


def put_appointment(*, actor: Actor, township: str, post_key: str, username: str) -> Seating:
    """Put a person into a post if it is vacant, from now on. Nobody is put out of one."""
    person, post = _person(username), _post(township, post_key)
    require(actor, Permission.MANAGE_PEOPLE, post.division)
    now = clock.now()
    appointments = queries.list_holders(post)
    holders = [held.person for held in appointments if held.until_at is None or held.until_at > now]
    if person in holders:
        return Seating(new=False)
    if holders:
        obstacle = f"该岗位由{holders[0].name}担任，装载不改变任职，更换请办理交接"
        return Seating(new=False, obstacle=obstacle)
    try:
        operations.appoint(post, person, actor=actor, from_at=now, until_at=None)
    except Invalid as refusal:
        reasons = [sentence for sentences in refusal.errors.values() for sentence in sentences]
        return Seating(new=False, obstacle="".join(reasons) or refusal.detail)
    return Seating(new=True)


def invite(*, actor: Actor, username: str) -> operations.Invited:
    return operations.invite(_person(username), actor=actor)


def find_office(township: str, key: str) -> Office | None:
    return db.session.scalar(select(Office).where(Office.township == township, Office.key == key))


def is_active(username: str) -> bool:
    return _person(username).active


def list_posts_held(username: str) -> list[str]:
    """The keys of the posts that a person holds now, as a stand-in left out."""
    holdings = queries.actor_of(_person(username)).holdings
    return [holding.key for holding in holdings if holding.stands_in_for is None]


def titles_of_posts(township: str) -> dict[str, str]:
    """``{key: title}`` of all posts of a township."""
    rows = db.session.execute(select(Post.key, Post.title).where(Post.township == township))
    return {row.key: row.title for row in rows}


def names_of_users(township: str) -> dict[str, str]:
    """``{user name: name}`` of the active people of a township who have a user name."""
    within = tenancy.within(Person.division, (divisions.prefix_of(township),))
    query = select(Person).where(within, Person.active).order_by(Person.username)
    return {person.username: person.name for person in db.session.scalars(query) if person.username}


def _person(username: str) -> Person:
    person = queries.find_person_by_username(username)
    if person is None:
        raise NotFound()
    return person


def _post(township: str, key: str) -> Post:
    post = queries.find_post(township, key)
    if post is None:
        raise NotFound()
    return post


def _note(action: str, actor: Actor, subject: Person | Post, division: str) -> None:
    audit.record(
        db.session(),
        action,
        actor=actor,
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        division=division,
        township=divisions.get_division(division).township_code,
    )
