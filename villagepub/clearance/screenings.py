"""Screening something before it is stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from villagepub.clearance.editions import Edition, current_edition, pepper
from villagepub.clearance.marks import SECRET, Event
from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.core.digest import digest_of_bytes
from villagepub.core.errors import ScreeningUnavailable, SecretMark, SensitiveContent
from villagepub.screening import masking
from villagepub.screening.findings import Finding
from villagepub.screening.screen import screen

LONGEST_PLACE = 200
MOST_FINDINGS = 300  # of one thing that is stored at once; more is a list that nobody corrects by hand

PLACES = {"title": "标题", "body": "正文", "change_note": "更正说明"}
_HTML = {"body"}

log = structlog.get_logger("villagepub.clearance")


@dataclass(frozen=True)
class Subject:
    """What is screened. disclosure_id: None while it is not stored yet."""

    township: str
    village: str
    entry: str
    disclosure_id: str | None = None


@dataclass(frozen=True)
class Place:
    """A text, and where it stands: its field, and the place in it in words for people."""

    field: str
    place: str
    text: str
    is_html: bool = False


@dataclass(frozen=True)
class Screening:
    """What was found in some fields by one edition of the rules.

    fields: all that were looked at, with or without findings.
    """

    edition: str
    fields: frozenset[str]
    found: Sequence[tuple[Place, Finding]] = field(default_factory=list)


def places_of_content(content: Mapping[str, str | None]) -> list[Place]:
    """The texts of a disclosure: ``title``, ``body`` (HTML as it will be stored) and ``change_note``."""
    return [Place(name, PLACES[name], text, name in _HTML) for name, text in content.items() if text]


def field_of(attachment_id: str) -> str:
    return f"attachments/{attachment_id}"


def places_of_file(attachment_id: str, texts: Iterable[tuple[str, str]]) -> list[Place]:
    """Everything that could be read in a file, its name included."""
    return [Place(field_of(attachment_id), place[:LONGEST_PLACE], text) for place, text in texts]


def look_at(subject: Subject, places: Sequence[Place], fields: Iterable[str] = ()) -> Screening:
    """What the township's rules of today object to. Stores nothing.

    fields: those looked at beyond the ones that have a text. Raises ScreeningUnavailable when it cannot be said.
    """
    edition = current_edition(subject.township)
    found = [(_shown(place, edition), finding) for place in places for finding in _findings(subject, place, edition)]
    return Screening(edition.name, frozenset(fields) | {place.field for place in places}, found)


def require_storable(
    subject: Subject, places: Sequence[Place], *, actor: Actor, digest: str | None = None, fields: Iterable[str] = ()
) -> Screening:
    """Look before storing.

    digest: of a file as it came; of a text it is made here. Raises SecretMark, from which the door makes an incident,
    SensitiveContent when there is more than anybody would correct piece by piece, and ScreeningUnavailable.
    """
    screening = look_at(subject, places, fields)
    for event in events_of(screening, subject, actor=actor, digest=digest):
        raise SecretMark(event, errors={event.field: [SECRET]})
    if len(screening.found) > MOST_FINDINGS:
        sentence = f"共有 {len(screening.found)} 处不得公开的内容，例如{_example(screening)}。请整理后再保存。"
        raise SensitiveContent(errors={_asked(screening.found[0][0]): [sentence]})
    return screening


def require_publishable(subject: Subject, places: Sequence[Place], *, actor: Actor) -> None:
    """For a text that goes out as it is. Raises what ``require_storable`` does, and SensitiveContent for any block."""
    found = require_storable(subject, places, actor=actor).found
    errors: dict[str, list[str]] = {}
    for place, finding in found:
        if finding.severity == "block":
            errors.setdefault(place.field, []).append(f"“{finding.excerpt_masked}”：{finding.reason}")
    if errors:
        raise SensitiveContent(errors=errors)


def events_of(screening: Screening, subject: Subject, *, actor: Actor, digest: str | None = None) -> list[Event]:
    """What is kept of the marks of state secrets in it, one for each text that has any."""
    marked = dict.fromkeys(place for place, finding in screening.found if finding.is_classified)
    return [
        Event(
            subject.township,
            subject.village,
            subject.disclosure_id,
            _asked(place),
            digest or digest_of_bytes(place.text.encode()),
            actor.person_id,
        )
        for place in marked
    ]


def _findings(subject: Subject, place: Place, edition: Edition) -> list[Finding]:
    try:
        return screen(
            place.text,
            html=place.is_html,
            rules=edition.rules,
            entry=subject.entry,
            today=clock.today(),
            pepper=pepper(),
        )
    except Exception as error:  # whatever it is, a text that could not be screened is not clean
        log.error("screening_failed", field=place.field, error=type(error).__name__)
        raise ScreeningUnavailable() from error


def _shown(place: Place, edition: Edition) -> Place:
    """A place may be called by what people wrote, as a sheet is, and is masked like all that is shown."""
    found = screen(place.place, html=False, rules=edition.rules, today=clock.today())
    return replace(place, place=masking.apply_suggestions(place.place, found)) if found else place


def _asked(place: Place) -> str:
    """The field as the client sent it."""
    return "file" if place.field.startswith("attachments/") else place.field


def _example(screening: Screening) -> str:
    place, finding = screening.found[0]
    return f"{place.place}中的“{finding.excerpt_masked}”"
