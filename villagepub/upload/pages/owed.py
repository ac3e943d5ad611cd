"""What a village owes this month, and the step with which it says that there is nothing."""

from collections.abc import Mapping
from typing import Any

from flask import render_template

from villagepub.core.errors import Forbidden, Invalid
from villagepub.core.permissions import Permission, require, require_somewhere
from villagepub.disclosures import operations
from villagepub.divisions import queries as divisions
from villagepub.review import operations as review
from villagepub.upload import schemas, wording
from villagepub.upload.checklist import checklist_of
from villagepub.upload.drafting import about
from villagepub.upload.notation import to_html
from villagepub.upload.pages.frame import LABELS, Answer, address, asked, blueprint, refused, sent
from villagepub.web.forms import Form, read_form, read_query
from villagepub.web.guards import current_actor
from villagepub.web.pages import done


@blueprint.get("/upload")
def checklist() -> Answer:
    query = read_query(schemas.ChecklistQuery())
    if query["village"]:
        require(current_actor(), Permission.WRITE_DISCLOSURES, query["village"])
    villages = _villages()
    village = query["village"] or next(iter(villages))
    return render_template("upload/checklist.html", list=checklist_of(village, query["month"]), villages=villages)


def _villages() -> dict[str, str]:
    """Those for which the person uploads, by code. Raises Forbidden when there is none."""
    prefixes = require_somewhere(current_actor(), Permission.WRITE_DISCLOSURES)
    found = {village.code: village.name for village in divisions.list_disclosing(prefixes)}
    if not found:
        raise Forbidden("您的村还没有上线，请与乡镇信息公开工作人员联系。")
    return found


@blueprint.get("/upload/nothing")
def nothing() -> Answer:
    query = asked(schemas.DutyQuery())
    what = about(query["village"], query["entry"])
    title, body = wording.nothing_for(what.village_name, what.entry.name, query["period"])
    return _nothing_page(query, Form({"title": title, "body": body}))


def _nothing_page(query: Mapping[str, Any], form: Form) -> str:
    what = about(query["village"], query["entry"])
    return render_template("upload/nothing.html", about=what, period=query["period"], form=form)


@blueprint.post("/upload/nothing")
def report_nothing() -> Answer:
    """A draft that says so, screened and handed in, in one act; none of it when any of it is refused."""
    query = sent(schemas.DutyQuery())
    try:
        body = read_form(schemas.NothingForm())
        content = {"title": body["title"], "body": to_html(body["body"]), "period": query["period"], "event_on": None}
        disclosure = operations.create(
            actor=current_actor(),
            village=query["village"],
            entry=query["entry"],
            content=content | {"nothing_to_report": True, "audience": None},
        )
        review.submit(disclosure, actor=current_actor())
    except Invalid as problem:
        return refused(problem, lambda form: _nothing_page(query, form), LABELS | {"body": "说明"})
    return done(f"已提交“无此类事项”：《{disclosure.title}》。", address(disclosure))
