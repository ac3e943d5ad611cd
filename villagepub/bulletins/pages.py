"""The bulletin as a page that can be printed, over the same operation."""

from flask import Response, render_template
from flask_smorest import Blueprint

from villagepub.bulletins import operations
from villagepub.web.guards import current_actor

blueprint = Blueprint("bulletin_pages", __name__, template_folder="templates", description="通报的网页")


@blueprint.get("/bulletins/<string:division>/<string:month>.html")
@blueprint.response(200, content_type="text/html")
@blueprint.doc(**{"x-problems": [422]})
def bulletin_page(division: str, month: str) -> Response:
    """通报的网页，可打印"""
    bulletin = operations.read(actor=current_actor(), division=division, month=month)
    return Response(render_template("bulletins/bulletin.html", bulletin=bulletin), mimetype="text/html")
