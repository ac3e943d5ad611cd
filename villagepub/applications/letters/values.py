"""What a template of a letter may name, in its own words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from villagepub.applications.deadline import DueStatus
from villagepub.applications.fees import Basis
from villagepub.applications.letters.capitals import in_capitals
from villagepub.applications.letters.occasions import Occasion, last_of
from villagepub.applications.letters.table import RECEIPT, THIRD_PARTY_NOTICE, WITHHELD, To
from villagepub.applications.models import ApplicationEvent
from villagepub.applications.outcomes import ENDINGS, Outcome
from villagepub.applications.policy import REFUSE
from villagepub.applications.receipt import CHANNELS
from villagepub.applications.workflow import Kind
from villagepub.core import clock
from villagepub.core.prose import day_text, line_of, paragraphs_of

REGULATION = "《中华人民共和国政府信息公开条例》"
REVIEW_FIRST_FROM = date(2024, 1, 1)
"""Since then whoever is refused information asks for reconsideration before suing: 《行政复议法》 art. 23(1)(4)."""
REVIEW_FIRST = frozenset(each for each in Outcome if "r05" <= ENDINGS[each].row <= "r11")
"""Withheld under arts. 14–16, wholly or in part: what art. 23 means by 不予公开 (《行政复议法实施条例》 art. 31)."""

_CHARGED_BY = {Basis.ITEMS: ("按件计收", "件"), Basis.PAGES: ("按量计收", "页")}

Values = dict[str, Any]


@dataclass(frozen=True)
class Office:
    """Who writes. department, telephone: empty when unknown. reviewer: the organ that reconsiders its decisions."""

    publisher: str
    department: str
    telephone: str
    reviewer: str


def values_of(occasion: Occasion, office: Office) -> Values:
    """Every name that the template of the letter may use; days as 2024年3月5日."""
    application, letter = occasion.application, occasion.letter
    values = {
        "机关": line_of(office.publisher),
        "联系": {"科室": line_of(office.department), "电话": line_of(office.telephone)},
        "复议机关": line_of(office.reviewer),
        "申请编号": application.number,
        "事项": line_of(application.subject or ""),
        "收到日期": _day(application.received_on),
        "文号": _number(occasion),
        "日期": day_text(occasion.on),
    }
    own = _OWN.get(letter.key, _of_outcome)
    return values | (_applicant(occasion) if letter.to == To.APPLICANT else _asked(occasion)) | own(occasion)


def _applicant(occasion: Occasion) -> Values:
    application = occasion.application
    return {
        "收件人": line_of(application.applicant_name or ""),
        "称谓": "您" if application.applicant_kind == "natural_person" else "贵单位",
        "提交方式": CHANNELS[application.channel or ""],
        "提交日期": _day(clock.local(application.submitted_at).date() if application.submitted_at else None),
        "申请内容": paragraphs_of(application.content or ""),
    }


def _asked(occasion: Occasion) -> Values:
    """Whoever is asked, or told as a third party, does not learn who applied."""
    asked = _before(occasion, Kind.THIRD_PARTY_ASKED) if occasion.letter.key == THIRD_PARTY_NOTICE else occasion.event
    return {"收件人": line_of(asked.details["party"]) if asked else ""}


def _number(occasion: Occasion) -> str:
    """Of the letter. The number that came with an objection is not that of the notice about it."""
    if occasion.event is None or occasion.letter.key == THIRD_PARTY_NOTICE:
        return ""
    return line_of(occasion.event.details.get("document", ""))


def _correction(occasion: Occasion) -> Values:
    details = _details(occasion)
    return {"补正事项": paragraphs_of(details["request"]), "补正期限": _day_of(details["until"])}


def _notice_to_third_party(occasion: Occasion) -> Values:
    asked = _before(occasion, Kind.THIRD_PARTY_ASKED)
    return {
        "征求日期": _day(asked.on if asked else None),
        "意见日期": _day(occasion.event.on if occasion.event else None),
        "理由": _note(last_of(occasion.application.standing_events, Kind.ANSWERED)),
    }


def _extension(occasion: Occasion) -> Values:
    details = _details(occasion)
    return {
        "延长工作日": details["days"],
        "批准人": line_of(details["approved_by"]),
        "批准日期": _day_of(details["approved_on"]),
    } | _new_due(occasion)


def _reasons(occasion: Occasion) -> Values:
    return {"说明事项": paragraphs_of(_details(occasion)["request"])}


def _delay(occasion: Occasion) -> Values:
    details = _details(occasion)
    return {"原因": paragraphs_of(details["note"]), "答复期限": _day_of(details["until"])}


def _fee(occasion: Occasion) -> Values:
    details = _details(occasion)
    method, unit = _CHARGED_BY[Basis(details["basis"])]
    return {
        "计费方式": method,
        "数量": f"{details['quantity']}{unit}",
        "金额": f"{details['amount']}元",
        "大写": in_capitals(details["amount"]),
        "缴费期限": _last_day(occasion, "fee"),
    }


def _of_outcome(occasion: Occasion) -> Values:
    """Of a letter that ends the matter. 情形: which of its template's cases this is."""
    outcome, details = Outcome(occasion.application.outcome or ""), _details(occasion)
    ground = Outcome(details["ground"]) if "ground" in details else None
    words = WITHHELD if ground else occasion.letter.situations
    return {
        "情形": {word: each == (ground or outcome) for each, word in words.items()},
        "依据": _basis(outcome),
        "其余依据": _basis(ground) if ground else "",
        "说明": [] if outcome == Outcome.DISCLOSED and _was_objected(occasion) else _note(occasion.event),
        "先复议": (ground or outcome) in REVIEW_FIRST and occasion.on >= REVIEW_FIRST_FROM,
    }


