"""Nobody learns of rows outside the own divisions, not even that they exist.

Every staff route with an id in its path is called with the ids of real rows of one village by its neighbour's
uploader and by the staff of another township. A route that is new must be given ids here, or stand among those
that are about public knowledge.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from docx import Document
from flask import Flask
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from tests.applications.desk import register
from tests.bodies import NOBODY, Json, Operation, operations
from tests.clearance.passages import CLASSIFIED, WITH_INTERNAL
from tests.clients import Client
from tests.console import sql
from tests.engines import Engine, leave
from tests.intake.make_files import picture
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As, content, decide, decision, draft, publish, submit
from tests.ledgers.samples import ROWS, declarations_of, path_of
from tests.reports.yearly import quiet_year
from villagepub.calendars import operations as calendars
from villagepub.core import clock, tenancy
from villagepub.core.actor import Actor
from villagepub.core.ids import new_id
from villagepub.core.transactions import transaction
from villagepub.jobs import operations as jobs
from villagepub.jobs.models import State

OUTSIDERS = (f"uploader-{NEIGHBOUR}", "daxin-admin", "daxin-secrecy", "daxin-leader", "daxin-auditor")
NOWHERE = "640104999000"
OTHER_TOWNSHIP = "640104101000"
CANARY = "洼路村专用的标记文字"
PNG = picture("PNG", (8, 8))

PUBLIC_KNOWLEDGE = {
    "GET /api/v1/divisions/{code}": "区划代码和名称由国家公布",
    "GET /api/v1/divisions/{code}/children": "区划代码和名称由国家公布",
    "POST /api/v1/divisions/{code}/feedback": "任何人都可以向任何一个村提出咨询、投诉或表扬",
    "POST /api/v1/disclosures/{disclosure_id}/feedback": "对公开的信息，任何人都可以提出；不公开的另有测试",
    "POST /api/v1/notices/templates/{template}/preview": "微信消息的模板是整套系统共用的，里面没有哪个村的数据",
}
PUBLIC_PARAMETERS = {
    ("GET /api/v1/catalogue", "division"): "公开目录本身就是公开信息",
    ("POST /api/v1/me/residencies", "village"): "任何人都可以向任何一个村申请",
}
# Names of parameters and fields that say whose a thing is, or which thing.
POINTERS = {"division", "village", "post", "posts", "person", "to_person", "office"}
CHECKED_LATER = {
    ("POST /api/v1/disclosures/{disclosure_id}/forward", "office"): "须先有一件本站办所在办的审批；另有测试",
}


@dataclass(frozen=True)
class Scene:
    """What one village has: ``ids[name]`` are values for the path variable of that name."""

    ids: list[dict[str, str]]
    rows: dict[str, str]  # of each ledger, one
    posts: dict[str, str]  # by user name
    people: dict[str, str]
    office: str
    basis: tuple[str, str]
    job: str
    finding: str
    word: str
    incident: str
    application: str
    webhook: str
    export: str
    message: str
    invitation: str
    delegation: str
    consent: str
    residency: str
    feedback: str
    block: str


def _file() -> Json:
    return {"data": {"file": (BytesIO(PNG), "a.png")}, "content_type": "multipart/form-data"}


_kept: dict[str, tuple[Scene, Path]] = {}


@pytest.fixture
def scene(app: Flask, as_: As, engine: Engine, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The scene in the application of ``app``: set once a database, and each test's own copy of it."""
    files = tmp_path / "files"
    if engine.name not in _kept:
        kept = tmp_path_factory.mktemp("scene") / "files"
        _kept[engine.name] = _set_scene(app, as_), kept
        leave(app)
        engine.copy("test", "scene")
        copytree(files, kept)
    else:
        leave(app)
        engine.drop("test")
        engine.copy("scene", "test")
        copytree(_kept[engine.name][1], files, dirs_exist_ok=True)
    return _kept[engine.name][0]


