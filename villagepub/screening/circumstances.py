"""What may not stand next to a named person: home, illness, a child's case, a stigmatising reason.

A detail alone is policy; a name alone is a list; together they tell the village about somebody. A detail is
with a person when both are in one sentence or one row, when the sentence goes on about the person of the one
before, or when a heading names the detail and the lines below name people. Source: 个人信息保护法
art. 28 on what is sensitive; docs/decisions/0006.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import chain
from typing import NamedTuple

from villagepub.screening.characters import HAN
from villagepub.screening.findings import Hit, Kind
from villagepub.screening.folding import Squeezed
from villagepub.screening.names import Person
from villagepub.screening.passages import FEW, Passages
from villagepub.screening.rules import Rules
from villagepub.screening.words import Word

_NEXT_TO = 3
_LONGEST_LINK = 6
_FARTHEST = 160
_BETWEEN = re.compile("[,，;；、:：。 \x1c-\x1f]")
_ADULT = 18
_SHORTEST_WITH_NAME = 3


class Detail(NamedTuple):
    """Something that may not stand next to a person, in the view.

    passage: its number.
    is_topic: whether it is spoken of as a subject (癌症防治), so that only a person right next to it counts; asked
        only where somebody is named, of where it stands in the squeezed text.
    said: where it stands there.
    also: what else of a child's case stands in the passage and goes with it.
    """

    kind: Kind
    start: int
    end: int
    passage: int
    is_topic: Callable[[int, int], bool] | None = None
    said: tuple[int, int] = (0, 0)
    also: tuple[tuple[int, int], ...] = ()


def find_circumstances(
    view: str, squeezed: Squeezed, words: Sequence[Word], rules: Rules, today: date | None
) -> list[Hit]:
    """The details of a view that stand with a named person."""
    passages = Passages(view, rules)
    details = chain(
        _words(words, squeezed, rules, passages),
        _degrees(squeezed, passages),
        _children(view, passages, today),
        _homes(view, passages, rules),
    )
    together = [_without_name(detail, passages) for detail in details if _is_with_person(detail, view, passages, rules)]
    alone = _children_alone(_joined(together, view, passages))
    return [Hit(one.kind, one.start, one.end, view[one.start : one.end], also=one.also) for one in alone]


def _is_with_person(detail: Detail, view: str, passages: Passages, rules: Rules) -> bool:
    number = detail.passage
    is_given = view[detail.start - 1 : detail.start] in _GIVES_ENDS
    if is_given and _GIVES.search(view, max(detail.start - 4, 0), detail.start) and _GIVEN_TO.match(view, detail.end):
        return False
    around = passages.people_near(number, detail.start - _FARTHEST, detail.end + _FARTHEST)
    beside = around if len(around) <= FEW else passages.people_near(number, *_beside(detail))
    is_official = True
    for person in beside:
        if _is_next_to(person, detail, view):
            return True
        is_official = is_official and person.is_official
    if beside is not around:
        is_official = all(person.is_official for person in around)
    is_about_someone = (
        not is_official or passages.goes_on_about_someone(number) or _heads_list(detail, number, view, passages, rules)
    )
    return is_about_someone and not (detail.is_topic and detail.is_topic(*detail.said))


def _beside(detail: Detail) -> tuple[int, int]:
    """Between which places somebody is next to a detail at most."""
    return detail.start - _LONGEST_LINK - 1, detail.end + _NEXT_TO


def _without_name(detail: Detail, passages: Passages) -> Detail:
    """The detail without a name that it was written on behind."""
    if detail.end - detail.start < _SHORTEST_WITH_NAME:
        return detail
    for person in passages.people_near(detail.passage, detail.start, detail.end):
        if detail.start <= person.start and person.end < detail.end:
            blanks = passages.blanks_at(person.end)
            return detail._replace(start=person.end + blanks)
    return detail


def _heads_list(detail: Detail, number: int, view: str, passages: Passages, rules: Rules) -> bool:
    span = passages.span(number)
    is_heading = detail.kind != "address" and rules.list_word.search(view, detail.end, min(span.end, detail.end + 12))
    return bool(is_heading) and passages.people_below(number)


_GIVES = re.compile("(?:为|给|向|对)[该本我]?[村镇]?$")  # 马建国为尿毒症患者捐款
_GIVES_ENDS = frozenset("为给向对该本我村镇")
_GIVEN_TO = re.compile(
    "(?:患者|病人|家庭|人员|儿童|群众|户)?(?:的?[^。，,]{0,4})?(?:捐|募|提供|送|发放|讲|服务|义诊|开展|给予|购买|关怀)"
)
_LINK = re.compile("(?:因|系|为|是|属|患|身患|患有|家住|现住|住|因患|确诊|被|曾|已|因为|，|,|:|：|\\(|（| )*")


def _is_next_to(person: Person, detail: Detail, view: str) -> bool:
    if person.end <= detail.start:
        return (
            detail.start - person.end <= _LONGEST_LINK and _LINK.fullmatch(view, person.end, detail.start) is not None
        )
    if detail.end <= person.start and not person.is_official:
        return person.start - detail.end <= _NEXT_TO and not _BETWEEN.search(view, detail.end, person.start)
    return False


def _children_alone(details: Sequence[Detail]) -> list[Detail]:
    """Hardships of passages that are about a child go with the child's detail: its case is one of a minor alone."""
    hardships: dict[int, list[tuple[int, int]]] = {one.passage: [] for one in details if one.kind == "minor"}
    if not hardships:
        return list(details)
    others = []
    for one in details:
        if one.kind == "hardship" and one.passage in hardships:
            hardships[one.passage].append((one.start, one.end))
        else:
            others.append(one)
    return [
        one._replace(also=tuple(those)) if one.kind == "minor" and (those := hardships.pop(one.passage, ())) else one
        for one in others
    ]


