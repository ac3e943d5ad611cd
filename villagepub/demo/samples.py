"""A season of sample disclosures: what villages could have published.

Pure and deterministic: the same villages, entries, total and season give the same samples. Nothing here reads a
database; whoever walks the samples through upload and review decides how.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from villagepub.demo.seasons import AUTUMN_2023, Season
from villagepub.demo.texts import Subject, Text, compose, compose_nothing, course_texts, entry_texts
from villagepub.demo.texts.dice import Dice
from villagepub.demo.texts.spans import last_day
from villagepub.demo.texts.tables import NUMERALS, Spec

Audience = Literal["public", "villagers"]
Course = Literal["straight", "returned", "corrected", "replaced"]
Stage = Literal["secrecy", "office", "leader"]

SHANGHAI = ZoneInfo("Asia/Shanghai")
WORKING_HOURS = ((time(8, 30), time(12)), (time(14, 30), time(18)))
NOTHING_SHARE = 0.02

# The courses other than straight: what share of all takes them, and how long before the season's end one can start.
COURSES: Sequence[tuple[Course, float, timedelta]] = (
    ("replaced", 0.015, timedelta(days=14)),
    ("corrected", 0.025, timedelta(days=14)),
    ("returned", 0.061, timedelta(days=6)),
)


@dataclass(frozen=True)
class Village:
    """A village on the platform."""

    code: str
    name: str


@dataclass(frozen=True)
class Entry:
    """What the samples need to know of a row of the catalogue."""

    code: str
    frequency: str
    also_summarised: str
    publicity_days: str
    office: str
    privacy: str


@dataclass(frozen=True)
class Return:
    """A reviewer sends the item back; the uploader edits it to this text and submits it again."""

    stage: Stage
    reason: str
    title: str
    body: str


@dataclass(frozen=True)
class Correction:
    """After publication this text, with a note of what changed, takes the place of the first."""

    change_note: str
    title: str
    body: str


@dataclass(frozen=True)
class Replacement:
    """The published item is withdrawn with a public reason, and this one is published as a new item."""

    withdrawal_reason: str
    title: str
    body: str


@dataclass(frozen=True)
class Sample:
    """One disclosure, and what happens to it. Whatever its course, it counts once at the end of the year."""

    village: str
    entry: str
    title: str
    body: str
    period: str | None
    event_on: date | None
    nothing_to_report: bool
    audience: Audience
    drafted_at: datetime
    course: Course = "straight"
    returned: Return | None = None
    correction: Correction | None = None
    replacement: Replacement | None = None

    @property
    def text(self) -> Text:
        return Text(self.title, self.body)


def sample_disclosures(
    villages: Sequence[Village], entries: Sequence[Entry], total: int, season: Season = AUTUMN_2023
) -> list[Sample]:
    """That many samples in the order they are drafted; every village and every entry has at least one."""
    by_code = {entry.code: entry for entry in entries}
    moments = _moments(season, total)
    topics = _in_order(_topics(villages, entries, total, season), moments)
    dated = [_with_event(topic, moment) for topic, moment in zip(topics, moments, strict=True)]
    samples = [_sample(topic, by_code[topic.entry], moment) for topic, moment in zip(dated, moments, strict=True)]
    return _with_courses(_with_different_titles(samples), season.days[-1])


def read_villages(path: Path) -> list[Village]:
    """The villages on the platform, from the township's list of divisions."""
    return [
        Village(row["code"], row["name"])
        for row in _rows(path)
        if row["level"] == "village" and row["on_platform_from"]
    ]


def read_entries(path: Path) -> list[Entry]:
    """The entries of the township's catalogue."""
    return [Entry(**{name: row[name] for name in Entry.__dataclass_fields__}) for row in _rows(path)]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# What is published: topics


@dataclass(frozen=True)
class Topic:
    """What a village may publish: an entry for a period, or one of several events under the entry."""

    season: Season
    village: Village
    entry: str
    period: str | None
    number: int
    nothing: bool = False
    event_on: date | None = None

    def dice(self, purpose: str) -> Dice:
        return Dice(self.village.code, self.entry, self.period, self.number, purpose)

    def not_before(self) -> date:
        """The first day it can be written: a period must have ended, unless it is announced ahead."""
        if self.period is None or entry_texts(self.entry).get("ahead"):
            return self.season.days[0]
        return last_day(self.period) + timedelta(days=1)


