"""Taking a file of rows in: first tried, with every fault at its line, then confirmed.

The file of a trial comes back with the confirmation in a hidden field, so that nothing of it is kept in between. One
that is too large for that is chosen again; it is checked again in any case.
"""

import binascii
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import g, render_template, request

from villagepub.core import transactions
from villagepub.core.errors import Invalid, SecretMark
from villagepub.core.tabular import Fault
from villagepub.extensions import settings
from villagepub.ledgers.imports import Outcome
from villagepub.office.pages.frame import Answer
from villagepub.office.screens import Crumb, Table
from villagepub.web.files import uploaded
from villagepub.web.forms import Form
from villagepub.web.pages import done

LARGEST_FILE = 10 * 1024 * 1024


@dataclass(frozen=True)
class Importing:
    """headers: ``{field: Chinese header}``. home: the page that comes after. run: takes name, bytes and dry run."""

    title: str
    crumbs: Sequence[Crumb]
    headers: Mapping[str, str]
    home: str
    run: Callable[[str, bytes, bool], Outcome]


def take_in(importing: Importing) -> Answer:
    """The page that asks for a file; its trial; and what was confirmed."""
    if request.method != "POST":
        return _page(importing, Form())
    try:
        name, data = _file()
        if request.form.get("confirmed"):
            outcome = importing.run(name, data, False)
            return done(f"已导入 {outcome.created} 条。", importing.home)
        outcome = importing.run(name, data, True)
    except SecretMark:
        raise
    except Invalid as problem:
        transactions.rollback()
        return _page(importing, Form(problem=problem, shown={"file": "文件"})), problem.status
    g.answers_with_a_secret = True  # a trial changes nothing and may be sent again
    return _page(importing, Form(), outcome, name, data)


def _file() -> tuple[str, bytes]:
    """The file that came, now or with the trial. Raises Invalid without one."""
    kept = request.form.get("kept")
    if not kept:
        if not request.files.get("file"):  # none, or one without a name
            raise Invalid(errors={"file": ["请选择文件。"]})
        return uploaded()
    try:
        return request.form.get("name", ""), zlib.decompressobj().decompress(
            b64decode(kept, validate=True), LARGEST_FILE
        )
    except (binascii.Error, zlib.error):
        raise Invalid(errors={"file": ["文件没有传完整，请重新选择。"]}) from None


def _page(importing: Importing, form: Form, outcome: Outcome | None = None, name: str = "", data: bytes = b"") -> str:
    kept = b64encode(zlib.compress(data)).decode() if data else ""
    return render_template(
        "office/import.html",
        importing=importing,
        form=form,
        outcome=outcome,
        faults=_faults(importing, outcome.faults) if outcome else None,
        name=name,
        kept=kept if len(kept) <= settings.max_body_bytes // 2 else "",
    )


def _faults(importing: Importing, faults: Sequence[Fault]) -> Table:
    rows = [
        (
            f"第 {each.line} 行" if each.line else "整个文件",
            importing.headers.get(each.field or "", each.field),
            each.message,
        )
        for each in faults
    ]
    return Table("faults", "须改正的地方", ["行", "列", "问题"], rows)