def _joined(details: Sequence[Detail], view: str, passages: Passages) -> list[Detail]:
    """Details in the order of the text; of those of one kind that overlap or are in one clause, one."""
    joined: list[Detail] = []
    latest: dict[Kind, int] = {}
    for detail in sorted(details, key=lambda one: (one.start, -one.end)):
        last = latest.get(detail.kind)
        if last is not None and _is_one_clause(view, joined[last].end, detail, passages):
            joined[last] = joined[last]._replace(end=max(joined[last].end, detail.end))
            continue
        latest[detail.kind] = len(joined)
        joined.append(detail)
    return joined


_WITHIN_CLAUSE = 8


def _is_one_clause(view: str, end: int, following: Detail, passages: Passages) -> bool:
    if following.start <= end:
        return True
    if following.start - end > _WITHIN_CLAUSE or _CLAUSE_ENDS.search(view, end, following.start):
        return False
    return not passages.people_near(following.passage, end, following.start)


_CLAUSE_ENDS = re.compile("[。;；\x1c-\x1f\n]")


# --- words ------------------------------------------------------------------------------------------------


def _words(words: Sequence[Word], squeezed: Squeezed, rules: Rules, passages: Passages) -> Iterator[Detail]:
    is_topic = partial(_is_topic, squeezed.text, rules)
    for word in words:
        if word.kind in {"secret_mark", "work_secret"}:
            continue
        first, last = squeezed.origin(word.start, word.end)
        passage = passages.at(first)
        if passages.concerns_someone(passage):
            yield Detail(word.kind, first, last, passage, is_topic, (word.start, word.end))


_LONGEST_TOPIC = 8
_DENIED = re.compile("(?:无|没有|未|非|不是|并非|未患|排除|无需)(?:患|过|有)?(?:任何)?$")
_DENIED_ENDS = frozenset("无有未非是患除需过何")
_COUNTERS = frozenset("名位户例起")
_COUNTED = re.compile("(?:[0-9]{1,5}|[一二三四五六七八九十百两数多]{1,4})余?(?:名|位|户|例|起)$")
_GROUPED = re.compile(
    "(?:等|及|和|、)?(?:患者|病人|人员|群众|家庭|人群|对象|儿童|老人)?(?:[0-9]{1,5}"
    "|[一二三四五六七八九十百两]{1,4}|多|数|若干|共)余?(?:名|人|户|例|件|起|位|次)"
)


def _is_topic(text: str, rules: Rules, start: int, end: int) -> bool:
    if rules.topic_begins_after.match(text, end) or rules.topic_ends_before.search(
        text, max(start - _LONGEST_TOPIC, 0), start
    ):
        return True
    if _GROUPED.match(text, end):
        return True
    before = text[max(start - _LONGEST_TOPIC, 0) : start]
    if before[-1:] in _DENIED_ENDS:
        return _DENIED.search(before) is not None
    return before[-1:] in _COUNTERS and _COUNTED.search(before) is not None


