"""Large type for whoever wants it, kept for a year in a cookie that says nothing else.

The form has no token: pages that everybody may read are the same bytes for all, and what it changes is how pages
look to the one who sent it.
"""

from flask import Blueprint, Response, request

from villagepub.extensions import settings
from villagepub.web.pages import TYPE_COOKIE, own_address

YEAR = 365 * 86400

blueprint = Blueprint("type_size", __name__)


@blueprint.post("/type-size")
def change() -> Response:
    """Take the size, and go back to where the person was."""
    response = Response(status=303)
    response.location = own_address(request.form.get("next"))
    if request.form.get("size") == "large":
        response.set_cookie(TYPE_COOKIE, "large", max_age=YEAR, secure=settings.is_https, httponly=True, samesite="Lax")
    else:
        response.delete_cookie(TYPE_COOKIE)
    return response
