"""Identifiers that are digits: identity numbers, bank cards, mobile and fixed telephones.

A pattern is held against the view, and again against the view with Chinese numerals, and with letters, read as
digits, each only inside long runs. Digits may be parted by up to three separators. A candidate begins and ends
where a group of digits does, so nothing is found inside a longer number. Source: domain.md §5.1.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from operator import attrgetter

from villagepub.screening import checks
from villagepub.screening.characters import CHECK_LETTERS, LETTERS, NUMERALS
from villagepub.screening.findings import Hit
from villagepub.screening.names import find_people
from villagepub.screening.rules import Rules

_MARK = "*★✽●○■□#＃"  # what stands in masked values
_NEAR = "[ .。\\-\\n]{0,3}"  # between the digits of telephones and cards
_WIDE = "[ .。\\-\\n_/\\\\,、，|:;：；'\"~=+()（）<>]{0,3}"  # between those of identity numbers, which prove themselves
_SEPARATORS = re.compile("[^0-9A-Za-z]+")
_FAR = 24  # how far around a number its label is looked for


_DIGIT = "[0-9]"
_ID_18 = re.compile(
    "[1-8](?<![0-9].)(?=("
    + _WIDE.join(
        ["", "[0-7]", *[_DIGIT] * 4, f"(?:1{_WIDE}9|2{_WIDE}0)", _DIGIT, _DIGIT, "[01]", _DIGIT, "[0-3]"]
        + [_DIGIT] * 4
        + [f"[0-9{CHECK_LETTERS}]"]
    )
    + f")((?:{_WIDE}[1-7]{_WIDE}[1-4](?:B[0-9])?)?)(?![0-9]))"
)
_ID_15 = re.compile(
    f"[1-8](?<![0-9].)(?=({_NEAR.join(['', '[0-7]', *[_DIGIT] * 6, '[01]', _DIGIT, '[0-3]', *[_DIGIT] * 4])})(?![0-9]))"
)
_DASH = "[ .。\\-\\n一()（）_/~,，、:：;|+=]{0,3}"
# A number begins where no digit stands before it, or right after a country's code, which stays outside.
_BEGINS = "(?:(?<![0-9].)|(?<=86.))"  # after its first digit
_COUNTRY = re.compile("(?<![0-9])(?:00)?86$")
_MOBILE = re.compile(f"1{_BEGINS}(?=({_DASH.join(['', '[3-9]', *[_DIGIT] * 9])})(?![0-9]))")
_LANDLINE = re.compile(
    f"0{_BEGINS}(?=({_NEAR}[1-9](?:{_NEAR}[0-9]){{1,2}}{_DASH}[2-9](?:{_NEAR}[0-9]){{6,7}})(?![0-9]))"
    f"|[1-9](?<=86[ )-].)(?=([0-9]{{1,2}}{_DASH}(?<![0-9])[2-9](?:{_NEAR}[0-9]){{6,7}})(?![0-9]))"
)
_AREA = re.compile(
    "10|2[0-57-9]|3(?:1[0-9]|35|[459][0-9]|7[0-9])|4(?:1[0-9]|2[179]|3[0-9]|5[0-9]|6[4-9]|7[0-9]|8[23])"
    "|5(?:1[0-9]|2[37]|3[0-9]|4[36]|[5-9][0-9])|6(?:3[1-5]|6[0238]|9[12])|7(?:01|1[0-9]|2[248]|3[0-9]|4[3-6]"
    "|[5-9][0-9])"
    "|8(?:[1-5][0-9]|7[0-9]|8[3678]|9[1-9])|9(?:0[1-9]|1[1-9]|3[0-9]|4[13]|5[1-5]|7[0-9]|9[0-9])"
)
_CARD_TAIL = f"(?:{_NEAR}[0-9]){{15,18}}"
_DIGITS_OF_RUN = "0-9" + "".join(map(chr, NUMERALS))
_LETTERS_OF_RUN = _DIGITS_OF_RUN + re.escape("".join(map(chr, LETTERS)))
_GAP = "[ .。\\-\\n_/\\\\,、，|:：()（）]{0,3}"
_NUMERAL_RUN = re.compile(f"[{_DIGITS_OF_RUN}](?:{_GAP}[{_DIGITS_OF_RUN}{CHECK_LETTERS}]){{10,}}")
_LETTER_RUN = re.compile(f"[{_LETTERS_OF_RUN}](?:{_GAP}[{_LETTERS_OF_RUN}{CHECK_LETTERS}]){{10,}}")
_SOME_LETTER = re.compile(f"[{re.escape(''.join(map(chr, (*NUMERALS, *LETTERS))))}]")
_NOT_PLAIN = re.compile("[^0-9B]+")
_FEWEST_DIGITS = 5  # of a number written with letters: fewer, and it is a word

_Finder = Callable[[str, Rules, date | None], Iterator[Hit]]


def find_numbers(view: str, rules: Rules, today: date | None) -> list[Hit]:
    """The identifiers of a view that are numbers; of two that overlap, the one that proves more."""
    hits: list[Hit] = []
    readings = tuple(_readings(view))
    for find in (_identities, _cards, _mobiles, _landlines, _old_identities):
        for reading in readings:
            hits.extend(find(reading, rules, today))
    return _without_overlaps(hits)


def _without_overlaps(hits: list[Hit]) -> list[Hit]:
    """The earlier-found of overlapping hits, in the order of the text."""
    kept: list[Hit] = []
    rank = {id(hit): place for place, hit in enumerate(hits)}
    for hit in sorted(hits, key=_START):
        if kept and hit.start < kept[-1].end:
            if rank[id(hit)] < rank[id(kept[-1])]:
                kept[-1] = hit
        else:
            kept.append(hit)
    return kept


_START = attrgetter("start")


def _readings(view: str) -> Iterator[str]:
    """The view; the view with Chinese numerals as digits; with letters as digits too: where there are any."""
    yield view
    numerals = _NUMERAL_RUN.sub(lambda run: run[0].translate(NUMERALS), view)
    if numerals != view:
        yield numerals
    letters = _LETTER_RUN.sub(_read_letters, view)
    if letters not in (view, numerals):
        yield letters


def _read_letters(run: re.Match[str]) -> str:
    written = run[0]
    if not _SOME_LETTER.search(written):
        return written
    digits = sum(one.isdigit() or ord(one) in NUMERALS for one in written)
    if digits < max(_FEWEST_DIGITS, len(_SEPARATORS.sub("", written)) // 3):
        return written
    return written.translate(NUMERALS).translate(LETTERS)


def _identities(view: str, rules: Rules, today: date | None) -> Iterator[Hit]:
    for found in _ID_18.finditer(view):
        start, end = found.start(), found.end(1)
        number = _plain(view[start:end])
        born = checks.born_on(number, today)
        if born is None or view[end : end + 1] in tuple("Xx*×"):
            continue
        end = _certificate_end(view, found)
        if checks.is_credit_code(number) and "信用代码" in view[max(start - _FAR, 0) : start]:
            continue
        value = _plain(view[start:end])
        yield Hit("id_card", start, end, value, is_childs=today is not None and _age(born, today) < 18)


def _certificate_end(view: str, found: re.Match[str]) -> int:
    """The end of the number: two digits on for a disability certificate, kind and degree written after it."""
    end, tail = found.end(1), found[2]
    if not tail:
        return end
    is_called_so = "残疾" in view[max(found.start() - _FAR, 0) : found.start()]
    return end + len(tail) if tail[0] in "1234567" or is_called_so else end


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _plain(written: str) -> str:
    """The digits of a written number, its check letter as X."""
    compact = _NOT_PLAIN.sub("", written)
    return compact + "X" if written[-1] in CHECK_LETTERS else compact


def _old_identities(view: str, rules: Rules, today: date | None) -> Iterator[Hit]:
    for found in _ID_15.finditer(view):
        start, end = found.start(), found.end(1)
        number = _plain(view[start:end])
        if not checks.is_old_identity(number) or not _is_itself(view, start, end, rules):
            continue
        groups = _groups(view[start:end])
        if len(groups) > 3 and set(groups) != {1}:
            continue
        yield Hit("id_card", start, end, number)


def _cards(view: str, rules: Rules, today: date | None) -> Iterator[Hit]:
    for found in _card_pattern(rules.bank_card_prefixes).finditer(view):
        start = found.start()
        if _is_in_evenly_spaced(view, start):
            continue
        for end in _group_ends(view, start, found.end(1)):
            number = _plain(view[start:end])
            if checks.passes_luhn(number) and _is_itself(view, start, end, rules):
                if not _is_collective(view, start, end, rules) and not _is_misspelt_identity(view, start, number):
                    yield Hit("bank_card", start, end, number)
                break


def _card_pattern(prefixes: tuple[str, ...]) -> re.Pattern[str]:
    firsts = "".join(sorted({prefix[0] for prefix in prefixes}))
    begins = "|".join(_NEAR.join(prefix) for prefix in sorted(prefixes))
    return re.compile(f"[{firsts}](?<![0-9].)(?<=(?={begins}).)(?=({_CARD_TAIL}))")


def _group_ends(view: str, start: int, last: int) -> Iterator[int]:
    """Where a group of digits ends after 19, 18, 17 or 16 digits, the longest first."""
    ends = [place + 1 for place in range(start, last) if view[place].isdigit()]
    for length in range(min(len(ends), 19), 15, -1):
        end = ends[length - 1]
        if not view[end : end + 1].isdigit():
            yield end


def _is_in_evenly_spaced(view: str, start: int) -> bool:
    """Whether a digit stands in the midst of single digits evenly parted: 1 3 8 … inside a longer number."""
    before, after = view[max(start - 2, 0) : start], view[start + 1 : start + 3]
    is_single = len(after) == 2 and after[0] in " .-\n" and after[1].isdigit()
    is_single_before = len(before) == 2 and before[0].isdigit() and not view[max(start - 3, 0) : start - 2].isdigit()
    return is_single and is_single_before and before[1] == after[0]


_CARD_WORD = re.compile("卡|账|帐|存折|开户|银行|信用社")


def _is_misspelt_identity(view: str, start: int, number: str) -> bool:
    """Whether a number has the province and date of an identity number, and nothing says that it is a card."""
    is_shaped_so = len(number) == 18 and checks.is_shaped_as_identity(number)
    return is_shaped_so and not _CARD_WORD.search(view, max(start - 15, 0), start)


_SENTENCE_ENDS = re.compile("[\x1e。！？\n]")
_ACCOUNT_NAME = re.compile("(?:户名|开户名|账户名称|收款人|收款单位|单位名称|名称)[ :：]{0,2}")
_NAMES_OF_LINES = "户名|开户|账户|收款|单位|名称|银行"
_HOLDERS = re.compile("本人|户主|村民|姓名|一卡通|个人|农户|申请人|持卡人")


def _is_collective(view: str, start: int, end: int, rules: Rules) -> bool:
    """Whether an account is named right there as the village's, the cooperative's or an office's."""
    after = _SENTENCE_ENDS.split(view[end : end + 30])[0]
    if (named := _ACCOUNT_NAME.search(after)) and rules.organisation.search(after, named.end()):
        return True
    before = _said_of_account(view, start)
    organisations = [found.end() for found in rules.organisation.finditer(before) if found[0] not in _BANKS]
    if not organisations:
        return False
    since = before[organisations[-1] :]
    return not (_HOLDERS.search(since) or _PAYS.search(since) or find_people(since, 0, len(since), rules.names))


