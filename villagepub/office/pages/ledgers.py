"""The ledgers: the same screens for each, made from the table of kinds."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from villagepub.accounts import queries as accounts
from villagepub.core.errors import NotFound
from villagepub.core.fields import Money
from villagepub.core.paging import PageRequest
from villagepub.core.permissions import Permission, own_township, require, require_somewhere
from villagepub.divisions import queries as divisions
from villagepub.ledgers import exports, operations, policy, queries, schemas
from villagepub.ledgers.kinds import DECLARABLE, LEDGERS, Ledger
from villagepub.ledgers.models import LedgerRow
from villagepub.ledgers.references import KINDS, numbers_of
from villagepub.office.inputs import Options, inputs_of, written
from villagepub.office.pages.frame import (
    BOTH,
    Answer,
    blueprint,
    crumbs,
    filters_asked,
    perform,
    show,
    values_asked,
)
from villagepub.office.screens import Act, Link, Screen, Table, Tag, said
from villagepub.office.sections import may
from villagepub.web.guards import current_actor
from villagepub.web.pages import done

LEDGER_LIST = "/console/ledgers"
ONE = f"{LEDGER_LIST}/<string:kind>"
ROW = f"{ONE}/rows/<string:row_id>"
CHOSEN = {
    "year": "年度",
    "from": "从哪一天",
    "to": "到哪一天",
    "voided": "已作废",
    "answered": "已回应",
    "repealed_in": "哪一年废止",
    "in_force_on": "哪一天有效",
    "open": "未办结",
    "overdue": "超期未办结",
    "disclosure": "公开信息编号",
    "application": "依申请公开编号",
    "outcome": "结果",
}
ABOUT = {"disclosure": "/console/items", "application": "/console/applications"}
LONGEST_SHOWN = 60

Head = str | tuple[str, str]


@blueprint.get(LEDGER_LIST)
def ledgers() -> Answer:
    prefixes = require_somewhere(current_actor(), Permission.READ_LEDGERS)
    whole = queries.Filters(voided=False)
    rows = [
        (
            Link(each.noun, f"{LEDGER_LIST}/{each.name}"),
            queries.count_rows(each, prefixes, whole),
            _declared(each, prefixes),
        )
        for each in LEDGERS.values()
    ]
    heads: list[Head] = ["台账", ("计数的条数", "number"), "已申报填报完毕的年度"]
    return show(Screen("台账", crumbs(LEDGER_LIST), tables=[Table("ledgers", "各项台账", heads, rows)]))


def _declared(ledger: Ledger, prefixes: tuple[str, ...]) -> str:
    return "、".join(str(each.year) for each in queries.list_declarations(ledger.name, prefixes)) or "没有"


@blueprint.get(ONE)
def ledger(kind: str) -> Answer:
    actor, found = current_actor(), ledger_of(kind)
    prefixes = require_somewhere(actor, Permission.READ_LEDGERS)
    asked = filters_asked(found.query())
    part = PageRequest(asked["cursor"], asked["limit"])
    page = queries.list_rows(found, prefixes, queries.filters_of(found, asked), part, newest_first=True)
    names = {each.township: queries.names_of(found, each.township) for each in page.data}
    about = numbers_of(page.data)
    rows = [_cells(found, each, names[each.township], about) for each in page.data]
    screen = Screen(
        f"{found.noun}台账",
        crumbs(LEDGER_LIST, (found.noun, None)),
        lead="后登记的在前，含已作废的。已申报填报完毕的年度：" + _declared(found, prefixes) + "。",
        buttons=_acts(found),
        filters=_filters(found),
        values=values_asked(),
        tables=[Table("rows", found.noun, [*_heads(found), "状态"], rows)],
        cursor=page.next_cursor,
        place=divisions.get_division(_township()).name,
    )
    return show(screen)


def _numbers(found: Ledger) -> set[str]:
    """The fields that hold one. A year is none: nobody adds or compares it."""
    shapes = found.body().fields
    return {name for name, shape in shapes.items() if isinstance(shape, fields.Integer | Money) and name != found.when}


def _heads(found: Ledger) -> list[Head]:
    numbers = _numbers(found)
    return [(title, "number") if name in numbers else title for name, title in found.columns.items()]


def _cells(found: Ledger, row: LedgerRow, names: Any, about: Mapping[str, str]) -> list[Any]:
    """As the list shows them. A number that nobody entered is not told in a word that could mean 0."""
    numbers = _numbers(found)
    given = zip(found.columns, _shown(found, row, names, about), strict=True)
    first, *rest = ("未填" if cell is None and name in numbers else _short(cell) for name, cell in given)
    state = Tag("已作废") if row.is_voided else Tag("计数", "good")
    return [Link(said(first), f"{LEDGER_LIST}/{found.name}/rows/{row.id}"), *rest, state]


def _shown(found: Ledger, row: LedgerRow, names: Any, about: Mapping[str, str]) -> list[Any]:
    """The fields of a row, and for the id of what it is about the number with a link. about: as ``numbers_of``."""
    return [
        Link(about.get(str(cell), str(cell)), f"{ABOUT[name]}/{cell}") if cell and name in KINDS else cell
        for name, cell in zip(found.columns, exports.cells_of(found, row, names), strict=True)
    ]


def _terms(found: Ledger, row: LedgerRow) -> list[tuple[str, Any]]:
    cells = _shown(found, row, queries.names_of(found, row.township), numbers_of([row]))
    return list(zip(found.columns.values(), cells, strict=True))


def _short(cell: Any) -> Any:
    is_long = isinstance(cell, str) and len(cell) > LONGEST_SHOWN
    return f"{cell[:LONGEST_SHOWN]}…" if is_long else cell


def _acts(found: Ledger) -> list[Link]:
    actor, own = current_actor(), f"{LEDGER_LIST}/{found.name}"
    acts = []
    if may(actor, Permission.KEEP_LEDGERS):
        acts = [
            Link("登记一条", f"{own}/new", "main"),
            Link("导入", f"{own}/import"),
            Link("申报填报完毕", f"{own}/declare"),
        ]
    if may(actor, Permission.EXPORT):
        acts.append(Link("导出", f"{own}/export"))
    return acts


def _filters(found: Ledger) -> list[Any]:
    labels = CHOSEN | {found.key: found.columns[found.key]} if found.key else CHOSEN
    skip = ("cursor", "limit", "division")
    return inputs_of(
        found.query(),
        labels,
        options=options_of(found, _township()),
        skip=skip,
        hints=dict.fromkeys(labels, ""),
        empty="不限",
    )


def _township() -> str:
    return own_township(current_actor(), Permission.READ_LEDGERS)


def options_of(found: Ledger, township: str) -> dict[str, Options]:
    """What may be chosen: of the channels those that people count."""
    names = {field: dict(each) for field, each in queries.names_of(found, township).items()}
    for channel in queries.list_channels(township):
        if channel.counted_from_disclosures:
            names.get("channel", {}).pop(channel.key, None)
    return {field: tuple(each.items()) for field, each in names.items()}


@blueprint.route(f"{ONE}/new", methods=BOTH)
def new_row(kind: str) -> Answer:
    actor, found = current_actor(), ledger_of(kind)
    township = own_township(actor, Permission.KEEP_LEDGERS)
    schema = found.body()
    inputs = inputs_of(schema, options=options_of(found, township))
    act = Act(f"登记一条{found.noun}", "登记", ledger_crumbs(found, ("登记", None)), inputs)

    def do(body: dict[str, Any]) -> Answer:
        row = operations.create_row(found, body, actor=actor, township=township)
        return done(f"已登记一条{found.noun}。", f"{LEDGER_LIST}/{kind}/rows/{row.id}")

    return perform(act, schema, do)


@blueprint.get(ROW)
def row(kind: str, row_id: str) -> Answer:
    actor, found = current_actor(), ledger_of(kind)
    given = queries.get_row(found, row_id, actor.prefixes)
    require(actor, Permission.READ_LEDGERS, given.township)
    own, title = f"{LEDGER_LIST}/{kind}/rows/{row_id}", f"一条{found.noun}"
    by_hand = not policy.is_from_feedback(given)
    keeps = may(actor, Permission.KEEP_LEDGERS) and not given.is_voided and by_hand
    by = accounts.names_of([given.created_by] if given.created_by else [])
    screen = Screen(
        title,
        ledger_crumbs(found, (title, None)),
        lead=None if by_hand else "由小程序中的群众反映自动登记，在群众反映中办理，台账随之更新。",
        summary=[
            *_terms(found, given),
            ("状态", Tag("已作废") if given.is_voided else Tag("计数", "good")),
            ("作废时间", given.voided_at),
            ("作废的理由", given.void_reason),
            ("登记人", "、".join(by.values())),
            ("登记时间", given.created_at),
            ("修改时间", given.edited_at),
            ("编号", given.id),
        ],
        buttons=_acts_on_row(found, own) if keeps else (),
        place=divisions.get_division(given.township).name,
    )
    return show(screen)


def _acts_on_row(found: Ledger, own: str) -> list[Link]:
    return [
        Link("修改", f"{own}/edit"),
        Link("作废", f"{own}/void", "careful"),
        Link("再登记一条", f"{LEDGER_LIST}/{found.name}/new"),
    ]


@blueprint.route(f"{ROW}/edit", methods=BOTH)
def edit_row(kind: str, row_id: str) -> Answer:
    actor, found = current_actor(), ledger_of(kind)
    given = _kept(found, row_id)
    numbers = numbers_of([given])
    about = {name: numbers[value] for name in KINDS if (value := getattr(given, name, "")) in numbers}
    schema = found.body()
    act = Act(
        f"修改一条{found.noun}",
        "保存",
        ledger_crumbs(found, (f"一条{found.noun}", f"{LEDGER_LIST}/{kind}/rows/{row_id}"), ("修改", None)),
        inputs_of(schema, options=options_of(found, given.township)),
        values={name: written(getattr(given, name)) for name in found.columns} | about,
    )

    def do(body: dict[str, Any]) -> Answer:
        kept = {name: getattr(given, name) for name, number in about.items() if body[name] == number}
        operations.edit_row(found, _locked(found, row_id), body | kept, actor=actor)
        return done("已保存。", f"{LEDGER_LIST}/{kind}/rows/{row_id}")

    return perform(act, schema, do)


@blueprint.route(f"{ROW}/void", methods=BOTH)
def void_row(kind: str, row_id: str) -> Answer:
    actor, found = current_actor(), ledger_of(kind)
    given = _kept(found, row_id)
    schema = schemas.VoidBody()
    act = Act(
        f"作废一条{found.noun}",
        "作废",
        ledger_crumbs(found, (f"一条{found.noun}", f"{LEDGER_LIST}/{kind}/rows/{row_id}"), ("作废", None)),
        inputs_of(schema, {"reason": "作废的理由"}),
        lead="不删除，只是不再计数，也不能恢复。只是填错了内容的，不必作废，请用“修改”。",
        kind="danger",
        summary=_terms(found, given),
    )

    def do(body: dict[str, Any]) -> Answer:
        operations.void_row(found, _locked(found, row_id), body["reason"], actor=actor)
        return done("已作废，不再计数。", f"{LEDGER_LIST}/{kind}/rows/{row_id}")

    return perform(act, schema, do)


@blueprint.route(f"{ONE}/declare", methods=BOTH)
def declare(kind: str) -> Answer:
    """Of the applications too, which are kept elsewhere and declared like a ledger."""
    if kind not in DECLARABLE:
        raise NotFound()
    actor, noun = current_actor(), DECLARABLE[kind]
    township = own_township(actor, Permission.KEEP_LEDGERS)
    schema = schemas.DeclarationBody(exclude=("division",))
    declared = queries.list_declarations(kind, (township,))
    home = f"{LEDGER_LIST}/{kind}" if kind in LEDGERS else "/console/applications"
    act = Act(
        f"申报{noun}台账填报完毕",
        "申报",
        crumbs(LEDGER_LIST, (noun, home), ("申报填报完毕", None)),
        inputs_of(schema, {"year": "年度"}, hints={"year": "写作 2022；这一年 12 月 31 日起才能申报"}),
        lead="申报之后，这一年没有登记的即为 0；申报之前为“未填报”。",
        tables=[
            Table(
                "declared", "已申报的年度", ["年度", "申报时间"], [(each.year, each.declared_at) for each in declared]
            )
        ],
    )

    def do(body: dict[str, Any]) -> Answer:
        operations.declare(kind, body["year"], actor=actor, township=township)
        return done(f"已申报{noun}台账 {body['year']} 年填报完毕。", home)

    return perform(act, schema, do)


def ledger_of(kind: str) -> Ledger:
    """Raises NotFound for a name that no ledger has."""
    if kind not in LEDGERS:
        raise NotFound()
    return LEDGERS[kind]


def ledger_crumbs(found: Ledger, *more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    return crumbs(LEDGER_LIST, (found.noun, f"{LEDGER_LIST}/{found.name}"), *more)


def _kept(found: Ledger, row_id: str) -> LedgerRow:
    """The row, for whoever may change it."""
    given = queries.get_row(found, row_id, current_actor().prefixes)
    require(current_actor(), Permission.KEEP_LEDGERS, given.township)
    return given


def _locked(found: Ledger, row_id: str) -> LedgerRow:
    return queries.get_row(found, row_id, current_actor().prefixes, lock=True)
