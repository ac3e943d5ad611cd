"""Applications as files: taken in from a table, given out as one."""

from typing import Any

from marshmallow import fields

from villagepub.applications import exports, imports, schemas, sheet
from villagepub.core.permissions import Permission, own_township, require
from villagepub.core.tabular import MEDIA_TYPES
from villagepub.imports.kinds import KINDS
from villagepub.ledgers.imports import Outcome
from villagepub.ledgers.schemas import Choice, LedgerExportBody
from villagepub.office.inputs import inputs_of
from villagepub.office.pages.applications import APPLICATIONS
from villagepub.office.pages.frame import BOTH, Answer, blueprint, crumbs, perform
from villagepub.office.pages.importing import Importing, take_in
from villagepub.office.pages.ledger_files import FORMATS
from villagepub.office.screens import Act
from villagepub.web.files import bytes_response
from villagepub.web.guards import current_actor


@blueprint.route(f"{APPLICATIONS}/import", methods=BOTH)
def import_applications() -> Answer:
    actor = current_actor()
    township = own_township(actor, Permission.KEEP_APPLICATIONS)

    def run(name: str, data: bytes, dry_run: bool) -> Outcome:
        return imports.import_applications(name, data, actor=actor, township=township, dry_run=dry_run)

    way = crumbs(APPLICATIONS, ("导入", None))
    return take_in(Importing("导入申请", way, KINDS["applications"], township, APPLICATIONS, run))


@blueprint.route(f"{APPLICATIONS}/export", methods=BOTH)
def export_applications() -> Answer:
    actor = current_actor()
    township = own_township(actor, Permission.READ_APPLICANTS)
    require(actor, Permission.EXPORT, township)
    more: dict[str, fields.Field[Any]] = {
        "format": Choice(FORMATS, required=True),
        "purpose": LedgerExportBody().declared_fields["purpose"],
    }
    schema = schemas.ExportQuery.from_dict(more, name="ApplicationExportForm")(exclude=("division",))
    act = Act(
        "导出依申请公开台账",
        "导出",
        crumbs(APPLICATIONS, ("导出", None)),
        inputs_of(schema, {"format": "格式", "purpose": "用途"}),
        lead="含申请人，导出的人、用途和条数记入审计。",
    )

    def do(body: dict[str, Any]) -> Answer:
        ending = body["format"]
        taken = exports.take(actor=actor, township=township, year=body["year"], ending=ending, purpose=body["purpose"])
        data = sheet.as_xlsx(taken) if ending == "xlsx" else "".join(sheet.as_csv(taken)).encode()
        return bytes_response(data, f"依申请公开.{ending}", MEDIA_TYPES[ending])

    return perform(act, schema, do)
