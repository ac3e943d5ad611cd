"""Marks of secrecy: a level with its period (机密★5年), a level alone as a mark, and the marks of inner papers.

A mark quoted in law or in an instruction is none: 国家秘密分为绝密、机密、秘密三级. A level is a mark with a star
or a period, after 密级, in brackets, or alone in its line or cell. Source: GB/T 9704-2012
on 密级和保密期限, 保守国家秘密法 art. 22.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from villagepub.screening.findings import Hit
from villagepub.screening.folding import Squeezed, fold, squeeze
from villagepub.screening.words import Word

_LEVEL = "(?:绝密|机密|秘密)级?"
_COUNT = "[0-9一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾百两半]"
_PERIOD = (
    f"(?:长期|永久|{_COUNT}{{1,4}} ?(?:年{_COUNT}{{1,2}}个月|年半|个月|年|天|日)(?![0-9]*月)"
    "|解密前|启用前|公开前|[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日)"
)
_STAR = "(?:★|\\*|＊)"
_OPEN, _CLOSE = "[\\[【〔［(（{〖「『<〈]", "[\\]】〕］)）}〗」』>〉]"
_EDGE = "\x1c-\x1f\n"

_STARRED = re.compile(f"{_LEVEL} {{0,2}}{_STAR}{{1,3}} {{0,2}}(?:{_PERIOD})?")
_LABELLED = re.compile(
    f"(?:密级(?:等级|标识|标志|级别)?(?:和保密期限|及保密期限)?|保密等级|保密级别|涉密等级|秘密等级"
    f"|定密)[{_CLOSE[1:-1]}]? ?(?:[:：=]|为|是|定为|\x1f)[ \x1f]{{0,2}}{_OPEN}?(?:{_LEVEL}|工作秘密|内部)"
    f"(?: {{0,2}}{_STAR})?(?: {{0,2}}{_PERIOD})?"
)
_LABELLED_BARE = re.compile(
    f"(?:(?<=[{_EDGE}。])"
    f"|^)[ 【\\[]{{0,2}}(密级[】\\]]? {{0,4}}{_OPEN}?{_LEVEL}(?: {{0,2}}{_STAR})?"
    f"(?: {{0,2}}{_PERIOD})?)(?![、，,和或及])"
)
_PERIOD_LABELLED = re.compile(f"保密期限 ?[:：] ?(?:{_PERIOD})")
_BRACKETED = re.compile(f"{_OPEN} ?{_LEVEL}(?: {{0,2}}{_STAR}? {{0,2}}{_PERIOD})? ?{_CLOSE}")
_ALONE = re.compile(
    f'(?:(?<=[{_EDGE}])|^)[ "“]{{0,4}}({_LEVEL}(?: {{0,2}}{_STAR}? {{0,2}}[(（]?{_PERIOD}[)）]?)?)'
    f'[ "”。!！]{{0,4}}(?=[{_EDGE}]|$)'
)
_AT_HEAD = re.compile(
    f"(?:(?<=[{_EDGE}])|^) ?({_LEVEL}(?: {{0,2}}{_PERIOD})?)(?= {{1,8}}(?:[0-9]{{2,8}}|特急|加急|平急|急件"
    f"|第[0-9]+号|份号|No|编号|紧急))"
)
_COPY = re.compile(f"(?:份号[ :：]{{0,2}}[0-9]{{3,8}} {{0,4}}|[0-9]{{6}} {{1,4}})({_LEVEL})(?=[{_EDGE} ]|$)")
_THIS_IS = re.compile(
    f"(?:本文件|本件|此件|该件|本文|本资料|本材料|本文档|此文件|此文)(?:的?密级)?(?:为|属于?|系|是"
    f"|定为)(?:国家)?{_LEVEL}(?:文件|级|件|资料|材料)?"
)

_QUOTED_AFTER = re.compile(
    f'{_CLOSE}?["”’」』]?(?: ?(?:等)?(?:字样|标志|标识|标记|戳记|印章|的含义|、|或|和|及|三级|三个等级|两级'
    f"|级事项|级国家秘密|是指|是最重要|是重要|是一般))"
)
_QUOTED_BEFORE = re.compile(
    "(?:标有|标注|标明|注明|印有|加盖|盖有|写有|带有|载有|分为|包括|例如|比如|诸如|如|凡|、|和|或|及|与|所谓"
    '|称为|叫做|名为|标识为|标志为|书名|小说|电影|电视剧|歌曲)["“‘「『]?$'
)

_WORK = re.compile("工作秘密")
_WORK_TALK_BEFORE = re.compile(
    "(?:国家秘密|商业秘密|个人隐私|涉及|涉|泄露|泄漏|含有|包含|有无|是否|保守|不得|防止|严守|及|和|或|、|与"
    "|关于|属于国家秘密|确定|认定|知悉|接触|掌握|处理|存储|传输|规范|加强|什么是|所称|非法获取|标注|规定的|为"
    "|对|把|按|列入|各类)$"
)
_WORK_TALK_AFTER = re.compile(
    "(?:的?(?:信息|事项|管理|制度|清单|范围|审查|保护|定义|确定|认定|保密|办法|规定|内容|文件资料|泄露|安全"
    "|培训|载体|行为)|和|及|、|或|与|是指|不得|，不得|等|未经|的，|的人员|严禁)"
)
_IS_THIS = re.compile(
    "(?:本文件|本件|此件|该件|本资料|本材料|内容|本文|以下|密级|类别|属性|标注|标识)(?:内容)?(?:的)?[:：]?(?:为"
    "|属于?|系|是|涉及)?$"
)

_INNER = re.compile("内部(?:资料|文件|使用|材料|参考|掌握|传阅|刊物|文稿|参阅|发行|件)")
_INNER_TALK_BEFORE = re.compile(
    "(?:清理|整理|管理|泄露|泄漏|上传|发布|转发|将|把|含有?|包含|不含|涉及|对|查阅|借阅|建立|非|保管|销毁|制定"
    "|完善|规范|机关|单位|各类|有关|相关|公司|涉密、|涉密和|及|和|或|、|传播|公开|的|未经批准|印制|编印|出版"
    "|购买|室|擅自|携带|复制|存放|存储|处理|窃取|村委会|政府|我镇|我村|本单位|系统)$"
)
_INNER_TALK_AFTER = re.compile(
    "(?:室|柜|面积|空间|管理|制度|性出版|性资料|的|流转|传递|登记|和|及|、|或|与|等|上网|上传|外泄|泄露|不得上网|不得上传"
    "|不得在|保管|清理|销毁|归档|印刷|规定|审批|目录|交换|平台|系统|设备)"
)
_INNER_LEADS = re.compile("(?:仅限|仅供|只限|限|供|仅|属于?|系|为|是)(?:[\u4e00-\u9fff]{0,6})?$")

_KEEP_IT = re.compile(
    "[ ,，。:：;；!！]{0,3}(?:注意保存|注意保密|请勿外传|不得外传|严禁外传|禁止外传|请勿|勿|切勿|谨慎|妥善"
    "|阅后|严禁翻|不得翻|不得复|严禁复|不得转|严禁转|不得扩散|严禁扩散)"
)
_NOT_PUBLIC = re.compile(
    "(?:此件|本件|该件|此文|本文件|本文|此文件|本资料|本信息|此信息)(?:为|属于?|系)?(?:依法|按规定)?(?:不(?:予"
    "|宜|得|能|可)?(?:对外|向社会|主动)?公开(?!发[布表]的)|不对外公开|不向社会公开|不得公开|不予发布|不公开发布"
    "|不得对外公布|不发布|不上网|不得上网)"
)
_ATTRIBUTE = re.compile(
    "(?:公开(?:属性|方式|类型|类别|形式|范围|选项|情况|与否)"
    "|是否公开|主动公开属性|信息属性|公文属性)[)）]? ?(?:[:：=]|\x1f"
    '|为)[ \x1f]{0,2}["“]?(?:不予公开|不公开|非公开|内部|工作秘密)'
)
_REFUSED_ALONE = re.compile(
    "(?:(?<=[\x1e\n])|^)[ \\[【(（]{0,3}(不予公开|不公开|不宜公开)[ \\]】)）。]{0,3}(?=[\x1e\n]|$)"
)

_STATE_PATTERNS = (_STARRED, _LABELLED, _LABELLED_BARE, _PERIOD_LABELLED, _AT_HEAD, _ALONE, _COPY, _THIS_IS, _BRACKETED)
_Judge = Callable[[str, int, int, re.Match[str]], bool]


def has_state_mark(text: str) -> bool:
    """Whether a text, not HTML, bears a mark of a state secret. Asks no rules, so no faulty rule can hide one."""
    return any(is_state for _, _, is_state in _marks(squeeze(fold(text, html=False).text).text))


def find_marks(view: str, squeezed: Squeezed, words: Sequence[Word]) -> list[Hit]:
    """The marks of a text, and, where it has none, the words that inner papers are known by."""
    text = squeezed.text
    hits = [
        Hit("secret_mark", *squeezed.origin(start, end), text[start:end], is_classified=is_state)
        for start, end, is_state in _marks(text)
    ]
    hits.extend(_flagged_words(squeezed, words, has_mark=bool(hits)))
    return _outermost(hits, view)


def _outermost(hits: list[Hit], view: str) -> list[Hit]:
    """One hit for each mark: neither what lies inside another one, nor a level apart from the period after it."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (one.start, -one.end)):
        if not kept or not (hit.start < kept[-1].end or _is_one_mark(kept[-1], hit, view)):
            kept.append(hit)
        elif hit.end > kept[-1].end:
            value = view[kept[-1].start : hit.end]
            kept[-1] = kept[-1]._replace(
                end=hit.end, value=value, is_classified=kept[-1].is_classified or hit.is_classified
            )
    return kept


