"""A township's year up to its report: declared ledgers, written narrative, files of earlier years."""

import io
import json
from typing import Any

from tests.clients import Client
from tests.journeys import TOWNSHIP
from tests.reports.test_checks import fourth, third
from villagepub.ledgers.kinds import DECLARABLE
from villagepub.reports.form import Form

Json = dict[str, Any]
NARRATIVE = {
    "management": "一是加强组织领导，健全工作机制。",
    "platform": "加强政府网站内容建设和信息发布审核，把好政治关、政策关、文字关。",
    "problems": "对主动公开的信息内容的理解和把握不够。",
    "improvements": "深化政务公开标准化规范化。",
}
SIGNED = {"signed_by": "兴庆区掌政镇人民政府", "signed_on": "2024-01-29"}


def report_of(year: int) -> str:
    return f"/reports/annual/{TOWNSHIP}/{year}"


def write(admin: Client, year: int, **content: Any) -> Json:
    """Edit what the report has besides figures, with a fresh ETag."""
    etag = admin.get(report_of(year)).headers["ETag"]
    answer = admin.put(report_of(year), {"narrative": NARRATIVE} | content, headers={"If-Match": etag})
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def declare_all(admin: Client, year: int) -> None:
    """Say of every ledger that it holds everything of the year."""
    for ledger in DECLARABLE:
        answer = admin.post(f"/ledgers/{ledger}/declarations", {"year": year})
        assert answer.status_code in (201, 409), answer.json


def finalise(admin: Client, year: int, **changes: Any) -> Json:
    answer = admin.post(f"{report_of(year)}/finalise", SIGNED | changes)
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def quiet_year(admin: Client, year: int) -> Json:
    """A year in which nothing happened, everything is declared, and the report is signed."""
    declare_all(admin, year)
    write(admin, year)
    return finalise(admin, year)


def compact(form: Form) -> Json:
    """Right parts three and four in the compact form."""
    cells, disputes = third(form), fourth(form)
    return {
        "part_three": {
            row.key: {column.key: cells[row.key, column.key] for column in form.columns} for row in form.rows
        },
        "part_four": {group: [disputes[group, outcome] for outcome in form.outcomes] for group in form.groups},
    }


def send(admin: Client, year: int, content: Any, name: str = "report.json", *, dry_run: bool = False) -> Any:
    data = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    path = f"{report_of(year)}/import?dry_run={'true' if dry_run else 'false'}"
    return admin.post(path, data={"file": (io.BytesIO(data), name)}, content_type="multipart/form-data")