_ACCOUNT_WINDOW = 45
_FORM_WINDOW = 120
_ACCOUNT_LINE = re.compile(f"[\x1c-\x1f ]*(?:{_NAMES_OF_LINES})[^:：]{{0,4}}[:：\x1f]")


def _said_of_account(view: str, start: int) -> str:
    """The sentence up to an account, and the lines above it that are of the same form: 户名：…, 开户行：…"""
    *above, said = _SENTENCE_ENDS.split(view[max(start - _FORM_WINDOW, 0) : start])
    said = said[-_ACCOUNT_WINDOW:]
    for line in reversed([one for one in above if one]):
        if not _ACCOUNT_LINE.match(line):
            break
        said = f"{line}，{said}"
    return said


_BANKS = frozenset({"信用社", "银行", "支行", "营业所"})
# Then the organisation pays or employs, and somebody else holds the account: 由合作社代发至…
_PAYS = re.compile("代发|转账至|转入|打入|汇入|发放到|发给|支付给|社员|员工|职工|理事|会计|主任|书记|法人")


def _mobiles(view: str, rules: Rules, today: date | None) -> Iterator[Hit]:
    for found in _MOBILE.finditer(view):
        start, end = found.start(), found.end(1)
        number = _plain(view[start:end])
        if (
            _is_inside(view, start)
            or number in rules.telephones
            or _is_in_evenly_spaced(view, start)
            or not _is_itself(view, start, end, rules)
        ):
            continue
        if _is_evenly_spaced_on(view, end) or not _is_telephone_grouping(view, start, view[start:end]):
            continue
        yield Hit("mobile", start, end, number)


