"""Bank cards: 16 to 19 digits with a known beginning and Luhn's digit. Source: ISO/IEC 7812.

The account of a village, a cooperative or an office may be published; whose it is, the words around it say.
"""

import re
from collections.abc import Iterator
from datetime import date

from villagepub.screening import checks
from villagepub.screening.findings import Hit
from villagepub.screening.names import find_people
from villagepub.screening.readings import Reading
from villagepub.screening.rules import Rules
from villagepub.screening.runs import NEAR, Runs, parted_by
from villagepub.screening.surroundings import SENTENCE_ENDS, is_in_evenly_spaced, is_itself

_PARTED = parted_by(NEAR + "()（）/")
_LENGTHS = (19, 18, 17, 16)


def find_cards(reading: Reading, runs: Runs, rules: Rules, today: date | None) -> Iterator[Hit]:
    """The cards of a reading, the longest where several lengths would do."""
    view = reading.text
    done = 0
    for found in rules.card_begins.finditer(runs.signs):
        first = found.start()
        if first < done or not runs.begins[first]:
            continue
        lengths = [length for length in _LENGTHS if runs.ends[first + length - 1]]
        start = runs.places[first]
        if not lengths or is_in_evenly_spaced(view, start):
            continue
        for length in lengths:
            number = runs.signs[first : first + length]
            if not checks.passes_luhn(number):
                continue
            end = runs.end(first, first + length - 1, _PARTED)
            if end is None or not is_itself(view, start, end, rules):
                continue
            done = first + length
            if not _is_collective(view, start, end, rules) and not _is_misspelt_identity(view, start, number):
                yield Hit("bank_card", start, end, number)
            break


_CARD_WORD = re.compile("卡|账|帐|存折|开户|银行|信用社")


def _is_misspelt_identity(view: str, start: int, number: str) -> bool:
    """Whether a number has the province and date of an identity number, and nothing says that it is a card."""
    is_shaped_so = len(number) == 18 and checks.is_shaped_as_identity(number)
    return is_shaped_so and not _CARD_WORD.search(view, max(start - 15, 0), start)


_ACCOUNT_NAME = re.compile("(?:户名|开户名|账户名称|收款人|收款单位|单位名称|名称)[ :：]{0,2}")
_HOLDERS = re.compile("本人|户主|村民|姓名|一卡通|个人|农户|申请人|持卡人")
_BANKS = frozenset({"信用社", "银行", "支行", "营业所"})
# Then the organisation pays or employs, and somebody else holds the account: 由合作社代发至…
_PAYS = re.compile("代发|转账至|转入|打入|汇入|发放到|发给|支付给|社员|员工|职工|理事|会计|主任|书记|法人")


def _is_collective(view: str, start: int, end: int, rules: Rules) -> bool:
    """Whether an account is named right there as the village's, the cooperative's or an office's."""
    after = SENTENCE_ENDS.split(view[end : end + 30])[0]
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
_ACCOUNT_LINE = re.compile("[\x1c-\x1f ]*(?:户名|开户|账户|收款|单位|名称|银行)[^:：]{0,4}[:：\x1f]")


def _said_of_account(view: str, start: int) -> str:
    """The sentence up to an account, and the lines above it that are of the same form: 户名：…, 开户行：…"""
    *above, said = SENTENCE_ENDS.split(view[max(start - _FORM_WINDOW, 0) : start])
    said = said[-_ACCOUNT_WINDOW:]
    for line in reversed([one for one in above if one]):
        if not _ACCOUNT_LINE.match(line):
            break
        said = f"{line}，{said}"
    return said
