"""Tables of characters: which are dropped, which stand for another, which can pass for a digit.

Python's ``\\d`` and ``int`` take some foreign digits and not others; so every text is first brought to ASCII
digits by a table, and the patterns are ASCII only. Source: Unicode as of the running Python; confusable
letters and dashes from the project's own measurements (reliability.md §2.11).
"""

import re
import unicodedata

BLOCK = "\x1e"  # between paragraphs and table rows
CELL = "\x1f"  # between cells of a row
SOFT = "\x1c"  # between paragraphs inside one cell

# Where marks, digits and compatibility forms live; the Han, Hangul and private ranges between have none.
_RANGES = (
    range(0x3400),
    range(0xA000, 0xAC00),
    range(0xD7B0, 0xE000),
    range(0xF900, 0x11000),
    range(0x11000, 0x12000),
    range(0x16A00, 0x16C00),
    range(0x1D100, 0x1D200),
    range(0x1D400, 0x1D800),
    range(0x1E000, 0x1F200),
    range(0x1FBF0, 0x1FBFA),
    range(0x2F800, 0x2FA20),
    range(0xE0000, 0xE01F0),
)
_FILLERS = "\u115f\u1160\u3164\uffa0\u2800"  # letters by their category, and yet nothing to see
_KEPT_CONTROLS = "\t\n"
_WIDEST_COUNTED = 50  # the circled numbers end at ㊿

_HANGZHOU = "〡〢〣〤〥〦〧〨〩"
_DARK_LETTERS = (0x1F150, 0x1F170)  # where 🅐 and 🅰 begin, which have no decomposition
_HYPHENS = "‐‑‒–—―−﹘﹣－⁃˗➖─━﹉ーｰ⸺⸻〜～~∼⎯﹏_＿¯‾"
_DOTS = "·・•‧∙⋅･．｡⸱●⚫◦᛫꞉ㆍ﹒․"
_STARS = "★☆✩✪✫✬✭✮✯✰⭐🌟✦✧✱✲⁎∗⋆✶✳⚹※"
_LATIN_ALIKE = str.maketrans(
    "АВЕКМНОРСТХУІЅЈавекмнорстхуіѕјΑΒΕΖΗΙΚΜΝΟΡΤΥΧοχ",
    "ABEKMHOPCTXYISJabekmhopctxyisjABEZHIKMNOPTYXox",
)
_SIMPLE = str.maketrans(
    "機絕祕級內資檔長審補貧戶號組區單門棟幢樓電話馬張劉陳楊黃趙吳癥殘離異賭盜癱聾啞視聽語體縣鎮鄉莊隊產養兒單親獨處監獄毒師處環過"
    "國華軍蘭鳳龍鵬鴻麗偉強學業東寶貴慶榮羅鄭謝許鄧馮蔣葉蘇韓盧賈範鄒譚陸鍾納寧減開歲歲讀齡證護通車稱銀帳賬僅閱會議紀為屬於",
    "机绝秘级内资档长审补贫户号组区单门栋幢楼电话马张刘陈杨黄赵吴症残离异赌盗瘫聋哑视听语体县镇乡庄队产养儿单亲独处监狱毒师处环过"
    "国华军兰凤龙鹏鸿丽伟强学业东宝贵庆荣罗郑谢许邓冯蒋叶苏韩卢贾范邹谭陆钟纳宁减开岁岁读龄证护通车称银账账仅阅会议纪为属于",
)


def _is_dropped(character: str, category: str) -> bool:
    if character in _KEPT_CONTROLS:
        return False
    return character in _FILLERS or category in {"Cf", "Cc", "Cs", "Mn", "Me"}


def _stands_for(character: str) -> str:
    """The one character that another one is read as; itself when it is read as it is."""
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    if not unicodedata.decomposition(character):
        return _number_sign(character)
    normal = unicodedata.normalize("NFKC", character)
    if len(normal) == len("(一)") and normal[0] == "(" and normal[-1] == ")":
        return normal[1]
    return normal if len(normal) == 1 else character


def _number_sign(character: str) -> str:
    """🄋 as 0 and 〣 as 3: signs that are numbers although Unicode does not call them digits."""
    value = unicodedata.numeric(character, None)
    is_sign = unicodedata.category(character) == "No" or character in _HANGZHOU
    return str(int(value)) if value is not None and is_sign and value in range(10) else character


def _counted(character: str) -> str | None:
    """⑩ as "10": the numbers above nine that are one character."""
    value = unicodedata.numeric(character, None)
    if value is None or not 9 < value <= _WIDEST_COUNTED:
        return None
    normal = unicodedata.normalize("NFKC", character).strip("().")
    return normal if normal.isascii() and normal.isdigit() else None


def _class_of(characters: str) -> str:
    """The characters as the inside of a regular expression's class, in ranges: a short class is a fast one."""
    codes = sorted(map(ord, set(characters)))
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in ranges)


def _one_to_one(characters: list[str]) -> dict[int, str]:
    table = {ord(one): other for one in characters if (other := _stands_for(one)) != one}
    table |= {code: chr(latin) for code, latin in _LATIN_ALIKE.items()}
    table |= {code: chr(simple) for code, simple in _SIMPLE.items()}
    table |= dict.fromkeys(map(ord, _HYPHENS), "-")
    table |= dict.fromkeys(map(ord, _DOTS), ".")
    table |= dict.fromkeys(map(ord, _STARS), "★")
    table |= {first + place: chr(ord("A") + place) for first in _DARK_LETTERS for place in range(26)}
    table[ord("\u2028")] = table[ord("\u2029")] = "\n"
    return table


_CATEGORIES = {chr(code): unicodedata.category(chr(code)) for codes in _RANGES for code in codes}
_ASSIGNED = [one for one, category in _CATEGORIES.items() if category != "Cn"]

DROPPED = _class_of("".join(one for one in _ASSIGNED if _is_dropped(one, _CATEGORIES[one])))
MARKS = re.compile(  # what sits on the character before it and so belongs to it
    f"[{_class_of(''.join(one for one in _ASSIGNED if _CATEGORIES[one] in {'Mn', 'Me'}))}]{{1,16}}"
)
COUNTED = {one: digits for one in _ASSIGNED if (digits := _counted(one))}
UNSEEN = DROPPED + _class_of("".join(COUNTED))
# The unseen and some more: a class with a hundred ranges beyond the first plane would be slow, so these are one.
PERHAPS_UNSEEN = (
    _class_of("".join(one for one in _ASSIGNED if one <= "\uffff" and _is_dropped(one, _CATEGORIES[one])))
    + _class_of("".join(one for one in COUNTED if one <= "\uffff"))
    + "\U00010000-\U0010ffff"
)
READ_AS = _one_to_one(_ASSIGNED)


def _by_value(*written: str) -> dict[int, str]:
    return {ord(one): str(value) for value, ones in enumerate(written) for one in ones}


# The other ways to write a digit, told apart because each needs its own surroundings.
NUMERALS = _by_value(
    "〇零○◯洞", "一壹弌幺", "二贰貳弍两", "三叁參叄弎", "四肆", "五伍", "六陆", "七柒拐", "八捌", "九玖勾"
)
LETTERS = _by_value("OoQD", "IilL!|丨∣ǀ", "Zz", "Зз", "", "Ss", "бbG", "", "B", "gq")
CHECK_LETTERS = "Xx×✕✖╳⨯⨉✗✘⤫❌乂"
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ebef〇"
