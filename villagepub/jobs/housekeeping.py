"""The first kinds: closing months, and holding totals and the audit chain against a recount every night."""

import structlog

from villagepub.bulletins import operations as bulletins
from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.permissions import Permission, require
from villagepub.disclosures import attachments
from villagepub.divisions import queries as divisions
from villagepub.extensions import db
from villagepub.jobs import files, operations
from villagepub.jobs.context import JobContext
from villagepub.jobs.kinds import JobRefused, Payload, Result
from villagepub.jobs.models import Job
from villagepub.statistics import counting
from villagepub.statistics import queries as statistics_queries

CLOSE_MONTH, VERIFY_STATISTICS, VERIFY_AUDIT = "statistics.close_month", "statistics.verify", "audit.verify"
SWEEP_FILES, VERIFY_FILES = "files.sweep", "files.verify"
SCHEDULER = Actor.system("schedule")
MOST_SHOWN = 20

log = structlog.get_logger("villagepub.housekeeping")


def queue_closings() -> None:
    """Last month, for each township in which it is open."""
    for place, month in statistics_queries.list_due_closings(clock.today()):
        operations.enqueue(CLOSE_MONTH, {"month": month}, actor=SCHEDULER, division=place.code, key=month)


def queue_statistics_checks() -> None:
    _queue_for_each_township(VERIFY_STATISTICS)


def queue_audit_checks() -> None:
    _queue_for_each_township(VERIFY_AUDIT)


def queue_audit_check(township: str, *, actor: Actor) -> Job:
    """One for whoever reads the audit of the township, beside those of every night."""
    require(actor, Permission.READ_AUDIT, township)
    return operations.enqueue(VERIFY_AUDIT, {}, actor=actor, division=township, key=f"asked by {actor.person_id}")


def queue_file_checks() -> None:
    """Files of all places lie in one store, so there is one job of each for the whole installation."""
    for place in divisions.list_townships()[:1]:
        for kind in (SWEEP_FILES, VERIFY_FILES):
            operations.enqueue(kind, {}, actor=SCHEDULER, division=place.code, key="nightly")


def sweep_files(context: JobContext, payload: Payload) -> Result:
    return {"swept": attachments.sweep(actor=context.actor) + files.sweep()}


def verify_files(context: JobContext, payload: Payload) -> Result:
    """Raises JobRefused when a file is missing or is not what was approved."""
    lines = [f"{each.village} {each.id} {each.name}" for each in attachments.damaged()]
    return _clean_or_refused(context, "附件丢失或与审批时不一致", lines)


def close_month(context: JobContext, payload: Payload) -> Result:
    month = str(payload["month"])
    if statistics_queries.is_closed(context.division, month):  # by hand, meanwhile
        return {"month": month, "closed": False}
    bulletins.close_month(actor=context.actor, division=context.division, month=month)
    return {"month": month, "closed": True}


def verify_statistics(context: JobContext, payload: Payload) -> Result:
    """Raises JobRefused when a kept total differs from the rows."""
    found = list(counting.differences(statistics_queries.kept_counts(), context.prefix))
    lines = [f"{d.village} {d.entry} {d.month} {d.column}：保存 {d.kept}，重算 {d.recounted}" for d in found]
    return _clean_or_refused(context, "统计数与重算不一致", lines)


def verify_audit(context: JobContext, payload: Payload) -> Result:
    """Raises JobRefused where the township's chain does not hold."""
    found = audit.verify(db.session(), only=context.division)
    return _clean_or_refused(context, "审计链不完整", [f"第 {broken.seq} 条：{broken.reason}" for broken in found])


def _queue_for_each_township(kind: str) -> None:
    for place in divisions.list_townships():
        operations.enqueue(kind, {}, actor=SCHEDULER, division=place.code, key="nightly")


def _clean_or_refused(context: JobContext, finding: str, lines: list[str]) -> Result:
    if not lines:
        return {"differences": 0}
    log.error("verification", job=context.job_id, division=context.division, differences=len(lines))
    sentence = f"{finding}：共 {len(lines)} 处，例如 {lines[0]}。请联系系统管理员核查，处理后重试这项任务。"
    raise JobRefused(sentence, {"differences": len(lines), "first": lines[:MOST_SHOWN]})
