"""Makes the second corpus: ``python -m tests.screening.corpus.second`` writes second.jsonl.

It was composed by another hand than the rules', who had not read them, to try what the first corpora take for granted.
Nobody in it is real: names are drawn from lists here, numbers from a seeded generator.
"""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.screening.corpus import make

HERE = Path(__file__).parent
Rng = random.Random
Evasion = Callable[[str, Rng], str]

_SURNAMES = (
    "马王李张刘陈杨赵黄周吴徐孙胡朱高林何郭罗梁宋郑谢韩唐冯董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘"
    "杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段钱汤尹黎易常武乔贺赖龚文"
)
_GIVEN = [
    *[
        "建军",
        "红梅",
        "文华",
        "小龙",
        "彩霞",
        "生财",
        "国强",
        "风英",
        "耀祖",
        "学文",
        "存良",
        "秀英",
        "桂花",
        "金山",
        "进宝",
        "玉兰",
        "占山",
        "成林",
        "万福",
        "淑芳",
        "菊花",
    ],
    *["勇", "霞", "静", "磊", "鹏", "燕", "强", "梅", "亮", "娟", "浩", "雪", "超", "刚", "玲", "斌", "明"],
]
_RARE = [
    "欧阳建军",
    "司马秀英",
    "上官文华",
    "妥文清",
    "撒学军",
    "拜玉梅",
    "锁金山",
    "摆生财",
    "勉维俊",
    "虎志明",
    "禹国强",
    "冶占山",
    "闪学礼",
    "张三",
    "李四",
    "王五",
    "马哈三",
    "马尔撒",
    "丁阿舍",
    "撖金宝",
]


def name(rng: Rng) -> str:
    return rng.choice(_SURNAMES) + rng.choice(_GIVEN)


def _hmt(rng: Rng) -> str:
    area, year = rng.choice(("810000", "820000", "830000")), rng.randint(1950, 2004)
    body = f"{area}{year}{rng.randint(1, 12):02}{rng.randint(1, 28):02}{rng.randint(0, 999):03}"
    return body + check_digit(body)


def check_digit(body: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(one) * weight for one, weight in zip(body, weights, strict=True)) % 11]


def _credit_in_digits(rng: Rng) -> str:
    while not (code := make.credit_code(rng)).isdigit():
        pass
    return code


VALUES: dict[str, Callable[[Rng], str]] = make.VALUES | {
    "name": name,
    "rare": lambda rng: rng.choice(_RARE),
    "id_hmt": _hmt,
    "local": lambda rng: f"{rng.randint(2, 8)}{rng.randint(100_000, 999_999)}",
    "five": lambda rng: f"{rng.randint(10_000, 99_999)}",
    "eight": lambda rng: f"{rng.randint(10_000_000, 99_999_999)}",
    "credit_digits": _credit_in_digits,
    "wrong_long": lambda rng: f"{rng.randint(10**12, 10**13 - 1)}",
}

# --- evasions: another sign for a digit ---------------------------------------------------------------------

_SIGNS = {
    "full width": "０１２３４５６７８９",
    "circled": "⓪①②③④⑤⑥⑦⑧⑨",
    "negative circled": "⓿❶❷❸❹❺❻❼❽❾",
    "dingbat circled": "🄋➀➁➂➃➄➅➆➇➈",
    "dingbat negative": "🄌➊➋➌➍➎➏➐➑➒",
    "double circled": "0⓵⓶⓷⓸⓹⓺⓻⓼⓽",
    "in parentheses": "0⑴⑵⑶⑷⑸⑹⑺⑻⑼",
    "with full stop": "🄀⒈⒉⒊⒋⒌⒍⒎⒏⒐",
    "with comma": "🄁🄂🄃🄄🄅🄆🄇🄈🄉🄊",
    "bold": "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "double struck": "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡",
    "monospace": "𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿",
    "segmented": "🯰🯱🯲🯳🯴🯵🯶🯷🯸🯹",
    "superscript": "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "subscript": "₀₁₂₃₄₅₆₇₈₉",
    "arabic": "٠١٢٣٤٥٦٧٨٩",
    "persian": "۰۱۲۳۴۵۶۷۸۹",
    "devanagari": "०१२३४५६७८९",
    "thai": "๐๑๒๓๔๕๖๗๘๙",
    "numerals": "〇一二三四五六七八九",
    "numerals with circle": "○一二三四五六七八九",
    "numerals with zero": "零一二三四五六七八九",
    "numerals with letter": "O一二三四五六七八九",
    "spoken": "零幺二三四五六七八九",
    "spoken two": "零幺两三四五六七八九",
    "over the radio": "洞幺两三四五六拐八勾",
    "formal": "零壹贰叁肆伍陆柒捌玖",
    "formal traditional": "零壹貳參肆伍陸柒捌玖",
    "circled numerals": "〇㊀㊁㊂㊃㊄㊅㊆㊇㊈",
    "numerals in parentheses": "〇㈠㈡㈢㈣㈤㈥㈦㈧㈨",
    "hangzhou": "〇〡〢〣〤〥〦〧〨〩",
    "letters O l": "Ol23456789",
    "letters o I": "oI23456789",
    "letters Z S B": "01Z34S67B9",
    "a bar": "0|23456789",
    "cyrillic": "О1234567В9".replace("В", "8"),
    "greek": "ΟΙ23456789",
}


