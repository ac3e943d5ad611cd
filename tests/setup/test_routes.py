"""The section ``routing`` of a township's file."""

from pathlib import Path

import pytest

from tests.setup.test_township_file import YAML, edit, faults, folder, read
from villagepub.core.permissions import Role

__all__ = ["folder"]  # the fixture

WEBSITE = "{items: [C01, D03, E02, E05, H01], channels: [website]}"


def test_the_real_file_sends_projects_to_the_website_and_the_villages_affairs_to_the_board(folder: Path) -> None:
    routing = read(folder).routing
    assert routing is not None
    assert routing.channels_of("D03") == {
        "mini_program": Role.ADMINISTRATOR,
        "notice_board": Role.UPLOADER,
        "website": Role.ADMINISTRATOR,
    }
    assert set(routing.channels_of("A01")) == {"mini_program"}


def test_a_file_may_have_none(folder: Path) -> None:
    path = folder / YAML
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("routing:")], encoding="utf-8")
    assert read(folder).routing is None


@pytest.mark.parametrize(
    ("new", "place", "named"),
    [
        (WEBSITE.replace("D03", "D09"), "routing.rules 第 3 项的 items", "没有“D09”"),
        (WEBSITE.replace("C01, D03", "X, Y01"), "routing.rules 第 3 项的 items", "没有“X、Y01”"),
        (WEBSITE.replace("[website]", "[radio]"), "routing.rules 第 3 项的 channels", "没有“radio”"),
        (WEBSITE.replace("[website]", "[]"), "routing.rules 第 3 项的 channels", ""),
        (WEBSITE.replace("]}", "], held_by: leader}"), "routing.rules 第 3 项的 held_by", "leader"),
        (WEBSITE.replace("]}", "], until: 2024}"), "routing.rules 第 3 项的 until", "没有这个键"),
    ],
)
def test_what_is_unknown_is_named_with_its_line(folder: Path, new: str, place: str, named: str) -> None:
    lines = (folder / YAML).read_text(encoding="utf-8").splitlines()
    number = next(index for index, line in enumerate(lines, start=1) if WEBSITE in line)
    edit(folder, YAML, WEBSITE, new)
    [fault] = faults(folder)
    assert fault.startswith(f"township.yaml 第 {number} 行 {place}：")
    assert named in fault


def test_a_day_that_does_not_exist(folder: Path) -> None:
    edit(folder, YAML, "valid_from: 2023-11-01", "valid_from: 2023-11-31")
    [fault] = faults(folder)
    assert "routing.valid_from" in fault


def test_what_is_wrong_elsewhere_is_no_fault_here(folder: Path) -> None:
    edit(folder, YAML, "{key: website,", "{key: Website,")
    edit(folder, "catalogue.csv", "C01,年度财务计划", "C1,年度财务计划")
    assert [fault for fault in faults(folder) if "routing" in fault] == []
