"""How fast screening is: ordinary text next to a plain regular-expression pass, and the worst texts known.

Run with ``python -m benchmarks.screening``; ends with 1 when a promise is not kept. The promises: 1 MB of ordinary
text a second, and 100 kB of any text in 0.2 s, each on one core. Times are those of the process, so that other
work on the machine does not count.
"""

import re
import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from time import process_time

from villagepub.screening.rules import Rules, load_rules
from villagepub.screening.screen import screen

_ROUNDS = 5
_LEAST_MB_A_SECOND = 1.0
_MOST_SECONDS = 0.2
_WORST_BYTES = 100_000
_TODAY = date(2026, 11, 22)
_RULES = Path(__file__).resolve().parent.parent / "config" / "screening"
_PLAIN = re.compile(
    r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)|(?<!\d)62\d{14,17}(?!\d)"
    r"|[\w.+-]+@[\w-]+\.[\w.]+|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-Z0-9]{5,6}|绝密|机密|秘密"
)

_ORDINARY = (Path(__file__).parent / "ordinary.html").read_text(encoding="utf-8")

WORST = {
    "数字": "1390",
    "六十二开头的数字": "62",
    "逐位隔开的数字": "1 3 9 0 1 9 ",
    "逐位隔开的卡号": "6 2 1 7 ",
    "像证件号的数字": "64010419900307123 ",
    "有效的证件号": "640104199003071236 ",
    "有效的手机号": "13812345678,",
    "像有效证件号又差一位": "640104199003071235,",
    "嵌套的标签": "<b><i>6</i>",
    "没有结束的标签": "<b <",
    "没有结束的注释": "<!--",
    "实体": "&#54;",
    "没有分号的实体": "&#54&nbsp",
    "重复的姓": "马马",
    "姓名": "马建国、",
    "姓名和病情": "马建国尿毒症",
    "一句里的病情": "尿毒症王",
    "病情": "癌",
    "分句的姓名和病情": "马建国癌。",
    "中文数字": "一三",
    "隔开的中文数字": "幺 三 八 ",
    "字母代数字": "lO1",
    "组合符号": "6\u0301",
    "零宽字符": "6\u200b",
    "圈码": "①③",
    "大圈码": "㉓",
    "表格": "<tr><td>马建国<td>癌<td>3组12号",
    "表格行": "马建国\t癌\t1200\n",
    "名单标题": "癌名单\n",
    "标题后接姓名": "癌名单马\n",
    "字段标签": "病情：癌\n",
    "接着说": "患癌。",
    "艾特": "a@",
    "圈a": "a.a.a.a.",
    "点": "q q . c o m @ ",
    "车牌": "宁A",
    "车牌差一位": "宁A1 ",
    "门牌": "村1",
    "门牌号": "村1号",
    "楼栋": "1号楼1单元",
    "住": "住在",
    "年级": "一年级",
    "学校": "小学",
    "岁数": "8岁",
    "密级": "机密★",
    "秘密": "秘密",
    "密级二字": "密级",
    "内部": "内部资料",
    "工作秘密": "工作秘密、",
    "空格": " ",
    "换行": "\n",
    "隔开的汉字": "秘 密 ",
    "护照": "E1 2 3 ",
    "座机": "0951-",
    "国家码": "+86 0086 ",
    "汉字": "掌",
    "年月生": "2015年3月生",
    "随机样": "马6<b>癌①&#54;住 -一",
    "属性里的引号": '<b "',
    "属性里的尖括号": '<a "x>',
    "不成标签的注释": "</ ",
    "全是零宽": "\u200b",
    "一位数和短横": "1-",
    "括号隔开的数字": "(6)(2)",
    "句号隔开的数字": "62。",
    "空格短横隔开的数字": "6 - 4 - 0 - ",
    "竖线隔开的数字": "|1|3",
    "有效的旧证件号": "640104900307123 ",
    "有效的卡号": "6228480280000000008 ",
    "字母开头的手机号": "l3812345678 ",
    "有效的座机": "0951-6028888 ",
    "集体账户": "户名：合作社\n6228480280000000008\n",
    "年级和班": "小学一(2)班",
    "小区门牌": "苑1-1-101",
    "单元格里的姓名和病情": "马建国\x1f癌\x1f",
    "一行里样样都有": "马建国孤儿8岁三组12号癌离异\n",
    "病情后接姓名": "癌马建国 ",
    "标签后的姓名": "姓名：马",
    "姓名和性别": "马，男，",
    "带点的姓名": "马.马",
    "井号邮箱": "#a.com",
    "没有名字的邮箱": "@qq.com",
    "公开属性": "公开属性：",
    "竖写的密级": "机\n密\n",
    "保密期限": "保密期限：1年",
}


def main() -> int:
    rules = load_rules(_RULES)
    speed = _speed(partial(screen, html=True, rules=rules, today=_TODAY))
    plain = _speed(_PLAIN.findall)
    _say(f"普通文本  {speed:6.2f} MB/s（单纯正则 {plain:6.2f} MB/s，为其 {speed / plain:.0%}）")
    slowest = _worst(rules)
    for seconds, plain_seconds, name in slowest:
        _say(f"{seconds * 1000:7.1f} ms  为单纯正则的 {seconds / plain_seconds:5.1f} 倍  100 kB {name}")
    return int(speed < _LEAST_MB_A_SECOND or slowest[0][0] >= _MOST_SECONDS)


def _speed(screened: Callable[[str], object]) -> float:
    """Megabytes of UTF-8 a second on the ordinary text, the best of some rounds."""
    text = _ORDINARY * (1_000_000 // len(_ORDINARY.encode()) + 1)
    return len(text.encode()) / 1_000_000 / min(_seconds(screened, text) for _ in range(_ROUNDS))


def _worst(rules: Rules) -> list[tuple[float, float, str]]:
    """For each of the worst texts the seconds of screening, those of the plain pass, and its name; slowest first."""
    times = []
    for name, unit in WORST.items():
        text = (unit * (_WORST_BYTES // len(unit.encode()) + 1)).encode()[:_WORST_BYTES].decode("utf-8", "ignore")
        plain_seconds = min(_seconds(_PLAIN.findall, text) for _ in range(3))
        for html in (True, False):
            screened = partial(screen, html=html, rules=rules, today=_TODAY)
            seconds = min(_seconds(screened, text) for _ in range(3))
            times.append((seconds, plain_seconds, f"{name}（{'HTML' if html else '纯文本'}）"))
    return sorted(times, reverse=True)


def _seconds(screened: Callable[[str], object], text: str) -> float:
    began = process_time()
    screened(text)
    return process_time() - began


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
