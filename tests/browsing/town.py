"""A township in which everything that people can write was written, with the pen of ``tests/browsing/pen.py``."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from flask import Flask
from markupsafe import escape

from tests.applications.desk import happen, register
from tests.browsing.pen import Pen, Writer, Written
from tests.clearance.passages import CLASSIFIED, WITH_INTERNAL, WITH_MEMO
from tests.clients import Client
from tests.console import PNG
from tests.feedback.voices import act, answered, judge, say
from tests.imports.files import posts
from tests.intake.make_files import pdf
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, Json, attach, content, decide, draft, publish, submit
from tests.ledgers.samples import ROWS, path_of
from tests.reports.yearly import declare_all, finalise, report_of
from tests.reports.yearly import write as write_report
from tests.residents.villagers import confirm, consent
from tests.residents.villagers import request as ask_for_residency
from tests.review.staff import Staff
from villagepub.core import clock, tenancy
from villagepub.core.actor import Actor
from villagepub.core.transactions import transaction
from villagepub.imports.operations import TAKE_IN
from villagepub.jobs import operations as jobs
from villagepub.jobs.models import State
from villagepub.jobs.registry import KINDS
from villagepub.jobs.worker import Worker
from villagepub.reports.checks import RULES
from villagepub.reports.files import MAKE
from villagepub.reports.narrative import SECTIONS

UPLOADER = f"uploader-{VILLAGE}"
UNTIL = "2023-12-01T09:00:00+08:00"
UNWRITTEN = {
    "username": "登录名不含尖括号，另有测试",
    **dict.fromkeys(("password", "old", "new", "totp", "code", "invitation", "refresh_token"), "不显示"),
    **dict.fromkeys(("version", "digest", "period", "key", "media_type", "channel", "url"), "另有固定的写法"),
    "name": "附件的名称，随文件写入",
    "values{}": "只作预览，不保存",
}
"""Fields with no text of anybody's choosing, and why."""


@dataclass
class Town:
    """What there is to be opened, by name."""

    pen: Pen
    ids: dict[str, str] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)  # of each ledger, one

    def as_(self, username: str) -> Writer:
        return self.pen.as_(username)


def written_town(app: Flask) -> Town:
    town = Town(Pen(app))
    for write in (
        *(_people, _catalogue, _words, _items, _reviews, _ledgers, _applications, _residents, _feedback),
        *(_year, _month, _export, _long_work),
    ):
        write(town)
    town.ids["job"] = _failed_job(app)
    return town


def _made(answer: Any) -> Json:
    assert answer.status_code < 300, (answer.request.path, answer.json)
    return dict(answer.json)


def _people(town: Town) -> None:
    admin, pen = town.as_("admin"), town.pen
    person = _made(admin.post("/people", {"name": pen(60), "username": "newcomer", "division": TOWNSHIP}))["id"]
    body = {"key": "new", "title": pen(60), "role": "auditor", "division": TOWNSHIP}
    post = _made(admin.post("/posts", body))["id"]
    invitation = _made(admin.post("/invitations", {"person": person, "posts": [post]}))["id"]
    town.ids |= {"person": person, "post": post, "invitation": invitation}


def _catalogue(town: Town) -> None:
    admin = town.as_("admin")
    entries = admin.get(f"/catalogue?division={TOWNSHIP}").json["data"]
    entry = next(each for each in entries if each["legal_basis"])
    town.ids |= {"entry": entry["code"], "basis": entry["legal_basis"][0]["id"]}
    path = f"/catalogue/{TOWNSHIP}/{entry['code']}/legal-bases/{entry['legal_basis'][0]['id']}"
    _made(admin.put(path, {"article": town.pen(60)}))
    excuse = {"village": VILLAGE, "entry": "C02", "period": "2023-08", "reason": town.pen(500)}
    _made(admin.post("/duties/excused", excuse))


