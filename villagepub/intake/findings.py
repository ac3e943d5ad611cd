"""What an examination ends with: a refusal, or what was found."""

from dataclasses import dataclass, field

from villagepub.intake.limits import Limits

Texts = list[tuple[str, str]]  # (place, text); the place is in words for people


class FileRefused(Exception):
    """The file cannot be taken. The sentence says why and what to do."""

    @property
    def sentence(self) -> str:
        return str(self.args[0])


class TypeRefused(FileRefused):
    """It is no kind of file that is taken at all."""


class FileTooLarge(FileRefused):
    pass


@dataclass(frozen=True)
class Examined:
    """A file that was opened.

    media_type: by its content.
    cleaned: what the public may get: without author, place, revisions, comments; empty while there are obstacles.
    thumbnail: of a picture, as WebP.
    text: everything that could be read, hidden and removed parts included, as (place, text).
    has_text: False when a page or the whole shows only pictures, so that a person has to read it; also when a
        machine read them for the screening.
    obstacles: sentences that say what would go out unseen, for the uploader to remove.
    """

    media_type: str
    cleaned: bytes
    thumbnail: bytes | None = None
    text: Texts = field(default_factory=list)
    has_text: bool = True
    obstacles: list[str] = field(default_factory=list)


def require_short(text: Texts, limits: Limits) -> None:
    """Raises FileRefused for more text than is screened with patience. None of it is ever left out instead."""
    if sum(len(each) for _, each in text) > limits.characters:
        raise FileRefused(f"文件中的文字超过 {limits.characters // 10_000} 万字，请分成几个文件再传。")
