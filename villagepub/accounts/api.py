"""Signing in, and the administrator's people and posts."""

from collections.abc import Mapping
from typing import Any

from flask import Response, g, request
from flask_smorest import Blueprint

from villagepub.accounts import inviting, operations, queries, schemas, second_factor, sessions, throttle
from villagepub.accounts.models import Appointment, Delegation, Invitation, Person, Post
from villagepub.core import tenancy
from villagepub.core.actor import Actor
from villagepub.core.errors import LoginCodeUsed, TooManyAttempts, WeChatUnavailable
from villagepub.core.fields import PageQuery, list_schema, page_schema
from villagepub.core.paging import Page, PageRequest
from villagepub.core.permissions import Permission, own_township, require_somewhere
from villagepub.core.transactions import transaction
from villagepub.divisions import queries as divisions
from villagepub.extensions import wechat
from villagepub.notices import queries as notices
from villagepub.web.arguments import expected
from villagepub.web.files import bytes_response
from villagepub.web.guards import current_actor, current_sign_in, current_token, prepared_by
from villagepub.web.wechat import problem_of
from villagepub.wechat.errors import WeChatError

signing_in = Blueprint("auth", __name__, description="登录")
blueprint = Blueprint("accounts", __name__, description="人员与岗位")

Shown = dict[str, Any]
RETRY_SECONDS = 5


def _shown(session: sessions.Session) -> Shown:
    return vars(session) | _who(session.actor)


def _who(actor: Actor) -> Shown:
    posts = queries.list_posts_by_id(holding.post_id for holding in actor.holdings)
    return {"person": {"id": actor.person_id, "name": actor.name}, "posts": posts}


def _address() -> str:
    return request.remote_addr or "unknown"


@signing_in.post("/auth/login")
@signing_in.arguments(schemas.LoginBody)
@signing_in.response(200, schemas.TokenSchema)
@signing_in.doc(**{"x-problems": [401]})
def login(body: Mapping[str, Any]) -> Shown:
    """用户名和密码登录

    密码不正确与用户名不存在的答复相同；连续失败后须等待 Retry-After 秒。
    启用了动态口令的人还须带上 totp：验证器上的 6 位数字，或一个恢复码。
    """
    return _shown(sessions.sign_in(body["username"], body["password"], address=_address(), totp=body["totp"]))


def _ask_wechat() -> None:
    """Who the code belongs to; asked before the transaction begins, and nothing when the body will be refused."""
    body = expected(schemas.WeChatBody)
    if body is None:
        return
    with transaction(tenancy.SIGN_IN):
        wait = throttle.count_call("wechat", _address())
    if wait is not None:
        raise TooManyAttempts(f"登录太频繁，请 {wait} 秒后再试。", retry_after=wait)
    try:
        g.wechat_user = wechat.code_to_session(body["code"])
    except WeChatError as error:
        raise problem_of(error, LoginCodeUsed()) from None


@signing_in.post("/auth/wechat")
@prepared_by(_ask_wechat)
@signing_in.arguments(schemas.WeChatBody)
@signing_in.response(200, schemas.TokenSchema)
@signing_in.doc(**{"x-problems": [401, 403, 409, 429]})
def login_by_wechat(body: Mapping[str, Any]) -> Shown:
    """微信登录

    凭 wx.login 的 code 登录；第一次来的微信号成为没有岗位的居民。答复丢失时请重新调用 wx.login，不要重发同一个 code。
    """
    user = g.wechat_user
    return _shown(sessions.sign_in_by_wechat(user.openid, user.unionid, address=_address()))


@signing_in.post("/auth/refresh")
@signing_in.arguments(schemas.RefreshBody)
@signing_in.response(200, schemas.TokenSchema)
@signing_in.doc(**{"x-problems": [401]})
def refresh(body: Mapping[str, Any]) -> Shown:
    """换取新的令牌

    刷新令牌只能用一次；重复使用会结束这次登录，10 秒内因没收到答复而重试一次除外。
    """
    return _shown(sessions.refresh(body["refresh_token"]))


@signing_in.post("/auth/logout")
@signing_in.arguments(schemas.RefreshBody)
@signing_in.response(204)
def logout(body: Mapping[str, Any]) -> None:
    """退出登录，访问令牌立即失效"""
    sessions.sign_out(body["refresh_token"])


@signing_in.post("/auth/invitations/accept")
@signing_in.arguments(schemas.InvitationAcceptBody)
@signing_in.response(200, schemas.TokenSchema)
def accept_invitation(body: Mapping[str, Any]) -> Shown:
    """凭邀请码设置密码并登录"""
    return _shown(sessions.accept_invitation(body["code"], body["password"], address=_address(), totp=body["totp"]))


