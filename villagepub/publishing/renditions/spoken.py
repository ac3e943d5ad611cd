"""A text as a person reads it aloud: figures, amounts, dates, telephone numbers and signs in words. Pure.

One rule a line of ``RULES``, tried in this order over the whole text; what a rule has said holds no digit any more, so
no later one says it again.
"""

import re
from collections.abc import Callable
from re import Match

from villagepub.publishing.renditions.numbers import (
    decimal_words,
    digit_words,
    integer_words,
    line_words,
    measured,
    money_words,
)

Say = Callable[[Match[str]], str]

_N = r"\d{1,3}(?:,\d{3}){1,6}(?:\.\d{1,30})?|\d{1,30}(?:\.\d{1,30})?"  # 12,000.00
_TO = r"\s?[-—–~～至到]{1,2}\s?"
_ALONE, _ENDS = r"(?<![\dA-Za-z.])", r"(?![\dA-Za-z])"
_MONTH, _DAY = r"(?:1[0-2]|0?[1-9])", r"(?:3[01]|[12]\d|0?[1-9])"
_HOUR, _MINUTE = r"(?:2[0-3]|[01]?\d)", r"[0-5]\d"
_MINUS = r"(?P<minus>(?<![\d\w）)])[-−])?"
_LONG_CODE = 9  # digits from which a bare number is a code and no quantity
_LEVELS = str.maketrans("０１２３４５６７８９％￥＊", "0123456789%¥*")
_MEASURES = (
    "公里|千米|平方米|立方米|公顷|公斤|千克|毫米|厘米|千瓦时|个|条|件|次|项|份|篇|期|场|名|人|户|家|轮|批|亩|米|吨|斤|天|年"
    "|位|株|棵|头|只|辆|台|套|盏|眼|间|栋|座|处|笔|元|块|本|张|袋|车|倍|组|队|小时"
)
_UNITS = {
    "㎡": "平方米", "m²": "平方米", "m2": "平方米", "平米": "平方米", "m³": "立方米", "m3": "立方米", "㎥": "立方米",
    "km²": "平方公里", "km": "公里", "kg": "公斤", "mm": "毫米", "cm": "厘米", "kWh": "千瓦时", "kW": "千瓦",
    "hm²": "公顷", "m": "米", "t": "吨", "g": "克", "℃": "摄氏度", "°C": "摄氏度", "L": "升",
}  # fmt: skip
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_QUARTERS = {"1": "第一季度", "2": "第二季度", "3": "第三季度", "4": "第四季度"}
_HALVES = {"1": "上半年", "2": "下半年"}
_SIGNS = {"①": "一", "②": "二", "③": "三", "④": "四", "⑤": "五", "⑥": "六", "⑦": "七", "⑧": "八", "⑨": "九", "⑩": "十"}


def spoken(text: str) -> str:
    """The same text without a digit. Never raises: what no rule knows is told digit by digit."""
    text = text.translate(_LEVELS)
    for pattern, say in RULES:
        text = pattern.sub(say, text)
    return text


def _number(text: str) -> str:
    return text.replace(",", "")


def _minus(found: Match[str]) -> str:
    return "负" if found["minus"] else ""


def _date(found: Match[str]) -> str:
    day = f"{integer_words(int(found['day']))}日" if found["day"] else ""
    return f"{digit_words(found['year'])}年{integer_words(int(found['month']))}月{day}"


def _years(found: Match[str]) -> str:
    return f"{digit_words(found['first'])}至{digit_words(found['last'])}年"


def _document(found: Match[str]) -> str:
    return f"{digit_words(found['year'])}年{integer_words(int(found['number']))}号"


def _time(found: Match[str]) -> str:
    minute = int(found["minute"])
    zero = "零" if 0 < minute < 10 else ""
    return f"{integer_words(int(found['hour']))}点" + (f"{zero}{integer_words(minute)}分" if minute else "")


