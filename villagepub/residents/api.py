"""Residencies, consents and personal data: for the person, and residencies for the village's staff."""

from collections.abc import Mapping
from typing import Any

from flask import g
from flask_smorest import Blueprint

from villagepub.accounts import queries as accounts
from villagepub.accounts import sessions, throttle
from villagepub.core import tenancy
from villagepub.core.errors import Invalid, Problem, TooManyAttempts, WeChatSignInNeeded
from villagepub.core.fields import list_schema, page_schema
from villagepub.core.paging import Page, PageRequest
from villagepub.core.permissions import Permission, scope_of
from villagepub.core.transactions import transaction
from villagepub.divisions import queries as divisions
from villagepub.extensions import settings, wechat
from villagepub.residents import operations, personal, queries, schemas
from villagepub.residents.models import Consent, Residency
from villagepub.residents.states import Channel, Purpose
from villagepub.residents.texts import current_texts
from villagepub.web.arguments import expected
from villagepub.web.guards import current_actor, current_token, prepared_by
from villagepub.web.wechat import problem_of
from villagepub.wechat.errors import WeChatError

blueprint = Blueprint("residents", __name__, description="村民与个人信息")

Json = dict[str, Any]
CODE_REFUSED = "手机号凭证无效、已过期或已用过，请再点一次按钮。"


@blueprint.get("/me/residencies")
@blueprint.response(200, list_schema(schemas.ResidencySchema))
def list_my_residencies() -> Json:
    """我申请过的村民身份，最新的在前"""
    return {"data": queries.list_residencies_of(_me())}


@blueprint.post("/me/residencies")
@blueprint.arguments(schemas.ResidencyBody)
@blueprint.response(201, schemas.ResidencySchema)
def request_residency(body: Mapping[str, Any]) -> Residency:
    """申请确认为某村村民

    须先同意村民身份核实的说明（POST /me/consents）。由该村的村务公开专人或乡镇管理员核实；确认后可以看到只对本村村民
    公开的信息。
    """
    return operations.request_residency(body["village"], body["name"], body["remark"], actor=current_actor())


@blueprint.post("/me/residencies/<string:residency_id>/end")
@blueprint.response(200, schemas.ResidencySchema)
def end_residency(residency_id: str) -> Residency:
    """撤回申请，或不再作为该村村民"""
    return operations.end(queries.get_own_residency(residency_id, _me()), actor=current_actor())


@blueprint.get("/residents")
@blueprint.arguments(schemas.ResidentQuery, location="query")
@blueprint.response(200, page_schema(schemas.ResidencySchema))
def list_residents(query: Mapping[str, Any]) -> Page[Residency]:
    """向本村提出的申请和已确认的村民，最新的在前"""
    prefix = divisions.prefix_of(query["village"]) if query["village"] else None
    prefixes = scope_of(current_actor(), Permission.KEEP_RESIDENTS, prefix)
    return queries.list_residencies(prefixes, query["state"], PageRequest(query["cursor"], query["limit"]))


@blueprint.post("/residencies/<string:residency_id>/confirm")
@blueprint.response(200, schemas.ResidencySchema)
def confirm_residency(residency_id: str) -> Residency:
    """确认是本村村民；须本人的同意仍然有效，不能确认自己"""
    return operations.confirm(_of_the_village(residency_id), actor=current_actor())


@blueprint.post("/residencies/<string:residency_id>/decline")
@blueprint.arguments(schemas.ResidencyReasonBody)
@blueprint.response(200, schemas.ResidencySchema)
def decline_residency(body: Mapping[str, Any], residency_id: str) -> Residency:
    """不予确认，本人看到理由"""
    return operations.decline(_of_the_village(residency_id), actor=current_actor(), reason=body["reason"])


@blueprint.post("/residencies/<string:residency_id>/end")
@blueprint.arguments(schemas.ResidencyReasonBody)
@blueprint.response(200, schemas.ResidencySchema)
def end_residency_by_village(body: Mapping[str, Any], residency_id: str) -> Residency:
    """终止已确认的村民身份：迁出，或确认有误；本人看到理由"""
    return operations.end_by_village(_of_the_village(residency_id), actor=current_actor(), reason=body["reason"])


