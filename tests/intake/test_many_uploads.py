"""Many uploads at once over HTTP, against the server as an operator runs it: none is lost, none is there twice."""

import io
import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from config.storage import Place
from tests.engines import Engine
from tests.journeys import VILLAGE, content
from tests.processes import Answer, Installation, Wire
from tests.s3 import S3Server
from villagepub.core.storage import open_storage

AT_ONCE = 8
TO_ONE_DISCLOSURE = 20
UPLOADER = f"uploader-{VILLAGE}"


@pytest.fixture
def place(engine: Engine, tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    """Each database with another store: the two have nothing to do with each other."""
    if engine.name == "sqlite":
        return Place((tmp_path / "files").as_uri())
    server: S3Server = request.getfixturevalue("s3")
    return server.place()


@pytest.fixture
def installation(engine: Engine, loaded: str, tmp_path: Path, place: Place) -> Iterator[Installation]:
    made = Installation(engine.copy(loaded, "uploads"), tmp_path / "instance")
    made.environment |= {
        "STORAGE_URL": place.url,
        "S3_ENDPOINT_URL": place.s3_endpoint_url,
        "S3_REGION": place.s3_region,
        "S3_ADDRESSING_STYLE": place.s3_addressing_style,
        "ACCESS_TOKEN_SECONDS": "3600",
        "MAX_ATTACHMENTS": str(TO_ONE_DISCLOSURE),
    } | {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    yield made
    engine.drop("uploads")


def picture(number: int) -> bytes:
    """A small one, unlike all others."""
    stream = io.BytesIO()
    Image.frombytes("RGB", (8, 8), random.Random(number).randbytes(192)).save(stream, "PNG")
    return stream.getvalue()


def upload(wire: Wire, disclosure: str, number: int) -> str:
    """Until it is answered, as a client does; every tenth is sent once more, as a client does that heard nothing."""
    head = f'--edge\r\nContent-Disposition: form-data; name="file"; filename="{number}.png"\r\n\r\n'.encode()
    headers = {"Content-Type": "multipart/form-data; boundary=edge", "Idempotency-Key": f"upload {number}"}

    def send() -> Answer:
        body = head + picture(number) + b"\r\n--edge--\r\n"
        return wire.call("POST", f"/disclosures/{disclosure}/attachments", data=body, headers=headers)

    answer = send()
    while answer.status in (409, 503):
        answer = send()
    assert answer.status == 201, answer.data
    if number % 10 == 0:
        assert send().json["id"] == answer.json["id"]
    return str(answer.json["id"])


def draft(wire: Wire) -> str:
    answer = wire.call("POST", "/disclosures", {"village": VILLAGE, "entry": "C02"} | content())
    assert answer.status == 201, answer.data
    return str(answer.json["id"])


def uploaded(installation: Installation, count: int, place: Place) -> None:
    with installation.server() as port:
        signed_in = Wire(port).call("POST", "/auth/login", {"username": UPLOADER, "password": f"demo-{UPLOADER}"})
        wire = Wire(port, signed_in.json["access_token"])
        drafts = [draft(wire) for _ in range(count // TO_ONE_DISCLOSURE)]
        with ThreadPoolExecutor(AT_ONCE) as threads:
            made = list(threads.map(lambda number: upload(wire, drafts[number % len(drafts)], number), range(count)))
        rows = [row for each in drafts for row in wire.call("GET", f"/disclosures/{each}").json["attachments"]]
    assert len(set(made)) == count
    assert sorted(row["id"] for row in rows) == sorted(made)
    assert len({row["digest"] for row in rows}) == count
    stored = [found.key.rpartition("/")[2] for found in open_storage(place).list("")]
    assert sorted(stored) == sorted([*made, *(f"{each}-thumbnail" for each in made)])
    assert installation.succeeds("files", "verify")
    assert installation.succeeds("audit", "verify")


@pytest.mark.slow
def test_two_hundred_at_once(installation: Installation, place: Place) -> None:
    uploaded(installation, 200, place)


@pytest.mark.soak
@pytest.mark.slow
def test_two_thousand_at_once(installation: Installation, place: Place) -> None:
    uploaded(installation, 2_000, place)
