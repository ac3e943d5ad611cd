"""Migrations with rows in the tables: up, down and up again on both databases, as the role that owns them."""

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from tests.accounts.phones import phone
from tests.accounts.test_second_factor import Telephone
from tests.applications.desk import happen, register
from tests.clearance.passages import CLASSIFIED, WITH_MEMO
from tests.clients import Client, TestClock
from tests.console import PNG, run, sql
from tests.engines import MIGRATIONS, Engine, leave, migrated_app
from tests.feedback.voices import answered
from tests.journeys import TOWNSHIP, VILLAGE, As, Json, attach, content, decide, draft, publish, submit
from tests.ledgers.samples import ROWS
from tests.reports.test_checks import FORM
from tests.reports.yearly import compact, quiet_year, send
from tests.wechat.platform import Platform
from villagepub.accounts import identities, second_factor
from villagepub.accounts import queries as accounts
from villagepub.core import clock, tenancy
from villagepub.core.actor import Actor
from villagepub.core.db import Base
from villagepub.core.transactions import transaction
from villagepub.disclosures import queries as disclosures
from villagepub.residents import operations as residents
from villagepub.review import reading
from villagepub.wechat.codes import code_picture

pytestmark = pytest.mark.slow  # down and up again, with rows in every table

INSERT_ONLY = (
    "revision",
    "decision",
    "referral_answer",
    "closing",
    "audit_entry",
    "calendar_edition",
    "deadline_move",
    "application_event",
    "application_due_change",
    "frozen_indicators",
    "bulletin",
    "publication_change",
    "feedback_step",
    "report_revision",
    "past_report",
    "opening",
)
REVISIONS = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][
    ::-1
]  # the first one first


def _to(app: Flask, step: Callable[..., None], revision: str) -> None:
    leave(app)
    with app.app_context():
        step(str(MIGRATIONS), revision=revision)
    leave(app)


def _rows(app: Flask) -> dict[str, int]:
    """How many rows each table of the models has."""
    there = _tables(app)
    return {
        name: sql(app, f"SELECT count(*) FROM {name}")[0][0]  # noqa: S608
        for name in sorted(Base.metadata.tables)
        if name in there
    }


