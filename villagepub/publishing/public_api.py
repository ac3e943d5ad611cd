"""What anybody may read. These routes read the read model (and the names of places), and nothing else."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from flask import Response, g, jsonify, redirect, request
from flask_smorest import Blueprint
from werkzeug.wrappers import Response as AnyResponse

from villagepub.core import audit, clock, tenancy
from villagepub.core.errors import Gone, NotFound
from villagepub.core.fields import page_schema
from villagepub.core.paging import Page, PageRequest
from villagepub.core.storage import verified
from villagepub.core.transactions import transaction
from villagepub.disclosures.attachments import THUMBNAIL
from villagepub.divisions import queries as divisions
from villagepub.extensions import db, settings, storage
from villagepub.publishing import changes, feeds, home, queries, schemas
from villagepub.publishing.models import Publication
from villagepub.publishing.printing import item_of
from villagepub.publishing.renditions import poster, texts
from villagepub.residents import queries as residents
from villagepub.statistics import queries as statistics
from villagepub.web.files import file_response, shown_response
from villagepub.web.guards import prepared_by
from villagepub.wechat.codes import code_picture

SECONDS_FRESH = 60
FORMS = {"board": texts.board, "loudspeaker": texts.loudspeaker}
PAGE_OF_AN_ITEM = "pages/disclosure/index"  # of the mini-program; its scene is the item's id
FOR_VILLAGERS = frozenset(
    f"public.{view}" for view in ("list_publications", "get_publication", "get_attachment", "get_thumbnail")
)
"""Where a villager's token adds what the own village publishes for its villagers."""
STATES_GONE = {"withdrawn": "已撤回", "suspended": "已暂停公开"}

blueprint = Blueprint("public", __name__, description="公众")


@blueprint.after_request
def make_cacheable(response: Response) -> Response:
    """Anybody may keep a good answer for a minute; then If-None-Match or If-Modified-Since asks again.

    Not so the answer to somebody who sent a token: another must never get it, and it is kept nowhere.
    """
    if request.endpoint in FOR_VILLAGERS:
        response.vary.add("Authorization")
        if "reader" in g and response.status_code == 200:
            response.headers["Cache-Control"] = "private, no-store"
            if not response.is_streamed:
                response.add_etag()  # for the mini-program, which asks with what it read before
            response.make_conditional(request)
            return response
    if response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={SECONDS_FRESH}"
        if not response.is_streamed:
            response.add_etag()
        if g.get("last_change"):
            response.last_modified = g.last_change
        response.make_conditional(request)
    return response


def _prefix(code: str) -> str:
    """The prefix of a place; notes when anything below it changed last."""
    prefix = divisions.prefix_of(code)
    _changed(queries.last_change((prefix,)))
    return prefix


def _villages() -> tuple[str, ...]:
    """The villages that have confirmed the reader; none without a token."""
    return residents.villages_of(g.reader) if "reader" in g else ()


def _changed(instant: datetime | None) -> None:
    g.last_change = instant


@blueprint.get("/public/home")
@blueprint.arguments(schemas.FeedQuery, location="query")
@blueprint.response(200, schemas.HomeSchema)
def get_home(query: Mapping[str, Any]) -> home.Home:
    """首屏所需的一切：区划、上级、下级、目录类别、最新、本月和本年条数、联系方式"""
    return home.home(query["division"], base_url=settings.public_base_url)


@blueprint.get("/public/divisions/<string:code>")
@blueprint.response(200, schemas.PublicDivisionSchema)
def get_division(code: str) -> dict[str, Any]:
    """一个区划：名称、下级、公开条数"""
    division = divisions.get_division(code)
    counts = queries.count_by_village((_prefix(code),))
    names = ("code", "name", "level", "parent_code", "on_platform_from")
    return {name: getattr(division, name) for name in names} | {
        "children": divisions.list_children(code),
        "published": sum(counts.values()),
    }


@blueprint.get("/public/disclosures")
@blueprint.arguments(schemas.PublicationQuery, location="query")
@blueprint.response(200, page_schema(schemas.PublicationRowSchema))
def list_publications(query: Mapping[str, Any]) -> Page[Publication]:
    """公开信息，最新的在前；上级区划列出其下全部

    带上访问令牌时，另列出确认了本人的村只对村民公开的信息；这样的答复不得缓存。
    """
    filters = queries.Filters(entry=query["entry"], group=query["group"], period=query["period"], q=query["q"])
    page = PageRequest(query["cursor"], query["limit"])
    return queries.list_publications((_prefix(query["division"]),), filters, page, _villages())


