"""What a township writes into its report in its own words, and last year's words beside it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from villagepub.clearance.marks import require_unclassified
from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.errors import IfMatchMissing, IfMatchStale, Invalid
from villagepub.core.permissions import Permission, require
from villagepub.extensions import db
from villagepub.reports import queries
from villagepub.reports.checks import RULES
from villagepub.reports.models import ReportDraft
from villagepub.reports.policy import may_be_due
from villagepub.reports.reportable import require_reportable

SECTIONS = {
    "proactive": "一（一）主动公开的内容",
    "management": "一（三）政府信息管理",
    "platform": "一（四）政府信息公开平台建设",
    "supervision": "一（五）监督保障",
    "problems": "五、存在的主要问题",
    "improvements": "五、改进情况",
    "other": "六、其他需要报告的事项",
}
REQUIRED = ("management", "platform", "problems", "improvements")  # without figures of their own
EXPLAINABLE = tuple(rule.id for rule in RULES.values() if rule.may_be_explained)


def etag_of(draft: ReportDraft | None) -> str:
    return str(draft.version if draft else 0)


def edit(township: str, year: int, content: Mapping[str, Any], *, etag: str, actor: Actor) -> ReportDraft:
    """Replace the narrative, the written reasons, the sample's label and the due date.

    content: ``{narrative: {section: text}, reasons: {check: text}, sample, due_on}``; what is left out is empty.
    Raises IfMatchMissing, IfMatchStale, Invalid, SecretMark, and what ``require_reportable`` does.
    """
    require(actor, Permission.WRITE_REPORTS, township)
    require_reportable(township, year, clock.now())
    draft = queries.find_draft(township, year, lock=True)
    _require_fresh(draft, etag)
    narrative, reasons = _written(content["narrative"]), _written(content["reasons"])
    said = {f"narrative.{key}": text for key, text in narrative.items()}
    said |= {f"reasons.{key}": text for key, text in reasons.items()} | {"sample": content["sample"] or ""}
    require_unclassified(said, actor=actor, township=township, village=township)
    _require_possible(year, content["due_on"])
    if draft is None:
        draft = ReportDraft(township=township, year=year, version=0)
        db.session.add(draft)
    changed = sorted({key for key in SECTIONS if draft_text(draft, key) != narrative.get(key)})
    draft.narrative, draft.reasons = narrative, reasons
    draft.sample, draft.due_on = content["sample"], content["due_on"]
    draft.version, draft.edited_by, draft.edited_at = draft.version + 1, actor.person_id, clock.now()
    db.session.flush()
    _note(actor, draft, changed)
    return draft


def draft_text(draft: ReportDraft | None, section: str) -> str | None:
    return (draft.narrative or {}).get(section) if draft else None


def printed(draft: ReportDraft | None, last_year: Mapping[str, str]) -> list[dict[str, str | None]]:
    """Every section with its text and last year's, None where there is none."""
    return [
        {"key": key, "label": label, "text": draft_text(draft, key), "last_year": last_year.get(key)}
        for key, label in SECTIONS.items()
    ]


def texts_of(narrative: list[dict[str, str | None]]) -> dict[str, str]:
    """The texts of printed sections by key."""
    return {str(each["key"]): each["text"] for each in narrative if each["text"]}


def _written(texts: Mapping[str, str | None]) -> dict[str, str]:
    return {key: text for key, text in texts.items() if text}


def _require_fresh(draft: ReportDraft | None, etag: str) -> None:
    if not etag:
        raise IfMatchMissing()
    if etag != etag_of(draft):
        raise IfMatchStale()


def _require_possible(year: int, due_on: date | None) -> None:
    if due_on and not may_be_due(year, due_on):
        raise Invalid(errors={"due_on": [f"须在 {year + 1} 年 1 月 1 日至 6 月 30 日之间，不填为 1 月 31 日。"]})


def _note(actor: Actor, draft: ReportDraft, changed: list[str]) -> None:
    audit.record(
        db.session(),
        "report.edited",
        actor=actor,
        subject_type="annual_report",
        subject_id=f"{draft.township}/{draft.year}",
        division=draft.township,
        township=draft.township,
        data={"year": draft.year, "version": draft.version, "sections": changed, "reasons": sorted(draft.reasons)},
    )