def _hidden(found: Match[str]) -> str:
    """What is masked is said to be."""
    pieces = re.findall(r"\d+|\*+", found[0])
    return "，".join(line_words(each) if each[0] != "*" else f"隐去{integer_words(len(each))}位" for each in pieces)


def _line(found: Match[str]) -> str:
    return "，".join(line_words(each) for each in re.findall(r"\d+", found[0]))


def _called(found: Match[str]) -> str:
    """The words before the number stay."""
    return re.sub(r"\d[\d-]*", _line, found[0])


def _code(found: Match[str]) -> str:
    return "杠".join(digit_words(each) for each in found[0].split("-"))


def _money(found: Match[str]) -> str:
    return _minus(found) + money_words(_number(found["n"]))


def _two(kind: Callable[[str], str], ending: str = "") -> Say:
    """From one to the other, in the words of their kind."""
    return lambda found: f"{kind(_number(found['a']))}至{kind(_number(found['b']))}{ending}"


def _percent(found: Match[str]) -> str:
    share = "百分之" if found["sign"] == "%" else "千分之"
    first = f"{share}{decimal_words(_number(found['a']))}至" if found["a"] else ""
    return f"{first}{_minus(found)}{share}{decimal_words(_number(found['n']))}"


def _fraction(found: Match[str]) -> str:
    return f"{integer_words(int(found['below']))}分之{integer_words(int(found['above']))}"


def _plain(found: Match[str]) -> str:
    """A quantity; a code where it is too long or begins with a zero."""
    digits = _number(found["n"])
    whole = digits.partition(".")[0]
    if len(whole) >= _LONG_CODE or (len(whole) > 1 and whole.startswith("0")):
        return _minus(found) + "点".join(digit_words(each) for each in digits.split("."))
    return _minus(found) + decimal_words(digits)


