"""The catalogue over HTTP, and the law that was valid on a day."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.clients import Client, TestClock
from tests.conftest import ZHANGZHENG
from tests.console import run
from tests.journeys import TOWNSHIP, VILLAGE, As, Json, decide, decision, draft, publish, put, submit

OLD, NEW = "村民委员会组织法（2018年修正）", "村民委员会组织法（2025年修订）"
UPLOADER = f"uploader-{VILLAGE}"
TO_CHECK = f"{NEW}，条号待核"


def catalogue(client: Client, division: str = TOWNSHIP) -> dict[str, Json]:
    answer = client.get(f"/catalogue?division={division}")
    assert answer.status_code == 200, answer.json
    return {entry["code"]: entry for entry in answer.json["data"]}


def citations(entry: Json) -> list[str]:
    return [basis["citation"] for basis in entry["legal_basis"]]


def enter(as_: As, code: str, basis: str, article: str = "第三十五条", by: str = "admin") -> int:
    path = f"/catalogue/{TOWNSHIP}/{code}/legal-bases/{basis}"
    return as_(by).put(path, {"article": article}).status_code


def test_it_has_forty_one_entries_in_eight_groups(as_: As) -> None:
    entries = catalogue(as_("leader"))
    sizes = [sum(code.startswith(group) for code in entries) for group in "ABCDEFGH"]
    assert (list(entries), sizes) == (sorted(entries), [5, 7, 6, 4, 5, 4, 6, 4])
    finance = entries["C02"]
    del finance["legal_basis"]
    assert finance.pop("office")["name"] == "财经服务中心"
    assert finance == {
        "code": "C02",
        "name": "财务收支明细（逐项逐笔）",
        "group": "C",
        "group_name": "村级财务",
        "frequency": "monthly",
        "also_summarised": None,
        "staged": False,
        "publicity_days": 7,
        "publicity_in_working_days": False,
        "privacy": "P1",
        "note": "",
    }


def test_it_says_how_long_an_item_is_shown_and_to_whom(as_: As) -> None:
    entries = catalogue(as_("leader"))
    shown = {code: (entry["publicity_days"], entry["publicity_in_working_days"]) for code, entry in entries.items()}
    assert (shown["A01"], shown["A03"], shown["E02"], shown["F04"]) == (
        (None, False),
        (5, True),
        (30, False),
        (3, False),
    )
    villagers = [code for code, entry in entries.items() if entry["privacy"] == "P2"]
    assert villagers == ["B04", "C05", "D04", "E03", "H02"]
    assert [code for code, entry in entries.items() if entry["also_summarised"]] == ["B01", "E01", "G01"]
    assert [code for code, entry in entries.items() if entry["staged"]] == ["D03", "H01"]


def test_a_village_reads_its_townships(as_: As) -> None:
    assert catalogue(as_(f"uploader-{VILLAGE}"), VILLAGE) == catalogue(as_("leader"))
    assert list(catalogue(as_("daxin-leader"), "640104101200"))[:2] == ["A01", "A02"]


def test_above_the_township_there_is_none(as_: As) -> None:
    leader = as_("leader")
    assert leader.get("/catalogue?division=640104000000").status_code == 422
    assert leader.get("/catalogue?division=640104199000").status_code == 404
    for query in ("", "?division=64", "?division=64010410000x"):
        assert leader.get(f"/catalogue{query}").status_code == 422, query


def test_the_basis_is_the_law_valid_today(as_: As, moment: TestClock) -> None:
    moment.set("2025-12-31 23:59:59")
    entries = catalogue(as_("leader"))
    assert citations(entries["B01"]) == [f"{OLD}第30条第（一）项、第23条、第24条"]
    assert citations(entries["C02"]) == [f"{OLD}第30条", "农经发13号"]
    assert entries["C02"]["legal_basis"][0]["valid_until"] == "2025-12-31"

    moment.set("2026-01-01 00:00")
    entries = catalogue(as_("leader"))
    assert citations(entries["B01"]) == [TO_CHECK]
    assert citations(entries["C02"]) == [TO_CHECK, "农经发13号"]
    basis = entries["C02"]["legal_basis"][0]
    assert (basis["article"], basis["valid_from"], basis["valid_until"]) == (None, "2026-01-01", None)
    assert citations(entries["A01"]) == ["党务公开条例(试行)"]


def test_an_administrator_enters_the_article_when_it_is_known(as_: As, moment: TestClock) -> None:
    moment.set("2026-01-05 09:00")
    basis = catalogue(as_("leader"))["C02"]["legal_basis"][0]["id"]

    assert enter(as_, "C02", basis) == 200

    entries = catalogue(as_("leader"))
    assert citations(entries["C02"]) == [f"{NEW}第三十五条", "农经发13号"]
    assert citations(entries["C03"])[0] == TO_CHECK  # each entry has its own
    told = as_("auditor").get("/audit?limit=100&from=2026-01-05").json["data"]
    assert [entry["action"] for entry in told] == ["catalogue.article_entered"]
    assert told[0]["data"]["article"] == "第三十五条"


@pytest.mark.parametrize(
    ("article", "status"),
    [
        ("第三十条第一款", 200),
        ("第24条第（四）（八）项、第三十条之一", 200),
        ("第三十条，联系人手机13895000000", 422),
        ("第640104199003071236条", 422),
        ("第三十条　机密★5年", 422),
        ("绿洲专报", 422),
    ],
)
def test_what_stands_unapproved_under_every_item_is_an_article_and_nothing_else(
    as_: As, moment: TestClock, article: str, status: int
) -> None:
    moment.set("2026-01-05 09:00")
    basis = catalogue(as_("leader"))["C02"]["legal_basis"][0]["id"]
    assert enter(as_, "C02", basis, article=article) == status
    shown = citations(catalogue(as_("leader"))["C02"])[0]
    assert shown == (f"{NEW}{article}" if status == 200 else TO_CHECK)


def test_nobody_else_enters_one(as_: As) -> None:
    basis = catalogue(as_("leader"))["C02"]["legal_basis"][0]["id"]
    refused = {name: enter(as_, "C02", basis, by=name) for name in ("leader", "secrecy", "auditor", "office-finance")}
    assert set(refused.values()) == {403}
    assert enter(as_, "C02", basis, by=f"uploader-{VILLAGE}") == 404
    assert enter(as_, "C02", basis, by="daxin-admin") == 404
    assert enter(as_, "C03", basis) == enter(as_, "Z99", basis) == enter(as_, "C02", "0" * 26) == 404
    assert enter(as_, "C02", basis, article="") == enter(as_, "C02", basis, article="条" * 61) == 422
    assert citations(catalogue(as_("leader"))["C02"]) == [f"{OLD}第30条", "农经发13号"]


@pytest.mark.slow
def test_a_published_item_keeps_the_basis_valid_on_its_date(as_: As, anybody: Client, moment: TestClock) -> None:
    def basis_of(disclosure: Json) -> str:
        return str(anybody.get(f"/public/disclosures/{disclosure['id']}").json["legal_basis"])

    moment.set("2025-12-31 10:00")
    old = publish(as_, period="2025-11")
    moment.set("2026-01-04 10:00")
    unchecked = publish(as_, period="2025-12")
    event = publish(as_, entry="C06", period=None, event_on="2025-12-30")
    assert basis_of(event) == f"{OLD}第24条第（三）项"  # what happened then was governed by the law of then

    entry = catalogue(as_("leader"))["C02"]
    assert enter(as_, "C02", entry["legal_basis"][0]["id"]) == 200
    checked = publish(as_, period="2026-01")

    assert basis_of(old) == f"{OLD}第30条；农经发13号"
    assert basis_of(unchecked) == f"{TO_CHECK}；农经发13号"
    assert basis_of(checked) == f"{NEW}第三十五条；农经发13号"


class TestAnEntryThatIsForVillagersAloneByNow:
    """What was begun under the old catalogue does not reach everybody under the new one."""

    def _restrict(self, app: Flask, folder: Path) -> None:
        path = Path(shutil.copytree(ZHANGZHENG.parent, folder / "township")) / ZHANGZHENG.name
        entries = path.parent / "catalogue.csv"
        lines = entries.read_text(encoding="utf-8").splitlines()
        changed = [line.replace(",P1,", ",P2,") if line.startswith("C02,") else line for line in lines]
        assert changed != lines
        entries.write_text("\n".join(changed) + "\n", encoding="utf-8")
        assert run(app, "township", "load", path, "--demo").exit_code == 0

    def _assert_refused(self, answer: Any) -> None:
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["audience"]), answer.json

    def test_a_draft(self, app: Flask, as_: As, tmp_path: Path) -> None:
        begun = draft(as_)
        self._restrict(app, tmp_path)
        self._assert_refused(as_(UPLOADER).post(f"/disclosures/{begun['id']}/submit"))
        assert submit(as_, put(as_, begun, audience="villagers"))["state"] == "in_review"

    def test_what_is_in_review(self, app: Flask, as_: As, anybody: Client, tmp_path: Path) -> None:
        item = decide(as_, decide(as_, submit(as_, draft(as_))))
        self._restrict(app, tmp_path)
        self._assert_refused(as_("leader").post(f"/disclosures/{item['id']}/decisions", decision(item)))
        assert anybody.get(f"/public/disclosures/{item['id']}").status_code == 404
        assert decide(as_, item, "return")["state"] == "returned"

    def test_a_correction(self, app: Flask, as_: As, tmp_path: Path) -> None:
        item = publish(as_)
        self._restrict(app, tmp_path)
        begun = as_(UPLOADER).post(f"/disclosures/{item['id']}/corrections", {"change_note": "更正金额"})
        self._assert_refused(as_(UPLOADER).post(f"/disclosures/{begun.json['id']}/submit"))

    def test_what_is_suspended(self, app: Flask, as_: As, anybody: Client, tmp_path: Path) -> None:
        item = publish(as_)
        as_("secrecy").post(f"/disclosures/{item['id']}/suspend", {"reason": "核查"})
        self._restrict(app, tmp_path)
        self._assert_refused(as_("leader").post(f"/disclosures/{item['id']}/release", {"reason": "核查过"}))
        assert anybody.get(f"/public/disclosures/{item['id']}").status_code == 410