def _signs(signs: str) -> Evasion:
    table = str.maketrans("0123456789", signs)
    return lambda text, rng: text.translate(table)


def _any_sign(text: str, rng: Rng) -> str:
    mixed = [_SIGNS[one] for one in ("full width", "circled", "bold", "numerals", "formal", "superscript")]
    return "".join(rng.choice(mixed)[int(one)] if one.isdigit() and rng.random() < 0.6 else one for one in text)


def _some_letters(text: str, rng: Rng) -> str:
    letters = {"0": "OoD", "1": "lI|", "2": "Z", "5": "S", "8": "B"}
    return "".join(rng.choice(letters[one]) if one in letters and rng.random() < 0.35 else one for one in text)


SIGNS: dict[str, Evasion] = {sign: _signs(digits) for sign, digits in _SIGNS.items()} | {
    "any sign": _any_sign,
    "some letters": _some_letters,
}

# --- evasions: something between digits -----------------------------------------------------------------------

_STEPS = {11: (3, 4, 4), 18: (6, 8, 4), 16: (4, 4, 4, 4), 19: (4, 4, 4, 4, 3)}


def _parted(between: str) -> Evasion:
    """As people part numbers: 3-4-4, 6-8-4 and by fours; now and then after each digit, or once."""

    def evade(text: str, rng: Rng) -> str:
        way = rng.random()
        if way < 0.25:
            return between.join(text)
        if way < 0.5:
            place = rng.randint(2, len(text) - 2)
            return text[:place] + between + text[place:]
        groups, done = [], 0
        for step in _STEPS.get(len(text), (5, 5, len(text) - 10)):
            groups.append(text[done : done + step])
            done += step
        return between.join([one for one in [*groups, text[done:]] if one])

    return evade


_BETWEEN = {
    "blank": " ",
    "two blanks": "  ",
    "no-break": "\u00a0",
    "thin": "\u2009",
    "em space": "\u2003",
    "figure space": "\u2007",
    "narrow": "\u202f",
    "ideographic": "\u3000",
    "braille blank": "\u2800",
    "hyphen": "-",
    "true hyphen": "‐",
    "hard hyphen": "‑",
    "en dash": "–",
    "em dash": "—",
    "two em dashes": "——",
    "bar": "―",
    "minus": "−",
    "full width hyphen": "－",
    "hyphen in blanks": " - ",
    "underscore": "_",
    "slash": "/",
    "dot": ".",
    "full width dot": "．",
    "ideographic stop": "。",
    "middle dot": "·",
    "bullet": "•",
    "katakana dot": "・",
    "tilde": "~",
    "line break": "\n",
    "carriage return": "\r\n",
    "break and indent": "\n　　",
    "zero width": "\u200b",
    "non-joiner": "\u200c",
    "joiner": "\u200d",
    "word joiner": "\u2060",
    "byte order mark": "\ufeff",
    "mongolian": "\u180e",
    "invisible times": "\u2062",
    "left to right": "\u200e",
    "override": "\u202d",
    "isolate": "\u2066",
    "arabic mark": "\u061c",
    "soft hyphen": "\u00ad",
    "grapheme joiner": "\u034f",
    "hangul filler": "\u3164",
    "variation": "\ufe0f",
    "tag": "\U000e0020",
    "low line": "\u0332",
    "strike": "\u0336",
    "many zero widths": "\u200b\u200c\u200d\u2060\ufeff",
}
GAPS: dict[str, Evasion] = {gap: _parted(between) for gap, between in _BETWEEN.items()}

# --- evasions: markup -----------------------------------------------------------------------------------------


def _enclosed(opening: str, closing: str) -> Evasion:
    def evade(text: str, rng: Rng) -> str:
        first = rng.randint(1, len(text) - 4)
        last = rng.randint(first + 1, len(text) - 1)
        return text[:first] + opening + text[first:last] + closing + text[last:]

    return evade


def _in_references(form: str) -> Evasion:
    return lambda text, rng: "".join(form.format(ord(one)) for one in text)


