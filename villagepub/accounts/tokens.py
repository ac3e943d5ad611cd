"""Access tokens: JWT (RFC 7519) signed with HS256 by a key of our own table, after RFC 8725."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
from jwt.utils import base64url_decode, base64url_encode

from villagepub.core import clock
from villagepub.core.errors import TokenRefused
from villagepub.core.ids import new_id
from villagepub.extensions import settings

ALGORITHM, KIND = "HS256", "at+jwt"
ISSUER, AUDIENCE = "villagepub", "villagepub-api"
LEEWAY = timedelta(seconds=30)
_REQUIRED = ["exp", "iat", "iss", "aud", "sub", "jti", "fam"]


@dataclass(frozen=True)
class Claims:
    """Whom a token speaks for, and by which sign-in."""

    person_id: str
    sign_in_id: str


def issue(person_id: str, sign_in_id: str) -> str:
    """A token that lasts ACCESS_TOKEN_SECONDS."""
    now = clock.now()
    kid, secret = settings.signing_key
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": person_id,
        "fam": sign_in_id,
        "jti": new_id(),
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + settings.access_token_seconds,
    }
    return jwt.encode(claims, secret, ALGORITHM, headers={"kid": kid, "typ": KIND})


def read(token: str) -> Claims:
    """Raises TokenRefused, with a sentence of its own for each cause that an honest client can meet."""
    try:
        _require_one_spelling(token)
        header = jwt.get_unverified_header(token)
        secret = settings.jwt_keys.get(header.get("kid", ""))
        if secret is None:
            raise TokenRefused("签发令牌的密钥已停用，请重新登录。")
        claims = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={"require": _REQUIRED, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
    except (jwt.PyJWTError, TypeError, ValueError):
        raise TokenRefused("访问令牌无效，请重新登录。") from None
    if header.get("typ") != KIND:
        raise TokenRefused("这不是访问令牌，请重新登录。")
    _require_timely(claims)
    return Claims(_text(claims["sub"]), _text(claims["fam"]))


def _require_one_spelling(token: str) -> None:
    """Decoding is lenient about padding and the last bits: a token is taken in the spelling we issue alone.

    Raises ValueError.
    """
    signature = token.rpartition(".")[2]
    if base64url_encode(base64url_decode(signature)).decode() != signature:
        raise ValueError("another spelling")


def _require_timely(claims: dict[str, Any]) -> None:
    """The library reads the machine's clock; ours may be another, so the times are compared here."""
    now = clock.now()
    if _instant(claims["exp"]) <= now:
        raise TokenRefused("访问令牌已过期，请用刷新令牌换取新的。")
    if max(_instant(claims["iat"]), _instant(claims.get("nbf", 0))) > now + LEEWAY:
        raise TokenRefused("访问令牌尚未生效，请检查设备时间。")


def _instant(value: Any) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 33:
        raise TokenRefused("访问令牌无效，请重新登录。")
    return datetime.fromtimestamp(value, clock.SHANGHAI)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TokenRefused("访问令牌无效，请重新登录。")
    return value
