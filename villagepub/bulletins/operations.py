"""Writing a bulletin's own words, reading it, and issuing it when its month is closed."""

from collections.abc import Mapping, Sequence
from typing import Any

from villagepub.bulletins import queries
from villagepub.bulletins.content import Issue, Json
from villagepub.bulletins.drafting import bulletin_of
from villagepub.bulletins.models import Bulletin, BulletinText
from villagepub.clearance.marks import require_unclassified
from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.digest import digest_of
from villagepub.core.errors import Invalid, NotFound, WrongState
from villagepub.core.periods import Period, PeriodKind
from villagepub.core.permissions import Permission, require
from villagepub.divisions import queries as divisions
from villagepub.divisions.models import Township
from villagepub.extensions import db
from villagepub.statistics import operations as statistics
from villagepub.statistics import queries as statistics_queries
from villagepub.statistics.models import Closing


def read(*, actor: Actor, division: str, month: str) -> Json:
    """The bulletin of a month: as it was issued, or as it would be now.

    Raises NotFound for what is no month, Invalid for a place that is no township and for a month not yet begun.
    """
    require(actor, Permission.READ_REPORTS, division)
    township = _township(division)
    _require_begun(month)
    issued = queries.find_bulletin(division, month)
    if issued is not None:
        return issued.data | {"digest": issued.digest}
    return bulletin_of(township, month) | {"digest": None}


def write_text(
    *, actor: Actor, division: str, month: str, remarks: Mapping[str, str], next_steps: Sequence[Mapping[str, Any]]
) -> Json:
    """Replace what people say in a bulletin, until its month is closed.

    remarks: ``{village: text}``; next_steps: ``{text, due_on}``, due_on a day or None.
    Raises WrongState once it is closed, SecretMark, Invalid for a village that is not on the platform here.
    """
    require(actor, Permission.WRITE_BULLETINS, division)
    township = _township(division)
    _require_begun(month)
    said = {f"remarks.{village}": text for village, text in remarks.items()}
    said |= {f"next_steps.{place}.text": step["text"] for place, step in enumerate(next_steps)}
    require_unclassified(said, actor=actor, township=division, village=division)
    _require_villages_of(division, remarks)
    if statistics_queries.is_closed(division, month):
        raise WrongState("这个月已经封账，通报不再改动。如有补充，请写进下一期通报。")
    text = queries.find_text(division, month) or BulletinText(township=division, month=month)
    text.remarks = dict(remarks)
    text.next_steps = [
        {"text": step["text"], "due_on": step["due_on"].isoformat() if step["due_on"] else None} for step in next_steps
    ]
    text.written_by, text.written_at = actor.person_id, clock.now()
    db.session.add(text)
    db.session.flush()
    written = {"remarks": text.remarks, "next_steps": text.next_steps}
    _note("bulletin.text_written", division, month, actor, digest_of(written))
    return bulletin_of(township, month) | {"digest": None}


def close_month(*, actor: Actor, division: str, month: str) -> Closing:
    """Close a month and issue its bulletin, in one transaction. The only way to close one.

    Raises as ``statistics.operations.close_month``.
    """
    require(actor, Permission.CLOSE_MONTHS, division)
    closing = statistics.close_month(actor=actor, division=division, month=month)
    _issue(divisions.get_township(division), month, actor)
    return closing


def _issue(township: Township, month: str, actor: Actor) -> Bulletin:
    """Numbers follow each other in the year of the month. Of two at once, the table lets one alone have a number."""
    year = int(month[:4])
    issue = Issue(year, queries.last_number(township.code, year) + 1)
    data = bulletin_of(township, month, issue)
    bulletin = Bulletin(
        township=township.code,
        month=month,
        year=issue.year,
        number=issue.number,
        data=data,
        digest=digest_of(data),
        issued_at=clock.now(),
    )
    db.session.add(bulletin)
    db.session.flush()
    _note("bulletin.issued", township.code, month, actor, bulletin.digest, number=issue.number)
    return bulletin


def _township(division: str) -> Township:
    township = divisions.get_township(divisions.get_division(division).code)
    if township.code != division:
        raise Invalid(errors={"division": ["通报由乡镇编发，请填写乡镇的 12 位区划代码。"]})
    return township


def _require_begun(month: str) -> None:
    try:
        period = Period.parse(month)
    except ValueError:
        raise NotFound() from None
    if period.kind is not PeriodKind.MONTHLY:
        raise NotFound()
    if period.first_day > clock.today():
        raise Invalid(errors={"month": ["这个月还没有开始。"]})


def _require_villages_of(township: str, remarks: Mapping[str, str]) -> None:
    here = {village.code for village in divisions.list_disclosing((divisions.prefix_of(township),))}
    if unknown := sorted(remarks.keys() - here):
        sentence = "没有这个上线的村，请核对 12 位区划代码。"
        raise Invalid(errors={f"remarks.{village}": [sentence] for village in unknown})


def _note(action: str, township: str, month: str, actor: Actor, digest: str, **data: Any) -> None:
    audit.record(
        db.session(),
        action,
        actor=actor,
        subject_type="bulletin",
        subject_id=f"{township}-{month}",
        division=township,
        township=township,
        digest=digest,
        data={"month": month} | data,
    )