def _topics(villages: Sequence[Village], entries: Sequence[Entry], total: int, season: Season) -> list[Topic]:
    """Each village's share of the total, some of them with nothing to report."""
    chosen: list[Topic] = []
    wanted = _one_of_each_entry(villages, entries, season)
    for village, count in zip(villages, shares(villages, total), strict=True):
        own = wanted[village.code]
        others = [topic for topic in _possible(village, entries, season) if topic not in own]
        if not len(own) <= count <= len(own) + len(others):
            raise ValueError(f"{village.name} cannot have {count} of the {total} samples")
        chosen += own + sorted(others, key=_likelihood, reverse=True)[: count - len(own)]
    return _with_nothing_to_report(chosen, round(total * NOTHING_SHARE))


def shares(villages: Sequence[Village], total: int) -> list[int]:
    """The total divided unevenly, by largest remainder: some villages are keen, some lag behind."""
    keenness = [0.6 + 0.8 * Dice(village.code, "keenness").share() for village in villages]
    exact = [total * keen / sum(keenness) for keen in keenness]
    counts = [int(count) for count in exact]
    by_remainder = sorted(range(len(exact)), key=lambda index: counts[index] - exact[index])
    for index in by_remainder[: total - sum(counts)]:
        counts[index] += 1
    return counts


def _one_of_each_entry(villages: Sequence[Village], entries: Sequence[Entry], season: Season) -> dict[str, list[Topic]]:
    wanted: dict[str, list[Topic]] = {village.code: [] for village in villages}
    for index, entry in enumerate(entries):
        village = villages[index % len(villages)]
        wanted[village.code].append(max(_of_entry(village, entry, season), key=_likelihood))
    return wanted


def _possible(village: Village, entries: Iterable[Entry], season: Season) -> list[Topic]:
    return [topic for entry in entries for topic in _of_entry(village, entry, season)]


def _of_entry(village: Village, entry: Entry, season: Season) -> Iterator[Topic]:
    texts = entry_texts(entry.code)
    periods = [*season.periods.get(entry.frequency, ()), *season.periods.get(entry.also_summarised, ())]
    if texts.get("ahead"):
        periods.append(f"{season.year}")
    yield from (Topic(season, village, entry.code, period, 0) for period in periods)
    if entry.frequency == "on_event":
        yield from (Topic(season, village, entry.code, None, number) for number in range(texts["often"]))


def _likelihood(topic: Topic) -> float:
    """Accounts by the month come first, then what is recent; the rest is chance."""
    weight = 4.0 if topic.period in topic.season.periods["monthly"] else 1.0
    if topic.period in topic.season.recent:
        weight *= 2.5
    return float(topic.dice("likelihood").share() ** (1 / weight))


def _with_nothing_to_report(topics: Sequence[Topic], count: int) -> list[Topic]:
    """Turn some topics into nil returns, never the only one of its entry."""
    uses = Counter(topic.entry for topic in topics)
    able = [topic for topic in topics if topic.period and "nothing" in entry_texts(topic.entry)]
    able = [topic for topic in able if uses[topic.entry] > 1]
    chosen = set(sorted(able, key=lambda topic: topic.dice("nothing").share())[:count])
    return [replace(topic, nothing=True) if topic in chosen else topic for topic in topics]


# When it is written: moments


def _in_order(topics: Sequence[Topic], moments: Sequence[datetime]) -> list[Topic]:
    """The order of writing: by chance, lagging villages later, and nothing before its period has ended."""
    hurried = sorted(topics, key=_hurry)
    order: list[Topic] = []
    for moment in moments:
        ready = (topic for topic in hurried if topic.not_before() <= moment.date())
        following = next(ready, None)
        if following is None:
            raise ValueError("too many samples are about periods that end late in the year")
        hurried.remove(following)
        order.append(following)
    return order


def _hurry(topic: Topic) -> float:
    lag = Dice(topic.village.code, "keenness").share()
    return topic.dice("hurry").share() + 0.5 * (1 - lag)


def _moments(season: Season, count: int) -> Sequence[datetime]:
    """That many different moments, spread over the office hours of all days of the season."""
    minutes = [moment for day in season.days for moment in _office_minutes(day)]
    step, dice = len(minutes) / count, Dice("moments")
    if step < 1:
        raise ValueError(f"{count} samples are more than there are minutes to write them in")
    return [minutes[int((index + dice.share()) * step)] for index in range(count)]


