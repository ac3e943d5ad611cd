"""A telephone on a weak network: what is cut midway leaves nothing half done, and sending again is safe."""

import io
import json
import random
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image

from tests.journeys import VILLAGE, content
from tests.miniprogram import AT_ONCE, Json, MiniProgram, RequestFailed, Result, until_answered
from tests.phone.conftest import SignedIn
from tests.processes import Installation
from tests.proxy import Proxy, cut, dripping, whole

pytestmark = pytest.mark.slow  # a real server and a real network

UPLOADER = f"uploader-{VILLAGE}"


def photograph(number: int = 1) -> bytes:
    """Of 60 kB, as a telephone sends it after compressing; each number another one."""
    stream = io.BytesIO()
    Image.frombytes("RGB", (150, 130), random.Random(number).randbytes(150 * 130 * 3)).save(stream, "PNG")
    return stream.getvalue()


@contextmanager
def weak_line(phone: MiniProgram) -> Iterator[tuple[MiniProgram, Proxy]]:
    """The same telephone behind a network that can be made to misbehave."""
    with Proxy(urlsplit(phone.url).port or 0) as proxy:
        yield MiniProgram(proxy.url, phone.token), proxy


def draft(phone: MiniProgram) -> str:
    body = {"village": VILLAGE, "entry": "C02"} | content()
    answer = until_answered(lambda header: phone.request("/disclosures", body, method="POST", header=header))
    assert answer.status_code == 201, answer.data
    return str(answer.data["id"])


def attachments(phone: MiniProgram, disclosure: str) -> list[Json]:
    answer = phone.request(f"/disclosures/{disclosure}/attachments")
    assert answer.status_code == 200, answer.data
    return list(answer.data["data"])


def stored_files(installation: Installation) -> int:
    folder = Path(installation.environment["INSTANCE_DIR"])
    return sum(1 for path in folder.rglob("*") if path.is_file() and VILLAGE in path.parts and "-" not in path.name)


def sending(phone: MiniProgram, disclosure: str, data: bytes) -> Callable[[dict[str, str]], Result]:
    path = f"/disclosures/{disclosure}/attachments"
    return lambda header: phone.upload(path, ("照片.png", data), header=header, timeout=10)


@pytest.mark.parametrize("kilobytes", [0, 1, 30, 59])
def test_a_file_cut_on_its_way_leaves_nothing_and_starts_again(
    signed_in: SignedIn, installation: Installation, kilobytes: int
) -> None:
    phone, data = signed_in(UPLOADER), photograph()
    disclosure, before = draft(phone), stored_files(installation)
    with weak_line(phone) as (weak, proxy):
        proxy.request = cut(after=kilobytes * 1000 + 300)
        with pytest.raises(RequestFailed):
            sending(weak, disclosure, data)({"Idempotency-Key": f"cut {kilobytes}"})
        assert attachments(phone, disclosure) == []
        assert stored_files(installation) == before
        proxy.request = whole
        again = until_answered(sending(weak, disclosure, data), key=f"cut {kilobytes}")
    assert again.status_code == 201
    assert "idempotency-replayed" not in again.header
    assert [each["id"] for each in attachments(phone, disclosure)] == [json.loads(again.data)["id"]]
    assert stored_files(installation) == before + 1


@pytest.mark.parametrize("fault", [cut(after=0), cut(after=100), dripping(after=200)], ids=["none", "part", "slow"])
def test_an_answer_that_is_lost_is_given_again(signed_in: SignedIn, installation: Installation, fault: object) -> None:
    phone = signed_in(UPLOADER)
    disclosure, before = draft(phone), stored_files(installation)
    with weak_line(phone) as (weak, proxy):
        proxy.answer = fault  # type: ignore[assignment]
        key = {"Idempotency-Key": f"lost {disclosure}"}
        with pytest.raises(RequestFailed):
            weak.upload(f"/disclosures/{disclosure}/attachments", ("照片.png", photograph()), header=key, timeout=2)
        proxy.answer = whole
        [arrived] = attachments(phone, disclosure)  # the door that tells, should the key be lost too
        again = until_answered(sending(weak, disclosure, photograph()), key=key["Idempotency-Key"])
    assert (again.status_code, again.header["idempotency-replayed"]) == (201, "true")
    assert json.loads(again.data)["id"] == arrived["id"]
    assert len(attachments(phone, disclosure)) == 1
    assert stored_files(installation) == before + 1


def test_a_body_that_breaks_off_in_silence_holds_nobody_up(signed_in: SignedIn) -> None:
    """The socket stays open and nothing comes: others are served, and nothing is there when it closes."""
    phone = signed_in(UPLOADER)
    disclosure, parts = draft(phone), urlsplit(phone.url)
    lines = [socket.create_connection((parts.hostname or "", parts.port or 0)) for _ in range(4)]
    head = (
        f"POST /api/v1/disclosures/{disclosure}/attachments HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: Bearer {phone.token}\r\n"
        "Content-Type: multipart/form-data; boundary=edge\r\nContent-Length: 60000\r\n\r\n"
        '--edge\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    )
    for line in lines:
        line.sendall(head.encode() + photograph()[:20_000])
    assert phone.request(f"/disclosures/{disclosure}", timeout=5).status_code == 200
    assert draft(phone)
    for line in lines:
        line.close()
    assert attachments(phone, disclosure) == []


def test_acts_whose_answer_was_lost_happen_once(signed_in: SignedIn) -> None:
    phone = signed_in(UPLOADER)
    with weak_line(phone) as (weak, proxy):
        disclosure = draft(phone)
        proxy.answer = cut(after=50)
        path, key = f"/disclosures/{disclosure}/submit", {"Idempotency-Key": f"submit {disclosure}"}
        for _ in range(2):
            with pytest.raises(RequestFailed):
                weak.request(path, {}, method="POST", header=key)
        proxy.answer = whole
        answer = weak.request(path, {}, method="POST", header=key)
    assert (answer.status_code, answer.data["state"], answer.header["idempotency-replayed"]) == (
        200,
        "in_review",
        "true",
    )
    steps = [each["action"] for each in phone.request(f"/disclosures/{disclosure}/history").data["data"]]
    assert steps == ["disclosure.created", "disclosure.submitted"]


def test_ten_at_once_and_the_eleventh_waits(signed_in: SignedIn) -> None:
    phone = signed_in(UPLOADER)
    disclosure = draft(phone)

    def read(_: int) -> int:
        return phone.request(f"/disclosures/{disclosure}").status_code

    with ThreadPoolExecutor(AT_ONCE + 5) as threads:
        assert set(threads.map(read, range(30))) == {200}


def test_the_client_is_as_narrow_as_the_platform_s(server: str, signed_in: SignedIn) -> None:
    phone = signed_in(UPLOADER)
    with pytest.raises(RequestFailed, match="method is invalid"):
        phone.request("/me", method="PATCH")
    refused = MiniProgram(server).request("/me")
    assert (refused.status_code, refused.data["code"]) == (401, "not_signed_in")
    listed = phone.request("/disclosures", {"village": VILLAGE, "limit": 1})
    assert listed.status_code == 200
    known = phone.request("/disclosures?limit=1", header={"If-None-Match": listed.header["etag"]})
    assert known.status_code in (200, 304)
    assert "set-cookie" not in listed.header
    item = draft(phone)
    etag = phone.request(f"/disclosures/{item}").header["etag"]
    gone = phone.request(f"/disclosures/{item}", method="DELETE", header={"If-Match": etag})
    assert (gone.status_code, gone.data) == (204, "")
