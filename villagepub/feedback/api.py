"""The doors of askers and of staff."""

from collections.abc import Mapping
from typing import Any

from flask import g
from flask_smorest import Blueprint

from villagepub.accounts import queries as accounts
from villagepub.accounts import tokens
from villagepub.clearance.screenings import Screening
from villagepub.core.fields import PageQuery, list_schema, page_schema
from villagepub.core.paging import Page, PageRequest
from villagepub.core.permissions import Permission, allows, require, scope_of
from villagepub.divisions import queries as divisions
from villagepub.feedback import operations, policy, publicity, queries, saying, schemas, text_check
from villagepub.feedback.kinds import Kind, TextCheck
from villagepub.feedback.models import Feedback, FeedbackBlock
from villagepub.feedback.workflow import STATE_NAMES, Action, State
from villagepub.web.arguments import expected
from villagepub.web.guards import current_actor, current_token, prepared_by

blueprint = Blueprint("feedback", __name__, description="群众反映")

Shown = dict[str, Any]
Location = dict[str, str]


# --- saying something ---------------------------------------------------------------------------------------


def _check_text(**ids: str) -> None:
    """Ask the platform before the transaction begins, about the very text that will be stored."""
    g.text_check = TextCheck.NOT_ASKED
    if body := expected(schemas.FeedbackBody):
        g.text_check = text_check.ask_platform(tokens.read(current_token()).person_id, body["text"])


@blueprint.post("/disclosures/<string:disclosure_id>/feedback")
@prepared_by(_check_text)
@blueprint.arguments(schemas.FeedbackBody)
@blueprint.response(201, schemas.SaidSchema)
def say_under(body: Mapping[str, Any], disclosure_id: str) -> tuple[Shown, Location]:
    """对一条公开信息提出咨询、投诉或表扬

    登录即可。没有答复前可以撤回。
    """
    return _said(*saying.say_under(disclosure_id, actor=current_actor(), **_words(body)))


@blueprint.post("/divisions/<string:code>/feedback")
@prepared_by(_check_text)
@blueprint.arguments(schemas.FeedbackBody)
@blueprint.response(201, schemas.SaidSchema)
def say_to(body: Mapping[str, Any], code: str) -> tuple[Shown, Location]:
    """向一个村提出咨询、投诉或表扬"""
    return _said(*saying.say_to(code, actor=current_actor(), **_words(body)))


def _words(body: Mapping[str, Any]) -> dict[str, Any]:
    return dict(body) | {"kind": Kind(body["kind"]), "check": g.text_check}


def _said(feedback: Feedback, screening: Screening) -> tuple[Shown, Location]:
    warnings = [finding for _, finding in screening.found]
    return _own(feedback) | {"warnings": warnings}, {"Location": f"/api/v1/me/feedback/{feedback.id}"}


# --- the asker's own ----------------------------------------------------------------------------------------


@blueprint.get("/me/feedback")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_schema(schemas.OwnFeedbackSchema))
def list_own(query: Mapping[str, Any]) -> Page[Shown]:
    """我的反映，最新的在前"""
    page = queries.list_own(current_actor(), PageRequest(**query))
    return Page([_own(feedback) for feedback in page.data], page.next_cursor)


@blueprint.get("/me/feedback/<string:feedback_id>")
@blueprint.response(200, schemas.OwnFeedbackSchema)
def get_own(feedback_id: str) -> Shown:
    """我的一条反映，及其答复"""
    return _own(queries.get_own(feedback_id, current_actor()))


@blueprint.post("/me/feedback/<string:feedback_id>/withdraw")
@blueprint.response(200, schemas.OwnFeedbackSchema)
def withdraw(feedback_id: str) -> Shown:
    """撤回：没有答复前都可以"""
    mine = queries.get_own(feedback_id, current_actor(), lock=True)
    return _own(operations.withdraw(mine, actor=current_actor()))


@blueprint.post("/me/feedback/<string:feedback_id>/keep-private")
@blueprint.response(200, schemas.OwnFeedbackSchema)
def keep_private(feedback_id: str) -> Shown:
    """撤回公开的同意：已公开的立即不再显示"""
    mine = queries.get_own(feedback_id, current_actor(), lock=True)
    return _own(operations.keep_private(mine, actor=current_actor()))


def _own(feedback: Feedback) -> Shown:
    is_answered = feedback.state == State.ANSWERED
    rejected = feedback.state == State.REJECTED
    return _shown(feedback, schemas.OwnFeedbackSchema) | {
        "answer": feedback.answer if is_answered else None,
        "reason": queries.last_comment(feedback) if rejected else None,
    }


# --- staff --------------------------------------------------------------------------------------------------


@blueprint.get("/feedback")
@blueprint.arguments(schemas.FeedbackQuery, location="query")
@blueprint.response(200, page_schema(schemas.StaffFeedbackSchema))
def list_feedback(query: Mapping[str, Any]) -> Page[Shown]:
    """群众反映，等得最久的在前；overdue=true 是逾期未答复的"""
    prefix = divisions.prefix_of(query["village"]) if query["village"] else None
    prefixes = scope_of(current_actor(), Permission.READ_FEEDBACK, prefix)
    filters = queries.Filters(**{name: query[name] for name in ("state", "kind", "disclosure", "overdue")})
    page = queries.list_feedback(prefixes, filters, PageRequest(query["cursor"], query["limit"]))
    return Page([_staff(feedback) for feedback in page.data], page.next_cursor)


@blueprint.get("/feedback/blocks")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_schema(schemas.AskerBlockSchema))
def list_blocks(query: Mapping[str, Any]) -> Page[FeedbackBlock]:
    """限制提交的记录，最新的在前"""
    prefixes = scope_of(current_actor(), Permission.BLOCK_ASKERS, None)
    return queries.list_blocks(prefixes, PageRequest(**query))


