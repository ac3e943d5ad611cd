"""Bulletins, their text, their file, and the closing that issues them."""

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from villagepub.bulletins import document, operations, schemas
from villagepub.core import word
from villagepub.core.permissions import Permission, require
from villagepub.statistics.models import Closing
from villagepub.statistics.schemas import ClosingBody, ClosingSchema
from villagepub.web.files import bytes_response
from villagepub.web.guards import current_actor

blueprint = Blueprint("bulletins", __name__, description="通报")


@blueprint.post("/closings")
@blueprint.arguments(ClosingBody)
@blueprint.response(201, ClosingSchema)
def close_month(body: Mapping[str, Any]) -> Closing:
    """封账：该月从此不变，同时编发通报；之后发现的问题计入发现当月"""
    return operations.close_month(actor=current_actor(), division=body["division"], month=body["month"])


@blueprint.get("/bulletins/<string:division>/<string:month>")
@blueprint.response(200, schemas.BulletinSchema)
@blueprint.doc(**{"x-problems": [422]})
def get_bulletin(division: str, month: str) -> dict[str, Any]:
    """一个乡镇一个月的通报；封账之前是草稿"""
    return operations.read(actor=current_actor(), division=division, month=month)


@blueprint.put("/bulletins/<string:division>/<string:month>")
@blueprint.arguments(schemas.BulletinTextBody)
@blueprint.response(200, schemas.BulletinSchema)
def write_text(body: Mapping[str, Any], division: str, month: str) -> dict[str, Any]:
    """写“存在问题”中对各村的说明和“下一步要求”；封账之后不能再改"""
    return operations.write_text(
        actor=current_actor(),
        division=division,
        month=month,
        remarks={remark["village"]: remark["text"] for remark in body["remarks"]},
        next_steps=body["next_steps"],
    )


@blueprint.get("/exports/bulletin.docx")
@blueprint.arguments(schemas.BulletinQuery, location="query")
@blueprint.response(200, content_type=word.MEDIA_TYPE)
def bulletin_docx(query: Mapping[str, Any]) -> Response:
    """通报，DOCX；版式在 config/bulletins/bulletin.docx，可用 Word 修改"""
    require(current_actor(), Permission.EXPORT, query["division"])
    bulletin = operations.read(actor=current_actor(), **query)
    return bytes_response(document.as_docx(bulletin), f"{bulletin['title']}.docx", word.MEDIA_TYPE)
