"""Taking rows away as a file that a job writes: asking with a purpose, following it, downloading."""

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import fields

from villagepub.core.errors import NotFound
from villagepub.core.paging import PageRequest
from villagepub.core.permissions import Permission, allows, own_township, require, require_somewhere
from villagepub.divisions import queries as divisions
from villagepub.exports import handing_out, operations, queries, schemas
from villagepub.exports.kinds import KINDS, Asked, Kind
from villagepub.exports.policy import IN_HAND, State
from villagepub.exports.queries import Shown
from villagepub.exports.sources.decisions import OUTCOMES
from villagepub.layout.wording import STATES
from villagepub.ledgers.kinds import LEDGERS
from villagepub.ledgers.schemas import Choice
from villagepub.office.inputs import YES_OR_NO, Input, Options, inputs_of, written
from villagepub.office.long_work import job_address
from villagepub.office.pages.catalogue import PERIOD_HINT
from villagepub.office.pages.frame import BOTH, Answer, blueprint, crumbs, filters_asked, perform, show, values_asked
from villagepub.office.pages.ledger_files import FORMATS
from villagepub.office.pages.people import Nothing
from villagepub.office.pages.posts import places_of
from villagepub.office.screens import Act, Link, Screen, Table, Tag
from villagepub.office.words import EXPORT_STATES, STAGES
from villagepub.web.files import file_response
from villagepub.web.guards import current_actor
from villagepub.web.pages import done

EXPORTS = "/console/exports"
ONE = f"{EXPORTS}/<string:export_id>"
LABELS = {
    "kind": "种类",
    "division": "地方",
    "from": "从何时起",
    "to": "到何时止",
    "state": "状态",
    "stage": "环节",
    "entry": "目录编码",
    "group": "公开类别",
    "period": "期次",
    "q": "标题中的文字",
    "outcome": "审批结果",
    "ledger": "台账",
    "year": "年度",
    "voided": "作废",
    "subject": "对象的编号",
    "format": "格式",
    "purpose": "用途",
}
HINTS = PERIOD_HINT | {
    "purpose": "记入审计备查。",
    "entry": "例如 C02。",
    "group": "一个字母，例如 C。",
}


@blueprint.get(EXPORTS)
def exports() -> Answer:
    actor = current_actor()
    require_somewhere(actor, Permission.EXPORT)
    schema = schemas.ExportQuery()
    asked = filters_asked(schema)
    page = queries.list_exports(actor, PageRequest(asked["cursor"], asked["limit"]), kind=asked["kind"])
    kinds: Options = tuple((kind.name, kind.noun) for kind in KINDS.values())
    heads: list[str | tuple[str, str]] = ["种类", "用途", "谁提出的", "状态", ("行数", "number"), "提出", "到期"]
    screen = Screen(
        "导出",
        crumbs(EXPORTS),
        lead="提出后在后台写成文件，可以离开再回来。提出、下载、删除都记入审计。",
        buttons=[Link(f"导出{kind.noun}", f"{EXPORTS}/new/{kind.name}") for kind in _allowed()],
        filters=inputs_of(schema, LABELS, options={"kind": kinds}, skip=("cursor", "limit"), empty="不限"),
        values=values_asked(),
        tables=[Table("exports", "提出的导出，最新的在前", heads, [_row(each) for each in page.data])],
        cursor=page.next_cursor,
    )
    return show(screen)


def _allowed() -> list[Kind]:
    """The kinds that the person's posts allow."""
    township = own_township(current_actor(), Permission.EXPORT)
    return [
        kind for kind in KINDS.values() if all(allows(current_actor(), each, township) for each in kind.permissions)
    ]


def _row(given: Shown) -> tuple[Any, ...]:
    link = Link(KINDS[given.kind].noun, f"{EXPORTS}/{given.id}")
    state = Tag(*EXPORT_STATES[given.state])
    return link, given.purpose, given.owner_name, state, given.row_count, given.created_at, given.expires_at


