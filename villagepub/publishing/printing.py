"""A publication as its renditions take it: with the names of places and whom to call."""

from villagepub.core import clock
from villagepub.divisions import queries as divisions
from villagepub.publishing.models import Publication
from villagepub.publishing.renditions.blocks import blocks_of
from villagepub.publishing.renditions.item import Item


def item_of(publication: Publication) -> Item:
    """Of one that is public now."""
    township = divisions.get_township(publication.village)
    return Item(
        place=f"{divisions.get_division(township.code).name}{publication.village_name}",
        title=publication.title or "",
        number=publication.number,
        published_on=clock.local(publication.published_at).date(),
        blocks=blocks_of(publication.body or ""),
        legal_basis=publication.legal_basis,
        office=publication.office_name,
        change_note=publication.change_note or "",
        files=[attachment.name for attachment in publication.attachments],
        publisher=township.publisher,
        contact_office=township.contact.get("office", ""),
        telephone=township.contact.get("telephone", ""),
    )
