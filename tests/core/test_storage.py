"""What every storage promises, asked of a folder and of a real S3 server."""

import gc
import hashlib
import io
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import urllib3

from config.base import PROJECT
from config.storage import Place, faults_of_place
from tests.proxy import Fault, Proxy, cut, dripping, silent
from tests.s3 import BUCKET, REGION, S3Server
from villagepub.core.digest import digest_of_bytes
from villagepub.core.errors import FileDamaged
from villagepub.core.storage import (
    FileStorage,
    ObjectMissing,
    Storage,
    StorageUnavailable,
    UploadForm,
    open_storage,
    verified,
)

KEY = "640104100202/2023/11/one"
DATA = random.Random(1).randbytes(300_000)
PNG = "image/png"


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.slow)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "folder":
        return Place((tmp_path / "files").as_uri())
    server: S3Server = request.getfixturevalue("s3")
    return server.place()


@pytest.fixture
def store(place: Place) -> Storage:
    return open_storage(place)


def put(store: Storage, data: bytes = DATA, key: str = KEY) -> None:
    store.put(key, io.BytesIO(data))


def read(store: Storage, key: str = KEY) -> bytes:
    return b"".join(store.read(key))


def keys(store: Storage, prefix: str = "") -> list[str]:
    return [found.key for found in store.list(prefix)]


def test_what_was_put_is_read(store: Storage) -> None:
    put(store)
    assert read(store) == DATA
    found = store.stat(KEY)
    assert (found.key, found.size) == (KEY, len(DATA))
    assert abs(found.modified_at.timestamp() - time.time()) < 60


def test_an_empty_object_is_an_object(store: Storage) -> None:
    put(store, b"")
    assert read(store) == b""


@pytest.mark.slow
def test_the_second_put_replaces_the_first(store: Storage) -> None:
    put(store)
    put(store, b"second")
    assert read(store) == b"second"
    assert store.stat(KEY).size == len(b"second")


@pytest.mark.parametrize("ask", [lambda store: store.read(KEY), lambda store: store.stat(KEY)])
def test_nothing_there_is_said_before_the_first_piece(store: Storage, ask: Any) -> None:
    with pytest.raises(ObjectMissing):
        ask(store)


def test_a_delete_may_be_repeated(store: Storage) -> None:
    put(store)
    store.delete(KEY)
    store.delete(KEY)
    assert keys(store) == []


def test_a_list_has_what_begins_with_the_prefix(store: Storage) -> None:
    for key in ("arriving/a", "arriving/b", "640104100202/a"):
        put(store, b"x", key)
    assert keys(store, "arriving/") == ["arriving/a", "arriving/b"]
    assert len(keys(store)) == 3


@pytest.mark.parametrize("key", ["../out", "/etc/passwd", "a/../../out", "a//b", "", "a\\b", "a/./b", "a\0b", "a\nb"])
def test_no_key_leaves_its_place(store: Storage, key: str) -> None:
    with pytest.raises(ValueError, match="leaves its place"):
        put(store, key=key)
    with pytest.raises(ValueError, match="leaves its place"):
        store.read(key)


def test_a_check_leaves_nothing(store: Storage) -> None:
    store.check()
    assert keys(store) == []


class Breaking(io.BytesIO):
    """A stream that fails in its middle."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > 100_000:
            raise OSError("the line broke")
        return super().read(size)


def test_half_a_stream_leaves_nothing(store: Storage) -> None:
    with pytest.raises((OSError, StorageUnavailable)):
        store.put(KEY, Breaking(DATA))
    assert keys(store) == []


KILLED_PUTS = """
import io, os, random, signal, sys, time
from config.storage import Place
from tests.core.test_storage import data_of
from villagepub.core.storage import open_storage

place, dice = Place(*sys.argv[1:5]), random.Random(4)
for killed in range(int(sys.argv[5])):
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        store = open_storage(place)
        for number in range(10_000):
            key = f"killed/{killed:02}/{number}"
            os.write(tell, b"began\\n")
            store.put(key, io.BytesIO(data_of(key)))
            os.write(tell, f"{key}\\n".encode())
    os.close(tell)
    with os.fdopen(told) as lines:
        assert lines.readline() == "began\\n"
        time.sleep(dice.uniform(0, 0.1))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        print(*(line for line in lines if line != "began\\n"), sep="", end="")
