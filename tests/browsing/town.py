"""Two townships in which everything that people can write was written, with the pen of ``tests/browsing/pen.py``.

One was loaded as it is shipped, and everything in it comes through the interface and from files that are imported;
the other one was loaded from files that are hostile themselves.
"""

import csv
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from flask import Flask
from markupsafe import escape

from tests.applications.desk import happen, register
from tests.browsing.payloads import WHOLE
from tests.browsing.pen import Pen, Writer, Written
from tests.clearance.passages import CLASSIFIED, WITH_INTERNAL, WITH_MEMO
from tests.clients import Client
from tests.console import PNG, run
from tests.feedback.voices import act, answered, judge, say
from tests.imports.files import posts
from tests.intake.make_files import pdf
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, Json, attach, content, decide, draft, publish, submit
from tests.ledgers.samples import ROWS, file, path_of
from tests.reports.test_checks import FORMS
from tests.reports.yearly import compact, declare_all, finalise, report_of
from tests.reports.yearly import send as send_report
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
from villagepub.ledgers.kinds import LEDGERS
from villagepub.notices.kinds import VALUES
from villagepub.reports.checks import RULES
from villagepub.reports.files import MAKE
from villagepub.reports.narrative import SECTIONS

UPLOADER = f"uploader-{VILLAGE}"
OTHER, OTHER_VILLAGE = "640104101000", "640104101200"
OTHER_UPLOADER = f"uploader-{OTHER_VILLAGE}"
OBSERVER = "observer", "lotus-pond-2023"
FILE_NAME = "'><img src=x onerror=ran=1>.csv"
UNTIL = "2023-12-01T09:00:00+08:00"


@dataclass
class Town:
    """What there is to be opened, by name."""

    pen: Pen
    ids: dict[str, str] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)  # of each ledger, one
    newcomer: tuple[str, str] = ("", "")  # an administrator's name and password, both hostile as the rest of the person

    def as_(self, username: str) -> Writer:
        return self.pen.as_(username)


def written_town(app: Flask, other_township: Path) -> Town:
    """other_township: the file of one with hostile text in it."""
    loaded = run(app, "township", "load", other_township, "--demo")
    assert loaded.exit_code == 0, loaded.output
    town = Town(Pen(app))
    for write in (
        *(_people, _catalogue, _words, _items, _reviews, _ledgers, _channels, _applications, _residents, _feedback),
        *(_year, _past_year, _month, _export, _long_work, _webhook, _notices, _elsewhere),
    ):
        write(town)
    town.ids["job"] = _failed_job(app)
    return town


def _made(answer: Any) -> Json:
    assert answer.status_code < 300, (answer.request.path, answer.json)
    return dict(answer.json)


def _people(town: Town) -> None:
    admin, pen = town.as_("admin"), town.pen
    username, password = pen(60), pen(128, "1{}")
    person = _made(admin.post("/people", {"name": pen(60), "username": username, "division": TOWNSHIP}))["id"]
    body = {"title": pen(60), "division": TOWNSHIP}
    post = _made(admin.post("/posts", body | {"key": pen(60), "role": "administrator"}))["id"]
    code = _made(admin.post("/invitations", {"person": person, "posts": [post]}))["code"]
    accepted = {"code": code, "password": password, "totp": pen(30)}
    session = _made(admin.post("/auth/invitations/accept", accepted))
    newcomer = Writer(pen, Client(pen.app, session["access_token"]))
    town.newcomer = username, pen(128, "1{}")
    changed = newcomer.post("/auth/password", {"old": password, "new": town.newcomer[1]})
    assert changed.status_code == 204, changed.json
    _made(admin.post("/auth/login", {"username": username, "password": town.newcomer[1], "totp": pen(30)}))
    assert admin.post("/auth/logout", {"refresh_token": pen(200)}).status_code == 204
    observer = _made(admin.post("/people", {"name": pen(60), "username": OBSERVER[0], "division": TOWNSHIP}))["id"]
    watching = _made(admin.post("/posts", body | {"key": "observer", "role": "observer"}))["id"]
    code = _made(admin.post("/invitations", {"person": observer, "posts": [watching]}))["code"]
    _made(admin.post("/auth/invitations/accept", {"code": code, "password": OBSERVER[1]}))
    invitation = _made(admin.post("/invitations", {"person": observer, "posts": [watching]}))["id"]
    town.ids |= {"person": person, "post": post, "invitation": invitation}


def _catalogue(town: Town) -> None:
    admin = town.as_("admin")
    entries = admin.get(f"/catalogue?division={TOWNSHIP}").json["data"]
    entry = next(each for each in entries if each["legal_basis"])
    town.ids |= {"entry": entry["code"], "basis": entry["legal_basis"][0]["id"]}
    path = f"/catalogue/{TOWNSHIP}/{entry['code']}/legal-bases/{entry['legal_basis'][0]['id']}"
    _made(admin.put(path, {"article": "第三十条第一款"}))
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
    item = draft(as_, title=pen(200), body=pen.everything(f"{WITH_INTERNAL}<p>{{}}</p>"), period="2023-09")
    town.ids["draft_file"] = attach(as_, item, "'><img src=x onerror=ran=1>.png", PNG)["id"]
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
    town.ids["published"] = publish(as_, title=pen(200), body=pen.everything(f"<p>{escape(WHOLE)}</p><p>{{}}</p>"))[
        "id"
    ]
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
    body = content(title=pen(200), body=pen.everything("<p>更正后的正文。</p><p>{}</p>"))
    _made(uploader.put(f"/disclosures/{correction['id']}", body, headers={"If-Match": etag}))
    item = submit(as_, correction)
    while item["state"] == "in_review":
        item = decide(as_, item)
    town.ids |= {"corrected": first["id"], "correction": item["id"]}