@blueprint.post("/auth/password")
@blueprint.arguments(schemas.PasswordBody)
@blueprint.response(204)
@blueprint.doc(**{"x-problems": [429]})
def change_password(body: Mapping[str, Any]) -> None:
    """修改密码，其他登录随之退出"""
    sessions.change_password(
        current_actor(), body["old"], body["new"], sign_in_id=current_sign_in(), address=_address()
    )


@blueprint.post("/auth/bindings")
@blueprint.arguments(schemas.BindingBody)
@blueprint.response(200, schemas.TokenSchema)
@blueprint.doc(**{"x-problems": [429]})
def bind_wechat(body: Mapping[str, Any]) -> Shown:
    """凭邀请码把登录的微信绑定到受邀人，并就任邀请中的岗位

    当前的登录继续有效，从此代表受邀人；答复另附一对新的令牌。受邀人原先绑定的微信随之解除（换手机、换微信）。
    受邀人启用了动态口令的，须同时给出 totp。
    答复丢失时可以原样再发一次。
    """
    session = sessions.bind_wechat(
        body["invitation"], actor=current_actor(), token=current_token(), address=_address(), totp=body["totp"]
    )
    return _shown(session)


@blueprint.get("/me")
@blueprint.response(200, schemas.MeSchema)
def me() -> Shown:
    """我是谁，担任哪些岗位"""
    actor = current_actor()
    return _who(actor) | {"unread": notices.count_unread(actor)}


@blueprint.get("/offices")
@blueprint.response(200, list_schema(schemas.OfficeSchema))
def list_offices() -> Shown:
    """本乡镇的站办所"""
    townships = {holding.township for holding in current_actor().holdings}
    return {"data": [office for township in sorted(townships) for office in queries.list_offices(township)]}


@blueprint.get("/people")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_schema(schemas.PersonDetailSchema))
def list_people(query: Mapping[str, Any]) -> Page[Person]:
    """本乡镇的人员"""
    prefixes = require_somewhere(current_actor(), Permission.READ_PEOPLE)
    return queries.list_people(prefixes, PageRequest(**query))


@blueprint.post("/people")
@blueprint.arguments(schemas.PersonBody)
@blueprint.response(201, schemas.PersonDetailSchema)
def create_person(body: Mapping[str, Any]) -> Person:
    """新增人员"""
    actor = current_actor()
    division = body["division"] or own_township(actor, Permission.MANAGE_PEOPLE)
    return operations.create_person(actor=actor, division=division, name=body["name"], username=body["username"])


@blueprint.post("/people/<string:person_id>/deactivate")
@blueprint.response(200, schemas.PersonDetailSchema)
def deactivate_person(person_id: str) -> Person:
    """停用人员：登录、岗位和代办立即结束，历史保留"""
    actor = current_actor()
    return operations.deactivate_person(queries.get_person(person_id, actor.prefixes), actor=actor)


@blueprint.post("/people/<string:person_id>/totp/reset")
@blueprint.response(204)
def reset_totp(person_id: str) -> None:
    """为丢失手机和恢复码的人重置动态口令：其登录全部结束"""
    actor = current_actor()
    second_factor.reset(queries.get_person(person_id, actor.prefixes), actor=actor)


@blueprint.post("/people/<string:person_id>/invitation")
@blueprint.response(201, schemas.InvitationSchema)
def invite_again(person_id: str) -> Shown:
    """为忘记密码的人重新发放邀请码"""
    actor = current_actor()
    person = queries.get_person(person_id, actor.prefixes)
    return _invitation(operations.invite(person, actor=actor))


@blueprint.post("/invitations")
@blueprint.arguments(schemas.InvitationBody)
@blueprint.response(201, schemas.InvitationSchema)
def invite(body: Mapping[str, Any]) -> Shown:
    """邀请一个人担任岗位；邀请码只显示一次，接受时就任"""
    actor = current_actor()
    person = queries.get_person(body["person"], actor.prefixes)
    posts = [queries.get_post(post_id, actor.prefixes) for post_id in body["posts"]]
    return _invitation(operations.invite(person, actor=actor, posts=posts))


def _draw_codes() -> None:
    """Codes and their pictures, which the platform draws: before the transaction begins, and for the right person."""
    g.drawn = {}
    body = expected(schemas.SheetBody)
    if body is None:
        return
    with transaction(tenancy.SIGN_IN.reading()):
        actor = sessions.authenticate(current_token())
        posts = [post.id for post in inviting.list_unbound(body["division"], actor=actor)]
    try:
        g.drawn = inviting.draw(posts)
    except WeChatError as error:
        raise problem_of(error, WeChatUnavailable(retry_after=RETRY_SECONDS)) from None


