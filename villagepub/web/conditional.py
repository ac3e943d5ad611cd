"""What staff read is asked for again with If-None-Match, and answered 304 while it is the same."""

from typing import Any

from flask import Flask, Response, g, request

from villagepub.core.digest import digest_of

_SAFE = ("GET", "HEAD")
_MARK = 12  # signs of a digest, beside a version
_BETWEEN = "."


def init_app(app: Flask) -> None:
    """To be called after the frame is: after_request runs backwards, and the frame closes what nobody marked."""
    app.after_request(_make_conditional)


def tag_of(version: str, shown: Any) -> str:
    """The ETag of what has a version for If-Match, and shows more than that version tells: its findings, say.

    shown: all of it, as data for JSON.
    """
    g.tag_tells_all = True
    return f'"{version}{_BETWEEN}{digest_of(shown)[-_MARK:]}"'


def version_in(tag: str) -> str:
    """What If-Match is held against."""
    return tag.partition(_BETWEEN)[0]


def _make_conditional(response: Response) -> Response:
    """A tag for each JSON answer that a signed-in person got. Only that person's client may keep it, and must ask.

    A version that a view gave for If-Match alone is no tag of the answer: there is no 304 for it.
    """
    is_read = request.method in _SAFE and response.status_code == 200 and "actor" in g
    if is_read and response.mimetype == "application/json" and not response.is_streamed:
        has_own = bool(response.get_etag()[0])
        if not has_own:
            response.add_etag()
        if not has_own or g.get("tag_tells_all"):
            response.headers.setdefault("Cache-Control", "private, no-cache")
            response.make_conditional(request)
    return response
