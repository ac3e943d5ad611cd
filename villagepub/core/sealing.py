"""What must be kept readable but not readable by everybody: encrypted with a key of the installation's, or hashed.

Each purpose has a key of its own, derived from SECRET_KEY (HKDF, RFC 5869), so what was sealed for one opens for no
other. Whoever loses the SECRET_KEY loses what was sealed with it.
"""

import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES, NONCE_BYTES = 32, 12


class SealBroken(Exception):
    """It was sealed with another key or for another purpose, or somebody changed it."""


def seal(secret_key: str, purpose: str, text: str) -> bytes:
    """AES-256-GCM under a new nonce, which stands before the rest; never twice the same."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_key(secret_key, purpose)).encrypt(nonce, text.encode(), None)


def unseal(secret_key: str, purpose: str, sealed: bytes) -> str:
    """Raises SealBroken."""
    try:
        opened = AESGCM(_key(secret_key, purpose)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
    except (InvalidTag, ValueError):
        raise SealBroken(purpose) from None
    return opened.decode()


def keyed_hash(secret_key: str, purpose: str, text: str) -> str:
    """64 hexadecimal digits, always the same for a text, by which it can be looked up but not guessed."""
    return hmac.digest(_key(secret_key, purpose), text.encode(), "sha256").hex()


def _key(secret_key: str, purpose: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"villagepub {purpose}".encode()).derive(secret_key.encode())
