"""What a rendition says of an item besides its body. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from villagepub.publishing.renditions.blocks import Block


@dataclass(frozen=True)
class Item:
    """A published item for those who read no phone.

    place: township and village. office: which checked it. publisher, contact_office, telephone: whom to ask.
    """

    place: str
    title: str
    number: str
    published_on: date
    blocks: Sequence[Block]
    legal_basis: str
    office: str
    change_note: str
    files: Sequence[str]
    publisher: str
    contact_office: str
    telephone: str
