"""The rules as a township edits them: read from YAML, and checked whole.

Lists whose wrong entry would show nobody's data (surnames) and lists whose wrong entry would (safe phrases)
are checked alike: one typing error must not switch a rule off unseen.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from villagepub.screening.characters import READ_AS
from villagepub.screening.findings import KINDS, SEVERITIES, Kind, Severity
from villagepub.screening.rules import WORD_KINDS, EntryRules, ExtraWord, NameRules, Rules, WordKind


def load_rules(folder: Path, extra: Sequence[ExtraWord] = ()) -> Rules:
    """The rules in a folder such as ``config/screening``, with an administrator's words added.

    Raises ValueError with every fault found, each naming its file, its key and the remedy.
    """
    faults: list[str] = []
    files = {
        name: _File(folder / f"{name}.yaml", faults)
        for name in ("severities", "identifiers", "offices", "entries", "words", "names")
    }
    rules = _assembled(files)
    for file in files.values():
        file.refuse_leftovers()
    added = _with_extra(rules, extra, faults)
    if faults:
        raise ValueError("筛查规则有误，请改正后再试：\n" + "\n".join(f"- {fault}" for fault in faults))
    return added


class _File:
    """One file of rules: every value is taken once, checked, and what is left over is a fault."""

    def __init__(self, path: Path, faults: list[str]) -> None:
        self._name = path.name
        self._faults = faults
        self._content: dict[Any, Any] = {}
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return self.fault("文件不存在，请从程序自带的 config/screening 复制。")
        except (yaml.YAMLError, UnicodeDecodeError):
            return self.fault("不是 UTF-8 编码的 YAML 文件，请检查缩进、引号和编码。")
        if not isinstance(content, dict):
            return self.fault("须写成“键: 值”的形式。")
        self._content = content
        return None

    def fault(self, sentence: str) -> None:
        self._faults.append(f"{self._name}：{sentence}")

    def take(self, key: str) -> Any:
        if key not in self._content and self._content:
            self.fault(f"缺少 {key}，请补上。")
        return self._content.pop(key, None)

    def words(self, key: str, *, may_be_empty: bool = False) -> tuple[str, ...]:
        return self.checked_words(self.take(key), key, may_be_empty=may_be_empty)

    def checked_words(self, value: object, key: str, *, may_be_empty: bool = False) -> tuple[str, ...]:
        """The words of a list, in the form in which texts are folded."""
        if value is None and not self._content:
            return ("",)
        if not isinstance(value, list) or (not value and not may_be_empty):
            self.fault(f"{key} 须是词语的列表" + ("。" if may_be_empty else "，且不能为空。"))
            return ()
        for word in value:
            if not isinstance(word, str) or not word.strip():
                self.fault(f"{key} 中的“{word}”不是词语；纯数字请加引号，空的请删去。")
        return tuple(word.translate(READ_AS) for word in value if isinstance(word, str) and word.strip())

    def characters(self, key: str) -> str:
        value = self.take(key)
        if not isinstance(value, str) or not value.strip():
            self.fault(f"{key} 须是一串汉字。")
            return "一"
        return "".join(sorted(set(value) - set(" \n")))

    def mapping(self, key: str) -> dict[Any, Any]:
        value = self.take(key)
        if not isinstance(value, dict):
            self.fault(f"{key} 须写成“键: 值”的形式。")
            return {}
        return value

    def severities(self, value: Mapping[Any, Any], where: str) -> dict[Kind, Severity]:
        for kind, severity in value.items():
            if kind not in KINDS:
                self.fault(f"{where}不认识 {kind}，可用的有：{'、'.join(KINDS)}。")
            if severity not in SEVERITIES:
                self.fault(f"{where}{kind} 须是 block（阻止提交）或 warn（提醒）。")
        return {kind: severity for kind, severity in value.items() if kind in KINDS and severity in SEVERITIES}

    def rest(self) -> dict[Any, Any]:
        content, self._content = self._content, {}
        return content

    def refuse_leftovers(self) -> None:
        for key in self._content:
            self.fault(f"不认识 {key}，请核对拼写或删去。")


def _assembled(files: Mapping[str, _File]) -> Rules:
    words, offices, numbers = files["words"], files["offices"], files["identifiers"]
    topics = words.mapping("topics")
    flagged = {kind: words.words(kind, may_be_empty=True) for kind in WORD_KINDS}
    return Rules(
        severities=_severities(files["severities"]),
        words=flagged,
        safe=words.words("safe", may_be_empty=True),
        topics_before=words.checked_words(topics.get("before"), "topics.before"),
        topics_after=words.checked_words(topics.get("after"), "topics.after"),
        list_words=words.words("list_words"),
        field_labels=words.words("field_labels"),
        goes_on=words.words("goes_on"),
        telephones=_telephones(offices),
        mailboxes=frozenset(word.lower() for word in offices.words("mailboxes", may_be_empty=True)),
        mail_domains=offices.words("mail_domains", may_be_empty=True),
        office_words=offices.words("office_words"),
        private_words=offices.words("private_words"),
        organisations=offices.words("organisations"),
        bank_card_prefixes=_prefixes(numbers),
        number_labels=numbers.words("number_labels"),
        units=numbers.words("units"),
        passport_words=numbers.words("passport_words"),
        names=_names(files["names"], flagged["health"] + flagged["hardship"] + flagged["minor"]),
        entries=_entries(files["entries"]),
    )


def _severities(file: _File) -> dict[Kind, Severity]:
    severities = file.severities(file.rest(), "")
    for kind in KINDS:
        if kind not in severities:
            file.fault(f"缺少 {kind}，请写明 block 或 warn。")
    return severities


def _telephones(file: _File) -> frozenset[str]:
    telephones = file.words("telephones", may_be_empty=True)
    digits = {written: re.sub("[^0-9]", "", written) for written in telephones}
    for written, number in digits.items():
        if not 5 <= len(number) <= 12:
            file.fault(f"telephones 中的“{written}”不是电话号码，请写成 0951-6121130。")
    return frozenset(digits.values())


def _prefixes(file: _File) -> tuple[str, ...]:
    prefixes = file.words("bank_card_prefixes")
    for prefix in prefixes:
        if not re.fullmatch("[0-9]{2,8}", prefix):
            file.fault(f"bank_card_prefixes 中的“{prefix}”须是 2 到 8 位数字。")
    return tuple(prefix for prefix in prefixes if prefix.isascii() and prefix.isdigit())


def _names(file: _File, conditions: tuple[str, ...]) -> NameRules:
    not_given = file.characters("not_given")
    return NameRules(
        surnames=file.characters("surnames"),
        compound_surnames=file.words("compound_surnames"),
        given=frozenset(file.characters("given")) - frozenset(not_given),
        given_alone=frozenset(file.characters("given_alone")),
        not_given=frozenset(not_given),
        not_names=frozenset(file.words("not_names")),
        before=file.words("before"),
        before_weak=file.words("before_weak"),
        after=file.words("after"),
        officials_before=file.words("officials_before"),
        officials_after=file.words("officials_after"),
        headings=frozenset(word.replace(" ", "") for word in file.words("headings")),
        samples=file.words("samples"),
        sample_kinds=file.words("sample_kinds"),
        conditions=conditions,
    )


def _entries(file: _File) -> dict[str, EntryRules]:
    entries = {}
    for code, value in file.rest().items():
        if not isinstance(value, dict) or set(value) - {"safe", "words", "severities"}:
            file.fault(f"{code} 只能有 safe、words、severities 三项。")
            continue
        written = value.get("words", {})
        if not isinstance(written, dict) or set(written) - set(WORD_KINDS):
            file.fault(f"{code} 的 words 只能有 {'、'.join(WORD_KINDS)}。")
            continue
        entries[str(code)] = EntryRules(
            safe=file.checked_words(value.get("safe", []), f"{code}.safe", may_be_empty=True),
            words={kind: file.checked_words(words, f"{code}.words.{kind}") for kind, words in written.items()},
            severities=file.severities(value.get("severities", {}), f"{code} 中"),
        )
    return entries


def _with_extra(rules: Rules, extra: Sequence[ExtraWord], faults: list[str]) -> Rules:
    for word in extra:
        if len(word.text.strip()) < 2:
            faults.append(f"新增词语“{word.text}”太短，请至少写两个字。")
    everywhere = [word for word in extra if word.entry is None]
    entries = dict(rules.entries)
    for entry in sorted({word.entry for word in extra if word.entry}):
        mine = [word for word in extra if word.entry == entry]
        known = entries.get(entry, EntryRules())
        words = {kind: known.words.get(kind, ()) + _folded(mine, kind) for kind in WORD_KINDS}
        entries[entry] = replace(known, safe=known.safe + _folded(mine, None), words=words)
    words = {kind: rules.words[kind] + _folded(everywhere, kind) for kind in WORD_KINDS}
    return replace(rules, words=words, safe=rules.safe + _folded(everywhere, None), entries=entries)


def _folded(extra: Iterable[ExtraWord], kind: WordKind | None) -> tuple[str, ...]:
    return tuple(word.text.strip().translate(READ_AS) for word in extra if word.kind == kind)
