"""The sentences of the report: what the template may refer to, and what it then says."""

from typing import Any

from villagepub.core.tenancy import CODE_LENGTH
from villagepub.divisions import queries as divisions
from villagepub.divisions.levels import DIGITS, Level
from villagepub.extensions import settings
from villagepub.reports.figures import Json, Source
from villagepub.reports.form import TOTAL, Form
from villagepub.reports.narrative import SECTIONS as NARRATIVE
from villagepub.reports.part_one import live_since
from villagepub.reports.part_three import cells_of
from villagepub.reports.wording import NO_TEXT, SECTIONS, Reference, Wording, load_wording

TEMPLATE = "part-one.j2"
_UNANSWERED = ("r21", "r22", "r23")  # closed without an answer to what was asked
_APPLICATIONS = {
    "received": "received",
    "carried_in": "carried_over_from_last_year",
    "closed": "closed",
    "carried_out": "carried_over_to_next_year",
}
NAMES = frozenset(
    {
        *("year", "place", "city", "full_name", "publisher", "basis_title", "first_day", "last_day", "live_since"),
        *("channels", "published_here", "complaints", "applications", "disputes", "inspections", "results"),
        *("villages", "trainings", "narrative", "fees", "contact"),
    }
)


class Sentences:
    """Writes the blocks of the template for one report.

    report: its header, and parts one to four as ``tables_of`` gives them, its narrative and its fees.
    """

    def __init__(self, report: Json, source: Source) -> None:
        self._missing: list[str] = []
        self._wording: Wording = load_wording(settings.reports_dir / TEMPLATE, NAMES)
        self._references = self._header(report, source) | self._figures(report, source)

    def write(self, block: str) -> str:
        return self._wording.write(block, self._references)

    def sections(self, form: Form) -> list[Json]:
        """The five sections of part one; missing: labels of what they call 未填报."""
        written = []
        for number, (key, head) in enumerate(zip(SECTIONS, form.heads, strict=True)):
            self._missing.clear()
            text = self.write(key)
            missing = list(dict.fromkeys(self._missing))
            written.append({"key": key, "head": f"（{'一二三四五'[number]}）{head}", "text": text, "missing": missing})
        return written

    def own_words(self) -> dict[str, str]:
        """The five sections as they would be if nobody had written anything: the program's sentences alone."""
        blanks = {key: self._plain(label, None) for key, label in NARRATIVE.items()}
        return {key: self._wording.write(key, self._references | {"narrative": blanks}) for key in SECTIONS}

    def _header(self, report: Json, source: Source) -> dict[str, Any]:
        place = source.township
        first, last = source.first_day, source.last_day
        city = divisions.find_division(place.code[: DIGITS[Level.PREFECTURE]].ljust(CODE_LENGTH, "0"))
        return {
            "year": self._plain("年度", source.year),
            "place": self._plain("乡镇", divisions.get_division(place.code).name),
            "city": self._plain("所在市", city and city.name),
            "full_name": self._plain("全称", place.full_name),
            "publisher": self._plain("发布单位", place.publisher),
            "basis_title": self._plain("依据", report["basis_title"]),
            "first_day": self._plain("期初", f"{first.month}月{first.day}日"),
            "last_day": self._plain("期末", f"{last.month}月{last.day}日"),
            "live_since": self._plain("上线月份", live_since(source)),
            "contact": {name: self._plain(name, text) for name, text in report["contact"].items()},
        }

    def _figures(self, report: Json, source: Source) -> dict[str, Any]:
        part = report["part_one"]
        applications = {figure["key"]: self._figure(figure) for figure in part["applications"]}
        disputes = {figure["key"]: self._figure(figure) for figure in part["reconsiderations"]}
        return {
            "channels": [self._figure(figure) for figure in part["channels"]],
            "published_here": self._published_here(part),
            "complaints": [
                {"label": each["label"]} | {name: self._figure(each[name]) for name in ("received", "answered", "rate")}
                for each in part["complaints"]
            ],
            "applications": {name: applications[key] for name, key in _APPLICATIONS.items()}
            | {"unanswered": self._unanswered(report["part_three"])},
            "disputes": disputes | {"none": all(each.value == 0 for each in disputes.values())},
            "inspections": {figure["key"]: self._figure(figure) for figure in part["inspections"]},
            "results": {figure["key"]: self._figure(figure) for figure in part["results"]},
            "villages": self._figure(part["villages_on_platform"]),
            "trainings": self._figure(part["trainings"]),
            "fees": self._figure(report["part_six"]["fees"]["amount"]),
            "narrative": {
                each["key"]: Reference(NARRATIVE[each["key"]], each["text"], self._missing, blank=NO_TEXT)
                for each in report["narrative"]
            },
        }

    def _published_here(self, part: Json) -> Reference:
        """The channel that the program counts itself."""
        own = [figure for figure in part["channels"] if figure["query"].get("source")]
        return self._figure(own[0]) if own else self._plain("村务公开小程序", None)

    def _unanswered(self, third: Json) -> Reference:
        cells = cells_of(third)
        values = [cells[row, TOTAL] for row in _UNANSWERED]
        return self._plain("其他处理", None if None in values else sum(value or 0 for value in values))

    def _plain(self, label: str, value: Any) -> Reference:
        return Reference(label, value, self._missing)

    def _figure(self, figure: Json) -> Reference:
        return Reference(figure["label"], figure["value"], self._missing, key=figure["key"])
