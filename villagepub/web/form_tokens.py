"""Proof that a form was sent from a page of ours, by the browser that the page was given to.

Each session has a secret of its own, in its signed cookie; the forms of its pages carry it under a mask that is new
each time, so that a compressed page tells nothing about it. What the browser says of the sender is checked as well.
"""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import urlsplit

from flask import request, session

from villagepub.core.errors import FormRefused
from villagepub.extensions import settings

FIELD = "form_token"
_BYTES = 16
_SECRET = "form"  # noqa: S105  the name under which the session keeps it


def form_token() -> str:
    """For a hidden field; begins a session where there is none yet."""
    secret = session.get(_SECRET)
    if not secret:
        secret = session[_SECRET] = secrets.token_hex(_BYTES)
    mask = secrets.token_bytes(_BYTES)
    return urlsafe_b64encode(mask + _masked(bytes.fromhex(secret), mask)).decode().rstrip("=")


def require_form_token() -> None:
    """Raises FormRefused unless the form of this request came from a page of this session."""
    require_own_origin()
    secret = session.get(_SECRET, "")
    if not secret or not hmac.compare_digest(_unmasked(request.form.get(FIELD, "")), bytes.fromhex(secret)):
        raise FormRefused()


def require_own_origin() -> None:
    """Raises FormRefused for what the browser says another site has sent."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site not in ("same-origin", "none"):
        raise FormRefused()
    own = (request.host, urlsplit(settings.public_base_url).netloc)
    if origin is not None and origin.partition("://")[2] not in own:
        raise FormRefused()


def once_key() -> str:
    """For a hidden field: of two sendings of the same form one has an effect."""
    return secrets.token_urlsafe(16)


def _masked(secret: bytes, mask: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(secret, mask, strict=True))


def _unmasked(token: str) -> bytes:
    """The secret that a token hides; something that is none for a token that is malformed."""
    try:
        given = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return b"?"
    return _masked(given[_BYTES:], given[:_BYTES]) if len(given) == 2 * _BYTES else b"?"