_NUMERAL = "[1-4一二三四壹贰叁肆ⅠⅡⅢⅣ]"
_DEGREE = re.compile(
    f"(?:(?:视力|听力|言语|肢体|智力|精神|多重)(?:残疾|障碍)?[ ,，:：(（]?{_NUMERAL}级|残疾(?:等级|程度"
    f"|级别)?[ :：(（]{{0,2}}{_NUMERAL}级|{_NUMERAL}级(?:残疾|伤残|肢残|智残|精神|视力|听力|肢体|言语|智力))"
)


def _degrees(squeezed: Squeezed, passages: Passages) -> Iterator[Detail]:
    """A disability with its kind or degree."""
    is_of_many = partial(_is_of_many, squeezed.text)
    for found in _DEGREE.finditer(squeezed.text) if "级" in squeezed.text else ():
        first, last = squeezed.origin(*found.span())
        passage = passages.at(first)
        if passages.concerns_someone(passage):
            yield Detail("health", first, last, passage, is_of_many, found.span())


_DEGREES_ON = re.compile("及?以上|以下|至|-|、[一二三四1-4]级")


def _is_of_many(text: str, start: int, end: int) -> bool:
    return _GROUPED.match(text, end) is not None or _DEGREES_ON.match(text, end) is not None


# --- children ---------------------------------------------------------------------------------------------

_COUNT = {one: value for value, one in enumerate("零一二三四五六七八九十")} | {"〇": 0, "两": 2}
_AGE_WORD = re.compile("周?岁|个月大|月龄|年龄[ :：]{1,2}([0-9]{1,2})(?![0-9])")
_AGE = re.compile(
    "(?:年龄|现年|年仅|今年|刚满|年满|岁数)?[ :：]{0,2}(?<![0-9.第])"
    "([0-9]{1,2}|[一二三四五六七八九两]?十?[一二三四五六七八九两十])个? ?$"
)
_AGE_OF_RULE = re.compile(
    "[^\x1c-\x1f。]{0,2}(?:以上|以下|以内|以后|以前|之间|至|-|及|的老|老年|的人|的妇女|的儿童|的未成年|儿童)"
)
_BORN = re.compile(
    "((?:19|20)[0-9]{2})(?:年|[-./])([0-9]{1,2})(?:月|[-./])?(?:[0-9]{1,2}日?)?(?:出生|生(?![产活成效]))"
    "|出生(?:日期|年月|于)[ :：]{0,2}((?:19|20)[0-9]{2})(?:年|[-./])([0-9]{1,2})"
)
_CLASS_NUMBER = "(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})"
_IN_BRACKETS = f"[一二三四五六七八九1-9][(（]{_CLASS_NUMBER}[)）] ?班"  # 四（2）班
_SCHOOL = re.compile(
    f"(?:小学|中学|初中|高中|学校|幼儿园|附小|附中|实验|完小|一中|二中|三中|四小"
    f"|一小|二小|三小|五小|六小|七小|八小|九小|十小)[ ,，(（]?(?:部)?"
    f"(?:{_CLASS_NUMBER}年级(?:[ ,，(（]?{_CLASS_NUMBER}[)）]? ?班)?|[小中大]{_CLASS_NUMBER}?班"
    f"|[初高][一二三](?:年级)?(?:[ ,，(（]?{_CLASS_NUMBER}[)）]? ?班)?|{_CLASS_NUMBER}[)）]? ?班|{_IN_BRACKETS}"
    f"|[0-9]{{4}}级(?:[(（]?{_CLASS_NUMBER}[)）]?班)?)"
)
_CLASS_ALONE = re.compile(
    f"{_CLASS_NUMBER}年级[ (（]?{_CLASS_NUMBER}[)）]? ?班|[初高][一二三][ (（]?{_CLASS_NUMBER}[)）]? ?班|{_IN_BRACKETS}"
)
_GROWN = re.compile("大学|学院|教师|老师|班主任|校长|园长|任教|执教|家长会|党员|老年")
_PUPIL = re.compile("(?:就读于|就读|在读|读于|上学于)[^。\x1c-\x1f]{0,16}?(?:小学|中学|初中|高中|幼儿园|附小|附中)")


def _children(view: str, passages: Passages, today: date | None) -> Iterator[Detail]:
    for first, last in chain(_ages(view, passages), _births(view, passages, today), _classes(view, passages)):
        yield Detail("minor", first, last, passages.at(first))


