"""How the process is doing: for the operator's monitoring, not for people."""

import hmac
from collections.abc import Callable

from flask import Blueprint, Response, current_app, jsonify, request
from sqlalchemy import text

from villagepub.core import tenancy
from villagepub.core.errors import NotFound, Problem
from villagepub.core.transactions import transaction
from villagepub.extensions import db, settings, storage
from villagepub.web import metrics
from villagepub.web.migrations import newest_revision

blueprint = Blueprint("status", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Database, migrations and storage work; 503 with the list of those that do not."""
    checks = {"database": _database_answers, "migrations": _migrations_are_at_head, "storage": _storage_works}
    results = {name: check() for name, check in checks.items()}
    ready = all(results.values())
    return jsonify(status="ok" if ready else "unready", checks=results), 200 if ready else 503


@blueprint.get("/metrics")
def prometheus() -> Response:
    """Prometheus text format; needs ``Authorization: Bearer METRICS_TOKEN`` where that is set."""
    expected = settings.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.environment == "production" and not expected:
        raise NotFound()
    if expected and not hmac.compare_digest(given.encode(), expected.encode()):
        raise NotFound()
    return Response(metrics.exposition(), content_type=metrics.CONTENT_TYPE)


def _database_answers() -> bool:
    return _holds(lambda: db.session.scalar(text("SELECT 1")) == 1)


def _migrations_are_at_head() -> bool:
    return _holds(lambda: db.session.scalar(text("SELECT version_num FROM alembic_version")) == newest_revision())


def _holds(question: Callable[[], bool]) -> bool:
    try:
        with transaction(tenancy.PUBLIC):
            return question()
    except Exception:
        current_app.logger.exception("readyz")
        return False


def _storage_works() -> bool:
    try:
        storage.check()
    except Problem:
        current_app.logger.exception("readyz")
        return False
    return True
