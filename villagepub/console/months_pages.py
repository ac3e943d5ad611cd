"""The office's month: pressing villages that are late, importing posts, closing, the bulletin."""

import base64
import binascii

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from villagepub.bulletins import document
from villagepub.bulletins import operations as bulletins
from villagepub.bulletins import queries as bulletin_queries
from villagepub.console.pages import township_asked
from villagepub.core import clock, word
from villagepub.core.errors import Invalid, Problem
from villagepub.core.periods import Period, last_month, months_between
from villagepub.core.permissions import Permission, allows, require
from villagepub.divisions import queries as divisions
from villagepub.imports.kinds import KINDS
from villagepub.imports.operations import MOST_ROWS_AT_ONCE, count_rows, request_import
from villagepub.ledgers import imports
from villagepub.ledgers.kinds import LEDGERS
from villagepub.notices import reminders
from villagepub.office.long_work import job_address
from villagepub.statistics import queries as statistics
from villagepub.web.files import bytes_response, uploaded
from villagepub.web.forms import Form
from villagepub.web.guards import current_actor
from villagepub.web.pages import again, done

blueprint = Blueprint("console_months", __name__, template_folder="templates")

Answer = AnyResponse | str | tuple[str, int]
POSTS = LEDGERS["channel-posts"]
LARGEST_FILE = 512 << 10  # bytes: the form for confirming carries the file that was checked
CLOSINGS = "/console/closings"
LABELS = {"file": "文件"}


# --- months ---------------------------------------------------------------------------------------------------------


@blueprint.get(CLOSINGS)
def closings() -> str:
    township, actor, last = township_asked(), current_actor(), last_month(clock.today())
    closed = {closing.month: closing for closing in statistics.list_closings(township)}
    villages = divisions.list_disclosing((divisions.prefix_of(township),))
    begun = min((village.on_platform_from for village in villages if village.on_platform_from), default=clock.today())
    late = reminders.list_late_villages(township)
    return render_template(
        "console/closings.html",
        months=sorted({*months_between(f"{begun:%Y-%m}", last), *closed}, reverse=True),
        closed=closed,
        issues=bulletin_queries.list_issues(township),
        present=f"{clock.today():%Y-%m}",
        late={village.name: late[village.code] for village in villages if village.code in late},
        may_press=allows(actor, Permission.MANAGE_NOTICES, township),
        may_close=allows(actor, Permission.CLOSE_MONTHS, township),
        may_import=allows(actor, Permission.KEEP_LEDGERS, township),
    )


@blueprint.post("/console/press")
def press() -> Answer:
    """Remind the villages that are late."""
    told = reminders.press(township_asked(Permission.MANAGE_NOTICES), actor=current_actor())
    if not told:
        return done("没有要催办的村，或今天已经催办过。", CLOSINGS)
    names = divisions.names_of(set(told))
    return done(f"已催办 {len(told)} 个村：{'、'.join(names[village] for village in told)}。", CLOSINGS)


@blueprint.get("/console/closings/<string:month>")
def closing(month: str) -> str:
    """What closing a month means, before it is done; and what is still open in it."""
    township = township_asked()
    bulletin = bulletins.read(actor=current_actor(), division=township, month=month)
    return render_template(
        "console/closing.html",
        month=month,
        bulletin=bulletin,
        is_closed=statistics.is_closed(township, month),
        has_ended=Period.parse(month).last_day < clock.today(),
        may_close=allows(current_actor(), Permission.CLOSE_MONTHS, township),
        form=Form(),
    )


@blueprint.post("/console/closings/<string:month>")
def close(month: str) -> Answer:
    township = township_asked(Permission.CLOSE_MONTHS)
    bulletins.read(actor=current_actor(), division=township, month=month)  # there is such a month, and it has begun
    bulletins.close_month(actor=current_actor(), division=township, month=month)
    issue = bulletin_queries.list_issues(township)[month]
    return done(
        f"{Period.parse(month).in_words}已封账，通报第 {issue.number} 期已编发。", f"/console/bulletins/{month}"
    )


@blueprint.get("/console/bulletins/<string:month>")
def bulletin(month: str) -> str:
    found = bulletins.read(actor=current_actor(), division=township_asked(), month=month)
    return render_template("console/bulletin.html", bulletin=found, month=month)


@blueprint.get("/console/bulletins/<string:month>.docx")
def bulletin_docx(month: str) -> Response:
    township = township_asked()
    require(current_actor(), Permission.EXPORT, township)
    found = bulletins.read(actor=current_actor(), division=township, month=month)
    return bytes_response(document.as_docx(found), f"{found['title']}.docx", word.MEDIA_TYPE)


# --- posts of other channels ----------------------------------------------------------------------------------------


@blueprint.get("/console/imports/channel-posts")
def import_form() -> str:
    township_asked(Permission.KEEP_LEDGERS)
    return render_template("console/import_posts.html", form=Form(), columns=POSTS.columns)


@blueprint.post("/console/imports/channel-posts")
def check_posts() -> Answer:
    """Try the file without writing anything: its faults by line, or the way to confirm."""
    try:
        name, data = uploaded()
        _require_small(data)
        rows = _count(name, data)
        is_long = rows > MOST_ROWS_AT_ONCE
        outcome = imports.Outcome(rows, 0, []) if is_long else _import(name, data, dry_run=True)
    except Problem as problem:
        form = Form.sent(problem, LABELS)
        return again("console/import_posts.html", problem, form=form, columns=POSTS.columns)
    return render_template(
        "console/import_checked.html",
        name=name,
        outcome=outcome,
        is_long=is_long,
        columns=POSTS.columns,
        content=base64.b64encode(data).decode(),
    )


@blueprint.post("/console/imports/channel-posts/confirm")
def import_posts() -> Answer:
    """Write what was checked; it is checked once more, since others may have written meanwhile."""
    try:
        name, data = request.form.get("name", ""), _content_sent()
        if _count(name, data) > MOST_ROWS_AT_ONCE:
            return _hand_over(name, data)
        outcome = _import(name, data, dry_run=False)
    except Problem as problem:
        form = Form.sent(problem, LABELS)
        return again("console/import_posts.html", problem, form=form, columns=POSTS.columns)
    return done(f"已导入 {outcome.created} 条渠道发布。", "/console/channels")


def _count(name: str, data: bytes) -> int:
    return count_rows(KINDS[POSTS.name], name, data, actor=current_actor(), township=_keeper_of())


def _hand_over(name: str, data: bytes) -> Answer:
    """To a worker, which checks and writes it."""
    job = request_import(KINDS[POSTS.name], name, data, actor=current_actor(), township=_keeper_of())
    return done("文件已收下，在后台检查和导入。", job_address(job.id))


def _keeper_of() -> str:
    return township_asked(Permission.KEEP_LEDGERS)


def _import(name: str, data: bytes, *, dry_run: bool) -> imports.Outcome:
    return imports.import_rows(POSTS, name, data, actor=current_actor(), township=_keeper_of(), dry_run=dry_run)


def _content_sent() -> bytes:
    try:
        data = base64.b64decode(request.form.get("content", ""), validate=True)
    except binascii.Error:
        raise Invalid(errors={"file": ["没有收到检查过的文件，请重新上传。"]}) from None
    _require_small(data)
    return data


def _require_small(data: bytes) -> None:
    if not data:
        raise Invalid(errors={"file": ["请选择一个 CSV 或 XLSX 文件。"]})
    if len(data) > LARGEST_FILE:
        raise Invalid(errors={"file": [f"文件超过 {LARGEST_FILE >> 10} KB，请分成几个文件导入。"]})
