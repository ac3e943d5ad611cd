"""The annual report of a township for one year: as it was signed, or else as the ledgers give it now."""

from datetime import datetime

from villagepub.reports import narrative, queries, years
from villagepub.reports.checking import checks_of
from villagepub.reports.figures import Json, Source
from villagepub.reports.form import Form, form_of
from villagepub.reports.gaps import list_gaps
from villagepub.reports.models import ReportDraft
from villagepub.reports.part_six import fees_figure
from villagepub.reports.policy import due_date
from villagepub.reports.reportable import require_reportable
from villagepub.reports.sentences import Sentences
from villagepub.reports.tables import tables_of

BASIS = "国办公开办函〔2021〕30号"
BASIS_TITLE = (
    f"《国务院办公厅政府信息与政务公开办公室关于印发〈中华人民共和国政府信息公开工作年度报告格式〉的通知》（{BASIS}）"
)
DRAFT, FINAL = "draft", "final"


def annual_report(township_code: str, year: int, *, as_of: datetime) -> Json:
    """The report as JSON values: the latest finalised revision, unchanged, or the draft.

    as_of: the present instant, which every figure of a draft carries.
    Raises NotFound for a place that is not there; Invalid for one that is no township and for a year that has
    another form or has not begun; FileDamaged for a revision that is no longer what was signed.
    """
    require_reportable(township_code, year, as_of)
    revision = queries.find_last_revision(township_code, year)
    return queries.content_of(revision) if revision else draft_report(township_code, year, as_of=as_of)


def draft_report(township_code: str, year: int, *, as_of: datetime) -> Json:
    """The report as the ledgers and the narrative give it at this instant. Raises as above."""
    township = require_reportable(township_code, year, as_of)
    source, form = Source(township, year, as_of), form_of(year)
    draft = queries.find_draft(township.code, year)
    before = years.find_year_before(township.code, year)
    tables = tables_of(source, form)
    words = narrative.printed(draft, before.narrative if before else {})
    report = _header(source, draft) | tables | {"narrative": words}
    report["part_six"] = {"title": form.parts[5], "fees": {"amount": fees_figure(source)}}
    sentences = Sentences(report, source)
    _write(report, form, sentences, words)
    report["checks"] = checks_of(report, form, before, sentences.own_words(), draft.reasons if draft else {})
    report["not_entered"] = list_gaps(report, report.pop("incomplete"))
    return report


def _header(source: Source, draft: ReportDraft | None) -> Json:
    township = source.township
    return {
        "division": township.code,
        "year": source.year,
        "title": f"{township.full_name}{source.year}年政府信息公开工作年度报告",
        "publisher": township.publisher,
        "basis": BASIS,
        "basis_title": BASIS_TITLE,
        "period": {"from": source.first_day.isoformat(), "to": source.last_day.isoformat()},
        "as_of": source.stamp,
        "state": DRAFT,
        "revision": None,
        "changes": [],
        "reason": None,
        "digest": None,
        "signed_by": None,
        "signed_on": None,
        "finalised_at": None,
        "sample": draft.sample if draft else None,
        "due_on": due_date(source.year, draft.due_on if draft else None).isoformat(),
        "contact": dict(township.contact),
    }


def _write(report: Json, form: Form, sentences: Sentences, words: list[dict[str, str | None]]) -> None:
    """Put the sentences into the parts that have some."""
    texts = narrative.texts_of(words)
    last_year = {str(each["key"]): each["last_year"] for each in words}
    fifth = ("problems", "improvements")
    report["preface"] = sentences.write("preface")
    report["part_one"] = {"title": form.parts[0], "sections": sentences.sections(form)} | report["part_one"]
    report["part_five"] = {
        "title": form.parts[4],
        **{key: texts.get(key) for key in fifth},
        "last_year": {key: last_year[key] for key in fifth} if any(last_year[key] for key in fifth) else None,
    }
    report["part_six"] |= {"text": texts.get("other"), "contact_text": sentences.write("contact")}
    report["part_six"]["fees"]["text"] = sentences.write("fees")
