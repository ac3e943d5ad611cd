"""The audit chain: one entry for each change of state, and nobody changes, drops or reorders one unseen."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.clients import Client, TestClock
from tests.console import PNG, drop_triggers, owner_of, run, sql, stored_file
from tests.journeys import TOWNSHIP, VILLAGE, As, Json, attach, content, decide, decision, draft, publish, put, submit
from villagepub.core import tenancy
from villagepub.core.audit import AuditEntry
from villagepub.core.digest import digest_of
from villagepub.core.transactions import transaction
from villagepub.extensions import db

OTHER_CHAIN = "640104101000"
INSERT_ONLY = ("revision", "decision", "referral_answer", "closing", "audit_entry")
HASHED = {
    "id": "'00000000000000000000000000'",
    "at": None,
    "person_id": "'somebody else'",
    "actor_name": "'另一个人'",
    "post_id": "'another post'",
    "post_title": "'另一个岗位'",
    "stands_in_for": "'somebody else'",
    "action": "'disclosure.released'",
    "subject_type": "'closing'",
    "subject_id": "'another subject'",
    "division": "'640104100203'",
    "digest": "'sm3:00'",
    "data": """'{"revision": 99}'""",
    "algorithm": "'md5'",
    "previous": "'sm3:00'",
    "hash": "'sm3:00'",
}


def _actions(app: Flask, subject: str | None = None) -> list[str]:
    where = "WHERE subject_id = :subject" if subject else "WHERE chain = :chain"
    rows = sql(app, f"SELECT action FROM audit_entry {where} ORDER BY seq", subject=subject, chain=TOWNSHIP)  # noqa: S608
    return [action for (action,) in rows]


def _head(app: Flask) -> tuple[int, str]:
    [(seq, digest)] = sql(app, "SELECT seq, hash FROM audit_head WHERE chain = :chain", chain=TOWNSHIP)
    return seq, digest


def _act(as_: As, disclosure: Json, verb: str, by: str, body: Json | None = None, status: int = 200) -> Json:
    answer = as_(by).post(f"/disclosures/{disclosure['id']}/{verb}", body)
    assert answer.status_code == status, answer.json
    return dict(answer.json)


def _approve(as_: As, disclosure: Json) -> Json:
    while disclosure["state"] == "in_review":
        disclosure = decide(as_, disclosure)
    return disclosure


# --- one entry for each change of state ---------------------------------------------------------------------


@pytest.mark.slow
def test_a_whole_life_leaves_one_entry_for_each_act(app: Flask, as_: As, moment: TestClock) -> None:
    uploader = f"uploader-{VILLAGE}"
    first = draft(as_)
    path = f"/disclosures/{first['id']}"
    attached = attach(as_, first, "收据.png", PNG)
    assert as_(uploader).delete(f"{path}/attachments/{attached['id']}").status_code == 204
    submit(as_, first)
    _act(as_, first, "recall", uploader)
    put(as_, first)
    decide(as_, submit(as_, first), "return")
    referred = decide(as_, submit(as_, first), "refer")
    answer = {"from": "兴庆区保密局", "answered_on": "2023-11-06", "outcome": "release", "comment": "可以公开"}
    released = _act(as_, referred, "referral-answer", "secrecy", answer)
    _approve(as_, released)
    _act(as_, first, "suspend", "secrecy", {"reason": "待核实"})
    _act(as_, first, "release", "leader", {"reason": "已核实"})
    second = _act(as_, first, "corrections", uploader, {"change_note": "更正金额"}, status=201)
    _approve(as_, submit(as_, put(as_, second, title="更正后的标题")))
    _act(as_, second, "withdraw", "admin", {"reason": "重复公开"})

    assert _actions(app, first["id"]) == [
        "disclosure.created",
        "disclosure.attached",
        "disclosure.detached",
        "disclosure.submitted",
        "disclosure.recalled",
        "disclosure.edited",
        "disclosure.submitted",
        "review.return",
        "disclosure.submitted",
        "review.refer",
        "review.referral_released",
        "review.approve",
        "review.approve",
        "review.approve",
        "disclosure.published",
        "disclosure.suspended",
        "disclosure.released",
        "disclosure.superseded",
    ]
    assert _actions(app, second["id"]) == [
        "disclosure.correction_begun",
        "disclosure.edited",
        "disclosure.submitted",
        "review.approve",
        "review.approve",
        "review.approve",
        "disclosure.published",
        "disclosure.withdrawn",
    ]


def test_an_entry_says_who_by_which_post_on_which_digest(as_: As) -> None:
    published = publish(as_)
    entries = as_("auditor").get(f"/audit?subject={published['id']}").json["data"]
    approvals = [entry for entry in entries if entry["action"] == "review.approve"]
    assert [(entry["name"], entry["post"]) for entry in approvals] == [
        ("保密专干", "保密专干"),
        ("财经服务中心负责人", "站办所负责人"),
        ("主要领导", "主要领导"),
    ]
    assert {entry["digest"] for entry in approvals} == {published["digest"]}
    assert [entry["data"]["stage"] for entry in approvals] == ["secrecy", "office", "leader"]


def test_reading_and_what_is_refused_leave_no_entry(app: Flask, as_: As) -> None:
    disclosure = submit(as_, draft(as_))
    head = _head(app)
    refused = as_("leader").post(f"/disclosures/{disclosure['id']}/decisions", decision(disclosure))
    assert refused.status_code == 409
    stale = decision(disclosure, digest="sm3:00")
    assert as_("secrecy").post(f"/disclosures/{disclosure['id']}/decisions", stale).status_code == 409
    assert as_("secrecy").get("/review/queue").status_code == 200
    assert as_("auditor").get("/audit").status_code == 200
    assert _head(app) == head


@pytest.mark.slow
def test_an_act_that_fails_after_its_entry_was_noted_leaves_none(app: Flask, as_: As) -> None:
    """The leader's approval is noted before publishing finds that the file on the disk is another one."""
    disclosure = draft(as_)
    path = f"/disclosures/{disclosure['id']}"
    attach(as_, disclosure, "收据.png", PNG)
    waiting = decide(as_, decide(as_, submit(as_, disclosure)))
    head = _head(app)
    stored = stored_file(app)
    whole = stored.read_bytes()
    stored.write_bytes(whole + b"!")
    refused = as_("leader").post(f"{path}/decisions", decision(waiting))
    assert (refused.status_code, refused.json["code"]) == (409, "stale_digest")
    assert _head(app) == head
    assert as_("leader").get(path).json["stage"] == "leader"
    stored.write_bytes(whole)
    assert decide(as_, waiting)["state"] == "published"


