"""Posts: who holds them, who held them, and how they pass from one to another."""

from typing import Any

from villagepub.accounts import operations, queries, schemas
from villagepub.accounts.models import Delegation, Post
from villagepub.core import clock
from villagepub.core.permissions import Permission, own_township, require, require_somewhere
from villagepub.divisions import queries as divisions
from villagepub.office.inputs import Options, inputs_of
from villagepub.office.pages.frame import BOTH, Answer, blueprint, crumbs, page_asked, perform, show
from villagepub.office.pages.people import PEOPLE, Nothing, people_of
from villagepub.office.screens import Act, Link, Screen, Table
from villagepub.office.sections import may
from villagepub.office.words import ROLES
from villagepub.review import desk
from villagepub.web.guards import current_actor
from villagepub.web.pages import done

POSTS = "/console/posts"
ONE = f"{POSTS}/<string:post_id>"
LABELS = {
    "key": "岗位编号",
    "role": "角色",
    "title": "岗位名称",
    "division": "设在哪里",
    "office": "站办所",
    "person": "由谁担任",
    "to_person": "由谁接任或代办",
    "from": "从何时起",
    "until": "到何时止",
    "on": "交接日期",
}
HINTS = {
    "key": "英文字母和数字，例如 uploader-wantu，定后不改。",
    "office": "只有站办所负责人须选。",
}


@blueprint.get(POSTS)
def posts() -> Answer:
    actor = current_actor()
    prefixes = require_somewhere(actor, Permission.READ_PEOPLE)
    page = queries.list_posts(prefixes, page_asked())
    names = divisions.names_of({each.division for each in page.data})
    rows = [_row(each, names) for each in page.data]
    heads = ["岗位", "角色", "现在由谁担任"]
    screen = Screen(
        "岗位",
        crumbs(POSTS),
        buttons=[Link("新设岗位", f"{POSTS}/new", "main")] if may(actor, Permission.MANAGE_PEOPLE) else (),
        tables=[Table("posts", "本乡镇的岗位", heads, rows)],
        cursor=page.next_cursor,
    )
    return show(screen)


def _row(post: Post, names: dict[str, str]) -> tuple[Any, ...]:
    place = post.office.name if post.office else names[post.division]
    holders = "、".join(each.name for each in queries.holders_of(post, clock.now())) or "空缺"
    return Link(f"{place} · {post.title}", f"{POSTS}/{post.id}"), ROLES[post.role], holders


@blueprint.route(f"{POSTS}/new", methods=BOTH)
def new_post() -> Answer:
    actor = current_actor()
    township = own_township(actor, Permission.MANAGE_PEOPLE)
    schema = schemas.PostBody()
    options: dict[str, Options] = {
        "role": tuple((str(role), words) for role, words in ROLES.items()),
        "division": places_of(township),
        "office": tuple((each.id, each.name) for each in queries.list_offices(township)),
    }
    inputs = inputs_of(schema, LABELS, options=options, hints=HINTS)
    act = Act("新设岗位", "新设", crumbs(POSTS, ("新设", None)), inputs)

    def do(body: dict[str, Any]) -> Answer:
        post = operations.create_post(actor=actor, office_id=body.pop("office"), **body)
        return done(f"已新设岗位“{post.title}”，现在空缺。", f"{POSTS}/{post.id}")

    return perform(act, schema, do)


@blueprint.get(ONE)
def post(post_id: str) -> Answer:
    actor, found = current_actor(), _post(post_id)
    require(actor, Permission.READ_PEOPLE, found.division)
    holders = [
        (Link(each.person.name, f"{PEOPLE}/{each.person_id}"), each.from_at, each.until_at or "至今")
        for each in queries.list_holders(found)
    ]
    screen = Screen(
        found.title,
        crumbs(POSTS, (found.title, None)),
        summary=[
            ("设在", divisions.get_division(found.division).name),
            ("角色", ROLES[found.role]),
            ("站办所", found.office.name if found.office else None),
            ("岗位编号", found.key),
        ],
        buttons=_acts(found) if may(actor, Permission.MANAGE_PEOPLE) else (),
        tables=[
            Table("holders", "先后由谁担任", ["担任者", "从何时起", "到何时止"], holders, "还没有人担任过。"),
            _stand_ins(found, may(actor, Permission.MANAGE_PEOPLE)),
            *_passing(found),
        ],
    )
    return show(screen)


def _acts(found: Post) -> list[Link]:
    own = f"{POSTS}/{found.id}"
    if queries.find_appointment(found, clock.now()) is None:
        return [Link("任命", f"{own}/appoint")]
    return [Link("交接", f"/console/handovers?post={found.id}"), Link("设代办", f"{own}/delegate")]


