"""Photographs and scans: drawn anew, upright, so that nothing but the picture goes out."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import ExifTags, Image, ImageFile, ImageOps, IptcImagePlugin, UnidentifiedImageError

from villagepub.intake.findings import Examined, FileRefused
from villagepub.intake.kinds import JPEG, PNG, WEBP
from villagepub.intake.limits import LONGEST_SIDE, THUMBNAIL_SIDE, Limits

FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
_TOO_MANY_PIXELS = "图片的像素过多，请缩小到 6400 万像素以内再传。"
_MOVING = "这是会动的图片，只会公开第一帧。请截取需要的画面，另存为 jpg 或 png 后再传。"
_OF_WINDOWS = range(0x9C9B, 0x9CA0)  # title, comment, author, keywords, subject
_OF_THE_FILE = {"exif", "icc_profile", "jfif", "jfif_version", "photoshop", "adobe", "transparency", "mp", "mpoffset"}
_DAMAGED = "图片已损坏或无法打开，请重新拍摄或另存后再传。"


def open_file(media_type: str, data: bytes, limits: Limits) -> Examined:
    with _opened(FORMATS[media_type], data, limits) as opened:
        if media_type != JPEG and getattr(opened, "is_animated", False):  # a telephone's JPEG may hold depth beside it
            raise FileRefused(_MOVING)
        text = [("图片属性", note) for note in _notes(opened)]
    picture = redrawn(FORMATS[media_type], data, limits)
    small = picture.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return Examined(
        media_type=media_type,
        cleaned=written(picture, FORMATS[media_type]),
        thumbnail=written(small, "WEBP"),
        text=text,
        has_text=False,
    )


def redrawn(form: str, data: bytes, limits: Limits) -> Image.Image:
    """The picture as people see it, without anything that was written beside it. Raises FileRefused."""
    with _opened(form, data, limits) as opened:
        if opened.width > LONGEST_SIDE or opened.height > LONGEST_SIDE:
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(opened)
    plain = _plain(upright, form)
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain.info.clear()
    return plain


@contextmanager
def _opened(form: str, data: bytes, limits: Limits) -> Iterator[ImageFile.ImageFile]:
    Image.MAX_IMAGE_PIXELS = limits.pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(data), formats=[form]) as opened:
            yield opened
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise FileRefused(_TOO_MANY_PIXELS) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise FileRefused(_DAMAGED) from None


def _notes(opened: ImageFile.ImageFile) -> Iterator[str]:
    """What is written beside a picture; none of it goes out."""
    exif = opened.getexif()
    for tag, value in [*exif.items(), *exif.get_ifd(ExifTags.IFD.Exif).items()]:
        yield from _words(value, "utf-16-le" if tag in _OF_WINDOWS else "utf-8")
    if opened.format != "PNG":  # whose info is its texts, and those come below
        for value in (IptcImagePlugin.getiptcinfo(opened) or {}).values():
            yield from _words(value, "utf-8")
    for name, value in opened.info.items():
        if name not in _OF_THE_FILE:
            yield from _words(value, "utf-8")


def _words(value: object, encoding: str) -> Iterator[str]:
    for each in value if isinstance(value, list) else [value]:
        text = each.decode(encoding, "ignore") if isinstance(each, bytes) else str(each)
        if isinstance(each, bytes | str) and (said := text.replace("\0", " ").strip()):
            yield said


def _plain(picture: Image.Image, form: str) -> Image.Image:
    """In a mode that every reader shows alike."""
    if picture.mode.startswith("I"):  # sixteen bits of grey
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
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