def _is_inside(view: str, start: int) -> bool:
    """Whether the digits before a number are more than a country's code."""
    return view[start - 1 : start].isdigit() and not _COUNTRY.search(view, max(start - 5, 0), start)


def _is_evenly_spaced_on(view: str, end: int) -> bool:
    """Whether single digits evenly parted go on after a number's last digit."""
    around = view[end - 2 : end + 2]
    return len(around) == 4 and around[0] == around[2] and around[0] in " .-" and around[3].isdigit() and not view[
        end + 2 : end + 3
    ].isdigit() and view[end - 3].isdigit() and view[end - 4 : end - 3] == around[0]  # fmt: skip


_TELEPHONE_WORD = re.compile(
    "电话|手机|联系|微信|tel|Tel|TEL|号码|致电|拨打|手 ?机 ?号|移动|热线|☎|📞|📱", re.IGNORECASE
)
_USUAL_GROUPS = {
    (11,),
    (3, 4, 4),
    (3, 8),
    (7, 4),
    (3, 4, 2, 2),
    (3, 3, 5),
    (5, 6),
    (4, 7),
    (4, 4, 3),
    (3, 5, 3),
    (6, 5),
    (2, 9),
    (1, 10),
}
_LIST_MARKS = frozenset(",，、:：;|+=")  # these part numbers of a list as well
_MOST_ODD_GROUPS = 3