@blueprint.get("/public/disclosures/<string:publication_id>")
@blueprint.response(200, schemas.PublicationSchema)
@blueprint.doc(**{"x-problems": [410]})
@blueprint.alt_response(308, description="已更正，见新的一条", success=True)
def get_publication(publication_id: str) -> Publication | AnyResponse:
    """一条公开信息

    已更正的答 308，指向更正件；已撤回或暂停公开的答 410，附编号和时间。只对村民公开的，须带上该村村民的访问令牌。
    """
    publication = _public(publication_id, _villages())
    _changed(publication.changed_at)
    return _moved(publication) or publication


@blueprint.get("/public/disclosures/<string:publication_id>/plain")
@blueprint.arguments(schemas.PlainQuery, location="query")
@blueprint.response(200, schemas.PlainSchema)
@blueprint.doc(responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}, **{"x-problems": [410]})
@blueprint.alt_response(308, description="已更正，见新的一条", success=True)
def get_plain(query: Mapping[str, Any], publication_id: str) -> AnyResponse:
    """一条公开信息的纯文字：board 是公开栏大字版，loudspeaker 是村广播稿（数字、金额、日期、表格都写成读法）

    默认答 text/plain；Accept 写明 application/json 的答 JSON。
    """
    publication = _public(publication_id)
    if moved := _moved(publication, f"/plain?form={query['form']}"):
        return moved
    text = FORMS[query["form"]](item_of(publication))
    if request.accept_mimetypes.best_match(["text/plain", "application/json"]) == "application/json":
        names = {name: getattr(publication, name) for name in ("id", "number", "title")}
        response = jsonify(names | {"form": query["form"], "text": text})
    else:
        response = Response(text, content_type="text/plain; charset=utf-8")
    response.vary.add("Accept")
    return response


def _fetch_code(publication_id: str) -> None:
    """The mini-program's own code, drawn once by WeChat; without it a QR code of the public address.

    Before the transaction begins; for nothing that the public does not see.
    """
    with transaction(tenancy.PUBLIC):
        is_public = queries.is_readable_by_all(publication_id)
    if is_public and (picture := code_picture(publication_id, PAGE_OF_AN_ITEM)):
        g.code = poster.mini_program_code(picture)
    else:
        g.code = poster.code_of_address(f"{settings.public_base_url}/api/v1/public/disclosures/{publication_id}")


@blueprint.get("/public/disclosures/<string:publication_id>/poster.pdf")
@prepared_by(_fetch_code)
@blueprint.response(200, content_type=poster.MEDIA_TYPE)
@blueprint.doc(**{"x-problems": [410]})
@blueprint.alt_response(308, description="已更正，见新的一条", success=True)
def get_poster(publication_id: str) -> AnyResponse:
    """一条公开信息的 A4 海报，供公开栏张贴，带这一条的码；特别长的只有开头部分，全文请扫码"""
    publication = _public(publication_id)
    if moved := _moved(publication, "/poster.pdf"):
        return moved
    pdf = poster.as_pdf(item_of(publication), g.code, publication.published_at)
    return shown_response(pdf, f"{publication.number}.pdf", poster.MEDIA_TYPE)


def _public(publication_id: str, villages: Collection[str] = ()) -> Publication:
    """One that is public, or was corrected; villages: those whose villagers' items count. Raises Gone for what was
    taken away."""
    publication = queries.get_publication(publication_id, villages)
    if publication.state in STATES_GONE:
        raise gone(publication)
    return publication


def _moved(publication: Publication, rest: str = "") -> AnyResponse | None:
    if publication.state != "superseded":
        return None
    return redirect(f"/api/v1/public/disclosures/{publication.superseded_by}{rest}", 308)


@blueprint.get("/public/attachments/<string:attachment_id>")
@blueprint.response(200, content_type="application/octet-stream")
def get_attachment(attachment_id: str) -> Response:
    """下载公开信息的附件；只对村民公开的，须带上该村村民的访问令牌"""
    attachment = queries.get_attachment(attachment_id, _villages())
    return _file(attachment.storage_key, attachment.digest, attachment.name, attachment.media_type)


