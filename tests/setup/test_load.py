"""Loading a township's file into an empty database, by the operation and by the command."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from config.base import PROJECT
from tests.clients import Client
from tests.engines import Engine, leave, migrated_app, settings_for
from tests.postgres import Database
from tests.processes import Installation
from villagepub import create_app
from villagepub.accounts import loading as accounts_loading
from villagepub.accounts import operations as accounts_operations
from villagepub.accounts import passwords
from villagepub.accounts import queries as accounts
from villagepub.accounts.models import Appointment, Invitation, Person, Post
from villagepub.catalogue import operations as catalogue_operations
from villagepub.catalogue import queries as catalogue
from villagepub.core import audit, clock, tenancy, transactions
from villagepub.core.actor import Actor
from villagepub.core.audit import AuditEntry
from villagepub.core.db import Base
from villagepub.core.errors import Forbidden
from villagepub.divisions import queries as divisions
from villagepub.divisions.models import Division
from villagepub.extensions import db
from villagepub.ledgers import queries as ledgers
from villagepub.setup.operations import load_township
from villagepub.setup.report import Kind, LoadReport, Outcome
from villagepub.setup.township_file import TownshipFileRefused

ZHANGZHENG = PROJECT / "config" / "townships" / "zhangzheng"
TOWNSHIP = "640104100000"
LOADER = Actor.system("township load")
START = datetime(2023, 10, 31, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def migrated(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database at the newest migration, without a row."""
    leave(migrated_app(engine.create("migrated"), tmp_path_factory.mktemp("migrated")))
    return "migrated"


@pytest.fixture
def empty(engine: Engine, migrated: str) -> Iterator[Database]:
    """An empty database for one test."""
    yield engine.copy(migrated, "setup")
    engine.drop("setup")


