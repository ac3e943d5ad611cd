"""The doors of the ledgers: the same nine for each, made from the table of kinds."""

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from flask import Response, g
from flask_smorest import Blueprint

from villagepub.core import clock
from villagepub.core.fields import DivisionQuery, list_schema, page_schema
from villagepub.core.paging import Page, PageRequest
from villagepub.core.permissions import Permission, own_township, require, scope_of
from villagepub.core.tabular import MEDIA_TYPES
from villagepub.divisions import queries as divisions
from villagepub.ledgers import exports, imports, operations, queries, schemas
from villagepub.ledgers.kinds import DECLARABLE, LEDGERS, Ledger
from villagepub.ledgers.models import Channel, LedgerDeclaration, LedgerRow
from villagepub.web.files import FILE_BODY, bytes_response, file_response, uploaded
from villagepub.web.guards import current_actor
from villagepub.web.later import reading_later

blueprint = Blueprint("ledgers", __name__, description="台账")

_DECLARATIONS = list_schema(schemas.DeclarationSchema)
_EXPORTED = "只含计数的；表头与导入相同，可原样导入。"


@blueprint.get("/channels")
@blueprint.arguments(DivisionQuery, location="query")
@blueprint.response(200, list_schema(schemas.ChannelSchema))
def list_channels(query: Mapping[str, Any]) -> dict[str, list[Channel]]:
    """乡镇的公开渠道清单"""
    township = query["division"] or own_township(current_actor(), Permission.READ_LEDGERS)
    require(current_actor(), Permission.READ_LEDGERS, township)
    return {"data": queries.list_channels(township)}


def _add_reading(ledger: Ledger) -> None:
    """The list, and one row."""
    path, stem = ledger.path, _stem(ledger.name)

    @blueprint.get(path, endpoint=f"list_{stem}")
    @blueprint.arguments(ledger.query, location="query")
    @blueprint.response(200, page_schema(ledger.row))
    @blueprint.doc(summary=f"{ledger.noun}台账", description="按登记先后，含已作废的；voided=false 只列计数的。")
    def list_rows(query: Mapping[str, Any]) -> Page[LedgerRow]:
        division = query["division"]
        prefix = divisions.prefix_of(division) if division else None
        prefixes = scope_of(current_actor(), Permission.READ_LEDGERS, prefix)
        filters = queries.filters_of(ledger, query)
        return queries.list_rows(ledger, prefixes, filters, PageRequest(query["cursor"], query["limit"]))

    @blueprint.get(f"{path}/<string:row_id>", endpoint=f"get_{stem}")
    @blueprint.response(200, ledger.row)
    @blueprint.doc(summary=f"一条{ledger.noun}")
    def get_row(row_id: str) -> LedgerRow:
        row = _row(ledger, row_id)
        require(current_actor(), Permission.READ_LEDGERS, row.township)
        return row


def _add_writing(ledger: Ledger) -> None:
    """Entering, editing and voiding one row."""
    path, stem = ledger.path, _stem(ledger.name)

    @blueprint.post(path, endpoint=f"create_{stem}")
    @blueprint.arguments(ledger.new_body)
    @blueprint.response(201, ledger.row)
    @blueprint.doc(summary=f"登记一条{ledger.noun}")
    def create_row(body: dict[str, Any]) -> tuple[LedgerRow, dict[str, str]]:
        township = body.pop("division") or own_township(current_actor(), Permission.KEEP_LEDGERS)
        row = operations.create_row(ledger, body, actor=current_actor(), township=township)
        return row, {"Location": f"/api/v1{path}/{row.id}"}

    @blueprint.put(f"{path}/<string:row_id>", endpoint=f"edit_{stem}")
    @blueprint.arguments(ledger.body)
    @blueprint.response(200, ledger.row)
    @blueprint.doc(summary=f"修改一条{ledger.noun}", description="全部字段一并提交；已作废的不能修改。")
    def edit_row(body: Mapping[str, Any], row_id: str) -> LedgerRow:
        return operations.edit_row(ledger, _row(ledger, row_id, lock=True), body, actor=current_actor())

    @blueprint.post(f"{path}/<string:row_id>/void", endpoint=f"void_{stem}")
    @blueprint.arguments(schemas.VoidBody)
    @blueprint.response(200, ledger.row)
    @blueprint.doc(summary=f"作废一条{ledger.noun}", description="不删除，只是不再计数；须说明理由。")
    def void_row(body: Mapping[str, Any], row_id: str) -> LedgerRow:
        row = _row(ledger, row_id, lock=True)
        return operations.void_row(ledger, row, body["reason"], actor=current_actor())


