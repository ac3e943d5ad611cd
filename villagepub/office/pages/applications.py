"""Applications: the list with its clocks, one with its course and the reasons of its dates, letters."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from marshmallow import Schema

from villagepub.applications import operations, queries, schemas, seeing
from villagepub.applications.applicants import KIND_LABELS
from villagepub.applications.deadline import DueStatus
from villagepub.applications.fees import Basis
from villagepub.applications.letters.document import as_docx, file_name
from villagepub.applications.letters.occasions import get_occasion, list_occasions
from villagepub.applications.models import Application
from villagepub.applications.outcomes import ENDINGS, GROUNDS
from villagepub.applications.policy import NEEDED, ONLY_AFTERWARDS
from villagepub.applications.receipt import CHANNELS
from villagepub.applications.workflow import ALWAYS, KIND_NAMES, OPTIONAL, STATE_NAMES, Kind, State, find_move
from villagepub.core import word
from villagepub.core.errors import NotFound
from villagepub.core.fields import Day
from villagepub.core.paging import PageRequest
from villagepub.core.permissions import Permission, own_township, require, require_somewhere
from villagepub.extensions import settings
from villagepub.layout.wording import day
from villagepub.office.inputs import Input, Options, inputs_of, written
from villagepub.office.pages.frame import (
    BOTH,
    Answer,
    blueprint,
    crumbs,
    filters_asked,
    perform,
    query,
    show,
    values_asked,
)
from villagepub.office.screens import Act, Link, Screen, Table, Tag, day_of
from villagepub.office.sections import may
from villagepub.web.files import bytes_response
from villagepub.web.guards import current_actor
from villagepub.web.pages import done

APPLICATIONS = "/console/applications"
ONE = f"{APPLICATIONS}/<string:application_id>"
REPLIES = {"consent": "同意公开", "refuse": "不同意公开", "silent": "逾期未答复"}
BASES = {Basis.ITEMS: "按件", Basis.PAGES: "按页"}
OUTCOMES = {str(key): ending.label for key, ending in ENDINGS.items()}
OPTIONS: dict[str, Options] = {
    "channel": tuple(CHANNELS.items()),
    "applicant_kind": tuple(KIND_LABELS.items()),
    "outcome": tuple(OUTCOMES.items()),
    "reply": tuple(REPLIES.items()),
    "basis": tuple((key.value, words) for key, words in BASES.items()),
    "ground": tuple((str(key), OUTCOMES[str(key)]) for key in GROUNDS),
    "state": tuple((key.value, words) for key, words in STATE_NAMES.items()),
}
CHOSEN = {
    "state": "状态",
    "year": "收到的年度",
    "due": "期限在这一天或之前",
    "overdue": "已过期限",
    "voided": "作废",
    "q": "编号或事项",
}
DUE: Mapping[str, tuple[str, str]] = {
    DueStatus.NOT_STARTED: ("尚未起算", "plain"),
    DueStatus.FIXED: ("已定", "good"),
    DueStatus.PROVISIONAL: ("暂定", "warn"),
    DueStatus.PAUSED: ("暂停", "info"),
    DueStatus.CLOSED: ("已办结", "plain"),
}
SIDE_CLOCKS = {
    "correction_request": "告知补正的期限",
    "correction": "申请人补正的期限",
    "third_party": "第三方答复的期限",
    "agency": "其他机关答复的期限",
    "fee": "申请人缴费的期限",
}
HOW = (
    "收到之日起 20 个工作日内答复（条例第三十三条）。需要补正的，补正后重新起算；"
    "征求第三方和其他机关意见的时间不计算在内；经负责人同意可以延长一次，最多 20 个工作日。每一次变动的理由都列在下面。"
)


@blueprint.get(APPLICATIONS)
def applications() -> Answer:
    actor = current_actor()
    prefixes = require_somewhere(actor, Permission.READ_APPLICATIONS)
    schema = schemas.ApplicationQuery(only=(*CHOSEN, "cursor", "limit"))
    asked = filters_asked(schema)
    names = all(seeing.may_read_applicants(actor, prefix.ljust(12, "0")) for prefix in prefixes)
    filters = queries.Filters(names=names, **{name: asked[name] for name in CHOSEN})
    page = queries.list_applications(prefixes, filters, PageRequest(asked["cursor"], asked["limit"]))
    heads = ["编号", "事项", "申请人", "收到", "状态", "答复期限", "期限的状态"]
    screen = Screen(
        "依申请公开",
        crumbs(APPLICATIONS),
        lead="按登记先后，含已作废的。",
        buttons=_list_acts(),
        filters=inputs_of(
            schema, CHOSEN, options=OPTIONS, skip=("cursor", "limit"), hints=dict.fromkeys(CHOSEN, ""), empty="不限"
        ),
        values=values_asked(),
        tables=[Table("applications", "申请", heads, [_row(each) for each in seeing.page_seen_by(actor, page).data])],
        cursor=page.next_cursor,
    )
    return show(screen)


def _row(given: seeing.Shown) -> tuple[Any, ...]:
    link = Link(given.number, f"{APPLICATIONS}/{given.id}")
    return link, given.subject, given.applicant_name, given.received_on, _state(given), given.due_on, _due(given)


def _state(given: seeing.Shown) -> Tag:
    if given.is_voided:
        return Tag("已作废")
    return Tag(STATE_NAMES[State(given.state)], "good" if given.state == "closed" else "info")


def _due(given: seeing.Shown) -> Tag:
    return Tag("已过期限", "bad") if seeing.is_overdue(given) else Tag(*DUE[given.due_status])


def _list_acts() -> list[Link]:
    actor = current_actor()
    acts = []
    if may(actor, Permission.KEEP_APPLICATIONS):
        acts = [
            Link("登记一件申请", f"{APPLICATIONS}/new", "main"),
            Link("导入", f"{APPLICATIONS}/import"),
            Link("申报填报完毕", "/console/ledgers/applications/declare"),
        ]
    if may(actor, Permission.READ_APPLICANTS) and may(actor, Permission.EXPORT):
        acts.append(Link("导出", f"{APPLICATIONS}/export"))
    return acts


@blueprint.route(f"{APPLICATIONS}/new", methods=BOTH)
def register_application() -> Answer:
    actor = current_actor()
    township = own_township(actor, Permission.KEEP_APPLICATIONS)
    schema = schemas.ApplicationBody()
    act = Act(
        "登记一件申请",
        "登记",
        crumbs(APPLICATIONS, ("登记", None)),
        sorted(_needed(inputs_of(schema, options=OPTIONS)), key=lambda each: each.name in ONLY_AFTERWARDS),
        lead="收到之日由提交方式和时间得出（条例第三十一条），不直接填写。事后补登的，不知道的可以不填。",
    )

    def do(body: dict[str, Any]) -> Answer:
        application = operations.register(body, actor=actor, township=township)
        return done(f"已登记，编号 {application.number}。", f"{APPLICATIONS}/{application.id}")

    return perform(act, schema, do)


def _needed(inputs: list[Input]) -> list[Input]:
    """Not marked as left to choice where only what is recorded afterwards may lack it."""
    return [replace(each, optional=each.optional and each.name not in NEEDED) for each in inputs]


@blueprint.get(ONE)
def application(application_id: str) -> Answer:
    actor, found = current_actor(), _application(application_id)
    require(actor, Permission.READ_APPLICATIONS, found.township)
    given = seeing.seen_by(actor)(found)
    screen = Screen(
        f"申请 {given.number}",
        crumbs(APPLICATIONS, (given.number, None)),
        lead=HOW,
        warning=_missing(given),
        summary=_summary(given),
        buttons=_acts(found),
        downloads=_letters(found),
        tables=[_reasons(given), _side_clocks(given), _events(given), _changes(given)],
    )
    return show(screen)


def _missing(given: seeing.Shown) -> str | None:
    if given.missing_years:
        years = "、".join(map(str, given.missing_years))
        return f"{years} 年的工作日历还没有导入，期限为暂定，导入后自动重算。"
    if given.missing_regional_years and given.on_time is None:
        years = "、".join(map(str, given.missing_regional_years))
        return f"{years} 年本地区的放假还没有录入，期限可能顺延，录入后自动重算。"
    return None


def _summary(given: seeing.Shown) -> list[tuple[str, Any]]:
    return [
        ("状态", _state(given)),
        ("答复期限", given.due_on),
        ("期限的状态", _due(given)),
        ("只按全国放假安排的期限", given.national_due_on if given.national_due_on != given.due_on else None),
        ("收到之日", given.received_on),
        ("提交方式", CHANNELS[given.channel] if given.channel else None),
        ("提交时间", given.submitted_at),
        ("确认时间", given.confirmed_at),
        ("申请人类别", KIND_LABELS[given.applicant_kind] if given.applicant_kind else None),
        ("申请人", given.applicant_name),
        ("申请事项", given.subject),
        ("申请内容", given.content),
        ("办理结果", OUTCOMES[given.outcome] if given.outcome else None),
        ("办结日期", given.closed_on),
        ("是否按期", given.on_time),
        ("作废的理由", given.void_reason),
    ]


def _reasons(given: seeing.Shown) -> Table:
    rows = [
        (each["text"], each["article"], each.get("days") or None, day_of(each.get("due_on")))
        for each in given.due_reasons
    ]
    return Table("reasons", "期限怎样算出来的", ["步骤", "依据", ("工作日", "number"), "期限到"], rows, "尚未起算。")


def _side_clocks(given: seeing.Shown) -> Table:
    rows = [
        (SIDE_CLOCKS[each["key"]], each["article"], day_of(each["due_on"]), day_of(each["ended_on"]) or "还在等")
        for each in given.side_clocks
    ]
    return Table("side-clocks", "办理中的其他期限", ["期限", "依据", "到哪一天", "结束"], rows, "没有。")


def _events(given: seeing.Shown) -> Table:
    rows = [
        (KIND_NAMES[Kind(each.kind)], each.at, "\n".join(_said(each.details)), each.recorded_at)
        for each in given.events
    ]
    return Table("events", "办理经过", ["经过", "发生的时间", "内容", "登记时间"], rows, "还没有登记经过。")


def _said(details: dict[str, Any]) -> list[str]:
    titles = {name: each.metadata.get("title", name) for name, each in schemas.EventBody().fields.items()}
    named = {name: dict(offered) for name, offered in OPTIONS.items()}
    return [
        f"{titles.get(name, name)}：{named.get(name, {}).get(str(value)) or _in_words(name, value)}"
        for name, value in details.items()
        if value is not None and name != "event"
    ]


def _in_words(name: str, value: Any) -> Any:
    """A detail that JSON has as text, where it is a day."""
    return day(day_of(value)) if isinstance(schemas.EventBody().fields.get(name), Day) else value


def _changes(given: seeing.Shown) -> Table:
    rows = [
        (each.at, each.old_due_on or "无", each.new_due_on or "无", each.reason, each.edition)
        for each in given.due_changes
    ]
    return Table("changes", "期限的每一次变动", ["时间", "原期限", "新期限", "理由", "工作日历"], rows, "没有变动。")


def _acts(found: Application) -> list[Link]:
    own = f"{APPLICATIONS}/{found.id}"
    if not may(current_actor(), Permission.KEEP_APPLICATIONS) or found.is_voided:
        return []
    acts = [Link(KIND_NAMES[Kind(kind)], f"{own}/events/{kind}") for kind in seeing.next_kinds(found)]
    acts.append(Link("修改文字", f"{own}/edit"))
    if found.standing_events:
        acts.append(Link("撤销误登", f"{own}/events/{Kind.RESCINDED}", "careful"))
    return [*acts, Link("作废", f"{own}/void", "careful")]


def _letters(found: Application) -> list[Link]:
    """Those that can be drawn up now, for who may read who the applicant is."""
    if not seeing.may_read_applicants(current_actor(), found.township) or found.is_voided:
        return []
    return [
        Link(f"文书：{each.letter.title}（{day(each.on)}）", _letter_address(found, each.letter.key, each.event))
        for each in list_occasions(found)
        if not each.lacking
    ]


def _letter_address(found: Application, letter: str, event: Any) -> str:
    address = f"{APPLICATIONS}/{found.id}/letters/{letter}.docx"
    return f"{address}?event={event.id}" if event else address


@blueprint.get(f"{ONE}/letters/<string:letter>.docx")
def letter_docx(application_id: str, letter: str) -> Answer:
    found = _application(application_id)
    require(current_actor(), Permission.READ_APPLICANTS, found.township)
    occasion = get_occasion(found, letter, query(schemas.LetterQuery())["event"])
    return bytes_response(as_docx(occasion, settings.letters_dir), file_name(occasion), word.MEDIA_TYPE)


@blueprint.route(f"{ONE}/events/<string:kind>", methods=BOTH)
def add_event(application_id: str, kind: str) -> Answer:
    actor, found = current_actor(), _kept(application_id)
    if kind not in list(Kind):
        raise NotFound()
    happened = Kind(kind)
    schema = schemas.EventBody(only=_fields_of(found, happened))
    name = KIND_NAMES[happened]
    act = Act(
        f"登记：{name}",
        "登记",
        _crumbs(found, name),
        _event_inputs(found, happened, schema),
        lead="答复期限随之重新计算，理由列在这件申请里。登错了的，从最后一项起撤销。",
        summary=[("编号", found.number), ("现在的状态", STATE_NAMES[State(found.state)]), ("答复期限", found.due_on)],
    )

    def do(body: dict[str, Any]) -> Answer:
        said = {name: body.get(name) for name in schemas.EventBody().fields if name not in ("kind", "at")}
        locked = _application(application_id, lock=True)
        operations.add_event(locked, happened, body.get("at"), said, actor=actor)
        return done(f"已登记“{name}”。", f"{APPLICATIONS}/{application_id}")

    return perform(act, schema, do)


def _fields_of(found: Application, kind: Kind) -> tuple[str, ...]:
    """What the event must and may bring, as the table of the workflow says."""
    if kind is Kind.RESCINDED:
        return ("event", "reason")
    move = find_move(found.state, kind)
    return ("at", *(move.required if move else ()), *OPTIONAL[kind], *ALWAYS)


def _event_inputs(found: Application, kind: Kind, schema: Schema) -> list[Input]:
    last: Options = tuple((each.id, KIND_NAMES[Kind(each.kind)]) for each in found.standing_events[-1:])
    move = find_move(found.state, kind)
    needed = {"at", "event", "reason", *(move.required if move else ())}
    return [
        Input(each.name, each.label, each.kind, each.hint, each.name not in needed, each.options, each.empty)
        for each in inputs_of(schema, options=OPTIONS | {"event": last}, hints={"at": "不能晚于现在。"})
    ]


@blueprint.route(f"{ONE}/edit", methods=BOTH)
def edit_application(application_id: str) -> Answer:
    actor, found = current_actor(), _kept(application_id)
    schema = schemas.TextsBody()
    inputs = inputs_of(schema, options=OPTIONS)
    act = Act(
        "修改申请的文字",
        "保存",
        _crumbs(found, "修改文字"),
        inputs if found.recorded_afterwards else _needed(inputs),
        lead="期限所依据的只能通过办理经过改变。",
        values={name: written(getattr(found, name)) for name in schema.fields if hasattr(found, name)},
    )

    def do(body: dict[str, Any]) -> Answer:
        operations.edit(_application(application_id, lock=True), body, actor=actor)
        return done("已保存。", f"{APPLICATIONS}/{application_id}")

    return perform(act, schema, do)


@blueprint.route(f"{ONE}/void", methods=BOTH)
def void_application(application_id: str) -> Answer:
    actor, found = current_actor(), _kept(application_id)
    schema = schemas.VoidApplicationBody()
    act = Act(
        f"作废申请 {found.number}",
        "作废",
        _crumbs(found, "作废"),
        inputs_of(schema, {"reason": "作废的理由"}),
        lead="不删除，只是不再计数；编号不再使用。",
        kind="danger",
    )

    def do(body: dict[str, Any]) -> Answer:
        operations.void(_application(application_id, lock=True), body["reason"], actor=actor)
        return done("已作废，不再计数。", f"{APPLICATIONS}/{application_id}")

    return perform(act, schema, do)


def _application(application_id: str, *, lock: bool = False) -> Application:
    return queries.get_application(application_id, current_actor().prefixes, lock=lock)


def _kept(application_id: str) -> Application:
    found = _application(application_id)
    require(current_actor(), Permission.KEEP_APPLICATIONS, found.township)
    return found


def _crumbs(found: Application, act: str) -> list[tuple[str, str | None]]:
    return crumbs(APPLICATIONS, (found.number, f"{APPLICATIONS}/{found.id}"), (act, None))
