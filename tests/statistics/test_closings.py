"""Closings: a closed month never changes, and what is found later counts in the month it was found."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from tests.clients import TestClock, sign_in
from tests.console import run, sql
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As, Json, decide, draft, publish, put, submit

NOVEMBER = {"division": TOWNSHIP, "month": "2023-11"}


def _month(as_: As, month: str, by: str = "village,entry") -> list[Json]:
    query = f"division={TOWNSHIP}&from={month}&to={month}&by={by}"
    return list(as_("admin").get(f"/statistics/monthly?{query}").json["data"])


def _published(as_: As, month: str) -> int:
    return sum(row["published"] for row in _month(as_, month, "village"))


def _close(as_: As, month: str = "2023-11", by: str = "admin") -> Json:
    answer = as_(by).post("/closings", {"division": TOWNSHIP, "month": month})
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def _act(as_: As, disclosure: Json, verb: str, by: str, body: Json) -> Json:
    answer = as_(by).post(f"/disclosures/{disclosure['id']}/{verb}", body)
    assert answer.status_code in (200, 201), answer.json
    return dict(answer.json)


def _correct(as_: As, disclosure: Json) -> Json:
    begun = _act(as_, disclosure, "corrections", f"uploader-{VILLAGE}", {"change_note": "更正金额"})
    correction = submit(as_, put(as_, begun, title="更正后"))
    while correction["state"] == "in_review":
        correction = decide(as_, correction)
    return correction


@pytest.mark.slow
def test_a_closing_freezes_the_month_as_it_is_shown(as_: As, moment: TestClock) -> None:
    publish(as_)
    moment.set("2023-12-05 09:00")
    shown = _month(as_, "2023-11")
    closing = _close(as_)
    assert closing["rows"] == shown
    assert closing["digest"].startswith("sm3:")
    assert closing["closed_at"].startswith("2023-12-05T09:00:00")
    assert as_("leader").get(f"/closings/{TOWNSHIP}/2023-11").json == closing
    assert as_("leader").get(f"/closings/{TOWNSHIP}/2023-10").status_code == 404


@pytest.mark.slow
def test_a_closed_month_never_changes_whatever_happens_later(
    app: Flask, as_: As, moment: TestClock, tmp_path: Path
) -> None:
    withdrawn, suspended, corrected = (publish(as_, title=title) for title in ("甲", "乙", "丙"))
    late = decide(as_, submit(as_, draft(as_, title="丁")))
    moment.set("2023-12-05 09:00")
    closing = _close(as_)
    frozen = {by: _month(as_, "2023-11", by) for by in ("village,entry", "village", "entry", "group", "month")}

    def unchanged() -> None:
        for by, rows in frozen.items():
            assert _month(as_, "2023-11", by) == rows
        assert as_("admin").get(f"/closings/{TOWNSHIP}/2023-11").json == closing
        assert run(app, "statistics", "verify").exit_code == 0

    _act(as_, withdrawn, "withdraw", "admin", {"reason": "内容有误"})
    unchanged()
    _act(as_, suspended, "suspend", "secrecy", {"reason": "待核实"})
    unchanged()
    _correct(as_, corrected)
    unchanged()
    decide(as_, decide(as_, late))
    unchanged()
    past = tmp_path / "past.jsonl"
    past.write_text(
        f'{{"village": "{VILLAGE}", "entry": "C02", "title": "旧", "body": "<p>旧</p>", "period": "2023-10", '
        '"published_on": "2023-11-20"}',
        encoding="utf-8",
    )
    assert run(app, "import", "disclosures", past, "--division", TOWNSHIP).exit_code == 0
    unchanged()
    run(app, "statistics", "rebuild")
    unchanged()
    moment.set("2024-02-01 09:00")
    unchanged()


@pytest.mark.slow
def test_a_withdrawal_of_a_closed_month_counts_minus_one_in_its_own(as_: As, moment: TestClock) -> None:
    item = publish(as_)
    moment.set("2023-12-05 09:00")
    _close(as_)
    _act(as_, item, "withdraw", "admin", {"reason": "内容有误"})
    assert _published(as_, "2023-11") == 1
    [december] = [row for row in _month(as_, "2023-12", "village") if row["village"] == VILLAGE]
    assert (december["published"], december["withdrawn"]) == (-1, 1)


@pytest.mark.slow
def test_a_correction_of_an_item_of_a_closed_month_changes_no_total(as_: As, moment: TestClock) -> None:
    item = publish(as_)
    moment.set("2023-12-05 09:00")
    _close(as_)
    correction = _correct(as_, item)
    assert (_published(as_, "2023-11"), _published(as_, "2023-12")) == (1, 0)
    _act(as_, correction, "withdraw", "admin", {"reason": "内容有误"})
    assert (_published(as_, "2023-11"), _published(as_, "2023-12")) == (1, -1)


@pytest.mark.slow
def test_a_correction_of_what_was_withdrawn_meanwhile_is_a_publication_of_its_own(
    app: Flask, as_: As, moment: TestClock
) -> None:
    item = publish(as_)
    begun = _act(as_, item, "corrections", f"uploader-{VILLAGE}", {"change_note": "更正金额"})
    waiting = decide(as_, decide(as_, submit(as_, put(as_, begun, title="更正后"))))
    moment.set("2023-12-05 09:00")
    _close(as_)
    _act(as_, item, "withdraw", "admin", {"reason": "内容有误"})
    again = decide(as_, waiting)
    assert again["number"] == f"{VILLAGE}-2023-0002"
    assert (_published(as_, "2023-11"), _published(as_, "2023-12")) == (1, 0)
    assert run(app, "statistics", "verify").exit_code == 0


def test_only_a_month_that_has_ended_is_closed_and_only_once(as_: As, moment: TestClock) -> None:
    admin = as_("admin")
    assert admin.post("/closings", NOVEMBER).status_code == 422
    moment.set("2023-11-30 23:59")
    assert as_("admin").post("/closings", NOVEMBER).status_code == 422
    moment.set("2023-12-01 00:00")
    _close(as_)
    again = as_("admin").post("/closings", NOVEMBER)
    assert (again.status_code, again.json["code"]) == (409, "already_exists")


def test_who_may_close_and_what(as_: As, moment: TestClock) -> None:
    moment.set("2023-12-05 09:00")
    for person in ("leader", "secrecy", "auditor", "office-finance"):
        assert as_(person).post("/closings", NOVEMBER).status_code == 403
    assert as_(f"uploader-{VILLAGE}").post("/closings", NOVEMBER).status_code == 404
    assert as_("daxin-admin").post("/closings", NOVEMBER).status_code == 404
    assert as_("admin").post("/closings", NOVEMBER | {"division": VILLAGE}).status_code == 422
    assert as_("admin").post("/closings", NOVEMBER | {"month": "2023-13"}).status_code == 422
    _close(as_)
    assert as_("daxin-admin").get(f"/closings/{TOWNSHIP}/2023-11").status_code == 404


def test_a_closed_month_of_one_township_is_open_in_another(as_: As, moment: TestClock) -> None:
    moment.set("2023-12-05 09:00")
    _close(as_)
    assert as_("daxin-admin").get("/closings/640104101000/2023-11").status_code == 404


@pytest.mark.parametrize(("now", "closed"), [("2023-12-04 23:59", 0), ("2023-12-05 00:00", 2), ("2023-12-31 12:00", 2)])
def test_the_scheduler_closes_last_month_from_the_fifth_on(
    app: Flask, moment: TestClock, now: str, closed: int
) -> None:
    moment.set(now)
    for _ in range(2):
        assert run(app, "closing", "run").exit_code == 0
    assert sql(app, "SELECT count(*) FROM closing WHERE month = '2023-11'")[0][0] == closed
    assert sql(app, "SELECT count(*) FROM closing")[0][0] == closed


@pytest.mark.slow
def test_what_was_frozen_stays_even_when_its_cells_are_tampered_with(app: Flask, as_: As, moment: TestClock) -> None:
    publish(as_, village=NEIGHBOUR)
    moment.set("2023-12-05 09:00")
    _close(as_)
    sql(app, "UPDATE monthly_cell SET published = 99")
    assert _published(as_, "2023-11") == 1
    assert run(app, "statistics", "verify").exit_code == 1


def test_a_month_is_closed_after_an_act_that_still_counts_in_it(app: Flask, as_: As, moment: TestClock) -> None:
    """A withdrawal has written its cell and waits for the chain: the closing waits, and freezes what it wrote."""
    item = publish(as_)
    moment.set("2023-12-05 09:00")
    one, other = (sign_in(app, "admin") for _ in range(2))
    engine = create_engine(app.config["SETTINGS"].database_owner_url)
    if engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time")
    with ThreadPoolExecutor(2) as pool:
        with engine.begin() as connection:
            connection.execute(text("SELECT 1 FROM audit_head WHERE chain = :c FOR UPDATE"), {"c": TOWNSHIP})
            withdrawing = pool.submit(one.post, f"/disclosures/{item['id']}/withdraw", {"reason": "内容有误"})
            _wait_for_waiting(app, 1)
            closing = pool.submit(other.post, "/closings", NOVEMBER)
            _wait_for_waiting(app, 2)
        assert withdrawing.result().status_code == 200, withdrawing.result().json
        assert closing.result().status_code == 201, closing.result().json
    engine.dispose()
    assert sum(row["published"] for row in closing.result().json["rows"]) == 0
    assert run(app, "statistics", "verify").exit_code == 0


def _wait_for_waiting(app: Flask, count: int) -> None:
    """Until so many connections of the database wait for a lock."""
    for _ in range(600):
        if sql(app, "SELECT count(*) FROM pg_locks WHERE NOT granted") == [(count,)]:
            return
        sleep(0.05)
    raise AssertionError(f"no {count} connections wait for a lock")
