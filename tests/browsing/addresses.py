"""Every page there is, by the name of its route, and at which addresses; and who there is to open them."""

from flask import Flask

from tests.browsing.town import OBSERVER, OTHER, OTHER_UPLOADER, OTHER_VILLAGE, UPLOADER, Town
from tests.journeys import TOWNSHIP, VILLAGE
from tests.ledgers.samples import ROWS
from villagepub import blueprints
from villagepub.exports.kinds import KINDS

NOBODY = ""  # somebody who has not signed in
Addresses = dict[str, list[str]]
FILES = (".csv", ".xlsx", ".docx", ".pdf")
NO_DOCUMENTS = {  # data, files to keep, and an echo of what the platform itself has signed
    *("GET /api/v1/audit/heads", "GET /api/v1/me/data", "GET /api/v1/public/feed.json", "GET /api/v1/wechat/push"),
    *("GET /api/v1/exports/{export_id}/file", "GET /api/v1/disclosures/{disclosure_id}/attachments/{attachment_id}"),
    "GET /api/v1/reports/files/{job_id}/{ending}",
    "GET /api/v1/public/attachments/{attachment_id}",
    "GET /api/v1/public/attachments/{attachment_id}/thumbnail",
}


def page_routes(app: Flask) -> set[str]:
    """The names of the routes that answer a GET with a page."""
    pages = {blueprint.name for blueprint, _, guard in blueprints.BLUEPRINTS if guard.startswith("page_")}
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in pages and "GET" in (rule.methods or ())
    }


def addresses_in(town: Town) -> Addresses:
    rooms = (_public(town), _account(), _upload(town), _desk(town), _console(town), _people(town), _office(town))
    return {name: addresses for room in (*rooms, _ledgers(town)) for name, addresses in room.items()}


def people_of(town: Town) -> dict[str, str | None]:
    """Somebody in each post, with passwords where they are not those of the files; who has hostile names first."""
    newcomer, password = town.newcomer
    staff = (UPLOADER, "secrecy", "office-general", "leader", "auditor")
    elsewhere = ("daxin-admin", "daxin-secrecy", OTHER_UPLOADER)
    return {newcomer: password, **dict.fromkeys((*elsewhere, NOBODY, *staff)), OBSERVER[0]: OBSERVER[1]}


def documents_of(town: Town) -> Addresses:
    """What the interface gives out for a person to read rather than for a program, by its operation."""
    item, reports = town.ids["published"], "/api/v1/reports/annual"
    return {
        "GET /api/v1/reports/annual/{division}/{year}.html": [f"{reports}/{TOWNSHIP}/{y}.html" for y in (2022, 2023)],
        "GET /api/v1/bulletins/{division}/{month}.html": [f"/api/v1/bulletins/{TOWNSHIP}/2023-10.html"],
        "GET /api/v1/public/feed.atom": [f"/api/v1/public/feed.atom?division={code}" for code in (VILLAGE, OTHER)],
        "GET /api/v1/public/disclosures/{publication_id}/plain": [
            f"/api/v1/public/disclosures/{item}/plain?form={form}" for form in ("board", "loudspeaker")
        ],
    }


def _public(town: Town) -> Addresses:
    ids, places = town.ids, (TOWNSHIP, VILLAGE, OTHER, OTHER_VILLAGE)
    items = ("published", "corrected", "correction", "withdrawn", "suspended", "released", "elsewhere")
    return {
        "public_pages.home": ["/"],
        "public_pages.about": ["/about"],
        "public_pages.division": [f"/d/{code}" for code in places],
        "public_pages.archive": [f"/d/{code}/archive" for code in places],
        "public_pages.items": [f"/d/{code}/items" for code in places],
        "public_pages.sitemap_of_village": [f"/d/{VILLAGE}/sitemap.xml"],
        "public_pages.statistics": [f"/d/{TOWNSHIP}/statistics", f"/d/{TOWNSHIP}/statistics/2023"],
        "public_pages.item": [f"/i/{ids[each]}" for each in items],
        "public_pages.robots": ["/robots.txt"],
        "public_pages.search": ["/search", "/search?q=onerror", f"/search?division={OTHER}&q=svg"],
        "public_pages.sitemap": ["/sitemap.xml"],
        "sign_in_pages.sign_in": ["/sign-in"],
        "sign_in_pages.invitation": ["/invitation"],
    }


