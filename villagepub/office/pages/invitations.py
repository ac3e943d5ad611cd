"""Invitations: which are open, taking one back, and the sheet of paper for the villages."""

from typing import Any

from flask import g, render_template, request

from villagepub.accounts import browsers, inviting, operations, queries, schemas
from villagepub.accounts.models import Invitation
from villagepub.core import clock, tenancy
from villagepub.core.errors import Invalid, WeChatUnavailable
from villagepub.core.permissions import Permission, own_township, require, require_somewhere
from villagepub.core.transactions import transaction
from villagepub.divisions import queries as divisions
from villagepub.office.inputs import inputs_of, read
from villagepub.office.pages.frame import BOTH, Answer, blueprint, crumbs, page_asked, perform, show
from villagepub.office.pages.people import PEOPLE, Nothing
from villagepub.office.screens import Act, Link, Screen, Table, Tag
from villagepub.office.sections import may
from villagepub.office.words import INVITATION_STATES
from villagepub.web import form_tokens, page_sessions
from villagepub.web.files import bytes_response
from villagepub.web.forms import Form
from villagepub.web.guards import current_actor, prepared_by
from villagepub.web.pages import again, done
from villagepub.web.wechat import problem_of
from villagepub.wechat.errors import WeChatError

INVITATIONS = "/console/invitations"
RETRY_SECONDS = 5
LABELS = {"division": "哪些村"}


@blueprint.get(INVITATIONS)
def invitations() -> Answer:
    actor = current_actor()
    prefixes = require_somewhere(actor, Permission.READ_PEOPLE)
    manages = may(actor, Permission.MANAGE_PEOPLE)
    page = queries.list_invitations(prefixes, page_asked())
    titles = {each.id: each.title for each in queries.list_posts_by_id(p for one in page.data for p in one.posts)}
    rows = [_row(each, titles, manages) for each in page.data]
    screen = Screen(
        "邀请",
        crumbs(INVITATIONS),
        lead="最新的在前。邀请码本身不再显示；丢失的请撤销后重新发给。",
        buttons=[Link("打印各村的邀请单", f"{INVITATIONS}/sheet")] if manages else (),
        tables=[Table("invitations", "发出的邀请", ["发给", "就任的岗位", "发出", "有效期至", "状态", "办理"], rows)],
        cursor=page.next_cursor,
    )
    return show(screen)


def _row(given: Invitation, titles: dict[str, str], manages: bool) -> tuple[Any, ...]:
    state = given.state_at(clock.now())
    revoke = Link("撤销", f"{INVITATIONS}/{given.id}/revoke") if manages and state == "open" else None
    posts = "、".join(titles[each] for each in given.posts) or "不涉及岗位"
    whom = Link(given.person.name, f"{PEOPLE}/{given.person.id}")
    return whom, posts, given.created_at, given.expires_at, Tag(*INVITATION_STATES[state]), revoke


@blueprint.route(f"{INVITATIONS}/<string:invitation_id>/revoke", methods=BOTH)
def revoke(invitation_id: str) -> Answer:
    actor = current_actor()
    given = queries.get_invitation(invitation_id, actor.prefixes)
    require(actor, Permission.MANAGE_PEOPLE, given.person.place)
    act = Act(
        "撤销邀请",
        "撤销",
        crumbs(INVITATIONS, ("撤销", None)),
        lead="邀请码立即失效。",
        kind="danger",
        summary=[("发给", given.person.name), ("发出", given.created_at), ("有效期至", given.expires_at)],
    )

    def do(_: dict[str, Any]) -> Answer:
        operations.revoke_invitation(given, actor=actor)
        return done(f"已撤销发给{given.person.name}的邀请。", INVITATIONS)

    return perform(act, Nothing(), do)


@blueprint.get(f"{INVITATIONS}/sheet")
def sheet() -> Answer:
    return render_template("office/act.html", act=_sheet_act(), form=Form())


def _draw_codes() -> None:
    """Codes and their pictures, which the platform draws: before the transaction begins, and for the right person."""
    form_tokens.require_form_token()
    g.drawn = {}
    division = request.form.get("division", "")
    with transaction(tenancy.SIGN_IN.reading()):
        actor = browsers.authenticate(page_sessions.token(), acts=False).actor
        posts = [each.id for each in inviting.list_unbound(division, actor=actor)] if division else []
    try:
        g.drawn = inviting.draw(posts)
    except WeChatError as error:
        raise problem_of(error, WeChatUnavailable(retry_after=RETRY_SECONDS)) from None


@blueprint.post(f"{INVITATIONS}/sheet")
@prepared_by(_draw_codes)
def make_sheet() -> Answer:
    try:
        division = read(schemas.SheetBody(), dict(request.form.lists()))["division"]
        pdf = inviting.invite_all(division, g.drawn, actor=current_actor())
    except Invalid as problem:
        act = _sheet_act()
        return again("office/act.html", problem, act=act, form=Form.sent(problem, act.labels))
    g.answers_with_a_secret = True
    return bytes_response(pdf, "邀请单.pdf", "application/pdf")


def _sheet_act() -> Act:
    township = divisions.get_division(own_township(current_actor(), Permission.MANAGE_PEOPLE))
    places = [township, *divisions.list_disclosing((township.prefix,))]
    return Act(
        "打印各村的邀请单",
        "生成 PDF",
        crumbs(INVITATIONS, ("邀请单", None)),
        inputs_of(schemas.SheetBody(), LABELS, options={"division": [(each.code, each.name) for each in places]}),
        lead="为各村还没有绑定微信的专人各发一份邀请。以前发给他们而未用的随之失效；邀请码只在这份文件里，请妥善保管。",
    )
