"""What counts as a word, a name, an office, and the patterns made of it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from string import ascii_uppercase
from typing import Literal, get_args

from villagepub.screening.findings import Kind, Severity

WordKind = Literal["health", "hardship", "minor", "secret_mark", "work_secret"]
WORD_KINDS: tuple[WordKind, ...] = get_args(WordKind)
_NEVER = re.compile(r"(?!)")
_BEARERS = ("", "人", "者", "户", "人员", "患者", "病人", "家庭", "儿童")  # who a condition is said of


class WordSet:
    """Words of which one is looked for at a place; the time does not grow with their number."""

    def __init__(self, words: Iterable[str]) -> None:
        first, last = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
        for word in words:
            first[word[:1]].append(word)
            last[word[-1:]].append(word)
        self._beginning_with = {one: tuple(those) for one, those in first.items()}
        self._ending_with = {one: tuple(those) for one, those in last.items()}

    def ends(self, text: str) -> bool:
        """Whether a text ends with one of the words."""
        words = self._ending_with.get(text[-1:])
        return words is not None and text.endswith(words)

    def begins(self, text: str, place: int) -> bool:
        """Whether one of the words stands at a place of a text."""
        words = self._beginning_with.get(text[place : place + 1])
        return words is not None and text.startswith(words, place)


@dataclass(frozen=True)
class ExtraWord:
    """A word an administrator added: flagged as ``kind``, or, with ``kind=None``, a safe phrase.

    entry: the catalogue entry it is for; None is everywhere.
    """

    text: str
    kind: WordKind | None
    entry: str | None = None


@dataclass(frozen=True)
class EntryRules:
    """What is different for one entry of the catalogue."""

    safe: tuple[str, ...] = ()
    words: Mapping[WordKind, tuple[str, ...]] = field(default_factory=dict)
    severities: Mapping[Kind, Severity] = field(default_factory=dict)


@dataclass(frozen=True)
class NameRules:
    """How a person is recognised; see ``config/screening/names.yaml``."""

    surnames: str
    compound_surnames: tuple[str, ...]
    given: frozenset[str]
    given_alone: frozenset[str]
    not_given: frozenset[str]
    not_names: frozenset[str]
    before: tuple[str, ...]
    before_weak: tuple[str, ...]
    after: tuple[str, ...]
    officials_before: tuple[str, ...]
    officials_after: tuple[str, ...]
    headings: frozenset[str]
    samples: tuple[str, ...]
    sample_kinds: tuple[str, ...]
    conditions: tuple[str, ...]

    @cached_property
    def surname(self) -> re.Pattern[str]:
        """A surname, the compound ones first; it begins with one class, which is what makes its search fast."""
        begins = self.surnames + "".join(compound[0] for compound in self.compound_surnames)
        goes_on = [f"(?<={compound[0]}){compound[1:]}" for compound in self.compound_surnames]
        return re.compile(f"[{begins}](?:{'|'.join((*goes_on, f'(?<=[{self.surnames}])'))})")

    @cached_property
    def spelt(self) -> frozenset[str]:
        """Characters that names of other peoples are written with."""
        return self.given | frozenset(self.surnames)

    @cached_property
    def sample(self) -> re.Pattern[str]:
        return re.compile(
            f"(?:{'|'.join(self.samples)})(?:{'|'.join(self.sample_kinds)})[一二三四五六七八九十甲乙丙丁戊己庚辛壬癸A-Z0-9]{{1,3}}"
        )

    @cached_property
    def no_name(self) -> "WordSet":
        return WordSet(self.not_names)

    @cached_property
    def calls(self) -> "WordSet":
        """What stands right before a person, whatever the given name."""
        return WordSet(self.before)

    @cached_property
    def may_call(self) -> "WordSet":
        """What stands before a person or anything else; so does a condition: 聋哑人马建国."""
        bearers = [condition + bearer for condition in self.conditions for bearer in _BEARERS]
        return WordSet((*self.before_weak, *bearers))

    @cached_property
    def goes_on(self) -> "WordSet":
        return WordSet(self.after)

    @cached_property
    def office(self) -> "WordSet":
        return WordSet(self.officials_before)

    @cached_property
    def acts(self) -> "WordSet":
        return WordSet(self.officials_after)


@dataclass(frozen=True)
class Rules:
    """Everything a screening goes by; see the files of ``config/screening``."""

    severities: Mapping[Kind, Severity]
    words: Mapping[WordKind, tuple[str, ...]]
    safe: tuple[str, ...]
    topics_before: tuple[str, ...]
    topics_after: tuple[str, ...]
    list_words: tuple[str, ...]
    field_labels: tuple[str, ...]
    goes_on: tuple[str, ...]
    telephones: frozenset[str]
    mailboxes: frozenset[str]
    mail_domains: tuple[str, ...]
    office_words: tuple[str, ...]
    private_words: tuple[str, ...]
    organisations: tuple[str, ...]
    bank_card_prefixes: tuple[str, ...]
    number_labels: tuple[str, ...]
    units: tuple[str, ...]
    passport_words: tuple[str, ...]
    names: NameRules
    entries: Mapping[str, EntryRules]

    def for_entry(self, entry: str | None) -> "Rules":
        """The rules for one entry of the catalogue; the general ones when nothing is different for it."""
        special = self.entries.get(entry) if entry else None
        if special is None:
            return self
        words = {kind: self.words[kind] + special.words.get(kind, ()) for kind in WORD_KINDS}
        return replace(
            self, words=words, safe=self.safe + special.safe, severities={**self.severities, **special.severities}
        )

    @cached_property
    def flagged(self) -> re.Pattern[str]:
        """Any flagged word, the longest first."""
        return _any_of(word for kind in WORD_KINDS for word in self.words[kind])

    @cached_property
    def kind_of(self) -> Mapping[str, WordKind]:
        return {word: kind for kind in WORD_KINDS for word in self.words[kind]}

    @cached_property
    def is_safe(self) -> re.Pattern[str]:
        return _any_of(self.safe)

    @cached_property
    def topic_ends_before(self) -> re.Pattern[str]:
        return re.compile(f"(?:{_alternatives(self.topics_before)})[了过着的等和、]?$")

    @cached_property
    def topic_begins_after(self) -> re.Pattern[str]:
        return re.compile(f"(?:患者|病人|人员|儿童|人|等|、|和|与)?(?:{_alternatives(self.topics_after)})")

    @cached_property
    def label_ends_before(self) -> re.Pattern[str]:
        return re.compile(
            f"(?:{_alternatives(self.number_labels)})(?:号码|号|为|是)?[ :：(（\\[【]{{0,3}}[A-Z]{{0,4}}$"
        )

    @cached_property
    def label_ends(self) -> frozenset[str]:
        """The last characters of what ``label_ends_before`` finds."""
        return frozenset(label[-1] for label in self.number_labels) | set("码号为是 :：(（[【" + ascii_uppercase)

    @cached_property
    def unit_begins_after(self) -> re.Pattern[str]:
        return re.compile(f"(?:\\.[0-9]{{1,4}})? ?(?:{_alternatives(self.units)})")

    @cached_property
    def mail_hosts(self) -> tuple[str, ...]:
        """How the host of an office's mailbox ends, with a dot before it."""
        return tuple("." + domain for domain in self.mail_domains)

    @cached_property
    def office_word(self) -> re.Pattern[str]:
        return _any_of(self.office_words)

    @cached_property
    def private_word(self) -> re.Pattern[str]:
        return _any_of(self.private_words)

    @cached_property
    def organisation(self) -> re.Pattern[str]:
        return _any_of(self.organisations)

    @cached_property
    def card_begins(self) -> re.Pattern[str]:
        """How a card begins, looked ahead for: a candidate may begin inside another one."""
        return re.compile(f"(?=(?:{_alternatives(self.bank_card_prefixes)})[0-9]{{12}})")

    @cached_property
    def passport_word(self) -> re.Pattern[str]:
        return _any_of(self.passport_words)

    @cached_property
    def list_word(self) -> re.Pattern[str]:
        return _any_of(self.list_words)

    @cached_property
    def begins_field(self) -> re.Pattern[str]:
        return re.compile(f"[ (（]?(?:{_alternatives(self.field_labels)})[^:：\x1c-\x1f\n]{{0,4}}[:：]")

    @cached_property
    def begins_going_on(self) -> re.Pattern[str]:
        return re.compile(f" ?(?:{_alternatives(self.goes_on)})")


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(set(words), key=len, reverse=True)))


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    alternatives = _alternatives(words)
    return re.compile(alternatives) if alternatives else _NEVER
