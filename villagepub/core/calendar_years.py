"""One year of holidays as one notice says it: read from YAML and checked whole, without a database.

Sources: 《全国年节及纪念日放假办法》 art. 8 (the State Council arranges each year's days) and art. 4 (an area of
minorities sets its own). A file says only what differs from the plain week.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

NATION = "000000000000"  # in the place of a region's code
SATURDAY = 5
EARLIEST, LATEST = 2000, 2099
_KEYS = {"year", "notice", "announced_on", "source", "days_off", "days_worked", "amendments"}
_REGIONAL_KEYS = {"region", "name", "holidays"}


class CalendarRefused(ValueError):
    """A file that is no calendar. Its text is one Chinese sentence for each fault, a line each."""


@dataclass(frozen=True)
class Amendment:
    """A later notice, and the days that are as they are because of it."""

    notice: str
    announced_on: date | None
    days: frozenset[date]


@dataclass(frozen=True)
class CalendarYear:
    """What the notices of one year say, for the nation or for one region.

    region: the division code that the days are for, or NATION. name and holidays: how people call the region and
    its days, empty for the nation. source: how far the text was checked, where that has to be said.
    days_off: days on which nobody works; days_worked: Saturdays and Sundays that are worked.
    """

    region: str
    year: int
    notice: str
    days_off: frozenset[date]
    days_worked: frozenset[date]
    name: str = ""
    holidays: tuple[str, ...] = ()
    announced_on: date | None = None
    source: str | None = None
    amendments: tuple[Amendment, ...] = ()

    @property
    def is_national(self) -> bool:
        return self.region == NATION

    def notice_of(self, day: date) -> str:
        """The notice that made a day what it is: the last amendment that names it, else the year's own."""
        naming = [amendment.notice for amendment in self.amendments if day in amendment.days]
        return naming[-1] if naming else self.notice

    def as_json(self) -> dict[str, Any]:
        """The same as a file would say it, in JSON values and in one order."""
        regional = {} if self.is_national else {"region": self.region, "name": self.name, "holidays": [*self.holidays]}
        amendments = [
            {"notice": each.notice, "announced_on": _text(each.announced_on), "days": _texts(each.days)}
            for each in self.amendments
        ]
        return regional | {
            "year": self.year,
            "notice": self.notice,
            "announced_on": _text(self.announced_on),
            "source": self.source,
            "amendments": amendments,
            "days_off": _texts(self.days_off),
            "days_worked": _texts(self.days_worked),
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "CalendarYear":
        """What ``as_json`` gave. Raises CalendarRefused for anything that a file could not say."""
        days = {key: [_day(text) for text in content[key]] for key in ("days_off", "days_worked")}
        amendments = [
            each | {"announced_on": _day(each["announced_on"]), "days": [_day(text) for text in each["days"]]}
            for each in content["amendments"]
        ]
        announced = {"announced_on": _day(content["announced_on"])}
        return _Reading("", {**content, **days, **announced, "amendments": amendments}).year()


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _texts(days: frozenset[date]) -> list[str]:
    return [day.isoformat() for day in sorted(days)]


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


# --- reading ------------------------------------------------------------------------------------------------


def read_folder(folder: Path) -> list[CalendarYear]:
    """``<folder>/<year>.yaml`` for the nation and ``<folder>/<region>/<year>.yaml`` for regions.

    Raises CalendarRefused, naming the file and the remedy, when there is no national one or one is wrong.
    """
    if not any(folder.glob("*.yaml")):
        raise CalendarRefused(f"{folder} 中没有工作日历，请放入 <年份>.yaml，按国务院办公厅当年的放假通知填写。")
    return [_read_in_its_place(folder, file) for file in sorted([*folder.glob("*.yaml"), *folder.glob("*/*.yaml")])]


def _read_in_its_place(folder: Path, file: Path) -> CalendarYear:
    region = NATION if file.parent == folder else file.parent.name
    year = read_year(file.name, file.read_bytes(), stem=file.stem)
    if year.region != region:
        raise CalendarRefused(
            f"工作日历 {file.parent.name}/{file.name} 的 region 须与所在文件夹相同，请改正或移动文件。"
        )
    return year


def read_year(name: str, data: bytes, *, stem: str | None = None) -> CalendarYear:
    """One file, by the name that messages give it. Raises CalendarRefused with every fault.

    stem: what the year must be, where the file's name says it.
    """
    try:
        content = yaml.safe_load(data.decode("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise CalendarRefused(f"工作日历 {name} 不是 UTF-8 编码的 YAML 文件，请按其他年份的文件改正。") from error
    return _Reading(name, content if isinstance(content, dict) else {}, stem).year()


class _Reading:
    """One file on its way to a CalendarYear, with what is wrong about it."""

    def __init__(self, name: str, content: Mapping[Any, Any], stem: str | None = None) -> None:
        self.name = name
        self.content = content
        self.faults: list[str] = []
        year = content.get("year")
        self.number = year if isinstance(year, int) and EARLIEST <= year <= LATEST else 0
        if not self.number or stem not in (None, str(year)):
            self._fault(f"的 year 须是 {EARLIEST} 至 {LATEST} 的年份，并与文件名的年份相同，请改正。")

    def year(self) -> CalendarYear:
        region = str(self._region())
        off, worked = self._days("days_off"), self._days("days_worked")
        self._check(off, worked, is_national=region == NATION)
        year = CalendarYear(
            region=region,
            year=self.number,
            notice=self._words("notice", "请填写放假通知的文号"),
            days_off=off,
            days_worked=worked,
            name="" if region == NATION else self._words("name", "请填写地区的简称，如 宁夏"),
            holidays=() if region == NATION else self._holidays(),
            announced_on=self._announced(self.content),
            source=self._words("source", "") if self.content.get("source") is not None else None,
            amendments=tuple(self._amendments(off | worked)),
        )
        if self.faults:
            raise CalendarRefused("\n".join(self.faults))
        return year

    def _fault(self, sentence: str) -> None:
        self.faults.append(f"工作日历 {self.name} {sentence}")

    def _region(self) -> object:
        """Which keys may stand in the file depends on whether it is a region's."""
        region = self.content.get("region", NATION)
        known = _KEYS if region == NATION else _KEYS | _REGIONAL_KEYS
        for key in self.content.keys() - known:
            self._fault(f"有看不懂的项 {key}，请按其他年份的文件改正或删去。")
        if not (isinstance(region, str) and len(region) == len(NATION) and region.isascii() and region.isdigit()):
            self._fault('的 region 须是加引号的 12 位区划代码，如 "640000000000"；全国的不写这一项。')
        return region

    def _words(self, key: str, remedy: str) -> str:
        value = self.content.get(key)
        if not isinstance(value, str) or not value.strip() or len(value) > 200:
            self._fault(f"缺少 {key}，或不是 200 字以内的文字{'，' if remedy else ''}{remedy}。")
            return ""
        return value.strip()

    def _holidays(self) -> tuple[str, ...]:
        names = self.content.get("holidays")
        if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
            self._fault("缺少 holidays，请列出地区的节日，如 [开斋节, 古尔邦节]。")
            return ()
        return tuple(names)

    def _days(self, key: str) -> frozenset[date]:
        days = self.content.get(key)
        if not isinstance(days, list) or not all(_is_day_of(day, self.number) for day in days):
            here = f"，且都在 {self.number} 年；其他年份的日期请写到那一年的文件" if self.number else ""
            self._fault(f"的 {key} 须是日期列表（如 2026-01-01）{here}。")
            return frozenset()
        if len(set(days)) != len(days):
            self._fault(f"的 {key} 有重复的日期，请删去一个。")
        return frozenset(days)

    def _announced(self, content: Mapping[Any, Any]) -> date | None:
        day = content.get("announced_on")
        if day is not None and not _is_day(day):
            self._fault("的 announced_on 须是日期，如 2025-11-04；不知道就不写。")
            return None
        return day

    def _amendments(self, known: frozenset[date]) -> Iterator[Amendment]:
        rows = self.content.get("amendments", [])
        for row in rows if isinstance(rows, list) else [None]:
            days = row.get("days") if isinstance(row, dict) else None
            if not isinstance(row, dict) or not isinstance(row.get("notice"), str) or not isinstance(days, list):
                self._fault("的 amendments 须是 {notice, announced_on, days} 的列表，请按 2020 年的文件改正。")
            elif stray := [day for day in days if not _is_day(day) or day not in known]:
                self._fault(f"的 amendments 中 {stray[0]} 既不在 days_off 也不在 days_worked，请按通知改正。")
            else:
                yield Amendment(row["notice"], self._announced(row), frozenset(days))

    def _check(self, off: frozenset[date], worked: frozenset[date], *, is_national: bool) -> None:
        if is_national and not off:
            self._fault("没有放假日；放假通知尚未公布的年份，请删去这个文件。")
        if both := sorted(off & worked):
            self._fault(f"的 {both[0]} 既放假又上班，请按通知改正。")
        if weekdays := sorted(day for day in worked if day.weekday() < SATURDAY):
            self._fault(f"的 {weekdays[0]} 不是周末，不必列入 days_worked，请按通知核对。")


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_day_of(value: object, year: int) -> bool:
    """year: 0 while it is not known."""
    return isinstance(value, date) and not isinstance(value, datetime) and year in (0, value.year)