@pytest.mark.slow
def test_acts_at_the_same_moment_keep_the_chain_whole(app: Flask, as_: As) -> None:
    uploaders = [f"uploader-6401041002{number:02}" for number in range(6)]
    tokens = {name: as_(name).token for name in uploaders}
    before = _head(app)[0]

    def work(name: str) -> list[int]:
        body = {"village": name.removeprefix("uploader-"), "entry": "C02"} | content()
        return [Client(app, tokens[name]).post("/disclosures", body).status_code for _ in range(4)]

    with ThreadPoolExecutor(len(uploaders)) as pool:
        assert [status for statuses in pool.map(work, uploaders) for status in statuses] == [201] * 24
    assert _head(app)[0] == before + 24
    assert run(app, "audit", "verify").exit_code == 0


# --- tampering ----------------------------------------------------------------------------------------------


@pytest.fixture
def published(as_: As) -> Json:
    return publish(as_)


@pytest.fixture
def open_to_the_owner(app: Flask, published: Json) -> int:
    """The triggers are gone; gives the number of an entry in the middle of the chain."""
    assert run(app, "audit", "verify").exit_code == 0
    drop_triggers(app, "audit_entry")
    return _head(app)[0] - 3


def _verified(app: Flask, *arguments: str | Path) -> str:
    """What `audit verify` says; it must have found something."""
    done = run(app, "audit", "verify", *arguments)
    assert done.exit_code == 1, done.output
    return done.output


