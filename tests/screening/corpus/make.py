"""Makes the labelled corpus: ``python tests/screening/corpus/make.py`` writes corpus.jsonl and holdout.jsonl.

Nobody in it is real: names are drawn from a list of surnames and a list of given characters, numbers from a seeded
generator with right check digits, all for these files. A line is ``{"id", "text", "html", "labels": [{"kind",
"start", "end"}]}``; half of the lines are look-alikes without a label. The hold-out has its own sentences, seed
and evasions, which are composed two at a time; the rules are not tuned to its lines.
"""

import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
Rng = random.Random

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_AREAS = [
    "640104",
    "640105",
    "640106",
    "640121",
    "640122",
    "640181",
    "640202",
    "640302",
    "640402",
    "110101",
    "130102",
    "610112",
    "620102",
    "540102",
    "652801",
]
_MAIL_HOSTS = ("qq.com", "163.com", "126.com", "sina.com.cn")
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SURNAMES = "马丁纳哈杨王李张刘陈赵吴黄周田金白何罗穆海沙兰余"
_GIVEN = [
    "建国",
    "秀兰",
    "志强",
    "小明",
    "玉梅",
    "文军",
    "桂英",
    "学军",
    "海燕",
    "永福",
    "彦龙",
    "翠花",
    "伏霞",
    "国栋",
    "芳",
    "伟",
    "丽",
    "军",
    "敏",
    "涛",
    "生贵",
    "淑珍",
    "晓东",
    "立新",
]


def _area(rng: Rng) -> str:
    return rng.choice(" ".join(_AREAS).split())


def _date(rng: Rng, year: str) -> str:
    return f"{year}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"