def _add_import(ledger: Ledger) -> None:
    path, stem = ledger.path, _stem(ledger.name)
    headers = "、".join(ledger.columns.values())

    @blueprint.post(f"{path}/import", endpoint=f"import_{stem}")
    @blueprint.arguments(schemas.ImportQuery, location="query")
    @blueprint.response(200, schemas.LedgerImportSchema)
    @blueprint.doc(
        summary=f"从 CSV 或 XLSX 文件导入{ledger.noun}",
        description=f"表头：{headers}。dry_run=true 只检查；正式导入时有一行错误就全部不写入（422）。",
        requestBody=FILE_BODY,
    )
    def import_rows(query: Mapping[str, Any]) -> imports.Outcome:
        township = query["division"] or own_township(current_actor(), Permission.KEEP_LEDGERS)
        require(current_actor(), Permission.KEEP_LEDGERS, township)
        (name, data), dry_run = uploaded(), query["dry_run"]
        return imports.import_rows(ledger, name, data, actor=current_actor(), township=township, dry_run=dry_run)


def _add_export(ledger: Ledger, ending: str) -> None:
    @blueprint.get(f"{ledger.path}/export.{ending}", endpoint=f"export_{_stem(ledger.name)}_{ending}")
    @blueprint.arguments(ledger.choice, location="query")
    @blueprint.response(200, content_type=MEDIA_TYPES[ending])
    @blueprint.doc(
        summary=f"把{ledger.noun}导出为 {ending.upper()}",
        description=_EXPORTED,
        **{"x-problems": [413] if ending == "xlsx" else []},
    )
    def export(query: Mapping[str, Any]) -> Response:
        return _exported(ledger, ending, query)


def _add_traced_export(ledger: Ledger, ending: str) -> None:
    """Of rows about people: who took them is noted, and a GET changes nothing."""

    @blueprint.post(f"{ledger.path}/export.{ending}", endpoint=f"export_{_stem(ledger.name)}_{ending}")
    @blueprint.arguments(ledger.choice, location="query")
    @blueprint.arguments(schemas.LedgerExportBody)
    @blueprint.response(200, content_type=MEDIA_TYPES[ending])
    @blueprint.doc(
        summary=f"把{ledger.noun}导出为 {ending.upper()}",
        description=f"{_EXPORTED}涉及个人，导出的人、用途和条数记入审计。",
    )
    def export(query: Mapping[str, Any], body: Mapping[str, Any]) -> Response:
        g.answers_with_a_secret = True
        return _exported(ledger, ending, query, body["purpose"])


def _exported(ledger: Ledger, ending: str, query: Mapping[str, Any], purpose: str | None = None) -> Response:
    township = query["division"] or own_township(current_actor(), Permission.EXPORT)
    filters = queries.filters_of(ledger, query)
    exports.begin(ledger, filters, actor=current_actor(), township=township, ending=ending, purpose=purpose)
    name = f"{divisions.get_division(township).name}{ledger.noun}台账 {clock.today()}.{ending}"
    if ending == "csv":
        return file_response(exports.csv_pieces(ledger, township, filters, reading_later()), name, MEDIA_TYPES[ending])
    return bytes_response(exports.as_xlsx(ledger, township, filters, nullcontext), name, MEDIA_TYPES[ending])


def _add_declarations(ledger: str, noun: str) -> None:
    path, stem = f"/ledgers/{ledger}", _stem(ledger)

    @blueprint.get(f"{path}/declarations", endpoint=f"list_{stem}_declarations")
    @blueprint.arguments(DivisionQuery, location="query")
    @blueprint.response(200, _DECLARATIONS)
    @blueprint.doc(summary=f"{noun}台账哪些年度已填报完毕")
    def list_declarations(query: Mapping[str, Any]) -> dict[str, list[LedgerDeclaration]]:
        division = query["division"]
        prefix = divisions.prefix_of(division) if division else None
        prefixes = scope_of(current_actor(), Permission.READ_LEDGERS, prefix)
        return {"data": queries.list_declarations(ledger, prefixes)}

    @blueprint.post(f"{path}/declarations", endpoint=f"declare_{stem}")
    @blueprint.arguments(schemas.DeclarationBody)
    @blueprint.response(201, schemas.DeclarationSchema)
    @blueprint.doc(summary=f"申报{noun}台账某年度填报完毕", description="此后没有登记即为 0；申报之前为“未填报”。")
    def declare(body: Mapping[str, Any]) -> LedgerDeclaration:
        township = body["division"] or own_township(current_actor(), Permission.KEEP_LEDGERS)
        return operations.declare(ledger, body["year"], actor=current_actor(), township=township)


def _stem(ledger: str) -> str:
    return ledger.replace("-", "_")


def _row(ledger: Ledger, row_id: str, *, lock: bool = False) -> LedgerRow:
    """The row inside the caller's divisions, or 404."""
    return queries.get_row(ledger, row_id, current_actor().prefixes, lock=lock)


for _ledger in LEDGERS.values():
    _add_reading(_ledger)
    _add_writing(_ledger)
    _add_import(_ledger)
    for _ending in MEDIA_TYPES:
        (_add_traced_export if _ledger.names_persons else _add_export)(_ledger, _ending)
for _name, _noun in DECLARABLE.items():
    _add_declarations(_name, _noun)
