"""A letter as a Word document, from the template that the office edits: ``<key>.docx``."""

from pathlib import Path

from villagepub.applications.letters.occasions import Occasion
from villagepub.applications.letters.values import Office, values_of
from villagepub.core import word
from villagepub.divisions import queries as divisions
from villagepub.divisions.levels import Level

REVIEWER = "上一级人民政府"


def as_docx(occasion: Occasion, templates: Path) -> bytes:
    """The letter; the same application gives the same bytes. Raises TemplateRefused."""
    values = values_of(occasion, _office_of(occasion.application.township))
    return word.fill(templates / f"{occasion.letter.key}.docx", values, made_at=occasion.at)


def file_name(occasion: Occasion) -> str:
    """With the number of the application and nobody's name."""
    return f"{occasion.letter.title}（{occasion.application.number}）.docx"


def _office_of(township_code: str) -> Office:
    township = divisions.get_township(township_code)
    return Office(
        publisher=township.publisher,
        department=township.contact.get("office", ""),
        telephone=township.contact.get("telephone", ""),
        reviewer=_reviewer_of(township_code),
    )


def _reviewer_of(township_code: str) -> str:
    """Whom one asks to reconsider what a township decided: the county's government (《行政复议法》 art. 24)."""
    parent = divisions.get_division(township_code).parent_code
    county = divisions.find_division(parent) if parent else None
    return f"{county.name}人民政府" if county and county.level == Level.COUNTY else REVIEWER
