"""What people consent to, in the words of ``config/consents``: the newest version of a purpose is in force."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from villagepub.residents.states import Purpose


class TextMissing(RuntimeError):
    """A file of the consents is not there or cannot be read; the operator mends it."""


@dataclass(frozen=True)
class ConsentText:
    """One version of what is consented to."""

    purpose: Purpose
    version: str
    title: str
    text: str


def current_text(folder: Path, purpose: Purpose) -> ConsentText:
    """The version in force. Raises TextMissing."""
    file = folder / f"{purpose}.yaml"
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        newest = content["versions"][0]
        return ConsentText(purpose, str(newest["version"]), str(content["title"]), str(newest["text"]).strip())
    except (OSError, UnicodeDecodeError, yaml.YAMLError, LookupError, TypeError) as error:
        raise TextMissing(f"{file.name}: {type(error).__name__}") from None


def current_texts(folder: Path) -> list[ConsentText]:
    return [current_text(folder, purpose) for purpose in Purpose]