def _words(town: Town) -> None:
    admin, pen = town.as_("admin"), town.pen
    body = {"division": TOWNSHIP, "kind": "health"}
    town.ids["word"] = _made(admin.post("/screening/words", body | {"text": pen(50), "reason": pen(500)}))["id"]
    removed = _made(admin.post("/screening/words", body | {"text": pen(50), "reason": pen(500)}))
    _made(admin.post(f"/screening/words/{removed['id']}/remove", {"reason": pen(500)}))


def _items(town: Town) -> None:
    """Findings appealed and answered, an incident, corrections, and every end of a publication."""
    as_, pen = town.as_, town.pen
    uploader = as_(UPLOADER)
    words = pen.everything()
    item = draft(as_, title=pen(200), body=Written(f"{WITH_INTERNAL}<p>{words}</p>"), period="2023-09")
    town.ids["draft_file"] = attach(as_, item, "'><img src=x onerror=window.ran=1>.png", PNG)["id"]
    finding = item["findings"][0]["id"]
    town.ids |= {"draft": item["id"], "finding": finding}
    for who, verb in ((uploader, "appeal"), (as_("secrecy"), "uphold"), (uploader, "appeal")):
        _made(who.post(f"/disclosures/{item['id']}/findings/{finding}/{verb}", {"reason": pen(500)}))
    other = draft(as_, title=pen(200), body=WITH_INTERNAL)
    path = f"/disclosures/{other['id']}/findings/{other['findings'][0]['id']}/overrule"
    _made(as_("secrecy").post(path, {"reason": pen(500)}))
    secret = {"village": VILLAGE, "entry": "C02"} | content(title=pen(200), body=CLASSIFIED)
    assert uploader.post("/disclosures", secret).json["code"] == "secret_mark"
    incident = as_("secrecy").get("/incidents").json["data"][0]["id"]
    _made(as_("secrecy").post(f"/incidents/{incident}/handle", {"handling": pen(1000)}))
    assert uploader.post("/disclosures", secret).json["code"] == "secret_mark"
    town.ids["incident"] = as_("secrecy").get("/incidents?handled=false").json["data"][0]["id"]
    town.ids["published"] = publish(as_, title=pen(200), body=f"<p>{escape(words)}</p><p>{words}</p>")["id"]
    _ended(town)
    _corrected(town)


def _ended(town: Town) -> None:
    as_, pen = town.as_, town.pen
    for name, acts in {
        "withdrawn": (("admin", "withdraw"),),
        "suspended": (("secrecy", "suspend"),),
        "released": (("secrecy", "suspend"), ("leader", "release")),
    }.items():
        item = publish(as_, title=pen(200))
        for who, act_ in acts:
            _made(as_(who).post(f"/disclosures/{item['id']}/{act_}", {"reason": pen(1000)}))
        town.ids[name] = item["id"]


def _corrected(town: Town) -> None:
    as_, pen = town.as_, town.pen
    first = publish(as_, title=pen(200))
    uploader = as_(UPLOADER)
    correction = _made(uploader.post(f"/disclosures/{first['id']}/corrections", {"change_note": pen(500)}))
    etag = uploader.get(f"/disclosures/{correction['id']}").headers["ETag"]
    body = content(title=pen(200), body=pen(2000, "<p>更正后的正文。</p><p>{}</p>"))
    _made(uploader.put(f"/disclosures/{correction['id']}", body, headers={"If-Match": etag}))
    item = submit(as_, correction)
    while item["state"] == "in_review":
        item = decide(as_, item)
    town.ids |= {"corrected": first["id"], "correction": item["id"]}


