"""The door: a text in, its findings out."""

from collections.abc import Sequence
from datetime import date
from hashlib import blake2b
from operator import attrgetter

from villagepub.screening.circumstances import find_circumstances
from villagepub.screening.contacts import find_mailboxes, find_passports, find_plates
from villagepub.screening.digits import find_numbers
from villagepub.screening.findings import Finding, Hit
from villagepub.screening.folding import View, fold, squeeze
from villagepub.screening.marks import find_marks
from villagepub.screening.masking import excerpt_of, mask_of, reason_for, suggestion_for
from villagepub.screening.rules import Rules
from villagepub.screening.words import find_words

_AROUND = 40  # how much of its surroundings belongs to a passage


def screen(
    text: str,
    *,
    html: bool,
    rules: Rules,
    entry: str | None = None,
    today: date | None = None,
    pepper: bytes = b"",
) -> list[Finding]:
    """What may not be published in a text, in the order of the text. Never raises: any text has findings or none.

    html: whether the text is HTML as stored; tags and references are then markup.
    entry: the catalogue entry it is published under, whose own rules are added.
    today: the day on which an age is counted; without it no birth is in the future and no identity a child's.
    pepper: a secret of the installation. Ids of findings are digests of short numbers, which without one could
        be found by trying them all; give one wherever ids are kept.
    """
    rules = rules.for_entry(entry)
    view = fold(text, html=html)
    squeezed = squeeze(view.text)
    words = find_words(squeezed.text, rules)
    identifiers = [
        *find_numbers(view.text, rules, today),
        *find_mailboxes(view.text, rules),
        *find_plates(view.text),
        *find_passports(view.text, rules),
    ]
    hits = [
        *_distinct(identifiers),
        *find_circumstances(view.text, squeezed, words, rules, today),
        *find_marks(view.text, squeezed, words),
    ]
    hits.sort(key=attrgetter("start", "end", "kind"))
    return _told(hits, view, text if html else "", rules, pepper)


def _told(hits: Sequence[Hit], view: View, markup: str, rules: Rules, pepper: bytes) -> list[Finding]:
    """Hits as findings. markup: the stored text where it has tags, which suggestions keep."""
    seen: dict[str, int] = {}
    keyed = blake2b(key=pepper[:64], digest_size=12)
    findings = []
    for hit in hits:
        start, end = view.origin(hit.start, hit.end)
        passage = f"{hit.kind}\0{view.text[max(hit.start - _AROUND, 0) : hit.end + _AROUND]}"
        occurrence = seen[passage] = seen.get(passage, 0) + 1
        mask = mask_of(hit)
        findings.append(
            Finding(
                _identity(passage, occurrence, keyed),
                hit.kind,
                "block" if hit.is_classified else rules.severities[hit.kind],
                start,
                end,
                excerpt_of(hit, mask),
                reason_for(hit),
                suggestion_for(mask, markup[start:end]),
                hit.is_classified,
                tuple(view.origin(*span) for span in hit.also) if hit.also else (),
            )
        )
    return findings


def _distinct(hits: Sequence[Hit]) -> list[Hit]:
    """One identifier for each place: the digits of a mailbox are no telephone."""
    rank = {"email": 0, "id_card": 1}
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (one.start, one.end)):
        if kept and hit.start < kept[-1].end:
            if rank.get(hit.kind, 2) < rank.get(kept[-1].kind, 2):
                kept[-1] = hit
            continue
        kept.append(hit)
    return kept


def _identity(passage: str, occurrence: int, keyed: blake2b) -> str:
    """The id of a finding: its kind, its passage with the surroundings, and the how-manieth of its like."""
    digest = keyed.copy()
    digest.update(f"{occurrence}\0{passage}".encode("utf-8", "replace"))
    return digest.hexdigest()
