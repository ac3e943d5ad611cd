"""Into the public's view and out of it again, with number, totals, audit and notices in the same transaction."""

from collections.abc import Iterable

from villagepub.accounts import queries as accounts
from villagepub.catalogue import queries as catalogue
from villagepub.catalogue.publicity import Publicity
from villagepub.clearance import operations as clearance
from villagepub.clearance.marks import require_unclassified_about
from villagepub.clearance.rescreening import rescreen
from villagepub.clearance.screenings import Place, require_publishable
from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.core.digest import digest_of
from villagepub.core.errors import FileDamaged, Forbidden, StaleDigest
from villagepub.core.periods import month_of
from villagepub.core.permissions import Permission, holdings, require
from villagepub.core.storage import verify
from villagepub.disclosures import operations as disclosures
from villagepub.disclosures import queries as disclosure_queries
from villagepub.disclosures.models import Attachment, Disclosure
from villagepub.disclosures.richtext import plain_text
from villagepub.divisions import queries as divisions
from villagepub.extensions import db, settings, storage
from villagepub.jobs import operations as jobs
from villagepub.notices import operations as notices
from villagepub.publishing import changes, queries
from villagepub.publishing.bigrams import index_text
from villagepub.publishing.changes import Event
from villagepub.publishing.models import Publication, PublishedAttachment
from villagepub.publishing.numbers import next_number
from villagepub.publishing.publicity_periods import public_until
from villagepub.review.workflow import TABLE, Action, Notice, State
from villagepub.statistics import operations as statistics

CHECK_MEDIA = "wechat.check_media"  # the kind of the job that has the platform look at the pictures


def publish(disclosure: Disclosure, *, actor: Actor, approved_digest: str) -> None:
    """Write what was approved into the read model. Called by the last approval alone.

    Raises StaleDigest when what stands now, the bytes of the attachments included, is not what was approved, Invalid
    when the catalogue keeps it for villagers by now, and SensitiveContent, AcknowledgementRequired when today's rules
    object.
    """
    _require_unchanged(disclosure, approved_digest)
    disclosures.require_audience(disclosure)
    rescreen(disclosure, actor=actor)
    clearance.require_clear(disclosure)
    now = clock.now()
    original = _superseded(disclosure)
    if original is not None:
        _supersede(original, disclosure, actor)
    else:
        disclosure.number = next_number(disclosure.village, clock.today().year)
        disclosure.counts_in = disclosure.counts_in or month_of(now)
    disclosure.published_at = now
    disclosure.first_published_at = disclosure.first_published_at or now
    disclosures.move(disclosure, State.PUBLISHED)
    db.session.add(_copy(disclosure))
    db.session.flush()
    disclosures.note("disclosure.published", disclosure, actor=actor, number=disclosure.number)
    statistics.recount_now(disclosure)
    changes.note_publication(disclosure, original)
    _queue_check_of_media(disclosure)


def withdraw(disclosure: Disclosure, *, actor: Actor, reason: str) -> Disclosure:
    """Take an item out of the public's view for good; the tombstone says when and why.

    Raises SensitiveContent for a reason that may not be published itself.
    """
    action = _require_move(disclosure, Action.WITHDRAW, Permission.WITHDRAW, actor)
    places = [Place("reason", "撤回理由", reason)]
    require_publishable(disclosures.subject_of(disclosure), places, actor=actor)
    now = clock.now()
    disclosure.withdrawn_at, disclosure.withdrawal_reason = now, reason
    disclosure.taken_out_in = statistics.month_to_take_out_of(disclosure)
    disclosures.move(disclosure, TABLE[State(disclosure.state), action].to)
    _empty(disclosure, State.WITHDRAWN, reason)
    _account_for(disclosure, "disclosure.withdrawn", Permission.WITHDRAW, actor, reason)
    changes.note(Event.WITHDRAWN, disclosure)
    notices.tell_uploader(disclosure, Notice.WITHDRAWN, reason)
    return disclosure


def suspend(disclosure: Disclosure, *, actor: Actor, reason: str) -> Disclosure:
    """Hide an item at once; it still counts until the leader decides. Raises SecretMark for the reason."""
    action = _require_move(disclosure, Action.SUSPEND, Permission.SUSPEND, actor)
    require_unclassified_about(disclosure, {"reason": reason}, actor=actor)
    disclosures.move(disclosure, TABLE[State(disclosure.state), action].to)
    _empty(disclosure, State.SUSPENDED, reason=None)
    _account_for(disclosure, "disclosure.suspended", Permission.SUSPEND, actor, reason)
    changes.note(Event.SUSPENDED, disclosure)
    notices.tell_uploader(disclosure, Notice.SUSPENDED, reason)
    notices.tell_leader(disclosure, Notice.SUSPENDED, reason)
    return disclosure


def release(disclosure: Disclosure, *, actor: Actor, reason: str) -> Disclosure:
    """Show a suspended item again, exactly as it was approved.

    Raises SensitiveContent while anything blocks, Invalid when the catalogue keeps it for villagers by now.
    """
    action = _require_move(disclosure, Action.RELEASE, Permission.RELEASE, actor)
    require_unclassified_about(disclosure, {"reason": reason}, actor=actor)
    disclosures.require_audience(disclosure)
    rescreen(disclosure, actor=actor)
    clearance.require_unblocked(disclosure)
    disclosures.move(disclosure, TABLE[State(disclosure.state), action].to)
    db.session.delete(queries.find_publication(disclosure.id))
    db.session.flush()
    db.session.add(_copy(disclosure))
    _account_for(disclosure, "disclosure.released", Permission.RELEASE, actor, reason)
    changes.note(Event.RELEASED, disclosure)
    _queue_check_of_media(disclosure)  # hidden before its turn came, it was not looked at
    notices.tell_uploader(disclosure, Notice.RELEASED, reason)
    return disclosure


