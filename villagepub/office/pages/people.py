"""People: who works here, who is let in, and what is taken back."""

from typing import Any

from flask import g, render_template

from villagepub.accounts import operations, queries, schemas, second_factor
from villagepub.accounts.models import Person
from villagepub.accounts.operations import Invited
from villagepub.core.fields import Shape
from villagepub.core.permissions import Permission, own_township, require, require_somewhere
from villagepub.divisions import queries as divisions
from villagepub.office.inputs import Options, inputs_of
from villagepub.office.pages.frame import BOTH, Answer, blueprint, crumbs, page_asked, perform, show
from villagepub.office.screens import Act, Link, Screen, Table, Tag
from villagepub.office.sections import may
from villagepub.web.guards import current_actor
from villagepub.web.pages import done

PEOPLE = "/console/people"
ONE = f"{PEOPLE}/<string:person_id>"
LABELS = {"name": "姓名", "username": "用户名", "division": "所在单位", "posts": "接受时就任的岗位"}


class Nothing(Shape):
    """Of an act that asks for nothing but the word to do it."""


@blueprint.get(PEOPLE)
def people() -> Answer:
    actor = current_actor()
    prefixes = require_somewhere(actor, Permission.READ_PEOPLE)
    page = queries.list_people(prefixes, page_asked())
    names = divisions.names_of({each.place for each in page.data})
    rows = [
        (Link(each.name, f"{PEOPLE}/{each.id}"), each.username, names[each.place], _state(each), each.created_at)
        for each in page.data
    ]
    heads = ["姓名", "用户名", "所在单位", "账号", "建立时间"]
    buttons = [Link("新增人员", f"{PEOPLE}/new", "main")] if may(actor, Permission.MANAGE_PEOPLE) else []
    table = Table("people", "本乡镇的人员", heads, rows)
    return show(Screen("人员", crumbs(PEOPLE), buttons=buttons, tables=[table], cursor=page.next_cursor))


@blueprint.route(f"{PEOPLE}/new", methods=BOTH)
def new_person() -> Answer:
    actor = current_actor()
    township = own_township(actor, Permission.MANAGE_PEOPLE)
    schema = schemas.PersonBody()
    act = Act(
        "新增人员",
        "新增",
        crumbs(PEOPLE, ("新增", None)),
        inputs_of(schema, LABELS, options={"division": _places(township)}, empty="乡镇机关"),
        lead="新增之后，发给邀请码，由本人设置密码。",
    )

    def do(body: dict[str, Any]) -> Answer:
        person = operations.create_person(actor=actor, **body | {"division": body["division"] or township})
        return done(f"已新增{person.name}，请发给邀请码。", f"{PEOPLE}/{person.id}")

    return perform(act, schema, do)


@blueprint.get(ONE)
def person(person_id: str) -> Answer:
    actor, found = current_actor(), _person(person_id)
    require(actor, Permission.READ_PEOPLE, found.place)
    held = [
        (Link(each.title, f"/console/posts/{each.post_id}"), "代办" if each.stands_in_for else "本人担任")
        for each in queries.actor_of(found).holdings
    ]
    screen = Screen(
        found.name,
        crumbs(PEOPLE, (found.name, None)),
        summary=[
            ("用户名", found.username),
            ("所在单位", divisions.get_division(found.place).name),
            ("账号", _state(found)),
            ("微信", "已绑定" if queries.find_identity(found.id) else "未绑定"),
            ("动态口令", "已启用" if second_factor.is_on(found.id) else "未启用"),
            ("建立时间", found.created_at),
        ],
        buttons=_acts(found) if may(actor, Permission.MANAGE_PEOPLE) else (),
        tables=[Table("held", "现在的岗位", ["岗位", "担任方式"], held, "现在没有岗位。")],
    )
    return show(screen)


@blueprint.route(f"{ONE}/invite", methods=BOTH)
def invite(person_id: str) -> Answer:
    actor, found = current_actor(), _managed(person_id)
    schema, vacant = schemas.InvitationBody(), vacant_posts(found)
    none_vacant = {} if vacant else {"posts": "现在没有空缺的岗位。"}
    act = Act(
        f"邀请{found.name}",
        "发给邀请码",
        _crumbs(found, "邀请"),
        inputs_of(schema, LABELS, options={"posts": vacant}, hints=none_vacant, skip=("person",)),
        lead="邀请码只显示一次。以前发给此人而未用的随之失效。忘记密码的，不选岗位，重新发一个即可。",
    )

    def do(body: dict[str, Any]) -> Answer:
        posts = [queries.get_post(each, actor.prefixes) for each in body["posts"]]
        return _shown_once(operations.invite(found, actor=actor, posts=posts))

    return perform(act, schemas.InvitationBody(exclude=("person",)), do)


