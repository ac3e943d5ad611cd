"""How a receiver knows that a message is ours, whole and new: HMAC-SHA256 with a key of the webhook's own. Pure.

The key is derived from the installation's SECRET_KEY, so it is stored nowhere and can be shown only to whoever asks
for a new one.
"""

import hmac
from collections.abc import Iterable

VERSION = "v1"


def key_of(secret_key: str, webhook_id: str, version: int) -> str:
    """The key of a webhook, as text: what is handed over, and what signs."""
    return f"whsec_{hmac.digest(secret_key.encode(), f'webhook: {webhook_id} {version}'.encode(), 'sha256').hex()}"


def signature(keys: Iterable[str], timestamp: int, body: bytes) -> str:
    """``v1=<hexadecimal>`` for each key, a comma between two: good if any is.

    timestamp: seconds since 1970; it is signed together with the body, so neither can be used again with another.
    """
    signed = f"{timestamp}.".encode() + body
    return ",".join(f"{VERSION}={hmac.digest(key.encode(), signed, 'sha256').hex()}" for key in keys)