def _ages(view: str, passages: Passages) -> Iterator[tuple[int, int]]:
    for word in _AGE_WORD.finditer(view):
        if not passages.concerns_someone(passages.at(word.start())):
            continue
        found = word if word[1] else _AGE.search(view, max(word.start() - 9, 0), word.start())
        if found and _is_childs_age(found[1], word[0]) and not _AGE_OF_RULE.match(view, word.end()):
            start = found.start(1)
            if not _is_range(view, start):
                yield start, word.end()


def _births(view: str, passages: Passages, today: date | None) -> Iterator[tuple[int, int]]:
    for found in _BORN.finditer(view) if today and "生" in view else ():
        year, month = int(found[1] or found[3]), int(found[2] or found[4])
        is_childs = today and 0 <= (today.year - year) * 12 + today.month - month < _ADULT * 12
        if is_childs and passages.concerns_someone(passages.at(found.start())):
            yield found.span()


def _classes(view: str, passages: Passages) -> Iterator[tuple[int, int]]:
    for pattern, sign in ((_SCHOOL, ""), (_CLASS_ALONE, "班"), (_PUPIL, "")):
        for found in pattern.finditer(view) if sign in view else ():
            if not passages.concerns_someone(passages.at(found.start())):
                continue
            if not _GROWN.search(view, max(found.start() - 10, 0), min(found.end() + 14, len(view))):
                start = _place_start(view, found.start()) if pattern is _SCHOOL else found.start()
                yield start, found.end()


def _is_childs_age(written: str, unit: str) -> bool:
    return "月" in unit or 0 < _number(written) < _ADULT


def _number(written: str) -> int:
    if written.isascii():
        return int(written)
    tens, ten, units = written.rpartition("十")
    if not ten:
        return _COUNT[written] if len(written) == 1 else 99
    return (_COUNT.get(tens, 1) if tens else 1) * 10 + (_COUNT.get(units, 0) if units else 0)


_RANGE_BEFORE = re.compile("(?:[0-9一二三四五六七八九十][-至到~、]|满|未满|不满|年满)[ ]?$")


def _is_range(view: str, start: int) -> bool:
    before = view[max(start - 3, 0) : start]
    return before[-2:] != "未满" and _RANGE_BEFORE.search(before) is not None


# --- homes ------------------------------------------------------------------------------------------------

