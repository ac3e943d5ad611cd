"""What people say about a thing is kept with it: a mark of a state secret in it is refused like one in the thing."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.clearance.disks import is_stored
from tests.clearance.passages import CANARY, CLASSIFIED, WITH_INTERNAL, WITH_MEMO
from tests.engines import Engine
from tests.journeys import TOWNSHIP, VILLAGE, As, Json, content, decide, decision, draft, publish, submit
from tests.review.staff import Staff

MARK = f"机密★5年 {CANARY}"
POLICY = "国家秘密的密级分为绝密、机密、秘密三级，涉密信息坚决不公开。"
UPLOADER = f"uploader-{VILLAGE}"


Sending = Callable[[str], tuple[str, str, Json]]  # what is said: who sends what to where


def _of_findings(as_: As, verb: str) -> Sending:
    item = draft(as_, body=WITH_MEMO if verb == "acknowledge" else WITH_INTERNAL)
    path, finding = f"/disclosures/{item['id']}", item["findings"][0]["id"]
    if verb == "acknowledge":
        return lambda said: (UPLOADER, f"{path}/submit", {"acknowledge": [{"finding": finding, "reason": said}]})
    who = UPLOADER if verb == "appeal" else "secrecy"
    return lambda said: (who, f"{path}/findings/{finding}/{verb}", {"reason": said})


def _of_decisions(as_: As, verb: str) -> Sending:
    item = submit(as_, draft(as_))
    if verb == "referral-answer":
        decide(as_, item, "refer")
        answer = {"from": "区保密局", "answered_on": "2023-11-06", "outcome": "release"}
        return lambda said: ("secrecy", f"/disclosures/{item['id']}/{verb}", answer | {"comment": said})
    return lambda said: ("secrecy", f"/disclosures/{item['id']}/decisions", decision(item, verb, comment=said))


def _of_forwarding(as_: As, verb: str) -> Sending:
    path = f"/disclosures/{decide(as_, submit(as_, draft(as_)))['id']}/forward"
    office = Staff(as_).office("land")
    if verb == "forward":
        return lambda said: ("office-finance", path, {"office": office, "comment": said})
    assert as_("office-finance").post(path, {"office": office, "comment": "请接办"}).status_code == 200
    return lambda said: ("office-land", f"{path}/{verb}", {"comment": said})


def _of_publication(as_: As, verb: str) -> Sending:
    path = f"/disclosures/{publish(as_)['id']}"
    if verb == "release":
        assert as_("secrecy").post(f"{path}/suspend", {"reason": "核查"}).status_code == 200
    return lambda said: ("leader" if verb == "release" else "admin", f"{path}/{verb}", {"reason": said})


def _of_incidents(as_: As, verb: str) -> Sending:
    new = {"village": VILLAGE, "entry": "C02"} | content(body=CLASSIFIED.replace(CANARY, "清淤"))
    as_(UPLOADER).post("/disclosures", new)
    [incident] = as_("secrecy").get("/incidents").json["data"]
    return lambda said: ("secrecy", f"/incidents/{incident['id']}/{verb}", {"handling": said})


def _of_settings(as_: As, verb: str) -> Sending:
    word = {"division": TOWNSHIP, "text": "绿洲专报", "kind": "secret_mark"}
    duty = {"village": VILLAGE, "entry": "C02", "period": "2023-08"}
    path, body = {"word": ("/screening/words", word), "excuse": ("/duties/excused", duty)}[verb]
    return lambda said: ("admin", path, body | {"reason": said})


VERBS = [(_of_findings, verb) for verb in ("acknowledge", "appeal", "overrule", "uphold")]
VERBS += [(_of_decisions, verb) for verb in ("return", "approve", "referral-answer")]
VERBS += [(_of_forwarding, verb) for verb in ("forward", "decline", "accept")]
VERBS += [(_of_publication, verb) for verb in ("withdraw", "suspend", "release")]
VERBS += [(_of_incidents, "handle"), (_of_settings, "word"), (_of_settings, "excuse")]


@pytest.mark.parametrize(("sending_of", "verb"), VERBS, ids=[verb for _, verb in VERBS])
def test_a_mark_in_a_remark_is_an_incident_and_a_quotation_is_not(
    app: Flask, engine: Engine, as_: As, sending_of: Callable[[As, str], Sending], verb: str
) -> None:
    sending = sending_of(as_, verb)
    before = len(as_("secrecy").get("/incidents").json["data"])
    who, path, body = sending(MARK)
    refused = as_(who).post(path, body, headers={"Idempotency-Key": "one"})
    assert (refused.status_code, refused.json["code"]) == (422, "secret_mark"), refused.json
    assert CANARY not in refused.text
    assert len(as_("secrecy").get("/incidents").json["data"]) == before + 1
    assert not is_stored(app, engine)
    who, path, body = sending(POLICY)
    done = as_(who).post(path, body)
    assert done.status_code in (200, 201), done.json
