"""My inbox and what I allow to be sent; for administrators the templates, and the messages in doubt."""

from collections.abc import Mapping
from typing import Any

from flask_smorest import Blueprint

from villagepub.core.fields import PageQuery, list_schema, page_schema
from villagepub.core.paging import Page, PageRequest
from villagepub.notices import consents, operations, previews, queries
from villagepub.notices.models import InboxNotice, Message
from villagepub.notices.schemas import (
    FilledSchema,
    MessageQuery,
    MessageSchema,
    NoticeSchema,
    ReadBody,
    ReadSchema,
    ResultsBody,
    SampleBody,
    SubscriptionSchema,
    TemplateSchema,
)
from villagepub.notices.templates import Filled
from villagepub.web.guards import current_actor

blueprint = Blueprint("notices", __name__, description="消息")

SUBSCRIPTIONS = list_schema(SubscriptionSchema)


@blueprint.get("/me/notices")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_schema(NoticeSchema))
def list_notices(query: Mapping[str, Any]) -> Page[InboxNotice]:
    """我的消息，最新的在前"""
    return queries.list_notices(current_actor(), PageRequest(**query))


@blueprint.post("/me/notices/read")
@blueprint.arguments(ReadBody)
@blueprint.response(200, ReadSchema)
def mark_read(body: Mapping[str, Any]) -> dict[str, int]:
    """把消息标为已读"""
    return {"read": operations.mark_read(body["ids"], actor=current_actor())}


@blueprint.get("/me/subscriptions")
@blueprint.response(200, SUBSCRIPTIONS)
def list_subscriptions() -> dict[str, Any]:
    """各类微信消息的模板，以及我还允许发几条"""
    return {"data": previews.list_subscriptions(current_actor())}


@blueprint.post("/me/subscriptions")
@blueprint.arguments(ResultsBody)
@blueprint.response(200, SUBSCRIPTIONS)
def report_results(body: Mapping[str, Any]) -> dict[str, Any]:
    """登记订阅弹窗的结果；剩余次数只作参考，以微信的答复为准"""
    consents.report(body["results"], actor=current_actor())
    return {"data": previews.list_subscriptions(current_actor())}


@blueprint.get("/notices/templates")
@blueprint.response(200, list_schema(TemplateSchema))
def list_templates() -> dict[str, Any]:
    """微信消息的模板（管理员）"""
    return {"data": previews.list_templates(actor=current_actor())}


@blueprint.post("/notices/templates/<string:template>/preview")
@blueprint.arguments(SampleBody)
@blueprint.response(200, FilledSchema)
def preview(body: Mapping[str, Any], template: str) -> Filled:
    """按样例填写一个模板：与发出时用同一套规则（管理员）"""
    return previews.preview(template, body["values"], actor=current_actor())


@blueprint.get("/notices/messages")
@blueprint.arguments(MessageQuery, location="query")
@blueprint.response(200, page_schema(MessageSchema))
def list_messages(query: Mapping[str, Any]) -> Page[Message]:
    """本乡镇的微信消息（管理员），不知是否发出的和未能发出的，最新的在前"""
    page = PageRequest(query["cursor"], query["limit"])
    return queries.list_messages(current_actor(), page, state=query["state"])


@blueprint.post("/notices/messages/<string:message_id>/resend")
@blueprint.response(200, MessageSchema)
def resend(message_id: str) -> Message:
    """再发一次：不知是否发出的那条如已发出，对方会收到两次（管理员）"""
    message = queries.get_managed_message(message_id, current_actor())
    return operations.resend(message, actor=current_actor())