_WITHIN_MARK = re.compile("[ \\[【(（,，;；]{0,4}")


def _is_one_mark(first: Hit, second: Hit, view: str) -> bool:
    is_period = view.startswith("保密期限", second.start)
    return is_period and _WITHIN_MARK.fullmatch(view, first.end, second.start) is not None


def _marks(text: str) -> Iterator[tuple[int, int, bool]]:
    """Each mark: where it begins and ends, and whether it is one of a state secret."""
    for pattern in _STATE_PATTERNS if "密" in text else ():
        for found in pattern.finditer(text):
            if not _is_quoted(text, found, pattern):
                is_inner = "工作秘密" in found[0] or "内部" in found[0]
                yield *found.span(pattern.groups), not is_inner
    for pattern, judge in ((_WORK, _is_work_mark), (_INNER, _is_inner_mark)):
        for found in pattern.finditer(text):
            if judge(text, found.start(), found.end(), found):
                yield *found.span(), False
    for pattern, word in ((_NOT_PUBLIC, ""), (_ATTRIBUTE, ""), (_REFUSED_ALONE, "公开")):
        for found in pattern.finditer(text) if word in text else ():
            if not text.startswith(("的", "情形", "范围"), found.end()):
                yield *found.span(pattern.groups), False


def _is_quoted(text: str, found: re.Match[str], pattern: re.Pattern[str]) -> bool:
    if pattern in {_ALONE, _AT_HEAD, _COPY}:
        return False
    is_listed = _QUOTED_AFTER.match(text, found.end()) is not None
    if is_listed and not (pattern is _LABELLED and text[found.end()] == "、"):
        return True
    if _QUOTED_BEFORE.search(text, max(found.start() - 8, 0), found.start()):
        return True
    if pattern is _BRACKETED and found[0][0] in "(（":
        return not _is_at_edge(text, found.start(), found.end())
    return False


