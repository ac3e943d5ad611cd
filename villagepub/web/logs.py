"""Structured logs, one JSON object a line, in which Chinese stays readable."""

import json
import logging
import re
import sys
from typing import Any

import structlog

from config.base import Settings

_MISLEADING = re.compile("[\\x7f-\\x9f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff\\ud800-\\udfff]")


def configure(settings: Settings) -> None:
    """Send the logs of this program and of its libraries to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=_rendering(), foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # it warns with whole addresses, and WeChat's hold secrets
    logging.getLogger("villagepub").setLevel(settings.log_level)


def _rendering() -> list[Any]:
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.JSONRenderer(_readable),
    ]


def _readable(value: Any, **kwargs: Any) -> str:
    """JSON escapes line feeds; what else ends a line, turns it round or cannot be written is escaped here."""
    text = json.dumps(value, ensure_ascii=False, **kwargs)
    return _MISLEADING.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)
