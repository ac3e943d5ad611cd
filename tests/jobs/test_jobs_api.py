"""Who sees which job, and who may retry it."""

from typing import Any

import pytest
from flask import Flask

from tests.clients import Client
from tests.console import sql
from tests.jobs.workshop import KINDS, Workshop
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As
from villagepub.core.actor import Actor
from villagepub.jobs.kinds import Kind

UPLOADER, OTHER_UPLOADER = f"uploader-{VILLAGE}", f"uploader-{NEIGHBOUR}"
SHOWN = {"id", "kind", "state", "progress", "total", "result", "error", "created_at", "finished_at"}


def actor(app: Flask, username: str) -> Actor:
    [(person, name)] = sql(app, "SELECT id, name FROM person WHERE username = :name", name=username)
    return Actor(person, name)


def own_job(workshop: Workshop, username: str, division: str = VILLAGE, kind: str = "effect") -> str:
    [job] = workshop.queue(kind, actor=actor(workshop.app, username), division=division)
    return job


def listed(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"/jobs{query}")
    assert answer.status_code == 200, answer.json
    return [job["id"] for job in answer.json["data"]]


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def test_the_owner_follows_a_job_to_its_end(workshop: Workshop, as_: As) -> None:
    job = own_job(workshop, UPLOADER)
    waiting = as_(UPLOADER).get(f"/jobs/{job}").json
    assert waiting.keys() == SHOWN
    assert (waiting["state"], waiting["total"], waiting["finished_at"]) == ("queued", None, None)
    workshop.work()
    done = as_(UPLOADER).get(f"/jobs/{job}").json
    assert (done["state"], done["result"], done["error"]) == ("done", {"made": 1}, None)
    assert done["finished_at"] == "2023-11-06T09:00:00+08:00"


def test_one_sees_ones_own_and_the_administrator_the_townships(workshop: Workshop, as_: As) -> None:
    mine, theirs = own_job(workshop, UPLOADER), own_job(workshop, OTHER_UPLOADER, NEIGHBOUR)
    [systems] = workshop.queue("effect", division=TOWNSHIP)
    elsewhere = own_job(workshop, "daxin-admin", "640104101000")
    assert listed(as_(UPLOADER)) == [mine]
    assert listed(as_(OTHER_UPLOADER)) == [theirs]
    assert listed(as_("leader")) == []
    assert listed(as_("admin")) == [systems, theirs, mine]
    assert listed(as_("daxin-admin")) == [elsewhere]
    assert listed(as_("admin"), "?limit=2") == [systems, theirs]
    workshop.work()
    assert listed(as_("admin"), "?state=queued") == []


def test_a_stranger_finds_nothing_and_a_colleague_may_not(workshop: Workshop, as_: As) -> None:
    job = own_job(workshop, UPLOADER)
    for method, path in (("GET", f"/jobs/{job}"), ("POST", f"/jobs/{job}/retry")):
        for stranger in (OTHER_UPLOADER, "daxin-admin"):
            assert refusal(as_(stranger).open(method, path)) == (404, "not_found")
        assert refusal(as_("leader").open(method, path)) == (403, "forbidden")
    assert refusal(as_(UPLOADER).post(f"/jobs/{job}/retry")) == (403, "forbidden")
    assert refusal(as_("admin").get("/jobs/01HZZZZZZZZZZZZZZZZZZZZZZZ")) == (404, "not_found")
    assert refusal(Client(workshop.app).get(f"/jobs/{job}")) == (401, "not_signed_in")


def test_ones_own_job_is_out_of_sight_when_its_place_is_out_of_reach(workshop: Workshop, as_: As) -> None:
    job = own_job(workshop, UPLOADER, "640104101000")
    assert listed(as_(UPLOADER)) == []
    assert refusal(as_(UPLOADER).get(f"/jobs/{job}")) == (404, "not_found")


@pytest.mark.parametrize(("kind", "state"), [("wrong", "dead"), ("refused", "failed")])
def test_the_administrator_retries_what_ended_in_vain(workshop: Workshop, as_: As, kind: str, state: str) -> None:
    [job] = workshop.queue(kind, division=VILLAGE)
    workshop.work(kinds=KINDS | {"wrong": Kind(KINDS["wrong"].work, max_attempts=1)})
    assert listed(as_("admin"), f"?state={state}") == [job]
    retried = as_("admin").post(f"/jobs/{job}/retry")
    assert retried.status_code == 200
    assert [retried.json[name] for name in ("state", "error", "result", "finished_at")] == ["queued", None, None, None]
    workshop.work(kinds={kind: KINDS["effect"]})
    assert as_("admin").get(f"/jobs/{job}").json["state"] == "done"
    assert workshop.effects() == {(job, 0): 1}
    [entry] = sql(workshop.app, "SELECT * FROM audit_entry WHERE subject_id = :job", job=job)
    assert (entry.action, entry.chain, entry.division) == ("job.retried", TOWNSHIP, VILLAGE)


def test_what_has_not_ended_in_vain_is_not_retried(workshop: Workshop, as_: As) -> None:
    [job] = workshop.queue("effect")
    assert refusal(as_("admin").post(f"/jobs/{job}/retry")) == (409, "wrong_state")
    workshop.work()
    assert refusal(as_("admin").post(f"/jobs/{job}/retry")) == (409, "wrong_state")
    assert workshop.effects() == {(job, 0): 1}


def test_what_is_wanted_again_already_is_not_retried(workshop: Workshop, as_: As) -> None:
    [job] = workshop.queue("refused", key="same")
    workshop.work()
    workshop.queue("refused", key="same")
    assert refusal(as_("admin").post(f"/jobs/{job}/retry")) == (409, "already_exists")


def test_the_cause_of_a_mistake_stays_in_the_log(workshop: Workshop, as_: As) -> None:
    [job] = workshop.queue("wrong")
    workshop.work()
    assert "64010419900101" not in as_("admin").get(f"/jobs/{job}").get_data(as_text=True)
