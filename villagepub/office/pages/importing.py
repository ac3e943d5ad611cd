"""Taking a file of rows in: first tried, with every fault at its line, then confirmed.

The file of a trial comes back with the confirmation in a hidden field, so that nothing of it is kept in between. One
that is too large for that is chosen again; it is checked again in any case. A file of many rows is not tried: once
that is confirmed, a worker checks it and takes it in.
"""

import binascii
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import g, render_template, request

from villagepub.core import transactions
from villagepub.core.errors import Invalid, SecretMark
from villagepub.extensions import settings
from villagepub.imports.kinds import Kind
from villagepub.imports.operations import MOST_ROWS_AT_ONCE, count_rows, request_import
from villagepub.ledgers.imports import Outcome
from villagepub.office.long_work import faults_table, job_address
from villagepub.office.pages.frame import Answer
from villagepub.office.screens import Crumb, Table
from villagepub.web.files import uploaded
from villagepub.web.forms import Form
from villagepub.web.guards import current_actor
from villagepub.web.pages import done

LARGEST_FILE = 10 * 1024 * 1024


@dataclass(frozen=True)
class Importing:
    """home: the page that comes after. run: takes name, bytes and dry run.

    blank: the address of a file with the headers alone. help: how each column is filled in.
    """

    title: str
    crumbs: Sequence[Crumb]
    kind: Kind
    township: str
    home: str
    run: Callable[[str, bytes, bool], Outcome]
    blank: str | None = None
    help: Table | None = None


def take_in(importing: Importing) -> Answer:
    """The page that asks for a file; its trial; and what was confirmed."""
    if request.method != "POST":
        return _page(importing, Form())
    try:
        name, data = _file()
        rows = count_rows(importing.kind, name, data, actor=current_actor(), township=importing.township)
        is_long = rows > MOST_ROWS_AT_ONCE
        if request.form.get("confirmed"):
            return _hand_over(importing, name, data) if is_long else _import(importing, name, data)
        outcome = Outcome(rows, 0, []) if is_long else importing.run(name, data, True)
        if not outcome.rows and not outcome.faults:
            raise Invalid(errors={"file": ["文件里只有表头，没有数据；从第 2 行起，一行填一条。"]})
    except SecretMark:
        raise
    except Invalid as problem:
        transactions.rollback()
        return _page(importing, Form(problem=problem, shown={"file": "文件"})), problem.status
    g.answers_with_a_secret = True  # a trial changes nothing and may be sent again
    return _page(importing, Form(), outcome, name, data, is_long=is_long)


def _import(importing: Importing, name: str, data: bytes) -> Answer:
    outcome = importing.run(name, data, False)
    return done(f"已导入 {outcome.created} 条。", importing.home)


def _hand_over(importing: Importing, name: str, data: bytes) -> Answer:
    job = request_import(importing.kind, name, data, actor=current_actor(), township=importing.township)
    return done("文件已收下，在后台检查和导入。", job_address(job.id))


def _file() -> tuple[str, bytes]:
    """The file that came, now or with the trial. Raises Invalid without one."""
    kept = request.form.get("kept")
    if not kept:
        return uploaded()
    try:
        return request.form.get("name", ""), zlib.decompressobj().decompress(
            b64decode(kept, validate=True), LARGEST_FILE
        )
    except (binascii.Error, zlib.error):
        raise Invalid(errors={"file": ["文件没有传完整，请重新选择。"]}) from None


def _page(
    importing: Importing,
    form: Form,
    outcome: Outcome | None = None,
    name: str = "",
    data: bytes = b"",
    *,
    is_long: bool = False,
) -> str:
    kept = b64encode(zlib.compress(data)).decode() if data else ""
    return render_template(
        "office/import.html",
        importing=importing,
        form=form,
        outcome=outcome,
        faults=faults_table(outcome.faults, importing.kind.columns) if outcome else None,
        is_long=is_long,
        at_once=MOST_ROWS_AT_ONCE,
        name=name,
        kept=kept if len(kept) <= settings.max_body_bytes // 2 else "",
    )