def _set_scene(app: Flask, as_: As) -> Scene:
    """Disclosures in every state that is reached by hand, a row in every ledger, a closed month."""
    uploader, admin = as_(f"uploader-{VILLAGE}"), as_("admin")
    disclosures = [draft(as_, title=CANARY, body=WITH_INTERNAL), submit(as_, draft(as_, title=CANARY))]
    disclosures.append(decide(as_, submit(as_, draft(as_, title=CANARY)), "return"))
    disclosures += [publish(as_, title=CANARY), publish(as_, title=CANARY)]
    withdrawn = admin.post(f"/disclosures/{disclosures[-1]['id']}/withdraw", {"reason": CANARY})
    assert withdrawn.status_code == 200
    _move(app, disclosures[1])
    attached = uploader.post(f"/disclosures/{disclosures[0]['id']}/attachments", **_file())
    assert attached.status_code == 201
    ids = [{"disclosure_id": each["id"], "attachment_id": attached.json["id"]} for each in disclosures]
    me = {name: as_(name).get("/me").json for name in (uploader_of(VILLAGE), "admin", "daxin-admin", "daxin-leader")}
    return Scene(
        ids=ids,
        rows=dict(_ledger_rows(admin)),
        posts={name: each["posts"][0]["id"] for name, each in me.items()},
        people={name: each["person"]["id"] for name, each in me.items()},
        office=admin.get("/offices").json["data"][0]["id"],
        basis=_basis(admin),
        finding=disclosures[0]["findings"][0]["id"],
        word=_word(admin),
        incident=_incident(as_),
        application=register(as_, applicant_name=CANARY, subject=CANARY)["id"],
        job=_failed_job(app),
        webhook=_webhook(admin),
        export=_export(admin),
        message=_message(app, me[uploader_of(VILLAGE)]["person"]["id"]),
        invitation=_invitation(admin, me[uploader_of(VILLAGE)]["person"]["id"]),
        delegation=_delegation(admin, me),
        **_resident(uploader),
        **_feedback(uploader, admin),
    )


def _move(app: Flask, disclosure: Json) -> None:
    """A due date of the village's that a changed calendar moved."""
    day = clock.today()
    with app.app_context(), transaction(tenancy.EVERYWHERE):
        calendars.note_move("review_case", disclosure["id"], VILLAGE, calendars.Limit(day, 1), day, day)


def _webhook(admin: Client) -> str:
    body = {"channel": "website", "url": "https://platform.example.gov.cn/hook"}
    return str(admin.post("/channels/webhooks", body).json["id"])


def _invitation(admin: Client, person: str) -> str:
    return str(admin.post("/invitations", {"person": person, "posts": []}).json["id"])


def _delegation(admin: Client, me: dict[str, Json]) -> str:
    """Of the village's uploader, by the administrator."""
    post, person = me[uploader_of(VILLAGE)]["posts"][0]["id"], me["admin"]["person"]["id"]
    span = {"from": "2023-11-06", "until": "2023-12-01"}
    return str(admin.post("/delegations", {"post": post, "to_person": person} | span).json["id"])


def _resident(client: Client) -> dict[str, str]:
    """A consent and a request of somebody who lives in the village."""
    version = client.get("/me/consents").json["texts"][0]["version"]
    consent = client.post("/me/consents", {"purpose": "residency", "version": version}).json["id"]
    residency = client.post("/me/residencies", {"village": VILLAGE, "name": CANARY}).json["id"]
    return {"consent": consent, "residency": residency}


def _feedback(asker: Client, admin: Client) -> dict[str, str]:
    """Something said to the village, and its asker blocked for it."""
    said = asker.post(f"/divisions/{VILLAGE}/feedback", {"kind": "question", "text": CANARY}).json["id"]
    body = {"reason": CANARY, "until": "2023-12-01T09:00:00+08:00"}
    return {"feedback": said, "block": admin.post(f"/feedback/{said}/block", body).json["id"]}


def _word(admin: Client) -> str:
    body = {"division": TOWNSHIP, "text": CANARY, "kind": "health", "reason": "通知"}
    return str(admin.post("/screening/words", body).json["id"])


def _incident(as_: As) -> str:
    new = {"village": VILLAGE, "entry": "C02"} | content(body=CLASSIFIED)
    assert as_(uploader_of(VILLAGE)).post("/disclosures", new).json["code"] == "secret_mark"
    return str(as_("secrecy").get("/incidents").json["data"][0]["id"])


def _export(admin: Client) -> str:
    body = {"kind": "disclosures", "format": "csv", "filters": {"division": TOWNSHIP}, "purpose": CANARY}
    return str(admin.post("/exports", body).json["id"])


def _failed_job(app: Flask) -> str:
    """One of the village's that its administrator may retry."""
    with app.app_context(), transaction(tenancy.EVERYWHERE):
        job = jobs.enqueue("test", {}, actor=Actor.system("tests"), division=VILLAGE)
        job.state, job.error, job.finished_at = State.FAILED, CANARY, clock.now()
        return job.id


