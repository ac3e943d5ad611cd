"""Findings and what people say of them, incidents, words, and screening again."""

from collections.abc import Mapping
from typing import Any

from flask import Response, g
from flask_smorest import Blueprint

from villagepub.clearance import incidents, operations, queries, rounds, schemas, words
from villagepub.clearance.models import Incident, KnownFinding, ScreeningWord
from villagepub.core import transactions
from villagepub.core.errors import SecretMark
from villagepub.core.fields import page_schema
from villagepub.core.paging import Page, PageRequest
from villagepub.core.permissions import Permission, require, scope_of
from villagepub.disclosures import queries as disclosures
from villagepub.disclosures.models import Disclosure
from villagepub.divisions import queries as divisions
from villagepub.jobs.models import Job
from villagepub.jobs.schemas import JobSchema
from villagepub.web import problems
from villagepub.web.guards import current_actor

blueprint = Blueprint("clearance", __name__, description="筛查")


@blueprint.app_errorhandler(SecretMark)
def keep_incident(problem: SecretMark) -> Response:
    """Nothing that came with the request is stored; that it came, is."""
    transactions.rollback()
    incidents.record(problem.event, actor=current_actor())
    response = problems.respond(problem)
    g.claimed_answer = None  # its row went with the rest
    return response


@blueprint.post("/disclosures/<string:disclosure_id>/screen")
@blueprint.response(200, schemas.FindingsSchema)
def screen(disclosure_id: str) -> dict[str, list[KnownFinding]]:
    """按现行规则筛查，给出须处理的地方"""
    disclosure = _locked(disclosure_id)
    rounds.screen_now(disclosure, actor=current_actor())
    return {"findings": queries.list_findings(disclosure.id)}


@blueprint.post("/disclosures/<string:disclosure_id>/findings/<string:finding_id>/appeal")
@blueprint.arguments(schemas.FindingReasonBody)
@blueprint.response(200, schemas.FindingSchema)
def appeal(body: Mapping[str, Any], disclosure_id: str, finding_id: str) -> KnownFinding:
    """申诉误报：转保密专干答复；密级标志不能申诉"""
    return operations.appeal(_locked(disclosure_id), finding_id, actor=current_actor(), reason=body["reason"])


@blueprint.post("/disclosures/<string:disclosure_id>/findings/<string:finding_id>/overrule")
@blueprint.arguments(schemas.FindingReasonBody)
@blueprint.response(200, schemas.FindingSchema)
def overrule(body: Mapping[str, Any], disclosure_id: str, finding_id: str) -> KnownFinding:
    """放行一处误报（保密专干）：这一处文字不变就一直有效；密级标志不能放行"""
    return operations.overrule(_locked(disclosure_id), finding_id, actor=current_actor(), reason=body["reason"])


@blueprint.post("/disclosures/<string:disclosure_id>/findings/<string:finding_id>/uphold")
@blueprint.arguments(schemas.FindingReasonBody)
@blueprint.response(200, schemas.FindingSchema)
def uphold(body: Mapping[str, Any], disclosure_id: str, finding_id: str) -> KnownFinding:
    """维持一处提示（保密专干）：须改正后再提交"""
    return operations.uphold(_locked(disclosure_id), finding_id, actor=current_actor(), reason=body["reason"])


@blueprint.get("/findings")
@blueprint.arguments(schemas.FindingQuery, location="query")
@blueprint.response(200, page_schema(schemas.ListedFindingSchema))
def list_findings(query: Mapping[str, Any]) -> Page[KnownFinding]:
    """还须处理的提示，最新的在前；appealed=true 是等待答复的申诉"""
    prefixes = scope_of(current_actor(), Permission.READ_FINDINGS, _prefix(query["division"]))
    filters = queries.Filters(is_appealed=query["appealed"], severity=query["severity"])
    return queries.list_open_findings(prefixes, filters, PageRequest(query["cursor"], query["limit"]))


@blueprint.get("/screening/words")
@blueprint.arguments(schemas.WordQuery, location="query")
@blueprint.response(200, page_schema(schemas.WordSchema))
def list_words(query: Mapping[str, Any]) -> Page[ScreeningWord]:
    """本乡镇添加的词，最新的在前，含已停用的"""
    prefixes = scope_of(current_actor(), Permission.READ_FINDINGS, _prefix(query["division"]))
    return queries.list_words(prefixes, PageRequest(query["cursor"], query["limit"]))


@blueprint.post("/screening/words")
@blueprint.arguments(schemas.NewWordBody)
@blueprint.response(201, schemas.WordSchema)
def add_word(body: dict[str, Any]) -> ScreeningWord:
    """添加一个词：立即生效，已公开的随后重新筛查"""
    township = divisions.get_township(body.pop("division")).code
    return words.add(actor=current_actor(), township=township, **body)


@blueprint.post("/screening/words/<string:word_id>/remove")
@blueprint.arguments(schemas.FindingReasonBody)
@blueprint.response(200, schemas.WordSchema)
def remove_word(body: Mapping[str, Any], word_id: str) -> ScreeningWord:
    """停用一个词"""
    word = queries.get_word(word_id, current_actor().prefixes, lock=True)
    return words.remove(word, actor=current_actor(), reason=body["reason"])


@blueprint.post("/screening/runs")
@blueprint.arguments(schemas.RunBody)
@blueprint.response(202, JobSchema)
def run_again(body: Mapping[str, Any]) -> Job:
    """按现行规则重新筛查审批中和已公开的信息，作为后台任务"""
    township = divisions.get_township(body["division"]).code
    require(current_actor(), Permission.MANAGE_SCREENING, township)
    return rounds.queue_round(township, actor=current_actor())


@blueprint.get("/incidents")
@blueprint.arguments(schemas.IncidentQuery, location="query")
@blueprint.response(200, page_schema(schemas.IncidentSchema))
def list_incidents(query: Mapping[str, Any]) -> Page[Incident]:
    """拦截到密级标志的事件，最新的在前"""
    prefixes = scope_of(current_actor(), Permission.READ_INCIDENTS, _prefix(query["division"]))
    page = PageRequest(query["cursor"], query["limit"])
    return queries.list_incidents(prefixes, page, is_handled=query["handled"])


@blueprint.post("/incidents/<string:incident_id>/handle")
@blueprint.arguments(schemas.HandlingBody)
@blueprint.response(200, schemas.IncidentSchema)
def handle_incident(body: Mapping[str, Any], incident_id: str) -> Incident:
    """登记事件的处置情况（保密专干）"""
    incident = queries.get_incident(incident_id, current_actor().prefixes, lock=True)
    return incidents.handle(incident, actor=current_actor(), handling=body["handling"])


def _locked(disclosure_id: str) -> Disclosure:
    return disclosures.get_disclosure(disclosure_id, current_actor().prefixes, lock=True)


def _prefix(division: str | None) -> str | None:
    return divisions.prefix_of(division) if division else None
