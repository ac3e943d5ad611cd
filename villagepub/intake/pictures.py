"""Photographs and scans: drawn anew, upright, so that nothing but the picture goes out."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from villagepub.intake.findings import Examined, FileRefused
from villagepub.intake.kinds import JPEG, PNG, WEBP
from villagepub.intake.limits import LONGEST_SIDE, THUMBNAIL_SIDE, Limits

FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
_TOO_MANY_PIXELS = "图片的像素过多，请缩小到 6400 万像素以内再传。"
_DAMAGED = "图片已损坏或无法打开，请重新拍摄或另存后再传。"


def open_file(media_type: str, data: bytes, limits: Limits) -> Examined:
    picture = redrawn(FORMATS[media_type], data, limits)
    small = picture.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return Examined(
        media_type=media_type,
        cleaned=written(picture, FORMATS[media_type]),
        thumbnail=written(small, "WEBP"),
        has_text=False,
    )


def redrawn(form: str, data: bytes, limits: Limits) -> Image.Image:
    """The picture as people see it, without anything that was written beside it. Raises FileRefused."""
    Image.MAX_IMAGE_PIXELS = limits.pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(data), formats=[form]) as opened:
            if opened.width > LONGEST_SIDE or opened.height > LONGEST_SIDE:
                opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(opened)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise FileRefused(_TOO_MANY_PIXELS) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise FileRefused(_DAMAGED) from None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = _plain(upright, form)
    plain.info.clear()
    return plain


def _plain(picture: Image.Image, form: str) -> Image.Image:
    """In a mode that every reader shows alike."""
    if form == "JPEG":
        return picture.convert("L" if picture.mode == "L" else "RGB")
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


def written(picture: Image.Image, form: str) -> bytes:
    """The bytes of a picture that carries no metadata any more."""
    stream = io.BytesIO()
    options = {"JPEG": {"quality": 85, "optimize": True}, "WEBP": {"quality": 80}, "PNG": {}}.get(form, {})
    picture.save(stream, form, **options)
    return stream.getvalue()
