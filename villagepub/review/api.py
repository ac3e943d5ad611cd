"""Submitting, deciding, forwarding, referring; the queue; handing posts over."""

from collections.abc import Mapping
from typing import Any

from flask_smorest import Blueprint

from villagepub.accounts import operations as account_operations
from villagepub.accounts import queries as accounts
from villagepub.accounts.schemas import HandoverBody
from villagepub.core import clock
from villagepub.core.fields import PageQuery, list_schema, page_schema
from villagepub.core.paging import Page, PageRequest
from villagepub.core.permissions import Permission, require_somewhere
from villagepub.disclosures import queries as disclosures
from villagepub.disclosures.models import Disclosure
from villagepub.disclosures.schemas import DisclosureSchema
from villagepub.review import desk, operations, queries, schemas
from villagepub.web.guards import current_actor

blueprint = Blueprint("review", __name__, description="审批")


def _locked(disclosure_id: str) -> Disclosure:
    return disclosures.get_disclosure(disclosure_id, current_actor().prefixes, lock=True)


@blueprint.post("/disclosures/<string:disclosure_id>/submit")
@blueprint.arguments(schemas.SubmitBody, required=False)
@blueprint.response(200, DisclosureSchema)
def submit(body: Mapping[str, Any], disclosure_id: str) -> Disclosure:
    """提交审批"""
    reasons = {each["finding"]: each["reason"] for each in body.get("acknowledge", [])}
    return operations.submit(_locked(disclosure_id), actor=current_actor(), acknowledge=reasons)


@blueprint.post("/disclosures/<string:disclosure_id>/recall")
@blueprint.response(200, DisclosureSchema)
def recall(disclosure_id: str) -> Disclosure:
    """在第一个环节办理之前收回"""
    return operations.recall(_locked(disclosure_id), actor=current_actor())


@blueprint.post("/disclosures/<string:disclosure_id>/decisions")
@blueprint.arguments(schemas.DecisionBody)
@blueprint.response(201, DisclosureSchema)
def decide(body: Mapping[str, Any], disclosure_id: str) -> Disclosure:
    """办理一个环节：同意、退回、不予公开或提请上级确定

    逐项办理，没有批量同意。同意须确认四项清单，其余须说明理由；摘要须是您所读内容的摘要。
    """
    return operations.decide(_locked(disclosure_id), actor=current_actor(), **body)


@blueprint.post("/disclosures/<string:disclosure_id>/forward")
@blueprint.arguments(schemas.ForwardBody)
@blueprint.response(200, DisclosureSchema)
def forward(body: Mapping[str, Any], disclosure_id: str) -> Disclosure:
    """转请另一站办所接办；对方接办之前仍由本站办所负责，期限照算"""
    return operations.forward(
        _locked(disclosure_id), actor=current_actor(), office_id=body["office"], comment=body["comment"]
    )


@blueprint.post("/disclosures/<string:disclosure_id>/forward/accept")
@blueprint.arguments(schemas.AcceptBody, required=False)
@blueprint.response(200, DisclosureSchema)
def accept_forward(body: Mapping[str, Any], disclosure_id: str) -> Disclosure:
    """接办"""
    return operations.answer_forward(
        _locked(disclosure_id), actor=current_actor(), accept=True, comment=body.get("comment", "")
    )


@blueprint.post("/disclosures/<string:disclosure_id>/forward/decline")
@blueprint.arguments(schemas.DeclineBody)
@blueprint.response(200, DisclosureSchema)
def decline_forward(body: Mapping[str, Any], disclosure_id: str) -> Disclosure:
    """不接办，说明理由"""
    return operations.answer_forward(
        _locked(disclosure_id), actor=current_actor(), accept=False, comment=body["comment"]
    )


@blueprint.post("/disclosures/<string:disclosure_id>/referral-answer")
@blueprint.arguments(schemas.ReferralAnswerBody)
@blueprint.response(200, DisclosureSchema)
def answer_referral(body: Mapping[str, Any], disclosure_id: str) -> Disclosure:
    """登记上级或保密行政管理部门的答复：可以公开的从第一环节重新开始"""
    return operations.answer_referral(_locked(disclosure_id), actor=current_actor(), **body)


@blueprint.get("/review/queue")
@blueprint.arguments(schemas.QueueQuery, location="query")
@blueprint.response(200, page_schema(schemas.QueueItemSchema))
def queue(query: Mapping[str, Any]) -> Page[desk.QueueItem]:
    """等我办理的，最早到期的在前，附与上一次批准内容的逐词对照"""
    actor = current_actor()
    require_somewhere(actor, Permission.REVIEW)
    page = PageRequest(query["cursor"], query["limit"])
    return desk.queue(actor, page, stage=query["stage"], overdue=query["overdue"])


@blueprint.get("/review/summary")
@blueprint.response(200, list_schema(schemas.SummarySchema))
def summary() -> dict[str, Any]:
    """各环节待办与逾期件数"""
    prefixes = require_somewhere(current_actor(), Permission.READ_DISCLOSURES)
    return {"data": queries.summarise(prefixes, now=clock.now())}


@blueprint.get("/review/escalations")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_schema(schemas.EscalationSchema))
def escalations(query: Mapping[str, Any]) -> Page[desk.Escalation]:
    """逾期未办的，在谁手里：供主要领导督办"""
    return desk.escalations(current_actor(), PageRequest(**query))


@blueprint.post("/handovers")
@blueprint.arguments(HandoverBody)
@blueprint.response(201, schemas.HandedOverSchema)
def hand_over(body: Mapping[str, Any]) -> dict[str, Any]:
    """岗位交接：列出随岗位移交的事项"""
    actor = current_actor()
    post = accounts.get_post(body["post"], actor.prefixes)
    person = accounts.get_person(body["to_person"], actor.prefixes)
    appointment = account_operations.hand_over(post, person, actor=actor, on=body["on"])
    passing = desk.passing_over(post)
    return {
        "appointment": appointment,
        "drafts": [draft.id for draft in passing.drafts],
        "waiting": [item.id for item in passing.waiting],
    }