@pytest.mark.slow
def test_a_changed_field_is_found_whichever_it_is(app: Flask, open_to_the_owner: int) -> None:
    columns = {column.key for column in AuditEntry.__table__.columns}
    assert set(HASHED) | {"chain", "seq"} == columns
    here = f"chain = '{TOWNSHIP}' AND seq = {open_to_the_owner}"
    for column, value in HASHED.items():
        with owner_of(app) as connection:
            at = text(f"SELECT {column} FROM audit_entry WHERE {here}")  # noqa: S608
            old = connection.execute(at.columns(AuditEntry.__table__.columns[column])).scalar_one()
            if value is None:
                new = old + timedelta(microseconds=1)
                statement = AuditEntry.__table__.update().where(text(here)).values({column: new})
                connection.execute(statement)
            else:
                connection.execute(text(f"UPDATE audit_entry SET {column} = {value} WHERE {here}".replace(":", r"\:")))  # noqa: S608
        assert f"{TOWNSHIP} 第 {open_to_the_owner} 条" in _verified(app), column
        with owner_of(app) as connection:
            connection.execute(AuditEntry.__table__.update().where(text(here)).values({column: old}))
    assert run(app, "audit", "verify").exit_code == 0


def test_a_missing_entry_is_found(app: Flask, open_to_the_owner: int) -> None:
    sql(app, "DELETE FROM audit_entry WHERE chain = :chain AND seq = :seq", chain=TOWNSHIP, seq=open_to_the_owner)
    assert f"缺少第 {open_to_the_owner} 条" in _verified(app)


def test_a_missing_first_entry_is_found(app: Flask, open_to_the_owner: int) -> None:
    sql(app, "DELETE FROM audit_entry WHERE chain = :chain AND seq = 1", chain=TOWNSHIP)
    assert "缺少第 1 条" in _verified(app)


def test_a_tail_that_was_cut_off_is_found(app: Flask, open_to_the_owner: int) -> None:
    sql(app, "DELETE FROM audit_entry WHERE chain = :chain AND seq > :seq", chain=TOWNSHIP, seq=open_to_the_owner)
    assert "可能被截断" in _verified(app)


def test_a_whole_chain_that_is_gone_is_found(app: Flask, open_to_the_owner: int) -> None:
    sql(app, "DELETE FROM audit_entry WHERE chain = :chain", chain=TOWNSHIP)
    assert TOWNSHIP in _verified(app)


def test_a_missing_head_is_found(app: Flask, open_to_the_owner: int) -> None:
    sql(app, "DELETE FROM audit_head WHERE chain = :chain", chain=TOWNSHIP)
    assert TOWNSHIP in _verified(app)


def test_reordered_entries_are_found(app: Flask, open_to_the_owner: int) -> None:
    one, two = open_to_the_owner, open_to_the_owner + 1
    for old, new in ((one, 999_999), (two, one), (999_999, two)):
        sql(
            app,
            "UPDATE audit_entry SET seq = :new WHERE chain = :chain AND seq = :old",
            chain=TOWNSHIP,
            old=old,
            new=new,
        )
    assert f"第 {one} 条" in _verified(app)


@pytest.mark.slow
def test_an_entry_moved_to_another_townships_chain_is_found(app: Flask, open_to_the_owner: int) -> None:
    [(last,)] = sql(app, "SELECT seq FROM audit_head WHERE chain = :chain", chain=OTHER_CHAIN)
    sql(
        app,
        "UPDATE audit_entry SET chain = :other, seq = :place WHERE chain = :chain AND seq = :seq",
        other=OTHER_CHAIN,
        place=last + 1,
        chain=TOWNSHIP,
        seq=open_to_the_owner,
    )
    said = _verified(app)
    assert f"{TOWNSHIP} 第 {open_to_the_owner} 条" in said
    assert f"{OTHER_CHAIN} 第 {last + 1} 条" in said


def test_what_was_cut_off_together_with_its_head_is_found_by_a_remembered_head(
    app: Flask, anybody: Client, open_to_the_owner: int, tmp_path: Path
) -> None:
    heads = _remember(anybody, tmp_path)
    sql(app, "DELETE FROM audit_entry WHERE chain = :chain AND seq > :seq", chain=TOWNSHIP, seq=open_to_the_owner)
    _put_head_at(app, open_to_the_owner)
    assert run(app, "audit", "verify").exit_code == 0
    assert "先前公布的链头" in _verified(app, "--heads", heads)