def _is_telephone_grouping(view: str, start: int, written: str) -> bool:
    """Whether somebody wrote one number, and not several amounts that happen to have eleven digits."""
    groups = _groups(written)
    if not _LIST_MARKS.isdisjoint(written) and not _TELEPHONE_WORD.search(view, max(start - 12, 0), start):
        return False
    if groups in _USUAL_GROUPS or len(groups) == 11 or (len(set(groups[:-1])) == 1 and groups[0] == 2):
        return True
    if _TELEPHONE_WORD.search(view, max(start - 12, 0), start):
        return True
    gaps = set(_GAPS.findall(written))
    if re.fullmatch("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}", written):
        return False
    return (len(groups) <= _MOST_ODD_GROUPS and gaps.isdisjoint({"\n"})) or gaps in ({"-"}, {"."}, {"--"})


_GAPS = re.compile("[^0-9]+")


def _groups(written: str) -> tuple[int, ...]:
    return tuple(map(len, _GAPS.split(written)))


def _landlines(view: str, rules: Rules, today: date | None) -> Iterator[Hit]:
    for found in _LANDLINE.finditer(view):
        start, end = found.start(), found.end(1) if found[1] else found.end(2)
        number = _plain(view[start:end])
        national = number.lstrip("0")
        if _is_inside(view, start) or "0" + national in rules.telephones:
            continue
        if (
            not _AREA.match(national)
            or not _is_landline_grouping(view, start, end)
            or not 9 <= len(national) <= 11
            or not _is_itself(view, start, end, rules)
        ):
            continue
        if not is_offices(view, start, rules):
            yield Hit("landline", start, end, "0" + national)


_LANDLINE_GROUPS = re.compile(
    "0?[0-9]{2,3}[^0-9]{0,2}(?:[0-9]{7,8}|[0-9]{3,4}[^0-9]{1,2}[0-9]{4}|[0-9]{4}[^0-9]{1,2}[0-9]{3})"
    "|[0-9](?:[^0-9]{1,2}[0-9])+"
)
_DATE_BEFORE = re.compile("(?:19|20)[0-9]{2}[-./年]$")


def _is_landline_grouping(view: str, start: int, end: int) -> bool:
    """Whether it is written as telephones are, or called one; 2026-03-15 640 104 is neither."""
    if _DATE_BEFORE.search(view, max(start - 5, 0), start):
        return False
    if _LANDLINE_GROUPS.fullmatch(view, start, end):
        return True
    return _TELEPHONE_WORD.search(view, max(start - 12, 0), start) is not None


_OFFICE_WINDOW = 30


def is_offices(view: str, start: int, rules: Rules) -> bool:
    """Whether the words before a telephone or mailbox call it an office's, nearer than any that call it private."""
    before = _SENTENCE_ENDS.split(view[max(start - _OFFICE_WINDOW, 0) : start])[-1]
    offices = [found.end() for found in rules.office_word.finditer(before)]
    private = [found.end() for found in rules.private_word.finditer(before)]
    return bool(offices) and offices[-1] > max(private, default=-1)


_TWO_COLUMNS = " " * 3  # no way to part one number: so columns are parted in plain text
_PARTING = frozenset(",;，；、\n\x1c\x1e\x1f")
_DECIMAL_BEFORE = re.compile("(?:[0-9]{2,}|(?<![0-9])0)\\.$")
_ITEM_BEFORE = re.compile("(?:^|[\x1c-\x1f\n]) ?[0-9]{1,3}\\.$")  # 12. as the number of an item


def _is_itself(view: str, start: int, end: int, rules: Rules) -> bool:
    """Whether a number stands for itself: no amount, reading or code by its label, no half of a masked value."""
    before, after = view[max(start - _FAR, 0) : start], view[end : end + 8]
    if _TWO_COLUMNS in view[start:end]:
        return False
    if before[-1:] in tuple(_MARK) or after[:1] in tuple(_MARK) or before[-1:] in tuple("¥￥$"):
        return False
    if before[-1:] == "." and view[start:end].isdigit():
        if _DECIMAL_BEFORE.search(before) and not _ITEM_BEFORE.search(before):
            return False
    if before[-1:] not in _PARTING and rules.label_ends_before.search(before):
        return False
    return rules.unit_begins_after.match(after) is None
