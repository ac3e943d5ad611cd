"""What WeChat says of a text, asked before the transaction begins."""

from villagepub.feedback.kinds import TextCheck


def ask_platform(person_id: str, text: str) -> TextCheck:
    return TextCheck.NOT_ASKED
