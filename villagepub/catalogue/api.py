"""The catalogue."""

from collections.abc import Mapping
from typing import Any

from flask_smorest import Blueprint

from villagepub.accounts import queries as accounts
from villagepub.catalogue import operations, queries, schemas
from villagepub.catalogue.models import CatalogueEntry, ExcusedDuty, LegalBasis
from villagepub.catalogue.publicity import Publicity
from villagepub.core import clock
from villagepub.core.errors import NotFound
from villagepub.core.fields import list_schema
from villagepub.core.permissions import Permission, require
from villagepub.web.guards import current_actor

blueprint = Blueprint("catalogue", __name__, description="公开目录")


@blueprint.get("/catalogue")
@blueprint.arguments(schemas.CatalogueQuery, location="query")
@blueprint.response(200, list_schema(schemas.CatalogueEntrySchema))
def list_entries(query: Mapping[str, Any]) -> dict[str, Any]:
    """一个乡镇的公开目录，依据为今天有效的版本"""
    township = queries.township_of(query["division"])
    offices = {office.id: office for office in accounts.list_offices(township)}
    return {"data": [_shown(entry, offices) for entry in queries.list_entries(township)]}


@blueprint.put("/catalogue/<string:division>/<string:code>/legal-bases/<string:basis_id>")
@blueprint.arguments(schemas.ArticleBody)
@blueprint.response(200, schemas.LegalBasisSchema)
def enter_article(body: Mapping[str, Any], division: str, code: str, basis_id: str) -> LegalBasis:
    """填写依据的条号"""
    actor = current_actor()
    require(actor, Permission.MANAGE_CATALOGUE, division)
    entry = queries.find_entry(division, code)
    basis = next((basis for basis in entry.bases if basis.id == basis_id), None) if entry else None
    if entry is None or basis is None:
        raise NotFound()
    return operations.enter_article(basis, body["article"], actor=actor, entry=entry)


@blueprint.post("/duties/excused")
@blueprint.arguments(schemas.ExcuseBody)
@blueprint.response(201, schemas.ExcusedDutySchema)
def excuse(body: Mapping[str, Any]) -> ExcusedDuty:
    """登记某村某期不适用某一事项，须说明理由"""
    return operations.excuse(
        actor=current_actor(),
        village=body["village"],
        entry_code=body["entry"],
        period=body["period"],
        reason=body["reason"],
    )


def _shown(entry: CatalogueEntry, offices: Mapping[str, Any]) -> dict[str, Any]:
    publicity = Publicity.parse(entry.publicity)
    names = (
        "code",
        "name",
        "group",
        "group_name",
        "frequency",
        "also_summarised",
        "staged",
        "privacy",
        "note",
    )
    return {name: getattr(entry, name) for name in names} | {
        "legal_basis": entry.basis_on(clock.today()),
        "publicity_days": publicity.days,
        "publicity_in_working_days": publicity.working,
        "office": offices[entry.office_id],
    }
