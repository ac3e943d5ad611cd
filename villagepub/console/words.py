"""The first screen of a township in words, in pieces: each is written again only when what it says has changed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from villagepub.console.grid import LEGEND
from villagepub.console.kept import Recent
from villagepub.console.overview import Overview, overview_of
from villagepub.console.standing import Row, Standing, VillageCount
from villagepub.core.periods import month_before
from villagepub.layout import wording
from villagepub.review.workflow import STAGE_NAMES
from villagepub.web.forms import Form

Said = tuple[object, ...]


@dataclass(frozen=True)
class Words:
    """What a standing is in words. pieces: by name, what each says and its words."""

    standing: Standing
    pieces: Mapping[Said, tuple[Said, Markup]]
    chooser: Markup
    overview: Markup


def in_words(standing: Standing, division: str | None, *, kept: Recent[Words], macros: Any) -> Words:
    """division: the one that was asked for, and the months beside this one shall ask for. macros: of the pieces."""
    month = standing.ground.month
    name = (standing.ground.township, month, division or "")
    words = kept.find(name)
    if words is None or words.standing is not standing:
        piece = _Pieces(macros, words.pieces if words else {})
        chooser, overview = _chooser(month, division, piece), _page_of(overview_of(standing), piece)
        words = Words(standing, piece.said, chooser, overview)
        kept.put(name, words)
    return words


def months_around(month: str) -> tuple[str | None, str | None]:
    """The month before and the one after; None where there is none."""

    def shifted(by: int) -> str | None:
        try:
            return month_before(month, by)
        except ValueError:
            return None

    return shifted(1), shifted(-1)


class _Pieces:
    """A piece that says what it said before is not written again."""

    def __init__(self, macros: Any, known: Mapping[Said, tuple[Said, Markup]]) -> None:
        self.macros = macros
        self.said = dict(known)

    def __call__(self, macro: str, *said: object, of: str = "") -> Markup:
        """of: what it is about, where there are several."""
        return self.unless_said((macro, of), said, lambda: getattr(self.macros, macro)(*said))

    def unless_said(self, name: Said, said: Said, write: Callable[[], Markup]) -> Markup:
        known = self.said.get(name)
        words = known[1] if known and known[0] == said else write()
        self.said[name] = (said, words)  # what was said now: the same objects are found equal at once next time
        return words


def _chooser(month: str, division: str | None, piece: _Pieces) -> Markup:
    def write() -> Markup:
        words: Markup = piece.macros.chooser(Form({"month": month}), months_around(month), division)
        return words

    return piece.unless_said(("chooser",), (month, division), write)


def _page_of(overview: Overview, piece: _Pieces) -> Markup:
    month, villages = overview.month, overview.villages
    page: Markup = piece.macros.whole(
        _figures(overview, piece),
        piece("head", month, [(village.code, village.name) for village in villages], LEGEND),
        [
            (piece("group", group, len(villages), of=group), _rows(month, villages, group, rows, piece))
            for group, rows in overview.groups
        ],
        _joined(piece("village", month, village, of=village.code) for village in villages),
        piece("burdens", overview.burdens),
        piece("stages", overview.stages, STAGE_NAMES),
        piece("escalations", overview.escalations, STAGE_NAMES),
        overview.escalated if overview.escalated > len(overview.escalations) else 0,
    )
    return page


def _figures(overview: Overview, piece: _Pieces) -> Markup:
    figures, month, waiting = overview.figures, overview.month, sum(stage.waiting for stage in overview.stages)
    in_words = wording.month(month)
    told: list[tuple[object, str, str, str | None]] = [
        (overview.late, "项", "近 12 个月到期而未公开", "/console/overdue"),
        (overview.escalated, "件", "审批超时", "/console/overdue#escalations"),
        (waiting, "件", "审批中", "#stages"),
        (figures.published, "条", f"{in_words}公开", f"/console/figures?first={month}&last={month}"),
        (f"{figures.on_time}/{figures.due}", "项", f"{in_words}到期，按期公开", None),
        (figures.returned, "次", f"{in_words}退回", None),
        *((rate, "", indicator.label, None) for indicator, rate in figures.rates.items()),
    ]
    return _joined(piece("figure", *each, of=each[2]) for each in told)


def _rows(month: str, villages: Sequence[VillageCount], group: str, rows: Sequence[Row], piece: _Pieces) -> Markup:
    """Of one group of the catalogue; while none of them has changed, none is looked at."""
    return piece.unless_said(
        ("rows", group), (month, *rows), lambda: _joined(_row(month, villages, row, piece) for row in rows)
    )


def _row(month: str, villages: Sequence[VillageCount], row: Row, piece: _Pieces) -> Markup:
    def write() -> Markup:
        cells = zip(villages, row.cells, strict=True)
        words: Markup = piece.macros.row(
            row.entry,
            _joined(piece("cell", month, cell, of=f"{row.entry.code} {village.code}") for village, cell in cells),
        )
        return words

    return piece.unless_said(("row", row.entry.code), (month, row), write)


def _joined(pieces: Iterable[Markup]) -> Markup:
    """Of what is in words already; ``Markup.join`` would look for signs to escape in each."""
    return Markup("".join(pieces))  # noqa: S704