@blueprint.route(f"{ONE}/deactivate", methods=BOTH)
def deactivate(person_id: str) -> Answer:
    found = _managed(person_id)
    lead = "登录、岗位和代办立即结束，绑定的微信随之解除。此人做过的事照旧留在记录里。"
    act = Act(f"停用{found.name}", "停用", _crumbs(found, "停用"), lead=lead, kind="danger")

    def do(_: dict[str, Any]) -> Answer:
        operations.deactivate_person(found, actor=current_actor())
        return done(f"已停用{found.name}的账号。", f"{PEOPLE}/{person_id}")

    return perform(act, Nothing(), do)


@blueprint.route(f"{ONE}/unbind-wechat", methods=BOTH)
def unbind_wechat(person_id: str) -> Answer:
    found = _managed(person_id)
    lead = "那个微信上的登录立即结束，岗位不变。换了微信的，再发一个邀请码。"
    act = Act(f"解除{found.name}绑定的微信", "解除", _crumbs(found, "解除微信"), lead=lead, kind="danger")

    def do(_: dict[str, Any]) -> Answer:
        operations.unbind_wechat(found, actor=current_actor())
        return done(f"已解除{found.name}绑定的微信。", f"{PEOPLE}/{person_id}")

    return perform(act, Nothing(), do)


@blueprint.route(f"{ONE}/reset-totp", methods=BOTH)
def reset_totp(person_id: str) -> Answer:
    found = _managed(person_id)
    lead = "用于手机和恢复码都丢失的人。请先当面核实身份；此人的登录随之全部结束。"
    act = Act(f"重置{found.name}的动态口令", "重置", _crumbs(found, "重置动态口令"), lead=lead, kind="danger")

    def do(_: dict[str, Any]) -> Answer:
        second_factor.reset(found, actor=current_actor())
        return done(f"已重置{found.name}的动态口令，此人可以只用密码登录后重新启用。", f"{PEOPLE}/{person_id}")

    return perform(act, Nothing(), do)


def people_of(township: str) -> Options:
    """Everybody of a township who can be given a post, for a choice."""
    found = queries.list_active_below(divisions.prefix_of(township))
    return tuple((each.id, f"{each.name}（{each.username}）" if each.username else each.name) for each in found)


def vacant_posts(found: Person) -> Options:
    """The posts of the person's township that nobody holds."""
    township = divisions.get_division(found.place).township_code
    posts = queries.list_vacant_posts(divisions.prefix_of(township))
    names = divisions.names_of({each.division for each in posts})
    return tuple((each.id, f"{names[each.division]}：{each.title}") for each in posts)


def _shown_once(invited: Invited) -> Answer:
    """The one page with the code on it: it is kept nowhere and cannot be asked for again."""
    g.answers_with_a_secret = True
    return render_template("office/invited.html", invited=invited, crumbs=_crumbs(invited.person, "邀请"))


def _person(person_id: str) -> Person:
    return queries.get_person(person_id, current_actor().prefixes)


def _managed(person_id: str) -> Person:
    found = _person(person_id)
    require(current_actor(), Permission.MANAGE_PEOPLE, found.place)
    return found


def _acts(found: Person) -> list[Link]:
    own = f"{PEOPLE}/{found.id}"
    acts = [Link("发给邀请码", f"{own}/invite"), Link("停用", f"{own}/deactivate", "careful")] if found.active else []
    if queries.find_identity(found.id):
        acts.append(Link("解除微信", f"{own}/unbind-wechat"))
    if second_factor.is_on(found.id):
        acts.append(Link("重置动态口令", f"{own}/reset-totp"))
    return acts


def _state(found: Person) -> Tag:
    return Tag("正常", "good") if found.active else Tag("已停用")


def _crumbs(found: Person, act: str) -> list[tuple[str, str | None]]:
    return crumbs(PEOPLE, (found.name, f"{PEOPLE}/{found.id}"), (act, None))


def _places(township: str) -> Options:
    villages = divisions.list_disclosing((divisions.prefix_of(township),))
    return tuple((each.code, each.name) for each in villages)