def _account() -> Addresses:
    return {
        "account_pages.account": ["/account"],
        "account_pages.alive": ["/account/alive"],
        "account_pages.devices": ["/account/devices"],
        "account_pages.password": ["/account/password"],
        "account_pages.totp": ["/account/totp"],
        "notices_pages.notices": ["/notices"],
    }


def _upload(town: Town) -> Addresses:
    ids = town.ids
    states = ("draft", "at_secrecy", "at_office", "returned", "refused", "referred", "published", "withdrawn")
    draft, asked = f"/upload/{ids['draft']}", f"village={VILLAGE}&entry=C02&period=2023-07"
    acts = {
        "checklist": ["/upload", "/upload?month=2023-10"],
        "item": [f"/upload/{ids[state]}" for state in (*states, "correction", "waiting_elsewhere")],
        "correcting": [f"/upload/{ids['published']}/correct"],
        "deleting": [f"{draft}/delete"],
        "files": [f"{draft}/files"],
        "file": [f"{draft}/files/{ids['draft_file']}"],
        "finding": [f"{draft}/findings/{ids['finding']}"],
        "submitting": [f"{draft}/submit", f"/upload/{ids['returned']}/submit"],
        "begin": [*(f"/upload/new?village={code}" for code in (VILLAGE, OTHER_VILLAGE)), f"/upload/new?{asked}"],
        "nothing": [f"/upload/nothing?{asked}", f"/upload/nothing?village={OTHER_VILLAGE}&entry=C02&period=2023-10"],
    }
    return {f"upload_pages.{name}": paths for name, paths in acts.items()}


def _desk(town: Town) -> Addresses:
    ids = town.ids
    states = ("draft", "at_secrecy", "at_office", "at_leader", "returned", "refused", "referred", "published")
    file = f"/desk/{ids['at_secrecy']}/attachments/{ids['file']}"
    return {
        "desk_pages.queue": ["/desk", "/desk?time=later"],
        "desk_pages.item": [
            *(f"/desk/{ids[each]}" for each in (*states, "correction", "withdrawn", "waiting_elsewhere")),
            f"/desk/{ids['at_secrecy']}?open={ids['file']}",
        ],
        "desk_pages.finding": [f"/desk/{ids['draft']}/findings/{ids['finding']}"],
        "desk_pages.ending": [
            *(f"/desk/{ids['published']}/{ending}" for ending in ("suspend", "withdraw")),
            f"/desk/{ids['suspended']}/release",
        ],
        "desk_pages.attachment": [file],
        "desk_pages.page_of_attachment": [f"{file}/pages/1"],
        "desk_pages.forwarding": [f"/desk/{ids['at_office']}/forward"],
        "posts_pages.delegations": ["/desk/delegations"],
        "posts_pages.handovers": ["/console/handovers", f"/console/handovers?post={ids['post']}"],
    }


def _console(town: Town) -> Addresses:
    states = ("draft", "at_office", "returned", "referred", "published", "withdrawn", "elsewhere")
    acts = {
        "pages.first_screen": ["/console", "/console?month=2023-10"],
        "pages.cell": [
            *(f"/console/cells/{VILLAGE}/C02?month={month}" for month in ("2023-08", "2023-10", "2023-11")),
            f"/console/cells/{OTHER_VILLAGE}/C02?month=2023-10",
        ],
        "pages.item": [f"/console/items/{town.ids[state]}" for state in states],
        "pages.overdue": ["/console/overdue"],
        "pages.village": [f"/console/villages/{code}?month=2023-10" for code in (VILLAGE, OTHER_VILLAGE)],
        "figures.show_channels": ["/console/channels"],
        "figures.show_complaints": ["/console/complaints"],
        "figures.show_figures": ["/console/figures"],
        "months.bulletin": ["/console/bulletins/2023-10"],
        "months.bulletin_docx": ["/console/bulletins/2023-10.docx"],
        "months.closings": ["/console/closings"],
        "months.closing": ["/console/closings/2023-10"],
        "months.import_form": ["/console/imports/channel-posts"],
    }
    return {f"console_{name}": paths for name, paths in acts.items()}


