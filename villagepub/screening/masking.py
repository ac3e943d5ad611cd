"""What is shown, and what is written, instead of a value.

No national pattern was found; these are the usual ones: an identity number keeps six and four
digits, a telephone three and four, a card the last four.
"""

import re
from collections.abc import Iterator, Sequence

from villagepub.screening.findings import Finding, Hit, Kind

_LEFT_OUT = "（略）"
_SHOWN_AT_MOST = 12
_TAG = re.compile(r"<[/!]?[A-Za-z][^<>]*>")
_HOUSE = re.compile("[0-9一二三四五六七八九十百零〇A-Za-z#-]+(?=[ ]?(?:号|栋|幢|座|室|单元|户|门|楼|#|$))")

_REASONS: dict[Kind, str] = {
    "id_card": "这是公民身份号码（或含有它的残疾人证号、学籍号），不得公开；确需区分同名的人，可只留末四位。",
    "mobile": "这是手机号码，属于个人信息，不得公开；公开的办公电话请由管理员列入允许名单。",
    "landline": "这是固定电话号码，不在办公电话名单中；如属办公电话，请由管理员列入允许名单。",
    "bank_card": "这是银行卡号，不得公开；发放名单只需姓名和金额。",
    "email": "这是个人电子邮箱，属于个人信息；公开的办公邮箱请由管理员列入允许名单。",
    "plate": "这是机动车号牌，能识别到个人，请遮盖或删去。",
    "passport": "这是护照或通行证号码，不得公开。",
    "address": "这里写明了某人住所的门牌，请只写到村民小组。",
    "health": "这里把某人与其疾病、残疾情况写在一起，属于敏感个人信息，请删去病情。",
    "minor": "这里能识别到某个未成年人，属于敏感个人信息，只能公开数量，请删去姓名或此项内容。",
    "hardship": "这里写出了某人的不愿人知的家庭或个人情况，请删去，只写救助类别和金额。",
    "secret_mark": "这里有内部文件的标志（工作秘密、内部资料、不予公开等），请先由保密专干核实，未经核实不得公开。",
    "work_secret": "这里有内部公文常见的字样，请核实是否可以公开，并写明理由。",
}
_REASON_CLASSIFIED = "这里有国家秘密的密级标志。本系统不得存储、处理涉密信息，请立即停止上传并报告保密专干。"
_REASON_CHILDS = "这是未成年人的公民身份号码，属于敏感个人信息，不得公开，请整项删去。"


def reason_for(hit: Hit) -> str:
    """Why a hit may not be published and what to do, in Chinese."""
    if hit.is_classified:
        return _REASON_CLASSIFIED
    return _REASON_CHILDS if hit.is_childs else _REASONS[hit.kind]


def excerpt_of(hit: Hit, mask: str | None) -> str:
    """Enough of a hit to recognise it on the page, too little to learn it."""
    return mask if mask is not None and mask != _LEFT_OUT else _first_alone(hit.value)


def suggestion_for(mask: str | None, stored: str) -> str | None:
    """What to write instead of a stored passage of HTML; None for marks, which no masking cures.

    Tags inside the passage stay, after the mask, so that what was opened is still closed.
    """
    return mask + "".join(_TAG.findall(stored)) if mask is not None and "<" in stored else mask


def _first_alone(value: str) -> str:
    return value[:1] + "*" * min(max(len(value) - 1, 1), _SHOWN_AT_MOST)


def mask_of(hit: Hit) -> str | None:
    """What stands for a hit's value; None for marks."""
    value = hit.value
    match hit.kind:
        case "id_card":
            return _masked_identity(value)
        case "mobile":
            return f"{value[:3]}****{value[-4:]}"
        case "landline":
            return f"{value[: len(value) - 7]}****{value[-3:]}"
        case "bank_card":
            return "*" * (len(value) - 4) + value[-4:]
        case "email":
            return f"{value[0]}***{value[value.index('@') :]}"
        case "plate":
            return f"{value[:2]}***{value[-2:]}"
        case "passport":
            return f"{value[0]}*****{value[-3:]}"
        case "address":
            return _HOUSE.sub("**", value) if _HOUSE.search(value) else _LEFT_OUT
        case "health" | "minor" | "hardship":
            return _LEFT_OUT
    return None


def _masked_identity(value: str) -> str:
    """Six and four digits; a certificate of disability shows neither its end, which is the disability."""
    if len(value) > 18:
        return value[:6] + "*" * (len(value) - 6)
    return value[:6] + "*" * (len(value) - 10) + value[-4:]


def apply_suggestions(text: str, findings: Sequence[Finding]) -> str:
    """The text with each suggestion written in place of what was found; findings without one are left.

    Findings must be those of this very text. Where some overlap, what they cover is left out.
    """
    pieces: list[str] = []
    done = 0
    for start, end, suggestion in _united(text, findings):
        pieces += [text[done:start], suggestion]
        done = end
    pieces.append(text[done:])
    return "".join(pieces)


def _replacements(text: str, findings: Sequence[Finding]) -> Iterator[tuple[int, int, str]]:
    for finding in findings:
        if finding.suggestion is not None:
            yield finding.start, finding.end, finding.suggestion
            for start, end in finding.also:
                yield start, end, _LEFT_OUT + "".join(_TAG.findall(text[start:end]))


def _united(text: str, findings: Sequence[Finding]) -> list[tuple[int, int, str]]:
    """What to replace and by what, in order. Where findings overlap, one mask need not hide the other."""
    united: list[tuple[int, int, str]] = []
    for first, last, suggestion in sorted(_replacements(text, findings), key=lambda one: (one[0], -one[1])):
        if not united or first >= united[-1][1]:
            united.append((first, last, suggestion))
            continue
        start, end = united[-1][0], max(united[-1][1], last)
        united[-1] = start, end, _LEFT_OUT + "".join(_TAG.findall(text[start:end]))
    return united