def _reviews(town: Town) -> None:
    """One item at each stage, with all that reviewers say on the way."""
    as_, pen, staff = town.as_, town.pen, Staff(town.as_)
    item = draft(as_, title=pen(200), body=WITH_MEMO)
    attach(as_, item, "<img src=x onerror=ran=1>.pdf", pdf("12000", pages=2))
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
    town.ids["stand_in"] = staff.stand_in("leader", "office-party")


TEXTS = {
    "channel-posts": {"title": 200, "url": 500},
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
    """In each a row that was changed, another that was struck, and that one imported anew."""
    admin = town.as_("admin")
    for ledger, sample in ROWS.items():

        def body(ledger: str = ledger, sample: Json = sample) -> Json:
            return sample | MORE.get(ledger, {}) | {name: _text(town.pen, name, n) for name, n in TEXTS[ledger].items()}

        struck = _made(admin.post(path_of(ledger), _another(ledger, body())))["id"]
        content = _exported(admin, ledger)
        _made(admin.post(path_of(ledger, struck, "void"), {"reason": town.pen(500)}))
        assert _made(admin.post(path_of(ledger, "import"), **file(content, FILE_NAME)))["created"] == 1
        row = _made(admin.post(path_of(ledger), body()))["id"]
        _put(admin, path_of(ledger, row), body())
        town.rows[ledger] = row


def _channels(town: Town) -> None:
    """What stands on a channel without an approval, and what shows something that was withdrawn."""
    path, sample = path_of("channel-posts"), ROWS["channel-posts"]
    unapproved = {"title": town.pen(200, "公示{}"), "url": None}
    still_up = {"title": town.pen(200), "url": f"https://weibo.com/{town.ids['withdrawn']}"}
    for post in (unapproved, still_up):
        _made(town.as_("admin").post(path, sample | post))
    for which, found in (("unapproved", 1), ("still-up", 1)):
        assert len(town.as_("admin").get(f"/channels/sync/{which}").json["data"]) == found


def _text(pen: Pen, name: str, longest: int) -> Written:
    return pen(longest, "https://platform.example.gov.cn/{}", without=" ") if name == "url" else pen(longest)


def _exported(admin: Client, ledger: str) -> bytes:
    path = path_of(ledger, "export.csv")
    answer = admin.post(path, {"purpose": "archive"}) if LEDGERS[ledger].names_persons else admin.get(path)
    assert answer.status_code == 200, answer.json
    return bytes(answer.get_data())


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
    _import_application(town)


def _import_application(town: Town) -> None:
    pen, line = town.pen, StringIO()
    given = {"提交方式": "当面提交", "提交时间": "2023-11-06 08:30", "申请人类别": "自然人"}
    given |= {"申请人": pen(100), "申请事项": pen(200), "申请内容": pen(5000)}
    blank = dict.fromkeys(("确认时间", "事后补登", "年度", "办理结果", "办结日期"), "")
    csv.writer(line).writerows([given | blank, (given | blank).values()])
    _made(town.as_("admin").post("/applications/import", **file(line.getvalue().encode(), FILE_NAME)))


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
    waiting = say(as_("office-general"), under=published, text=pen(1000))
    _made(act(as_(UPLOADER), waiting, "answer", {"text": pen(2000)}))
    town.ids["reviewed"] = waiting["id"]
    held = say(third, text=pen(1000, f"{WITH_INTERNAL}{{}}"), may_be_public=True)
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


def _past_year(town: Town) -> None:
    """A report that was made elsewhere, from a file."""
    content = {"part_one": {}, "part_two": {}, "narrative": {name: town.pen(20000) for name in SECTIONS}}
    assert send_report(town.as_("admin"), 2021, content | compact(FORMS["annual-form"]), "<svg onload=ran=1>.json").json


def _month(town: Town) -> None:
    admin, pen = town.as_("admin"), town.pen
    steps = [{"text": pen(1000), "due_on": None}]
    body = {"remarks": [{"village": NEIGHBOUR, "text": pen(1000)}], "next_steps": steps}
    _made(admin.put(f"/bulletins/{TOWNSHIP}/2023-10", body))
    _made(admin.post("/closings", {"division": TOWNSHIP, "month": "2023-10"}))


def _export(town: Town) -> None:
    body = {"kind": "disclosures", "format": "csv", "filters": {"division": TOWNSHIP}, "purpose": town.pen(200)}
    town.ids["export"] = _made(town.as_("admin").post("/exports", body))["id"]


def _webhook(town: Town) -> None:
    url = town.pen(500, "https://platform.example.gov.cn/{}", without=" ＜＞ｓ#\\")
    _made(town.as_("admin").post("/channels/webhooks", {"channel": "website", "url": url}))


def _notices(town: Town) -> None:
    """A preview is answered, and nowhere kept."""
    admin = town.as_("admin")
    template = admin.get("/notices/templates").json["data"][0]["name"]
    _made(admin.post(f"/notices/templates/{template}/preview", {"values": {next(iter(VALUES)): town.pen(500)}}))


def _elsewhere(town: Town) -> None:
    """In the other township, one item that is public and one under review."""
    as_ = town.as_
    first, second = (submit(as_, draft(as_, OTHER_VILLAGE, title=town.pen(200))) for _ in range(2))
    for reviewer in ("daxin-secrecy", "daxin-office-finance", "daxin-leader"):
        first = decide(as_, first, by=reviewer)
    town.ids |= {"elsewhere": first["id"], "waiting_elsewhere": second["id"]}


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
        job.state, job.error, job.finished_at = State.FAILED, WHOLE[:2000], clock.now()
        return job.id