def _stand_ins(found: Post, manages: bool) -> Table:
    given = queries.list_delegations_of(found)
    names = queries.names_of(person for each in given for person in (each.for_person_id, each.to_person_id))
    rows = [
        (names[each.to_person_id], names[each.for_person_id], each.from_at, each.until_at, _ending(each, manages))
        for each in given
    ]
    heads = ["代办人", "代谁", "从何时起", "到何时止", "办理"]
    return Table("stand-ins", "代办", heads, rows, "没有设过代办。")


def _ending(delegation: Delegation, manages: bool) -> Link | None:
    lasts = delegation.until_at > clock.now()
    return Link("提前结束", f"{POSTS}/stand-ins/{delegation.id}/end") if manages and lasts else None


def _passing(found: Post) -> list[Table]:
    """What whoever takes the post will have in hand."""
    passing = desk.passing_over(found)
    names = divisions.names_of({each.village for each in [*passing.waiting, *passing.drafts]})
    lists = [("drafts", "在手的草稿和退回件，交接时随岗位移交", passing.drafts)] if found.role == "uploader" else []
    lists += [("waiting", "等待办理的，交接时随岗位移交", passing.waiting)]
    return [
        Table(name, caption, ["标题", "村"], [(each.title, names[each.village]) for each in items], "现在没有。")
        for name, caption, items in lists
    ]


@blueprint.route(f"{ONE}/appoint", methods=BOTH)
def appoint(post_id: str) -> Answer:
    actor, found = current_actor(), _managed(post_id)
    schema = schemas.AppointmentBody(exclude=("post",))
    act = Act(
        f"任命：{found.title}",
        "任命",
        _crumbs(found, "任命"),
        inputs_of(schema, LABELS, options={"person": people_of(found.township)}),
        lead="到何时止不填，就一直担任到交接或停用。",
    )

    def do(body: dict[str, Any]) -> Answer:
        person = queries.get_person(body["person"], actor.prefixes)
        operations.appoint(found, person, actor=actor, from_at=body["from_at"], until_at=body["until_at"])
        return done(f"已任命{person.name}担任“{found.title}”。", f"{POSTS}/{post_id}")

    return perform(act, schema, do)


@blueprint.route(f"{ONE}/delegate", methods=BOTH)
def delegate(post_id: str) -> Answer:
    actor, found = current_actor(), _managed(post_id)
    schema = schemas.DelegationBody(exclude=("post",))
    act = Act(
        f"设代办：{found.title}",
        "设代办",
        _crumbs(found, "设代办"),
        inputs_of(schema, LABELS, options={"to_person": people_of(found.township)}),
        lead="代办须有结束时间，不能再转托。代办人与担任者视为同一人，不能重复审同一件。",
    )

    def do(body: dict[str, Any]) -> Answer:
        person = queries.get_person(body["to_person"], actor.prefixes)
        operations.delegate(found, person, actor=actor, from_at=body["from_at"], until_at=body["until_at"])
        return done(f"已请{person.name}代办“{found.title}”。", f"{POSTS}/{post_id}")

    return perform(act, schema, do)


@blueprint.route(f"{POSTS}/stand-ins/<string:delegation_id>/end", methods=BOTH)
def end_stand_in(delegation_id: str) -> Answer:
    actor = current_actor()
    delegation = queries.get_delegation(delegation_id, actor.prefixes)
    found = _managed(delegation.post_id)
    names = queries.names_of((delegation.for_person_id, delegation.to_person_id))
    act = Act(
        f"提前结束代办：{found.title}",
        "结束代办",
        _crumbs(found, "提前结束代办"),
        lead="立即结束；还没有开始的，就此取消。办过的事照旧留在记录里。",
        kind="danger",
        summary=[
            ("代办人", names[delegation.to_person_id]),
            ("代谁", names[delegation.for_person_id]),
            ("从何时起", delegation.from_at),
            ("到何时止", delegation.until_at),
        ],
    )

    def do(_: dict[str, Any]) -> Answer:
        operations.end_delegation(delegation, actor=actor)
        return done("代办已结束。", f"{POSTS}/{found.id}")

    return perform(act, Nothing(), do)


def places_of(township: str) -> Options:
    """A township and its villages on the platform, for a choice."""
    place = divisions.get_division(township)
    return tuple((each.code, each.name) for each in (place, *divisions.list_disclosing((place.prefix,))))


def _post(post_id: str) -> Post:
    return queries.get_post(post_id, current_actor().prefixes)


def _managed(post_id: str) -> Post:
    found = _post(post_id)
    require(current_actor(), Permission.MANAGE_PEOPLE, found.division)
    return found


def _crumbs(found: Post, act: str) -> list[tuple[str, str | None]]:
    return crumbs(POSTS, (found.title, f"{POSTS}/{found.id}"), (act, None))
