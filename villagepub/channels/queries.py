"""Reads of routing, of how the channels compare with what was published here, and of webhooks."""

from collections.abc import Sequence

from sqlalchemy import select

from villagepub.accounts import queries as accounts
from villagepub.catalogue import queries as catalogue
from villagepub.channels.matching import Suggestion, suggest
from villagepub.channels.models import ChannelRouting, RejectedSuggestion, Webhook, WebhookDelivery
from villagepub.channels.routing import RoutingTable, Rule
from villagepub.channels.sync import Comparison, Rate, Span
from villagepub.core import clock, tenancy
from villagepub.core.errors import Invalid, NotFound
from villagepub.core.paging import Page, PageRequest, page_of
from villagepub.core.periods import Period
from villagepub.core.permissions import Role
from villagepub.disclosures import matters
from villagepub.disclosures.matters import Version
from villagepub.divisions import queries as divisions
from villagepub.divisions.levels import DIGITS, Level
from villagepub.extensions import db
from villagepub.ledgers import posts
from villagepub.ledgers import queries as ledgers
from villagepub.ledgers.models import ChannelPost
from villagepub.publishing import queries as publishing

# --- routing ----------------------------------------------------------------------------------------------------


def list_tables(township: str) -> list[RoutingTable]:
    """The latest first."""
    query = select(ChannelRouting).where(ChannelRouting.township == township)
    rows = db.session.scalars(query.order_by(ChannelRouting.valid_from.desc()))
    return [RoutingTable(row.valid_from, tuple(map(Rule.of_json, row.rules))) for row in rows]


def find_latest_table(township: str) -> RoutingTable | None:
    return next(iter(list_tables(township)), None)


# --- comparing --------------------------------------------------------------------------------------------------


def compare(township: str, span: Span) -> Comparison:
    """Everything of a township as it stands today, in a handful of queries.

    span: what it will be asked about; its years decide of which channels the single posts are known.
    """
    today, versions = clock.today(), matters.list_versions(township)
    return Comparison(
        today=today,
        channels=ledgers.list_channels(township),
        tables=list_tables(township),
        versions=versions,
        posts=posts.list_live_posts(township, today),
        ended=publishing.ended_at((divisions.prefix_of(township),)),
        entries={entry.code: entry.name for entry in catalogue.list_entries(township)},
        kept=posts.find_kept_channels(township, *_years_of(span, versions)),
    )


def sync_rates(division: str, period: str | None = None, channel: str | None = None) -> list[Rate]:
    """同步率: matters that have a live post where they belong ÷ matters that belong there, by channel and for all.

    division: a township or a place in it; period: in which they were published first, None for always.
    """
    span = span_of(division, period, channel)
    return compare(township_of(division), span).rates(span)


def _years_of(span: Span, versions: Sequence[Version]) -> tuple[int, int]:
    """The first and last year of a span; for all times, of what was published."""
    if span.is_bounded:
        return span.first.year, span.last.year
    days = [version.known_on for version in versions if version.first_published_at] or [clock.today()]
    return min(days).year, max(days).year


def township_of(division: str) -> str:
    """The township that a place lies in. Raises Invalid above it: each has its own routing."""
    if len(divisions.prefix_of(division)) < DIGITS[Level.TOWNSHIP]:
        raise Invalid(errors={"division": ["请填写乡镇、村或社区的 12 位区划代码。"]})
    return divisions.get_township(division).code


def span_of(division: str, period: str | None, channel: str | None) -> Span:
    """channel: a key of the township's list; Raises Invalid for one that it does not have."""
    township = township_of(division)
    if channel is not None and ledgers.find_channel(township, channel) is None:
        raise Invalid(errors={"channel": ["渠道清单中没有这个渠道，请核对本乡镇的渠道清单。"]})
    prefix = "" if division == township else division
    if period is None:
        return Span(prefix=prefix, channel=channel)
    span = Period.parse(period)
    return Span(span.first_day, span.last_day, prefix, channel)


def list_suggestions(
    comparison: Comparison, township: str, unmatched: Sequence[ChannelPost]
) -> dict[str, list[Suggestion]]:
    """``{id of the post: the best first}``, without those that a person turned down."""
    villages = {place.code: place.name for place in divisions.list_children(township)}
    rejected = _rejected(township)
    found = {}
    for post in unmatched:
        open_ = [m.current for m in comparison.matters if (post.id, m.current.id) not in rejected]
        found[post.id] = suggest(post.title, post.posted_on, open_, villages)
    return found


def find_suggested(post: ChannelPost, disclosure_id: str) -> Version | None:
    """The disclosure, if it is one of those that are suggested for the post at this moment."""
    comparison = compare(post.township, Span())
    if comparison.match(post) is not None or post.not_a_disclosure:
        return None
    suggestions = list_suggestions(comparison, post.township, [post])[post.id]
    return next((each.version for each in suggestions if each.version.id == disclosure_id), None)


def _rejected(township: str) -> set[tuple[str, str]]:
    query = select(RejectedSuggestion.channel_post, RejectedSuggestion.disclosure)
    return {(post, item) for post, item in db.session.execute(query.where(RejectedSuggestion.township == township))}


def holders_of(role: Role, village: str, township: str) -> list[str]:
    """The names of those who have to post at this moment: of the village's uploader, or of the administrators."""
    place = village if role is Role.UPLOADER else township
    return [person.name for person in accounts.people_in_role(role, place)]


# --- webhooks ---------------------------------------------------------------------------------------------------


def get_webhook(webhook_id: str, prefixes: tuple[str, ...], *, lock: bool = False) -> Webhook:
    """Raises NotFound outside the prefixes."""
    webhook = db.session.get(Webhook, webhook_id, with_for_update=lock or None)
    if webhook is None or not tenancy.covers(prefixes, webhook.township):
        raise NotFound()
    return webhook


def list_webhooks(prefixes: tuple[str, ...]) -> list[Webhook]:
    """In the order of registration, disabled ones included."""
    query = select(Webhook).where(tenancy.within(Webhook.township, prefixes))
    return list(db.session.scalars(query.order_by(Webhook.id)))


def list_enabled(township: str, *, lock: bool = False) -> list[Webhook]:
    query = select(Webhook).where(Webhook.township == township, Webhook.disabled_at.is_(None)).order_by(Webhook.id)
    if lock:
        query = query.with_for_update()
    return list(db.session.scalars(query))


def list_deliveries(webhook: Webhook, page: PageRequest) -> Page[WebhookDelivery]:
    """Every attempt of the last three months, the newest first."""
    query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.id)
    return page_of(db.session(), query, [WebhookDelivery.id], page, descending=True)
