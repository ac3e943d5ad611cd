"""A sentence that one page leaves for the next: "已提交". It travels in the signed cookie of the session."""

from flask import g, session

_KEY, _MOST = "notices", 3


def notify(sentence: str) -> None:
    """Tell the person at the top of the page that comes next."""
    g.notice = sentence
    session[_KEY] = [*session.get(_KEY, []), sentence][-_MOST:]


def take_notices() -> list[str]:
    """What is to be told now, and not again; nothing where pages are the same for everybody."""
    if not g.get("has_session") or not session.get(_KEY):
        return []
    notices: list[str] = session.pop(_KEY)
    return notices
