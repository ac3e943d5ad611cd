"""The description of the interface, and a page to browse it that loads nothing from another host."""

from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, current_app, jsonify, render_template, send_from_directory

from villagepub.core.errors import NotFound

ASSETS = Path(flask_swagger_ui.__file__).parent / "dist"
SERVED = frozenset({"swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js", "favicon-32x32.png"})

blueprint = Blueprint("docs", __name__)


@blueprint.get("/api/v1/openapi.json")
def openapi() -> Response:
    """OpenAPI 3.1 of every route."""
    return jsonify(current_app.extensions["openapi_document"])


@blueprint.get("/api/docs")
def browse() -> str:
    return render_template("api_docs.html")


@blueprint.get("/api/docs/assets/<name>")
def asset(name: str) -> Response:
    if name not in SERVED:
        raise NotFound()
    return send_from_directory(ASSETS, name, max_age=86400)
