"""The bulletin as a Word file, from a template that a clerk may edit."""

from datetime import datetime
from typing import Any

from villagepub.core import word
from villagepub.extensions import settings

TEMPLATE = "bulletin.docx"


def as_docx(bulletin: dict[str, Any]) -> bytes:
    """bulletin: as ``content.compose`` makes it. Raises TemplateRefused when the template cannot be used."""
    made_at = datetime.fromisoformat(bulletin["as_of"])
    return word.fill(settings.bulletins_dir / TEMPLATE, bulletin, made_at=made_at)