@pytest.fixture
def database(empty: Database, tmp_path: Path) -> Iterator[None]:
    """The application on an empty database, the clock standing at the end of October 2023."""
    app = create_app(settings_for(empty, tmp_path))
    with app.app_context(), clock.running_on(lambda: START):
        yield
    leave(app)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the real files, free to be edited."""
    return Path(shutil.copytree(ZHANGZHENG, tmp_path / "township"))


def load(folder: Path, *, demo: bool = True) -> LoadReport:
    with transactions.transaction(tenancy.EVERYWHERE):
        return load_township(folder / "township.yaml", actor=LOADER, demo=demo)


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def without_passwords(folder: Path) -> Path:
    path = folder / "township.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line.partition(", password:")[0] + "}" if ", password:" in line else line for line in lines]
    path.write_text("\n".join(kept), encoding="utf-8")
    return folder


def count(table: type[Base]) -> int:
    with transactions.transaction(tenancy.EVERYWHERE.reading()):
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def outcomes(report: LoadReport, kind: Kind, outcome: Outcome) -> list[str]:
    return [line.subject for line in report.lines if line.kind is kind and line.outcome is outcome]


@pytest.mark.usefixtures("database")
class TestTheFirstLoading:
    @pytest.mark.slow
    def test_writes_everything_that_the_file_says(self, folder: Path) -> None:
        report = load(folder)

        assert {line.outcome for line in report.lines} == {Outcome.CREATED}
        assert (count(Division), count(Post), count(Person), count(Appointment)) == (17, 24, 24, 24)
        with transactions.transaction(tenancy.EVERYWHERE.reading()):
            assert len(catalogue.list_entries(TOWNSHIP)) == 41
            assert len(accounts.list_offices(TOWNSHIP)) == 9
            channels = [channel.key for channel in ledgers.list_channels(TOWNSHIP)]
            assert channels[:2] == ["website", "mini_program"]
            assert divisions.get_township(TOWNSHIP).due["monthly"] == {"day": 10, "of": "next_month"}

    @pytest.mark.slow
    def test_lets_the_demonstrations_people_in_at_once(self, folder: Path) -> None:
        report = load(folder)

        assert report.invitations == []
        with transactions.transaction(tenancy.EVERYWHERE.reading()):
            person = accounts.find_person_by_username("uploader-640104100202")
            assert person is not None
            assert person.name == "洼路村信息员"
            assert passwords.matches("demo-uploader-640104100202", person.password_hash)
            assert [holding.prefix for holding in accounts.actor_of(person).holdings] == ["640104100202"]

    @pytest.mark.slow
    def test_leaves_a_whole_audit_chain_with_one_entry_for_the_loading_itself(self, folder: Path) -> None:
        load(folder)

        with transactions.transaction(tenancy.EVERYWHERE.reading()):
            assert list(audit.verify(db.session())) == []
            entries = list(db.session.scalars(select(AuditEntry)))
            loaded = [entry.data for entry in entries if entry.action == "township.loaded"]
            assert {entry.actor_name for entry in entries} == {"township load"}
        assert [data["entry"] for data in loaded] == [{"created": 41}]

    @pytest.mark.slow
    def test_is_for_the_system_alone(self, folder: Path) -> None:
        somebody = Actor(person_id="0" * 26, name="某人")
        with transactions.transaction(tenancy.EVERYWHERE), pytest.raises(Forbidden):
            load_township(folder / "township.yaml", actor=somebody, demo=True)


@pytest.mark.usefixtures("database")
class TestOutsideTheDemonstration:
    @pytest.mark.slow
    def test_a_password_in_the_file_is_refused_and_nothing_is_written(self, folder: Path) -> None:
        with pytest.raises(TownshipFileRefused) as refused:
            load(folder, demo=False)

        assert len(refused.value.faults) == 6
        assert (count(Division), count(Person), count(AuditEntry)) == (0, 0, 0)

    @pytest.mark.slow
    def test_every_new_person_is_invited_once(self, folder: Path) -> None:
        first = load(without_passwords(folder), demo=False)
        second = load(folder, demo=False)

        assert len({invitation.code for invitation in first.invitations}) == 24
        assert first.invitations[0].username == "secrecy"
        assert first.invitations[0].expires_at == START + timedelta(days=7)
        assert second.invitations == []
        assert count(Invitation) == 24


@pytest.mark.usefixtures("database")
@pytest.mark.slow
class TestLoadingAgain:
    @pytest.mark.slow
    def test_without_an_edit_changes_nothing(self, folder: Path) -> None:
        load(folder)
        entries = count(AuditEntry)

        report = load(folder)

        assert {line.outcome for line in report.lines} == {Outcome.UNCHANGED}
        assert not report.changed
        assert count(AuditEntry) == entries

    @pytest.mark.slow
    def test_changes_what_was_edited_and_says_so(self, folder: Path) -> None:
        load(folder)
        edit(folder, "township.yaml", "name: 党建办}", "name: 组织办}")
        edit(folder, "catalogue.csv", ",党建办,", ",组织办,")
        edit(folder, "catalogue.csv", "财务收支明细（逐项逐笔）", "财务收支明细")
        edit(folder, "divisions.csv", "横城村,village,640104100000,", "横城村,village,640104100000,2024-01-01")

        report = load(folder)

        assert outcomes(report, Kind.OFFICE, Outcome.CHANGED) == ["party 组织办"]
        assert outcomes(report, Kind.ENTRY, Outcome.CHANGED) == ["C02 财务收支明细"]
        assert outcomes(report, Kind.DIVISION, Outcome.CHANGED) == ["640104100212 横城村"]
        assert outcomes(report, Kind.POST, Outcome.CREATED) == ["uploader-640104100212 村务公开专人"]
        assert outcomes(report, Kind.PERSON, Outcome.CREATED) == ["uploader-640104100212 横城村信息员"]
        assert outcomes(report, Kind.PERSON, Outcome.CHANGED) == ["office-party 组织办负责人"]

    @pytest.mark.slow
    def test_keeps_what_the_file_no_longer_has_and_says_so(self, folder: Path) -> None:
        load(folder)
        edit(folder, "township.yaml", "  - {key: notice_board, name: 政府信息公开栏}\n", "")
        routed = "    - {items: [B, C, D, E, F, G, H], channels: [notice_board], held_by: uploader}\n"
        edit(folder, "township.yaml", routed, "")
        edit(folder, "township.yaml", "valid_from: 2023-11-01", "valid_from: 2023-11-02")
        edit(folder, "divisions.csv", "640104100212,横城村,village,640104100000,\n", "")
        edit(folder, "catalogue.csv", "法24(四)(八)", "中办国办文件")

        report = load(folder)

        kept = [(line.kind, line.subject) for line in report.lines if line.outcome is Outcome.KEPT]
        assert kept == [
            (Kind.DIVISION, "640104100212 横城村"),
            (Kind.BASIS, "D02 村民委员会组织法（2025年修订）"),
            (Kind.CHANNEL, "notice_board 政府信息公开栏"),
        ]

    @pytest.mark.slow
    def test_keeps_an_article_that_an_administrator_entered(self, folder: Path) -> None:
        load(folder)
        with transactions.transaction(tenancy.EVERYWHERE):
            entry = catalogue.get_entry(TOWNSHIP, "B03")
            first, second = entry.bases
            catalogue_operations.enter_article(first, "第二十七条", actor=LOADER, entry=entry)
            catalogue_operations.enter_article(second, "第二十九条", actor=LOADER, entry=entry)

        report = load(folder)

        assert not report.changed
        with transactions.transaction(tenancy.EVERYWHERE.reading()):
            articles = [basis.article for basis in catalogue.get_entry(TOWNSHIP, "B03").bases]
        assert articles == ["第二十七条", "第二十九条"]

    @pytest.mark.slow
    def test_puts_nobody_out_of_a_post(self, folder: Path) -> None:
        load(folder)
        edit(folder, "township.yaml", "posts: [leader]", "posts: [swapped]")
        edit(folder, "township.yaml", "posts: [administrator]", "posts: [leader]")
        edit(folder, "township.yaml", "posts: [swapped]", "posts: [administrator]")

        report = load(folder)

        assert outcomes(report, Kind.APPOINTMENT, Outcome.LEFT) == [
            "administrator 主要领导",
            "leader 信息公开工作人员",
        ]
        assert outcomes(report, Kind.APPOINTMENT, Outcome.KEPT) == [
            "leader 主要领导",
            "administrator 信息公开工作人员",
        ]
        assert not report.changed

    @pytest.mark.slow
    def test_appoints_somebody_known_to_a_new_post(self, folder: Path) -> None:
        load(folder)
        deputy = "  - {key: leader-deputy, role: leader, title: 分管领导}\n"
        edit(folder, "township.yaml", "people:  ", f"{deputy}people:  ")
        edit(folder, "township.yaml", "posts: [leader]", "posts: [leader, leader-deputy]")

        report = load(folder)

        assert outcomes(report, Kind.APPOINTMENT, Outcome.CREATED) == ["leader-deputy 主要领导"]

    @pytest.mark.slow
    def test_sets_the_demonstrations_password_again_when_it_was_changed(self, folder: Path) -> None:
        load(folder)
        with transactions.transaction(tenancy.EVERYWHERE):
            accounts_loading.put_demo_password(actor=LOADER, username="leader", password="another")

        report = load(folder)

        assert outcomes(report, Kind.PERSON, Outcome.CHANGED) == ["leader 主要领导"]

    @pytest.mark.slow
    def test_leaves_somebody_deactivated_alone(self, folder: Path) -> None:
        load(folder)
        with (
            transactions.transaction(tenancy.EVERYWHERE),
            clock.running_on(lambda: START + timedelta(days=1)),
        ):
            person = accounts.find_person_by_username("auditor")
            assert person is not None
            accounts_operations.deactivate_person(person, actor=LOADER)

        with clock.running_on(lambda: START + timedelta(days=2)):
            report = load(folder)

        assert outcomes(report, Kind.APPOINTMENT, Outcome.LEFT) == ["auditor 审计管理员"]
        assert not report.changed

    @pytest.mark.slow
    def test_a_post_cannot_become_another_one(self, folder: Path) -> None:
        load(folder)
        edit(folder, "township.yaml", "{key: auditor, role: auditor,", "{key: auditor, role: leader,")

        with pytest.raises(TownshipFileRefused) as refused:
            load(folder)

        assert [fault.partition("：")[0] for fault in refused.value.faults] == ["posts 的岗位“auditor”"]


@pytest.mark.slow
class TestTheCommand:
    @pytest.mark.slow
    def test_refuses_passwords_outside_the_demonstration_with_the_whole_list(
        self, empty: Database, folder: Path, tmp_path: Path
    ) -> None:
        edit(folder, "township.yaml", "telephone: 0951-6121130, fax", "phone: 0951-6121130, fax")
        refused = Installation(empty, tmp_path / "instance").flask("township", "load", str(folder / "township.yaml"))

        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr.count("正式环境的文件中不能写密码") == 6
        assert "phone" in refused.stderr  # every fault at once, whatever its kind
        assert "Traceback" not in refused.stderr

    @pytest.mark.slow
    def test_prints_each_invitation_once_and_lets_the_person_in(
        self, empty: Database, folder: Path, tmp_path: Path
    ) -> None:
        file = str(without_passwords(folder) / "township.yaml")
        installation = Installation(empty, tmp_path / "instance")

        first = installation.succeeds("township", "load", file)
        second = installation.succeeds("township", "load", file)

        codes = dict(re.findall(r"^邀请码 .+（(.+)）：(\S+)，", first, re.MULTILINE))
        assert len(codes) == len(set(codes.values())) == 24
        assert "邀请码" not in second
        app = create_app(settings_for(empty, tmp_path))
        body = {"code": codes["uploader-640104100202"], "password": "a-password-of-2023"}
        accepted = Client(app).post("/auth/invitations/accept", body)
        assert accepted.status_code == 200
        assert [held["key"] for held in accepted.json["posts"]] == ["uploader-640104100202"]
        assert Client(app).post("/auth/invitations/accept", body).status_code == 422
        login = {"username": "uploader-640104100202", "password": "a-password-of-2023"}
        assert Client(app).post("/auth/login", login).status_code == 200
        leave(app)
