"""Signing a report, and changing one that is signed: each time the whole report is kept, under its digest."""

from datetime import date
from typing import Any

from villagepub.clearance.marks import require_unclassified
from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.errors import Invalid, ReportIncomplete, WrongState
from villagepub.core.permissions import Permission, require
from villagepub.extensions import db
from villagepub.ledgers.operations import wait_for_turn
from villagepub.reports import annual, part_three, queries
from villagepub.reports.checks import blocks, check_carried_over
from villagepub.reports.differences import differences
from villagepub.reports.figures import Json
from villagepub.reports.form import CARRIED_OUT, form_of
from villagepub.reports.models import ReportRevision
from villagepub.reports.reportable import require_reportable
from villagepub.reports.years import Origin, numbers_of

_MOST_NAMED = 5  # in the sentence; the list has them all


def finalise(township: str, year: int, *, signed_by: str, signed_on: date, actor: Actor) -> ReportRevision:
    """Freeze the report as it is now.

    Raises ReportIncomplete with everything that is not entered and every hard check that fails, Invalid for a day
    that cannot be, WrongState when it is finalised already, SecretMark.
    """
    require(actor, Permission.WRITE_REPORTS, township)
    _prepare(township, year, {"signed_by": signed_by}, signed_on, actor)
    if queries.find_last_revision(township, year):
        raise WrongState(f"{year} 年度报告已经定稿；要改动的，请说明原因另出修订。")
    return _freeze(township, year, None, signed_by=signed_by, signed_on=signed_on, reason=None, actor=actor)


def revise(township: str, year: int, *, reason: str, signed_by: str, signed_on: date, actor: Actor) -> ReportRevision:
    """Compute a finalised report anew and freeze it under the next number, with what changed.

    Raises as ``finalise`` does; WrongState where nothing was finalised, and where nothing changed.
    """
    require(actor, Permission.WRITE_REPORTS, township)
    _prepare(township, year, {"signed_by": signed_by, "reason": reason}, signed_on, actor)
    last = queries.find_last_revision(township, year)
    if last is None:
        raise WrongState(f"{year} 年度报告还没有定稿，请先定稿。")
    return _freeze(township, year, last, signed_by=signed_by, signed_on=signed_on, reason=reason, actor=actor)


def differs_from_live(report: Json) -> list[Json]:
    """What the ledgers and the narrative say by now of a finalised report, where that is something else."""
    if report["state"] != annual.FINAL:
        return []
    live = annual.draft_report(report["division"], report["year"], as_of=clock.now())
    return differences(report, live)


def differs_from_later(report: Json) -> list[str]:
    """Where the report of the year after, signed already, carries over something else than this one now says."""
    year = report["year"] + 1
    later = queries.find_last_revision(report["division"], year)
    if later is None:
        return []
    third = part_three.cells_of(queries.content_of(later)["part_three"])
    carried_out = numbers_of(report, Origin.FINALISED).part_three[CARRIED_OUT]
    places = check_carried_over(form_of(year), third, carried_out).places
    return [f"已定稿的 {year} 年度报告与本报告不符，请另出修订。{place.detail}" for place in places]


def _prepare(township: str, year: int, said: dict[str, str], signed_on: date, actor: Actor) -> None:
    """Whether there may be a signature; then nobody else signs, nor keeps the township's ledgers, until it is made."""
    require_reportable(township, year, clock.now())
    require_unclassified(said, actor=actor, township=township, village=township)
    _require_possible(year, signed_on)
    wait_for_turn(township)


def _require_possible(year: int, signed_on: date) -> None:
    if clock.today() <= date(year, 12, 31):
        raise Invalid(errors={"year": [f"{year} 年还没有结束，年度报告须在次年定稿。"]})
    if not date(year + 1, 1, 1) <= signed_on <= clock.today():
        raise Invalid(errors={"signed_on": [f"落款日期须在 {year + 1} 年 1 月 1 日之后，且不晚于今天。"]})


def _require_complete(report: Json) -> None:
    missing = {gap["field"]: [f"{gap['label']}未填报。{gap['remedy']}"] for gap in report["not_entered"]}
    failed = {f"checks.{check['id']}": [_sentence(check)] for check in report["checks"] if blocks(check)}
    if missing or failed:
        named = [gap["label"] for gap in report["not_entered"]] + [key.removeprefix("checks.") for key in failed]
        words = "、".join(named[:_MOST_NAMED]) + (f"等 {len(named)} 项" if len(named) > _MOST_NAMED else "")
        raise ReportIncomplete(f"年度报告尚不能定稿：{words}。请补齐或改正后再定稿。", errors=missing | failed)


def _sentence(check: Json) -> str:
    remedy = "请改正台账，或在报告中书面说明原因。" if check["may_be_explained"] else "请改正台账或文字。"
    return f"{check['rule']}（{check['scope']}）：{check['detail']}{remedy}"


def _freeze(
    township: str,
    year: int,
    last: ReportRevision | None,
    *,
    signed_by: str,
    signed_on: date,
    reason: str | None,
    actor: Actor,
) -> ReportRevision:
    """Keep the report as it is at this instant, as the revision after ``last``."""
    now = clock.now()
    report = annual.draft_report(township, year, as_of=now)
    _require_complete(report)
    changes = differences(queries.content_of(last), report) if last else []
    if last and not changes:
        raise WrongState("与已定稿的内容相同，没有需要修订的地方。")
    report |= {
        "state": annual.FINAL,
        "revision": last.revision + 1 if last else 1,
        "changes": changes,
        "reason": reason,
        "signed_by": signed_by,
        "signed_on": signed_on.isoformat(),
        "finalised_at": clock.local(now).isoformat(timespec="seconds"),
    }
    report["digest"] = queries.digest_of_report(report)
    revision = ReportRevision(
        township=township,
        year=year,
        revision=report["revision"],
        content=report,
        digest=report["digest"],
        reason=reason,
        signed_by=signed_by,
        signed_on=signed_on,
        finalised_by=actor.person_id,
        finalised_at=now,
    )
    db.session.add(revision)
    db.session.flush()
    _note(actor, revision, changes)
    return revision


def _note(actor: Actor, revision: ReportRevision, changes: list[Json]) -> None:
    data: dict[str, Any] = {"year": revision.year, "revision": revision.revision}
    if changes:
        data["changed"] = [change["field"] for change in changes]
    audit.record(
        db.session(),
        "report.revised" if changes else "report.finalised",
        actor=actor,
        subject_type="annual_report",
        subject_id=f"{revision.township}/{revision.year}",
        division=revision.township,
        township=revision.township,
        digest=revision.digest,
        data=data,
    )