def test_a_chain_that_was_rewritten_whole_is_found_by_a_remembered_head(
    app: Flask, anybody: Client, open_to_the_owner: int, tmp_path: Path
) -> None:
    heads = _remember(anybody, tmp_path)
    _rewrite_from(app, open_to_the_owner)
    assert run(app, "audit", "verify").exit_code == 0
    assert "链已被重写" in _verified(app, "--heads", heads)


@pytest.mark.slow
def test_a_remembered_head_stays_good_while_the_chain_grows(
    app: Flask, as_: As, anybody: Client, published: Json, tmp_path: Path
) -> None:
    heads = _remember(anybody, tmp_path)
    publish(as_, village="640104100203", title="五渡桥村2023年10月财务收支明细")
    assert run(app, "audit", "verify", "--heads", heads).exit_code == 0


def test_a_chain_that_a_remembered_head_names_and_that_is_gone_is_found(app: Flask, tmp_path: Path) -> None:
    heads = tmp_path / "heads.json"
    row = {"chain": "640104102000", "seq": 3, "hash": "sm3:00"}
    heads.write_text(json.dumps({"data": [row]}), encoding="utf-8")
    assert "640104102000" in _verified(app, "--heads", heads)


def test_a_file_of_heads_that_is_none_is_wrong_use(app: Flask, tmp_path: Path) -> None:
    heads = tmp_path / "heads.json"
    heads.write_text("[]", encoding="utf-8")
    assert run(app, "audit", "verify", "--heads", heads).exit_code == 2


def _remember(anybody: Client, folder: Path) -> Path:
    file = folder / "heads.json"
    file.write_bytes(anybody.get("/audit/heads").data)
    return file


def _put_head_at(app: Flask, seq: int) -> None:
    [(digest,)] = sql(app, "SELECT hash FROM audit_entry WHERE chain = :chain AND seq = :seq", chain=TOWNSHIP, seq=seq)
    statement = "UPDATE audit_head SET seq = :seq, hash = :hash WHERE chain = :chain"
    sql(app, statement, seq=seq, hash=digest, chain=TOWNSHIP)


def _rewrite_from(app: Flask, seq: int) -> None:
    """What a forger with all rights would do: change an entry, then hash everything after it anew."""
    with owner_of(app) as connection, Session(connection) as session:
        entries = session.query(AuditEntry).filter(AuditEntry.chain == TOWNSHIP, AuditEntry.seq >= seq)
        previous: str | None = None
        for entry in entries.order_by(AuditEntry.seq):
            entry.actor_name = "另一个人"
            entry.previous = previous or entry.previous
            previous = entry.hash = digest_of(entry.content())
        last = entry.seq
        session.flush()
    _put_head_at(app, last)


# --- what is insert-only ------------------------------------------------------------------------------------


@pytest.fixture
def rows_everywhere(as_: As, moment: TestClock) -> None:
    """A row in every insert-only table."""
    publish(as_)
    referred = decide(as_, submit(as_, draft(as_)), "refer")
    answer = {"from": "兴庆区保密局", "answered_on": "2023-11-06", "outcome": "refuse", "comment": "不公开"}
    _act(as_, referred, "referral-answer", "secrecy", answer)
    moment.set("2023-12-05 09:00")
    closed = as_("admin").post("/closings", {"division": TOWNSHIP, "month": "2023-11"})
    assert closed.status_code == 201, closed.json


@pytest.mark.slow
@pytest.mark.usefixtures("rows_everywhere")
def test_the_programs_own_connection_cannot_change_what_is_written(app: Flask) -> None:
    for table in INSERT_ONLY:
        column = "id" if table != "closing" else "digest"
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):  # noqa: S608
            with (
                app.app_context(),
                pytest.raises(DBAPIError, match=f"rows of {table} are kept as written"),
                transaction(tenancy.EVERYWHERE),
            ):
                db.session.execute(text(statement))
        assert sql(app, f"SELECT count(*) FROM {table}")[0][0] > 0  # noqa: S608
