"""The fields of a subscribe message, formatted and cut to the platform's rules. Pure; preview and sending share it.

Whatever is given, what comes out keeps the rule of its type, or the field is refused with the reason. What reads on
when its end is missing (thing, name, phrase) is cut; a number, a day or a code that lost its end would be another
one, so it is refused.

Source: 小程序订阅消息, 发送订阅消息接口, 参数值内容限制说明.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import date, time
from enum import StrEnum


class FieldType(StrEnum):
    THING = "thing"
    NUMBER = "number"
    LETTER = "letter"
    SYMBOL = "symbol"
    CHARACTER_STRING = "character_string"
    TIME = "time"
    DATE = "date"
    AMOUNT = "amount"
    PHONE_NUMBER = "phone_number"
    CAR_NUMBER = "car_number"
    NAME = "name"
    PHRASE = "phrase"
    ENUM = "enum"


class FieldRefused(ValueError):
    """No value of this type can be made of what was given; its sentence says why."""


THING_LENGTH, PHRASE_LENGTH, NAME_LENGTH, LATIN_NAME_LENGTH = 20, 5, 10, 20
CODE_LENGTH, SYMBOLS_LENGTH, PHONE_LENGTH, CAR_LENGTH, AMOUNT_DIGITS = 32, 5, 17, 8, 10
CUT = "…"

_KEY = re.compile(r"([a-z_]+?)[0-9]{1,3}")
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_AMOUNT = re.compile(r"[¥￥$€£]?([0-9]+(?:\.[0-9]+)?)元?")
_LETTERS = re.compile(rf"[A-Za-z]{{1,{CODE_LENGTH}}}")
_CODE = re.compile(rf"[!-~]{{1,{CODE_LENGTH}}}")
_PHONE = re.compile(rf"(?=.*[0-9])[0-9+\-*#(),.]{{1,{PHONE_LENGTH}}}")
_CAR = re.compile(rf"[{_HAN}A-Za-z0-9][A-Za-z0-9]{{0,{CAR_LENGTH - 2}}}[{_HAN}A-Za-z0-9]|[{_HAN}A-Za-z0-9]")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_DAYS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<y>[0-9]{4})年(?P<m>[0-9]{1,2})月(?P<d>[0-9]{1,2})日",
        r"(?P<y>[0-9]{4})年(?P<m>[0-9]{1,2})月",
        r"(?P<m>[0-9]{1,2})月(?P<d>[0-9]{1,2})日",
        r"(?P<y>[0-9]{4})(?P<s>[-/.])(?P<m>[0-9]{1,2})(?P=s)(?P<d>[0-9]{1,2})",
        r"(?P<y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})",
        r"(?P<m>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})",
    )
)
_LEAP_YEAR = 2024  # in which every day without a year exists
_LAST_BMP = 0xFFFF


def type_of(key: str) -> FieldType:
    """Of a field as the template names it: ``thing1``. Raises FieldRefused for another name."""
    matched = _KEY.fullmatch(key)
    if matched is None or matched[1] not in list(FieldType):
        raise FieldRefused(f"没有 {key} 这样的字段；须是类型加编号，例如 thing1、time2。")
    return FieldType(matched[1])


def formatted(kind: FieldType, value: str, choices: Collection[str] = ()) -> str:
    """The value as the platform takes it.

    choices: for an enum, the values that the template lists. Raises FieldRefused.
    """
    text = _one_line(value)
    if not text:
        raise FieldRefused("没有内容，平台不接受空的字段。")
    if kind is FieldType.ENUM:
        return _listed(text, choices)
    return _FORMATS[kind](text)


def _one_line(value: str) -> str:
    """Without line breaks, invisible signs, and emoji, which nobody knows how the platform counts."""
    composed = unicodedata.normalize("NFC", value)
    kept = (" " if sign.isspace() or unicodedata.category(sign) == "Cc" else sign for sign in composed)
    return " ".join("".join(sign for sign in kept if _can_be_shown(sign)).split())


def _can_be_shown(sign: str) -> bool:
    kind = unicodedata.category(sign)
    if sign == " " or kind == "Lo":
        return True
    return kind[0] not in "CM" and ord(sign) <= _LAST_BMP


def _plain(text: str) -> str:
    """Full-width digits, letters and signs as their half-width selves, without spaces around."""
    return unicodedata.normalize("NFKC", text).strip()


def _thing(text: str) -> str:
    return text if len(text) <= THING_LENGTH else text[: THING_LENGTH - len(CUT)].rstrip() + CUT


def _number(text: str) -> str:
    plain = _plain(text).replace(",", "")
    if not _NUMBER.fullmatch(plain) or _count_digits(plain) > CODE_LENGTH:
        raise FieldRefused(f"须是 {CODE_LENGTH} 位以内的数字，可带小数。")
    return plain


def _count_digits(text: str) -> int:
    return sum(sign.isdigit() for sign in text)


def _letter(text: str) -> str:
    return _matching(_LETTERS, _plain(text), f"须是 {CODE_LENGTH} 个以内的字母。")


def _symbol(text: str) -> str:
    if len(text) > SYMBOLS_LENGTH or any(unicodedata.category(sign)[0] not in "PS" for sign in text):
        raise FieldRefused(f"须是 {SYMBOLS_LENGTH} 个以内的符号。")
    return text


def _character_string(text: str) -> str:
    return _matching(_CODE, _plain(text), f"须是 {CODE_LENGTH} 个以内的数字、字母或符号，不能有汉字和空格。")


def _time(text: str) -> str:
    return _span(text, _is_time, "须是 24 小时制的时间，可带日期，例如 15:01、2019年10月1日 15:01；时段用 ~ 连接。")


def _date(text: str) -> str:
    return _span(text, _is_date, "须是日期，可带时间，例如 2019年10月1日、2019年10月1日 15:01；起止用 ~ 连接。")


def _span(text: str, holds: Callable[[str], bool], sentence: str) -> str:
    """One, or two joined by a half-width ``~``: the full-width one is refused by the platform."""
    parts = [part.strip() for part in _plain(text).replace("〜", "~").split("~")]
    if len(parts) > 2 or not all(map(holds, parts)):
        raise FieldRefused(sentence)
    return "~".join(parts)


def _is_time(text: str) -> bool:
    day, _, moment = text.rpartition(" ")
    return _is_clock(moment) and (not day or _is_day(day))


def _is_date(text: str) -> bool:
    day, _, moment = text.partition(" ")
    return _is_day(day) and (not moment or _is_clock(moment))


def _is_clock(text: str) -> bool:
    matched = _CLOCK.fullmatch(text)
    if matched is None:
        return False
    hour, minute, second = (int(part or 0) for part in matched.groups())
    return _exists(lambda: time(hour, minute, second))


def _is_day(text: str) -> bool:
    matched = next(filter(None, (pattern.fullmatch(text) for pattern in _DAYS)), None)
    if matched is None:
        return False
    parts = {"y": _LEAP_YEAR, "m": 1, "d": 1} | matched.groupdict()
    return _exists(lambda: date(int(parts["y"]), int(parts["m"]), int(parts["d"])))


def _exists(make: Callable[[], object]) -> bool:
    try:
        make()
    except ValueError:
        return False
    return True


def _amount(text: str) -> str:
    plain = text.replace(",", "").replace("，", "").replace(" ", "")
    matched = _AMOUNT.fullmatch(plain)
    if matched is None or _count_digits(plain) > AMOUNT_DIGITS:
        raise FieldRefused(f"须是 {AMOUNT_DIGITS} 位以内的金额，可带小数，前面可有一个币种符号，后面可带“元”。")
    return plain


def _phone_number(text: str) -> str:
    sentence = f"须是 {PHONE_LENGTH} 位以内的电话号码，只含数字和符号。"
    return _matching(_PHONE, _plain(text).replace(" ", ""), sentence)


def _car_number(text: str) -> str:
    sentence = f"须是 {CAR_LENGTH} 位以内的车牌号码，首尾可以是汉字，其余是字母或数字。"
    return _matching(_CAR, _plain(text).replace(" ", "").replace("·", ""), sentence)


def _name(text: str) -> str:
    """Up to ten characters with Chinese among them, else up to twenty letters and signs; no digits."""
    if any(sign.isdigit() for sign in text):
        raise FieldRefused("名称不能有数字。")
    return text[: LATIN_NAME_LENGTH if text.isascii() else NAME_LENGTH].rstrip()


def _phrase(text: str) -> str:
    if re.search(rf"[^{_HAN}]", text):
        raise FieldRefused(f"须是 {PHRASE_LENGTH} 个以内的汉字，不能有别的字符。")
    return text[:PHRASE_LENGTH]


def _listed(text: str, choices: Collection[str]) -> str:
    if text not in choices:
        raise FieldRefused(f"须是模板列出的值之一：{'、'.join(choices) or '没有列出'}。")
    return text


def _matching(pattern: re.Pattern[str], text: str, sentence: str) -> str:
    if not pattern.fullmatch(text):
        raise FieldRefused(sentence)
    return text


_FORMATS: Mapping[FieldType, Callable[[str], str]] = {
    FieldType.THING: _thing,
    FieldType.NUMBER: _number,
    FieldType.LETTER: _letter,
    FieldType.SYMBOL: _symbol,
    FieldType.CHARACTER_STRING: _character_string,
    FieldType.TIME: _time,
    FieldType.DATE: _date,
    FieldType.AMOUNT: _amount,
    FieldType.PHONE_NUMBER: _phone_number,
    FieldType.CAR_NUMBER: _car_number,
    FieldType.NAME: _name,
    FieldType.PHRASE: _phrase,
}
