"""What was published here held against what stands on the other channels. Pure.

A *matter* is an item with its corrections: they have one number, and are one thing on a channel.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from statistics import median_low

from villagepub.channels.matching import named_in, sign_of_disclosure
from villagepub.channels.routing import RoutingTable, channels_of
from villagepub.core import clock
from villagepub.core.permissions import Role
from villagepub.core.rates import rate_of
from villagepub.disclosures.matters import Version
from villagepub.ledgers.models import Channel, ChannelPost
from villagepub.review.workflow import State

NOT_ENTERED = "未填报"
PUBLIC = "public"  # the audience that may be routed elsewhere


class By(StrEnum):
    """How a post was matched."""

    HAND = "hand"
    LINK = "link"


class Reason(StrEnum):
    """Why a post stands on a channel without an approval that covers it."""

    NO_ITEM = "no_item"
    NOT_APPROVED = "not_approved"
    BEFORE_APPROVAL = "before_approval"
    VILLAGERS_ONLY = "villagers_only"


@dataclass(frozen=True)
class Matter:
    """versions: in order, the corrections after what they replace."""

    versions: tuple[Version, ...]

    @property
    def current(self) -> Version:
        return self.versions[-1]

    @property
    def published_on(self) -> date:
        """The day of its first publication here, in Asia/Shanghai."""
        return min(version.known_on for version in self.versions)

    @property
    def is_public_now(self) -> bool:
        return self.current.state == State.PUBLISHED and self.current.audience == PUBLIC

    def version_on(self, day: date) -> Version:
        """What stood here at the end of a day; the first version for a day before it."""
        begun = [v for v in self.versions if v.published_at and clock.local(v.published_at).date() <= day]
        return begun[-1] if begun else self.versions[0]


@dataclass(frozen=True)
class Match:
    """version: the one that the post shows."""

    matter: Matter
    version: Version
    by: By


@dataclass(frozen=True)
class Pair:
    """A matter and a channel that it belongs on. post: the first one there that is still up; None while missing.

    days: from publication here to the post, which is negative for one that was earlier; while missing, to today.
    """

    matter: Matter
    channel: str
    held_by: Role
    post: ChannelPost | None
    days: int


@dataclass(frozen=True)
class Unapproved:
    """A post that an approval here does not cover. sign: what makes an unmatched one look like a disclosure."""

    post: ChannelPost
    reason: Reason
    version: Version | None = None
    sign: str | None = None


@dataclass(frozen=True)
class StillUp:
    """A post that shows what is no longer public here. state: of what it shows; since: when that ended."""

    post: ChannelPost
    version: Version
    state: str
    since: datetime
    days: int


@dataclass(frozen=True)
class Rate:
    """channel: None for all of them together. in_step: None where the single posts of the channel are not known.

    median_days: of the pairs in step; None where there is none.
    """

    channel: str | None
    routed: int
    in_step: int | None
    rate: str
    median_days: int | None


@dataclass(frozen=True)
class Span:
    """What a list is narrowed to. first, last: days, both included; prefix: of a place within the township."""

    first: date = date.min
    last: date = date.max
    prefix: str = ""
    channel: str | None = None

    @property
    def is_bounded(self) -> bool:
        return self.first > date.min

    def has(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass
class Comparison:
    """A township's matters and posts, as of a day.

    posts: those that count and are still up, in the order of entry. ended: when what is not public now ceased to be,
    by the id of the version. entries: ``{code: name}`` of the catalogue.
    kept: the channels whose single posts are known, in the years that it is asked about.
    """

    today: date
    channels: Sequence[Channel]
    tables: Sequence[RoutingTable]
    versions: Iterable[Version]
    posts: Sequence[ChannelPost]
    ended: Mapping[str, datetime]
    entries: Mapping[str, str]
    kept: frozenset[str]
    matters: list[Matter] = field(init=False)

    def __post_init__(self) -> None:
        self.matters = list(_matters(self.versions))
        self._by_id = {version.id: (matter, version) for matter in self.matters for version in matter.versions}
        self._by_number = {matter.current.number: matter for matter in self.matters if matter.current.number}
        self._matches = {post.id: match for post in self.posts if (match := self.match(post)) is not None}

    def match(self, post: ChannelPost) -> Match | None:
        """The matter that a person said, or else the one that the address names; None when there is none."""
        if post.disclosure is not None:
            known = self._by_id.get(post.disclosure)
            return Match(*known, By.HAND) if known else None
        ids, numbers = named_in(post.url)
        named = [self._by_id[each] for each in ids if each in self._by_id]
        if len(named) == 1:
            return Match(*named[0], By.LINK)
        of_number = [self._by_number[each] for each in numbers if each in self._by_number]
        if named or len(of_number) != 1:
            return None  # an address that names several says nothing
        return Match(of_number[0], of_number[0].version_on(post.posted_on), By.LINK)

    def unmatched(self, span: Span) -> list[ChannelPost]:
        """The posts of which nobody has said yet what they are about."""
        return [post for post in self._posts_in(span) if post.id not in self._matches and not post.not_a_disclosure]

    def pairs(self, span: Span) -> Iterator[Pair]:
        """Every matter published first in the span and public now, with each other channel that it belongs on."""
        posts = self._posts_by_pair()
        foreign = {channel.key for channel in self.channels if not channel.counted_from_disclosures}
        for matter in self.matters:
            current, day = matter.current, matter.published_on
            if not (matter.is_public_now and span.has(day) and current.village.startswith(span.prefix)):
                continue
            for channel, held_by in channels_of(self.tables, current.entry, day).items():
                if channel in foreign and span.channel in (None, channel):
                    post = posts.get((current.id, channel))
                    until = post.posted_on if post else self.today
                    yield Pair(matter, channel, held_by, post, (until - day).days)

    def rates(self, span: Span) -> list[Rate]:
        """For each channel that anything was routed to, or that is asked for, and at last for all that are kept."""
        pairs = list(self.pairs(span))
        keys = [c.key for c in self.channels if not c.counted_from_disclosures and span.channel in (None, c.key)]
        rates = [self._rate_of(key, [pair for pair in pairs if pair.channel == key]) for key in keys]
        return [*rates, _rate(None, [pair for pair in pairs if pair.channel in self.kept])]

    def _rate_of(self, channel: str, pairs: Sequence[Pair]) -> Rate:
        """A channel of which only totals are known is not at 0 %: nobody knows."""
        return _rate(channel, pairs) if channel in self.kept else Rate(channel, len(pairs), None, NOT_ENTERED, None)

    def unapproved(self, span: Span) -> Iterator[Unapproved]:
        """Posts that look like disclosures or say that they are, and that nothing approved here covers."""
        for post in self._posts_in(span):
            match = self._matches.get(post.id)
            if match is not None:
                reason = _reason_against(post, match)
                if reason and match.version.village.startswith(span.prefix):
                    yield Unapproved(post, reason, match.version)
                continue
            sign = None if post.not_a_disclosure else sign_of_disclosure(post.title, self.entries)
            if sign is not None and not span.prefix:
                yield Unapproved(post, Reason.NO_ITEM, sign=sign)

    def still_up(self, span: Span) -> Iterator[StillUp]:
        """Posts that show what was withdrawn, suspended or superseded here. The span is of the day that ended it."""
        for post in self.posts:
            match = self._matches.get(post.id)
            if match is None or not match.version.is_approved or match.version.audience != PUBLIC:
                continue
            shown = match.matter.current if match.matter.current.state in _HIDDEN else match.version
            since = self.ended.get(shown.id)
            if since is None or not shown.village.startswith(span.prefix):
                continue
            day = clock.local(since).date()
            if span.has(day) and span.channel in (None, post.channel):
                yield StillUp(post, shown, shown.state, since, (self.today - day).days)

    def _posts_in(self, span: Span) -> list[ChannelPost]:
        return [post for post in self.posts if span.has(post.posted_on) and span.channel in (None, post.channel)]

    def _posts_by_pair(self) -> dict[tuple[str, str], ChannelPost]:
        """``{(id of the current version, channel): the earliest post}``."""
        found: dict[tuple[str, str], ChannelPost] = {}
        for post in sorted(self.posts, key=lambda each: (each.posted_on, each.id)):
            if match := self._matches.get(post.id):
                found.setdefault((match.matter.current.id, post.channel), post)
        return found


_HIDDEN = (State.WITHDRAWN, State.SUSPENDED)


def _matters(versions: Iterable[Version]) -> Iterator[Matter]:
    """What was approved here is one matter a number; anything else is one by itself."""
    numbered: defaultdict[str, list[Version]] = defaultdict(list)
    for version in versions:
        if version.is_approved and version.number:
            numbered[version.number].append(version)
        else:
            yield Matter((version,))
    for group in numbered.values():
        yield Matter(tuple(sorted(group, key=_published_at)))


def _published_at(version: Version) -> datetime:
    return version.published_at or version.created_at


def _reason_against(post: ChannelPost, match: Match) -> Reason | None:
    if not match.version.is_approved:
        return Reason.NOT_APPROVED
    if match.version.audience != PUBLIC:
        return Reason.VILLAGERS_ONLY
    return Reason.BEFORE_APPROVAL if post.posted_on < match.matter.published_on else None


def _rate(channel: str | None, pairs: Sequence[Pair]) -> Rate:
    days = [pair.days for pair in pairs if pair.post is not None]
    median = median_low(days) if days else None
    return Rate(channel, len(pairs), len(days), rate_of(len(days), len(pairs)), median)
