"""A ledger's files: taking many rows in after a trial, and taking them away."""

from contextlib import nullcontext
from typing import Any

from marshmallow import fields

from villagepub.core import clock
from villagepub.core.fields import Shape
from villagepub.core.permissions import Permission, own_township, require
from villagepub.core.tabular import MEDIA_TYPES
from villagepub.divisions import queries as divisions
from villagepub.imports.kinds import KINDS
from villagepub.ledgers import exports, imports, queries
from villagepub.ledgers.kinds import Ledger
from villagepub.ledgers.schemas import Choice, LedgerExportBody
from villagepub.office.inputs import Input, inputs_of
from villagepub.office.pages.frame import BOTH, Answer, blueprint, perform
from villagepub.office.pages.importing import Importing, take_in
from villagepub.office.pages.ledgers import CHOSEN, LEDGER_LIST, ONE, ledger_crumbs, ledger_of, options_of
from villagepub.office.screens import Act, Table
from villagepub.web.files import bytes_response, file_response
from villagepub.web.guards import current_actor
from villagepub.web.later import reading_later

FORMATS = {"xlsx": "XLSX（Excel）", "csv": "CSV"}
WRITTEN = {
    "day": "日期，如 2023-11-06",
    "moment": "日期和时间，如 2023-11-06 10:30",
    "number": "整数",
    "amount": "数字，如 12.5",
}
"""How a cell is written, by the kind of field that a form has for it."""


@blueprint.route(f"{ONE}/import", methods=BOTH)
def import_rows(kind: str) -> Answer:
    actor, found = current_actor(), ledger_of(kind)
    township = own_township(actor, Permission.KEEP_LEDGERS)

    def run(name: str, data: bytes, dry_run: bool) -> imports.Outcome:
        return imports.import_rows(found, name, data, actor=actor, township=township, dry_run=dry_run)

    importing = Importing(
        title=f"导入{found.noun}",
        crumbs=ledger_crumbs(found, ("导入", None)),
        kind=KINDS[kind],
        township=township,
        home=f"{LEDGER_LIST}/{kind}",
        run=run,
        blank=f"{LEDGER_LIST}/{kind}/blank.xlsx",
        help=_help(found, township),
    )
    return take_in(importing)


def _help(found: Ledger, township: str) -> Table:
    inputs = inputs_of(found.body(), options=options_of(found, township))
    rows = [(each.label, "选填" if each.may_be_blank else "必填", _written(each)) for each in inputs]
    return Table("columns", "各列", ["表头", "是否必填", "写法"], rows)


def _written(each: Input) -> str:
    chosen = "、".join(words for _, words in each.options)
    return "；".join(filter(None, (chosen or WRITTEN.get(each.kind), each.hint))) or "文字"


@blueprint.get(f"{ONE}/blank.xlsx")
def blank_rows(kind: str) -> Answer:
    found = ledger_of(kind)
    own_township(current_actor(), Permission.KEEP_LEDGERS)
    return bytes_response(exports.as_blank_xlsx(found), f"{found.noun}台账 空白表.xlsx", MEDIA_TYPES["xlsx"])


@blueprint.route(f"{ONE}/export", methods=BOTH)
def export_rows(kind: str) -> Answer:
    actor, found = current_actor(), ledger_of(kind)
    township = own_township(actor, Permission.READ_LEDGERS)
    require(actor, Permission.EXPORT, township)
    schema = _export_form(found)
    labels = CHOSEN | {"format": "格式", "purpose": "用途"}
    if found.key:
        labels |= {found.key: found.columns[found.key]}
    act = Act(
        f"导出{found.noun}台账",
        "导出",
        ledger_crumbs(found, ("导出", None)),
        inputs_of(
            schema,
            labels,
            options=options_of(found, township),
            skip=("division",),
            hints=dict.fromkeys(CHOSEN, ""),
            empty="不限",
        ),
        lead="只含计数的；表头与导入相同，可原样导入。"
        + ("涉及个人，导出的人、用途和条数记入审计。" if found.names_persons else ""),
        values={"format": "xlsx"},
    )

    def do(body: dict[str, Any]) -> Answer:
        return _file(found, township, body)

    return perform(act, schema, do)


def _export_form(found: Ledger) -> Shape:
    """What an export takes, the format, and of rows about people the purpose."""
    more: dict[str, fields.Field[Any]] = {"format": Choice(FORMATS, required=True)}
    if found.names_persons:
        more["purpose"] = LedgerExportBody().declared_fields["purpose"]
    return found.choice.from_dict(more, name=f"{found.model.__name__}ExportForm")()  # type: ignore[return-value]


def _file(found: Ledger, township: str, body: dict[str, Any]) -> Answer:
    ending, filters = body["format"], queries.filters_of(found, body)
    exports.begin(found, filters, actor=current_actor(), township=township, ending=ending, purpose=body.get("purpose"))
    name = f"{divisions.get_division(township).name}{found.noun}台账 {clock.today()}.{ending}"
    if ending == "csv":
        return file_response(exports.csv_pieces(found, township, filters, reading_later()), name, MEDIA_TYPES["csv"])
    return bytes_response(exports.as_xlsx(found, township, filters, nullcontext), name, MEDIA_TYPES["xlsx"])