def _is_at_edge(text: str, start: int, end: int) -> bool:
    """Whether a passage begins or ends its line."""
    before, after = text[max(start - 2, 0) : start].strip(" "), text[end : end + 2].strip(" ")
    return not before or before[-1] in "\x1c\x1d\x1e\x1f\n" or not after or after[0] in "\x1c\x1d\x1e\x1f\n"


def _is_work_mark(text: str, start: int, end: int, found: re.Match[str]) -> bool:
    before, after = text[max(start - 12, 0) : start], text[end : end + 8]
    if _is_at_edge(text, start, start) and (_is_at_edge(text, end, end) or after[:1] in "★*，,：:；;。 ]】)）"):
        return True
    if before[-1:] in tuple('[【〔(（［"“') and after[:1] in tuple(']】〕)）］"”'):
        return not _QUOTED_AFTER.match(after) and not _QUOTED_BEFORE.search(before[:-1])
    if _IS_THIS.search(before):
        return not _WORK_TALK_AFTER.match(after) or after.startswith(("，不得", "，严禁", "，未经"))
    if after[:1] in tuple("★*"):
        return True
    return not _WORK_TALK_BEFORE.search(before) and not _WORK_TALK_AFTER.match(after)


def _is_inner_mark(text: str, start: int, end: int, found: re.Match[str]) -> bool:
    before, after = text[max(start - 10, 0) : start], text[end : end + 8]
    if _KEEP_IT.match(text, end, end + 14):
        return True
    if _QUOTED_AFTER.match(after) or _QUOTED_BEFORE.search(before):
        return False
    if _INNER_LEADS.search(before):
        return not _INNER_TALK_AFTER.match(after)
    return not _INNER_TALK_BEFORE.search(before) and not _INNER_TALK_AFTER.match(after)


def _flagged_words(squeezed: Squeezed, words: Sequence[Word], *, has_mark: bool) -> Iterator[Hit]:
    """Words that an administrator or the rules flag wherever they stand; inner papers' only without a mark."""
    for kind, start, end in words:
        if kind == "secret_mark" or (kind == "work_secret" and not has_mark):
            yield Hit(kind, *squeezed.origin(start, end), squeezed.text[start:end])
