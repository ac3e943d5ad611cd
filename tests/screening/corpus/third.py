"""Makes the third corpus, a hold-out: ``python -m tests.screening.corpus.third`` writes third.jsonl.

Composed after the rules were mended for the second: other sentences, other names, and evasions drawn anew for every
digit and every gap, as by somebody who tries everything at once. Nobody in it is real.
"""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.screening.corpus import make, second

HERE = Path(__file__).parent
Rng = random.Random

SENTENCES: dict[str, list[str]] = yaml.safe_load((HERE / "third.yaml").read_text(encoding="utf-8"))

_ONE_EACH = {
    "0": "00０⓪𝟎𝟬零〇Oo",
    "1": "11１①𝟏𝟭一壹幺lI",
    "2": "22２②𝟐𝟮二贰",
    "3": "33３③𝟑𝟯三叁",
    "4": "44４④𝟒𝟰四肆",
    "5": "55５⑤𝟓𝟱五伍",
    "6": "66６⑥𝟔𝟲六陆",
    "7": "77７⑦𝟕𝟳七柒",
    "8": "88８⑧𝟖𝟴八捌",
    "9": "99９⑨𝟗𝟵九玖",
}
_UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u202c\u2069\u180e"
_PARTING = [" ", "-", ".", "·", "\u3000", "—", "–", "_", "－", "\n", " -", "- ", "•", "\u2009"]


def _mixed(text: str, rng: Rng) -> str:
    return "".join(rng.choice(_ONE_EACH.get(one, one)) for one in text)


def _sprinkled(text: str, rng: Rng) -> str:
    return "".join(one + (rng.choice(_UNSEEN) if rng.random() < 0.5 else "") for one in text[:-1]) + text[-1]


def _irregular(text: str, rng: Rng) -> str:
    """Parted at two to four places, each by something else."""
    places = sorted(rng.sample(range(2, len(text) - 1), rng.randint(2, 3)))
    for place in reversed(places):
        text = text[:place] + rng.choice(_PARTING) + text[place:]
    return text


def _in_pairs(text: str, rng: Rng) -> str:
    return " ".join(text[place : place + 2] for place in range(0, len(text), 2))


def _bracketed(text: str, rng: Rng) -> str:
    return f"{text[:3]}({text[3:7]}){text[7:]}"


def _keycaps(text: str, rng: Rng) -> str:
    return "".join(f"{one}\ufe0f\u20e3" if one.isdigit() else one for one in text)


def _tagged(text: str, rng: Rng) -> str:
    pieces = [
        f"<{tag}>{one}</{tag}>" if rng.random() < 0.4 else one for one in text[1:-1] if (tag := rng.choice("bui"))
    ]
    return text[0] + "".join(pieces) + text[-1]


def _references_and_blanks(text: str, rng: Rng) -> str:
    return (
        "".join(
            (f"&#{ord(one)};" if rng.random() < 0.5 else one) + ("&#8288;" if rng.random() < 0.3 else "")
            for one in text[:-1]
        )
        + text[-1]
    )


def _then(first: second.Evasion, then: second.Evasion) -> second.Evasion:
    return lambda text, rng: then(first(text, rng), rng)


EVASIONS: list[second.Evasion] = [
    _mixed,
    _sprinkled,
    _irregular,
    _in_pairs,
    _bracketed,
    _keycaps,
    _tagged,
    _references_and_blanks,
    _then(_mixed, _sprinkled),
    _then(_mixed, _irregular),
    _then(_mixed, _tagged),
    _then(_irregular, _sprinkled),
    _then(_irregular, _tagged),
    _then(_in_pairs, _sprinkled),
]

_SURNAMES = "马杨丁哈撒纳李王张刘冯郭白罗吴苏田金穆海何余黑虎牛姬沙者锁"
_GIVEN = [
    "学义",
    "翠兰",
    "占福",
    "少华",
    "文秀",
    "俊杰",
    "海龙",
    "进财",
    "秀花",
    "兴旺",
    "玉珍",
    "自强",
    "生林",
    "春燕",
    "立军",
    "银川",
    "梅英",
    "佳怡",
    "子涵",
    "浩然",
    "梓萱",
    "宇轩",
    "思琪",
    "雨桐",
    "睿",
    "雯",
    "博",
    "瑞",
    "慧",
    "晶",
    "虎",
    "平",
    "贵",
    "成",
    "骏",
    "钰莹",
    "泽宇",
    "嘉怡",
    "小花",
    "建忠",
]


def _name(rng: Rng) -> str:
    return rng.choice(_SURNAMES) + rng.choice(_GIVEN)


def third() -> Iterator[dict[str, Any]]:
    rng = Rng(97)
    values = second.VALUES | {
        "name": _name,
        "letter": lambda rng: rng.choice("ABCDEFGHJK"),
        "four": lambda rng: f"{rng.randint(1000, 9999)}",
    }
    for evade in EVASIONS:
        for template in rng.sample(SENTENCES["evaded"], 8):
            yield second.line(template, rng, evade, values)
    for group in ("rows", "together", "marked", "warned", "look_alikes"):
        for template in SENTENCES[group]:
            for _ in range(2 if "{" in template and group in {"together", "rows"} else 1):
                yield second.line(template, rng, values=values)


if __name__ == "__main__":
    make.write(HERE / "third.jsonl", third())
