"""Amounts of money in the numerals that cannot be altered. Pure. Source: 《正确填写票据和结算凭证的基本规定》."""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_SECTIONS = ("", "万", "亿")


def in_capitals(amount: int) -> str:
    """``2700`` as ``人民币贰仟柒佰元整``. amount: 元, from 1 to below a million million."""
    text, skipped = "", False
    digits = str(amount)
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit == "0":
            skipped = True
        else:
            text += ("零" if skipped else "") + _DIGITS[int(digit)] + _PLACES[place % 4]
            skipped = False
        if place % 4 == 0 and amount // 10**place % 10_000:
            text += _SECTIONS[place // 4]
    return f"人民币{text}元整"