RULES: tuple[tuple[re.Pattern[str], Say], ...] = tuple(
    (re.compile(pattern), say)
    for pattern, say in (
        (r"\d{31,}", lambda found: digit_words(found[0])),  # bounds what the rules below look at
        (r"\d{1,30}(?:\*{1,30}\d{0,30}){1,9}|\*{2,30}\d{1,30}", _hidden),
        (r"(?<=[\u4e00-\u9fff])\*{1,30}", lambda found: "某" * len(found[0])),
        (r"(?<!\d)1[3-9]\d-?\d{4}-?\d{4}(?!\d)", _line),
        (r"(?<!\d)\(?0\d{2,3}\)?[-—\s]?\d{7,8}(?:[-转]\d{1,5})?(?!\d)", _line),
        (r"(?<!\d)[48]00-?\d{3}-?\d{4}(?!\d)", _line),
        (r"(?<=电话|热线|传真|拨打|座机|短号)(?:号码)?\s?[:：为是]?\s?\d{3,8}(?:-\d{1,8})?(?!\d)", _called),
        (r"(?<!\d)\d{5}(?=(?:便民|服务|政务|监督)*热线)", _line),
        (r"(?<=\d)．(?=\d)", lambda f: "."),
        (rf"(?<!\d)(?P<year>(?:19|20)\d\d)\s?年\s?(?P<month>{_MONTH})\s?月\s?(?P<day>{_DAY})\s?日", _date),
        (rf"{_ALONE}(?P<year>(?:19|20)\d\d)(?P<dash>[-./])(?P<month>{_MONTH})(?P=dash)(?P<day>{_DAY}){_ENDS}(?![-.]\d)",
         _date),
        (rf"{_ALONE}(?P<year>(?:19|20)\d\d)-(?P<month>{_MONTH})(?P<day>){_ENDS}(?!-)", _date),
        (r"(?P<year>(?:19|20)\d\d)-Q(?P<q>[1-4])", lambda f: f"{digit_words(f['year'])}年{_QUARTERS[f['q']]}"),
        (r"(?P<year>(?:19|20)\d\d)-H(?P<h>[12])", lambda f: f"{digit_words(f['year'])}年{_HALVES[f['h']]}"),
        (r"[〔\[［(（](?P<year>(?:19|20)\d\d)[〕\]］)）]\s?(?:第)?(?P<number>\d{1,6})\s?号", _document),
        (rf"(?<!\d)(?P<first>(?:19|20)\d\d)年?{_TO}(?P<last>(?:19|20)\d\d)\s?年", _years),
        (r"(?<!\d)(?P<year>[12]\d{3})\s?年", lambda f: f"{digit_words(f['year'])}年"),
        (rf"(?<![\d.])(?P<a>{_MONTH})月?{_TO}(?P<b>{_MONTH})\s?月", _two(lambda n: integer_words(int(n)), "月")),
        (rf"(?<![\d.])(?P<a>{_DAY})日?{_TO}(?P<b>{_DAY})\s?日", _two(lambda n: integer_words(int(n)), "日")),
        (rf"(?<![\d:])(?P<hour>{_HOUR})[:：](?P<minute>{_MINUTE})(?::00)?(?![\d:：])", _time),
        (rf"[¥]\s?(?P<minus>-)?(?P<n>{_N})(?!\s?[万亿])(?:\s?元)?", _money),
        (rf"(?<![\d.])(?P<a>{_N}){_TO}(?P<b>{_N})(?=\s?[万亿]?元)", _two(decimal_words)),
        (rf"{_MINUS}(?P<n>{_N})\s?元", _money),
        (rf"(?:(?P<a>{_N})[%‰]?{_TO})?{_MINUS}(?P<n>{_N})\s?(?P<sign>[%‰])", _percent),
        (rf"{_ALONE}\d{{1,30}}(?:-\d{{1,30}}){{2,9}}{_ENDS}", _code),
        (r"(?<![\d/.])(?P<above>\d{1,3})/(?P<below>[1-9]\d{0,2})(?![\d/.])", _fraction),
        (rf"(?<![\d.])(?P<a>{_N}){_TO}(?P<b>{_N})(?=\s?(?:{_MEASURES}|{_UNIT}|[万亿%°]))", _two(decimal_words)),
        (rf"{_MINUS}(?P<n>{_N})\s?(?P<unit>{_UNIT})(?![A-Za-z\d])",
         lambda f: _minus(f) + measured(_number(f["n"])) + _UNITS[f["unit"]]),
        (r"(?<=元|米|斤|吨|亩|升|里)/(?=[\u4e00-\u9fff])", lambda f: "每"),
        (r"第\s?(?P<n>\d{1,4})(?![\d.])", lambda f: f"第{integer_words(int(f['n']))}"),
        (r"(?<=[A-Za-z])-?\d{1,30}|\d{1,30}(?=[A-Za-z])", lambda f: digit_words(re.sub(r"\D", "", f[0]))),
        (r"(?m)^ {0,9}[(（]?(?P<n>\d{1,2})(?:[)）]、?|[.．、])(?!\d) {0,9}",
         lambda f: f"{integer_words(int(f['n']))}、"),
        (rf"(?<![\d.第]){_MINUS}(?P<n>2)\s?(?=(?:{_MEASURES}|[万亿])(?!月))", lambda f: f"{_minus(f)}两"),
        (rf"{_MINUS}(?P<n>{_N})\s?(?=(?:{_MEASURES}|[万亿]))", lambda f: _minus(f) + decimal_words(_number(f["n"]))),
        (rf"{_MINUS}(?P<n>{_N})", _plain),
        (r"(?<=[年月日点分元])\s?[-—–~～]{1,2}\s?(?=[零一二两三四五六七八九十百])", lambda f: "至"),
        (r"[①-⑩]", lambda f: f"{_SIGNS[f[0]]}、"),
    )
)  # fmt: skip
