"""What a citation in a township's table means, and when."""

from datetime import date

import pytest

from villagepub.catalogue.citations import Basis, parse_citation

OLD, NEW = "村民委员会组织法（2018年修正）", "村民委员会组织法（2025年修订）"
LAST, FIRST = date(2025, 12, 31), date(2026, 1, 1)


def organic(article: str) -> list[Basis]:
    return [Basis(OLD, article, valid_until=LAST), Basis(NEW, None, article_expected=True, valid_from=FIRST)]


@pytest.mark.parametrize(
    ("text", "bases"),
    [
        ("党务公开条例(试行)", [Basis("党务公开条例(试行)")]),
        ("法27", organic("第27条")),
        ("法24(一)", organic("第24条第（一）项")),
        ("法24(四)(八)", organic("第24条第（四）（八）项")),
        ("法14;15", organic("第14条、第15条")),
        ("法30(一);23;24", organic("第30条第（一）项、第23条、第24条")),
        ("法30;农经发13号", [*organic("第30条"), Basis("农经发13号")]),
        ("法30;农经发13号;集体经济组织法", [*organic("第30条"), Basis("农经发13号"), Basis("集体经济组织法")]),
        ("法24(六);条例21", [*organic("第24条第（六）项"), Basis("条例21")]),
        ("社会救助暂行办法;民发〔2021〕57号", [Basis("社会救助暂行办法"), Basis("民发〔2021〕57号")]),
        (" 法27 ; ", organic("第27条")),
        ("", []),
    ],
)
def test_a_citation_names_its_laws_in_order(text: str, bases: list[Basis]) -> None:
    assert parse_citation(text) == bases


def test_the_two_texts_of_the_organic_law_meet_without_gap_or_overlap() -> None:
    old, new = parse_citation("法30")
    assert old.valid_until is not None
    assert new.valid_from is not None
    assert (new.valid_from - old.valid_until).days == 1
