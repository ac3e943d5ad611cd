"""Tests: nothing is read from the machine and nothing is kept."""

from pathlib import Path
from typing import Any

from config.base import Fault, Settings


def defaults(instance: Path) -> dict[str, Any]:
    return {"INSTANCE_DIR": instance, "PUBLIC_BASE_URL": "http://127.0.0.1:8000"}


def unsafe(settings: Settings) -> list[Fault]:
    return []