def _tables(app: Flask) -> set[str]:
    engine = create_engine(app.config["SETTINGS"].database_owner_url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def _state_of_the_chain(app: Flask) -> list[object]:
    return sql(app, "SELECT chain, seq, hash FROM audit_entry ORDER BY chain, seq")


@pytest.fixture
def inhabited(wechat_app: Flask, platform: Platform, as_: As, moment: TestClock) -> Flask:
    """The application with a row in every table of the models."""
    app = wechat_app
    item = draft(as_, body=WITH_MEMO)
    attach(as_, item, "收据.png", PNG)
    item = submit(as_, item, {item["findings"][0]["id"]: "只是落款"})
    marked = {"village": VILLAGE, "entry": "C02"} | content(body=CLASSIFIED)
    assert as_(f"uploader-{VILLAGE}").post("/disclosures", marked).json["code"] == "secret_mark"
    _open_at_the_desk(app, item)
    _ask_for_a_second_factor(app, moment)
    while item["state"] == "in_review":
        item = decide(as_, item)
    referred = decide(as_, submit(as_, draft(as_)), "refer")
    answer = {"from": "保密局", "answered_on": "2023-11-06", "outcome": "refuse", "comment": "不公开"}
    assert as_("secrecy").post(f"/disclosures/{referred['id']}/referral-answer", answer).status_code == 200
    _forward(as_)
    _fill_the_desk(as_, moment)
    _move_a_deadline(app)
    _tell_a_platform(as_)
    _let_a_villager_in(app, as_)
    _talk_to_wechat(app, platform)
    _hear_a_villager(as_)
    _leave_messages(app)
    assert run(app, "worker", "--once").exit_code == 0
    missing = [name for name, rows in _rows(app).items() if not rows]
    assert missing == []
    return app


def _let_a_villager_in(app: Flask, as_: As) -> None:
    """Somebody of the staff: a resident has no place in the tables of before."""
    uploader = as_(f"uploader-{VILLAGE}")
    with app.app_context(), transaction(tenancy.EVERYWHERE):
        person = accounts.find_person_by_username(f"uploader-{VILLAGE}")
        assert person is not None
        identities.bind("o-1", None, person)
        residents.keep_telephone("13900000001", "86", actor=Actor(person.id, person.name))
    version = uploader.get("/me/consents").json["texts"][0]["version"]
    assert uploader.post("/me/consents", {"purpose": "residency", "version": version}).status_code == 201
    assert uploader.post("/me/residencies", {"village": VILLAGE, "name": "样例户一"}).status_code == 201


def _hear_a_villager(as_: As) -> None:
    """A question with its answer in public, and its asker blocked."""
    asked = answered(as_, as_("auditor"))
    block = {"reason": "重复提交", "until": "2024-02-01T09:00:00+08:00"}
    assert as_("admin").post(f"/feedback/{asked['id']}/block", block).status_code == 201


def _talk_to_wechat(app: Flask, platform: Platform) -> None:
    """A token, a code and a push; the picture above is looked at by the worker."""
    with app.app_context():
        assert code_picture("d=1", "pages/item/item")
    letter = platform.envelope({"Event": "debug_demo"})
    answer = Client(app).open("POST", "/wechat/push", query_string=letter.query, data=letter.body)
    assert answer.status_code == 200


def _leave_messages(app: Flask) -> None:
    """One that is in doubt, what somebody allows, a template whose quota is used up, and an openid that is gone."""
    for statement in (
        """INSERT INTO message (id, person_id, township, village, kind, template, event, "values", is_held, state,
            created_at, ended_at) SELECT id, id, :township, :township, 'returned', 'result', id, '{}', false, 'unknown',
            :at, :at FROM person WHERE username = 'admin'""",
        """INSERT INTO subscription (person_id, template_id, remaining, updated_at)
            SELECT id, 'tpl-1', 1, :at FROM person WHERE username = 'admin'""",
        "INSERT INTO template_pause (template_id, until_at) VALUES ('tpl-1', :at)",
        "INSERT INTO unreachable_identity (identity_id, since) SELECT id, :at FROM wechat_identity LIMIT 1",
    ):
        values = {"at": clock.now(), "township": TOWNSHIP}
        sql(app, statement, **{name: value for name, value in values.items() if f":{name}" in statement})


def _open_at_the_desk(app: Flask, item: Json) -> None:
    """As the page does it; without a browser's sign-in, which an older program has no place for."""
    with app.app_context(), transaction(tenancy.EVERYWHERE):
        reviewer = accounts.find_person_by_username("secrecy")
        assert reviewer
        disclosure = disclosures.get_disclosure(item["id"], ("",), lock=True)
        reading.note_opened(disclosure, reading.TEXT, actor=accounts.actor_of(reviewer))


def _ask_for_a_second_factor(app: Flask, moment: TestClock) -> None:
    """Of somebody who signs in no more."""
    with app.app_context(), transaction(tenancy.EVERYWHERE):
        person = accounts.find_person_by_username("daxin-leader")
        assert person
        actor = accounts.actor_of(person)
        second_factor.begin(actor=actor)
        telephone = Telephone(second_factor.find_pending_key(actor) or "", moment)
        assert second_factor.confirm(telephone.code(), actor=actor, address="127.0.0.1")


def _forward(as_: As) -> None:
    waiting = decide(as_, submit(as_, draft(as_, title="转办的")))
    offices = {office["key"]: office["id"] for office in as_("admin").get("/offices").json["data"]}
    body = {"office": offices["agriculture"], "comment": "属农业"}
    assert as_("office-finance").post(f"/disclosures/{waiting['id']}/forward", body).status_code == 200


def _move_a_deadline(app: Flask) -> None:
    """Another edition of the year: the case that waits at an office since 2023-11-06 is due a day later."""
    shipped = app.config["SETTINGS"].calendars_dir / "2023.yaml"
    file = app.config["SETTINGS"].instance_dir / "2023.yaml"
    text = shipped.read_text(encoding="utf-8").replace("days_worked:", "  - 2023-11-07\ndays_worked:")
    file.write_text(text, encoding="utf-8")
    assert run(app, "calendar", "import", file).exit_code == 0


def _tell_a_platform(as_: As) -> None:
    """A webhook that nobody answers, and a suggestion that is turned down."""
    admin = as_("admin")
    hook = admin.post("/channels/webhooks", {"channel": "website", "url": "http://127.0.0.1:9/"}).json
    assert admin.post(f"/channels/webhooks/{hook['id']}/test").status_code == 202
    title = content()["title"]
    post = admin.post("/ledgers/channel-posts", {"channel": "weibo", "title": title, "posted_on": "2023-11-07"}).json
    suggested = admin.get("/channels/suggestions?channel=weibo").json["data"]
    [of_this] = [each["suggestions"][0] for each in suggested if each["post"]["id"] == post["id"]]
    turned_down = {"disclosure": of_this["item"]["disclosure"]}
    assert admin.post(f"/channels/suggestions/{post['id']}/reject", turned_down).status_code == 200


def _fill_the_desk(as_: As, moment: TestClock) -> None:
    """Everything beside the line: ledgers, invitations, stand-ins, a wrong password, a repeated request, a closing."""
    moment.set("2024-01-05 09:00")
    admin = as_("admin")
    tally = {"channel": "website", "period": "2023", "count": 117, "evidence": "台账"}
    complaints = {"source": "weibo", "period": "2023", "received": 24, "answered": 24, "evidence": "台账"}
    complaint = {"source": "telephone", "received_at": "2023-11-06T09:30:00+08:00", "subject": "路灯"}
    posts = {post["key"]: post["id"] for post in admin.get("/posts?limit=100").json["data"]}
    people = {person["username"]: person["id"] for person in admin.get("/people?limit=100").json["data"]}
    span = {"division": TOWNSHIP, "from": "2023-10", "to": "2023-12"}
    stand_in = {"post": posts["leader"], "to_person": people["office-party"]}
    for path, body in (
        ("/ledgers/channel-tallies", tally),
        ("/ledgers/channel-posts", {"channel": "weibo", "title": "公告", "posted_on": "2023-11-07"}),
        ("/ledgers/complaint-tallies", complaints),
        ("/ledgers/complaints", complaint),
        ("/ledgers/trainings", {"held_on": "2023-11-08", "topic": "小程序"}),
        ("/ledgers/documents", ROWS["documents"]),
        ("/ledgers/administrative-acts", ROWS["administrative-acts"]),
        ("/ledgers/inspections", ROWS["inspections"]),
        ("/ledgers/accountability", ROWS["accountability"]),
        ("/reconsiderations", ROWS["reconsiderations"]),
        ("/ledgers/trainings/declarations", {"year": 2023}),
        (f"/people/{people['auditor']}/invitation", None),
        ("/delegations", stand_in | {"from": "2024-01-05T09:00:00+08:00", "until": "2024-02-01T09:00:00+08:00"}),
        ("/closings", {"division": TOWNSHIP, "month": "2023-12"}),
        ("/screening/words", {"division": TOWNSHIP, "text": "绿洲专报", "kind": "work_secret", "reason": "县里通知"}),
        (
            "/exports",
            {"kind": "totals", "format": "csv", "filters": span, "purpose": "年度核对"},
        ),
        ("/duties/excused", {"village": VILLAGE, "entry": "C02", "period": "2023-11", "reason": "无此类事项"}),
    ):
        answer = admin.post(path, body, headers={"Idempotency-Key": f"key of {path}"})
        assert answer.status_code in (200, 201, 202), (path, answer.json)
    _apply(as_)
    quiet_year(admin, 2022, signed_on="2024-01-05")
    assert send(admin, 2021, compact(FORM)).status_code == 200
    written = {"remarks": [], "next_steps": [{"text": "按期公开。", "due_on": None}]}
    assert admin.put(f"/bulletins/{TOWNSHIP}/2024-01", written).status_code == 200
    stranger = {"username": "a-stranger", "password": "wrong"}
    assert Client(admin.http.application).post("/auth/login", stranger).status_code == 401


def _apply(as_: As) -> None:
    """An application that is overdue when the worker looks, after a question for reasons."""
    application = register(as_)
    happen(as_, application, "reasons_requested", "2023-11-07 09:00", request="请说明理由")


def test_every_boundary_keeps_the_rows_and_the_program_working(inhabited: Flask, as_: As) -> None:
    app = inhabited
    rows, chain = _rows(app), _state_of_the_chain(app)
    for above, revision in pairwise(REVISIONS[::-1]):
        before = _rows(app)
        _to(app, downgrade, revision)
        kept = _rows(app)  # what the migration makes goes with its rows
        assert kept == {name: before[name] for name in kept}, revision
        _to(app, upgrade, above)
        now = _rows(app)
        assert kept == {name: now[name] for name in kept}, revision
        assert _state_of_the_chain(app) == chain, revision
        _to(app, downgrade, revision)
    kept = _rows(app)
    _to(app, upgrade, "head")
    now = _rows(app)
    assert kept == {name: now[name] for name in kept} == {name: rows[name] for name in kept}
    assert _state_of_the_chain(app) == chain
    for command in (("db", "check"), ("audit", "verify"), ("statistics", "verify")):
        done = run(app, *command)
        assert done.exit_code == 0, done.output
    found = Client(app).get("/public/disclosures", query_string={"division": VILLAGE, "q": "财务"}).json["data"]
    assert len(found) == 1
    publish(as_, period="2023-11", title="之后公开的财务收支")
    found = Client(app).get("/public/disclosures", query_string={"division": VILLAGE, "q": "财务"}).json["data"]
    assert len(found) == 2


def test_what_is_insert_only_is_never_deleted(inhabited: Flask) -> None:
    for table in INSERT_ONLY:
        with pytest.raises(DBAPIError, match="kept as written"):
            sql(inhabited, f"DELETE FROM {table}")  # noqa: S608


def test_what_was_insert_only_is_so_again(inhabited: Flask) -> None:
    _to(inhabited, downgrade, "0001")
    sql(inhabited, "UPDATE decision SET comment = comment")
    _to(inhabited, upgrade, "head")
    for table in ("revision", "decision", "referral_answer", "closing", "audit_entry", "publication_change"):
        with pytest.raises(DBAPIError, match="kept as written"):
            sql(inhabited, f"DELETE FROM {table}")  # noqa: S608


def test_a_due_date_of_before_keeps_what_it_said_of_its_region(inhabited: Flask) -> None:
    [(application,)] = sql(inhabited, "SELECT min(id) FROM application")
    said = "宁夏 2026 年开斋节、古尔邦节放假通知未录入，按全国放假安排计算，录入后重新计算。"
    reasons = json.dumps([{"text": said, "article": "", "days": 0, "due_on": None}])
    sql(inhabited, "UPDATE application SET due_reasons = :reasons WHERE id = :id", reasons=reasons, id=application)
    _to(inhabited, downgrade, "0020")
    _to(inhabited, upgrade, "head")
    kept = sql(inhabited, "SELECT id FROM application WHERE CAST(missing_regional_years AS TEXT) = '[2026]'")
    assert [row.id for row in kept] == [application]


def test_down_to_nothing_and_up_again(inhabited: Flask, platform: Platform) -> None:
    app = inhabited
    assert phone(app, platform, "o-2").get("/me").status_code == 200
    _to(app, downgrade, "base")
    assert _tables(app) <= {"alembic_version"}
    _to(app, upgrade, "head")
    assert _tables(app) >= set(Base.metadata.tables)
    assert set(_rows(app).values()) == {0}
    assert run(app, "db", "check").exit_code == 0


def test_migrating_twice_changes_nothing(inhabited: Flask) -> None:
    before = _rows(inhabited)
    _to(inhabited, upgrade, "head")
    assert _rows(inhabited) == before


def test_the_models_and_the_migrations_say_the_same(empty_app: Flask) -> None:
    checked = run(empty_app, "db", "check")
    assert checked.exit_code == 0, checked.output


def test_every_migration_gives_its_reason_and_has_one_line_of_descent() -> None:
    scripts = list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())
    assert [script.revision for script in scripts] == [f"{n:04}" for n in range(len(scripts), 0, -1)]
    for script in scripts:
        assert "\n\nWhy: " in script.module.__doc__
        assert not script.is_branch_point


