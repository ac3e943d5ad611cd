"""Inviting the uploaders of many villages at once, for a sheet of paper."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from villagepub.accounts import operations, queries, sheet
from villagepub.accounts.codes import new_code
from villagepub.accounts.models import Invitation, Person, Post
from villagepub.core import clock, tenancy
from villagepub.core.actor import Actor
from villagepub.core.permissions import Permission, Role, require
from villagepub.divisions import queries as divisions
from villagepub.extensions import db, settings, wechat

INVITATION_PAGE = "pages/invitation/index"
"""The page of the mini-program that takes an invitation; its scene is ``i=`` and the code without strokes."""


@dataclass(frozen=True)
class Drawn:
    """A code that is not given out yet, and the picture that carries it. picture: JPEG, PNG or SVG."""

    code: str
    picture: bytes


def list_unbound(division: str, *, actor: Actor) -> list[Post]:
    """The uploaders' posts below a place that are vacant, or whose holder has no WeChat account bound."""
    require(actor, Permission.MANAGE_PEOPLE, division)
    query = select(Post).where(
        Post.role == Role.UPLOADER, tenancy.within(Post.division, (divisions.prefix_of(division),))
    )
    posts = db.session.scalars(query.order_by(Post.division, Post.id))
    return [post for post in posts if not _is_bound(post)]


def draw(post_ids: Iterable[str]) -> dict[str, Drawn]:
    """A new code for each post, with its picture, which the platform draws: never inside a transaction.

    Raises WeChatError.
    """
    codes = {post: new_code() for post in post_ids}
    return {post: Drawn(code, _picture_of(code)) for post, code in codes.items()}


def _picture_of(code: str) -> bytes:
    """Made anew each time and kept nowhere: there is a secret in it."""
    if not settings.wechat.is_on:
        return sheet.public_code(settings.public_base_url)
    return wechat.mini_program_code(f"i={code.replace('-', '')}", INVITATION_PAGE)


def invite_all(division: str, drawn: Mapping[str, Drawn], *, actor: Actor) -> bytes:
    """A new invitation for each unbound post, on a sheet (PDF). drawn: ``{post id: code}``; others are left out."""
    posts = [post for post in list_unbound(division, actor=actor) if post.id in drawn]
    names = divisions.names_of({post.division for post in posts})
    slips = [_invite(post, names[post.division], drawn[post.id], actor) for post in posts]
    township = divisions.get_division(divisions.get_division(division).township_code)
    return sheet.as_pdf(township.name, slips, is_for_wechat=settings.wechat.is_on)


def _invite(post: Post, village: str, drawn: Drawn, actor: Actor) -> sheet.Slip:
    held = queries.find_appointment(post, clock.now())
    person = held.person if held else _expected(post, village, actor)
    invited = operations.invite(person, actor=actor, posts=() if held else (post,), code=drawn.code)
    return sheet.Slip(
        village=village,
        post=post.title,
        whom=_whom(person, is_held=held is not None),
        code=drawn.code,
        expires_at=invited.invitation.expires_at,
        picture=drawn.picture,
    )


def _whom(person: Person, *, is_held: bool) -> str:
    if not settings.wechat.is_on:
        return f"请{person.name}设置密码，用户名 {person.username or '请问管理员'}"
    return f"请{person.name}绑定微信" if is_held else "请村里指定的专人绑定微信并就任"


def _expected(post: Post, village: str, actor: Actor) -> Person:
    """Whoever will take the vacant post: the one whom an earlier sheet was for, or a new person."""
    earlier = select(Invitation).where(Invitation.township == post.township, Invitation.used_at.is_(None))
    for invitation in db.session.scalars(earlier.order_by(Invitation.id.desc())):
        if invitation.posts == [post.id] and invitation.person.active:
            return invitation.person
    username = None if queries.find_person_by_username(post.key) else post.key
    return operations.create_person(
        actor=actor, division=post.township, name=f"{village}{post.title}"[:60], username=username
    )


def _is_bound(post: Post) -> bool:
    held = queries.find_appointment(post, clock.now())
    return held is not None and queries.find_identity(held.person_id) is not None
