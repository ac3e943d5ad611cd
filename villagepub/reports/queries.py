"""Reads of annual reports: drafts, revisions, and those of earlier years."""

from sqlalchemy import select

from villagepub.core.digest import digest_of
from villagepub.core.errors import FileDamaged, NotFound
from villagepub.extensions import db
from villagepub.reports.figures import Json
from villagepub.reports.models import PastReport, ReportDraft, ReportRevision


def find_draft(township: str, year: int, *, lock: bool = False) -> ReportDraft | None:
    """lock: nobody else changes it until the transaction ends."""
    return db.session.get(ReportDraft, (township, year), with_for_update=lock or None, populate_existing=lock)


def find_last_revision(township: str, year: int) -> ReportRevision | None:
    query = select(ReportRevision).where(ReportRevision.township == township, ReportRevision.year == year)
    return db.session.scalar(query.order_by(ReportRevision.revision.desc()).limit(1))


def list_revisions(township: str, year: int) -> list[ReportRevision]:
    """From the first to the last."""
    query = select(ReportRevision).where(ReportRevision.township == township, ReportRevision.year == year)
    return list(db.session.scalars(query.order_by(ReportRevision.revision)))


def get_revision(township: str, year: int, revision: int) -> ReportRevision:
    """Raises NotFound."""
    found = next((each for each in list_revisions(township, year) if each.revision == revision), None)
    if found is None:
        raise NotFound()
    return found


def content_of(revision: ReportRevision) -> Json:
    """What was signed, held against its digest. Raises FileDamaged when it is no longer that."""
    if revision.digest != digest_of_report(revision.content):
        raise FileDamaged("这份已定稿的年度报告与定稿时的摘要不符，没有给出。请告诉管理员，由其从备份恢复。")
    return revision.content


def digest_of_report(content: Json) -> str:
    """Over everything in a report but the digest itself."""
    return digest_of({name: value for name, value in content.items() if name != "digest"})


def find_past_report(township: str, year: int) -> PastReport | None:
    """The latest edition."""
    query = select(PastReport).where(PastReport.township == township, PastReport.year == year)
    return db.session.scalar(query.order_by(PastReport.edition.desc()).limit(1))
