"""What a phone reads on a weak network is small: gzip, and 304 for what it has already."""

import gzip
import json
from functools import cache

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from config.base import PROJECT
from tests.clients import Client
from tests.journeys import NEIGHBOUR, TOWNSHIP, VILLAGE, As, Json, decide, draft, submit
from villagepub.demo.samples import Sample, read_entries, read_villages, sample_disclosures

SMALL = 8 * 1024
GZIP = {"Accept-Encoding": "gzip,compress,br,deflate"}  # as wx.request sends it
FILES = PROJECT / "config" / "townships" / "zhangzheng"
PUBLIC_LIST = f"/public/disclosures?division={TOWNSHIP}"


@cache
def _samples(group: str = "") -> list[Sample]:
    """Twenty texts as villages write them, of as many entries as there are."""
    found = sample_disclosures(read_villages(FILES / "divisions.csv"), read_entries(FILES / "catalogue.csv"), 394)
    fitting = [each for each in found if each.entry.startswith(group) and each.audience == "public"]
    by_entry: dict[str, list[Sample]] = {}
    for each in fitting:
        by_entry.setdefault(each.entry, []).append(each)
    return sorted(fitting, key=lambda each: by_entry[each.entry].index(each))[:20]


def _submitted(as_: As, sample: Sample) -> Json:
    event_on = sample.event_on.isoformat() if sample.event_on else None
    item = draft(
        as_,
        village=sample.village,
        entry=sample.entry,
        title=sample.title,
        body=sample.body,
        period=sample.period,
        event_on=event_on,
        nothing_to_report=sample.nothing_to_report,
    )
    return submit(as_, item, {each["id"]: "公开所必需，已核对" for each in item["findings"]})


def _rows(answer: TestResponse) -> list[Json]:
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.data) < SMALL, len(answer.data)
    return list(json.loads(gzip.decompress(answer.data))["data"])


@pytest.mark.slow
def test_twenty_rows_of_a_reviewer_are_small(as_: As) -> None:
    for sample in _samples():
        _submitted(as_, sample)
    waiting = _rows(as_("secrecy").get("/review/queue", headers=GZIP))
    assert len(waiting) == 20
    assert all(each["disclosure"]["body"] for each in waiting)
    rows = _rows(as_("admin").get("/disclosures", headers=GZIP))
    assert len(rows) == 20
    assert not any("body" in row for row in rows)


@pytest.mark.slow
def test_twenty_rows_of_the_public_are_small(as_: As, anybody: Client) -> None:
    for sample in _samples("C"):
        item = _submitted(as_, sample)
        while item["state"] == "in_review":
            item = decide(as_, item)
    assert len(_rows(anybody.get(PUBLIC_LIST, headers=GZIP))) == 20
    home = anybody.get(f"/public/home?division={TOWNSHIP}", headers=GZIP)
    assert len(home.data) < SMALL
    assert len(json.loads(gzip.decompress(home.data))["newest"]) > 5


# --- what is compressed -------------------------------------------------------------------------------------


def test_only_who_takes_gzip_gets_it(anybody: Client) -> None:
    path = "/api/v1/openapi.json"
    plain = anybody.get(path)
    for takes in ("gzip", "br, gzip;q=0.5", "*"):
        answer = anybody.get(path, headers={"Accept-Encoding": takes})
        assert answer.headers["Content-Encoding"] == "gzip", takes
        assert gzip.decompress(answer.data) == plain.data
        assert int(answer.headers["Content-Length"]) == len(answer.data) < len(plain.data) / 4
    for takes in ("", "br", "identity", "gzip;q=0", "deflate"):
        answer = anybody.get(path, headers={"Accept-Encoding": takes})
        assert "Content-Encoding" not in answer.headers, takes
        assert answer.headers["Vary"] == "Accept-Encoding"


def test_what_is_small_or_no_text_stays_as_it_is(as_: As, anybody: Client) -> None:
    assert "Content-Encoding" not in anybody.get("/healthz", headers=GZIP).headers
    workbook = as_("admin").get(f"/exports/monthly.xlsx?division={TOWNSHIP}&from=2023-10&to=2023-11", headers=GZIP)
    assert (workbook.status_code, "Content-Encoding" in workbook.headers) == (200, False)
    assert "Vary" not in workbook.headers
    streamed = as_("admin").get(f"/exports/disclosures.csv?division={TOWNSHIP}", headers=GZIP)
    assert streamed.data.startswith(b"\xef\xbb\xbf")
    assert "Content-Encoding" not in streamed.headers


def test_what_holds_a_secret_beside_typed_words_tells_no_length(app: Flask, as_: As) -> None:
    body = {"username": f"uploader-{VILLAGE}", "password": f"demo-uploader-{VILLAGE}"}
    signed_in = Client(app).post("/auth/login", body, headers=GZIP)
    assert signed_in.status_code == 200
    assert "Content-Encoding" not in signed_in.headers
    catalogue = f"/catalogue?division={VILLAGE}"
    assert "Content-Encoding" in as_("admin").get(catalogue, headers=GZIP).headers
    as_("admin").http.set_cookie("session", "anything")
    assert "Content-Encoding" not in as_("admin").get(catalogue, headers=GZIP).headers


# --- what is known already ----------------------------------------------------------------------------------


def test_what_staff_have_is_not_sent_again(as_: As) -> None:
    item = submit(as_, draft(as_))
    uploader, secrecy = as_(f"uploader-{VILLAGE}"), as_("secrecy")
    one = f"/disclosures/{item['id']}"
    asked = [(uploader, one), (uploader, "/disclosures"), (secrecy, "/review/queue"), (secrecy, "/me/notices")]
    tags = {}
    for client, path in asked:
        for headers in ({}, GZIP):
            first = client.get(path, headers=headers)
            assert first.headers["Cache-Control"] == "private, no-cache"
            again = client.get(path, headers=headers | {"If-None-Match": first.headers["ETag"]})
            assert (again.status_code, again.data) == (304, b""), path
            assert again.headers["Cache-Control"] == "private, no-cache"
        tags[path] = first.headers["ETag"]
    decide(as_, item)
    for client, path in asked[:3]:
        assert client.get(path, headers={"If-None-Match": tags[path]}).status_code == 200, path


def test_one_person_s_tag_opens_nothing_to_another(as_: As) -> None:
    draft(as_)
    tag = as_(f"uploader-{VILLAGE}").get("/disclosures").headers["ETag"]
    other = as_(f"uploader-{NEIGHBOUR}").get("/disclosures", headers={"If-None-Match": tag})
    assert (other.status_code, other.json["data"]) == (200, [])


def test_a_finding_that_is_answered_is_news_but_no_new_version(as_: As) -> None:
    item = draft(as_, body="<p>低保户样例户一，身份证号 11010519491231002X。</p>")
    path, uploader = f"/disclosures/{item['id']}", as_(f"uploader-{VILLAGE}")
    tag = uploader.get(path).headers["ETag"]
    [finding, *_] = item["findings"]
    appealed = uploader.post(f"{path}/findings/{finding['id']}/appeal", {"reason": "样例号码，不是真人"})
    assert appealed.status_code == 200, appealed.json
    again = uploader.get(path, headers={"If-None-Match": tag})
    assert again.status_code == 200
    assert again.headers["ETag"] != tag
    assert uploader.delete(path, headers={"If-Match": f"W/{tag}"}).status_code == 204
