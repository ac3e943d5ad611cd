"""The life of an export: asked for with a purpose, made by a job, fetched by who still may, gone when it is old."""

import io
import os
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from tests.accounts import staff
from tests.clients import TestClock
from tests.console import sql
from tests.exports.desk import PURPOSE, ask, audited, csv_rows, fetched, files_of, made, work
from tests.exports.test_streaming import data_of
from tests.journeys import TOWNSHIP, VILLAGE, As, publish
from villagepub.core import tenancy
from villagepub.core.digest import digest_of, digest_of_bytes
from villagepub.core.transactions import transaction
from villagepub.exports.sweeping import queue_sweep

LONG_AGO = 1_500_000_000  # seconds of the epoch

Refusal = tuple[int, str]


def refusal(answer: Any) -> Refusal:
    return answer.status_code, answer.json["code"]


def replace_leader(as_: As, moment: TestClock) -> None:
    """The post of the leader goes to somebody else."""
    moment.forward(minutes=1)
    staff.hand_over(as_, "leader", staff.newcomer(as_))
    moment.forward(minutes=1)


def test_an_export_from_the_wish_to_the_file(app: Flask, as_: As) -> None:
    item, leader = publish(as_), as_("leader")
    wished = ask(leader)
    assert wished.status_code == 202
    export = wished.json
    assert wished.headers["Location"] == f"/api/v1/exports/{export['id']}"
    assert (export["state"], export["rows"], export["digest"], export["purpose"]) == ("queued", None, None, PURPOSE)
    assert refusal(leader.get(f"/exports/{export['id']}/file")) == (409, "wrong_state")
    assert leader.get(f"/jobs/{export['job']}").json["state"] == "queued"
    work(app)
    ready = leader.get(f"/exports/{export['id']}").json
    assert (ready["state"], ready["progress"], ready["total"], ready["rows"]) == ("ready", 1, 1, 1)
    assert ready["expires_at"] == "2023-11-13T09:00:00+08:00"
    file = leader.get(f"/exports/{export['id']}/file")
    data = file.get_data()
    assert [row["公开编号"] for row in csv_rows(data)] == [item["number"]]
    assert (len(data), digest_of_bytes(data)) == (ready["size"], ready["digest"])
    assert file.content_type == "text/csv; charset=utf-8"
    assert file.headers["Content-Disposition"].endswith(f"filename*=UTF-8''{quote('掌政镇公开信息 2023-11-06.csv')}")
    assert leader.get(f"/exports/{export['id']}").json["downloads"] == 1
    assert leader.get(f"/jobs/{export['job']}").json["result"] == {"export": export["id"], "rows": 1}


def test_the_chain_proves_the_purpose_and_names_every_download(app: Flask, as_: As) -> None:
    leader = as_("leader")
    export = made(app, leader, q="张三")
    wish = {name: export[name] for name in ("kind", "format", "filters", "purpose")}
    assert wish["filters"] == {"division": TOWNSHIP, "q": "张三"}
    for _ in range(2):
        fetched(leader, export)
    [requested], [finished] = audited(app, "export.requested"), audited(app, "export.finished")
    downloads = audited(app, "export.downloaded")
    assert (requested.digest, requested.actor_name) == (digest_of(wish), "主要领导")
    assert data_of(requested)["filters"] == {"division": TOWNSHIP}  # what people wrote cannot be deleted there
    assert [entry.digest for entry in (finished, *downloads)] == [export["digest"]] * 3
    assert {entry.subject_id for entry in (requested, finished, *downloads)} == {export["id"]}
    assert all("张三" not in str(entry) and PURPOSE not in str(entry) for entry in (requested, finished, *downloads))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purpose": "查看"}, "purpose"),
        ({"kind": "people"}, "kind"),
        ({"format": "pdf"}, "format"),
        ({"filters": {}}, "filters.division"),
        ({"filters": {"division": TOWNSHIP, "colour": "red"}}, "filters.colour"),
        ({"filters": {"division": TOWNSHIP, "from": "2023-11-02", "to": "2023-11-01"}}, "filters.to"),
        ({"kind": "ledgers"}, "filters.ledger"),
        (
            {"kind": "ledgers", "filters": {"division": TOWNSHIP, "ledger": "channel-tallies", "from": "2023-11-02"}},
            "filters.from",
        ),
        ({"kind": "totals"}, "filters.from"),
    ],
    ids=str,
)
def test_a_wish_that_cannot_be_met_is_refused_by_name(as_: As, changes: dict[str, Any], field: str) -> None:
    body = {"kind": "disclosures", "format": "csv", "filters": {"division": TOWNSHIP}, "purpose": PURPOSE} | changes
    answer = as_("admin").post("/exports", body)
    assert answer.status_code == 422
    assert field in answer.json["errors"], answer.json


