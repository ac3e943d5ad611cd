"""Two people press at the same moment: one act happens, the other is told so, and nothing is counted twice."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.clients import Client, sign_in
from tests.journeys import VILLAGE, As, Json, content, decide, decision, draft, publish, submit
from tests.review.staff import Staff
from villagepub.core import audit, tenancy
from villagepub.core.transactions import transaction
from villagepub.extensions import db
from villagepub.statistics import counting
from villagepub.statistics import queries as statistics

pytestmark = pytest.mark.slow

DISCLOSURES = 334  # with three approvals each, every one of them pressed twice: 1,002 races
TIMES = 50
UPLOADER = f"uploader-{VILLAGE}"
HOLDERS = {"secrecy": "secrecy", "office": "office-finance", "leader": "leader"}
STAND_INS = {"secrecy": "office-party", "office": "office-land", "leader": "office-planning"}

Press = Callable[[], Any]
AtOnce = Callable[[Press, Press], tuple[Any, Any]]


@pytest.fixture
def at_once() -> Iterator[AtOnce]:
    """Calls both in threads that have waited for each other."""
    barrier = Barrier(2)

    def wait_and(press: Press) -> Any:
        barrier.wait(timeout=30)
        return press()

    with ThreadPoolExecutor(2) as pool:

        def both(one: Press, other: Press) -> tuple[Any, Any]:
            running = [pool.submit(wait_and, press) for press in (one, other)]
            return running[0].result(timeout=60), running[1].result(timeout=60)

        yield both


@pytest.fixture
def rivals(app: Flask, as_: As) -> dict[str, list[Client]]:
    """For each stage the holder of the post, the same person on another device, and a stand-in."""
    staff = Staff(as_)
    for stage, username in STAND_INS.items():
        staff.stand_in(HOLDERS[stage], username)
    return {stage: [as_(holder), sign_in(app, holder), as_(STAND_INS[stage])] for stage, holder in HOLDERS.items()}


def _press(client: Client, disclosure: Json, outcome: str = "approve") -> Press:
    body = decision(disclosure, outcome)
    return lambda: client.post(f"/disclosures/{disclosure['id']}/decisions", body)


def _outcome(answer: Any) -> str:
    return f"{answer.status_code} {answer.json.get('code', '')}".strip()


def _show(as_: As, disclosure: Json) -> Json:
    return dict(as_("auditor").get(f"/disclosures/{disclosure['id']}").json)


def _rows(app: Flask, query: str) -> list[tuple[Any, ...]]:
    with app.app_context(), transaction(tenancy.EVERYWHERE.reading()):
        return [tuple(row) for row in db.session.execute(text(query))]


def _require_all_in_order(app: Flask) -> None:
    """Numbers without gaps, totals that equal a recount, an unbroken chain."""
    with app.app_context(), transaction(tenancy.EVERYWHERE.reading()):
        assert list(counting.differences(statistics.kept_counts())) == []
        assert list(audit.verify(db.session())) == []
    given = sorted(row[0] for row in _rows(app, "SELECT DISTINCT number FROM publication WHERE number IS NOT NULL"))
    assert given == [f"{VILLAGE}-2023-{serial:04d}" for serial in range(1, len(given) + 1)]


def test_of_two_who_approve_at_the_same_moment_one_does(
    app: Flask, as_: As, rivals: dict[str, list[Client]], at_once: AtOnce
) -> None:
    tally: dict[tuple[str, ...], int] = {}
    for serial in range(DISCLOSURES):
        disclosure = submit(as_, draft(as_))
        while disclosure["state"] == "in_review":
            holder, same_person, stand_in = rivals[disclosure["stage"]]
            rival = (same_person, stand_in)[serial % 2]
            answers = at_once(_press(holder, disclosure), _press(rival, disclosure))
            outcomes = tuple(sorted(map(_outcome, answers)))
            tally[outcomes] = tally.get(outcomes, 0) + 1
            disclosure = next(dict(answer.json) for answer in answers if answer.status_code == 201)
        assert disclosure["state"] == "published"
    assert tally == {("201", "409 already_decided"): 3 * DISCLOSURES}
    published = "SELECT count(*), count(DISTINCT number) FROM publication WHERE state = 'published'"
    assert _rows(app, published) == [(DISCLOSURES, DISCLOSURES)]
    assert _rows(app, "SELECT stage, count(*) FROM decision GROUP BY stage ORDER BY stage") == [
        (stage, DISCLOSURES) for stage in ("leader", "office", "secrecy")
    ]
    assert _rows(app, "SELECT sum(published) FROM monthly_cell") == [(DISCLOSURES,)]
    assert _rows(app, "SELECT count(*) FROM audit_entry WHERE action = 'disclosure.published'") == [(DISCLOSURES,)]
    _require_all_in_order(app)


def test_of_an_approval_and_a_return_one_happens(
    app: Flask, as_: As, rivals: dict[str, list[Client]], at_once: AtOnce
) -> None:
    for _ in range(TIMES):
        disclosure = decide(as_, decide(as_, submit(as_, draft(as_))))
        holder, _, stand_in = rivals["leader"]
        answers = at_once(_press(holder, disclosure), _press(stand_in, disclosure, "return"))
        approved, returned = map(_outcome, answers)
        assert {approved, returned} == {"201", "409 already_decided"}
        assert _show(as_, disclosure)["state"] == ("published" if approved == "201" else "returned")
    _require_all_in_order(app)


def test_of_an_approval_and_a_recall_one_happens(
    app: Flask, as_: As, rivals: dict[str, list[Client]], at_once: AtOnce
) -> None:
    for _ in range(TIMES):
        disclosure = submit(as_, draft(as_))
        path = f"/disclosures/{disclosure['id']}/recall"
        recall = as_(UPLOADER)
        answers = at_once(_press(rivals["secrecy"][0], disclosure), lambda c=recall, p=path: c.post(p))
        approved, recalled = map(_outcome, answers)
        assert (approved, recalled) in {("201", "409 wrong_state"), ("409 wrong_state", "200")}
        assert _show(as_, disclosure)["stage"] == ("office" if approved == "201" else None)
    _require_all_in_order(app)


def test_no_approval_of_the_old_text_reaches_the_new_one(
    app: Flask, as_: As, rivals: dict[str, list[Client]], at_once: AtOnce
) -> None:
    """One reviewer returns, the village edits and submits again, while a stand-in approves what was read before."""
    uploader = as_(UPLOADER)
    for _ in range(TIMES):
        disclosure = submit(as_, draft(as_))
        path = f"/disclosures/{disclosure['id']}"
        holder, _, stand_in = rivals["secrecy"]

        press_return = _press(holder, disclosure, "return")

        def return_edit_submit(path: str = path, press: Press = press_return) -> Any:
            returned = press()
            if returned.status_code == 201:
                etag = uploader.get(path).headers["ETag"]
                uploader.put(path, content(title="改过的标题"), headers={"If-Match": etag})
                uploader.post(f"{path}/submit")
            return returned

        returned, approved = map(_outcome, at_once(return_edit_submit, _press(stand_in, disclosure)))
        after = _show(as_, disclosure)
        if approved == "201":
            assert returned == "409 already_decided"
            assert (after["stage"], after["digest"]) == ("office", disclosure["digest"])
        else:
            assert returned == "201"
            assert approved in {"409 already_decided", "409 wrong_state", "409 stale_digest"}
            assert (after["stage"], after["title"]) == ("secrecy", "改过的标题")
    unbound = """
        SELECT count(*) FROM decision JOIN review_case ON review_case.id = decision.case_id
        WHERE decision.digest <> review_case.digest
    """
    assert _rows(app, unbound) == [(0,)]
    _require_all_in_order(app)


def test_a_correction_approved_while_its_original_is_withdrawn_is_counted_once(
    app: Flask, as_: As, rivals: dict[str, list[Client]], at_once: AtOnce
) -> None:
    for _ in range(TIMES):
        original = publish(as_)
        path = f"/disclosures/{original['id']}"
        correction = submit(as_, as_(UPLOADER).post(f"{path}/corrections", {"change_note": "更正金额"}).json)
        correction = decide(as_, decide(as_, correction))
        admin = as_("admin")
        answers = at_once(
            _press(rivals["leader"][0], correction),
            lambda client=admin, path=path: client.post(f"{path}/withdraw", {"reason": "有误"}),
        )
        approved, withdrawn = map(_outcome, answers)
        assert (approved, withdrawn) in {("201", "409 wrong_state"), ("201", "200")}
        after = _show(as_, correction)
        carried_on = after["number"] == original["number"]
        assert carried_on == (withdrawn != "200")
        assert _show(as_, original)["state"] == ("withdrawn" if withdrawn == "200" else "superseded")
    _require_all_in_order(app)
    assert _rows(app, "SELECT sum(published) FROM monthly_cell") == [(TIMES,)]
