"""Taking published items away, for staff; the public has a door of its own."""

from collections.abc import Mapping
from typing import Any

from flask_smorest import Blueprint

from villagepub.disclosures import queries as disclosures
from villagepub.disclosures.models import Disclosure
from villagepub.disclosures.schemas import DisclosureSchema
from villagepub.publishing import operations
from villagepub.publishing.schemas import ReasonBody
from villagepub.web.guards import current_actor

blueprint = Blueprint("publishing", __name__, description="撤回与暂停")


def _locked(disclosure_id: str) -> Disclosure:
    return disclosures.get_disclosure(disclosure_id, current_actor().prefixes, lock=True)


@blueprint.post("/disclosures/<string:disclosure_id>/withdraw")
@blueprint.arguments(ReasonBody)
@blueprint.response(200, DisclosureSchema)
def withdraw(body: Mapping[str, Any], disclosure_id: str) -> Disclosure:
    """撤回：公众看到撤回的时间和理由"""
    return operations.withdraw(_locked(disclosure_id), actor=current_actor(), reason=body["reason"])


@blueprint.post("/disclosures/<string:disclosure_id>/suspend")
@blueprint.arguments(ReasonBody)
@blueprint.response(200, DisclosureSchema)
def suspend(body: Mapping[str, Any], disclosure_id: str) -> Disclosure:
    """暂停公开：立即隐藏，仍计数，由主要领导恢复或撤回"""
    return operations.suspend(_locked(disclosure_id), actor=current_actor(), reason=body["reason"])


@blueprint.post("/disclosures/<string:disclosure_id>/release")
@blueprint.arguments(ReasonBody)
@blueprint.response(200, DisclosureSchema)
def release(body: Mapping[str, Any], disclosure_id: str) -> Disclosure:
    """恢复公开"""
    return operations.release(_locked(disclosure_id), actor=current_actor(), reason=body["reason"])
