"""How a push is known to be the platform's, and what is in it. Pure; for the secure mode (安全模式).

Source: the platform's page 消息推送, whose worked example is a test.
"""

import base64
import binascii
import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_RANDOM_BYTES, _LENGTH_BYTES, _BLOCK = 16, 4, 32  # padded to 32 although AES has blocks of 16


class EnvelopeRefused(Exception):
    """It is not from the platform, not for this account, or was changed on its way."""


def signature(*parts: str) -> str:
    """The platform's: SHA-1 over the sorted parts, one after another, in hexadecimal digits.

    parts: the push token, the timestamp, the nonce, and for a push in secure mode what is encrypted.
    """
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def is_signed(given: str, *parts: str) -> bool:
    """In the same time for every wrong one."""
    return hmac.compare_digest(given.encode(), signature(*parts).encode())


def open_envelope(encrypted: str, *, aes_key: str, appid: str) -> bytes:
    """The message. Raises EnvelopeRefused."""
    key = base64.b64decode(aes_key + "=")
    try:
        sealed = base64.b64decode(encrypted, validate=True)
        cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        plain = _unpadded(cipher.update(sealed) + cipher.finalize())
    except (binascii.Error, ValueError):
        raise EnvelopeRefused from None
    return _message_for(appid, plain[_RANDOM_BYTES:])


def _unpadded(padded: bytes) -> bytes:
    """Raises EnvelopeRefused for a padding that PKCS#7 does not make."""
    size = padded[-1] if padded else 0
    if not 1 <= size <= _BLOCK or len(padded) % _BLOCK or padded[-size:] != bytes([size]) * size:
        raise EnvelopeRefused
    return padded[:-size]


def _message_for(appid: str, content: bytes) -> bytes:
    length = int.from_bytes(content[:_LENGTH_BYTES], "big")
    message, owner = content[_LENGTH_BYTES : _LENGTH_BYTES + length], content[_LENGTH_BYTES + length :]
    if len(message) != length or not hmac.compare_digest(owner, appid.encode()):
        raise EnvelopeRefused
    return message
