"""The WeChat templates as an operator enters them: read from YAML, checked whole, and filled in.

A file for each name of ``kinds.TEMPLATES``: the template's id in the mini-program's console, what kind of consent it
takes, the page it opens and its fields. One whose id is empty is not sent, and what it would tell stands in the inbox.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from villagepub.extensions import settings
from villagepub.notices.fields import FieldRefused, FieldType, formatted, type_of
from villagepub.notices.kinds import SUBJECT_VALUES, TEMPLATES, UNSAID, VALUES

LONGEST_ID = 64
_KEYS = {"template_id", "consent", "page", "fields", "choices"}


class Consent(StrEnum):
    ONCE = "once"  # each one allows one message
    LONG_TERM = "long_term"  # one allows any number


class TemplatesRefused(ValueError):
    """A file of a template is missing or wrong; says everything that is."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("微信消息模板有误，请改正后再启动：\n" + "\n".join(f"- {fault}" for fault in faults))


@dataclass(frozen=True)
class Filled:
    """What a message says. refused: ``{field: reason}``; while there is one, it cannot be sent."""

    data: Mapping[str, str]
    page: str
    refused: Mapping[str, str]


@dataclass(frozen=True)
class Template:
    """choices: the values of each field that is an enum."""

    name: str
    template_id: str
    consent: Consent
    page: str
    fields: Mapping[str, str]
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_long_term(self) -> bool:
        return self.consent is Consent.LONG_TERM

    def filled(self, values: Mapping[str, str]) -> Filled:
        """Each field by the rules of its type. values: by the names of ``kinds.VALUES``; those that lack say 无."""
        said = dict.fromkeys(VALUES, UNSAID) | {name: value or UNSAID for name, value in values.items()}
        data, refused = {}, {}
        for key, words in self.fields.items():
            try:
                data[key] = formatted(type_of(key), words.format_map(said), self.choices.get(key, ()))
            except FieldRefused as error:
                refused[key] = str(error)
        return Filled(data, self.page.format_map(dict.fromkeys(SUBJECT_VALUES, "") | dict(values)), refused)


def current_templates() -> Mapping[str, Template]:
    """Those of the installation, by name: only those whose id was entered. Read once a process."""
    return {name: each for name, each in read_templates(settings.wechat_templates_dir).items() if each.template_id}


def find_by_id(template_id: str) -> Template | None:
    return next((each for each in current_templates().values() if each.template_id == template_id), None)


@cache
def read_templates(folder: Path) -> Mapping[str, Template]:
    """Raises TemplatesRefused with every fault of every file."""
    faults: list[str] = []
    found = {}
    for name in TEMPLATES:
        content, own_faults = _read(folder / f"{name}.yaml")
        own_faults = own_faults or list(_faults(content))
        faults += [f"{name}.yaml：{fault}" for fault in own_faults]
        if not own_faults:
            found[name] = _template(name, content)
    ids = [each.template_id for each in found.values() if each.template_id]
    faults += [f"template_id {each} 用了不止一次。" for each in sorted(set(ids)) if ids.count(each) > 1]
    if faults:
        raise TemplatesRefused(faults)
    return found


def _read(file: Path) -> tuple[dict[str, Any], list[str]]:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, ["文件不存在，请从程序自带的 config/wechat_templates 复制。"]
    except (OSError, yaml.YAMLError, UnicodeDecodeError):
        return {}, ["不是可以读取的 UTF-8 编码的 YAML 文件，请检查缩进、引号和编码。"]
    if not isinstance(content, dict):
        return {}, ["须写成“键: 值”的形式。"]
    return content, []


def _faults(content: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"不认识 {key}，请删去。" for key in content.keys() - _KEYS)
    yield from (f"缺少 {key}，请补上。" for key in ("template_id", "consent", "page", "fields") if key not in content)
    if not isinstance(content.get("template_id", ""), str) or len(content.get("template_id", "")) > LONGEST_ID:
        yield f"template_id 须是 {LONGEST_ID} 个字符以内的文字，还没有时留空。"
    if "consent" in content and content["consent"] not in list(Consent):
        yield "consent 须是 once（一次性订阅）或 long_term（长期订阅）。"
    page = content.get("page", "pages")
    if not isinstance(page, str) or not page or page.startswith("/"):
        yield "page 须是小程序页面的路径，不以 / 开头，例如 pages/item/index?id={subject}。"
    else:
        yield from _unknown_names("page", page, SUBJECT_VALUES)
    choices = content.get("choices", {})
    if not isinstance(choices, dict) or not all(isinstance(words, list) for words in choices.values()):
        yield "choices 须写成“字段: [值, 值]”。"
        return
    fields = content.get("fields", {"thing1": "{title}"})
    if not isinstance(fields, dict) or not fields:
        yield "fields 须写成“字段: 文字”，至少一个。"
        return
    for key, words in fields.items():
        yield from _faults_of_field(str(key), words, tuple(map(str, choices.get(key, ()))))


def _faults_of_field(key: str, words: object, choices: tuple[str, ...]) -> Iterator[str]:
    """Its name, its words, and whether a sample of what it will say keeps the rules."""
    if not isinstance(words, str):
        yield f'{key} 须是文字，例如 "{{title}}"。'
        return
    unknown = list(_unknown_names(key, words, VALUES))
    if unknown:
        yield from unknown
        return
    try:
        kind = type_of(key)
        if kind is not FieldType.ENUM:
            formatted(kind, words.format_map(VALUES))
        elif not choices:
            yield f"{key} 的值须列在 choices 里。"
    except FieldRefused as error:
        yield f"{key}：{error}"


def _unknown_names(key: str, words: str, known: Mapping[str, str]) -> Iterator[str]:
    try:
        parts = [part for part in Formatter().parse(words) if part[1] is not None]
    except ValueError:
        yield f"{key} 的大括号不成对。"
        return
    if any(spec or conversion for _, _, spec, conversion in parts):
        yield f"{key} 的大括号里只写名字，不写格式。"
    for name in sorted({str(part[1]) for part in parts} - known.keys()):
        yield f"{key} 里没有 {{{name}}} 这个值，可以用的是 {'、'.join(known)}。"


def _template(name: str, content: Mapping[str, Any]) -> Template:
    return Template(
        name=name,
        template_id=content["template_id"],
        consent=Consent(content["consent"]),
        page=content["page"],
        fields=dict(content["fields"]),
        choices={key: tuple(map(str, words)) for key, words in content.get("choices", {}).items()},
    )