def _office_minutes(day: date) -> Iterator[datetime]:
    for opening, closing in WORKING_HOURS:
        moment, end = (datetime.combine(day, hour, SHANGHAI) for hour in (opening, closing))
        while moment < end:
            yield moment
            moment += timedelta(minutes=1)


def _with_event(topic: Topic, moment: datetime) -> Topic:
    """Events lie days to months before they are written up, most of them weeks, and on a working day."""
    if topic.period:
        return topic
    dice = topic.dice("event")
    earliest, latest = date(topic.season.year, 1, 3), moment.date() - timedelta(days=2)
    days_back = int((latest - earliest).days * dice.share() ** 2)
    event_on = latest - timedelta(days=days_back)
    weekend = max(0, event_on.weekday() - 4)
    return replace(topic, event_on=max(earliest, event_on - timedelta(days=weekend)))


# The samples


def _sample(topic: Topic, entry: Entry, moment: datetime) -> Sample:
    text = _text(topic, entry)
    return Sample(
        village=topic.village.code,
        entry=topic.entry,
        title=text.title,
        body=text.body,
        period=topic.period,
        event_on=topic.event_on,
        nothing_to_report=topic.nothing,
        audience="villagers" if entry.privacy == "P2" else "public",
        drafted_at=moment,
    )


def _text(topic: Topic, entry: Entry) -> Text:
    subject = Subject(
        village=topic.village.code,
        village_name=topic.village.name,
        entry=entry.code,
        office=entry.office,
        publicity=entry.publicity_days,
        period=topic.period,
        event_on=topic.event_on,
    )
    return compose_nothing(subject) if topic.nothing else compose(subject)


def _with_different_titles(samples: Sequence[Sample]) -> list[Sample]:
    """Number the titles that a village would use twice: the second becomes …（二）."""
    seen: Counter[tuple[str, str]] = Counter()
    different = []
    for sample in samples:
        times = seen[sample.village, sample.title]
        seen[sample.village, sample.title] += 1
        title = f"{sample.title}（{NUMERALS[times]}）" if times else sample.title
        different.append(replace(sample, title=title))
    return different


# What happens to them: courses


def _with_courses(samples: Sequence[Sample], last: date) -> list[Sample]:
    """Send some of them other ways than straight, evenly over the time that leaves room for it."""
    result = list(samples)
    for course, share, before_the_end in COURSES:
        able = [index for index, sample in enumerate(result) if _may_take_a_course(sample, last - before_the_end)]
        for index in _evenly(able, round(len(samples) * share)):
            result[index] = _on_course(result[index], course)
    return result


def _may_take_a_course(sample: Sample, until: date) -> bool:
    return sample.course == "straight" and not sample.nothing_to_report and sample.drafted_at.date() <= until


def _evenly(indexes: Sequence[int], count: int) -> list[int]:
    if count > len(indexes):
        raise ValueError(f"only {len(indexes)} samples can take a course that {count} should take")
    return [indexes[int((turn + 0.5) * len(indexes) / count)] for turn in range(count)]


def _on_course(sample: Sample, course: Course) -> Sample:
    group = sample.entry[0]
    fitting = [words for words in course_texts()[course] if group in words.get("groups", group)]
    words = Dice(sample.village, sample.title, course).pick(fitting)
    text = sample.text.with_paragraph(words["added"])
    if course == "returned":
        back = Return(words["stage"], words["reason"], text.title, text.body)
        return replace(sample, course=course, body=_first_body(sample, words), returned=back)
    if course == "corrected":
        return replace(sample, course=course, correction=Correction(words["note"], text.title, text.body))
    return replace(sample, course=course, replacement=_replacement(words, text))


def _first_body(sample: Sample, words: Spec) -> str:
    """What the reviewer saw and sent back."""
    if words.get("first_lacks") == "publicity":
        return sample.text.without_publicity().body
    if "first" in words:
        return sample.text.with_paragraph(words["first"]).body
    return sample.body


def _replacement(words: Spec, text: Text) -> Replacement:
    return Replacement(words["reason"], f"{text.title}（重新公布）", text.body)


__all__ = [
    "Correction", "Entry", "Replacement", "Return", "Sample", "Village",
    "read_entries", "read_villages", "sample_disclosures", "shares",
]  # fmt: skip