def _reviews(town: Town) -> None:
    """One item at each stage, with all that reviewers say on the way."""
    as_, pen, staff = town.as_, town.pen, Staff(town.as_)
    item = draft(as_, title=pen(200), body=WITH_MEMO)
    attach(as_, item, "<img src=x onerror=window.ran=1>.pdf", pdf("12000", pages=2))
    item = submit(as_, item, {each["id"]: pen(500) for each in item["findings"]})
    files = as_("secrecy").get(f"/disclosures/{item['id']}").json["attachments"]
    town.ids |= {"at_secrecy": item["id"], "file": files[0]["id"]}
    item = decide(as_, submit(as_, draft(as_, title=pen(200))), comment=pen(1000))
    town.ids["at_office"] = item["id"]
    answers = (("decline", "land"), ("accept", "general"))
    for verb, office in answers:
        body = {"office": staff.office(office), "comment": pen(1000)}
        _made(as_("office-finance").post(f"/disclosures/{item['id']}/forward", body))
        _made(as_(f"office-{office}").post(f"/disclosures/{item['id']}/forward/{verb}", {"comment": pen(1000)}))
    town.ids["at_leader"] = decide(as_, decide(as_, submit(as_, draft(as_, title=pen(200)))), comment=pen(1000))["id"]
    town.ids["returned"] = decide(as_, submit(as_, draft(as_, title=pen(200))), "return", comment=pen(1000))["id"]
    referred = decide(as_, submit(as_, draft(as_, title=pen(200))), "refer", comment=pen(1000))
    body = {"from": pen(100), "answered_on": "2023-11-06", "outcome": "refuse", "comment": pen(1000)}
    _made(as_("secrecy").post(f"/disclosures/{referred['id']}/referral-answer", body))
    waiting = decide(as_, submit(as_, draft(as_, title=pen(200))), "refer", comment=pen(1000))
    town.ids |= {"refused": referred["id"], "referred": waiting["id"]}
    staff.stand_in("leader", "office-party")


TEXTS = {
    "channel-posts": {"title": 200},
    "channel-tallies": {"evidence": 500},
    "complaints": {"subject": 200, "answer": 5000},
    "complaint-tallies": {"evidence": 500},
    "trainings": {"topic": 200, "level": 40},
    "documents": {"title": 200, "number": 60},
    "administrative-acts": {"evidence": 500},
    "inspections": {"source": 200, "item": 500, "responsible": 100, "evidence": 500},
    "accountability": {"subject": 200, "result": 2000},
    "reconsiderations": {"authority": 100, "subject": 200},
}
MORE = {"complaints": {"answered_at": "2023-11-06T08:40:00+08:00"}}


def _ledgers(town: Town) -> None:
    """In each a row that was changed, and another that was struck."""
    admin = town.as_("admin")
    for ledger, sample in ROWS.items():

        def body(ledger: str = ledger, sample: Json = sample) -> Json:
            return sample | MORE.get(ledger, {}) | {name: town.pen(room) for name, room in TEXTS[ledger].items()}

        row = _made(admin.post(path_of(ledger), body()))["id"]
        _put(admin, path_of(ledger, row), body())
        town.rows[ledger] = row
        struck = _made(admin.post(path_of(ledger), _another(ledger, body())))["id"]
        _made(admin.post(path_of(ledger, struck, "void"), {"reason": town.pen(500)}))


def _another(ledger: str, row: Json) -> Json:
    """One of which there may be no second."""
    return row | ({"period": "2021"} if "tallies" in ledger else {"year": 2021} if "year" in row else {})


def _put(client: Client, path: str, body: Json) -> None:
    etag = client.get(path).headers["ETag"]
    _made(client.put(path, body, headers={"If-Match": etag}))


def _applications(town: Town) -> None:
    as_, pen = town.as_, town.pen

    def texts() -> Json:
        return {"applicant_name": pen(100), "subject": pen(200), "content": pen(5000)}

    one = register(as_, **texts())
    body = {"applicant_kind": "natural_person"} | texts()
    _put(as_("admin"), f"/applications/{one['id']}", body)
    said = {"document": pen(100), "note": pen(1000)}
    request = happen(as_, one, "reasons_requested", "2023-11-06 08:40", request=pen(2000), **said)
    event = request["events"][-1]["id"]
    happen(as_, one, "rescinded", None, event=event, reason=pen(500))
    happen(as_, one, "extended", "2023-11-06 08:45", days=5, approved_by=pen(60), approved_on="2023-11-06")
    happen(as_, one, "third_party_asked", "2023-11-06 08:50", party=pen(200))
    town.ids["application"] = one["id"]
    struck = register(as_, **texts())
    _made(as_("admin").post(f"/applications/{struck['id']}/void", {"reason": pen(500)}))


