"""A job before people: what it is called and about, how far it is, what came of it. One table, by its kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from villagepub.clearance.rounds import RESCREEN
from villagepub.core.tabular import Fault
from villagepub.exports.kinds import KINDS as EXPORTS
from villagepub.exports.models import Export
from villagepub.exports.operations import WRITE
from villagepub.imports.kinds import KINDS as IMPORTS
from villagepub.imports.operations import TAKE_IN
from villagepub.jobs import files, queries
from villagepub.jobs.housekeeping import VERIFY_AUDIT
from villagepub.jobs.models import Job
from villagepub.layout import wording
from villagepub.office.screens import Link, Table
from villagepub.office.words import REPORT_FILES, job_kind
from villagepub.reports.files import MAKE

JOBS, WORK = "/console/jobs", "/work"


@dataclass(frozen=True)
class Told:
    """title, about: what it is and of what. measure: what its progress counts. result: what came of it, in a sentence.

    links: to go on from there. table: what is wrong with which line.
    """

    title: str
    about: str | None = None
    measure: str = ""
    result: str | None = None
    links: tuple[Link, ...] = ()
    table: Table | None = None


def told(job: Job, exports: Mapping[str, Export]) -> Told:
    """exports: by their ids, those that are known."""
    tell = _TABLE.get(job.kind)
    return tell(job, exports) if tell else Told(job_kind(job.kind))


def job_address(job_id: str) -> str:
    return f"{JOBS}/{job_id}"


def progress_of(job: Job, measure: str) -> str | None:
    """``3,000/10,000 行``; None where there is nothing to tell yet."""
    if job.total is None:
        return f"{job.progress:,} {measure}".strip() if job.progress else None
    return f"{job.progress:,}/{job.total:,} {measure}".strip()


def faults_table(faults: list[Fault], headers: Mapping[str, str], count: int | None = None) -> Table:
    """headers: by field. count: how many there are, where not all are given."""
    rows = [
        (
            f"第 {each.line} 行" if each.line else "整个文件",
            headers.get(each.field or "", each.field or "整行"),
            each.message,
        )
        for each in faults
    ]
    shown = f"须改正的地方，前 {len(rows)} 处" if count and count > len(rows) else "须改正的地方"
    return Table("faults", shown, ["行", "列", "问题"], rows)


def _export(job: Job, exports: Mapping[str, Export]) -> Told:
    export = exports.get(job.payload["export"])
    if export is None:
        return Told(job_kind(job.kind))
    rows = f"写成 {export.row_count:,} 行。" if export.row_count is not None else None
    link = Link("看这项导出", f"/console/exports/{export.id}")
    return Told(f"导出{EXPORTS[export.kind].noun}", export.purpose, "行", rows, (link,))


def _import(job: Job, exports: Mapping[str, Export]) -> Told:
    kind, result = IMPORTS[job.payload["into"]], job.result or {}
    own = "/console/applications" if kind.name == "applications" else f"/console/ledgers/{kind.name}"
    written = f"已写入 {result['created']:,} 行。" if queries.is_done(job) else None
    links = (Link(f"看{kind.noun}", own),) if written else (Link("改正后重新导入", f"{own}/import"),)
    faults = [Fault(**each) for each in result.get("faults", ())]
    return Told(
        f"导入{kind.noun}",
        job.payload["name"],
        "行",
        written,
        () if queries.is_open(job) else links,
        faults_table(faults, kind.columns, result["fault_count"]) if faults else None,
    )


def _report(job: Job, exports: Mapping[str, Export]) -> Told:
    year = job.payload["year"]
    title, about = job_kind(job.kind), f"{year} 年度"
    if not queries.is_done(job):
        return Told(title, about, "种")
    if files.is_over(job):
        return Told(title, about, "种", "文件已到期，不再保留。", (Link("重新做成", f"/console/reports/{year}/make"),))
    links = tuple(
        Link(f"下载 {words}", f"/console/reports/files/{job.id}/{ending}") for ending, words in REPORT_FILES.items()
    )
    return Told(title, about, "种", f"可以下载，保留到 {wording.moment(files.kept_until(job))}。", links)


def _round(job: Job, exports: Mapping[str, Export]) -> Told:
    result: dict[str, Any] = job.result or {}
    if "looked_at" not in result:
        return Told(job_kind(job.kind), measure="条")
    said = f"已筛查 {result['looked_at']:,} 条，新的提示 {result['found']} 处，暂停公开 {result['suspended']} 条。"
    links = (Link("还须处理的提示", "/console/words/findings"),)
    return Told(job_kind(job.kind), None, "条", said, links)


def _audit(job: Job, exports: Mapping[str, Export]) -> Told:
    return Told(job_kind(job.kind), result="审计链完整。" if queries.is_done(job) else None)


_TABLE: Mapping[str, Callable[[Job, Mapping[str, Export]], Told]] = {
    WRITE: _export,
    TAKE_IN: _import,
    MAKE: _report,
    RESCREEN: _round,
    VERIFY_AUDIT: _audit,
}
STARTED_BY_PEOPLE = tuple(_TABLE)
"""What a person begins and waits for; the other kinds follow from acts or from the clock."""