# --- who may do what ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def postgres_app(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    if engine.name != "postgresql":
        pytest.skip("SQLite knows no roles")
    folder: Path = tmp_path_factory.mktemp("roles")
    app = migrated_app(engine.create("roles"), folder)
    yield app
    leave(app)
    engine.drop("roles")


@pytest.mark.slow
def test_the_programs_role_owns_nothing_and_changes_no_table(postgres_app: Flask) -> None:
    app_engine = create_engine(postgres_app.config["SETTINGS"].database_url)
    refused = [
        "CREATE TABLE mine (id int)",
        "DROP TABLE disclosure",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_entry_refuses_delete ON audit_entry",
        "TRUNCATE audit_entry",
        "CREATE INDEX mine ON disclosure (title)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SET SESSION AUTHORIZATION villagepub_owner",
        "SET session_replication_role = replica",
    ]
    for statement in refused:
        with app_engine.connect() as connection, pytest.raises(DBAPIError, match=r"must be|permission denied"):
            connection.execute(text(statement))
    owned = "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = 'villagepub_app'"
    with app_engine.connect() as connection:
        assert connection.execute(text(owned)).scalar() == 0
    app_engine.dispose()


@pytest.mark.slow
def test_the_programs_role_reads_and_writes_the_rows_of_every_table(postgres_app: Flask) -> None:
    app_engine = create_engine(postgres_app.config["SETTINGS"].database_url)
    with app_engine.connect() as connection:
        for table in sorted(Base.metadata.tables):
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE"):
                may = connection.execute(
                    text("SELECT has_table_privilege(:table, :right)"), {"table": table, "right": right}
                )
                assert may.scalar() is True, (table, right)
    app_engine.dispose()
