"""The rules in force for a township: the files of the installation, and the words that the township added."""

import hmac
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path

import structlog
from sqlalchemy import func, select

from villagepub import screening
from villagepub.clearance import queries
from villagepub.core.errors import ScreeningUnavailable
from villagepub.extensions import db, settings
from villagepub.screening.rule_files import load_rules
from villagepub.screening.rules import ExtraWord, Rules

MOST_KEPT = 256  # townships whose rules stay in memory

log = structlog.get_logger("villagepub.clearance")

Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Edition:
    """name: the same exactly while the same rules hold, and the same program reads them."""

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


def hold_words(township: str, *, to_change: bool = False) -> None:
    """The words of a township stay as they are until the transaction ends.

    Who sends something out and who changes the words wait for each other: else it could go out by the old rules
    when the round by the new ones has passed. SQLite has one writer, who waits for nobody.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        lock = func.pg_advisory_xact_lock if to_change else func.pg_advisory_xact_lock_shared
        db.session.execute(select(lock(func.hashtextextended(f"screening words {township}", 0))))


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
    named = blake2b(repr((_program(), written, words)).encode(), digest_size=16).hexdigest()
    return Edition(named, load_rules(folder, words))


@cache
def _program() -> str:
    """Stands for the screening itself: a release that finds more is another edition."""
    folder = Path(screening.__file__).parent
    return blake2b(b"".join(file.read_bytes() for file in sorted(folder.glob("*.py")))).hexdigest()