def id_18(rng: Rng, first: int = 1940, last: int = 2005) -> str:
    body = f"{_area(rng)}{_date(rng, str(rng.randint(first, last)))}{rng.randint(0, 999):03}"
    return body + "10X98765432"[sum(int(one) * weight for one, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def id_x(rng: Rng) -> str:
    while not (number := id_18(rng)).endswith("X"):
        pass
    return number


def wrong_id(rng: Rng) -> str:
    number = id_18(rng)
    return number[:-1] + ("1" if number[-1] != "1" else "2")


def id_15(rng: Rng) -> str:
    return f"{_area(rng)}{_date(rng, str(rng.randint(30, 99)))}{rng.randint(1, 999):03}"


def mobile(rng: Rng) -> str:
    return f"1{rng.choice('3456789')}{rng.randint(0, 9)}{rng.randint(0, 99_999_999):08}"


def landline(rng: Rng) -> str:
    return f"0951-{rng.randint(2, 8)}{rng.randint(100_000, 999_999)}"


def card(rng: Rng) -> str:
    body = rng.choice(("622848", "621700", "622202", "623095", "621799")) + "".join(
        str(rng.randint(0, 9)) for _ in range(rng.choice((9, 12)))
    )
    return next(body + str(last) for last in range(10) if _luhn(body + str(last)))


def wrong_card(rng: Rng) -> str:
    number = card(rng)
    return number[:-1] + str((int(number[-1]) + 3) % 10)


def _luhn(number: str) -> bool:
    return (sum(map(int, number[-1::-2])) + sum(sum(divmod(2 * int(one), 10)) for one in number[-2::-2])) % 10 == 0


def credit_code(rng: Rng) -> str:
    organisation = "".join(str(rng.randint(0, 9)) for _ in range(8))
    total = sum(int(one) * weight for one, weight in zip(organisation, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    body = rng.choice(("91", "N2", "54", "11")) + "640104" + organisation + "0123456789X0"[(11 - total % 11) % 11]
    total = sum(_CREDIT.index(one) * pow(3, place, 31) for place, one in enumerate(body))
    return body + _CREDIT[(31 - total % 31) % 31]


def email(rng: Rng) -> str:
    return f"{rng.choice(('mjg', 'dingxl', 'na.wj', 'ha_zq'))}{rng.randint(10, 9999)}@{rng.choice(_MAIL_HOSTS)}"


def plate(rng: Rng) -> str:
    return f"宁{rng.choice('ABCDE')}" + rng.choice(
        (f"{rng.randint(10000, 99999)}", f"D{rng.randint(10000, 99999)}", f"{rng.randint(100, 999)}QK")
    )


def passport(rng: Rng) -> str:
    return rng.choice(
        (
            f"E{rng.randint(10_000_000, 99_999_999)}",
            f"EJ{rng.randint(1_000_000, 9_999_999)}",
            f"G{rng.randint(10_000_000, 99_999_999)}",
        )
    )


def name(rng: Rng) -> str:
    return rng.choice(_SURNAMES) + rng.choice(_GIVEN)


VALUES: dict[str, Callable[[Rng], str]] = {
    "id_card": id_18,
    "id_x": id_x,
    "id_15": id_15,
    "mobile": mobile,
    "landline": landline,
    "bank_card": card,
    "email": email,
    "plate": plate,
    "passport": passport,
    "wrong_id": wrong_id,
    "wrong_card": wrong_card,
    "credit": credit_code,
    "name": name,
    "cert": lambda rng: id_18(rng) + rng.choice("1234567") + rng.choice("1234"),
    "contract": lambda rng: f"640104100{rng.randint(200, 212)}{rng.randint(1, 30):02}{rng.randint(1, 9999):04}",
    "plot": lambda rng: f"640104100{rng.randint(200, 212)}{rng.randint(1, 30):02}{rng.randint(1, 99999):05}",
    "amount": lambda rng: f"{rng.randint(100, 9_999_999)}.{rng.randint(0, 99):02}",
    "reading": lambda rng: f"{rng.randint(0, 99_999_999):08}",
    "village": lambda rng: rng.choice(("掌政村", "五渡桥村", "春林村", "洼路村", "镇河村", "茂盛村")),
    "n": lambda rng: str(rng.randint(1, 19)),
    "kid": lambda rng: str(rng.randint(3, 16)),
    "old": lambda rng: str(rng.randint(22, 88)),
}
_KIND = {"id_x": "id_card", "id_15": "id_card", "cert": "id_card"}
_DIGITS = ("id_card", "id_x", "mobile", "bank_card")

# --- evasions ---------------------------------------------------------------------------------------------

_FULL = str.maketrans("0123456789Xx@.", "０１２３４５６７８９Ｘｘ＠．")
_CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
_MATHS = str.maketrans("0123456789", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")
_SPOKEN = str.maketrans("0123456789", "〇幺二三四五六七八九")
_FORMAL = str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖")


def _every(between: str, step: int) -> Callable[[str, Rng], str]:
    return lambda text, rng: between.join(text[place : place + step] for place in range(0, len(text), step))


def _letters(text: str, rng: Rng) -> str:
    return re.sub(
        "[01]", lambda one: rng.choice("Oo" if one[0] == "0" else "lI") if rng.random() < 0.6 else one[0], text
    )


def _once(between: str) -> Callable[[str, Rng], str]:
    def evade(text: str, rng: Rng) -> str:
        place = rng.randint(4, len(text) - 4)
        return text[:place] + between + text[place:]

    return evade


def _wrap(tag: str) -> Callable[[str, Rng], str]:
    def evade(text: str, rng: Rng) -> str:
        first = rng.randint(2, len(text) // 2)
        last = rng.randint(first + 1, len(text) - 2)
        return f"{text[:first]}<{tag}>{text[first:last]}</{tag}>{text[last:]}"

    return evade


def _references(text: str, rng: Rng) -> str:
    return "".join(
        f"&#{ord(one)};" if rng.random() < 0.4 else f"&#x{ord(one):x};" if rng.random() < 0.2 else one for one in text
    )


def _check_letter(letter: str) -> Callable[[str, Rng], str]:
    return lambda text, rng: text[:-1] + letter if text.endswith("X") else text


Evasion = Callable[[str, Rng], str]
PLAIN_EVASIONS: dict[str, Evasion] = {
    "as it is": lambda text, rng: text,
    "full width": lambda text, rng: text.translate(_FULL),
    "circled": lambda text, rng: text.translate(_CIRCLED),
    "mathematical": lambda text, rng: text.translate(_MATHS),
    "spoken": lambda text, rng: text.translate(_SPOKEN),
    "formal": lambda text, rng: text.translate(_FORMAL),
    "letters": _letters,
    "blanks of four": _every(" ", 4),
    "blanks of one": _every(" ", 1),
    "hyphens": _every("-", 4),
    "dashes": _every("–", 3),
    "dots": _every(".", 4),
    "middle dots": _every("·", 4),
    "ideographic blanks": _every("\u3000", 4),
    "zero width": _every("\u200b", 1),
    "bidi": _every("\u202d", 5),
    "soft hyphen": _every("\u00ad", 3),
    "line break": _once("\n"),
    "combining": _every("\u0332", 3),
}
HTML_EVASIONS: dict[str, Evasion] = {
    "bold": _wrap("b"),
    "span": _wrap("span"),
    "em": _wrap("em"),
    "nbsp": _every("&nbsp;", 4),
    "references": _references,
    "zero width reference": _every("&#8203;", 2),
    "break": _once("<br>"),
    "break and tag": _once("</b><b>"),
}
X_EVASIONS = {f"X as {letter}": _check_letter(letter) for letter in "xХхⅩⅹ×ｘＸ✕Χ"}

# --- lines ------------------------------------------------------------------------------------------------

SENTENCES: dict[str, list[str]] = yaml.safe_load((HERE / "sentences.yaml").read_text(encoding="utf-8"))
_SLOT = re.compile(r"\{([a-z_0-9]+)\}")
_LABEL = re.compile(r"\[([a-z_]+)\|((?:[^\[\]|]|\[[^\[\]|]*\])+)\]")


def line(template: str, rng: Rng, evade: Evasion | None = None) -> dict[str, Any]:
    """One line of the corpus from a sentence: its slots filled, its labels turned into spans."""
    text, labels, done = "", [], 0
    for found in _LABEL.finditer(template):
        text += _filled(template[done : found.start()], rng)
        value = _filled(found[2], rng)
        value = evade(value, rng) if evade else value
        labels.append({"kind": found[1], "start": len(text), "end": len(text) + len(value)})
        text += value
        done = found.end()
    text += _filled(template[done:], rng)
    return {"text": text, "html": bool(re.search("</?[a-z]|&#|&nbsp", text)), "labels": labels}


def _filled(words: str, rng: Rng) -> str:
    return _SLOT.sub(lambda slot: rng.choice("一二三四五") if slot[1] == "cn" else VALUES[slot[1]](rng), words)


def _can_be(evasion: str, template: str) -> bool:
    return not (evasion.startswith("X as") and "{id_x}" not in template)


def corpus() -> Iterator[dict[str, Any]]:
    rng = Rng(20261122)
    evasions = PLAIN_EVASIONS | HTML_EVASIONS | X_EVASIONS
    for evasion, evade in evasions.items():
        for template in SENTENCES["identified"]:
            if _can_be(evasion, template) and rng.random() < 0.8:
                yield line(template, rng, evade)
    for template in [one for group in ("fixed", "together", "marked", "warned") for one in SENTENCES[group]]:
        for _ in range(1 if "{" not in template else 3):
            yield line(template, rng)
    for _ in range(5):
        for template in SENTENCES["look_alikes"]:
            yield line(template, rng)


def _composed(first: Evasion, second: Evasion) -> Evasion:
    return lambda text, rng: second(first(text, rng), rng)


def holdout() -> Iterator[dict[str, Any]]:
    rng = Rng(7919)
    signs = ["full width", "mathematical", "letters", "formal", "spoken", "circled", "as it is"]
    gaps = ["blanks of four", "hyphens", "middle dots", "zero width", "line break", "soft hyphen", "dashes"]
    tags = list(HTML_EVASIONS)
    tags.remove("references")
    for template in SENTENCES["held_out"]:
        for sign in signs:
            for gap in rng.sample(gaps, 2):
                yield line(template, rng, _composed(PLAIN_EVASIONS[sign], PLAIN_EVASIONS[gap]))
            yield line(template, rng, _composed(PLAIN_EVASIONS[sign], HTML_EVASIONS[rng.choice(tags)]))
    for template in SENTENCES["held_out_fixed"]:
        for _ in range(3 if "{" in template else 1):
            yield line(template, rng)
    for _ in range(8):
        for template in SENTENCES["held_out_look_alikes"]:
            yield line(template, rng)


def write(path: Path, lines: Iterator[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number, one in enumerate(lines, start=1):
            file.write(json.dumps({"id": f"{path.stem}-{number}", **one}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    write(HERE / "corpus.jsonl", corpus())
    write(HERE / "holdout.jsonl", holdout())
