"""The logic of ``flask --app wsgi screen``: lines or files in, findings as lines of JSON out."""

import json
from collections.abc import Iterable, Iterator
from datetime import date

from villagepub.screening.folding import looks_like_html
from villagepub.screening.rules import Rules
from villagepub.screening.screen import screen


def screen_lines(lines: Iterable[str], rules: Rules, today: date | None = None) -> Iterator[str]:
    """For each line ``{"id", "text"}`` a line ``{"id", "findings": [{"kind", "severity", "start", "end"}]}``.

    Blank lines are skipped. A line may say ``"html": true`` or ``false`` and an ``"entry"``; without, a text
    with tags is taken as HTML. Raises ValueError, naming the line, at the first that is not such a line: what
    cannot be read is never called clean.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _screened(*_read(line, number), rules, today)


def screen_file(name: str, text: str, rules: Rules, today: date | None = None) -> str:
    """The line for a file of plain text or HTML; its id is its name."""
    return _screened(name, text, looks_like_html(text), None, rules, today)


def _read(line: str, number: int) -> tuple[object, str, bool, str | None]:
    try:
        content = json.loads(line.removeprefix("\ufeff"))
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f'第 {number} 行不是 JSON，请每行写一个对象，如 {{"id": "1", "text": "……"}}。') from error
    if not isinstance(content, dict) or "id" not in content or not isinstance(content.get("text"), str):
        raise ValueError(f"第 {number} 行须有 id 和 text 两项，且 text 是文字，请补上。")
    text, html, entry = content["text"], content.get("html"), content.get("entry")
    if not isinstance(html, bool | None) or not isinstance(entry, str | None):
        raise ValueError(f"第 {number} 行的 html 须是 true 或 false，entry 须是目录编号（如 G01），请改正或删去。")
    return content["id"], text, looks_like_html(text) if html is None else html, entry


def _screened(name: object, text: str, html: bool, entry: str | None, rules: Rules, today: date | None) -> str:
    findings = [
        {"kind": found.kind, "severity": found.severity, "start": found.start, "end": found.end}
        for found in screen(text, html=html, rules=rules, entry=entry, today=today)
    ]
    return json.dumps({"id": name, "findings": findings}, ensure_ascii=False)
