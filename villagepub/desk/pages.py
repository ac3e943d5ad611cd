"""The review desk for browsers: the queue, an item, and one decision at a time."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from marshmallow import Schema
from werkzeug.wrappers import Response as AnyResponse

from villagepub.clearance import operations as clearance
from villagepub.clearance import queries as clearance_queries
from villagepub.core import transactions
from villagepub.core.errors import (
    AlreadyDecided,
    AttachmentPending,
    Invalid,
    NotFound,
    NotYourStage,
    Problem,
    SecretMark,
    StaleDigest,
    WrongState,
)
from villagepub.core.permissions import Permission, require, scope_of
from villagepub.core.storage import verified
from villagepub.desk import schemas, showing
from villagepub.desk.history import latest
from villagepub.desk.item import Item, get_item, kind_of
from villagepub.desk.waiting import AGES, TASKS, TIMES, Filters, has_queue, queue_of
from villagepub.disclosures import queries as disclosures
from villagepub.disclosures.models import Attachment, Disclosure
from villagepub.extensions import storage
from villagepub.notices import queries as notices
from villagepub.publishing import operations as publishing
from villagepub.review import operations, reading
from villagepub.review.reasons import RETURN_REASONS, reason_in_words
from villagepub.review.workflow import STAGE_NAMES, Action, StageName
from villagepub.web.files import file_response, shown_in_place
from villagepub.web.forms import Form, read_form, read_query
from villagepub.web.guards import current_actor
from villagepub.web.pages import done

blueprint = Blueprint("desk_pages", __name__, template_folder="templates")

Answer = AnyResponse | str | tuple[str, int]
STALE = (AlreadyDecided, NotYourStage, StaleDigest, WrongState)
RECENT = 4  # acts that a page which came too late tells
OUTCOMES = {"approve": "同意", "return": "退回修改", "refuse": "不予公开", "refer": "提请上级确定"}
CHECKS = {
    "political": "政治关：导向正确，没有错误表述",
    "policy": "政策关：依据、标准、范围与政策一致",
    "wording": "文字关：文字、数字、日期、名称准确",
    "secrecy": "保密：不含国家秘密、工作秘密和不宜公开的个人信息",
}
LABELS = {
    "opened": "须先打开",
    "outcome": "决定",
    "checklist": "审查清单",
    "reason": "退回理由",
    "comment": "说明",
    "office": "站办所",
    "answer": "答复",
    "answered_from": "作出答复的机关",
    "answered_on": "答复日期",
}
ENDINGS = {
    "withdraw": (Action.WITHDRAW, "撤回", "公众将看到撤回的时间和理由，内容不再显示。撤回后不能恢复。"),
    "suspend": (Action.SUSPEND, "暂停公开", "立即对公众隐藏，统计不变，由主要领导恢复或撤回。"),
    "release": (Action.RELEASE, "恢复公开", "按批准时的内容重新公开。"),
}


@blueprint.context_processor
def _way_here() -> dict[str, tuple[str, str]]:
    """Where the way to an item begins: who has no queue comes from a notice. Who was refused at the door is nowhere."""
    if "actor" not in g:
        return {}
    return {"way": ("审批台", "/desk") if has_queue(current_actor()) else ("消息", "/notices")}


def _locked(disclosure_id: str) -> Disclosure:
    return disclosures.get_disclosure(disclosure_id, current_actor().prefixes, lock=True)


def _address(disclosure_id: str) -> str:
    return url_for("desk_pages.item", disclosure_id=disclosure_id)


@blueprint.get("/desk")
def queue() -> Answer:
    actor = current_actor()
    query = read_query(schemas.QueueForm())
    start = query.pop("cursor")
    return render_template(
        "desk/queue.html",
        queue=queue_of(actor, Filters(**query), start=start),
        form=Form(request.args),
        is_narrowed=any(query.values()),
        start=start,
        stages=STAGE_NAMES,
        times=TIMES,
        ages=AGES,
        tasks=TASKS,
        unread=notices.count_unread(actor),
    )


@blueprint.get("/desk/<string:disclosure_id>")
def item(disclosure_id: str) -> Answer:
    found = get_item(disclosure_id, current_actor())
    opened = request.args.get("open")
    attachment = next((file.attachment for file in found.files if file.attachment.id == opened), None)
    shown = showing.show(attachment) if attachment and _may_see(found, attachment) else None
    return _page(found, Form(), shown)


def _may_see(found: Item, attachment: Attachment) -> bool:
    """Who decides sees a file when it was opened, so that what is seen is known."""
    return found.task != "decide" or any(f.is_opened for f in found.files if f.attachment.id == attachment.id)


def _page(found: Item, form: Form, shown: showing.Shown | None = None) -> str:
    return render_template(
        "desk/item.html",
        item=found,
        form=form,
        shown=shown,
        outcomes=OUTCOMES,
        checks=CHECKS,
        reasons=RETURN_REASONS,
        tasks=TASKS,
        endings=ENDINGS,
    )


@blueprint.post("/desk/<string:disclosure_id>/opened")
def note_opened(disclosure_id: str) -> Answer:
    """The text was read to its end, or a file is to be shown: both are kept, then the page is shown."""
    part = read_form(schemas.OpenedForm())["part"]
    reading.note_opened(_locked(disclosure_id), part, actor=current_actor())
    if part == reading.TEXT:
        return redirect(f"{_address(disclosure_id)}#text-state", 303)
    attachment_id = part.rpartition("/")[2]
    address = url_for("desk_pages.item", disclosure_id=disclosure_id, open=attachment_id)
    return redirect(f"{address}#file-{attachment_id}", 303)


@blueprint.post("/desk/<string:disclosure_id>")
def decide(disclosure_id: str) -> Answer:
    disclosure = _locked(disclosure_id)
    try:
        body = _read(disclosure, schemas.DecisionForm())
        picked, written = body.pop("reason"), body.pop("comment")
        comment = reason_in_words(picked if body["outcome"] == "return" else None, written)
        operations.decide(disclosure, actor=current_actor(), comment=comment, as_opened=True, **body)
    except Problem as problem:
        return _again(disclosure_id, problem)
    return done(f"《{disclosure.title}》：{_done_in_words(body, disclosure)}", url_for("desk_pages.queue"))


def _done_in_words(body: dict[str, Any], disclosure: Disclosure) -> str:
    if body["outcome"] != "approve":
        return {"return": "已退回。", "refuse": "已决定不予公开。", "refer": "已提请上级确定。"}[body["outcome"]]
    if disclosure.stage is None:
        return f"已同意，并已公开，编号 {disclosure.number}。"
    return f"已同意，转{STAGE_NAMES[StageName(disclosure.stage)]}环节。"


@blueprint.post("/desk/<string:disclosure_id>/forward-answer")
def answer_forward(disclosure_id: str) -> Answer:
    disclosure = _locked(disclosure_id)
    try:
        body = _read(disclosure, schemas.ForwardAnswerForm())
        accept = body["answer"] == "accept"
        operations.answer_forward(disclosure, actor=current_actor(), accept=accept, comment=body["comment"])
    except Problem as problem:
        return _again(disclosure_id, problem)
    if accept:
        return done("已接办，请审批。", _address(disclosure_id))
    return done("已答复不接办。", url_for("desk_pages.queue"))


@blueprint.post("/desk/<string:disclosure_id>/referral-answer")
def answer_referral(disclosure_id: str) -> Answer:
    disclosure = _locked(disclosure_id)
    try:
        body = _read(disclosure, schemas.ReferralAnswerForm())
        operations.answer_referral(disclosure, actor=current_actor(), **body)
    except Problem as problem:
        return _again(disclosure_id, problem)
    said = "已登记答复，从保密审查重新开始。" if body["outcome"] == "release" else "已登记答复，不予公开。"
    return done(said, url_for("desk_pages.queue"))


@blueprint.get("/desk/<string:disclosure_id>/forward")
def forwarding(disclosure_id: str) -> Answer:
    found = get_item(disclosure_id, current_actor())
    if not found.may_forward:
        raise NotYourStage("这条信息现在不能由您转请另一站办所接办。")
    return render_template("desk/forward.html", item=found, form=Form())


@blueprint.post("/desk/<string:disclosure_id>/forward")
def forward(disclosure_id: str) -> Answer:
    disclosure = _locked(disclosure_id)
    try:
        body = _read(disclosure, schemas.ForwardForm())
        operations.forward(disclosure, actor=current_actor(), office_id=body["office"], comment=body["comment"])
    except Problem as problem:
        return _again(disclosure_id, problem, "desk/forward.html", LABELS | {"comment": "为什么转请"})
    return done("已转请接办；对方接办之前仍由您的站办所负责，期限照算。", _address(disclosure_id))


@blueprint.get("/desk/<string:disclosure_id>/findings/<string:finding_id>")
def finding(disclosure_id: str, finding_id: str) -> Answer:
    return _finding_page(disclosure_id, finding_id, Form())


def _finding_page(disclosure_id: str, finding_id: str, form: Form) -> str:
    found = get_item(disclosure_id, current_actor())
    require(current_actor(), Permission.OVERRULE_FINDINGS, found.disclosure.village)
    known = clearance_queries.get_finding(disclosure_id, finding_id)
    [about] = [each for each in found.found if each.finding.id == known.id]
    return render_template("desk/finding.html", item=found, about=about, form=form)


@blueprint.post("/desk/<string:disclosure_id>/findings/<string:finding_id>")
def answer_finding(disclosure_id: str, finding_id: str) -> Answer:
    disclosure = _locked(disclosure_id)
    require(current_actor(), Permission.OVERRULE_FINDINGS, disclosure.village)
    try:
        body = _read(disclosure, schemas.FindingForm())
        verb = clearance.overrule if body["answer"] == "overrule" else clearance.uphold
        verb(disclosure, finding_id, actor=current_actor(), reason=body["reason"])
    except Invalid as problem:
        form = Form.sent(problem, LABELS | {"reason": "理由"})
        _undo(problem)
        return _finding_page(disclosure_id, finding_id, form), problem.status
    return done("已答复。", f"{_address(disclosure_id)}#findings")


@blueprint.get("/desk/<string:disclosure_id>/<string:ending>")
def ending(disclosure_id: str, ending: str) -> Answer:
    action, _, _ = _ending_named(ending)
    found = get_item(disclosure_id, current_actor())
    if action not in found.endings:
        raise WrongState("这条信息现在不能由您这样办理。请刷新后查看。")
    return _ending_page(found, ending, Form())


def _ending_named(ending: str) -> tuple[Action, str, str]:
    if ending not in ENDINGS:
        raise NotFound()
    return ENDINGS[ending]


def _ending_page(found: Item, ending: str, form: Form) -> str:
    _, name, meaning = ENDINGS[ending]
    return render_template("desk/ending.html", item=found, form=form, ending=ending, name=name, meaning=meaning)


@blueprint.post("/desk/<string:disclosure_id>/<string:ending>")
def end(disclosure_id: str, ending: str) -> Answer:
    _, name, _ = _ending_named(ending)
    disclosure = _locked(disclosure_id)
    verb = {"withdraw": publishing.withdraw, "suspend": publishing.suspend, "release": publishing.release}[ending]
    try:
        verb(disclosure, actor=current_actor(), reason=_read(disclosure, schemas.EndingForm())["reason"])
    except Invalid as problem:
        form = Form.sent(problem, {"reason": "理由"})
        _undo(problem)
        return _ending_page(get_item(disclosure_id, current_actor()), ending, form), problem.status
    return done(f"已{name}。", _address(disclosure_id))


@blueprint.get("/desk/<string:disclosure_id>/attachments/<string:attachment_id>")
def attachment(disclosure_id: str, attachment_id: str) -> Response:
    """The bytes: a picture or a PDF for the browser to show, anything else to keep."""
    found = _readable(disclosure_id, attachment_id)
    pieces = verified(storage, found.storage_key, found.digest)
    send = file_response if kind_of(found) == "office" else shown_in_place
    return send(pieces, found.name, found.media_type, found.size)


@blueprint.get("/desk/<string:disclosure_id>/attachments/<string:attachment_id>/pages/<int:number>")
def page_of_attachment(disclosure_id: str, attachment_id: str, number: int) -> Response:
    """A page of a PDF as a picture."""
    found = _readable(disclosure_id, attachment_id)
    picture = showing.page_of(found, number)
    return shown_in_place(iter([picture]), f"{number}.jpg", "image/jpeg", len(picture))


def _readable(disclosure_id: str, attachment_id: str) -> Attachment:
    actor = current_actor()
    disclosure = disclosures.get_disclosure(disclosure_id, actor.prefixes)
    scope_of(actor, Permission.READ_DISCLOSURES, disclosure.village)
    found = disclosures.get_attachment(disclosure, attachment_id)
    if not found.is_ready:
        raise AttachmentPending()
    return found


def _read(disclosure: Disclosure, schema: Schema) -> dict[str, Any]:
    """The form, for somebody who may review there; who may not learns nothing of its faults."""
    scope_of(current_actor(), Permission.READ_DISCLOSURES, disclosure.village)
    return read_form(schema)


def _again(
    disclosure_id: str, problem: Problem, template: str = "desk/item.html", labels: Mapping[str, str] = LABELS
) -> Answer:
    """The page with what was sent and what was wrong with it; or who was faster, and what they did."""
    if not isinstance(problem, (Invalid, *STALE)):
        raise problem
    form = Form.sent(problem, labels)
    _undo(problem)
    found = get_item(disclosure_id, current_actor())
    if isinstance(problem, STALE):
        page = render_template(
            "desk/stale.html",
            item=found,
            problem=problem,
            written=form["comment"],
            recent=latest(found.history, RECENT),
        )
        return page, problem.status
    if template == "desk/item.html":
        return _page(found, form), problem.status
    return render_template(template, item=found, form=form), problem.status


def _undo(problem: Problem) -> None:
    """What the act had begun, before its page is read anew. A mark of state secrecy is never shown again."""
    if isinstance(problem, SecretMark):
        raise problem
    transactions.rollback()
