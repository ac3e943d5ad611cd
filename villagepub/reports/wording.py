"""The template of the report's sentences: which text it may hold, and how its references are printed.

A clerk may edit the template. Every number in it must be a reference to a figure, so that no stale one can stand:
a template in which somebody typed a number is refused when it is loaded.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, meta, nodes
from jinja2.environment import Template
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.sandbox import ImmutableSandboxedEnvironment

from villagepub.core.errors import TemplateRefused
from villagepub.reports.numerals import typed_numeral

NOT_ENTERED = "未填报"
NO_TEXT = "本项文字未填报。"
SECTIONS = ("proactive", "applications", "management", "platform", "supervision")
BLOCKS = ("preface", *SECTIONS, "fees", "contact")
_LINE_BREAK = re.compile(r"[ \t]*\n\s*")


class Reference:
    """One thing that the template may print. Printing one that is not entered says so and notes its label."""

    def __init__(self, label: str, value: Any, missing: list[str], key: str = "", blank: str = NOT_ENTERED) -> None:
        self.label, self.value, self.key = label, value, key
        self._missing, self._blank = missing, blank

    @property
    def entered(self) -> bool:
        return self.value is not None

    def __str__(self) -> str:
        if self.value is None:
            self._missing.append(self.label)
            return self._blank
        return str(self.value)


def unit(reference: Reference, measure: str) -> str:
    """``117条``; a number that is not entered has no measure word."""
    return f"{reference}{measure}" if reference.entered else str(reference)


class Wording:
    """A template that was checked."""

    def __init__(self, template: Template) -> None:
        self._template = template

    def write(self, block: str, references: Mapping[str, Any]) -> str:
        """The sentences of one block. Raises TemplateRefused for what cannot be done with the references."""
        context = self._template.new_context(dict(references))
        try:
            return "".join(self._template.blocks[block](context)).strip()
        except (TemplateError, TypeError) as error:  # TypeError: a comparison with what is not entered
            raise _refused(f"“{block}”一节印不出来（{error}），请对照模板开头的清单改正。") from error


def load_wording(path: Path, names: frozenset[str]) -> Wording:
    """The template in a file, read again when the file has changed.

    names: what it may refer to. Raises TemplateRefused naming what stands where it must not.
    """
    return _load(path, path.stat().st_mtime_ns, names)


@lru_cache(maxsize=8)
def _load(path: Path, changed: int, names: frozenset[str]) -> Wording:
    return wording_of(path.read_text(encoding="utf-8"), names)


def wording_of(source: str, names: frozenset[str]) -> Wording:
    """The template with this source. Raises TemplateRefused."""
    environment = _environment()
    try:
        tree = environment.parse(source)
        template = environment.from_string(source)
    except TemplateSyntaxError as error:
        raise _refused(f"第 {error.lineno} 行写法有误（{error.message}），请检查花括号和百分号是否成对。") from error
    except TemplateError as error:
        raise _refused(f"写法有误（{error.message}），请改正。") from error
    faults = [*_typed_numbers(tree), *_unknown_names(tree, names), *_lost_blocks(template)]
    if faults:
        raise _refused("；".join(faults))
    return Wording(template)


def _refused(sentence: str) -> TemplateRefused:
    return TemplateRefused(f"年度报告的文字模板不能使用：{sentence}")


class _OneLine(Extension):
    """Line breaks of the template are there for its author: Chinese prose has none between sentences."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        for token in stream:
            if token.type == "data":
                yield Token(token.lineno, token.type, _LINE_BREAK.sub("", token.value))
            else:
                yield token


def _environment() -> ImmutableSandboxedEnvironment:
    """Without functions, and with one filter: what a text can do is print references and choose between sentences."""
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,
        extensions=[_OneLine],
    )
    environment.globals.clear()
    environment.filters.clear()
    environment.filters["unit"] = unit
    return environment


# --- what a template may hold -------------------------------------------------------------------------------


def _typed_numbers(tree: nodes.Template) -> Iterator[str]:
    for node, compared in _leaves(tree):
        if isinstance(node, nodes.TemplateData):
            typed = typed_numeral(node.data)
        elif isinstance(node, nodes.Const) and not compared and not isinstance(node.value, bool):
            typed = _typed_value(node.value)
        else:
            continue
        if typed:
            yield f"第 {node.lineno} 行写了数字“{typed}”，数字须用 {{{{ … }}}} 引用，不能直接写"


def _typed_value(value: Any) -> str | None:
    """A number in an expression, whatever is done with it, and a text that holds one."""
    if isinstance(value, str):
        return typed_numeral(value)
    return None if value is None else str(value)


def _leaves(node: nodes.Node, compared: bool = False) -> Iterator[tuple[nodes.Node, bool]]:
    """Every node; compared: its value only decides which sentence is printed."""
    yield node, compared
    for name, child in _children(node):
        decides = isinstance(node, nodes.Compare) or (isinstance(node, nodes.Getitem) and name == "arg")
        yield from _leaves(child, compared or decides)


def _children(node: nodes.Node) -> Iterator[tuple[str, nodes.Node]]:
    for name, value in node.iter_fields():
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, nodes.Node):
                yield name, child


def _unknown_names(tree: nodes.Template, names: frozenset[str]) -> Iterator[str]:
    for name in sorted(meta.find_undeclared_variables(tree) - names):
        yield f"没有“{name}”这个引用，请对照模板开头的清单改正"


def _lost_blocks(template: Template) -> Iterator[str]:
    for block in BLOCKS:
        if block not in template.blocks:
            yield f"缺少 {block} 一节（{{% block {block} %}}），请补上"
