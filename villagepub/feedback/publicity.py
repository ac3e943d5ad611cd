"""What the public reads: written when an answer passes, emptied when it is hidden.

Without the asker's consent nothing is written at all: an answer alone gives the question away. Personal data in what
was asked are masked as the screening suggests; of the asker the public learns the first character of the name.
"""

from villagepub.accounts import queries as accounts
from villagepub.clearance import screenings
from villagepub.clearance.screenings import Place, Subject
from villagepub.core import clock
from villagepub.core.errors import SensitiveContent
from villagepub.divisions import queries as divisions
from villagepub.extensions import db
from villagepub.feedback import policy, queries
from villagepub.feedback.kinds import Holder
from villagepub.feedback.models import Feedback, PublicFeedback
from villagepub.publishing import queries as publishing
from villagepub.screening import masking


def publish(feedback: Feedback) -> None:
    """Let the public read it, where the asker agreed. Raises SensitiveContent for what no mask can cover."""
    if not feedback.may_be_public or feedback.text is None or feedback.answered_at is None:
        return
    db.session.add(
        PublicFeedback(
            id=feedback.id,
            village=feedback.village,
            number=feedback.number,
            kind=feedback.kind,
            name_masked=policy.masked(name_of(feedback)) or policy.UNKNOWN_NAME,
            text=_masked_text(feedback, feedback.text),
            answer=feedback.answer,
            answered_by=_answered_by(feedback),
            received_on=feedback.received_on,
            answered_at=feedback.answered_at,
            changed_at=feedback.answered_at,
        )
    )
    db.session.flush()


def hide(feedback: Feedback) -> bool:
    """Whether the public saw it until now."""
    row = queries.find_public(feedback.id)
    if row is None or row.hidden_at is not None:
        return False
    row.text = row.answer = None
    row.hidden_at = row.changed_at = clock.now()
    db.session.flush()
    return True


def is_public(feedback: Feedback) -> bool:
    row = queries.find_public(feedback.id)
    return row is not None and row.hidden_at is None


def subject_of(feedback: Feedback) -> Subject:
    """By which rules it is screened: those of the item that it is about, if any."""
    item = publishing.find_publication(feedback.disclosure_id) if feedback.disclosure_id else None
    return Subject(feedback.township, feedback.village, item.entry if item else "", feedback.disclosure_id)


def name_of(feedback: Feedback) -> str:
    """Of the asker; empty once forgotten."""
    if feedback.person_id is None:
        return ""
    return accounts.names_of([feedback.person_id]).get(feedback.person_id, "")


def _masked_text(feedback: Feedback, text: str) -> str:
    found = screenings.look_at(subject_of(feedback), [Place("text", "内容", text)]).found
    if any(finding.severity == "block" and finding.suggestion is None for _, finding in found):
        sentence = "原话中有不能遮盖、也不能公开的内容，请选择“只答复本人”并说明理由。"
        raise SensitiveContent(errors={"outcome": [sentence]})
    return masking.apply_suggestions(text, [finding for _, finding in found])


def _answered_by(feedback: Feedback) -> str:
    if feedback.holder == Holder.TOWNSHIP:
        return divisions.get_division(feedback.township).name
    return divisions.get_division(feedback.village).name