@blueprint.get("/public/attachments/<string:attachment_id>/thumbnail")
@blueprint.response(200, content_type="image/webp")
def get_thumbnail(attachment_id: str) -> Response:
    """公开的图片附件的缩略图"""
    attachment = queries.get_attachment(attachment_id, _villages())
    if attachment.thumbnail_digest is None:
        raise NotFound()
    return _file(attachment.storage_key + THUMBNAIL, attachment.thumbnail_digest, "thumbnail.webp", "image/webp")


def _file(key: str, digest: str, name: str, media_type: str) -> Response:
    """The bytes, unless the client has them already."""
    is_known = digest in request.if_none_match
    response = file_response(iter(()) if is_known else verified(storage, key, digest), name, media_type)
    response.set_etag(digest)
    return response


@blueprint.get("/public/feed.atom")
@blueprint.arguments(schemas.FeedQuery, location="query")
@blueprint.response(200, content_type="application/atom+xml")
def atom_feed(query: Mapping[str, Any]) -> Response:
    """最新 50 条，Atom（RFC 4287）"""
    feed = _feed(query["division"])
    return Response(feeds.atom(feed), content_type="application/atom+xml; charset=utf-8")


@blueprint.get("/public/feed.json")
@blueprint.arguments(schemas.FeedQuery, location="query")
@blueprint.response(200, content_type="application/feed+json")
def json_feed(query: Mapping[str, Any]) -> Response:
    """最新 50 条，JSON Feed 1.1"""
    response = jsonify(feeds.json_feed(_feed(query["division"])))
    response.content_type = "application/feed+json; charset=utf-8"
    return response


@blueprint.get("/public/changes")
@blueprint.arguments(schemas.ChangesQuery, location="query")
@blueprint.response(200, schemas.ChangesSchema)
def list_changes(query: Mapping[str, Any]) -> changes.Changes:
    """公开内容的变化，按发生的顺序：公开、更正、暂停、恢复、撤回

    供网站平台等定时读取：保存答复中的 after，下次带上它接着读。序号不缺、不重、不会补插，所以一条也不会漏。
    """
    return changes.list_changes(_prefix(query["division"]), query["after"], query["limit"])


@blueprint.get("/public/statistics")
@blueprint.arguments(schemas.PublicStatisticsQuery, location="query")
@blueprint.response(200, schemas.YearSchema)
def year(query: Mapping[str, Any]) -> dict[str, Any]:
    """一年各月公开条数（净数：更正不重复计，撤回扣除）"""
    prefix = _prefix(query["division"])
    months = [f"{query['year']}-{month:02d}" for month in range(1, 13)]
    rows = [{"month": month, "published": statistics.count_published((prefix,), month, month)} for month in months]
    return {
        "division": query["division"],
        "year": query["year"],
        "published": sum(row["published"] for row in rows),
        "months": rows,
        "as_of": clock.now(),
    }


@blueprint.get("/audit/heads")
@blueprint.response(200)
def audit_heads() -> dict[str, Any]:
    """各乡镇审计链的链头：记下它，日后可以证明链没有被截断或重写"""
    heads = audit.heads(db.session())
    return {
        "data": [
            {"chain": head.chain, "seq": head.seq, "hash": head.hash, "at": clock.local(head.at).isoformat()}
            for head in heads
        ]
    }


def _feed(code: str) -> feeds.Feed:
    division = divisions.get_division(code)
    page = PageRequest(limit=feeds.LENGTH)
    items = queries.list_publications((_prefix(code),), queries.Filters(), page).data
    return feeds.Feed(f"{division.name}村务公开", settings.public_base_url, code, items, g.last_change or clock.now())


def gone(publication: Publication) -> Gone:
    what = STATES_GONE[publication.state]
    when = clock.local(publication.ended_at or publication.changed_at)
    reason = f"理由：{publication.end_reason}" if publication.end_reason else ""
    return Gone(
        f"编号 {publication.number} 的信息已于 {when:%Y年%m月%d日} {what[1:]}。{reason}",
        extra={
            "number": publication.number,
            "state": publication.state,
            "ended_at": when.isoformat(timespec="seconds"),
            "reason": publication.end_reason,
        },
    )
