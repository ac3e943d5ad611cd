"""Every blueprint, where it lies, and who may come in: registered here and nowhere else."""

from flask import Blueprint, Flask
from flask_smorest import Blueprint as ApiBlueprint

from villagepub.accounts import api as accounts
from villagepub.accounts import pages as account_pages
from villagepub.applications import api as applications
from villagepub.bulletins import api as bulletins
from villagepub.bulletins import pages as bulletin_pages
from villagepub.calendars import api as calendars
from villagepub.catalogue import api as catalogue
from villagepub.channels import api as channels
from villagepub.clearance import api as clearance
from villagepub.console import figures_pages as console_figures
from villagepub.console import months_pages as console_months
from villagepub.console import pages as console_pages
from villagepub.desk import pages as desk_pages
from villagepub.disclosures import api as disclosures
from villagepub.divisions import api as divisions
from villagepub.exports import api as exports
from villagepub.extensions import api
from villagepub.feedback import api as feedback
from villagepub.feedback import public_api as public_feedback
from villagepub.imports import api as imports
from villagepub.jobs import api as jobs
from villagepub.ledgers import api as ledgers
from villagepub.notices import api as notices
from villagepub.notices import pages as notice_pages
from villagepub.office import pages as office_pages
from villagepub.publishing import api as publishing
from villagepub.publishing import pages as public_pages
from villagepub.publishing import public_api
from villagepub.reports import api as reports
from villagepub.reports import exports_api, outputs_api
from villagepub.residents import api as residents
from villagepub.review import api as review
from villagepub.review import pages as review_pages
from villagepub.statistics import api as statistics
from villagepub.upload import pages as upload_pages
from villagepub.web import audit_log, docs, problems, status, type_size
from villagepub.web.guards import GUARDS, Guard
from villagepub.wechat import api as wechat

API = "/api/v1"

BLUEPRINTS: tuple[tuple[Blueprint, str, Guard], ...] = (
    (status.blueprint, "", Guard.OPEN),
    (docs.blueprint, "", Guard.OPEN),
    (problems.blueprint, "", Guard.OPEN),
    (type_size.blueprint, "", Guard.PAGE_OPEN),
    (account_pages.signing_in, "", Guard.PAGE_SIGNING_IN),
    (account_pages.blueprint, "", Guard.PAGE_SIGNED_IN),
    (upload_pages.blueprint, "", Guard.PAGE_SIGNED_IN),
    (desk_pages.blueprint, "", Guard.PAGE_SIGNED_IN),
    (review_pages.blueprint, "", Guard.PAGE_SIGNED_IN),
    (notice_pages.blueprint, "", Guard.PAGE_SIGNED_IN),
    (office_pages.blueprint, "", Guard.PAGE_SIGNED_IN),
    (console_pages.blueprint, "", Guard.PAGE_SIGNED_IN),
    (console_figures.blueprint, "", Guard.PAGE_SIGNED_IN),
    (console_months.blueprint, "", Guard.PAGE_SIGNED_IN),
    (accounts.signing_in, API, Guard.SIGNING_IN),
    (public_pages.blueprint, "", Guard.PAGE_PUBLIC),
    (public_api.blueprint, API, Guard.PUBLIC),
    (public_feedback.blueprint, API, Guard.PUBLIC),
    (wechat.blueprint, API, Guard.PUSHED),
    (accounts.blueprint, API, Guard.SIGNED_IN),
    (residents.blueprint, API, Guard.SIGNED_IN),
    (divisions.blueprint, API, Guard.SIGNED_IN),
    (calendars.blueprint, API, Guard.SIGNED_IN),
    (catalogue.blueprint, API, Guard.SIGNED_IN),
    (disclosures.blueprint, API, Guard.SIGNED_IN),
    (clearance.blueprint, API, Guard.SIGNED_IN),
    (review.blueprint, API, Guard.SIGNED_IN),
    (publishing.blueprint, API, Guard.SIGNED_IN),
    (feedback.blueprint, API, Guard.SIGNED_IN),
    (notices.blueprint, API, Guard.SIGNED_IN),
    (jobs.blueprint, API, Guard.SIGNED_IN),
    (ledgers.blueprint, API, Guard.SIGNED_IN),
    (imports.blueprint, API, Guard.SIGNED_IN),
    (applications.blueprint, API, Guard.SIGNED_IN),
    (channels.blueprint, API, Guard.SIGNED_IN),
    (statistics.blueprint, API, Guard.SIGNED_IN),
    (bulletins.blueprint, API, Guard.SIGNED_IN),
    (bulletin_pages.blueprint, API, Guard.SIGNED_IN),
    (exports_api.blueprint, API, Guard.SIGNED_IN),
    (exports.blueprint, API, Guard.SIGNED_IN),
    (reports.blueprint, API, Guard.SIGNED_IN),
    (outputs_api.blueprint, API, Guard.SIGNED_IN),
    (audit_log.blueprint, API, Guard.SIGNED_IN),
)


def register(app: Flask) -> None:
    """Put each blueprint behind its guard, then describe them all."""
    guards = {blueprint.name: GUARDS[guard] for blueprint, _, guard in BLUEPRINTS}
    app.before_request_funcs.update({name: [guard] for name, guard in guards.items()})
    for blueprint, prefix, _ in BLUEPRINTS:
        if isinstance(blueprint, ApiBlueprint):
            api.register_blueprint(blueprint, url_prefix=prefix)
        else:
            app.register_blueprint(blueprint, url_prefix=prefix or None)
    secured = {blueprint.name: guard is Guard.SIGNED_IN for blueprint, _, guard in BLUEPRINTS}
    app.extensions["openapi_document"] = api.document(secured)
