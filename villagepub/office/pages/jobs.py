"""Long work: how far it is, what waits for a person, trying again. A job's page can be left and come back to."""

from typing import Any

from flask import render_template

from villagepub.core.paging import PageRequest
from villagepub.core.permissions import Permission, allows, require, require_somewhere
from villagepub.divisions import queries as divisions
from villagepub.exports import queries as exports
from villagepub.imports.operations import TAKE_IN
from villagepub.jobs import operations, queries
from villagepub.jobs.models import Job
from villagepub.jobs.schemas import JobQuery
from villagepub.office.inputs import Options, inputs_of
from villagepub.office.long_work import JOBS, STARTED_BY_PEOPLE, WORK, Told, job_address, progress_of, told
from villagepub.office.pages.frame import BOTH, Answer, blueprint, crumbs, filters_asked, perform, show, values_asked
from villagepub.office.pages.people import Nothing
from villagepub.office.screens import Act, Link, Screen, Table, Tag
from villagepub.office.words import JOB_KINDS, JOB_STATES, job_kind
from villagepub.web.guards import current_actor
from villagepub.web.pages import done

ONE = f"{JOBS}/<string:job_id>"
LABELS = {"state": "状态", "kind": "任务"}
RESULTS = {
    "differences": "发现的差异",
    "first": "例如",
    "month": "月份",
    "closed": "已封账",
    "swept": "清理的文件",
    "looked_at": "已筛查",
    "found": "新的提示",
    "suspended": "暂停公开",
    "unreadable": "附件无法读取的",
}


@blueprint.get(JOBS)
def jobs() -> Answer:
    actor = current_actor()
    require_somewhere(actor, Permission.READ_LEDGERS)
    schema = JobQuery()
    asked = filters_asked(schema)
    page = queries.list_jobs(
        actor, PageRequest(asked["cursor"], asked["limit"]), state=asked["state"], kind=asked["kind"]
    )
    options: dict[str, Options] = {
        "state": tuple((key, words) for key, (words, _) in JOB_STATES.items()),
        "kind": tuple(JOB_KINDS.items()),
    }
    names = divisions.names_of({each.division for each in page.data})
    rows = [_row(each, names) for each in page.data]
    screen = Screen(
        "后台任务",
        crumbs(JOBS),
        lead="您提出的，管理员看到本乡镇全部的；最新的在前。“等人处理”的请看原因，处理后重试。",
        filters=inputs_of(schema, LABELS, options=options, skip=("cursor", "limit"), empty="不限"),
        values=values_asked(),
        tables=[Table("jobs", "任务", ["任务", "关于", "状态", "进度", "提出", "结束"], rows)],
        cursor=page.next_cursor,
    )
    return show(screen)


def _row(given: Job, names: dict[str, str]) -> tuple[Any, ...]:
    link = Link(job_kind(given.kind), job_address(given.id))
    state = Tag(*JOB_STATES[given.state])
    return link, names[given.division], state, progress_of(given, ""), given.created_at, given.finished_at


@blueprint.get(ONE)
def job(job_id: str) -> Answer:
    actor = current_actor()
    given = queries.get_visible_job(job_id, actor)
    seen = told(given, exports.find_by_id([given.payload["export"]] if "export" in given.payload else []))
    is_own = given.owner_id == actor.person_id and given.kind in STARTED_BY_PEOPLE
    return render_template(
        "office/job.html",
        job=given,
        seen=seen,
        progress=_progress(given, seen),
        state=JOB_STATES[given.state],
        about=divisions.get_division(given.division).name,
        is_open=queries.is_open(given),
        may_retry=queries.ended_in_vain(given) and allows(actor, Permission.MANAGE_JOBS, given.division),
        result=[] if seen.result or seen.table else _result(given),
        crumbs=[("我的任务", WORK), (seen.title, None)] if is_own else crumbs(JOBS, (seen.title, None)),
        list_name="我的任务" if is_own else "后台任务",
    )


def _progress(given: Job, seen: Told) -> str:
    """How far it is, before a person. A file's lines are all checked first, and then written at once."""
    if given.kind == TAKE_IN and queries.is_open(given):
        if given.progress == given.total:
            return f"{given.total:,} 行都已检查，正在写入"
        return f"已检查 {progress_of(given, seen.measure)}"
    return f"已完成 {progress_of(given, seen.measure)}"


def _result(given: Job) -> list[tuple[str, str]]:
    return [(RESULTS.get(name, name), _listed(value)) for name, value in (given.result or {}).items()]


def _listed(value: Any) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


@blueprint.route(f"{ONE}/retry", methods=BOTH)
def retry(job_id: str) -> Answer:
    actor = current_actor()
    given = queries.get_job(job_id)
    require(actor, Permission.MANAGE_JOBS, given.division)
    title = job_kind(given.kind)
    act = Act(
        f"重试：{title}",
        "重试",
        crumbs(JOBS, (title, job_address(job_id)), ("重试", None)),
        lead="从停下的地方继续。请先处理未成功的原因。",
        summary=[("未成功的原因", given.error), ("结束", given.finished_at)],
    )

    def do(_: dict[str, Any]) -> Answer:
        operations.retry(queries.get_job(job_id, lock=True), actor=actor)
        return done("已重新排队。", job_address(job_id))

    return perform(act, Nothing(), do)
