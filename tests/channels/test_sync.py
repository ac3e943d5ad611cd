"""What is missing, unapproved or still up, and how much is in step: over matters and posts that are only values."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.channels.test_matching import version
from villagepub.channels.routing import RoutingTable, Rule, channels_of, fault_of_change, table_on
from villagepub.channels.sync import By, Comparison, Reason, Span
from villagepub.core.permissions import Role
from villagepub.disclosures.matters import Version
from villagepub.ledgers.models import Channel, ChannelPost

TODAY, DAY = date(2023, 11, 20), date(2023, 11, 6)
VILLAGE, NEIGHBOUR = "640104100202", "640104100203"
TABLE = RoutingTable(
    date(2023, 11, 1),
    (
        Rule(("A", "B", "C"), ("mini_program",)),
        Rule(("C01", "C02"), ("website",)),
        Rule(("C",), ("board",), Role.UPLOADER),
        Rule(("C02",), ("board",)),
    ),
)
CHANNELS = [
    Channel(key="mini_program", name="小程序", counted_from_disclosures=True),
    Channel(key="website", name="网站", counted_from_disclosures=False),
    Channel(key="board", name="公开栏", counted_from_disclosures=False),
    Channel(key="weibo", name="微博", counted_from_disclosures=False),
]


def item(index: int, /, **changes: Any) -> Version:
    return version(**({"id": f"{index:026}", "number": f"{VILLAGE}-2023-{index:04}"} | changes))


def draft(index: int, /, state: str = "draft", **changes: Any) -> Version:
    unknown = {"published_at": None, "first_published_at": None}
    return item(index, **({"number": None, "state": state} | unknown | changes))


def posted(number: int, day: date = DAY, **changes: Any) -> ChannelPost:
    values = {"id": f"P{number:025}", "channel": "website", "title": "信息", "url": None, "posted_on": day}
    return ChannelPost(**(values | {"disclosure": None, "not_a_disclosure": False} | changes))


def compare(versions: list[Version], posts: list[ChannelPost], **changes: Any) -> Comparison:
    ended = {v.id: at(14) for v in versions if v.state in ("withdrawn", "suspended", "superseded")}
    values: dict[str, Any] = {"today": TODAY, "channels": CHANNELS, "tables": [TABLE], "ended": ended}
    values["kept"] = {channel.key for channel in CHANNELS}
    entries = {"C02": "财务收支明细"}
    return Comparison(**(values | {"versions": versions, "posts": posts, "entries": entries} | changes))


def at(day: int) -> datetime:
    return datetime(2023, 11, day, 1, 0, tzinfo=UTC)


def found(comparison: Comparison, span: Span | None = None) -> dict[tuple[str, str], bool]:
    """``{(item, channel): whether a post is there}``."""
    pairs = comparison.pairs(span or Span())
    return {(pair.matter.current.id[-1], pair.channel): pair.post is not None for pair in pairs}


# --- routing ----------------------------------------------------------------------------------------------------


def test_an_entry_goes_where_it_or_its_group_is_sent_and_the_first_rule_says_by_whom() -> None:
    assert TABLE.channels_of("C02") == {
        "mini_program": Role.ADMINISTRATOR,
        "website": Role.ADMINISTRATOR,
        "board": Role.UPLOADER,
    }
    assert TABLE.channels_of("D01") == {}


@pytest.mark.parametrize(
    ("day", "channels"),
    [(date(2023, 10, 31), set()), (date(2023, 11, 1), {"website"}), (date(2024, 1, 1), {"board"})],
)
def test_the_table_in_force_on_the_day_routes(day: date, channels: set[str]) -> None:
    tables = [
        RoutingTable(date(2024, 1, 1), (Rule(("C",), ("board",)),)),
        RoutingTable(date(2023, 11, 1), (Rule(("C",), ("website",)),)),
    ]
    assert set(channels_of(tables, "C02", day)) == channels
    assert table_on([], day) is None


@pytest.mark.parametrize(
    ("valid_from", "rules", "may"),
    [
        (date(2023, 11, 1), TABLE.rules, True),  # the same
        (date(2023, 11, 1), TABLE.rules[:1], False),  # in force: not to be rewritten
        (date(2023, 10, 1), TABLE.rules, False),  # before it
        (date(2023, 11, 20), TABLE.rules, False),  # today: some of its items are out already
        (date(2023, 11, 21), TABLE.rules[:1], True),
    ],
)
def test_a_new_table_leaves_the_past_alone(valid_from: date, rules: tuple[Rule, ...], may: bool) -> None:
    assert (fault_of_change(TABLE, RoutingTable(valid_from, rules), TODAY) is None) is may


def test_the_first_table_may_begin_in_the_past_and_one_to_come_may_be_changed() -> None:
    assert fault_of_change(None, TABLE, TODAY) is None
    to_come = RoutingTable(date(2023, 12, 1), TABLE.rules)
    assert fault_of_change(to_come, RoutingTable(date(2023, 12, 1), TABLE.rules[:1]), TODAY) is None


# --- matching ---------------------------------------------------------------------------------------------------


def test_a_person_comes_before_an_address_and_an_address_before_nothing() -> None:
    comparison = compare([item(1), item(2)], [])
    by_link = posted(1, url=f"https://a.example/{item(1).id}")
    by_number = posted(2, url=f"https://a.example/{item(2).number}.html")
    by_hand = posted(3, url=by_link.url, disclosure=item(2).id)
    matched = [comparison.match(each) for each in (by_link, by_number, by_hand)]
    assert [(match.version.id[-1], match.by) for match in matched if match] == [
        ("1", By.LINK),
        ("2", By.LINK),
        ("2", By.HAND),
    ]


@pytest.mark.parametrize(
    "url", [None, "https://a.example/1.html", f"https://a.example/{item(1).number}/{item(2).number}"]
)
def test_what_names_nothing_or_several_is_no_match(url: str | None) -> None:
    assert compare([item(1), item(2)], []).match(posted(1, url=url)) is None


# --- in step ----------------------------------------------------------------------------------------------------


def test_a_pair_is_in_step_while_a_post_of_it_is_up() -> None:
    versions = [item(1), item(2, entry="C03"), item(3, entry="D01")]
    posts = [posted(1, DAY + timedelta(days=3), disclosure=item(1).id), posted(2, TODAY, disclosure=item(1).id)]
    comparison = compare(versions, posts)
    assert found(comparison) == {("1", "website"): True, ("1", "board"): False, ("2", "board"): False}
    rates = {
        rate.channel: (rate.in_step, rate.routed, rate.rate, rate.median_days) for rate in comparison.rates(Span())
    }
    assert rates == {
        "website": (1, 1, "100%", 3),
        "board": (0, 2, "0%", None),
        "weibo": (0, 0, "—", None),
        None: (1, 3, "33.3%", 3),
    }
    days = {(pair.matter.current.id[-1], pair.channel): pair.days for pair in comparison.pairs(Span())}
    assert days == {("1", "website"): 3, ("1", "board"): 14, ("2", "board"): 14}


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "withdrawn"},
        {"state": "suspended"},
        {"audience": "villagers"},
        {"first_published_at": datetime(2023, 10, 31, 1, tzinfo=UTC)},  # before the table
    ],
)
def test_what_is_not_public_or_was_not_routed_belongs_nowhere(changes: dict[str, Any]) -> None:
    assert found(compare([item(1, **changes)], [])) == {}
    assert found(compare([draft(1)], [])) == {}


def test_a_post_on_another_channel_does_not_count() -> None:
    assert not any(found(compare([item(1)], [posted(1, channel="weibo", disclosure=item(1).id)])).values())


def test_a_correction_is_the_same_matter_from_its_first_day_on() -> None:
    old = item(1, state="superseded")
    new = item(2, number=old.number, published_at=at(10), title="更正件")
    comparison = compare([old, new], [posted(1, disclosure=old.id)])
    assert found(comparison) == {("2", "website"): True, ("2", "board"): False}
    assert {pair.matter.published_on for pair in comparison.pairs(Span())} == {DAY}


@pytest.mark.parametrize(
    ("span", "count"),
    [
        (Span(), 2),
        (Span(channel="website"), 1),
        (Span(DAY, DAY), 2),
        (Span(DAY + timedelta(days=1)), 0),
        (Span(prefix=VILLAGE), 2),
        (Span(prefix=NEIGHBOUR), 0),
    ],
)
def test_a_span_narrows(span: Span, count: int) -> None:
    assert len(found(compare([item(1)], []), span)) == count


# --- unapproved -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "in_review", "returned", "refused", "referred", "imported"])
def test_a_post_of_what_is_not_approved(state: str) -> None:
    [row] = compare([draft(1, state)], [posted(1, disclosure=item(1).id)]).unapproved(Span())
    assert (row.reason, row.version and row.version.state) == (Reason.NOT_APPROVED, state)


def test_a_post_that_was_earlier_than_the_approval() -> None:
    posts = [posted(1, DAY - timedelta(days=1), disclosure=item(1).id), posted(2, DAY, disclosure=item(1).id)]
    [row] = compare([item(1)], posts).unapproved(Span())
    assert (row.post.id, row.reason) == (posts[0].id, Reason.BEFORE_APPROVAL)


def test_a_post_of_what_only_villagers_may_read() -> None:
    [row] = compare([item(1, audience="villagers")], [posted(1, disclosure=item(1).id)]).unapproved(Span())
    assert row.reason == Reason.VILLAGERS_ONLY


def test_a_post_that_looks_like_a_disclosure_and_has_no_item() -> None:
    posts = [
        posted(1, title="低保名单公示"),
        posted(2, title="春耕动态"),
        posted(3, title="名单", not_a_disclosure=True),
    ]
    comparison = compare([item(1)], posts)
    [row] = comparison.unapproved(Span())
    assert (row.post.id, row.reason, row.sign) == (posts[0].id, Reason.NO_ITEM, "公示")
    assert [post.id for post in comparison.unmatched(Span())] == [posts[0].id, posts[1].id]


# --- still up ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["withdrawn", "suspended"])
def test_a_post_of_what_is_out_of_sight_here(state: str) -> None:
    [row] = compare([item(1, state=state)], [posted(1, disclosure=item(1).id)]).still_up(Span())
    assert (row.state, row.since, row.days) == (state, at(14), 6)


@pytest.mark.parametrize(
    ("post", "is_outdated"),
    [
        (posted(1, disclosure=item(1).id), True),
        (posted(1, disclosure=item(2).id), False),
        (posted(1, url=f"https://a.example/{item(1).number}"), True),  # as it stood on that day
        (posted(1, date(2023, 11, 14), url=f"https://a.example/{item(1).number}"), False),
        (posted(1, url=f"https://a.example/{item(2).id}"), False),
    ],
)
def test_a_post_of_what_was_corrected_since(post: ChannelPost, is_outdated: bool) -> None:
    old = item(1, state="superseded")
    new = item(2, number=old.number, published_at=at(14))
    rows = list(compare([old, new], [post]).still_up(Span()))
    assert [row.state for row in rows] == ["superseded"] * is_outdated


def test_of_a_withdrawn_correction_every_post_is_still_up() -> None:
    old = item(1, state="superseded")
    new = item(2, number=old.number, published_at=at(10), state="withdrawn")
    posts = [posted(1, disclosure=old.id), posted(2, disclosure=new.id)]
    assert [row.state for row in compare([old, new], posts).still_up(Span())] == ["withdrawn", "withdrawn"]


# --- whatever there is ------------------------------------------------------------------------------------------

STATES = st.sampled_from(["published", "withdrawn", "suspended"])
ITEMS = st.lists(st.tuples(STATES, st.sampled_from(["C01", "C02", "C03", "D01"]), st.integers(-10, 12)), max_size=6)
POSTS = st.lists(
    st.tuples(st.integers(0, 8), st.sampled_from(["website", "board", "weibo"]), st.integers(-12, 13)), max_size=8
)


@pytest.mark.slow
@given(ITEMS, POSTS)
def test_numbers_add_up_and_every_matched_post_is_accounted_for(items: Any, posts: Any) -> None:
    versions = []
    for number, (state, entry, days) in enumerate(items):
        published = at(6) + timedelta(days=days)
        times = {"published_at": published, "first_published_at": published, "created_at": published}
        versions.append(item(number, state=state, entry=entry, **times))
    ledger = [
        posted(number, DAY + timedelta(days=days), channel=channel, disclosure=item(which).id)
        for number, (which, channel, days) in enumerate(posts)
    ]
    comparison = compare(versions, ledger)
    *channels, total = comparison.rates(Span())
    pairs = list(comparison.pairs(Span()))
    assert (total.routed, total.in_step) == (len(pairs), sum(pair.post is not None for pair in pairs))
    assert total.routed == sum(rate.routed for rate in channels)
    assert total.in_step == sum(rate.in_step for rate in channels) <= total.routed
    hidden = {version.id for version in versions if version.state != "published"}
    assert [row.post.disclosure in hidden for row in comparison.still_up(Span())] == [
        True for post in ledger if post.disclosure in hidden
    ]
    assert not {pair.matter.current.id for pair in pairs} & hidden