@blueprint.post("/feedback/blocks/<string:block_id>/lift")
@blueprint.response(200, schemas.AskerBlockSchema)
def lift_block(block_id: str) -> FeedbackBlock:
    """提前解除限制"""
    return operations.lift_block(queries.get_block(block_id, current_actor().prefixes), actor=current_actor())


@blueprint.get("/feedback/<string:feedback_id>")
@blueprint.response(200, schemas.StaffFeedbackSchema)
def get_feedback(feedback_id: str) -> Shown:
    """一条群众反映"""
    return _staff(_readable(feedback_id))


@blueprint.get("/feedback/<string:feedback_id>/history")
@blueprint.response(200, list_schema(schemas.FeedbackStepSchema))
def history(feedback_id: str) -> dict[str, list[Shown]]:
    """经过：谁、以什么岗位、何时、做了什么"""
    steps = queries.list_steps(_readable(feedback_id))
    names = accounts.names_of(step.person_id for step in steps if step.person_id)
    return {"data": [vars(step) | {"by": names.get(step.person_id or "")} for step in steps]}


@blueprint.post("/feedback/<string:feedback_id>/accept")
@blueprint.response(200, schemas.StaffFeedbackSchema)
def accept(feedback_id: str) -> Shown:
    """核验后交村里答复（管理员）"""
    return _staff(operations.accept(_locked(feedback_id), actor=current_actor()))


@blueprint.post("/feedback/<string:feedback_id>/reject")
@blueprint.arguments(schemas.FeedbackReasonBody)
@blueprint.response(200, schemas.StaffFeedbackSchema)
def reject(body: Mapping[str, Any], feedback_id: str) -> Shown:
    """核验后不予受理（管理员）：辱骂、广告等；理由会告知本人"""
    return _staff(operations.reject(_locked(feedback_id), actor=current_actor(), reason=body["reason"]))


@blueprint.post("/feedback/<string:feedback_id>/answer")
@blueprint.arguments(schemas.FeedbackAnswerBody)
@blueprint.response(200, schemas.StaffFeedbackSchema)
def answer(body: Mapping[str, Any], feedback_id: str) -> Shown:
    """写答复，提交保密审查（办理方：村务公开专人；已转镇里的由管理员）"""
    return _staff(operations.answer(_locked(feedback_id), actor=current_actor(), text=body["text"]))


@blueprint.post("/feedback/<string:feedback_id>/hand-over")
@blueprint.arguments(schemas.FeedbackReasonBody)
@blueprint.response(200, schemas.StaffFeedbackSchema)
def hand_over(body: Mapping[str, Any], feedback_id: str) -> Shown:
    """把投诉转镇里办理（村务公开专人）；答复期限不变"""
    return _staff(operations.hand_over(_locked(feedback_id), actor=current_actor(), reason=body["reason"]))


@blueprint.post("/feedback/<string:feedback_id>/decisions")
@blueprint.arguments(schemas.AnswerDecisionBody)
@blueprint.response(201, schemas.StaffFeedbackSchema)
def decide(body: Mapping[str, Any], feedback_id: str) -> Shown:
    """审查答复（保密专干）：通过、只答复本人，或退回"""
    decided = operations.decide(
        _locked(feedback_id),
        actor=current_actor(),
        outcome=Action(body["outcome"]),
        digest=body["digest"],
        comment=body["comment"],
    )
    return _staff(decided)


@blueprint.post("/feedback/<string:feedback_id>/hide")
@blueprint.arguments(schemas.FeedbackReasonBody)
@blueprint.response(200, schemas.StaffFeedbackSchema)
def hide(body: Mapping[str, Any], feedback_id: str) -> Shown:
    """不再公开（保密专干、管理员）：立即生效，不能恢复；本人仍能看到答复"""
    return _staff(operations.hide(_locked(feedback_id), actor=current_actor(), reason=body["reason"]))


@blueprint.post("/feedback/<string:feedback_id>/block")
@blueprint.arguments(schemas.AskerBlockBody)
@blueprint.response(201, schemas.AskerBlockSchema)
def block(body: Mapping[str, Any], feedback_id: str) -> FeedbackBlock:
    """限制这一条的提出人再提交（管理员），须有理由和结束时间"""
    return operations.block_asker(_locked(feedback_id), actor=current_actor(), **body)


def _readable(feedback_id: str) -> Feedback:
    feedback = queries.get_feedback(feedback_id, current_actor().prefixes)
    require(current_actor(), Permission.READ_FEEDBACK, feedback.village)
    return feedback


def _locked(feedback_id: str) -> Feedback:
    """The feedback inside the caller's divisions, or 404."""
    return queries.get_feedback(feedback_id, current_actor().prefixes, lock=True)


def _staff(feedback: Feedback) -> Shown:
    name = publicity.name_of(feedback)
    may_know = allows(current_actor(), Permission.READ_ASKERS, feedback.township)
    return _shown(feedback, schemas.StaffFeedbackSchema) | {"asker": name if may_know else policy.masked(name)}


def _shown(feedback: Feedback, schema: type[Any]) -> Shown:
    """What the row itself says, and what follows from it."""
    follows = {
        "is_public": publicity.is_public(feedback),
        "is_overdue": queries.is_overdue(feedback),
        "state_name": STATE_NAMES[State(feedback.state)],
    }
    names = [field.attribute or name for name, field in schema().fields.items()]
    return {name: getattr(feedback, name) for name in names if hasattr(feedback, name)} | follows
