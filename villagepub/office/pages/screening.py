"""The screening: words, findings that wait for somebody, screening again, and incidents with marks of secrecy."""

from typing import Any

from villagepub.clearance import incidents, queries, rounds, schemas, words
from villagepub.clearance.models import Incident, KnownFinding, ScreeningWord
from villagepub.core.paging import PageRequest
from villagepub.core.permissions import Permission, allows, own_township, require, require_somewhere
from villagepub.divisions import queries as divisions
from villagepub.jobs import queries as jobs
from villagepub.office.inputs import Options, inputs_of
from villagepub.office.long_work import job_address
from villagepub.office.pages.frame import (
    BOTH,
    Answer,
    blueprint,
    crumbs,
    filters_asked,
    page_asked,
    perform,
    show,
    values_asked,
)
from villagepub.office.pages.people import Nothing
from villagepub.office.screens import Act, Link, Screen, Table, Tag
from villagepub.office.sections import may
from villagepub.office.words import FINDING_KINDS, JOB_STATES, SEVERITIES, text_words
from villagepub.web.guards import current_actor
from villagepub.web.pages import done

WORDS, INCIDENTS = "/console/words", "/console/incidents"
LABELS = {
    "text": "词",
    "kind": "发现后归为",
    "entry": "只用于目录中的哪一项",
    "reason": "理由",
    "appealed": "等待答复的申诉",
    "severity": "轻重",
    "handled": "已处置",
    "handling": "处置情况",
}
HINTS = {
    "kind": "不选即为安全词：这个词不再提示。",
    "entry": "目录编码，例如 C02；不填用于全部。",
    "handling": "核查和处置的情况；不要写入涉密内容。",
}
_SHOWN_ROUNDS = 5


@blueprint.get(WORDS)
def screening_words() -> Answer:
    actor = current_actor()
    prefixes = require_somewhere(actor, Permission.READ_FINDINGS)
    manages = may(actor, Permission.MANAGE_SCREENING)
    page = queries.list_words(prefixes, page_asked())
    rows = [_word_row(each, manages) for each in page.data]
    acts = [Link("添加一个词", f"{WORDS}/new", "main"), Link("重新筛查", f"{WORDS}/run")] if manages else []
    screen = Screen(
        "筛查词和提示",
        crumbs(WORDS),
        lead="本乡镇添加的词立即生效，已公开的随后重新筛查。",
        buttons=[*acts, Link("还须处理的提示", f"{WORDS}/findings")],
        tables=[
            Table("words", "本乡镇添加的词", ["词", "归为", "用于", "理由", "添加", "状态", "办理"], rows),
            _rounds(),
        ],
        cursor=page.next_cursor,
    )
    return show(screen)


def _word_row(given: ScreeningWord, manages: bool) -> tuple[Any, ...]:
    in_use = given.removed_at is None
    kind = FINDING_KINDS[given.kind] if given.kind else "安全词"
    remove = Link("停用", f"{WORDS}/{given.id}/remove") if manages and in_use else None
    state = Tag("在用", "good") if in_use else Tag("已停用")
    return given.text, kind, given.entry or "全部", given.reason, given.added_at, state, remove


def _rounds() -> Table:
    """The latest rounds that this person may follow, each with its page."""
    page = jobs.list_jobs(current_actor(), PageRequest(None, _SHOWN_ROUNDS), kind=rounds.RESCREEN)
    rows = [
        (
            Link("重新筛查", job_address(each.id)),
            Tag(*JOB_STATES[each.state]),
            each.progress,
            each.total,
            each.created_at,
        )
        for each in page.data
    ]
    return Table("rounds", "重新筛查的进度", ["任务", "状态", ("已筛查", "number"), ("共", "number"), "开始"], rows)


@blueprint.route(f"{WORDS}/new", methods=BOTH)
def new_word() -> Answer:
    actor = current_actor()
    township = own_township(actor, Permission.MANAGE_SCREENING)
    schema = schemas.NewWordBody(exclude=("division",))
    kinds: Options = tuple((kind, FINDING_KINDS[kind]) for kind in schemas.WORD_KINDS)
    inputs = inputs_of(schema, LABELS, options={"kind": kinds}, hints=HINTS, empty="安全词")
    act = Act("添加一个筛查词", "添加", crumbs(WORDS, ("添加", None)), inputs)

    def do(body: dict[str, Any]) -> Answer:
        word = words.add(actor=actor, township=township, **body)
        return done(f"已添加“{word.text}”，已公开的随后重新筛查。", WORDS)

    return perform(act, schema, do)


@blueprint.route(f"{WORDS}/<string:word_id>/remove", methods=BOTH)
def remove_word(word_id: str) -> Answer:
    actor = current_actor()
    word = queries.get_word(word_id, actor.prefixes)
    require(actor, Permission.MANAGE_SCREENING, word.township)
    schema = schemas.FindingReasonBody()
    title = f"停用“{word.text}”"
    act = Act(title, "停用", crumbs(WORDS, (title, None)), inputs_of(schema, LABELS), kind="danger")

    def do(body: dict[str, Any]) -> Answer:
        words.remove(queries.get_word(word_id, actor.prefixes, lock=True), actor=actor, reason=body["reason"])
        return done("已停用。", WORDS)

    return perform(act, schema, do)