def _require_move(disclosure: Disclosure, action: Action, permission: Permission, actor: Actor) -> Action:
    require(actor, permission, disclosure.village)
    disclosures.require_move(disclosure, action)
    roles = TABLE[State(disclosure.state), action].roles
    able = holdings(actor, permission, disclosure.village)
    if not actor.is_system and not any(holding.role in roles for holding in able):
        raise Forbidden("暂停公开的信息由主要领导恢复或撤回。")
    return action


def _queue_check_of_media(disclosure: Disclosure) -> None:
    """The platform loads the pictures from their public addresses, so it is asked once they are public."""
    has_pictures = any(attachment.media_type.startswith("image/") for attachment in disclosure.attachments)
    if settings.wechat.is_on and has_pictures and disclosure.audience == queries.PUBLIC_AUDIENCE:
        payload = {"disclosure": disclosure.id}
        jobs.enqueue(CHECK_MEDIA, payload, actor=changes.PUBLISHER, division=disclosure.village, key=disclosure.id)


def _require_unchanged(disclosure: Disclosure, approved_digest: str) -> None:
    db.session.refresh(disclosure, ["attachments"])
    if digest_of(disclosure.content()) != approved_digest:
        raise StaleDigest()
    for attachment in disclosure.attachments:
        try:
            verify(storage, attachment.storage_key, attachment.digest)
        except FileDamaged:
            raise StaleDigest(f"附件“{attachment.name}”的内容与审批时不同，请退回后重新上传。") from None


def _superseded(disclosure: Disclosure) -> Disclosure | None:
    """The item that this correction replaces, unless it was withdrawn meanwhile."""
    if disclosure.supersedes_id is None:
        return None
    original = disclosure_queries.get_disclosure(disclosure.supersedes_id, (disclosure.village,), lock=True)
    return original if original.state in (State.PUBLISHED, State.SUSPENDED) else None


def _supersede(original: Disclosure, correction: Disclosure, actor: Actor) -> None:
    """Number and month of counting are carried on, so that the pair counts once."""
    correction.number, correction.counts_in = original.number, original.counts_in
    correction.first_published_at = original.first_published_at
    original.counts_in = None
    disclosures.move(original, State.SUPERSEDED)
    _empty(original, State.SUPERSEDED, reason=None, by=correction.id)
    db.session.flush()
    disclosures.note("disclosure.superseded", original, actor=actor, by=correction.id)


def _copy(disclosure: Disclosure) -> Publication:
    place = divisions.get_division(disclosure.village)
    entry = catalogue.get_entry(disclosure.township, disclosure.entry)
    published_at = disclosure.published_at or clock.now()
    published_on = clock.local(published_at).date()
    until, provisional = public_until(disclosure.township, Publicity.parse(entry.publicity), published_on)
    text = plain_text(disclosure.body)
    names = [attachment.name for attachment in disclosure.attachments]
    return Publication(
        id=disclosure.id,
        village=disclosure.village,
        village_name=place.name,
        entry=entry.code,
        entry_name=entry.name,
        group=entry.group,
        group_name=entry.group_name,
        office_name=accounts.get_office(disclosure.township, entry.office_id).name,
        legal_basis="；".join(basis.citation for basis in entry.basis_on(disclosure.event_on or published_on)),
        number=disclosure.number,
        title=disclosure.title,
        body=disclosure.body,
        period=disclosure.period,
        event_on=disclosure.event_on,
        nothing_to_report=disclosure.nothing_to_report,
        audience=disclosure.audience,
        digest=disclosure.digest,
        published_at=published_at,
        public_until=until,
        public_until_is_provisional=provisional,
        supersedes=disclosure.supersedes_id,
        change_note=disclosure.change_note,
        state="published",
        changed_at=clock.now(),
        search_text=index_text(" ".join([disclosure.title, place.name, entry.name, text, *names])),
        attachments=list(_copies(disclosure.attachments)),
    )


def _copies(attachments: Iterable[Attachment]) -> Iterable[PublishedAttachment]:
    for attachment in attachments:
        yield PublishedAttachment(
            id=attachment.id,
            village=attachment.village,
            name=attachment.name,
            media_type=attachment.media_type,
            size=attachment.size,
            digest=attachment.digest,
            storage_key=attachment.storage_key,
            thumbnail_digest=attachment.thumbnail_digest,
        )


def _empty(disclosure: Disclosure, state: State, reason: str | None, by: str | None = None) -> None:
    """Leave of the public copy only what a tombstone says. Nothing to do for one that never was public."""
    copy = queries.find_publication(disclosure.id)
    if copy is None:
        return
    copy.state, copy.end_reason, copy.superseded_by = state.value, reason, by
    copy.title = copy.body = copy.change_note = None
    copy.search_text = ""
    copy.attachments = []
    copy.ended_at = copy.changed_at = clock.now()


def _account_for(disclosure: Disclosure, verb: str, permission: Permission, actor: Actor, reason: str) -> None:
    db.session.flush()
    holding = next(iter(holdings(actor, permission, disclosure.village)), None)
    disclosures.note(verb, disclosure, actor=actor, holding=holding, reason=reason)
    statistics.recount_now(disclosure)
