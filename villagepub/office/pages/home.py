"""Where the sections of the office are listed."""

from flask import render_template

from villagepub.core.permissions import Permission, require_somewhere
from villagepub.office.pages.frame import Answer, blueprint
from villagepub.office.sections import HOME, sections_of
from villagepub.web.guards import current_actor


@blueprint.get(HOME)
def home() -> Answer:
    require_somewhere(current_actor(), Permission.READ_LEDGERS)
    return render_template("office/home.html", sections=sections_of(current_actor()))