@blueprint.route(f"{WORDS}/run", methods=BOTH)
def screen_again() -> Answer:
    actor = current_actor()
    township = own_township(actor, Permission.MANAGE_SCREENING)
    act = Act(
        "重新筛查",
        "开始",
        crumbs(WORDS, ("重新筛查", None)),
        lead="按现行规则重新筛查审批中和已公开的信息。时间较长，可以离开再回来看进度。",
    )

    def do(_: dict[str, Any]) -> Answer:
        return done("已开始重新筛查。", job_address(rounds.queue_round(township, actor=actor).id))

    return perform(act, Nothing(), do)


@blueprint.get(f"{WORDS}/findings")
def findings() -> Answer:
    prefixes = require_somewhere(current_actor(), Permission.READ_FINDINGS)
    schema = schemas.FindingQuery()
    asked = filters_asked(schema)
    filters = queries.Filters(is_appealed=asked["appealed"], severity=asked["severity"])
    page = queries.list_open_findings(prefixes, filters, PageRequest(asked["cursor"], asked["limit"]))
    names = divisions.names_of({each.village for each in page.data})
    options: dict[str, Options] = {"severity": tuple((key, text) for key, (text, _) in SEVERITIES.items())}
    skip = ("cursor", "limit", "division")
    screen = Screen(
        "还须处理的提示",
        crumbs(WORDS, ("提示", None)),
        lead="由上传人改正或说明理由，申诉由保密专干答复。片段已遮盖。",
        filters=inputs_of(schema, LABELS | {"appealed": "申诉"}, options=options, skip=skip, empty="不限"),
        values=values_asked(),
        tables=[
            Table(
                "findings",
                "最新的在前",
                ["片段", "村", "种类", "轻重", "位置", "理由", "发现"],
                [_finding_row(each, names) for each in page.data],
            )
        ],
        cursor=page.next_cursor,
    )
    return show(screen)


def _finding_row(given: KnownFinding, names: dict[str, str]) -> tuple[Any, ...]:
    kind, severity = FINDING_KINDS[given.kind], Tag(*SEVERITIES[given.severity])
    return given.excerpt_masked, names[given.village], kind, severity, given.place, given.reason, given.found_at


@blueprint.get(INCIDENTS)
def list_incidents() -> Answer:
    prefixes = require_somewhere(current_actor(), Permission.READ_INCIDENTS)
    schema = schemas.IncidentQuery()
    asked = filters_asked(schema)
    page = queries.list_incidents(prefixes, PageRequest(asked["cursor"], asked["limit"]), is_handled=asked["handled"])
    names = divisions.names_of({each.village for each in page.data})
    screen = Screen(
        "密级标志事件",
        crumbs(INCIDENTS),
        lead="拦截到密级标志的事件。内容没有保存，只留摘要；由保密专干登记处置情况。",
        filters=inputs_of(schema, LABELS, skip=("cursor", "limit", "division"), empty="不限"),
        values=values_asked(),
        tables=[
            Table(
                "incidents",
                "最新的在前",
                ["时间", "地方", "在哪里", "是否已存入", "处置", "处置情况"],
                [_incident_row(each, names) for each in page.data],
            )
        ],
        cursor=page.next_cursor,
    )
    return show(screen)


def _incident_row(given: Incident, names: dict[str, str]) -> tuple[Any, ...]:
    may_handle = allows(current_actor(), Permission.HANDLE_INCIDENTS, given.village)
    waiting = Link("登记处置", f"{INCIDENTS}/{given.id}/handle") if may_handle else Tag("等待处置", "warn")
    where = text_words(given.field)
    return given.at, names[given.village], where, given.was_stored, given.handled_at or waiting, given.handling


@blueprint.route(f"{INCIDENTS}/<string:incident_id>/handle", methods=BOTH)
def handle_incident(incident_id: str) -> Answer:
    actor = current_actor()
    incident = queries.get_incident(incident_id, actor.prefixes)
    require(actor, Permission.HANDLE_INCIDENTS, incident.village)
    schema = schemas.HandlingBody()
    act = Act(
        "登记处置情况",
        "登记",
        crumbs(INCIDENTS, ("登记处置", None)),
        inputs_of(schema, LABELS, hints=HINTS),
        summary=[("时间", incident.at), ("在哪里", text_words(incident.field)), ("摘要", incident.digest)],
    )

    def do(body: dict[str, Any]) -> Answer:
        locked = queries.get_incident(incident_id, actor.prefixes, lock=True)
        incidents.handle(locked, actor=actor, handling=body["handling"])
        return done("已登记处置情况。", INCIDENTS)

    return perform(act, schema, do)
