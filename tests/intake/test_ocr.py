"""The machine that reads pictures, stood in for by a small HTTP server that answers as it is told."""

import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from config.ocr import faults_of_ocr
from tests.clients import Client
from tests.intake import make_files as make
from tests.intake.make_files import CANARY
from tests.intake.test_hidden import photo_in_pdf
from tests.journeys import draft
from villagepub.core.errors import OcrUnavailable
from villagepub.intake.examining import examine
from villagepub.intake.findings import FileRefused
from villagepub.intake.limits import Limits
from villagepub.intake.ocr import Reader

Answering = Callable[[BaseHTTPRequestHandler], None]


def saying(body: bytes, status: int = 200, **headers: str) -> Answering:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def reading(text: str) -> Answering:
    return saying(json.dumps({"text": text}).encode())


def silent(request: BaseHTTPRequestHandler) -> None:
    time.sleep(2)


def dripping(request: BaseHTTPRequestHandler) -> None:
    """A header a moment, for ever: no single wait is long."""
    for number in range(200):
        request.wfile.write(f"X-{number}: x\r\n".encode() if number else b"HTTP/1.1 200 OK\r\n")
        time.sleep(0.05)


def cut(request: BaseHTTPRequestHandler) -> None:
    saying(b'{"text": "', Content_Length="100")(request)


def endless(request: BaseHTTPRequestHandler) -> None:
    saying(b'{"text": "', Content_Length=str(1 << 40))(request)
    while True:
        request.wfile.write(b"a" * (1 << 16))


class Machine(ThreadingHTTPServer):
    """Keeps what it was sent."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Asked)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/read?language=zh"
        self.answer: Answering = reading("")
        self.received: list[tuple[str, str, bytes]] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The other side hung up: that is what these tests are about."""


class _Asked(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        machine: Machine = self.server  # type: ignore[assignment]
        data = self.rfile.read(int(self.headers["Content-Length"]))
        machine.received.append((self.path, self.headers["Content-Type"], data))
        machine.answer(self)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def machine() -> Iterator[Machine]:
    with Machine() as made:
        serving = threading.Thread(target=made.serve_forever, args=(0.05,))
        serving.start()
        yield made
        made.shutdown()
        serving.join()


def text_of(name: str, data: bytes, machine: Machine, limits: Limits | None = None) -> list[tuple[str, str]]:
    return examine(name, data, limits or Limits(), Reader(machine.url)).text


# --- what it reads ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "form", "sent"),
    [("a.jpg", "JPEG", "image/jpeg"), ("a.png", "PNG", "image/png"), ("a.webp", "WEBP", "image/jpeg")],
)
def test_what_is_read_in_a_picture_is_screened_and_a_person_still_looks(
    machine: Machine, name: str, form: str, sent: str
) -> None:
    machine.answer = reading(CANARY)
    found = examine(name, make.picture(form), Limits(), Reader(machine.url))
    assert ("图片中的文字", CANARY) in found.text
    assert found.has_text is False
    assert [(path, kind) for path, kind, _ in machine.received] == [("/read?language=zh", sent)]


def test_the_machine_gets_the_picture_upright_and_bare(machine: Machine) -> None:
    text_of("a.jpg", make.phone_photo(CANARY), machine)
    _, _, sent = machine.received[0]
    assert b"Exif" not in sent
    assert CANARY.encode() not in sent
    with Image.open(io.BytesIO(sent)) as shown:
        assert shown.height > shown.width


@pytest.mark.slow
def test_a_transparent_picture_is_read_on_white_paper(machine: Machine) -> None:
    stream = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(stream, "WEBP", lossless=True)
    text_of("a.webp", stream.getvalue(), machine)
    with Image.open(io.BytesIO(machine.received[0][2])) as shown:
        assert shown.getpixel((20, 20)) == 255


def scans(silent_pages: int, pages: int = 4) -> bytes:
    """The last pages of a document are photographs."""

    def change(made: Any) -> None:
        for number in range(pages - silent_pages, pages):
            made.pages[number].Contents = made.make_stream(b"0 0 300 300 re f")
        photo_in_pdf(made)

    return make.pdf("words", change=change, pages=pages)


@pytest.mark.slow
def test_pages_without_text_are_read_one_by_one(machine: Machine) -> None:
    machine.answer = reading(CANARY)
    found = examine("a.pdf", scans(2), Limits(), Reader(machine.url))
    assert [place for place, text in found.text if text == CANARY] == ["第 3 页图片中的文字", "第 4 页图片中的文字"]
    assert found.has_text is False
    for _, kind, sent in machine.received:
        with Image.open(io.BytesIO(sent)) as shown:
            assert (kind, shown.size) == ("image/jpeg", (834, 834))


@pytest.mark.slow
def test_too_many_scanned_pages_are_refused_with_the_remedy(machine: Machine) -> None:
    with pytest.raises(FileRefused, match=r"超过 2 页.*请分成几个文件"):
        text_of("a.pdf", scans(3), machine, Limits(scans=2))
    assert machine.received == []


