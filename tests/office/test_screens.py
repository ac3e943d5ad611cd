"""Every screen of the office, as each role sees it."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.clients import Client
from tests.journeys import VILLAGE
from tests.ledgers.samples import ROWS, path_of
from tests.pages import Browser
from villagepub.core.permissions import GRANTS
from villagepub.office.sections import HOME, SECTIONS

As = Callable[[str], Client]
STAFF = {
    "admin": "administrator",
    "auditor": "auditor",
    "leader": "leader",
    "secrecy": "secrecy_officer",
    "office-finance": "office_reviewer",
    f"uploader-{VILLAGE}": "uploader",
}
FORMS = (
    "/console/people/new",
    "/console/posts/new",
    "/console/invitations/sheet",
    "/console/catalogue/excuse",
    "/console/words/new",
    "/console/words/run",
    "/console/applications/new",
    "/console/applications/import",
    "/console/ledgers/applications/declare",
    "/console/reports/2023/edit",
    "/console/reports/2023/finalise",
    "/console/reports/2023/revise",
)
LISTS = ("/console/words/findings", "/console/reports/2023")


ALIKE = {"leader", "office-finance"}  # of the other reviewer they differ in a section or two


@pytest.mark.parametrize(
    "username", [pytest.param(name, marks=[pytest.mark.slow] if name in ALIKE else []) for name in STAFF]
)
def test_each_sees_the_sections_of_the_own_posts(app: Flask, username: str) -> None:
    browser = Browser(app)
    browser.sign_in(username)
    home = browser.get(HOME)
    for address, section in SECTIONS.items():
        allowed = STAFF[username] in GRANTS[section.permission]
        assert browser.get(address).status == (200 if allowed else 403), address
        if home.status == 200:
            assert (address in home.html) == allowed
    assert home.status == (403 if username.startswith("uploader") else 200)


@pytest.mark.parametrize("username", ["secrecy", "auditor", f"uploader-{VILLAGE}"])
def test_forms_are_for_whoever_may_send_them(app: Flask, username: str) -> None:
    browser = Browser(app)
    browser.sign_in(username)
    for path in FORMS:
        assert browser.get(path).status == 403, path


@pytest.mark.slow
def test_every_form_and_list(app: Flask, as_: As) -> None:
    admin = Browser(app)
    admin.sign_in("admin")
    for ledger, sample in ROWS.items():
        row = as_("admin").post(path_of(ledger), sample).json["id"]
        own = f"/console/ledgers/{ledger}"
        for path in (own, f"{own}/new", f"{own}/import", f"{own}/export", f"{own}/declare"):
            assert admin.get(path).status == 200, path
        for act in ("", "/edit", "/void"):
            assert admin.get(f"{own}/rows/{row}{act}").status == 200
    for path in (*FORMS, *LISTS):
        assert admin.get(path).status == 200, path
    for kind in ("disclosures", "decisions", "ledgers", "totals"):
        assert admin.get(f"/console/exports/new/{kind}").status == 200
    for path in ("/console/ledgers/nothing", "/console/exports/new/nothing", "/console/reports/2023/file.exe"):
        assert admin.get(path).status == 404, path
    assert admin.get("/console/exports/new/audit").status == 403


def test_a_wrong_filter_narrows_nothing_and_is_named_at_its_field(app: Flask, as_: As) -> None:
    assert as_("admin").post(path_of("inspections"), ROWS["inspections"]).status_code == 201
    browser = Browser(app)
    browser.sign_in("admin")
    page = browser.get("/console/ledgers/inspections?year=abc&from=2023-13-40&open=true")
    assert (page.status, page.heading) == (422, "检查反馈问题台账")
    assert page.all("#error-year")
    assert page.all("#error-from")
    assert not page.all("#error-open")
    assert page.form("/console/ledgers/inspections")["year"] == "abc"
    assert ROWS["inspections"]["item"] in page.words


def test_what_an_act_was_about_is_read_in_words(app: Flask, as_: As) -> None:
    sent = as_("admin").post("/ledgers/trainings/declarations", {"year": 2022})
    assert sent.status_code == 201
    browser = Browser(app)
    browser.sign_in("auditor")
    page = browser.get("/console/audit?from=2023-11-06T00:00")
    assert [each.to_text() for each in page.all(".content dt")] == ["台账", "年度"]
    assert [each.to_text() for each in page.all(".content dd")] == ["培训", "2022"]
    assert [each.to_text() for each in page.all("td details code")] == ['{"ledger": "trainings", "year": 2022}']


def test_a_page_that_does_not_open_as_asked_can_be_opened_from_its_beginning(app: Flask) -> None:
    browser = Browser(app)
    browser.sign_in("admin")
    page = browser.get("/console/people?cursor=nonsense")
    assert page.status == 422
    ways = {each.to_text().strip(): each.attrs["href"] for each in page.all("main a")}
    assert ways["从头打开这一页"] == "/console/people"
    assert ways["去首页"] == "/console"


def test_each_cell_of_a_list_bears_its_head(app: Flask) -> None:
    browser = Browser(app)
    browser.sign_in("admin")
    page = browser.get("/console/people")
    heads = [each.to_text() for each in page.all("thead th")]
    for row in page.all("tbody tr"):
        assert [each.attrs["data-head"] for each in row.query("th, td")] == heads


def test_a_form_can_be_left(app: Flask) -> None:
    browser = Browser(app)
    browser.sign_in("admin")
    for path, back in (("/console/people/new", "/console/people"), ("/console/words/run", "/console/words")):
        (cancel,) = (each for each in browser.get(path).all("a.button") if each.to_text() == "取消")
        assert cancel.attrs["href"] == back
