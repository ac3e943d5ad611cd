"""The bulletin as a Word file, from a template that a clerk may edit."""

import io
import zipfile
from typing import Any

import structlog
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from villagepub.core.errors import TemplateFaulty
from villagepub.extensions import settings

TEMPLATE = "bulletin.docx"
_SOME_DAY = (2020, 1, 1, 0, 0, 0)  # of every part, so that the same bulletin is the same file

log = structlog.get_logger("villagepub.bulletins")


def as_docx(bulletin: dict[str, Any]) -> bytes:
    """bulletin: as ``content.compose`` makes it. Raises TemplateFaulty when the template cannot be used."""
    path = settings.bulletins_dir / TEMPLATE
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    made = io.BytesIO()
    try:
        template = DocxTemplate(path)
        template.render(bulletin, environment)
        template.save(made)
    except Exception as error:  # a template is a clerk's program: whatever goes wrong in it is for the clerk to know
        log.error("template_faulty", template=str(path), error=f"{type(error).__name__}: {error}")
        raise TemplateFaulty(f"通报的模板 {TEMPLATE} 无法使用。{TemplateFaulty.remedy}") from None
    return _without_times(made)


def _without_times(file: io.BytesIO) -> bytes:
    """The same parts in the same order, none with the time at which it was packed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(file) as made, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as plain:
        for part in made.infolist():
            plain.writestr(zipfile.ZipInfo(part.filename, _SOME_DAY), made.read(part), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
