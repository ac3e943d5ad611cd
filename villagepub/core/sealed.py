"""Personal data and secrets at rest: sealed so that a copy of the database tells nothing, and yet found again.

What must be read later is encrypted with AES-256-GCM under a key derived from SECRET_KEY by HKDF (RFC 5869); what must
only be looked up has a keyed digest beside it. Each purpose has its own label and so its own keys: what was sealed for
one cannot be opened as another. The first byte says how a value was sealed, so that a better way can come without
touching what is stored.
"""

import hmac
import os
from dataclasses import dataclass, field
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"
DIGEST_ALGORITHM = "hmac-sha256"
_KEY_LENGTH, _NONCE_LENGTH = 32, 12


class SealBroken(RuntimeError):
    """A value was sealed under another SECRET_KEY, for another purpose, or changed since."""


@dataclass(frozen=True)
class Sealer:
    """Seals, opens and finds again what belongs to one purpose.

    secret_key: the installation's SECRET_KEY. label: the purpose, in lower-case English; it never changes once used.
    """

    secret_key: str = field(repr=False)
    label: str

    def seal(self, text: str) -> bytes:
        """Other bytes each time, even for the same text."""
        nonce = os.urandom(_NONCE_LENGTH)
        return VERSION + nonce + self._cipher().encrypt(nonce, text.encode(), VERSION)

    def open(self, sealed: bytes) -> str:
        """Raises SealBroken."""
        version, nonce, rest = sealed[:1], sealed[1 : 1 + _NONCE_LENGTH], sealed[1 + _NONCE_LENGTH :]
        if version != VERSION:
            raise SealBroken(f"{self.label}: sealed in a way that this program does not know")
        try:
            return self._cipher().decrypt(nonce, rest, version).decode()
        except (InvalidTag, ValueError):
            raise SealBroken(f"{self.label}: was SECRET_KEY changed?") from None

    def opened(self, sealed: bytes | None) -> str | None:
        """None where nothing was sealed, and where it cannot be opened any more: SECRET_KEY was changed."""
        try:
            return self.open(sealed) if sealed else None
        except SealBroken:
            return None

    def digest(self, text: str) -> str:
        """The same for the same text, at most 80 characters; nobody can try texts out without SECRET_KEY."""
        key = _derived(self.secret_key, f"{self.label}: digest")
        return f"{DIGEST_ALGORITHM}:{hmac.digest(key, text.encode(), 'sha256').hex()}"

    def _cipher(self) -> AESGCM:
        return AESGCM(_derived(self.secret_key, f"{self.label}: seal"))


@cache
def _derived(secret_key: str, purpose: str) -> bytes:
    return HKDF(SHA256(), _KEY_LENGTH, salt=None, info=f"villagepub {purpose}".encode()).derive(secret_key.encode())
