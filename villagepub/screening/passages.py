"""Passages in which a person and a detail stand together: a sentence, or a row of a table."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from villagepub.screening.characters import BLOCK, CELL
from villagepub.screening.names import Person, find_people, is_name_cell
from villagepub.screening.rules import Rules

_ENDS = re.compile(f"[{BLOCK}。！？\n!?]")
_BLANKS = re.compile("[ ,，、:：]+")
_FARTHEST_LABEL = 8  # lines of a form after the one with the name
FEW = 4  # people among whom looking at each is quickest
_FARTHEST_ROW = 12  # lines below a heading that are looked at for people
_LABELLED_NAME = re.compile(
    "(?:姓 ?名|户 ?主|申请人|(?:救助|慰问|帮扶|监测|资助|走访|保障)对象|当事人|受助人|受益人|领取人|患者)"
    "[^:：\x1c-\x1f\n]{0,4}[:：]"
)


@dataclass(frozen=True)
class Passage:
    """A stretch of the view, the end exclusive."""

    start: int
    end: int


class Passages:
    """The passages of a view, and the people named in each; both are found only where somebody asks."""

    def __init__(self, view: str, rules: Rules) -> None:
        self._view = view
        self._rules = rules
        self._starts, self._ends = _bounds(view)
        self._people: dict[int, Sequence[Person]] = {}
        self._places: dict[int, tuple[list[int], list[int]]] = {}  # where they begin and end, if they are many
        self._going_on: dict[int, bool] = {}
        self._concerning: dict[int, bool] = {}
        self._name_columns: list[int | None] | None = None

    def at(self, place: int) -> int:
        """The number of the passage that holds a place."""
        return bisect_right(self._starts, place) - 1

    def span(self, number: int) -> Passage:
        return Passage(self._starts[number], self._ends[number])

    def people(self, number: int) -> Sequence[Person]:
        """Who is named in a passage."""
        people = self._people.get(number)
        if people is None:
            people = self._people[number] = self._named_in(number) or ()
        return people

    def people_near(self, number: int, start: int, end: int) -> Sequence[Person]:
        """Who is named in a passage between two places of the view."""
        people = self.people(number)
        if not people:
            return people
        if len(people) <= FEW:
            return [person for person in people if person.end > start and person.start <= end]
        if number not in self._places:
            self._places[number] = [person.start for person in people], [person.end for person in people]
        starts, ends = self._places[number]
        return people[bisect_right(ends, start) : bisect_right(starts, end)]

    def _named_in(self, number: int) -> Sequence[Person]:
        start, end = self._starts[number], self._ends[number]
        people = find_people(self._view, start, end, self._rules.names)
        column = self._name_column(number)
        if column is None:
            return people
        cells = cells_of(self._view, start, end)
        if column >= len(cells):
            return people
        first, last = cells[column]
        in_cell = is_name_cell(self._view[first:last], self._rules.names)
        if not in_cell or any(first <= person.start < last for person in people):
            return people
        in_column = Person(first, last, is_official=False)
        return sorted((*people, in_column), key=attrgetter("start")) if people else (in_column,)

    def _name_column(self, number: int) -> int | None:
        if self._name_columns is None:
            self._name_columns = self._columns_of_names() if CELL in self._view else [None] * len(self._starts)
        return self._name_columns[number]

    def _columns_of_names(self) -> list[int | None]:
        """For each passage the column of names of the table it is a row of."""
        columns: list[int | None] = []
        column: int | None = None
        for start, end in zip(self._starts, self._ends, strict=True):
            if self._view.find(CELL, start, end) < 0:
                if end - start > 1:
                    column = None
                columns.append(None)
                continue
            headings = self._rules.names.headings
            if headings.isdisjoint(self._view[start:end].replace(" ", "").split(CELL)):
                columns.append(column)
                continue
            cells = [self._view[first:last].replace(" ", "") for first, last in cells_of(self._view, start, end)]
            column = next(index for index, cell in enumerate(cells) if cell in headings)
            columns.append(None)
        return columns

    def concerns_someone(self, number: int) -> bool:
        """Whether anybody is named in a passage, or it goes on about somebody, or heads a list of people."""
        concerns = self._concerning.get(number)
        if concerns is None:
            concerns = self._concerning[number] = (
                bool(self.people(number)) or self.goes_on_about_someone(number) or self._heads_list(number)
            )
        return concerns

    def _heads_list(self, number: int) -> bool:
        is_heading = self._rules.list_word.search(self._view, self._starts[number], self._ends[number])
        return is_heading is not None and self.people_below(number)

    def blanks_at(self, place: int) -> int:
        """How many blanks and marks of separation stand at a place."""
        found = _BLANKS.match(self._view, place)
        return len(found[0]) if found else 0

    def goes_on_about_someone(self, number: int) -> bool:
        """Whether a passage goes on about somebody named in the sentence before, or in a line of the same form."""
        if number not in self._going_on:
            self._going_on[number] = any(not person.is_official for person in self._people_before(number))
        return self._going_on[number]

    def _people_before(self, number: int) -> Sequence[Person]:
        start, end = self._starts[number], self._ends[number]
        if self._rules.begins_going_on.match(self._view, start, end):
            before = self._before(number)
            return self.people(before) if before is not None else ()
        if not self._rules.begins_field.match(self._view, start, end):
            return ()
        line: int | None = number
        for _ in range(_FARTHEST_LABEL):
            line = self._before(line)
            if line is None:
                return ()
            if _LABELLED_NAME.search(self._view, self._starts[line], self._ends[line]):
                return self.people(line)
        return ()

    def people_below(self, number: int) -> bool:
        """Whether the lines below a heading name people."""
        last = min(number + _FARTHEST_ROW, len(self._starts))
        return any(not person.is_official for line in range(number + 1, last) for person in self.people(line))

    def _before(self, number: int | None) -> int | None:
        """The nearest passage before one that has words."""
        while number:
            number -= 1
            if self._ends[number] - self._starts[number] > 1:
                return number
        return None


def _bounds(view: str) -> tuple[list[int], list[int]]:
    starts, ends = [0], []
    for found in _ENDS.finditer(view):
        ends.append(found.start())
        starts.append(found.end())
    ends.append(len(view))
    return starts, ends


def cells_of(view: str, start: int, end: int) -> list[tuple[int, int]]:
    """The spans of the cells of a row. In HTML every cell begins with a wall, in plain text all but the first."""
    cells = []
    first = start
    for written in view[start:end].split(CELL):
        cells.append((first, first + len(written)))
        first += len(written) + 1
    return cells[1:] if len(cells) > 1 and cells[0][0] == cells[0][1] else cells
