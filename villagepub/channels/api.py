"""The doors of routing, of what is out of step, and of webhooks."""

from collections.abc import Mapping
from typing import Any

from flask import g
from flask_smorest import Blueprint

from villagepub.channels import operations, queries, schemas
from villagepub.channels.models import Webhook, WebhookDelivery
from villagepub.channels.routing import RoutingTable, table_on
from villagepub.channels.sync import Comparison, Pair, Span, StillUp
from villagepub.core import clock
from villagepub.core.fields import DivisionQuery, PageQuery, list_schema, page_schema
from villagepub.core.paging import Page, PageRequest, page_of_rows
from villagepub.core.permissions import Permission, own_township, require, scope_of
from villagepub.divisions import queries as divisions
from villagepub.jobs.models import Job
from villagepub.jobs.schemas import JobSchema
from villagepub.ledgers import posts
from villagepub.ledgers.models import ChannelPost
from villagepub.web.guards import current_actor

blueprint = Blueprint("channels", __name__, description="渠道同步")

Query = Mapping[str, Any]
Shown = dict[str, Any]


def _readable(query: Query) -> str:
    """The division asked for, or the caller's own township; its ledgers must be open to the caller."""
    division = query["division"] or own_township(current_actor(), Permission.READ_LEDGERS)
    require(current_actor(), Permission.READ_LEDGERS, division)
    return str(division)


def _compared(query: Query) -> tuple[str, Comparison, Span, PageRequest]:
    division = _readable(query)
    span = queries.span_of(division, query["period"], query["channel"])
    township = queries.township_of(division)
    return township, queries.compare(township, span), span, PageRequest(query["cursor"], query["limit"])


# --- routing and rates ------------------------------------------------------------------------------------------


@blueprint.get("/channels/routing")
@blueprint.arguments(DivisionQuery, location="query")
@blueprint.response(200, list_schema(schemas.RoutingTableSchema))
def list_routing(query: Query) -> Shown:
    """分发对照表：哪些事项应在哪些渠道发布，各版都在，最新的在前"""
    tables = queries.list_tables(queries.township_of(_readable(query)))
    return {"data": [_table(table, table is table_on(tables, clock.today())) for table in tables]}


def _table(table: RoutingTable, in_force: bool) -> Shown:
    return {"valid_from": table.valid_from, "in_force": in_force, "rules": [rule.as_json() for rule in table.rules]}


@blueprint.get("/channels/sync")
@blueprint.arguments(schemas.RatesQuery, location="query")
@blueprint.response(200, schemas.RatesSchema)
def sync_rates(query: Query) -> Shown:
    """同步率：应在该渠道发布的信息中，现有发布的占多少；分子见 lag，其余见 missing"""
    *channels, total = queries.sync_rates(_readable(query), query["period"], query["channel"])
    return {"data": channels, "total": total, "as_of": clock.now()}


# --- what is out of step ----------------------------------------------------------------------------------------


@blueprint.get("/channels/sync/missing")
@blueprint.arguments(schemas.SyncQuery, location="query")
@blueprint.response(200, page_schema(schemas.MissingSchema))
def list_missing(query: Query) -> Page[Shown]:
    """已公开、应在该渠道发布而没有的，最早公开的在前"""
    township, comparison, span, request = _compared(query)
    missing = [pair for pair in comparison.pairs(span) if pair.post is None]
    page = page_of_rows(missing, "missing", _place_of, request)
    return Page([_pair(pair) | {"held_by": _holder(pair, township)} for pair in page.data], page.next_cursor)


@blueprint.get("/channels/sync/lag")
@blueprint.arguments(schemas.SyncQuery, location="query")
@blueprint.response(200, page_schema(schemas.LagSchema))
def list_lag(query: Query) -> Page[Shown]:
    """已同步的：从公开到在该渠道发布隔了几天"""
    _, comparison, span, request = _compared(query)
    page = page_of_rows([pair for pair in comparison.pairs(span) if pair.post], "lag", _place_of, request)
    return Page([_pair(pair) | {"post": pair.post} for pair in page.data], page.next_cursor)


@blueprint.get("/channels/sync/unapproved")
@blueprint.arguments(schemas.SyncQuery, location="query")
@blueprint.response(200, page_schema(schemas.UnapprovedSchema))
def list_unapproved(query: Query) -> Page[Shown]:
    """在该渠道发布了，而这里没有批准、尚未批准或批准在后的

    没有对应信息的，可确认建议、填写公开信息编号，或注明为非公开事项。
    """
    township, comparison, span, request = _compared(query)
    rows = list(comparison.unapproved(span))
    page = page_of_rows(rows, "unapproved", lambda row: _day_and_id(row.post), request)
    suggested = queries.list_suggestions(comparison, township, [row.post for row in page.data if not row.version])
    shown = [vars(row) | {"suggestions": suggested.get(row.post.id, [])} for row in page.data]
    return Page(shown, page.next_cursor)


@blueprint.get("/channels/sync/still-up")
@blueprint.arguments(schemas.SyncQuery, location="query")
@blueprint.response(200, page_schema(schemas.StillUpSchema))
def list_still_up(query: Query) -> Page[StillUp]:
    """这里已撤回、暂停或更正，而该渠道还留着旧的"""
    _, comparison, span, request = _compared(query)
    return page_of_rows(list(comparison.still_up(span)), "still-up", lambda row: _day_and_id(row.post), request)


def _place_of(pair: Pair) -> str:
    return f"{pair.matter.published_on} {pair.matter.current.id} {pair.channel}"


def _day_and_id(post: ChannelPost) -> str:
    return f"{post.posted_on} {post.id}"


