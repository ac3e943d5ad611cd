"""Our settings in the words that flask and its extensions understand."""

from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config.base import Settings
from villagepub.core.connections import READING

_FORM_ALLOWANCE = 1 << 16  # boundaries and part headers around an attachment
_POSTGRES = "-c timezone=UTC -c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s"


def apply(app: Flask, settings: Settings) -> None:
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        TESTING=settings.environment == "testing",
        SESSION_COOKIE_NAME="__Host-villagepub_session" if settings.is_https else "villagepub_session",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        MAX_CONTENT_LENGTH=settings.max_attachment_bytes + _FORM_ALLOWANCE,
        MAX_FORM_MEMORY_SIZE=settings.max_body_bytes,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings.database_url),
        SQLALCHEMY_BINDS=_binds(settings.database_url),
        API_TITLE="村务公开接口",
        API_VERSION="1.0",
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={"info": {"description": "村务公开：上传、三级审批、公开、统计。"}},
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]


def _engine_options(url: str) -> dict[str, Any]:
    quiet = {"hide_parameters": True}  # an error that is logged must not carry what people wrote
    if url.startswith("postgresql"):
        return quiet | {"pool_pre_ping": True, "pool_size": 10, "connect_args": {"options": _POSTGRES}}
    return quiet


def _binds(url: str) -> dict[str, Any]:
    """On PostgreSQL a transaction that only reads is an ordinary one that says so."""
    return {READING: {"url": url} | _engine_options(url)} if url.startswith("sqlite") else {}