_ENCLOSURES = {
    "bold": ("<b>", "</b>"),
    "capital tag": ("<STRONG>", "</STRONG>"),
    "styled": ('<span style="color:red;font-size:12pt">', "</span>"),
    "font": ('<font color=red face="仿宋">', "</font>"),
    "nested": ("<b><i><u>", "</u></i></b>"),
    "link": ('<a href="/x?y=1">', "</a>"),
    "raised": ("<sup>", "</sup>"),
    "angle in attribute": ('<span title="a>b">', "</span>"),
    "tag over lines": ('<span\n class="x"\n>', "</span >"),
    "empty spans": ("<span></span>", "<i></i>"),
    "closed": ("<span/>", "<wbr/>"),
    "office tag": ("<o:p>", "</o:p>"),
}
_MARKUP = {
    "wbr": "<wbr>",
    "comment": "<!-- x -->",
    "comment with digits": "<!--123-->",
    "break": "<br>",
    "closed break": "<br />",
    "nbsp": "&nbsp;",
    "two nbsp": "&nbsp;&nbsp;",
    "ensp": "&ensp;",
    "thinsp": "&thinsp;",
    "shy": "&shy;",
    "zwnj": "&zwnj;",
    "zero width reference": "&#8203;",
    "hex reference": "&#x200B;",
    "middot": "&middot;",
    "ndash": "&ndash;",
    "bdi": "<bdi></bdi>",
}
TAGS: dict[str, Evasion] = (
    {tag: _enclosed(*pair) for tag, pair in _ENCLOSURES.items()}
    | {mark: _parted(between) for mark, between in _MARKUP.items()}
    | {
        "decimal": _in_references("&#{};"),
        "hexadecimal": _in_references("&#x{:X};"),
        "padded": _in_references("&#{:07};"),
        "without semicolon": lambda text, rng: "".join(f"&#{ord(one)}" for one in text[:-1]) + f"&#{ord(text[-1])};",
    }
)

SHAPES_OF_X = "xｘＸХхΧχⅩⅹ×✕✖╳⨯⨉✗✘Ⓧⓧ𝐗𝚇⒳🅧🆇"

# --- lines ------------------------------------------------------------------------------------------------------

SENTENCES: dict[str, list[str]] = yaml.safe_load((HERE / "second.yaml").read_text(encoding="utf-8"))
_SLOT = re.compile(r"\{([a-z_0-9]+)\}")
_LABEL = re.compile(r"\[([a-z_]+)\|((?:[^\[\]|]|\[[^\[\]|]*\]|\|(?=[^\]]))+?)\](?!16|q)")
_MARKED_UP = re.compile(r"</?[a-zA-Z]|<!--|&(?:#|[a-z]+;)")


def line(
    template: str, rng: Rng, evade: Evasion | None = None, values: dict[str, Callable[[Rng], str]] = VALUES
) -> dict[str, Any]:
    """One line from a sentence: its slots filled, its labels turned into spans, the labelled words evaded."""
    text, labels, done = "", [], 0
    for found in _LABEL.finditer(template):
        text += _filled(template[done : found.start()], rng, values)
        value = _filled(found[2], rng, values)
        value = evade(value, rng) if evade else value
        labels.append({"kind": found[1], "start": len(text), "end": len(text) + len(value)})
        text += value
        done = found.end()
    text += _filled(template[done:], rng, values)
    return {"text": text, "html": bool(_MARKED_UP.search(text)), "labels": labels}


def _filled(words: str, rng: Rng, values: dict[str, Callable[[Rng], str]]) -> str:
    return _SLOT.sub(lambda slot: values[slot[1]](rng), words)


def _then(first: Evasion, second: Evasion) -> Evasion:
    return lambda text, rng: second(first(text, rng), rng)


def _wordwise(between: str) -> Evasion:
    return lambda text, rng: between.join(text)


def second() -> Iterator[dict[str, Any]]:
    rng = Rng(41)
    plain, marked_up = SENTENCES["evaded"], SENTENCES["evaded"] + SENTENCES["in_html"]
    for ways, sentences in ((SIGNS, plain), (GAPS, plain), (TAGS, marked_up)):
        for evade in ways.values():
            for template in rng.sample(sentences, 4):
                yield line(template, rng, evade)
    with_x = [one for one in plain if "{id_x}" in one]
    for letter in SHAPES_OF_X:
        yield line(rng.choice(with_x), rng, lambda text, rng, letter=letter: text[:-1] + letter)
    signs, gaps = [*SIGNS.values()], [*GAPS.values()]
    for _ in range(60):
        yield line(rng.choice(plain), rng, _then(rng.choice(signs), rng.choice(gaps)))
        yield line(
            rng.choice(marked_up), rng, _then(rng.choice(signs), _enclosed(*rng.choice([*_ENCLOSURES.values()])))
        )
    for group in ("crowded", "contacts", "together", "marked", "warned", "look_alikes"):
        for template in SENTENCES[group]:
            for _ in range(2 if "{" in template else 1):
                yield line(template, rng)


if __name__ == "__main__":
    make.write(HERE / "second.jsonl", second())
