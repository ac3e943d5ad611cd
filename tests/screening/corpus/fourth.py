"""Makes the fourth corpus, a hold-out: ``python -m tests.screening.corpus.fourth`` writes fourth.jsonl.

Composed and labelled after the rules were mended for the third: group chats, scanned tables, minutes, lists with
mixed columns, words of the dialect and the set phrases of offices, half of them look-alikes. Nobody in it is real.
"""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.screening.corpus import make, second, third

HERE = Path(__file__).parent
Rng = random.Random

SENTENCES: dict[str, list[str]] = yaml.safe_load((HERE / "fourth.yaml").read_text(encoding="utf-8"))
_GROUPS = ("identified", "health", "address", "minor", "hardship", "marked", "warned", "look_alikes")
_SURNAMES = "马王李张杨丁哈纳周孙徐何陈赵吴韩唐董袁石谭贺龚段雷侯"
_GIVEN = (
    *("改霞", "耀祖", "翠翠", "进孝", "存贵", "彦龙", "凤莲", "满囤", "玉忠", "学军", "麦燕", "丽萍", "志飞", "国栋"),
    *(
        "桂香",
        "怀仁",
        "小军",
        "梦瑶",
        "若曦",
        "沐辰",
        "铭泽",
        "芷晴",
        "文兵",
        "少兰",
        "金福",
        "淑芳",
        "生云",
        "涛",
        "娟",
        "勇",
    ),
)


def _name(rng: Rng) -> str:
    return rng.choice(_SURNAMES) + rng.choice(_GIVEN)


def fourth() -> Iterator[dict[str, Any]]:
    rng = Rng(131)
    values = second.VALUES | {
        "name": _name,
        "letter": lambda rng: rng.choice("ABCDEFGHJK"),
        "four": lambda rng: f"{rng.randint(1000, 9999)}",
        "n": lambda rng: f"{rng.randint(2, 900)}",
    }
    for evade in third.EVASIONS:
        for template in rng.sample(SENTENCES["evaded"], 2):
            yield second.line(template, rng, evade, values)
    for group in _GROUPS:
        for template in SENTENCES[group]:
            yield second.line(template, rng, values=values)


if __name__ == "__main__":
    make.write(HERE / "fourth.jsonl", fourth())