_NO = "(?:[0-9]{1,4}|[一二三四五六七八九十百零〇]{1,5})"
_NOT_A_HOUSE = (
    "(?!田(?!.{1,2}家)|[地宗渠沟井棚圈机泵线文令闸桩池塘库坝鱼温日~、]|公告|通知|文件|项目|标段|路灯|机井|变压器|大棚|温棚"
    "|院落整治|议案|提案|决议|至|-[0-9])"
)
_HOUSE = re.compile(
    f"(?:村|社区|组|队|社|街|路|巷|庄|屯|弄|道|坊|新区|小区|家园|花园|花苑|苑|园|里|区|镇|湾|段)[ ,，]?(?:第"
    f"|门牌)?{_NO}(?:[-之附]{_NO})?[ ]?号(?!楼|院?{_NO}?[栋幢])(?:[院房宅]|住宅|附{_NO}号)?{_NOT_A_HOUSE}"
    f"|(?:[0-9]{{1,3}}|[一二三四五六七八九十]{{1,3}}|[A-Za-z])[ ]?(?:栋|幢|座|号楼|号院|#楼|#"
    f"|楼)[ ,，]?(?:[0-9]{{1,2}}|[一二三四五六七八九十]{{1,2}}|[A-Za-z甲乙丙丁])?[ ]?(?:单元"
    f"|门)?[ ,，]?(?:[0-9]{{3,4}}|[一二三四五六七八九零〇]{{3,4}})[ ]?(?:室|号|户)?"
    f"|(?:[0-9]{{1,3}}|[一二三四五六七八九十]{{1,3}})[ ]?(?:栋|幢|座|号楼)[ ]?(?:[0-9]{{1,2}}"
    f"|[一二三四五六七八九十]{{1,2}})[ ]?(?:单元|门)(?:[0-9]{{1,4}}(?:室|号|户))?"
    f"|(?:小区|家园|花园|花苑|苑|园|公寓|新村|府|庭|社区|新居|城"
    f"|湾)[ ]?[0-9]{{1,3}}-[0-9]{{1,2}}-[0-9]{{2,4}}(?:室|号)?"
    f"|[0-9]{{1,2}}[ ]?单元[ ]?[0-9]{{3,4}}[ ]?[室号]?|门牌(?:号码|号)?[ :：]{{0,2}}(?:第)?{_NO}(?:号|(?![{HAN}]))"
)
_HOUSE_SIGN = re.compile("[号栋幢座楼元门室户#区园苑府庭城湾村寓居]")
_HOUSEHOLD = re.compile(f"(?:组|队|社)[ ]?第?{_NO}户(?![籍数主均])")
_RESIDENCE = re.compile("家住|现住|居住|住址|住在|地址|户籍地|住所|家庭住|门牌|住")
_PLACE = re.compile(f"[{HAN}0-9 A-Za-z（）()-]*$")
_LONGEST_PLACE = 30
_LONG_NUMBER = re.compile("[0-9]{5,}[0-9A-Za-z]*")  # belongs to something else than an address
_PLACE_BEGINS = re.compile(
    "户籍地址|联系地址|户籍所在地|户口所在地|门牌号码?[:：]|家庭地址|家庭住址|居住地址|现住址|常住地址|家住在|家住|现居住于|现居住在|现居住|现住在|现住"
    "|居住在|居住于|居住|住在|住于|住址|住所|地址为|地址|户籍地为|户籍地|户籍在|户籍|位于|家在|家庭|搬至|搬到"
    "|租住于|租住在|租住|借住在|借住|现居|就读于|就读|在读|读于|为|是|在|于|住|[(（:：,，、]"
)
_PLACE_FRONT = re.compile(
    "宁夏|银川|兴庆|掌政|本村|本镇|[^\\s]{0,6}?(?:自治区|省|市|县|区|镇|乡|街道|村|社区|小区|家园|花园)"
)
_OFFICE_PLACE = re.compile(
    "办公地址|办公地点|办理地点|受理地点|办公场所|单位地址|注册地址|经营地址|通讯地址|邮寄地址|机构地址"
    "|项目地点|建设地点|施工地点|集合地点|会议地点|活动地点|地点|投递|寄送|门店|坐落|四至|所在地|现场"
)


def _homes(view: str, passages: Passages, rules: Rules) -> Iterator[Detail]:
    if not _HOUSE_SIGN.search(view):
        return
    for found in _HOUSE.finditer(view):
        if not passages.concerns_someone(passages.at(found.start())):
            continue
        start = _place_start(view, found.start())
        if not _is_offices_place(view, start, found.end(), rules) and not _WORKPLACE.search(view, start, found.end()):
            yield Detail("address", start, found.end(), passages.at(start))
    for found in _HOUSEHOLD.finditer(view):
        if _RESIDENCE.search(view, max(found.start() - 20, 0), found.start()):
            start = _place_start(view, found.start())
            passage = passages.at(start)
            if passages.concerns_someone(passage):
                yield Detail("address", start, found.end(), passage)


def _place_start(view: str, house: int) -> int:
    """Where the address that ends with a house begins: after the last word that leads to a place."""
    place = _PLACE.search(view, max(house - _LONGEST_PLACE, 0), house + 1)
    first = place.start() if place else house
    for word in _PLACE_BEGINS.finditer(view, first, house):
        first = word.end()
    for number in _LONG_NUMBER.finditer(view, first, house):
        first = number.end()
    while view[first] in " ":
        first += 1
    return first


def _is_offices_place(view: str, start: int, end: int, rules: Rules) -> bool:
    before = _CLAUSE_ENDS.split(view[max(start - 24, 0) : start])[-1]
    if _OFFICE_PLACE.search(before) or rules.organisation.search(before + view[start:end]):
        return not _HOME_WORD.search(before)
    return _OFFICE_AFTER.match(view, end, end + 14) is not None


_WORKPLACE = re.compile("温棚|大棚|棚区|摊位|地块")
_HOME_WORD = re.compile("家住|现住|住址|家庭住|居住|户籍|户口")
_OFFICE_AFTER = re.compile(
    "[ ]?[(（]?[^。，,；;\x1c-\x1f]{0,6}?(?:村委会|政府|办公|服务中心|便民|大厅|党群|院内|办公室|门面|商铺)"
)
