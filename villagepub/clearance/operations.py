"""What people make of findings, and whether an item may go out."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from villagepub.clearance import queries
from villagepub.clearance.marks import require_unclassified_about
from villagepub.clearance.models import OVERRULED, UPHELD, KnownFinding
from villagepub.clearance.screenings import Place, Screening
from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.errors import (
    AcknowledgementRequired,
    Invalid,
    SensitiveContent,
    SeparationOfDuties,
    WrongState,
)
from villagepub.core.permissions import Permission, Role, holdings, require
from villagepub.disclosures import queries as disclosures
from villagepub.disclosures.models import Disclosure
from villagepub.extensions import db, settings
from villagepub.intake.examining import is_read_by_a_machine
from villagepub.notices import operations as notices
from villagepub.review.workflow import Notice
from villagepub.screening import masking
from villagepub.screening.findings import Finding

Reasons = Mapping[str, str]  # {finding id: reason}


def keep(disclosure: Disclosure, screening: Screening, *, is_whole: bool) -> list[KnownFinding]:
    """Make the findings of the fields that were looked at those of this screening; returns the new ones.

    is_whole: whether everything that the disclosure says was looked at. The same words in the same surroundings, in
    several texts of one place of a file, are one finding. Where a passage is as it was, its row stays, and with it
    what people said about it; one that is a mark of a state secret by now is as new. What a machine read in a picture
    stays while there is none that could read it again.
    """
    if is_whole:
        disclosure.screened_by = screening.edition
    elif disclosure.screened_by != screening.edition:
        disclosure.screened_by = None
    known = {_key(row): row for row in queries.list_findings(disclosure.id) if row.field in screening.fields}
    found = {(place.field, place.place, finding.id): (place, finding) for place, finding in screening.found}
    new = []
    for place, finding in found.values():
        row = known.pop((place.field, place.place, finding.id), None)
        if row is None:
            row = KnownFinding(disclosure_id=disclosure.id, village=disclosure.village, found_at=clock.now())
            new.append(row)
        elif finding.is_classified and not row.is_classified:
            _take_back_answer(row)
            new.append(row)
        _fill(row, place, finding)
    for gone in known.values():
        if settings.ocr_url or not is_read_by_a_machine(gone.place):
            db.session.delete(gone)
    db.session.add_all(new)
    db.session.flush()
    db.session.expire(disclosure, ["findings"])
    return new


def forget(disclosure: Disclosure, field: str) -> None:
    """The field is gone, and its findings with it."""
    for row in queries.list_findings(disclosure.id):
        if row.field == field:
            db.session.delete(row)
    db.session.flush()
    db.session.expire(disclosure, ["findings"])


def inherit(disclosure: Disclosure, original: Disclosure) -> None:
    """A correction begins with the passages of its original: what was overruled there is overruled here."""
    overruled = {_key(row): row for row in queries.list_findings(original.id) if row.answer == OVERRULED}
    for row in queries.list_findings(disclosure.id):
        if (model := overruled.get(_key(row))) is not None:
            row.answer, row.answer_reason = model.answer, model.answer_reason
            row.answered_by, row.answered_at = model.answered_by, model.answered_at


def acknowledge(disclosure: Disclosure, reasons: Reasons, *, actor: Actor) -> None:
    """A person takes responsibility for warnings, each with a reason. Raises Invalid for what is no warning here."""
    said = {f"acknowledge.{finding}": reason for finding, reason in reasons.items()}
    require_unclassified_about(disclosure, said, actor=actor)
    warnings = {row.id: row for row in queries.list_findings(disclosure.id) if row.severity == "warn"}
    if unknown := reasons.keys() - warnings.keys():
        sentence = "没有这一处提示，或它不是可以确认的提示，请刷新后查看。"
        raise Invalid(errors={f"acknowledge.{finding}": [sentence] for finding in sorted(unknown)})
    for finding, reason in reasons.items():
        row = warnings[finding]
        row.acknowledged_by, row.acknowledged_at, row.acknowledgement = actor.person_id, clock.now(), reason
        _note("finding.acknowledged", disclosure, row, actor, Permission.WRITE_DISCLOSURES, reason=reason)
    db.session.flush()


def rewritten(disclosure: Disclosure, texts: Mapping[str, str], findings: Collection[str] | None) -> dict[str, str]:
    """The texts with the suggestions written in.

    texts: ``{field: text as stored}``; findings: ids, None is all that are open. Invalid for an id that is none of
    these fields' or has no suggestion.
    """
    rows = [row for row in disclosure.findings if row.field in texts and row.suggestion is not None]
    if unknown := set(findings or ()) - {row.id for row in rows}:
        raise Invalid(errors={"findings": [f"没有可采用的建议：{'、'.join(sorted(unknown))}。请刷新后再试。"]})
    chosen = [row for row in rows if (row.is_open if findings is None else row.id in findings)]
    return {
        name: masking.apply_suggestions(text, [row.as_found() for row in chosen if row.field == name])
        for name, text in texts.items()
    }


def require_clear(disclosure: Disclosure) -> None:
    """Raises SensitiveContent while anything blocks, AcknowledgementRequired while a warning has no reason."""
    require_unblocked(disclosure)
    if waiting := [row for row in queries.list_findings(disclosure.id) if row.is_open]:
        raise AcknowledgementRequired(errors=_sentences(waiting), extra={"findings": [row.id for row in waiting]})


def require_unblocked(disclosure: Disclosure) -> None:
    """Raises SensitiveContent while anything blocks."""
    blocks = [row for row in queries.list_findings(disclosure.id) if row.is_open and row.severity == "block"]
    if blocks:
        raise SensitiveContent(errors=_sentences(blocks), extra={"findings": [row.id for row in blocks]})


def appeal(disclosure: Disclosure, finding_id: str, *, actor: Actor, reason: str) -> KnownFinding:
    """The village says that a block is false; the secrecy officer answers. Raises WrongState, NotFound."""
    require(actor, Permission.WRITE_DISCLOSURES, disclosure.village)
    require_unclassified_about(disclosure, {"reason": reason}, actor=actor)
    row = queries.get_finding(disclosure.id, finding_id)
    if row.is_classified:
        raise WrongState("密级标志不能申诉，请立即报告保密专干。")
    if row.severity != "block" or row.answer == OVERRULED:
        raise WrongState("这一处不阻止提交，不需要申诉。")
    if row.appealed_at is not None and row.answer is None:
        raise WrongState("这一处已经申诉，请等保密专干答复。")
    row.appealed_by, row.appealed_at, row.appeal = actor.person_id, clock.now(), reason
    _take_back_answer(row)
    _note("finding.appealed", disclosure, row, actor, Permission.WRITE_DISCLOSURES, reason=reason)
    notices.tell_role(disclosure, Role.SECRECY_OFFICER, Notice.APPEALED)
    return row


def overrule(disclosure: Disclosure, finding_id: str, *, actor: Actor, reason: str) -> KnownFinding:
    """The secrecy officer lets a passage pass, as it stands. Raises WrongState for a mark of a state secret."""
    row = _to_answer(disclosure, finding_id, actor)
    if row.is_classified:
        raise WrongState("密级标志不能放行。请按保密规定处置，并登记事件的处置情况。")
    return _answer(disclosure, row, OVERRULED, actor, reason)


def uphold(disclosure: Disclosure, finding_id: str, *, actor: Actor, reason: str) -> KnownFinding:
    """The secrecy officer finds the screening right: the passage has to go."""
    return _answer(disclosure, _to_answer(disclosure, finding_id, actor), UPHELD, actor, reason)


def _to_answer(disclosure: Disclosure, finding_id: str, actor: Actor) -> KnownFinding:
    """Raises SeparationOfDuties for an author of the item, also as a stand-in."""
    require(actor, Permission.OVERRULE_FINDINGS, disclosure.village)
    holding = holdings(actor, Permission.OVERRULE_FINDINGS, disclosure.village)[0]
    if disclosures.authors_of(disclosure) & frozenset(actor.persons_of(holding)):
        raise SeparationOfDuties("自己写的内容，须由另一人放行。")
    return queries.get_finding(disclosure.id, finding_id)


def _answer(disclosure: Disclosure, row: KnownFinding, answer: str, actor: Actor, reason: str) -> KnownFinding:
    require_unclassified_about(disclosure, {"reason": reason}, actor=actor)
    row.answer, row.answer_reason = answer, reason
    row.answered_by, row.answered_at = actor.person_id, clock.now()
    _note(f"finding.{answer}", disclosure, row, actor, Permission.OVERRULE_FINDINGS, reason=reason)
    notices.tell_uploader(disclosure, Notice.ANSWERED, reason)
    return row


def _take_back_answer(row: KnownFinding) -> None:
    row.answer = row.answered_by = row.answered_at = row.answer_reason = None


def _key(row: KnownFinding) -> tuple[str, str, str]:
    return row.field, row.place, row.passage


def _fill(row: KnownFinding, place: Place, finding: Finding) -> None:
    if finding.severity == "block" and row.severity == "warn":
        row.found_at = clock.now()  # what blocks by now was not known as such before
    row.field, row.place, row.passage = place.field, place.place, finding.id
    row.kind, row.severity, row.is_classified = finding.kind, finding.severity, finding.is_classified
    row.start, row.end, row.also = finding.start, finding.end, [list(place) for place in finding.also]
    row.excerpt_masked, row.reason, row.suggestion = finding.excerpt_masked, finding.reason, finding.suggestion


def _sentences(rows: Sequence[KnownFinding]) -> dict[str, list[str]]:
    sentences: dict[str, list[str]] = {}
    for row in rows:
        sentences.setdefault(row.field, []).append(f"{row.place}“{row.excerpt_masked}”：{row.reason}")
    return sentences


def _note(
    action: str, disclosure: Disclosure, row: KnownFinding, actor: Actor, permission: Permission, **data: Any
) -> None:
    audit.record(
        db.session(),
        action,
        actor=actor,
        holding=next(iter(holdings(actor, permission, disclosure.village)), None),
        subject_type="disclosure",
        subject_id=disclosure.id,
        division=disclosure.village,
        township=disclosure.township,
        digest=disclosure.digest,
        data={"finding": row.id, "kind": row.kind, "field": row.field, **data},
    )