def _message(app: Flask, person: str) -> str:
    """One to the village's uploader of which nobody knows whether it went out."""
    message = {"id": new_id(), "person": person, "township": TOWNSHIP, "village": VILLAGE, "at": clock.now()}
    statement = """INSERT INTO message (id, person_id, township, village, kind, template, event, "values", is_held,
        state, created_at, ended_at) VALUES (:id, :person, :township, :village, 'returned', 'result', :id, '{}',
        false, 'unknown', :at, :at)"""
    sql(app, statement, **message)
    return str(message["id"])


def uploader_of(village: str) -> str:
    return f"uploader-{village}"


def _ledger_rows(admin: Client) -> Iterator[tuple[str, str]]:
    """The samples, with the mark in one text of each."""
    for ledger, sample in ROWS.items():
        text = next(name for name in ("title", "subject", "topic", "item", "evidence") if name in sample)
        answer = admin.post(path_of(ledger), sample | {text: CANARY})
        assert answer.status_code == 201, answer.json
        yield ledger, answer.json["id"]
        assert admin.post(declarations_of(ledger), {"year": 2022}).status_code == 201
    assert admin.post("/closings", {"division": TOWNSHIP, "month": "2023-10"}).status_code == 201
    quiet_year(admin, 2022, words=CANARY, signed_on="2023-01-20")


def _basis(admin: Client) -> tuple[str, str]:
    for entry in admin.get(f"/catalogue?division={TOWNSHIP}").json["data"]:
        if entry["legal_basis"]:
            return entry["code"], entry["legal_basis"][0]["id"]
    raise AssertionError("no entry with a basis")


def _ids(operation: Operation, scene: Scene) -> list[dict[str, str]]:
    """Ids of real rows for the variables of a path. Fails for a route that has none here."""
    names = {part.split("}")[0] for part in operation.path.split("{")[1:]}
    if names <= {"disclosure_id", "attachment_id"}:
        return scene.ids
    if names == {"disclosure_id", "finding_id"}:
        return [{"disclosure_id": scene.ids[0]["disclosure_id"], "finding_id": scene.finding}]
    if names == {"row_id"}:
        ledger = operation.path.partition("/{")[0].rpartition("/")[2]
        return [{"row_id": scene.rows[ledger]}]
    known = {
        "person_id": scene.people[uploader_of(VILLAGE)],
        "post_id": scene.posts[uploader_of(VILLAGE)],
        "division": TOWNSHIP,
        "month": "2023-10",
        "year": "2022",
        "revision": "1",
        "code": scene.basis[0],
        "basis_id": scene.basis[1],
        "job_id": scene.job,
        "word_id": scene.word,
        "incident_id": scene.incident,
        "application_id": scene.application,
        "letter": "receipt",
        "ending": "pdf",
        "indicator": "timeliness",
        "webhook_id": scene.webhook,
        "channel_post_id": scene.rows["channel-posts"],
        "export_id": scene.export,
        "message_id": scene.message,
        "invitation_id": scene.invitation,
        "delegation_id": scene.delegation,
        "consent_id": scene.consent,
        "residency_id": scene.residency,
        "feedback_id": scene.feedback,
        "block_id": scene.block,
    }
    assert names <= set(known), f"{operation.name}: say here which row of another division its ids name"
    return [{name: known[name] for name in names}]


def _missing(ids: dict[str, str]) -> dict[str, str]:
    """The same with ids that no row has; some say nothing by themselves."""
    kept = ("month", "year", "revision", "code", "indicator", "letter", "ending")
    return {name: value if name in kept else (NOWHERE if name == "division" else NOBODY) for name, value in ids.items()}


def _forms(operation: Operation) -> list[str]:
    """In what forms its body may come."""
    forms = {"file": operation.takes_a_file, "json": operation.body is not None}
    return [form for form, taken in forms.items() if taken] or ["none"]


def _call(client: Client, operation: Operation, ids: dict[str, str], form: str) -> TestResponse:
    options: Json = {"headers": {"If-Match": '"1-draft-none"'}}
    if form == "file":
        options |= _file()
    elif form == "json":
        options["json"] = operation.good_body()
    options["query_string"] = operation.good_query()
    return client.open(operation.method.upper(), operation.url(**ids), **options)


def _face(answer: TestResponse) -> tuple[Any, ...]:
    """All of an answer that its asker can see, save the number of the request."""
    body = {name: value for name, value in (answer.json or {}).items() if name != "request_id"}
    headers = {name: value for name, value in answer.headers.items() if name not in ("X-Request-Id", "Date")}
    return answer.status_code, body, headers


