"""What a township's file may say, and how a mistake in it is reported."""

import shutil
from pathlib import Path

import pytest

from config.base import PROJECT
from villagepub.core.permissions import Role
from villagepub.divisions.levels import Level
from villagepub.setup.content import TownshipFile
from villagepub.setup.places import fault_of_code
from villagepub.setup.township_file import TownshipFileRefused, read_township_file

ZHANGZHENG = PROJECT / "config" / "townships" / "zhangzheng"
YAML, DIVISIONS, CATALOGUE = "township.yaml", "divisions.csv", "catalogue.csv"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the real files, free to be edited."""
    return Path(shutil.copytree(ZHANGZHENG, tmp_path / "township"))


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def read(folder: Path, *, demo: bool = True) -> TownshipFile:
    return read_township_file(folder / YAML, demo=demo)


def faults(folder: Path, *, demo: bool = True) -> list[str]:
    with pytest.raises(TownshipFileRefused) as refused:
        read(folder, demo=demo)
    return refused.value.faults


class TestTheRealFile:
    def test_has_no_fault(self, folder: Path) -> None:
        content = read(folder)

        assert content.township.full_name == "银川市兴庆区掌政镇"
        assert (len(content.divisions), len(content.offices), len(content.entries)) == (17, 9, 41)
        assert content.rules.due["yearly"] == {"month": 1, "day": 31, "of": "next_year"}
        assert [channel.key for channel in content.channels if channel.counted_from_disclosures] == ["mini_program"]

    def test_lists_a_parent_before_its_children(self, folder: Path) -> None:
        seen: set[str | None] = {None}
        for division in read(folder).divisions:
            assert division.parent in seen
            seen.add(division.code)

    def test_takes_an_office_by_name_or_by_key(self, folder: Path) -> None:
        edit(folder, CATALOGUE, ",财经服务中心,P1,", ",finance,P1,")

        assert {entry.office for entry in read(folder).entries if entry.values.group == "C"} == {"finance"}


class TestWildcards:
    def test_every_office_has_its_head(self, folder: Path) -> None:
        content = read(folder)

        heads = [post for post in content.posts if post.role is Role.OFFICE_REVIEWER]
        assert [head.key for head in heads] == [f"office-{office.key}" for office in content.offices]
        assert all(head.key == f"office-{head.office_reviewed}" for head in heads)
        assert {head.division for head in heads} == {content.township.code}

    def test_every_village_on_the_platform_has_its_uploader(self, folder: Path) -> None:
        content = read(folder)

        uploaders = [post for post in content.posts if post.role is Role.UPLOADER]
        joined = [place.code for place in content.divisions if place.discloses]
        assert len(joined) == 11
        assert [(post.key, post.division) for post in uploaders] == [(f"uploader-{code}", code) for code in joined]

    def test_key_user_name_password_and_name_are_written_out(self, folder: Path) -> None:
        people = {person.username: person for person in read(folder).people}

        uploader, head = people["uploader-640104100202"], people["office-finance"]
        assert (uploader.name, uploader.posts) == ("洼路村信息员", ("uploader-640104100202",))
        assert uploader.password == "demo-uploader-640104100202"
        assert (head.name, head.password) == ("财经服务中心负责人", "demo-office-finance")

    def test_one_village_may_be_named_by_itself(self, folder: Path) -> None:
        deputy = '  - {key: deputy, role: uploader, village: "640104100202", title: 专人}\n'
        edit(folder, YAML, "people:  ", f"{deputy}people:  ")

        assert [post.division for post in read(folder).posts if post.key == "deputy"] == ["640104100202"]


TEN_MISTAKES = [
    (YAML, "told_of_incidents: [secrecy", "told_of_incidents: [secret", "township.yaml 第 20 行 told_of_incidents"),
    (YAML, "leader: 1}", "leader: 0}", "township.yaml 第 31 行 review_days.leader"),
    (YAML, '"08:30-12:00"', '"8:30-12:00"', "township.yaml 第 32 行 working_hours"),
    (YAML, "\n  monthly: {day: 10", "\n  monthly: {day: 30", "township.yaml 第 37 行 due.monthly.day"),
    (YAML, "{key: website,", "{key: Website,", "township.yaml 第 14 行 channels 第 1 项的 key"),
    (YAML, "posts: [secrecy]", "posts: [secret]", "township.yaml 第 53 行 people 第 1 项的 posts"),
    (DIVISIONS, "640104100201,春林村,village", "640104100601,春林村,village", "divisions.csv 第 7 行 code"),
    (
        DIVISIONS,
        "横城村,village,640104100000",
        "横城村,village,640104200000",
        "divisions.csv 第 17 行 parent",
    ),
    (
        CATALOGUE,
        "A02,年度目标任务及完成情况,A",
        "A02,年度目标任务及完成情况,B",
        "catalogue.csv 第 3 行 group",
    ),
    (CATALOGUE, "法24(一),quarterly,", "法24(一),quarterly,yearly", "catalogue.csv 第 11 行 also_summarised"),
    (
        CATALOGUE,
        "农业保险条例,on_event,,no,3,",
        "农业保险条例,on_event,,no,3天,",
        "catalogue.csv 第 32 行 publicity_days",
    ),
]


class TestManyMistakes:
    def test_ten_mistakes_are_ten_faults(self, folder: Path) -> None:
        for name, old, new, _ in TEN_MISTAKES:
            edit(folder, name, old, new)

        found = [fault.partition("：")[0] for fault in faults(folder)]

        assert sorted(found) == sorted(where for *_, where in TEN_MISTAKES)

    @pytest.mark.parametrize(("name", "old", "new", "where"), TEN_MISTAKES)
    def test_one_mistake_is_one_fault(self, folder: Path, name: str, old: str, new: str, where: str) -> None:
        edit(folder, name, old, new)

        assert [fault.partition("：")[0] for fault in faults(folder)] == [where]


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        (YAML, 'code: "640104100000"', "code: 640104100000", "引号"),
        (YAML, 'code: "640104100000"', 'code: "640104000000"', "9 位有效数字"),
        (YAML, "name: 掌政镇", "name: 掌政乡", "叫“掌政镇”"),
        (YAML, "  publisher: 兴庆区掌政镇人民政府\n", "", "没有填写"),
        (YAML, "  publisher:", "  publicher: 兴\n  publisher:", "没有这个键"),
        (YAML, "  name: 掌政镇\n", "  name: 掌政镇\n  name: 掌政镇\n", "写了两次"),
        (YAML, "divisions: divisions.csv", "divisions: nowhere.csv", "打不开文件"),
        (YAML, "{key: website, name: 政府网站管理平台}", "{key: weibo, name: 政府网站}", "重复"),
        (YAML, "name: 政府网站管理平台", "name: 政府网站, counted: from_disclosures", "只能有一个"),
        (YAML, "complaints: true", "complaints: 有", "true 或 false"),
        (YAML, "regional_holidays: []", "regional_holidays: [{date: 2024-04-10}]", "没有填写"),
        (
            YAML,
            "regional_holidays: []",
            "regional_holidays: [{date: 2024-04-31, notice: 某号}]",
            "存在的日期",
        ),
        (YAML, "role: auditor,", "role: auditors,", "可用的有"),
        (YAML, "quarterly: {day: 20, of: next_month}", "quarterly: {day: 31, of: next_month}", "30 天"),
        (YAML, "month: 1, day: 31", "month: 2, day: 29", "28 天"),
        (YAML, "day: 31, of: next_year", "day: 31, of: next_month", "只能是 next_year"),
        (YAML, "key: office-*,", "key: offices,", "须含 *"),
        (YAML, 'village: "*", title', 'village: "*", office: "*", title', "不能同时是 *"),
        (YAML, "office: general, title", "office: nobody, title", "没有“nobody”"),
        (YAML, "role: leader, title", 'role: leader, village: "640104100202", title', "乡镇的岗位"),
        (YAML, "username: leader", "username: secrecy", "已在前面用过"),
        (YAML, "posts: [leader]", "posts: [secrecy]", "已由 secrecy 担任"),
        (YAML, "posts: [auditor]", "posts: [auditor, leader]", "担任"),
        (YAML, 'username: "uploader-*"', "username: uploader", "须含 *"),
        (YAML, "password: demo-leader", "password: 12345678", "引号"),
        (DIVISIONS, "640104100202,", "6.40104E+11,", "科学计数"),
        (DIVISIONS, "640104100201,春林村", "640104100200,春林村", "重复"),
        (DIVISIONS, "640104100002,新创家园社区", "640104100202,新创家园社区", "重复"),
        (DIVISIONS, "五渡桥村,village", "五渡桥村,hamlet", "可用的有"),
        (DIVISIONS, "五渡桥村,village,640104100000", "五渡桥村,village,640104000000", "上级须是乡镇"),
        (
            DIVISIONS,
            "镇河村,village,640104100000,2023-11-01",
            "镇河村,village,640104100000,2023-11-31",
            "存在的日期",
        ),
        (CATALOGUE, "C02,", "C2,", "两位数字"),
        (CATALOGUE, "A02,", "A01,", "第 2 行的编码重复"),
        (
            CATALOGUE,
            "A,党务,党务公开条例(试行),half_yearly",
            "A,党建,党务公开条例(试行),half_yearly",
            "叫“党务”",
        ),
        (CATALOGUE, "half_yearly", "weekly", "可用的有"),
        (CATALOGUE, ",on_event,quarterly,", ",on_event,on_event,", "不能是 on_event"),
        (CATALOGUE, ",yes,", ",maybe,", "yes、no"),
        (CATALOGUE, ",5wd,", ",0,", "工作日数"),
        (CATALOGUE, ",党建办,P0,", ",组织办,P0,", "没有“组织办”"),
        (CATALOGUE, ",P2,", ",P3,", "P0、P1、P2"),
        (CATALOGUE, "code,name,", "code,title,", "表头"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(folder: Path, name: str, old: str, new: str, sentence: str) -> None:
    edit(folder, name, old, new)

    found = faults(folder)

    assert any(sentence in fault for fault in found), found
    assert all(fault.startswith((YAML, DIVISIONS, CATALOGUE, "nowhere.csv")) for fault in found), found


class TestFilesThatCannotBeRead:
    def test_a_broken_yaml_is_refused_with_its_line(self, folder: Path) -> None:
        edit(folder, YAML, "offices:", "offices: [")

        (fault,) = faults(folder)
        assert fault.startswith("township.yaml 第 ")

    def test_a_missing_file_is_one_fault(self, tmp_path: Path) -> None:
        with pytest.raises(TownshipFileRefused) as refused:
            read_township_file(tmp_path / "township.yaml", demo=False)

        assert len(refused.value.faults) == 1

    @pytest.mark.parametrize(
        "text", ["", "- 掌政镇", "township: 掌政镇", "township: [", "posts: [1, 2]\n", "? [a]\n: b"]
    )
    def test_other_contents_are_refused_in_words(self, folder: Path, text: str) -> None:
        (folder / YAML).write_text(text, encoding="utf-8")

        assert faults(folder)

    def test_an_alias_in_a_circle_does_no_harm(self, folder: Path) -> None:
        edit(folder, YAML, "regional_holidays: []", "regional_holidays: &round [*round]")

        assert faults(folder)

    def test_a_line_after_a_cell_of_two_lines_is_numbered_as_in_an_editor(self, folder: Path) -> None:
        edit(folder, CATALOGUE, "至选举日(≥20日)", '"至选举日\n(≥20日)"')
        edit(folder, CATALOGUE, "C02,", "C2,")

        places = [fault.partition("：")[0] for fault in faults(folder)]
        assert places == ["catalogue.csv 第 10 行 note", "catalogue.csv 第 16 行 code"]


class TestPasswords:
    def test_are_refused_outside_the_demonstration_line_by_line(self, folder: Path) -> None:
        found = faults(folder, demo=False)

        assert len(found) == 6
        assert all("密码" in fault for fault in found)


@pytest.mark.parametrize(
    ("level", "code", "is_right"),
    [
        (Level.PROVINCE, "640000000000", True),
        (Level.PROVINCE, "640100000000", False),
        (Level.PREFECTURE, "640000000000", False),
        (Level.COUNTY, "640104000000", True),
        (Level.TOWNSHIP, "640104100000", True),
        (Level.TOWNSHIP, "640104100200", False),
        (Level.TOWNSHIP, "64010410000", False),
        (Level.COMMUNITY, "640104100001", True),
        (Level.COMMUNITY, "640104100199", True),
        (Level.COMMUNITY, "640104100200", False),
        (Level.COMMUNITY, "640104100000", False),
        (Level.VILLAGE, "640104100200", True),
        (Level.VILLAGE, "640104100399", True),
        (Level.VILLAGE, "640104100599", True),
        (Level.VILLAGE, "640104100600", False),
        (Level.VILLAGE, "640104100199", False),
    ],
)
def test_a_code_fits_its_level(level: Level, code: str, is_right: bool) -> None:
    assert (fault_of_code(level, code) is None) is is_right
