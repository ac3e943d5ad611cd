"""Identifiers with letters: mailboxes, plates, passports and travel permits. Source for plates: GA 36."""

import re
from collections.abc import Iterator

from villagepub.screening.findings import Hit
from villagepub.screening.rules import Rules
from villagepub.screening.surroundings import is_offices

_AT = re.compile(
    r" ?[\[({<【（［]? ?(?:@|艾特|(?<=[\[({<【（［])(?:at|AT|At|a)(?= ?[\])}>】）］])| (?:at"
    r"|AT) )[ \n]?[\])}>】）］]? ?|#"
)
# The name of a mailbox is read backwards from its at sign, so that every place is looked at once.
_LOCAL = re.compile("[A-Za-z0-9._%+-]{1,64}")
_SPACED_LOCAL = re.compile("[A-Za-z0-9](?: [.\\-_]? ?[A-Za-z0-9]|[.\\-_] ?[A-Za-z0-9]){2,40}(?![A-Za-z0-9])")
_DOT = r" ?(?:\.|[\[({【（［] ?(?:dot|DOT|点) ?[\])}】）］]|点|。) ?"
_TOP = r"(?:com|cn|net|org|edu|gov|cc|me|co|top|vip|xyz|info|io|ltd|hk|tw)"
_DOMAIN = re.compile(
    rf"(?:[A-Za-z0-9-]{{1,40}}{_DOT}){{1,4}}{_TOP}(?![A-Za-z-])(?:{_DOT}cn(?![A-Za-z-]))?", re.IGNORECASE
)
_SPACED_DOMAIN = re.compile(
    rf"[A-Za-z0-9](?: ?[A-Za-z0-9]){{0,20}}{_DOT}(?:c ?o ?m|c ?n|n ?e ?t"
    rf"|o ?r ?g)(?![A-Za-z0-9])(?:{_DOT}c ?n(?![A-Za-z0-9]))?",
    re.IGNORECASE,
)
_WRITTEN_DOT = re.compile("[点。]|dot|DOT")
_NOT_WRITTEN = re.compile(r"[^A-Za-z0-9._%+@-]")


def find_mailboxes(view: str, rules: Rules) -> Iterator[Hit]:
    """Mailboxes but for an office's own: on the list, under an office's domain, or called so."""
    done = 0  # two that stand without a gap share no sign
    for at in _AT.finditer(view):
        start, end = at.span()
        domain = _DOMAIN.match(view, end, end + 200) or _SPACED_DOMAIN.match(view, end, end + 80)
        local = _local(view[max(start - 66, done) : start]) if domain else None
        if domain is None or local is None:
            continue
        start, end = start - len(local), domain.end()
        done = end
        host = _NOT_WRITTEN.sub("", _WRITTEN_DOT.sub(".", domain[0])).lower()
        value = f"{_NOT_WRITTEN.sub('', local)}@{host}"
        is_public = value.lower() in rules.mailboxes or f".{host}".endswith(rules.mail_hosts)
        if not is_public and not is_offices(view, start, rules):
            yield Hit("email", start, end, value)


def _local(before: str) -> str | None:
    """What stands before the at sign as the name of a mailbox; None also for what is left of a masked one."""
    backwards = before[::-1]
    found = _SPACED_LOCAL.match(backwards) or _LOCAL.match(backwards)
    if found is None:
        return None
    local = found[0][::-1].lstrip("._%+-")
    if not local or before[: len(before) - len(found[0])][-1:] in tuple("*★×"):
        return None
    return local


_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_GAP = r"[ .\-\n()_/]{0,2}"
_PLATE = re.compile(
    rf"([{_PROVINCES}]){_GAP}([A-HJ-NP-Za-hj-np-z]){_GAP}((?:[A-HJ-NP-Za-hj-np-z0-9OoIl]{_GAP}){{4,5}}[A-HJ-NP-Za-hj-np-z0-9OoIl学警港澳挂])"
    r"(?![A-Za-z0-9])"
)
_CITY_BEFORE = {"宁": "西南辽", "海": "上", "川": "四银", "云": "", "新": "", "青": ""}
_MASKED_PLATE = re.compile("(?i:X{3,})")


def find_plates(view: str) -> Iterator[Hit]:
    """Number plates: five characters after the city's letter, or six for a new-energy car."""
    place = 0
    while found := _PLATE.search(view, place):
        place = found.start() + 1
        value = re.sub("[^A-Z0-9京-龥]", "", found[0].upper())
        serial = value[2:].replace("O", "0").replace("I", "1").replace("L", "L")
        if view[max(found.start() - 1, 0) : found.start()] in tuple(_CITY_BEFORE.get(found[1], "")):
            continue
        if _is_serial(serial):
            yield Hit("plate", *found.span(), value)
            place = found.end()


def _is_serial(serial: str) -> bool:
    digits = sum(one.isdigit() for one in serial)
    if digits < 2 or _MASKED_PLATE.search(serial):
        return False
    return len(serial) == 5 or (serial[0].isalpha() and serial[1:-1].isalnum()) or serial[-1].isalpha()


_DOCUMENT = re.compile(
    r"(?<![A-Za-z0-9])(?:[EGPSD](?:[ .\-]{0,2}[0-9OoIl]){8}|E[ .\-]?[A-HJ-NP-Z](?:[ .\-]{0,2}[0-9OoIl]){7}"
    r"|(?:[DSP]E|MA|[DSP])(?:[ .\-]{0,2}[0-9]){7,8}|[CHM](?:[ .\-]{0,2}[0-9]){8,10}"
    r"|[CWLT][A-HJ-NP-Z]?(?:[ .\-]{0,2}[0-9]){7,8})(?![A-Za-z0-9*])",
    re.IGNORECASE,
)
_WORD_BEFORE, _WORD_AFTER = 20, 10


def find_passports(view: str, rules: Rules) -> Iterator[Hit]:
    """Passports and travel permits: a letter or two and digits, next to a word that says so."""
    for found in _DOCUMENT.finditer(view):
        start, end = found.span()
        around = view[max(start - _WORD_BEFORE, 0) : start] + "\n" + view[end : end + _WORD_AFTER]
        if rules.passport_word.search(around) or _heads_its_column(view, start, rules):
            yield Hit("passport", start, end, re.sub("[^A-Z0-9]", "", found[0].upper()))


def _heads_its_column(view: str, start: int, rules: Rules) -> bool:
    """Whether the table around a cell has a column of such documents."""
    row = view.rfind("\x1e", 0, start)
    if row < 0 or "\x1f" not in view[row:start]:
        return False
    return rules.passport_word.search(view, max(start - 400, 0), start) is not None