def _pair(pair: Pair) -> Shown:
    matter = pair.matter
    return {"channel": pair.channel, "item": matter.current, "published_on": matter.published_on, "days": pair.days}


def _holder(pair: Pair, township: str) -> Shown:
    people = queries.holders_of(pair.held_by, pair.matter.current.village, township)
    return {"role": pair.held_by.value, "people": people}


# --- suggestions ------------------------------------------------------------------------------------------------


@blueprint.get("/channels/suggestions")
@blueprint.arguments(schemas.SyncQuery, location="query")
@blueprint.response(200, page_schema(schemas.SuggestedPostSchema))
def list_suggestions(query: Query) -> Page[Shown]:
    """还没有对应的发布，和标题相近的公开信息；确认之前不计入同步率"""
    township, comparison, span, request = _compared(query)
    page = page_of_rows(comparison.unmatched(span), "suggestions", _day_and_id, request)
    suggested = queries.list_suggestions(comparison, township, page.data)
    return Page([{"post": post, "suggestions": suggested[post.id]} for post in page.data], page.next_cursor)


@blueprint.post("/channels/suggestions/<string:channel_post_id>/confirm")
@blueprint.arguments(schemas.AnswerBody)
@blueprint.response(200, schemas.PostedSchema)
def confirm_suggestion(body: Query, channel_post_id: str) -> ChannelPost:
    """确认：这条发布就是这条公开信息"""
    post = _post(channel_post_id)
    operations.confirm_suggestion(post, body["disclosure"], actor=current_actor())
    return post


@blueprint.post("/channels/suggestions/<string:channel_post_id>/reject")
@blueprint.arguments(schemas.AnswerBody)
@blueprint.response(200, schemas.PostedSchema)
def reject_suggestion(body: Query, channel_post_id: str) -> ChannelPost:
    """不是：以后不再建议"""
    post = _post(channel_post_id)
    operations.reject_suggestion(post, body["disclosure"], actor=current_actor())
    return post


def _post(post_id: str) -> ChannelPost:
    return posts.get_post(post_id, current_actor().prefixes, lock=True)


# --- webhooks ---------------------------------------------------------------------------------------------------


@blueprint.post("/channels/webhooks")
@blueprint.arguments(schemas.WebhookBody)
@blueprint.response(201, schemas.RegisteredSchema)
def register_webhook(body: Query) -> tuple[Shown, dict[str, str]]:
    """登记推送地址：应在该渠道发布的信息一有变化就告知；密钥只显示这一次"""
    township = body["division"] or own_township(current_actor(), Permission.MANAGE_WEBHOOKS)
    values = {name: body[name] for name in ("channel", "url", "events")}
    registered = operations.register(actor=current_actor(), township=township, **values)
    return _with_secret(registered), {"Location": f"/api/v1/channels/webhooks/{registered.webhook.id}"}


@blueprint.get("/channels/webhooks")
@blueprint.arguments(DivisionQuery, location="query")
@blueprint.response(200, list_schema(schemas.WebhookSchema))
def list_webhooks(query: Query) -> dict[str, list[Webhook]]:
    """推送地址，含已停用的"""
    prefix = divisions.prefix_of(query["division"]) if query["division"] else None
    return {"data": queries.list_webhooks(scope_of(current_actor(), Permission.MANAGE_WEBHOOKS, prefix))}


@blueprint.get("/channels/webhooks/<string:webhook_id>")
@blueprint.response(200, schemas.WebhookSchema)
def get_webhook(webhook_id: str) -> Webhook:
    """一个推送地址"""
    return _readable_webhook(webhook_id)


@blueprint.delete("/channels/webhooks/<string:webhook_id>")
@blueprint.response(204)
def disable_webhook(webhook_id: str) -> None:
    """停用：不再推送，记录保留"""
    operations.disable(_webhook(webhook_id), actor=current_actor())


@blueprint.post("/channels/webhooks/<string:webhook_id>/rotate")
@blueprint.response(200, schemas.RegisteredSchema)
def rotate_webhook(webhook_id: str) -> Shown:
    """换密钥：新的只显示这一次，旧的 24 小时内仍同时签名"""
    return _with_secret(operations.rotate(_webhook(webhook_id), actor=current_actor()))


@blueprint.post("/channels/webhooks/<string:webhook_id>/test")
@blueprint.response(202, JobSchema)
def test_webhook(webhook_id: str) -> Job:
    """发一条 test 事件，结果见这项任务和推送记录"""
    return operations.send_test(_webhook(webhook_id), actor=current_actor())


@blueprint.get("/channels/webhooks/<string:webhook_id>/deliveries")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_schema(schemas.DeliverySchema))
def list_deliveries(query: Query, webhook_id: str) -> Page[WebhookDelivery]:
    """推送记录，每次尝试一条，最新的在前，保留三个月"""
    return queries.list_deliveries(_readable_webhook(webhook_id), PageRequest(**query))


def _readable_webhook(webhook_id: str) -> Webhook:
    webhook = queries.get_webhook(webhook_id, current_actor().prefixes)
    require(current_actor(), Permission.MANAGE_WEBHOOKS, webhook.township)
    return webhook


def _webhook(webhook_id: str) -> Webhook:
    return queries.get_webhook(webhook_id, current_actor().prefixes, lock=True)


def _with_secret(registered: operations.Registered) -> Shown:
    """The one answer with the key in it, which is kept nowhere; asking again gives a new one."""
    g.answers_with_a_secret = True
    names = ("id", "township", "channel", "url", "events", "created_by", "created_at", "rotated_at", "disabled_at")
    return {name: getattr(registered.webhook, name) for name in names} | {"secret": registered.secret}