def test_a_mark_of_secrecy_in_a_purpose_is_not_stored(app: Flask, as_: As) -> None:
    body = {"kind": "disclosures", "format": "csv", "filters": {"division": TOWNSHIP}, "purpose": "机密★5年 核对名单"}
    assert refusal(as_("admin").post("/exports", body)) == (422, "secret_mark")
    assert sql(app, "SELECT count(*) FROM export") == [(0,)]
    assert len(as_("secrecy").get("/incidents").json["data"]) == 1


MATRIX: dict[str, set[str]] = {
    "disclosures": {"admin", "secrecy", "office-finance", "leader", "auditor"},
    "decisions": {"admin", "secrecy", "office-finance", "leader", "auditor"},
    "ledgers": {"admin", "secrecy", "office-finance", "leader", "auditor"},
    "totals": {"admin", "secrecy", "office-finance", "leader", "auditor"},
    "audit": {"auditor"},
}


@pytest.mark.slow
def test_who_may_ask_for_what(as_: As) -> None:
    more = {"ledgers": {"ledger": "trainings"}, "totals": {"from": "2023-10", "to": "2023-11"}}
    for kind, allowed in MATRIX.items():
        for username in ("admin", "secrecy", "office-finance", "leader", "auditor"):
            expected = 202 if username in allowed else 403
            assert ask(as_(username), kind, **more.get(kind, {})).status_code == expected, (kind, username)
        uploader = ask(as_(f"uploader-{VILLAGE}"), kind, **more.get(kind, {}) | {"division": VILLAGE})
        assert refusal(uploader) == (403, "forbidden")
        for place in (TOWNSHIP, "640104999000"):
            outside = ask(as_("daxin-admin"), kind, **more.get(kind, {}) | {"division": place})
            assert refusal(outside) == (404, "not_found")


def test_one_sees_ones_own_and_administrator_and_auditor_all(app: Flask, as_: As) -> None:
    own, other = (ask(as_(username)).json["id"] for username in ("leader", "secrecy"))
    chain = ask(as_("auditor"), "audit").json["id"]
    seen = {
        username: [row["id"] for row in as_(username).get("/exports").json["data"]]
        for username in ("leader", "secrecy", "admin", "auditor", "daxin-admin")
    }
    everything = [chain, other, own]
    assert seen == {"leader": [own], "secrecy": [other], "admin": everything, "auditor": everything, "daxin-admin": []}
    assert as_("admin").get("/exports?kind=audit").json["data"][0]["owner_name"] == "审计管理员"
    work(app)
    assert refusal(as_("leader").get(f"/exports/{other}")) == (403, "forbidden")
    assert refusal(as_("leader").delete(f"/exports/{other}")) == (403, "forbidden")
    assert as_("admin").get(f"/exports/{other}/file").status_code == 200
    assert refusal(as_("admin").get(f"/exports/{chain}/file")) == (403, "forbidden")  # may see it, not what is in it
    assert refusal(as_("auditor").delete(f"/exports/{other}")) == (403, "forbidden")


def test_a_post_lost_before_the_job_runs_ends_it_with_a_sentence(app: Flask, as_: As, moment: TestClock) -> None:
    leader = as_("leader")
    export = ask(leader).json
    replace_leader(as_, moment)
    work(app)
    shown = as_("admin").get(f"/exports/{export['id']}").json
    assert (shown["state"], shown["rows"]) == ("failed", None)
    assert "您已不担任" in shown["error"]
    assert refusal(as_("admin").get(f"/exports/{export['id']}/file")) == (409, "wrong_state")
    assert files_of(app) == []


def test_a_closed_account_gets_no_file(app: Flask, as_: As) -> None:
    export = ask(as_("leader")).json
    assert as_("admin").post(f"/people/{export['owner']}/deactivate").status_code == 200
    work(app)
    assert as_("admin").get(f"/exports/{export['id']}").json["state"] == "failed"


def test_a_post_lost_since_gives_no_file_either(app: Flask, as_: As, moment: TestClock) -> None:
    leader = as_("leader")
    export = made(app, leader)
    replace_leader(as_, moment)
    assert leader.get(f"/exports/{export['id']}/file").status_code in (403, 404)
    assert audited(app, "export.downloaded") == []


