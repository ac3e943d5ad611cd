"""Every page there is, by the name of its route: who opens it, and at which addresses."""

from collections.abc import Iterator

from flask import Flask

from tests.browsing.town import UPLOADER, Town
from tests.journeys import TOWNSHIP, VILLAGE
from tests.ledgers.samples import ROWS
from villagepub import blueprints
from villagepub.exports.kinds import KINDS

NOBODY = ""  # somebody who has not signed in
Addresses = dict[str, tuple[str, list[str]]]


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


def each_of(addresses: Addresses) -> Iterator[tuple[str, str]]:
    """``(who, address)``, each person's one after the other."""
    for username in sorted({who for who, _ in addresses.values()}):
        for who, paths in addresses.values():
            yield from ((who, path) for path in paths if who == username)


def _public(town: Town) -> Addresses:
    ids, places = town.ids, (TOWNSHIP, VILLAGE)
    items = ("published", "corrected", "correction", "withdrawn", "suspended", "released")
    return {
        "public_pages.home": (NOBODY, ["/"]),
        "public_pages.about": (NOBODY, ["/about"]),
        "public_pages.division": (NOBODY, [f"/d/{code}" for code in places]),
        "public_pages.archive": (NOBODY, [f"/d/{code}/archive" for code in places]),
        "public_pages.items": (NOBODY, [f"/d/{code}/items" for code in places]),
        "public_pages.sitemap_of_village": (NOBODY, [f"/d/{VILLAGE}/sitemap.xml"]),
        "public_pages.statistics": (NOBODY, [f"/d/{TOWNSHIP}/statistics", f"/d/{TOWNSHIP}/statistics/2023"]),
        "public_pages.item": (NOBODY, [f"/i/{ids[each]}" for each in items]),
        "public_pages.robots": (NOBODY, ["/robots.txt"]),
        "public_pages.search": (NOBODY, ["/search", "/search?q=onerror"]),
        "public_pages.sitemap": (NOBODY, ["/sitemap.xml"]),
        "sign_in_pages.sign_in": (NOBODY, ["/sign-in"]),
        "sign_in_pages.invitation": (NOBODY, ["/invitation"]),
    }


def _account() -> Addresses:
    return {
        "account_pages.account": ("leader", ["/account"]),
        "account_pages.alive": ("leader", ["/account/alive"]),
        "account_pages.devices": ("leader", ["/account/devices"]),
        "account_pages.password": ("leader", ["/account/password"]),
        "account_pages.totp": ("leader", ["/account/totp"]),
        "notices_pages.notices": (UPLOADER, ["/notices"]),
    }


def _upload(town: Town) -> Addresses:
    ids = town.ids
    states = ("draft", "at_secrecy", "at_office", "returned", "refused", "referred", "published", "withdrawn")
    draft, asked = f"/upload/{ids['draft']}", f"village={VILLAGE}&entry=C02&period=2023-07"
    acts = {
        "checklist": ["/upload", "/upload?month=2023-10"],
        "item": [f"/upload/{ids[state]}" for state in (*states, "correction")],
        "correcting": [f"/upload/{ids['published']}/correct"],
        "deleting": [f"{draft}/delete"],
        "files": [f"{draft}/files"],
        "file": [f"{draft}/files/{ids['draft_file']}"],
        "finding": [f"{draft}/findings/{ids['finding']}"],
        "submitting": [f"{draft}/submit", f"/upload/{ids['returned']}/submit"],
        "begin": [f"/upload/new?village={VILLAGE}", f"/upload/new?{asked}"],
        "nothing": [f"/upload/nothing?{asked}"],
    }
    return {f"upload_pages.{name}": (UPLOADER, paths) for name, paths in acts.items()}


def _desk(town: Town) -> Addresses:
    ids = town.ids
    states = ("draft", "at_secrecy", "at_office", "at_leader", "returned", "refused", "referred", "published")
    file = f"/desk/{ids['at_secrecy']}/attachments/{ids['file']}"
    return {
        "desk_pages.queue": ("secrecy", ["/desk", "/desk?time=later"]),
        "desk_pages.item": ("secrecy", [f"/desk/{ids[each]}" for each in (*states, "correction", "withdrawn")]),
        "desk_pages.finding": ("secrecy", [f"/desk/{ids['draft']}/findings/{ids['finding']}"]),
        "desk_pages.ending": ("secrecy", [f"/desk/{ids['published']}/suspend"]),
        "desk_pages.attachment": ("secrecy", [file]),
        "desk_pages.page_of_attachment": ("secrecy", [f"{file}/pages/1"]),
        "desk_pages.forwarding": ("office-general", [f"/desk/{ids['at_office']}/forward"]),
        "posts_pages.delegations": ("leader", ["/desk/delegations"]),
        "posts_pages.handovers": ("admin", ["/console/handovers", f"/console/handovers?post={ids['post']}"]),
    }


def _console(town: Town) -> Addresses:
    states = ("draft", "at_office", "returned", "referred", "published", "withdrawn")
    acts = {
        "pages.first_screen": ["/console", "/console?month=2023-10"],
        "pages.cell": [f"/console/cells/{VILLAGE}/C02?month={month}" for month in ("2023-08", "2023-10", "2023-11")],
        "pages.item": [f"/console/items/{town.ids[state]}" for state in states],
        "pages.overdue": ["/console/overdue"],
        "pages.village": [f"/console/villages/{VILLAGE}?month=2023-10"],
        "figures.show_channels": ["/console/channels"],
        "figures.show_complaints": ["/console/complaints"],
        "figures.show_figures": ["/console/figures"],
        "months.bulletin": ["/console/bulletins/2023-10"],
        "months.bulletin_docx": ["/console/bulletins/2023-10.docx"],
        "months.closings": ["/console/closings"],
        "months.closing": ["/console/closings/2023-10"],
        "months.import_form": ["/console/imports/channel-posts"],
    }
    return {f"console_{name}": ("admin", paths) for name, paths in acts.items()}


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
    return {f"office_pages.{name}": ("admin", [path]) for name, path in acts.items()}


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
        "report": [report, "/console/reports/2023"],
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
    return {f"office_pages.{name}": ("admin", paths) for name, paths in of_admin.items()} | {
        "office_pages.entries": ("auditor", ["/console/audit"]),
        "office_pages.verify": ("auditor", ["/console/audit/verify"]),
        "office_pages.list_incidents": ("secrecy", ["/console/incidents"]),
        "office_pages.handle_incident": ("secrecy", [f"/console/incidents/{ids['incident']}/handle"]),
    }


def _ledgers(town: Town) -> Addresses:
    def of_each(end: str) -> tuple[str, list[str]]:
        return "admin", [f"/console/ledgers/{ledger}{end}" for ledger in ROWS]

    def of_rows(end: str) -> tuple[str, list[str]]:
        return "admin", [f"/console/ledgers/{ledger}/rows/{row}{end}" for ledger, row in town.rows.items()]

    return {
        "office_pages.ledgers": ("admin", ["/console/ledgers"]),
        "office_pages.ledger": of_each(""),
        "office_pages.declare": of_each("/declare"),
        "office_pages.export_rows": of_each("/export"),
        "office_pages.import_rows": of_each("/import"),
        "office_pages.new_row": of_each("/new"),
        "office_pages.row": of_rows(""),
        "office_pages.edit_row": of_rows("/edit"),
        "office_pages.void_row": of_rows("/void"),
    }
