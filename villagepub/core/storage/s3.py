"""Storage in an S3-compatible store. Its credentials are found by boto3 itself."""

import base64
import hashlib
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, BinaryIO
from uuid import uuid4

import boto3
import structlog
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from villagepub.core import clock
from villagepub.core.storage.edge import (
    LONGEST_FORM_SECONDS,
    ObjectMissing,
    StoredObject,
    UploadForm,
    checked_key,
    unavailable,
)
from villagepub.core.storage.pieces import Pieces

_PIECE = 1 << 16
_MISSING = {"NoSuchKey", "NotFound", "404"}
log = structlog.get_logger("villagepub.storage")


class S3Storage:
    """One bucket, below a prefix. A put is all or nothing by the protocol, and checked by its MD5 on arrival.

    longest_read: seconds for a whole object; a store that drips a byte a second never runs into the read time-out.
    """

    def __init__(
        self,
        bucket: str,
        prefix: str = "",
        *,
        endpoint_url: str = "",
        region: str = "",
        addressing_style: str = "auto",
        read_timeout: float = 10,
        longest_read: float = 60,
    ) -> None:
        self.bucket = bucket
        self.prefix = f"{prefix}/" if prefix else ""
        self._longest_read = longest_read
        self._client = boto3.session.Session().client(
            "s3",
            endpoint_url=endpoint_url or None,
            region_name=region or None,
            config=Config(
                signature_version="s3v4",
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                connect_timeout=3,
                read_timeout=read_timeout,
                retries={"mode": "standard", "total_max_attempts": 3},
                s3={"addressing_style": addressing_style},
            ),
        )

    def put(self, key: str, stream: BinaryIO) -> None:
        digest = hashlib.md5(usedforsecurity=False)
        while piece := stream.read(_PIECE):
            digest.update(piece)
        stream.seek(0)
        with _in_our_words(key):
            md5 = base64.b64encode(digest.digest()).decode()
            self._client.put_object(**self._at(key), Body=stream, ContentMD5=md5)

    def read(self, key: str) -> Iterator[bytes]:
        with _in_our_words(key):
            answer = _whole(self._client.get_object(**self._at(key)))
        body = _Body(key, answer["Body"], answer["ContentLength"], time.monotonic() + self._longest_read)
        return Pieces(body.read, body.close)

    def stat(self, key: str) -> StoredObject:
        with _in_our_words(key):
            answer = _whole(self._client.head_object(**self._at(key)))
        return StoredObject(key, answer["ContentLength"], answer["LastModified"])

    def list(self, prefix: str) -> Iterator[StoredObject]:
        pages = self._client.get_paginator("list_objects_v2")
        with _in_our_words(prefix):
            for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix + prefix):
                for item in page.get("Contents", []):
                    key = str(item["Key"]).removeprefix(self.prefix)
                    yield StoredObject(key, item["Size"], item["LastModified"])

    def delete(self, key: str) -> None:
        with _in_our_words(key):
            self._client.delete_object(**self._at(key))

    def check(self) -> None:
        probe = f"probe/{uuid4().hex}"
        self.put(probe, io.BytesIO(b"probe"))
        try:
            if b"".join(self.read(probe)) != b"probe":
                raise unavailable()
        finally:
            self.delete(probe)

    def presign(self, key: str, *, size: int, media_type: str, seconds: int) -> UploadForm | None:
        seconds = min(seconds, LONGEST_FORM_SECONDS)
        with _in_our_words(key):
            form = self._client.generate_presigned_post(
                **self._at(key),
                Fields={"Content-Type": media_type},
                Conditions=[{"Content-Type": media_type}, ["content-length-range", size, size]],
                ExpiresIn=seconds,
            )
        return UploadForm(form["url"], form["fields"], clock.now() + timedelta(seconds=seconds))

    def _at(self, key: str) -> dict[str, Any]:
        return {"Bucket": self.bucket, "Key": self.prefix + checked_key(key)}


@contextmanager
def _in_our_words(key: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code"))
        if code in _MISSING:
            raise ObjectMissing(key) from None
        log.error("s3", cause=code)
        raise unavailable() from error
    except (BotoCoreError, HTTPError, OSError) as error:
        log.error("s3", cause=type(error).__name__)
        raise unavailable() from error


def _whole(answer: dict[str, Any]) -> dict[str, Any]:
    """A line that breaks among the headers leaves an answer that looks like a success."""
    if "ContentLength" not in answer or "LastModified" not in answer:
        raise ConnectionError("the answer ends among its headers")
    return answer


class _Body:
    """All of what an answer brings, or StorageUnavailable: it may end early, or never."""

    def __init__(self, key: str, stream: Any, size: int, until: float) -> None:
        self._key = key
        self._stream = stream
        self._left = size
        self._until = until

    def read(self) -> bytes:
        with _in_our_words(self._key):
            piece: bytes = self._stream._raw_stream.read1(_PIECE)  # read() would wait for a whole piece
            self._left -= len(piece)
            if time.monotonic() > self._until:
                raise TimeoutError("the store sends too slowly")
            if not piece and self._left:
                raise ConnectionError("the store sent less or more than it said")
        return piece

    def close(self) -> None:
        self._stream.close()
