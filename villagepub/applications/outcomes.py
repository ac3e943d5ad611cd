"""What an application can end with: one literal table. The row of the annual form follows from the article cited.

Sources: 《政府信息公开条例》 arts. 14–16, 30, 32, 35–39; the form of 国办公开办函〔2021〕30号, part three. 「部分公开」
counts in its own row alone, whatever the other part was withheld for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from villagepub.applications.workflow import Kind


class Outcome(StrEnum):
    ALREADY_PUBLIC = "already_public"
    DISCLOSED = "disclosed"
    PARTIAL = "partial"
    STATE_SECRET = "state_secret"  # noqa: S105  a word
    FORBIDDEN_BY_LAW = "forbidden_by_law"
    SECURITY_AND_STABILITY = "security_and_stability"
    THIRD_PARTY_RIGHTS = "third_party_rights"
    INTERNAL_AFFAIRS = "internal_affairs"
    PROCESS_INFORMATION = "process_information"
    ENFORCEMENT_FILE = "enforcement_file"
    SPECIAL_INQUIRY = "special_inquiry"
    NOT_HELD = "not_held"
    NOT_RESPONSIBLE = "not_responsible"
    NEEDS_MAKING = "needs_making"
    STILL_UNCLEAR = "still_unclear"
    PETITION = "petition"
    REPEATED = "repeated"
    PRINTED_PUBLICATION = "printed_publication"
    EXCESSIVE = "excessive"
    REISSUE = "reissue"
    ABANDONED_UNCORRECTED = "abandoned_uncorrected"
    ABANDONED_UNPAID = "abandoned_unpaid"
    WITHDRAWN = "withdrawn"
    OTHER = "other"


@dataclass(frozen=True)
class Ending:
    """One outcome.

    article: of the regulation, as a letter cites it; empty where no single one says so.
    row: of part three of the form.
    is_discretionary: the agency *may* withhold (art. 16), and any law that demands publication comes before it.
    after: the event that must have come before it.
    by: the event that ends with it; an answer unless the applicant let it go.
    """

    label: str
    article: str
    row: str
    is_discretionary: bool = False
    after: Kind | None = None
    by: Kind = Kind.ANSWERED


O, K = Outcome, Kind  # noqa: E741  read as a table

ENDINGS: Mapping[Outcome, Ending] = {
    O.ALREADY_PUBLIC: Ending("已主动公开，告知获取方式和途径", "第三十六条第（一）项", "r03"),
    O.DISCLOSED: Ending("予以公开", "第三十六条第（二）项", "r03"),
    O.PARTIAL: Ending("部分公开", "第三十七条", "r04"),
    O.STATE_SECRET: Ending("不予公开：属于国家秘密", "第十四条", "r05"),
    O.FORBIDDEN_BY_LAW: Ending("不予公开：其他法律行政法规禁止公开", "第十四条", "r06"),
    O.SECURITY_AND_STABILITY: Ending("不予公开：危及“三安全一稳定”", "第十四条", "r07"),
    O.THIRD_PARTY_RIGHTS: Ending(
        "不予公开：保护第三方合法权益", "第十五条、第三十二条", "r08", after=K.THIRD_PARTY_REPLIED
    ),
    O.INTERNAL_AFFAIRS: Ending("不予公开：属于三类内部事务信息", "第十六条第一款", "r09", is_discretionary=True),
    O.PROCESS_INFORMATION: Ending("不予公开：属于四类过程性信息", "第十六条第二款", "r10", is_discretionary=True),
    O.ENFORCEMENT_FILE: Ending("不予公开：属于行政执法案卷", "第十六条第二款", "r11", is_discretionary=True),
    O.SPECIAL_INQUIRY: Ending("不予公开：属于行政查询事项", "第三十六条第（七）项", "r12"),
    O.NOT_HELD: Ending("无法提供：本机关没有该信息", "第三十六条第（四）项", "r13"),
    O.NOT_RESPONSIBLE: Ending("无法提供：不属于本机关负责公开", "第三十六条第（五）项", "r13"),
    O.NEEDS_MAKING: Ending("无法提供：没有现成信息需要另行制作", "第三十八条", "r14"),
    O.STILL_UNCLEAR: Ending("无法提供：补正后申请内容仍不明确", "第三十条", "r15", after=K.CORRECTED),
    O.PETITION: Ending("不予处理：信访举报投诉类申请", "第三十九条第一款", "r16"),
    O.REPEATED: Ending("不予处理：重复申请", "第三十六条第（六）项", "r17"),
    O.PRINTED_PUBLICATION: Ending("不予处理：要求提供公开出版物", "第三十九条第二款", "r18"),
    O.EXCESSIVE: Ending("不予处理：无正当理由大量反复申请", "第三十五条", "r19", after=K.REASONS_REQUESTED),
    O.REISSUE: Ending("不予处理：要求行政机关确认或重新出具已获取信息", "", "r20"),
    O.ABANDONED_UNCORRECTED: Ending("无正当理由逾期不补正，不再处理", "第三十条", "r21", by=K.NOT_CORRECTED),
    O.ABANDONED_UNPAID: Ending(
        "逾期未按收费通知缴费，不再处理", "《政府信息公开信息处理费管理办法》", "r22", by=K.FEE_UNPAID
    ),
    O.WITHDRAWN: Ending("申请人撤回申请", "", "r23", by=K.WITHDRAWN),
    O.OTHER: Ending("其他处理", "", "r23"),
}

GROUNDS = tuple(key for key, ending in ENDINGS.items() if "r05" <= ending.row <= "r12")
"""What a part of the information may be withheld for."""

ROWS = tuple(f"r{number:02}" for number in range(1, 26))
CLOSING_ROWS = ROWS[2:23]


def outcomes_of(row: str) -> list[Outcome]:
    """The outcomes that count in a row of the form."""
    return [key for key, ending in ENDINGS.items() if ending.row == row]


def outcome_by(kind: Kind, outcome: str | None) -> Outcome | None:
    """What an event ends with: an answer says so itself. None for one that ends nothing."""
    if kind == Kind.ANSWERED and outcome is not None:
        return Outcome(outcome)
    return next((key for key, ending in ENDINGS.items() if ending.by == kind != Kind.ANSWERED), None)
