"""What the annual form asks of the ledgers besides channels and complaints: parts two and four, and supervision."""

from dataclasses import dataclass
from decimal import Decimal

from villagepub.ledgers.queries import Backing, Figure

DOCUMENT_KINDS = {"regulation": "规章", "normative_document": "行政规范性文件"}
ACT_KINDS = {"licence": "行政许可", "penalty": "行政处罚", "coercion": "行政强制", "fee": "行政事业性收费"}
DISPUTE_KINDS = {
    "reconsideration": "行政复议",
    "direct_suit": "行政诉讼/未经复议直接起诉",
    "suit_after_reconsideration": "行政诉讼/复议后起诉",
}
DISPUTE_OUTCOMES = {"upheld": "结果维持", "corrected": "结果纠正", "other": "其他结果", "pending": "尚未审结"}
RESULT_KINDS = {"assessment": "工作考核", "social_review": "社会评议", "liability": "责任追究"}


@dataclass(frozen=True)
class DocumentFigures:
    """One kind of document in a year. in_force: on the year's last day."""

    issued: Figure
    repealed: Figure
    in_force: Figure


@dataclass(frozen=True)
class Money:
    """An amount in 万元, None while it is not entered, and the rows behind it."""

    value: Decimal | None
    backing: tuple[Backing, ...]


def count_documents(township: str, year: int) -> dict[str, DocumentFigures]:
    """For each of DOCUMENT_KINDS."""
    none = Figure(None, (Backing("documents", 0),))
    return {kind: DocumentFigures(none, none, none) for kind in DOCUMENT_KINDS}


def count_acts(township: str, year: int) -> dict[str, Figure | Money]:
    """For each of ACT_KINDS: decisions in the year; for ``fee`` the amount charged, in 万元."""
    none = (Backing("administrative-acts", 0),)
    return {kind: Money(None, none) if kind == "fee" else Figure(None, none) for kind in ACT_KINDS}


def count_disputes(township: str, year: int) -> dict[tuple[str, str], Figure]:
    """For each of DISPUTE_KINDS × DISPUTE_OUTCOMES: concluded in the year, or pending on its last day."""
    none = Figure(None, (Backing("reconsiderations", 0),))
    return {(kind, outcome): none for kind in DISPUTE_KINDS for outcome in DISPUTE_OUTCOMES}


def count_results(township: str, year: int) -> dict[str, Figure]:
    """For each of RESULT_KINDS: how many rows of the accountability ledger fall in the year (条例 art. 50(四))."""
    none = Figure(None, (Backing("accountability", 0),))
    return dict.fromkeys(RESULT_KINDS, none)


def count_inspections(township: str, year: int) -> tuple[Figure, Figure]:
    """Findings of inspections received in the year, and how many of those are put right by now."""
    none = Figure(None, (Backing("inspections", 0),))
    return none, none
