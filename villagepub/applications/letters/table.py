"""Which letters there are, and what each tells of: one literal table.

Sources: 《政府信息公开条例》 arts. 30–39; 《政府信息公开信息处理费管理办法》 (国办函〔2020〕109号).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from villagepub.applications.outcomes import Outcome
from villagepub.applications.workflow import Kind

O, K = Outcome, Kind  # noqa: E741  read as a table


class To(StrEnum):
    APPLICANT = "applicant"
    THIRD_PARTY = "third_party"  # who does not learn who applied
    AGENCY = "agency"  # nor does it


@dataclass(frozen=True)
class Letter:
    """One kind of letter; its template is ``<key>.docx``.

    kinds: the events it tells of; none for the registration.
    situations: the outcomes it is for, each with the name that its template has for it (情形).
    """

    key: str
    title: str
    kinds: tuple[Kind, ...] = ()
    to: To = To.APPLICANT
    situations: Mapping[Outcome, str] = field(default_factory=dict)


RECEIPT = "receipt"
THIRD_PARTY_NOTICE = "third_party_notice"
_ANSWER = "政府信息公开申请答复书"

WITHHELD: Mapping[Outcome, str] = {
    O.STATE_SECRET: "国家秘密",
    O.FORBIDDEN_BY_LAW: "法律行政法规禁止公开",
    O.SECURITY_AND_STABILITY: "三安全一稳定",
    O.THIRD_PARTY_RIGHTS: "第三方合法权益",
    O.INTERNAL_AFFAIRS: "内部事务信息",
    O.PROCESS_INFORMATION: "过程性信息",
    O.ENFORCEMENT_FILE: "行政执法案卷",
    O.SPECIAL_INQUIRY: "行政查询事项",
}
_NOT_AVAILABLE = {
    O.NOT_HELD: "本机关没有",
    O.NOT_RESPONSIBLE: "不属于本机关负责",
    O.NEEDS_MAKING: "需要另行制作",
    O.STILL_UNCLEAR: "补正后仍不明确",
}
_NOT_PROCESSED = {
    O.PETITION: "信访举报投诉",
    O.REPEATED: "重复申请",
    O.PRINTED_PUBLICATION: "公开出版物",
    O.EXCESSIVE: "大量反复申请",
    O.REISSUE: "确认或重新出具",
}
_ABANDONED = {O.ABANDONED_UNCORRECTED: "逾期不补正", O.ABANDONED_UNPAID: "逾期不缴费"}
_DISCLOSED = {O.DISCLOSED: "予以公开"}

LETTERS: Mapping[str, Letter] = {
    letter.key: letter
    for letter in (
        Letter(RECEIPT, "政府信息公开申请登记回执"),
        Letter("correction_notice", "政府信息公开申请补正告知书", (K.CORRECTION_REQUESTED,)),
        Letter("third_party_inquiry", "政府信息公开征求第三方意见书", (K.THIRD_PARTY_ASKED,), To.THIRD_PARTY),
        Letter("agency_inquiry", "政府信息公开征求意见函", (K.AGENCY_ASKED,), To.AGENCY),
        Letter(THIRD_PARTY_NOTICE, "政府信息公开决定告知书", (K.THIRD_PARTY_REPLIED,), To.THIRD_PARTY, _DISCLOSED),
        Letter("extension_notice", "政府信息公开延长答复期限告知书", (K.EXTENDED,)),
        Letter("reasons_request", "政府信息公开申请说明理由通知书", (K.REASONS_REQUESTED,)),
        Letter("delay_notice", "政府信息公开延迟答复告知书", (K.DELAYED,)),
        Letter("fee_notice", "政府信息公开信息处理费收费通知书", (K.FEE_NOTIFIED,)),
        Letter("answer_disclosed", _ANSWER, (K.ANSWERED,), situations=_DISCLOSED),
        Letter("answer_public", _ANSWER, (K.ANSWERED,), situations={O.ALREADY_PUBLIC: "已主动公开"}),
        Letter("answer_partial", _ANSWER, (K.ANSWERED,), situations={O.PARTIAL: "部分公开"}),
        Letter("answer_withheld", _ANSWER, (K.ANSWERED,), situations=WITHHELD),
        Letter("answer_not_available", _ANSWER, (K.ANSWERED,), situations=_NOT_AVAILABLE),
        Letter("answer_not_processed", _ANSWER, (K.ANSWERED,), situations=_NOT_PROCESSED),
        Letter("answer_other", _ANSWER, (K.ANSWERED,), situations={O.OTHER: "其他处理"}),
        Letter(
            "abandonment_notice",
            "政府信息公开申请不再处理告知书",
            (K.NOT_CORRECTED, K.FEE_UNPAID),
            situations=_ABANDONED,
        ),
        Letter(
            "withdrawal_notice", "政府信息公开申请终止办理告知书", (K.WITHDRAWN,), situations={O.WITHDRAWN: "撤回申请"}
        ),
    )
}

EXPLAINED: Mapping[Outcome, str] = {
    O.ALREADY_PUBLIC: "获取该信息的方式、途径",
    O.FORBIDDEN_BY_LAW: "禁止公开的法律、行政法规及其条款",
    O.SPECIAL_INQUIRY: "作出特别规定的法律、行政法规和查询的途径",
    O.NOT_RESPONSIBLE: "不属于本机关负责公开的理由，能确定的还有负责机关的名称和联系方式",
    O.OTHER: "处理的情况",
}
"""Outcomes that the law wants told with more than an article (arts. 14, 36), and what: the event's ``note``."""


def letter_of_outcome(outcome: Outcome) -> Letter:
    """The one that tells the applicant of the outcome."""
    return next(each for each in LETTERS.values() if outcome in each.situations and each.to == To.APPLICANT)
