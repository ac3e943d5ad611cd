"""The files of a township, rewritten with hostile text at every place where the loader takes any.

A place is a file and what leads to a value in it, such as ``("township.yaml", "offices[].name")``. Wherever the same
value stands, it is rewritten alike: files refer to each other by names.
"""

import csv
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from tests.browsing.pen import Pen
from villagepub.setup.township_file import TownshipFileRefused, read_township_file

Place = tuple[str, str]
Turn = Callable[[Place, str], str]
MAIN, TABLES = "township.yaml", ("divisions.csv", "catalogue.csv")
ROOM = 26  # signs of every text that is rewritten, twice of which is a name's length; a number follows
SHARED = ("province", "prefecture", "county")  # places above, which other townships lie in too
HOLDER = "uploader"
MORE: dict[str, Any] = {  # what the file may have besides
    "routing": {
        "valid_from": "2023-11-01",
        "rules": [{"items": ["C"], "channels": ["website"], "held_by": "uploader"}],
    },
    "regional_holidays": [{"date": "2023-11-10", "notice": "通知", "name": "假日"}],
    "answer_days": 15,
    "feedback_days": 15,
    "told_of_incidents": ["secrecy"],
}
CONTACT = {"address": "地址", "email": "a@example.gov.cn"}
SHAPED: set[Place] = {
    *((MAIN, key) for key in ("divisions", "catalogue", "township.code", "working_hours[]", "offices[].key")),
    *((MAIN, f"channels[].{key}") for key in ("key", "counted")),
    *((MAIN, f"due.{frequency}.of") for frequency in ("monthly", "quarterly", "half_yearly", "yearly")),
    *((MAIN, f"routing.{key}") for key in ("valid_from", "rules[].items[]", "rules[].channels[]", "rules[].held_by")),
    *((MAIN, key) for key in ("regional_holidays[].date", "people[].posts[]")),
    *((MAIN, f"posts[].{key}") for key in ("key", "role", "office", "village")),
    *(("divisions.csv", key) for key in ("code", "level", "parent", "on_platform_from")),
    *(("catalogue.csv", key) for key in ("code", "group", "frequency", "also_summarised", "staged")),
    *(("catalogue.csv", key) for key in ("publicity_days", "privacy")),
}
"""What takes a key, a code, a day or a word of a list, and refuses all else; a key of a post is written by its door."""
KEPT = {(MAIN, "people[].username"), (MAIN, "people[].password")}
"""By what the tests sign in. The interface's own user names are written; passwords are for demonstrations alone."""


@dataclass(frozen=True)
class Files:
    main: Any
    tables: dict[str, list[dict[str, str]]]

    def turned(self, turn: Turn) -> "Files":
        main = _turned(self.main, "", lambda place, value: turn((MAIN, place), value))
        tables = {
            name: [
                row if row.get("level") in SHARED else {key: turn((name, key), value) for key, value in row.items()}
                for row in rows
            ]
            for name, rows in self.tables.items()
        }
        return Files(main, tables)

    def texts(self) -> dict[Place, list[str]]:
        """The different values of each place, blank ones left out."""
        found: dict[Place, list[str]] = {}
        self.turned(lambda place, value: [found.setdefault(place, []).append(value), value][1] if value else value)
        return {place: list(dict.fromkeys(values)) for place, values in found.items()}

    def write(self, folder: Path) -> Path:
        for name, rows in self.tables.items():
            with (folder / name).open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
        (folder / MAIN).write_text(yaml.safe_dump(self.main, allow_unicode=True, sort_keys=False), encoding="utf-8")
        return folder / MAIN


def read_files(folder: Path) -> Files:
    main = yaml.safe_load((folder / MAIN).read_text(encoding="utf-8")) | MORE
    main["township"]["contact"] |= CONTACT
    return Files(main, {name: list(csv.DictReader(StringIO((folder / name).read_text("utf-8")))) for name in TABLES})


def hostile(files: Files, pen: Pen, folder: Path) -> tuple[Files, set[Place]]:
    """The files with hostile text, and the places that took none."""
    shaped, numbers = set(), count()
    for place, values in files.texts().items():
        names = {} if place in KEPT else {value: _written(pen, value, next(numbers)) for value in values}
        tried = files.turned(lambda _, value, names=names: names.get(value, value))
        if names and not faults_of(tried, folder):
            files = tried
        else:
            shaped.add(place)
    return files, shaped - KEPT


def _written(pen: Pen, value: str, number: int) -> str:
    """A star stands for each office or village, and stays."""
    return f"{pen(ROOM, without='*')}{number}{'*' if '*' in value else ''}"


def keys_asked_for(files: Files, folder: Path) -> set[str]:
    """The keys that the loader knows and the files have nowhere: an unknown one in a section makes it tell them."""
    keys = dict[str, set[str]]()
    for place, section in _sections(files.main, ""):
        keys.setdefault(place, set()).update(map(str, section))
    missing = set[str]()
    for place in keys:
        asked = deepcopy(files)
        next(section for at, section in _sections(asked.main, "") if at == place)["?"] = "?"
        told = [found for fault in faults_of(asked, folder) if (found := re.search("这里可用的有：(.+?)。", fault))]
        missing |= {f"{place}.{key}" for found in told for key in set(found[1].split("、")) - keys[place]}
    return missing


def faults_of(files: Files, folder: Path) -> list[str]:
    try:
        read_township_file(files.write(folder), demo=True)
    except TownshipFileRefused as refused:
        return refused.faults
    return []


def _sections(value: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each mapping, with the place that it shares with its like."""
    if isinstance(value, dict):
        yield place, value
        for key, each in value.items():
            yield from _sections(each, f"{place}.{key}".lstrip("."))
    elif isinstance(value, list):
        for each in value:
            yield from _sections(each, f"{place}[]")


def _turned(value: Any, place: str, turn: Callable[[str, str], str]) -> Any:
    if isinstance(value, dict):
        return {key: _turned(each, f"{place}.{key}".lstrip("."), turn) for key, each in value.items()}
    if isinstance(value, list):
        return [_turned(each, f"{place}[]", turn) for each in value]
    return turn(place, value) if isinstance(value, str) else value
