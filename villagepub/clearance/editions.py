"""The rules in force for a township: the files of the installation, and the words that the township added."""

import hmac
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

import structlog

from villagepub.clearance import queries
from villagepub.core.errors import ScreeningUnavailable
from villagepub.extensions import settings
from villagepub.screening.rules import ExtraWord, Rules, load_rules

MOST_KEPT = 256  # townships whose rules stay in memory

log = structlog.get_logger("villagepub.clearance")

Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Edition:
    """name: the same exactly while the same rules hold."""

    name: str
    rules: Rules


def current_edition(township: str) -> Edition:
    """Raises ScreeningUnavailable when the rules cannot be read: then nothing can be called clean."""
    words = tuple(queries.list_words_in_use(township))
    try:
        return edition_with(words)
    except (OSError, ValueError) as error:
        log.error("rules_unreadable", township=township, reason=str(error))
        raise ScreeningUnavailable() from None


def edition_with(words: tuple[ExtraWord, ...]) -> Edition:
    """The installation's rules with these words. Raises OSError, and ValueError with every fault."""
    folder = settings.screening_dir
    return _edition(folder, _stamp(folder), words)


def pepper() -> bytes:
    """What keeps the short numbers behind the names of passages from being found by trying them all."""
    return hmac.digest(settings.secret_key.encode(), b"screening: names of passages", "sha256")


def _stamp(folder: Path) -> Stamp:
    return tuple((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in sorted(folder.glob("*.yaml")))


@lru_cache(maxsize=MOST_KEPT)
def _edition(folder: Path, stamp: Stamp, words: tuple[ExtraWord, ...]) -> Edition:
    """stamp: only makes an edited file another key."""
    written = [file.read_bytes() for file in sorted(folder.glob("*.yaml"))]
    named = blake2b(repr((written, words)).encode(), digest_size=16).hexdigest()
    return Edition(named, load_rules(folder, words))
