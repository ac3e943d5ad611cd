"""The storage edge: bytes under keys of our own making, in a folder or in an S3-compatible store.

An object appears whole or not at all, under a key that never holds a user's words. What is read is checked
against the digest that was approved before the first byte leaves (``verified``).
"""

from villagepub.core.storage.edge import (
    ObjectMissing,
    Storage,
    StorageUnavailable,
    StoredObject,
    UploadForm,
)
from villagepub.core.storage.folder import FileStorage
from villagepub.core.storage.opening import open_storage
from villagepub.core.storage.verified import verified, verify

__all__ = [
    "FileStorage",
    "ObjectMissing",
    "Storage",
    "StorageUnavailable",
    "StoredObject",
    "UploadForm",
    "open_storage",
    "verified",
    "verify",
]