def _people(town: Town) -> Addresses:
    ids = town.ids
    person, post = f"/console/people/{ids['person']}", f"/console/posts/{ids['post']}"
    acts = {
        "deactivate": f"{person}/deactivate",
        "invite": f"{person}/invite",
        "reset_totp": f"{person}/reset-totp",
        "unbind_wechat": f"{person}/unbind-wechat",
        "appoint": f"{post}/appoint",
        "delegate": f"{post}/delegate",
        "end_stand_in": f"/console/posts/stand-ins/{ids['stand_in']}/end",
        "people": "/console/people",
        "person": person,
        "new_person": "/console/people/new",
        "posts": "/console/posts",
        "post": post,
        "new_post": "/console/posts/new",
        "invitations": "/console/invitations",
        "revoke": f"/console/invitations/{ids['invitation']}/revoke",
        "sheet": "/console/invitations/sheet",
    }
    return {f"office_pages.{name}": [path] for name, path in acts.items()}


def _office(town: Town) -> Addresses:
    ids = town.ids
    application, report = f"/console/applications/{ids['application']}", "/console/reports/2022"
    entry, export = f"/console/catalogue/{ids['entry']}", f"/console/exports/{ids['export']}"
    of_admin = {
        "home": ["/console/office"],
        "villages": ["/console/villages"],
        "applications": ["/console/applications"],
        "application": [application],
        "edit_application": [f"{application}/edit"],
        "add_event": [f"{application}/events/third_party_replied"],
        "letter_docx": [f"{application}/letters/receipt.docx"],
        "void_application": [f"{application}/void"],
        "export_applications": ["/console/applications/export"],
        "import_applications": ["/console/applications/import"],
        "register_application": ["/console/applications/new"],
        "catalogue": ["/console/catalogue"],
        "entry": [entry],
        "enter_article": [f"{entry}/bases/{ids['basis']}"],
        "excuse": ["/console/catalogue/excuse"],
        "exports": ["/console/exports"],
        "export": [export],
        "download": [f"{export}/download"],
        "remove_export": [f"{export}/remove"],
        "new_export": [f"/console/exports/new/{kind}" for kind in KINDS if kind != "audit"],
        "jobs": ["/console/jobs"],
        "job": [f"/console/jobs/{ids[each]}" for each in ("job", "files_job", "import_job")],
        "retry": [f"/console/jobs/{ids['job']}/retry"],
        "reports": ["/console/reports"],
        "report": [report, "/console/reports/2021", "/console/reports/2023"],
        "edit_report": [f"{report}/edit"],
        "make_files": ["/console/reports/2023/make"],
        "made_file": [f"/console/reports/files/{ids['files_job']}/{ending}" for ending in ("docx", "pdf", "xlsx")],
        "own_work": ["/work"],
        "report_file": [f"{report}/file.{ending}" for ending in ("docx", "xlsx")],
        "finalise_report": ["/console/reports/2023/finalise"],
        "revise_report": [f"{report}/revise"],
        "screening_words": ["/console/words"],
        "remove_word": [f"/console/words/{ids['word']}/remove"],
        "findings": ["/console/words/findings"],
        "new_word": ["/console/words/new"],
        "screen_again": ["/console/words/run"],
    }
    return {f"office_pages.{name}": paths for name, paths in of_admin.items()} | {
        "office_pages.entries": ["/console/audit"],
        "office_pages.verify": ["/console/audit/verify"],
        "office_pages.list_incidents": ["/console/incidents"],
        "office_pages.handle_incident": [f"/console/incidents/{ids['incident']}/handle"],
    }


def _ledgers(town: Town) -> Addresses:
    def of_each(end: str) -> list[str]:
        return [f"/console/ledgers/{ledger}{end}" for ledger in ROWS]

    def of_rows(end: str) -> list[str]:
        return [f"/console/ledgers/{ledger}/rows/{row}{end}" for ledger, row in town.rows.items()]

    return {
        "office_pages.ledgers": ["/console/ledgers"],
        "office_pages.ledger": of_each(""),
        "office_pages.blank_rows": of_each("/blank.xlsx"),
        "office_pages.declare": of_each("/declare"),
        "office_pages.export_rows": of_each("/export"),
        "office_pages.import_rows": of_each("/import"),
        "office_pages.new_row": of_each("/new"),
        "office_pages.row": of_rows(""),
        "office_pages.edit_row": of_rows("/edit"),
        "office_pages.void_row": of_rows("/void"),
    }