@blueprint.post("/invitations/sheets")
@prepared_by(_draw_codes)
@blueprint.arguments(schemas.SheetBody)
@blueprint.response(200, content_type="application/pdf")
def make_invitation_sheet(body: Mapping[str, Any]) -> Response:
    """邀请单：为各村还没有绑定微信的专人各发一份邀请，打印成条子（PDF）

    空缺的岗位、担任者没有绑定微信的岗位各一条；以前发给他们而未用的邀请随之失效。邀请码只在这份文件里，不会再次显示。
    """
    g.answers_with_a_secret = True
    pdf = inviting.invite_all(body["division"], g.drawn, actor=current_actor())
    return bytes_response(pdf, "邀请单.pdf", "application/pdf")


@blueprint.get("/invitations")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_schema(schemas.InvitationRowSchema))
def list_invitations(query: Mapping[str, Any]) -> Page[Invitation]:
    """发出的邀请，最新的在前；邀请码本身不再显示"""
    prefixes = require_somewhere(current_actor(), Permission.READ_PEOPLE)
    return queries.list_invitations(prefixes, PageRequest(**query))


@blueprint.post("/invitations/<string:invitation_id>/revoke")
@blueprint.response(200, schemas.InvitationRowSchema)
def revoke_invitation(invitation_id: str) -> Invitation:
    """撤销邀请：邀请码立即失效"""
    actor = current_actor()
    return operations.revoke_invitation(queries.get_invitation(invitation_id, actor.prefixes), actor=actor)


@blueprint.post("/people/<string:person_id>/wechat/unbind")
@blueprint.response(200, schemas.PersonDetailSchema)
def unbind_wechat(person_id: str) -> Person:
    """解除微信绑定：那个微信的登录立即结束，岗位不变"""
    actor = current_actor()
    return operations.unbind_wechat(queries.get_person(person_id, actor.prefixes), actor=actor)


@blueprint.get("/posts")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_schema(schemas.PostSchema))
def list_posts(query: Mapping[str, Any]) -> Page[Post]:
    """本乡镇的岗位"""
    prefixes = require_somewhere(current_actor(), Permission.READ_PEOPLE)
    return queries.list_posts(prefixes, PageRequest(**query))


@blueprint.post("/posts")
@blueprint.arguments(schemas.PostBody)
@blueprint.response(201, schemas.PostSchema)
def create_post(body: Mapping[str, Any]) -> Post:
    """新设岗位"""
    values = {name: value for name, value in body.items() if name != "office"}
    return operations.create_post(actor=current_actor(), office_id=body["office"], **values)


@blueprint.get("/posts/<string:post_id>/holders")
@blueprint.response(200, list_schema(schemas.AppointmentSchema))
def list_holders(post_id: str) -> Shown:
    """这个岗位先后由谁担任"""
    actor = current_actor()
    post = queries.get_post(post_id, actor.prefixes)
    require_somewhere(actor, Permission.READ_PEOPLE)
    return {"data": queries.list_holders(post)}


@blueprint.post("/appointments")
@blueprint.arguments(schemas.AppointmentBody)
@blueprint.response(201, schemas.AppointmentSchema)
def appoint(body: Mapping[str, Any]) -> Appointment:
    """任命某人担任空缺的岗位"""
    actor = current_actor()
    post = queries.get_post(body["post"], actor.prefixes)
    person = queries.get_person(body["person"], actor.prefixes)
    return operations.appoint(post, person, actor=actor, from_at=body["from_at"], until_at=body["until_at"])


@blueprint.post("/delegations")
@blueprint.arguments(schemas.DelegationBody)
@blueprint.response(201, schemas.DelegationSchema)
def delegate(body: Mapping[str, Any]) -> Delegation:
    """设代办：须有结束时间，不能再转托"""
    actor = current_actor()
    post = queries.get_post(body["post"], actor.prefixes)
    person = queries.get_person(body["to_person"], (divisions.get_division(post.township).prefix,))
    return operations.delegate(post, person, actor=actor, from_at=body["from_at"], until_at=body["until_at"])


@blueprint.post("/delegations/<string:delegation_id>/end")
@blueprint.response(204)
def end_delegation(delegation_id: str) -> None:
    """提前结束代办；还没有开始的，取消"""
    actor = current_actor()
    operations.end_delegation(queries.get_delegation(delegation_id, actor.prefixes), actor=actor)


def _invitation(invited: operations.Invited) -> Shown:
    """The one answer with the code in it, which is kept nowhere; asking again gives a new code."""
    g.answers_with_a_secret = True
    invitation = invited.invitation
    return {
        "id": invitation.id,
        "person": invited.person,
        "code": invited.code,
        "expires_at": invitation.expires_at,
    }