def _staff(app: Flask) -> list[Operation]:
    return [each for each in operations(app) if each.description["security"]]


@pytest.mark.parametrize("outsider", [*OUTSIDERS[:2], pytest.param(OUTSIDERS[2], marks=pytest.mark.slow)])
def test_a_foreign_row_looks_like_one_that_is_not_there(app: Flask, as_: As, scene: Scene, outsider: str) -> None:
    called = 0
    for operation in _staff(app):
        if "{" not in operation.path or operation.name in PUBLIC_KNOWLEDGE:
            continue
        rows = _ids(operation, scene)
        for form in _forms(operation):
            nothing = _face(_call(as_(outsider), operation, _missing(rows[0]), form))
            for ids in rows:
                foreign = _call(as_(outsider), operation, ids, form)
                what = f"{operation.name} ({form}) by {outsider}: {foreign.get_data(as_text=True)[:200]}"
                assert foreign.status_code == 404, what
                assert foreign.json["code"] == "not_found", what
                assert _face(foreign) == nothing, what
                called += 1
    assert called > 200


def test_nobody_speaks_under_what_is_not_public(as_: As, scene: Scene) -> None:
    """Of the village's disclosures only the published one can be spoken under, and the withdrawn one is known to be."""
    body = {"kind": "question", "text": "什么时候公开？"}
    answers = [as_("daxin-admin").post(f"/disclosures/{each['disclosure_id']}/feedback", body) for each in scene.ids]
    missing = as_("daxin-admin").post(f"/disclosures/{NOBODY}/feedback", body)
    assert [answer.status_code for answer in answers] == [404, 404, 404, 201, 409]
    assert {str(_face(answer)) for answer in answers[:3]} == {str(_face(missing))}


def test_the_list_of_exceptions_names_routes_that_are_there(app: Flask) -> None:
    names = {operation.name for operation in operations(app)}
    assert set(PUBLIC_KNOWLEDGE) <= names
    assert {name for name, _ in [*PUBLIC_PARAMETERS, *CHECKED_LATER]} <= names


def test_a_foreign_attachment_of_an_own_disclosure(as_: As, scene: Scene) -> None:
    neighbour, own = as_(uploader_of(NEIGHBOUR)), draft(as_, village=NEIGHBOUR)
    path = f"/disclosures/{own['id']}/attachments"
    for method, verb in (("GET", ""), ("DELETE", ""), ("POST", "/complete")):
        foreign, missing = (
            neighbour.open(method, f"{path}/{named}{verb}") for named in (scene.ids[0]["attachment_id"], NOBODY)
        )
        assert foreign.status_code == 404
        assert _face(foreign) == _face(missing)


@pytest.mark.slow
def test_a_foreign_village_or_person_cannot_be_named(app: Flask, as_: As, scene: Scene) -> None:
    """Every parameter and field that points at a place, a post or a person, each by itself foreign."""
    foreign: Json = {
        "division": TOWNSHIP,
        "village": VILLAGE,
        "post": scene.posts[uploader_of(VILLAGE)],
        "person": scene.people[uploader_of(VILLAGE)],
        "to_person": scene.people[uploader_of(VILLAGE)],
        "posts": [scene.posts[uploader_of(VILLAGE)]],
        "office": scene.office,
    }
    missing: Json = dict.fromkeys(foreign, NOBODY) | {"division": NOWHERE, "village": NOWHERE, "posts": [NOBODY]}
    own: Json = {
        "division": OTHER_TOWNSHIP,
        "post": scene.posts["daxin-admin"],
        "person": scene.people["daxin-leader"],
        "to_person": scene.people["daxin-leader"],
    }
    called = set()
    for operation in _staff(app):
        fields = set(operation.query) | set((operation.body or {}).get("properties", ()))
        for name in sorted(fields & POINTERS):
            if (operation.name, name) in PUBLIC_PARAMETERS or (operation.name, name) in CHECKED_LATER:
                continue
            mine = {key: value for key, value in own.items() if key in fields}
            if name == "office":
                mine |= {"role": "office_reviewer"}
            answers = [_point(as_("daxin-admin"), operation, mine | {name: each[name]}) for each in (foreign, missing)]
            what = f"{operation.name} {name}: {answers[0].get_data(as_text=True)[:200]}"
            assert answers[0].status_code == 404, what
            assert _face(answers[0]) == _face(answers[1]), what
            called.add((operation.name, name))
    assert len(called) > 30