@blueprint.get("/me/consents")
@blueprint.response(200, schemas.ConsentsSchema)
def list_my_consents() -> Json:
    """我给过的同意，以及现行的说明"""
    return {"data": queries.list_consents_of(_me()), "texts": current_texts(settings.consents_dir)}


@blueprint.post("/me/consents")
@blueprint.arguments(schemas.ConsentBody)
@blueprint.response(201, schemas.ConsentSchema)
def give_consent(body: Mapping[str, Any]) -> Consent:
    """同意一项处理：用途和所读说明的版本"""
    purpose, channel = Purpose(body["purpose"]), Channel(body["channel"])
    return operations.give_consent(purpose, body["version"], channel, actor=current_actor())


@blueprint.post("/me/consents/<string:consent_id>/withdraw")
@blueprint.response(200, schemas.ConsentSchema)
def withdraw_consent(consent_id: str) -> Consent:
    """撤回同意：以它为前提的村民身份随即结束，手机号随即删除"""
    return operations.withdraw_consent(queries.get_own_consent(consent_id, _me()), actor=current_actor())


def _ask_for_number() -> None:
    """The number behind the code, before the transaction begins. A refusal waits: this may be a repeated request."""
    body = expected(schemas.PhoneBody)
    if body is None:
        return
    with transaction(tenancy.SIGN_IN):
        person_id = str(sessions.authenticate(current_token()).person_id)
        openid = accounts.find_openid(person_id)
        wait = throttle.count_call("phone number", person_id)
    if wait is not None:
        raise TooManyAttempts(f"提交太频繁，请 {wait} 秒后再试。", retry_after=wait)
    if openid is None:
        g.number = WeChatSignInNeeded("提供手机号须先用微信登录。请在小程序里打开后再试。")
        return
    try:
        g.number = wechat.phone_number(body["code"], openid)
    except WeChatError as error:
        g.number = problem_of(error, Invalid(errors={"code": [CODE_REFUSED]}))


@blueprint.post("/me/phone")
@prepared_by(_ask_for_number)
@blueprint.arguments(schemas.PhoneBody)
@blueprint.response(200, schemas.MyPhoneSchema)
@blueprint.doc(**{"x-problems": [429]})
def keep_phone(body: Mapping[str, Any]) -> Json:
    """提供手机号（自愿）：凭 getPhoneNumber 按钮的 code

    点按钮即同意按钮旁的说明（purpose 为 phone）；加密保存，只显示后四位。
    """
    if isinstance(g.number, Problem):
        raise g.number
    kept = operations.keep_telephone(g.number.number, g.number.country_code, actor=current_actor())
    return {"phone": kept}


@blueprint.get("/me/phone")
@blueprint.response(200, schemas.MyPhoneSchema)
def show_phone() -> Json:
    """我提供的手机号，只显示后四位；没有提供过是 null"""
    return {"phone": queries.find_telephone(_me())}


@blueprint.get("/me/data")
@blueprint.response(200)
def tell_my_data() -> Json:
    """本站保存的关于我的全部个人信息（个人信息保护法第四十五条）"""
    return personal.tell(actor=current_actor())


@blueprint.post("/me/erase")
@blueprint.arguments(schemas.EraseBody)
@blueprint.response(200, schemas.ErasedSchema)
def erase_my_data(body: Mapping[str, Any]) -> Json:
    """抹去我的个人信息（个人信息保护法第四十七条），不能恢复

    全部登录随即结束。依法须保存的留下，答复中列明。担任岗位的须先办理交接。
    """
    g.answers_with_a_secret = True
    return personal.erase(actor=current_actor())


def _me() -> str:
    return str(current_actor().person_id)


def _of_the_village(residency_id: str) -> Residency:
    return queries.get_residency(residency_id, current_actor().prefixes)