def test_a_file_goes_when_its_time_is_over(app: Flask, as_: As, moment: TestClock) -> None:
    export = made(app, as_("leader"))
    moment.set("2023-11-13 08:59")
    fetched(as_("leader"), export)
    moment.set("2023-11-13 09:00")
    assert refusal(as_("leader").get(f"/exports/{export['id']}/file")) == (410, "export_expired")
    assert as_("leader").get(f"/exports/{export['id']}").json["state"] == "expired"
    assert len(files_of(app)) == 1
    sweep(app)
    sweep(app)
    assert files_of(app) == []
    assert len(audited(app, "export.expired")) == 1
    kept = as_("leader").get(f"/exports/{export['id']}").json
    assert (kept["state"], kept["rows"], kept["digest"], kept["purpose"]) == ("expired", 0, export["digest"], PURPOSE)


def sweep(app: Flask) -> None:
    """What the schedule of the night does."""
    with app.app_context(), transaction(tenancy.EVERYWHERE):
        queue_sweep()
    work(app)


def test_a_file_can_be_deleted_before_its_time(app: Flask, as_: As) -> None:
    leader = as_("leader")
    waiting = ask(leader).json
    assert refusal(leader.delete(f"/exports/{waiting['id']}")) == (409, "wrong_state")
    work(app)
    assert leader.delete(f"/exports/{waiting['id']}").status_code == 204
    assert refusal(leader.get(f"/exports/{waiting['id']}/file")) == (410, "export_expired")
    assert refusal(leader.delete(f"/exports/{waiting['id']}")) == (410, "export_expired")
    work(app)
    assert files_of(app) == []
    assert leader.get(f"/exports/{waiting['id']}").json["state"] == "deleted"
    assert [entry.actor_name for entry in audited(app, "export.deleted")] == ["主要领导"]


def test_the_sweep_takes_orphans_and_nothing_else(app: Flask, as_: As) -> None:
    export = made(app, as_("leader"))
    [kept] = files_of(app)
    left, young = f"exports/{TOWNSHIP}/left", f"exports/{TOWNSHIP}/young"
    for key in (left, young):
        app.extensions["storage"].put(key, io.BytesIO(b"of an attempt that nobody finished"))
    os.utime(app.extensions["storage"].folder / left, (LONG_AGO, LONG_AGO))
    assert app.test_cli_runner().invoke(args=["files", "sweep"]).exit_code == 0  # that of attachments
    assert len(files_of(app)) == 3
    sweep(app)
    assert sorted(files_of(app)) == sorted([kept, young])
    fetched(as_("leader"), export)


def test_a_file_that_was_changed_is_never_sent(app: Flask, as_: As) -> None:
    export = made(app, as_("leader"))
    [key] = files_of(app)
    app.extensions["storage"].put(key, io.BytesIO(b"something else"))
    assert refusal(as_("leader").get(f"/exports/{export['id']}/file")) == (500, "file_damaged")
    assert audited(app, "export.downloaded") == []


def test_what_other_attempts_stored_goes_when_one_is_done(app: Flask, as_: As) -> None:
    export = ask(as_("leader")).json
    for attempt in (2, 4):
        app.extensions["storage"].put(f"exports/{TOWNSHIP}/{export['id']}-{attempt}", io.BytesIO(b"half"))
    work(app)
    assert files_of(app) == [f"exports/{TOWNSHIP}/{export['id']}-1"]


def test_a_repeated_wish_is_one_export(app: Flask, as_: As) -> None:
    body = {"kind": "disclosures", "format": "csv", "filters": {"division": TOWNSHIP}, "purpose": PURPOSE}
    ids = {as_("leader").post("/exports", body, headers={"Idempotency-Key": "k"}).json["id"] for _ in range(2)}
    assert sql(app, "SELECT id FROM export") == [(export_id,) for export_id in ids]


def test_nobody_fills_the_queue_for_all(app: Flask, as_: As) -> None:
    answers = [ask(as_("leader")).status_code for _ in range(6)]
    assert answers == [202] * 5 + [409]
    assert ask(as_("auditor")).status_code == 202
    work(app)
    assert ask(as_("leader")).status_code == 202


def test_a_head_takes_nothing_and_leaves_no_trace(app: Flask, as_: As) -> None:
    export = made(app, as_("leader"))
    before = len(as_("auditor").get("/audit?limit=100").json["data"])
    for path in (f"/exports/disclosures.csv?division={TOWNSHIP}", f"/exports/{export['id']}/file"):
        assert as_("leader").open("HEAD", path).status_code == 405
    assert as_("leader").get(f"/exports/{export['id']}").json["downloads"] == 0
    assert len(as_("auditor").get("/audit?limit=100").json["data"]) == before
