"""Writing a disclosure: every change of content, with its permission, its revision and its audit entry.

The moves from state to state are decided in review and publishing; they use ``move`` here.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from villagepub.catalogue import queries as catalogue
from villagepub.catalogue.models import CatalogueEntry
from villagepub.clearance import operations as clearance
from villagepub.clearance.screenings import Screening, Subject, places_of_content, require_storable
from villagepub.core import audit, clock
from villagepub.core.actor import Actor, Holding
from villagepub.core.digest import digest_of
from villagepub.core.errors import IfMatchStale, Invalid, WrongState
from villagepub.core.permissions import Permission, holdings, require
from villagepub.disclosures import policy, queries
from villagepub.disclosures.models import Disclosure, Revision
from villagepub.disclosures.richtext import clean_html, plain_text
from villagepub.divisions import queries as divisions
from villagepub.extensions import db
from villagepub.review.workflow import STATE_NAMES, Action, State, find_move

TEXTS = ("title", "body", "change_note")
CONTENT = ("title", "body", "period", "event_on", "nothing_to_report", "audience")


def create(*, actor: Actor, village: str, entry: str, content: Mapping[str, Any]) -> Disclosure:
    """A new draft.

    content: ``title``, ``body`` (rich text, cleaned here), ``period`` or ``event_on``, ``nothing_to_report``,
    ``audience`` (None for the entry's own). Raises Invalid naming every field that does not fit the entry.
    """
    require(actor, Permission.WRITE_DISCLOSURES, village)
    place = divisions.get_village(village)
    if place.on_platform_from is None or place.on_platform_from > clock.today():
        raise Invalid(errors={"village": ["该村尚未上线。"]})
    disclosure = _new(Subject(place.township_code, village, entry), content, actor)
    note("disclosure.created", disclosure, actor=actor, holding=writer_of(actor, village))
    return disclosure


def edit(disclosure: Disclosure, *, actor: Actor, etag: str, content: Mapping[str, Any]) -> Disclosure:
    """Replace all six content fields as a new revision. Raises IfMatchStale, WrongState, Invalid."""
    require_writable(disclosure, Action.EDIT, actor, etag)
    subject = subject_of(disclosure)
    values = _checked(subject, content)
    screening = _screened(subject, values, actor)
    for name, value in values.items():
        setattr(disclosure, name, value)
    revise(disclosure, actor)
    clearance.keep(disclosure, screening, is_whole=not any(each.is_ready for each in disclosure.attachments))
    note("disclosure.edited", disclosure, actor=actor, holding=writer_of(actor, disclosure.village))
    return disclosure


def look_over(*, actor: Actor, village: str, entry: str, texts: Mapping[str, str]) -> tuple[dict[str, str], Screening]:
    """What would be stored of texts that are still being written, and what the screening says of it. Stores nothing.

    texts: of ``title``, ``body`` and ``change_note``. Raises Invalid, SecretMark, SensitiveContent,
    ScreeningUnavailable.
    """
    require(actor, Permission.WRITE_DISCLOSURES, village)
    township = catalogue.township_of(village)
    catalogue.get_entry(township, entry)
    cleaned = {name: clean_html(text) if name == "body" else text for name, text in texts.items()}
    places = places_of_content(cleaned)
    return cleaned, require_storable(Subject(township, village, entry), places, actor=actor, fields=cleaned)


def apply_suggestions(
    disclosure: Disclosure, *, actor: Actor, etag: str, findings: Collection[str] | None
) -> Disclosure:
    """Write what the screening suggests in place of what it found, in title and body, as one edit.

    findings: ids of those to apply; None is all. Raises what ``edit`` does, and Invalid for an id that is not here.
    """
    require_writable(disclosure, Action.EDIT, actor, etag)
    content = {name: getattr(disclosure, name) for name in CONTENT}
    texts = clearance.rewritten(disclosure, {name: content[name] for name in ("title", "body")}, findings)
    return edit(disclosure, actor=actor, etag=etag, content=content | texts)


def delete(disclosure: Disclosure, *, actor: Actor, etag: str) -> None:
    """Put a draft away. Its revisions stay; one that is counted already cannot be put away."""
    require_writable(disclosure, Action.DELETE, actor, etag)
    if disclosure.is_counted:
        raise WrongState("这条历史导入的信息已计入统计，不能删除，请由管理员撤回并说明理由。")
    disclosure.deleted_at = clock.now()
    note("disclosure.deleted", disclosure, actor=actor, holding=writer_of(actor, disclosure.village))


def correct(original: Disclosure, *, actor: Actor, change_note: str) -> Disclosure:
    """A new draft that will supersede a published item. Raises WrongState while another one is on its way."""
    require(actor, Permission.WRITE_DISCLOSURES, original.village)
    require_move(original, Action.CORRECT)
    if queries.find_correction(original.id):
        raise WrongState("这条信息已有一份更正件在办理中，请先办结。")
    subject = Subject(original.township, original.village, original.entry)
    values = {name: getattr(original, name) for name in CONTENT} | {"change_note": change_note}
    screening = _screened(subject, values, actor)
    correction = _put(subject, screening, actor, supersedes_id=original.id, **values)
    clearance.inherit(correction, original)
    note("disclosure.correction_begun", correction, actor=actor, holding=writer_of(actor, original.village))
    return correction


def record_past(
    *, actor: Actor, village: str, entry: str, content: Mapping[str, Any], published_on: date, counts_in: str
) -> Disclosure:
    """One that was published elsewhere before: counted in its month, seen by staff, not yet by the public."""
    require(actor, Permission.IMPORT_DISCLOSURES, village)
    place = divisions.get_village(village)
    disclosure = _new(
        Subject(place.township_code, village, entry),
        content,
        actor,
        state=State.IMPORTED,
        originally_published_on=published_on,
        counts_in=counts_in,
    )
    note("disclosure.imported", disclosure, actor=actor, originally_published_on=published_on.isoformat())
    return disclosure


def faults_of(township: str, entry_code: str, content: Mapping[str, Any]) -> dict[str, list[str]]:
    """What the content of a disclosure gets wrong: ``{field: [sentence]}``, empty when nothing."""
    entry = catalogue.find_entry(township, entry_code)
    if entry is None:
        return {"entry": [f"目录中没有 {entry_code} 这一项，请核对公开目录。"]}
    faults = policy.faults_of_fields(
        entry,
        period=content["period"],
        event_on=content["event_on"],
        audience=_audience(entry, content),
        today=clock.today(),
    )
    if not plain_text(clean_html(content["body"])).strip():
        faults["body"] = ["正文不能为空。"]
    return faults


def require_move(disclosure: Disclosure, action: Action) -> None:
    """Raises WrongState when the table has no such action in the disclosure's state."""
    if find_move(disclosure.state, action) is None:
        raise WrongState(f"这条信息现在是“{STATE_NAMES[State(disclosure.state)]}”，不能这样做。请刷新后查看。")


def move(disclosure: Disclosure, to: State, *, stage: str | None = None, due_at: datetime | None = None) -> None:
    """Into another state; stage and due time belong to a disclosure in review alone."""
    disclosure.state, disclosure.stage, disclosure.due_at = to, stage, due_at


def revise(disclosure: Disclosure, actor: Actor) -> None:
    """Count a new revision of what the disclosure now says, and keep it for ever."""
    disclosure.revision += 1
    _keep_revision(disclosure, actor)


def etag_of(disclosure: Disclosure) -> str:
    return f"{disclosure.revision}-{disclosure.state}-{disclosure.stage or 'none'}"


def note(action: str, disclosure: Disclosure, *, actor: Actor, holding: Holding | None = None, **data: Any) -> None:
    """The audit entry of an act on a disclosure."""
    audit.record(
        db.session(),
        action,
        actor=actor,
        holding=holding,
        subject_type=queries.SUBJECT,
        subject_id=disclosure.id,
        division=disclosure.village,
        township=disclosure.township,
        digest=disclosure.digest,
        data={"revision": disclosure.revision, "state": disclosure.state} | data,
    )


def require_writable(disclosure: Disclosure, action: Action, actor: Actor, etag: str | None = None) -> None:
    """The uploader of the village, who has seen the present revision, in a state that allows the action.

    etag: what the client has seen, for an act that replaces the content. Raises IfMatchStale, WrongState.
    """
    require(actor, Permission.WRITE_DISCLOSURES, disclosure.village)
    if etag is not None and etag != etag_of(disclosure):
        raise IfMatchStale()
    require_move(disclosure, action)


def require_audience(disclosure: Disclosure) -> None:
    """Raises Invalid for what would reach more people than its entry allows by now: the catalogue may have changed."""
    entry = catalogue.get_entry(disclosure.township, disclosure.entry)
    if faults := policy.faults_of_audience(entry, disclosure.audience):
        raise Invalid(errors=faults)


def subject_of(disclosure: Disclosure) -> Subject:
    """The disclosure as the screening sees it."""
    return Subject(disclosure.township, disclosure.village, disclosure.entry, disclosure.id)


def _checked(subject: Subject, content: Mapping[str, Any]) -> dict[str, Any]:
    """The six fields as they will be stored. Raises Invalid with every fault."""
    if faults := faults_of(subject.township, subject.entry, content):
        raise Invalid(errors=faults)
    audience = _audience(catalogue.get_entry(subject.township, subject.entry), content)
    cleaned = {"body": clean_html(content["body"]), "audience": audience}
    return {name: content[name] for name in CONTENT} | cleaned


def _screened(subject: Subject, values: Mapping[str, Any], actor: Actor) -> Screening:
    """Before any of it is stored. Raises SecretMark, SensitiveContent, ScreeningUnavailable."""
    texts = {name: values[name] for name in TEXTS if name in values}
    return require_storable(subject, places_of_content(texts), actor=actor, fields=texts)


def _audience(entry: CatalogueEntry, content: Mapping[str, Any]) -> str:
    return content["audience"] or policy.default_audience(entry)


def _new(subject: Subject, content: Mapping[str, Any], actor: Actor, **more: Any) -> Disclosure:
    values = _checked(subject, content)
    return _put(subject, _screened(subject, values, actor), actor, **values, **more)


def _put(subject: Subject, screening: Screening, actor: Actor, **values: Any) -> Disclosure:
    """A first revision, a draft unless the values say otherwise."""
    disclosure = Disclosure(
        township=subject.township,
        village=subject.village,
        entry=subject.entry,
        revision=1,
        digest="",
        created_by=actor.person_id,
        created_at=clock.now(),
        **{"state": State.DRAFT} | values,
    )
    db.session.add(disclosure)
    db.session.flush()
    _keep_revision(disclosure, actor)
    clearance.keep(disclosure, screening, is_whole=True)
    return disclosure


def _keep_revision(disclosure: Disclosure, actor: Actor) -> None:
    db.session.flush()
    db.session.refresh(disclosure, ["attachments"])
    content = disclosure.content()
    disclosure.digest = digest_of(content)
    writer = writer_of(actor, disclosure.village)
    db.session.add(
        Revision(
            disclosure_id=disclosure.id,
            village=disclosure.village,
            revision=disclosure.revision,
            content=content,
            digest=disclosure.digest,
            person_id=actor.person_id,
            stands_in_for=writer.stands_in_for if writer else None,
            at=clock.now(),
        )
    )
    db.session.flush()


def writer_of(actor: Actor, village: str) -> Holding | None:
    """The post by which the person writes; None for the system and for imports."""
    return next(iter(holdings(actor, Permission.WRITE_DISCLOSURES, village)), None)
