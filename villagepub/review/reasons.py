"""Why things are sent back: a fixed list, so that a village reads the same words for the same fault.

Source: the township's annual report names 质量不高 as a fault of what villages send; a reason that names the remedy
teaches more than a free one. A reviewer picks one, writes one, or both.
"""

RETURN_REASONS: dict[str, str] = {
    "figures": "数字与附件、合计或上期不一致，请核对后重报。",
    "incomplete": "内容不完整，缺少应当公开的项目，请补齐后重报。",
    "itemised": "收支须逐项逐笔列明，请补充明细后重报。",
    "attachment": "附件缺失、看不清或与正文不符，请重新上传。",
    "privacy": "含有不宜公开的个人信息，请遮盖或删去。",
    "wording": "有错别字、表述不清或格式不规范，请改正。",
    "basis": "政策依据、项目名称或标准有误，请核对后改正。",
    "entry": "选错了公开事项、周期或公开范围，请改选后重报。",
    "duplicate": "与已经公开的信息重复；如是更正，请用“更正”办理。",
}


def reason_in_words(picked: str | None, written: str) -> str:
    """The comment that a village reads: what was picked, then what was written."""
    return "\n".join(filter(None, [RETURN_REASONS[picked] if picked else "", written]))