def _abandonment(occasion: Occasion) -> Values:
    is_of_fee = occasion.application.outcome == Outcome.ABANDONED_UNPAID
    asked = _before(occasion, Kind.FEE_NOTIFIED if is_of_fee else Kind.CORRECTION_REQUESTED)
    last_day = _last_day(occasion, "fee" if is_of_fee else "correction")
    return _of_outcome(occasion) | {"告知日期": _day(asked.on if asked else None), "期限": last_day}


def _new_due(occasion: Occasion) -> Values:
    """The date as it was when the letter was written, however it moved later."""
    event_id = occasion.event.id if occasion.event else None
    moved = next(each for each in occasion.application.due_changes if each.event_id == event_id)
    return {"答复期限": _day(moved.new_due_on), "暂定": moved.new_status == DueStatus.PROVISIONAL}


def _nothing_more(occasion: Occasion) -> Values:
    return {}


_OWN: Mapping[str, Callable[[Occasion], Values]] = {
    RECEIPT: _new_due,
    "correction_notice": _correction,
    "third_party_inquiry": _nothing_more,
    "agency_inquiry": _nothing_more,
    THIRD_PARTY_NOTICE: _notice_to_third_party,
    "extension_notice": _extension,
    "reasons_request": _reasons,
    "delay_notice": _delay,
    "fee_notice": _fee,
    "abandonment_notice": _abandonment,
}


def _before(occasion: Occasion, kind: Kind) -> ApplicationEvent | None:
    """The last event of the kind that stands before what the letter tells of."""
    end = occasion.event.seq if occasion.event else 0
    return last_of([each for each in occasion.application.standing_events if each.seq < end], kind)


def _details(occasion: Occasion) -> Mapping[str, Any]:
    return occasion.event.details if occasion.event else {}


def _note(event: ApplicationEvent | None) -> list[str]:
    return paragraphs_of(event.details.get("note", "")) if event else []


def _was_objected(occasion: Occasion) -> bool:
    """Then the remark of a disclosure is the reason for it, told to the third party alone."""
    events = occasion.application.standing_events
    return any(each.kind == Kind.THIRD_PARTY_REPLIED and each.details["reply"] == REFUSE for each in events)


def _basis(outcome: Outcome) -> str:
    """What the letter cites; empty where no single article says it."""
    article = ENDINGS[outcome].article
    return article if not article or article.startswith("《") else REGULATION + article


def _last_day(occasion: Occasion, key: str) -> str:
    return next(_day_of(each["due_on"]) for each in occasion.application.side_clocks if each["key"] == key)


def _day_of(iso: str) -> str:
    return day_text(date.fromisoformat(iso))


def _day(day: date | None) -> str:
    return "" if day is None else day_text(day)