def test_a_foreign_disclosure_cannot_be_named_in_a_ledger(as_: As, scene: Scene) -> None:
    for ledger in ("channel-posts", "accountability"):
        body = ROWS[ledger]
        answers = [
            as_("daxin-admin").post(path_of(ledger), body | {"disclosure": named})
            for named in (scene.ids[0]["disclosure_id"], NOBODY)
        ]
        assert [answer.status_code for answer in answers] == [422, 422]
        assert "disclosure" in answers[0].json["errors"]
        assert _face(answers[0]) == _face(answers[1])


def _point(client: Client, operation: Operation, changes: Json) -> TestResponse:
    query = operation.good_query(**{name: value for name, value in changes.items() if name in operation.query})
    properties = (operation.body or {}).get("properties", {})
    options: Json = {"query_string": query}
    if operation.takes_a_file:
        options |= _file()
    elif properties:
        options["json"] = operation.good_body(**{k: v for k, v in changes.items() if k in properties})
        if "role" in changes and "role" in properties:
            options["json"]["role"] = changes["role"]
    return client.open(operation.method.upper(), operation.url(), **options)


@pytest.mark.slow
def test_no_list_shows_a_foreign_row(app: Flask, as_: As, scene: Scene) -> None:
    places = {uploader_of(NEIGHBOUR): NEIGHBOUR}
    marks = {CANARY, VILLAGE, "洼路村", scene.people[uploader_of(VILLAGE)], scene.posts[uploader_of(VILLAGE)]}
    marks |= {value for ids in scene.ids for value in ids.values()} | set(scene.rows.values()) | {scene.application}
    answered = set()
    for operation in _staff(app):
        if operation.method != "get" or "{" in operation.path:
            continue
        for outsider in OUTSIDERS:
            for query in _queries(operation, places.get(outsider, OTHER_TOWNSHIP)):
                answer = as_(outsider).get(operation.path, query_string=query)
                assert answer.status_code in (200, 403), (operation.name, outsider, answer.json)
                text = _text(answer)
                assert not [mark for mark in marks if mark in text], (operation.name, outsider, query)
                if answer.status_code == 200:
                    answered.add(operation.name)
    lists = {each.name for each in _staff(app) if each.method == "get" and "{" not in each.path}
    assert answered == lists


def _queries(operation: Operation, division: str) -> Iterator[Json]:
    """As narrow as must be, and with every filter that could widen it."""
    span = {"from": "2023-10", "to": "2023-11"} if operation.query.get("from", {}).get("required") else {}
    whose = {"division": division} if "division" in operation.query else {}
    yield operation.good_query(**span, **whose)
    if "q" in operation.query:
        needed = whose if operation.query.get("division", {}).get("required") else {}
        yield operation.good_query(q=CANARY[:4], **needed)
    if "by" in operation.query:
        for by in ("month,village,entry", "group", "channel,month"):
            yield operation.good_query(by=by, **span, **whose)


def _text(answer: TestResponse) -> str:
    if "wordprocessing" in answer.content_type:
        return repr(list(Document(BytesIO(answer.get_data())).element.itertext()))
    if "spreadsheet" not in answer.content_type:
        return answer.get_data(as_text=True)
    book = load_workbook(BytesIO(answer.get_data()))
    return repr([row for sheet in book for row in sheet.iter_rows(values_only=True)])


def test_an_answer_by_another_stage_of_another_township(as_: As, scene: Scene) -> None:
    """A decision that would be right in every other way."""
    waiting = as_(uploader_of(VILLAGE)).get(f"/disclosures/{scene.ids[1]['disclosure_id']}").json
    refused = as_("daxin-secrecy").post(f"/disclosures/{waiting['id']}/decisions", decision(waiting))
    assert (refused.status_code, refused.json["code"]) == (404, "not_found")
    assert decide(as_, waiting)["stage"] == "office"


def test_no_office_of_another_township_takes_over(as_: As) -> None:
    waiting = decide(as_, submit(as_, draft(as_)))
    office = as_("daxin-admin").get("/offices").json["data"][0]["id"]
    path, by = f"/disclosures/{waiting['id']}/forward", as_("office-finance")
    foreign = by.post(path, {"office": office, "comment": "请接办"})
    assert foreign.status_code == 422
    assert _face(foreign) == _face(by.post(path, {"office": NOBODY, "comment": "请接办"}))