"""
KILLS = 36


def data_of(key: str) -> bytes:
    """What is put under a key while the one who puts is killed."""
    return hashlib.sha256(key.encode()).digest() * 60_000


@pytest.mark.slow
def test_a_kill_during_a_put_leaves_nothing_half_there(place: Place, store: Storage) -> None:
    where = [place.url, place.s3_endpoint_url, place.s3_region, place.s3_addressing_style]
    command = [sys.executable, "-c", KILLED_PUTS, *where, str(KILLS)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True, timeout=120)
    answered, found = set(done.stdout.split()), keys(store)
    assert answered <= set(found)
    assert len(set(found) - answered) <= KILLS  # the last put of each may have come through unanswered
    for key in found:
        assert read(store, key) == data_of(key)


@pytest.mark.slow
def test_who_stops_reading_keeps_nothing_open(store: Storage) -> None:
    """A file or connection left open would be a warning, and so a failure."""
    put(store)
    store.read(KEY)
    assert next(iter(store.read(KEY)))
    gc.collect()
    for _ in range(30):  # more than the connections that boto3 keeps
        next(iter(store.read(KEY)))
    assert read(store) == DATA


# --- behind our back ----------------------------------------------------------------------------------------


def test_verified_bytes_are_the_bytes(store: Storage) -> None:
    big = random.Random(2).randbytes(3_000_000)
    put(store, big)
    assert b"".join(verified(store, KEY, digest_of_bytes(big))) == big


@pytest.mark.parametrize("change", ["one bit", "shorter", "longer", "emptied", "deleted"])
def test_an_object_changed_behind_our_back_is_never_sent(store: Storage, change: str) -> None:
    put(store)
    flipped = bytes([DATA[0] ^ 1]) + DATA[1:]
    changes = {"one bit": flipped, "shorter": DATA[:-1], "longer": DATA + b"x", "emptied": b""}
    if change == "deleted":
        store.delete(KEY)
    else:
        put(store, changes[change])
    with pytest.raises(FileDamaged):
        verified(store, KEY, digest_of_bytes(DATA))


@pytest.mark.slow
def test_a_thousand_tampered_objects_are_a_thousand_found(tmp_path: Path) -> None:
    store, dice = FileStorage(tmp_path), random.Random(3)
    found = 0
    for number in range(1000):
        data = dice.randbytes(dice.randint(1, 2000))
        place = dice.randrange(len(data))
        put(store, data[:place] + bytes([data[place] ^ dice.randint(1, 255)]) + data[place + 1 :], f"k/{number}")
        try:
            verified(store, f"k/{number}", digest_of_bytes(data))
        except FileDamaged:
            found += 1
    assert found == 1000


# --- the folder ---------------------------------------------------------------------------------------------


def test_a_folder_has_no_form_for_clients(tmp_path: Path) -> None:
    assert FileStorage(tmp_path).presign(KEY, size=1, media_type=PNG, seconds=60) is None


def test_what_a_killed_put_left_is_deleted_in_time(tmp_path: Path) -> None:
    old, young = tmp_path / "a" / ".arriving-old", tmp_path / "a" / ".arriving-young"
    old.parent.mkdir()
    for path in (old, young):
        path.write_bytes(DATA)
    os.utime(old, (0, 0))
    assert keys(FileStorage(tmp_path)) == []
    assert (old.exists(), young.exists()) == (False, True)


def test_new_folders_are_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(Path(f"/proc/self/fd/{descriptor}").readlink()))
    FileStorage(tmp_path).put("village/2023/one", io.BytesIO(DATA))
    village, year = tmp_path / "village", tmp_path / "village" / "2023"
    assert synced[:2] == [tmp_path, village]
    assert synced[2].parent == year
    assert synced[3:] == [year]


def test_a_disk_that_is_full_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "640104100202").write_text("a file stands where the folder should")
    with pytest.raises(StorageUnavailable) as refused:
        put(FileStorage(tmp_path))
    assert refused.value.retry_after
    assert str(tmp_path) not in refused.value.detail


# --- forms that clients post --------------------------------------------------------------------------------


def form(server: S3Server, prefix: str, seconds: int = 60, size: int = len(DATA)) -> UploadForm:
    made = server.storage(prefix=prefix).presign(KEY, size=size, media_type=PNG, seconds=seconds)
    assert made is not None
    return made


def post(form: UploadForm, data: bytes = DATA, **changes: str) -> int:
    fields: dict[str, Any] = {**form.fields, **changes, "file": ("one.png", data, changes.get("Content-Type", PNG))}
    return urllib3.request("POST", form.url, fields=fields, retries=False, redirect=False).status


@pytest.mark.slow
def test_a_form_takes_what_was_declared(s3: S3Server) -> None:
    prefix = s3.new_prefix()
    assert post(form(s3, prefix)) in (200, 201, 204)
    assert read(s3.storage(prefix=prefix)) == DATA


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [1, 10_000])
def test_a_form_says_when_it_ends_and_that_is_soon(s3: S3Server, seconds: int) -> None:
    ends = form(s3, s3.new_prefix(), seconds=seconds).expires_at.timestamp() - time.time()
    assert ends <= 600


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "changes"),
    [
        (DATA + b"x", {}),
        (DATA[:-1], {}),
        (DATA, {"Content-Type": "text/html"}),
        (DATA, {"key": "elsewhere/640104100202/another"}),
        (DATA, {"key": "files/../escape"}),
        (DATA, {"policy": "e30="}),
        (DATA, {"x-amz-signature": "0" * 64}),
        (DATA, {"x-amz-credential": f"nobody/20231106/{REGION}/s3/aws4_request"}),
    ],
    ids=["too long", "too short", "another type", "another key", "escape", "no policy", "forged", "a stranger"],
)
def test_a_form_takes_nothing_else(s3: S3Server, data: bytes, changes: dict[str, str]) -> None:
    prefix = s3.new_prefix()
    assert post(form(s3, prefix), data, **changes) in (400, 403, 404, 411, 413)
    assert keys(s3.storage(prefix=prefix)) == []


@pytest.mark.slow
def test_a_form_ends(s3: S3Server) -> None:
    prefix = s3.new_prefix()
    ended = form(s3, prefix, seconds=1)
    time.sleep(2.5)
    assert post(ended) == 403
    assert keys(s3.storage(prefix=prefix)) == []


@pytest.mark.slow
def test_links_that_are_expired_or_forged_open_nothing(s3: S3Server) -> None:
    prefix = s3.new_prefix()
    put(s3.storage(prefix=prefix))
    where = {"Bucket": BUCKET, "Key": f"{prefix}/{KEY}"}
    link = s3.client().generate_presigned_url("get_object", Params=where, ExpiresIn=1)
    assert urllib3.request("GET", link).status == 200
    signature = parse_qs(urlsplit(link).query)["X-Amz-Signature"][0]
    assert urllib3.request("GET", link.replace(signature, "0" * 64)).status == 403
    assert urllib3.request("GET", link.replace("Expires=1&", "Expires=1000&")).status == 403
    assert urllib3.request("GET", link.partition("?")[0]).status == 403
    time.sleep(2.5)
    assert urllib3.request("GET", link).status == 403


@pytest.mark.slow
def test_a_wrong_secret_opens_nothing(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    prefix = s3.new_prefix()
    put(s3.storage(prefix=prefix))
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    stranger = s3.storage(prefix=prefix)
    for ask in (stranger.read, stranger.stat):
        with pytest.raises(StorageUnavailable):
            ask(KEY)
    with pytest.raises(StorageUnavailable):
        put(stranger, b"overwritten")
    monkeypatch.undo()
    assert read(s3.storage(prefix=prefix)) == DATA


# --- a network that misbehaves ------------------------------------------------------------------------------


@pytest.fixture
def proxy(s3: S3Server) -> Iterator[Proxy]:
    with Proxy(s3.port) as made:
        yield made


@pytest.mark.slow
def test_a_server_that_is_down_is_unavailable_soon(s3: S3Server, proxy: Proxy) -> None:
    prefix = s3.new_prefix()
    store = s3.storage("http://127.0.0.1:9", prefix=prefix)
    began = time.monotonic()
    for ask in (lambda: put(store), lambda: read(store), store.check, lambda: store.delete(KEY), lambda: keys(store)):
        with pytest.raises(StorageUnavailable) as refused:
            ask()
        assert refused.value.retry_after
    assert time.monotonic() - began < 60


@pytest.mark.slow
@pytest.mark.parametrize("fault", [silent, cut(after=20), cut(after=0)], ids=["silent", "half a line", "closed"])
def test_an_answer_that_does_not_come_is_unavailable(s3: S3Server, proxy: Proxy, fault: Fault) -> None:
    prefix = s3.new_prefix()
    put(s3.storage(prefix=prefix))
    proxy.answer = fault
    store = s3.storage(proxy.url, prefix=prefix, read_timeout=1)
    with pytest.raises(StorageUnavailable):
        read(store)
    with pytest.raises(StorageUnavailable):
        store.stat(KEY)


@pytest.mark.slow
def test_a_body_that_ends_early_is_never_taken_for_the_whole(s3: S3Server, proxy: Proxy) -> None:
    prefix = s3.new_prefix()
    put(s3.storage(prefix=prefix))
    proxy.answer = cut(after=100_000)
    store = s3.storage(proxy.url, prefix=prefix)
    with pytest.raises(StorageUnavailable):
        read(store)
    with pytest.raises(StorageUnavailable):
        verified(store, KEY, digest_of_bytes(DATA))


@pytest.mark.slow
def test_a_dripping_body_is_given_up(s3: S3Server, proxy: Proxy) -> None:
    prefix = s3.new_prefix()
    put(s3.storage(prefix=prefix))
    proxy.answer = dripping(after=50_000)
    began = time.monotonic()
    with pytest.raises(StorageUnavailable):
        read(s3.storage(proxy.url, prefix=prefix, longest_read=2))
    assert time.monotonic() - began < 10


@pytest.mark.slow
def test_an_upload_that_ends_early_leaves_nothing(s3: S3Server, proxy: Proxy) -> None:
    prefix = s3.new_prefix()
    proxy.request = cut(after=100_000)
    with pytest.raises(StorageUnavailable):
        put(s3.storage(proxy.url, prefix=prefix, read_timeout=1))
    assert keys(s3.storage(prefix=prefix)) == []


# --- settings -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "variables"),
    [
        (Place("file:///srv/files"), []),
        (Place("s3://bucket", "", "cn-north-1"), []),
        (Place("s3://bucket/a/b", "https://s3.example:8333", "us-east-1", "path"), []),
        (Place(""), ["STORAGE_URL"]),
        (Place("file://relative"), ["STORAGE_URL"]),
        (Place("ftp://host/x"), ["STORAGE_URL"]),
        (Place("s3://", "", "r"), ["STORAGE_URL"]),
        (Place("s3://key:secret@bucket", "", "r"), ["STORAGE_URL"]),
        (Place("s3://Bucket", "", "r"), ["STORAGE_URL"]),
        (Place("s3://bucket/../x", "", "r"), ["STORAGE_URL"]),
        (Place("s3://bucket?x=1", "", "r"), ["STORAGE_URL"]),
        (Place("s3://bucket", "", ""), ["S3_REGION"]),
        (Place("s3://bucket", "s3.example", "r"), ["S3_ENDPOINT_URL"]),
        (Place("s3://bucket", "https://k:s@s3.example", "r"), ["S3_ENDPOINT_URL"]),
        (Place("s3://bucket", "https://s3.example/path", "r"), ["S3_ENDPOINT_URL"]),
        (Place("s3://B", "x", "", "sideways"), ["STORAGE_URL", "S3_ENDPOINT_URL", "S3_REGION", "S3_ADDRESSING_STYLE"]),
    ],
)
def test_nonsense_is_named_by_its_variable(place: Place, variables: list[str]) -> None:
    assert [variable for variable, _ in faults_of_place(place)] == variables
