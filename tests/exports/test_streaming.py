"""A long CSV is read while it is sent: in one snapshot, in a transaction that ends with its reader."""

import json
from typing import Any

import pytest
from flask import Flask

from tests.exports.desk import audited, csv_rows, fill
from tests.journeys import TOWNSHIP, As, draft
from tests.statements import connections_in_use
from villagepub.core.digest import digest_of_bytes

PATH = f"/exports/disclosures.csv?division={TOWNSHIP}"
ROWS = 1_500


def data_of(entry: Any) -> dict[str, Any]:
    return dict(json.loads(entry.data) if isinstance(entry.data, str) else entry.data)


def test_a_stream_is_one_snapshot_and_holds_up_nobody(app: Flask, as_: As) -> None:
    fill(app, ROWS)
    stream = as_("leader").get(PATH)
    pieces = iter(stream.response)
    first = next(pieces)
    assert connections_in_use(app) == 1
    draft(as_, title="开始导出之后才写的")
    rows = csv_rows(bytes(first) + b"".join(map(bytes, pieces)))
    stream.close()
    assert [row["标题"] for row in rows] == [f"第 {number} 条" for number in range(ROWS)]
    assert connections_in_use(app) == 0


def test_the_chain_says_who_takes_rows_before_they_leave_and_what_left(app: Flask, as_: As) -> None:
    fill(app, 10)
    stream = as_("leader").get(f"{PATH}&q=第")
    [begun] = audited(app, "export.stream_begun")
    assert not audited(app, "export.stream_ended")
    assert (begun.actor_name, begun.post_title) == ("主要领导", "主要领导")
    assert data_of(begun) == {"kind": "disclosures", "format": "csv", "filters": {"division": TOWNSHIP}}
    data = stream.get_data()
    [ended] = audited(app, "export.stream_ended")
    assert ended.subject_id == begun.subject_id
    assert ended.digest == digest_of_bytes(data)
    assert data_of(ended) | {"rows": 10, "is_whole": True} == data_of(ended)


def test_a_reader_who_hangs_up_releases_everything(app: Flask, as_: As) -> None:
    fill(app, ROWS)
    stream = as_("leader").get(PATH)
    next(iter(stream.response))
    assert connections_in_use(app) == 1
    stream.close()
    assert connections_in_use(app) == 0
    [ended] = audited(app, "export.stream_ended")
    assert data_of(ended)["is_whole"] is False
    assert 0 < data_of(ended)["rows"] < ROWS
    draft(as_)  # nothing is locked either


@pytest.mark.slow
def test_a_workbook_is_made_at_once_up_to_a_limit(app: Flask, as_: As) -> None:
    fill(app, 5_000)
    leader, path = as_("leader"), PATH.replace(".csv", ".xlsx")
    answer = leader.get(path)
    assert answer.status_code == 200
    assert answer.content_length == len(answer.get_data())
    [entry] = audited(app, "export.handed_out")
    assert entry.digest == digest_of_bytes(answer.get_data())
    assert data_of(entry)["rows"] == 5_000
    fill(app, 1)
    refused = leader.get(path)
    assert (refused.status_code, refused.json["code"]) == (413, "export_too_large")
    assert "5001 行" in refused.json["detail"]
    assert "申请后台导出" in refused.json["detail"]
    assert leader.get(f"{path}&q=第 7 条").status_code == 200
    assert leader.get(PATH).status_code == 200


def test_who_may_take_the_list_away(as_: As) -> None:
    for username in ("admin", "secrecy", "office-finance", "leader", "auditor"):
        assert as_(username).get(PATH).status_code == 200
    for ending in ("csv", "xlsx"):
        path = PATH.replace("csv", ending)
        uploader = as_("uploader-640104100202").get(path.replace(TOWNSHIP, "640104100202"))
        assert (uploader.status_code, uploader.json["code"]) == (403, "forbidden")
        for place in (TOWNSHIP, "640104999000", "640104100999"):
            outside = as_("daxin-admin").get(path.replace(TOWNSHIP, place))
            assert (outside.status_code, outside.json["code"]) == (404, "not_found")
