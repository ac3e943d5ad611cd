"""Invitations on paper: a slip for each village's uploader, to be cut out and handed over."""

import base64
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

import segno
import typst

from villagepub.core import clock

TEMPLATE = Path(__file__).parent / "templates" / "accounts" / "invitations.typ"
WITH_WECHAT = ("用微信扫右边的小程序码。", "核对村名，点“接受邀请”。", "扫不了时，在小程序“我的”里填邀请码。")
WITHOUT_WECHAT = ("用手机扫右边的二维码，打开网站。", "点“接受邀请”，填写邀请码。", "设置自己的密码，以后用它登录。")
_FONTS = "pylopdf_fonts_zh_cn"  # Noto Sans SC and Noto Serif SC
_JPEG = b"\xff\xd8"


@dataclass(frozen=True)
class Slip:
    """What one village gets. code is a secret. picture: JPEG, PNG or SVG."""

    village: str
    post: str
    whom: str
    code: str
    expires_at: datetime
    picture: bytes


def public_code(address: str) -> bytes:
    """A QR code (ISO/IEC 18004) of the public address, as SVG: where there is no mini-program."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=2, xmldecl=False)
    return drawn.getvalue()


def as_pdf(township: str, slips: Sequence[Slip], *, is_for_wechat: bool) -> bytes:
    """A4, three slips a page. township: its name."""
    now = clock.local(clock.now())
    words = {
        "title": f"{township}村务公开　邀请单",
        "made": f"{now:%Y年%m月%d日} 制",
        "steps": WITH_WECHAT if is_for_wechat else WITHOUT_WECHAT,
        "caption": "微信扫码" if is_for_wechat else "扫码打开网站",
        "nobody": "各村的村务公开专人都已绑定微信，没有要发的邀请。",
        "slips": [_shown(slip) for slip in slips],
    }
    return typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=_fonts(),
        sys_inputs={"sheet": json.dumps(words, ensure_ascii=False)},
        timestamp=int(now.timestamp()),
    )


def _shown(slip: Slip) -> Mapping[str, str]:
    return {
        "village": slip.village,
        "post": slip.post,
        "whom": slip.whom,
        "code": slip.code,
        "expires": f"{clock.local(slip.expires_at):%m月%d日 %H:%M}",
        "picture": _as_svg(slip.picture),
    }


def _as_svg(picture: bytes) -> str:
    """Whatever the picture is, as a text that can be passed on; the first bytes tell."""
    if picture.lstrip().startswith(b"<"):
        return picture.decode()
    kind = "jpeg" if picture.startswith(_JPEG) else "png"
    data = base64.b64encode(picture).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 430 430">'
        f'<image width="430" height="430" xlink:href="data:image/{kind};base64,{data}"/></svg>'
    )


@cache
def _fonts() -> typst.Fonts:
    """Only what comes along: the same sheet on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(files(_FONTS))])