def _residents(town: Town) -> None:
    as_, pen = town.as_, town.pen
    for who, verb in (("office-land", "decline"), ("office-party", "end"), ("auditor", "")):
        consent(as_(who))
        asked = ask_for_residency(as_(who), name=pen(60), remark=pen(200))
        if verb == "end":
            confirm(as_, asked)
        if verb:
            _made(as_(UPLOADER).post(f"/residencies/{asked['id']}/{verb}", {"reason": pen(500)}))


def _feedback(town: Town) -> None:
    as_, pen = town.as_, town.pen
    published = {"id": town.ids["published"]}
    asker, other, third = as_("auditor"), as_("office-land"), as_("office-party")
    complaint = say(asker, kind="complaint", text=pen(1000))
    _made(act(as_(UPLOADER), complaint, "hand-over", {"reason": pen(500)}))
    written = say(asker, under=published, text=pen(1000), may_be_public=True)
    written = _made(act(as_(UPLOADER), written, "answer", {"text": pen(2000)}))
    judge(as_, written, "return", comment=pen(500))
    shown, hidden = (answered(as_, other, under=published, text=pen(1000)) for _ in range(2))
    _made(act(as_("admin"), hidden, "hide", {"reason": pen(500)}))
    _made(act(as_("admin"), shown, "block", {"reason": pen(500), "until": UNTIL}))
    held = say(third, text=Written(f"{WITH_INTERNAL}{pen(700)}"), may_be_public=True)
    _made(act(as_("admin"), held, "reject", {"reason": pen(500)}))


def _year(town: Town) -> None:
    """A report that is signed, changed and revised."""
    admin, pen = town.as_("admin"), town.pen
    declare_all(admin, 2022)
    for signed in (False, True):
        reasons = {rule.id: pen(500) for rule in RULES.values() if rule.may_be_explained}
        write_report(admin, 2022, narrative={name: pen(20000) for name in SECTIONS}, reasons=reasons, sample=pen(60))
        if not signed:
            finalise(admin, 2022, signed_by=pen(100), signed_on="2023-01-20")
    body = {"signed_by": pen(100), "signed_on": "2023-11-06", "reason": pen(500)}
    _made(admin.post(f"{report_of(2022)}/revise", body))


def _month(town: Town) -> None:
    admin, pen = town.as_("admin"), town.pen
    steps = [{"text": pen(1000), "due_on": None}]
    body = {"remarks": [{"village": NEIGHBOUR, "text": pen(1000)}], "next_steps": steps}
    _made(admin.put(f"/bulletins/{TOWNSHIP}/2023-10", body))
    _made(admin.post("/closings", {"division": TOWNSHIP, "month": "2023-10"}))


def _export(town: Town) -> None:
    body = {"kind": "disclosures", "format": "csv", "filters": {"division": TOWNSHIP}, "purpose": town.pen(200)}
    town.ids["export"] = _made(town.as_("admin").post("/exports", body))["id"]


def _long_work(town: Town) -> None:
    """A file that a worker has refused, and the report's files that it has made."""
    admin, app = town.as_("admin"), town.pen.app
    refused = {"data": {"file": (BytesIO(posts(1, channel="none")), f"{town.pen(90)}.csv")}}
    town.ids["import_job"] = _made(admin.post("/imports?into=channel-posts", **refused))["id"]
    town.ids["files_job"] = _made(admin.post(f"{report_of(2022)}/files"))["id"]
    kinds = {kind: KINDS[kind] for kind in (TAKE_IN, MAKE)}
    Worker(app.app_context, kinds=kinds, schedules=()).run(once=True)


def _failed_job(app: Flask) -> str:
    with app.app_context(), transaction(tenancy.EVERYWHERE):
        job = jobs.enqueue("test", {}, actor=Actor.system("tests"), division=VILLAGE)
        job.state, job.error, job.finished_at = State.FAILED, "<script>window.ran=1</script>", clock.now()
        return job.id