@blueprint.route(f"{EXPORTS}/new/<string:kind>", methods=BOTH)
def new_export(kind: str) -> Answer:
    if kind not in KINDS:
        raise NotFound()
    actor, found = current_actor(), KINDS[kind]
    township = own_township(actor, Permission.EXPORT)
    for permission in found.permissions:
        require(actor, permission, township)
    more: dict[str, fields.Field[Any]] = {
        "format": Choice(FORMATS, required=True),
        "purpose": schemas.ExportBody().declared_fields["purpose"],
    }
    schema = found.filters.from_dict(more, name=f"{kind}ExportForm")()
    act = Act(
        f"导出{found.noun}",
        "提出",
        crumbs(EXPORTS, (f"导出{found.noun}", None)),
        _inputs(schema, township),
        values={"division": township},
    )

    def do(body: dict[str, Any]) -> Answer:
        form, purpose = body.pop("format"), body.pop("purpose")
        export = operations.request_export(Asked(found, form, body), purpose, actor=actor)
        return done("已提出，正在写成文件。", f"{EXPORTS}/{export.id}")

    return perform(act, schema, do)


def _inputs(schema: Any, township: str) -> list[Input]:
    options = _options() | {"division": places_of(township)}
    return inputs_of(schema, LABELS, options=options, hints=HINTS, empty="不限")


def _options() -> dict[str, Options]:
    return {
        "ledger": tuple((each.name, each.noun) for each in LEDGERS.values()),
        "outcome": tuple(OUTCOMES.items()),
        "stage": tuple(STAGES.items()),
        "state": tuple((key, words) for key, (words, _) in STATES.items()),
    }


@blueprint.get(ONE)
def export(export_id: str) -> Answer:
    given = _shown(export_id)
    own = f"{EXPORTS}/{export_id}"
    acts = []
    if given.state == State.READY:
        acts = [Link("下载", f"{own}/download", "main"), Link("删除文件", f"{own}/remove", "careful")]
    if given.state in IN_HAND:
        acts = [Link("查看进度", job_address(given.job_id))]
    title = f"导出{KINDS[given.kind].noun}"
    screen = Screen(
        title,
        crumbs(EXPORTS, (title, None)),
        warning=given.error,
        summary=[
            ("状态", Tag(*EXPORT_STATES[given.state])),
            ("用途", given.purpose),
            ("谁提出的", given.owner_name),
            ("格式", FORMATS[given.format]),
            ("条件", "\n".join(_said(given.filters))),
            ("行数", given.row_count),
            ("字节", given.size),
            ("文件的摘要", given.digest),
            ("下载次数", given.downloads),
            ("提出", given.created_at),
            ("写完", given.finished_at),
            ("到期", given.expires_at),
        ],
        buttons=acts,
    )
    return show(screen)


def _said(filters: Mapping[str, Any]) -> Iterator[str]:
    """What was asked for, as the form had it."""
    offered = _options() | {"voided": YES_OR_NO}
    for name, value in filters.items():
        place = divisions.get_division(value).name if name == "division" else None
        yield f"{LABELS.get(name, name)}：{place or dict(offered.get(name, ())).get(str(written(value)), value)}"


@blueprint.route(f"{ONE}/download", methods=BOTH)
def download(export_id: str) -> Answer:
    given = _shown(export_id)
    act = Act(
        "下载导出的文件",
        "下载",
        _crumbs(given, "下载"),
        lead="先核对摘要再发出，这次下载记入审计。请按用途使用，妥善保管。",
        summary=[("种类", KINDS[given.kind].noun), ("用途", given.purpose), ("到期", given.expires_at)],
        once=False,
    )

    def do(_: dict[str, Any]) -> Answer:
        file = handing_out.fetch_file(export_id, actor=current_actor())
        return file_response(file.pieces, file.name, file.media_type, file.size)

    return perform(act, Nothing(), do)


@blueprint.route(f"{ONE}/remove", methods=BOTH)
def remove_export(export_id: str) -> Answer:
    actor, given = current_actor(), _shown(export_id)
    lead = "文件立即不能再下载；这项导出的记录保留。"
    act = Act("删除导出的文件", "删除", _crumbs(given, "删除"), lead=lead, kind="danger")

    def do(_: dict[str, Any]) -> Answer:
        operations.remove(queries.get_visible_export(export_id, actor, lock=True), actor=actor)
        return done("文件已删除。", EXPORTS)

    return perform(act, Nothing(), do)


def _shown(export_id: str) -> Shown:
    [shown] = queries.shown([queries.get_visible_export(export_id, current_actor())])
    return shown


def _crumbs(given: Shown, act: str) -> list[tuple[str, str | None]]:
    return crumbs(EXPORTS, (f"导出{KINDS[given.kind].noun}", f"{EXPORTS}/{given.id}"), (act, None))
