"""Marks of state secrets (密级): what is kept of one, and texts that are kept and may have none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from villagepub.core.actor import Actor
from villagepub.core.digest import digest_of_bytes
from villagepub.core.errors import SecretMark
from villagepub.screening.marks import has_state_mark

if TYPE_CHECKING:
    from villagepub.disclosures.models import Disclosure

SECRET = "这里有国家秘密的密级标志，内容没有保存。请立即停止上传，断开传播，并报告保密专干。"  # noqa: S105  a sentence


@dataclass(frozen=True)
class Event:
    """What is known of a mark that came.

    digest: of the bytes or the text that were refused. was_stored: found later, in what the program already had.
    """

    township: str
    village: str
    disclosure_id: str | None
    field: str
    digest: str
    person_id: str | None
    was_stored: bool = False


def require_unclassified(
    said: Mapping[str, str], *, actor: Actor, township: str, village: str, disclosure_id: str | None = None
) -> None:
    """For reasons, comments and whatever else people say and the program keeps. said: ``{field: text}``.

    Raises SecretMark and nothing else: what should not be public is taken out of sight without the rules too.
    """
    for field, text in said.items():
        if has_state_mark(text):
            digest = digest_of_bytes(text.encode())
            event = Event(township, village, disclosure_id, field, digest, actor.person_id)
            raise SecretMark(event, errors={field: [SECRET]})


def require_unclassified_about(disclosure: "Disclosure", said: Mapping[str, str], *, actor: Actor) -> None:
    """The same, of what is said about a disclosure."""
    require_unclassified(
        said,
        actor=actor,
        township=disclosure.township,
        village=disclosure.village,
        disclosure_id=disclosure.id,
    )
