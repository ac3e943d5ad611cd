"""One source per channel and period, over days, months and years."""

import pytest

from villagepub.ledgers.clashes import Claim, Claims, sentence

DAY, MONTH, OTHER_MONTH, YEAR, OTHER_YEAR = "2023-11-06", "2023-11", "2023-12", "2023", "2022"


def _tally(span: str, key: str = "weibo") -> Claim:
    return Claim(key, span, True, f"编号 {key}-{span}")


def _single(day: str, key: str = "weibo") -> Claim:
    return Claim(key, day, False, f"编号 {key}-{day}")


@pytest.mark.parametrize(
    ("held", "new"),
    [
        (_tally(MONTH), _single(DAY)),
        (_tally(YEAR), _single(DAY)),
        (_single(DAY), _tally(MONTH)),
        (_single(DAY), _tally(YEAR)),
        (_tally(MONTH), _tally(MONTH)),
        (_tally(YEAR), _tally(MONTH)),
        (_tally(MONTH), _tally(YEAR)),
        (_tally(YEAR), _tally(YEAR)),
    ],
)
def test_days_that_count_already_are_not_counted_again(held: Claim, new: Claim) -> None:
    claims = Claims()
    claims.add(held)
    assert claims.against(new) == [held]


@pytest.mark.parametrize(
    ("held", "new"),
    [
        (_single(DAY), _single(DAY)),
        (_tally(OTHER_MONTH), _single(DAY)),
        (_tally(OTHER_MONTH), _tally(MONTH)),
        (_tally(OTHER_YEAR), _single(DAY)),
        (_tally(OTHER_YEAR), _tally(MONTH)),
        (_single(DAY), _tally(OTHER_MONTH)),
        (_tally(YEAR, "website"), _single(DAY)),
        (_single(DAY, "website"), _tally(YEAR)),
    ],
)
def test_other_days_and_other_channels_do_not_clash(held: Claim, new: Claim) -> None:
    claims = Claims()
    claims.add(held)
    assert claims.against(new) == []


def test_a_year_clashes_with_every_row_inside_it_once() -> None:
    claims = Claims()
    held = [_tally(MONTH), _tally(OTHER_MONTH), _single("2023-01-01")]
    for claim in [*held, _tally(OTHER_YEAR)]:
        claims.add(claim)
    assert claims.against(_tally(YEAR)) == held


def test_the_sentence_names_the_rows() -> None:
    words = sentence("微博", [_tally(MONTH)])
    assert "微博已登记 2023-11 的合计（编号 weibo-2023-11）" in words
    assert "作废" in words


def test_the_sentence_names_three_of_many() -> None:
    words = sentence("微博", [_single(f"2023-11-{day:02}") for day in range(1, 6)])
    assert "2023-11-03等 5 条" in words
    assert "2023-11-04" not in words