@pytest.mark.parametrize(("name", "make_it"), [("a.pdf", make.pdf), ("a.docx", make.docx), ("a.xlsx", make.xlsx)])
def test_what_has_text_needs_no_machine(machine: Machine, name: str, make_it: Callable[[], bytes]) -> None:
    text_of(name, make_it(), machine)
    assert machine.received == []


def test_what_is_read_counts_towards_the_longest_text(machine: Machine) -> None:
    machine.answer = reading("字" * 1_001)
    with pytest.raises(FileRefused, match="请分成几个文件"):
        text_of("a.png", make.picture("PNG"), machine, Limits(characters=1_000))


def test_half_signs_become_whole_ones(machine: Machine) -> None:
    machine.answer = saying(b'{"text": "a\\ud800b\\u0000c"}')
    assert ("图片中的文字", "a?bc") in text_of("a.png", make.picture("PNG"), machine)


# --- what it does wrong -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        silent,
        dripping,
        cut,
        endless,
        saying(b"<html>502</html>"),
        saying(b""),
        saying(b"\xff\xfe\xff"),
        saying(b"[" * 100_000),
        saying(b'["text"]'),
        saying(b'{"words": "x"}'),
        saying(b'{"text": null}'),
        saying(b'{"text": ["x"]}'),
        saying(b'{"text": "' + b"a" * (1 << 20) + b'"}'),
        saying(b'{"text": "x"}', status=500),
        saying(b'{"text": "x"}', status=404),
        saying(b"", status=302, Location="/elsewhere"),
        saying(b"", status=307, Location="/elsewhere"),
        lambda request: request.wfile.write(b"SSH-2.0-OpenSSH\r\n"),
        lambda request: request.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 1_000),
    ],
    ids=[
        *("silent", "dripping", "cut", "endless", "html", "empty", "no signs", "deep", "a list", "no text", "null"),
        *("a list of texts", "huge", "500", "404", "302", "307", "another protocol", "a thousand headers"),
    ],
)
def test_what_the_machine_did_not_read_is_not_taken(machine: Machine, answer: Answering) -> None:
    machine.answer = answer
    began = time.monotonic()
    with pytest.raises(OcrUnavailable) as refused:
        Reader(machine.url, seconds=1).text_of(b"picture", "image/png")
    assert refused.value.retry_after
    assert time.monotonic() - began < 1.8
    assert len(machine.received) == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "https://127.0.0.1:9/", "http://nowhere.invalid/"])
def test_a_machine_that_is_not_there_stops_everything(url: str) -> None:
    with pytest.raises(OcrUnavailable):
        Reader(url).text_of(b"picture", "image/png")


@pytest.mark.slow
def test_all_pictures_of_a_file_share_the_time(machine: Machine) -> None:
    def slowly(request: BaseHTTPRequestHandler) -> None:
        time.sleep(0.3)
        reading("x")(request)

    machine.answer = slowly
    with pytest.raises(OcrUnavailable):
        examine("a.pdf", scans(4), Limits(), Reader(machine.url, seconds=1))


def test_slow_ones_do_not_take_every_thread(machine: Machine) -> None:
    machine.answer = silent
    outcomes: list[float] = []

    def ask() -> None:
        began = time.monotonic()
        with pytest.raises(OcrUnavailable):
            Reader(machine.url, seconds=1).text_of(b"picture", "image/png")
        outcomes.append(time.monotonic() - began)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len([seconds for seconds in outcomes if seconds < 0.5]) == 4


@pytest.mark.slow
def test_an_upload_is_refused_and_leaves_nothing(as_: Callable[[str], Client], app: Flask, machine: Machine) -> None:
    """Through the API: 503, and then, when the machine reads again, the file."""
    disclosure = draft(as_)

    def upload() -> Any:
        form = {"file": (io.BytesIO(make.phone_photo()), "现场.jpg")}
        path = f"/disclosures/{disclosure['id']}/attachments"
        return as_(f"uploader-{disclosure['village']}").post(path, data=form)

    app.config["SETTINGS"] = replace(app.config["SETTINGS"], ocr_url=machine.url)
    machine.answer = saying(b"busy", status=503)
    answer = upload()
    assert (answer.status_code, answer.json["code"]) == (503, "ocr_unavailable")
    assert answer.headers["Retry-After"]
    assert as_("admin").get(f"/disclosures/{disclosure['id']}").json["attachments"] == []
    machine.answer = reading("洼路村")
    answer = upload()
    assert (answer.status_code, answer.json["has_text"]) == (201, False)


# --- settings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "is_wrong"),
    [
        ("", False),
        ("http://127.0.0.1:8100/read", False),
        ("https://ocr.example/v1?language=zh", False),
        ("http://[::1]:8100", False),
        ("ocr.example", True),
        ("tcp://ocr.example", True),
        ("file:///etc/passwd", True),
        ("http://", True),
        ("http://[::1", True),
        ("http://ocr.example:port", True),
        ("http://ocr.example:0", True),
        ("http://name:secret@ocr.example", True),
        ("http://ocr.example/a b", True),
        ("http://ocr.example/读", True),
    ],
)
def test_nonsense_is_named_by_its_variable(url: str, is_wrong: bool) -> None:
    assert [variable for variable, _ in faults_of_ocr(url)] == ["OCR_URL"] * is_wrong
