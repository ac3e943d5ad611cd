"""One person's machine: everything in the instance folder, secrets made at the first start."""

from pathlib import Path
from typing import Any

from config.base import Fault, Settings, kept_secret


def defaults(instance: Path) -> dict[str, Any]:
    folder = instance.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return {
        "INSTANCE_DIR": folder,
        "DATABASE_URL": f"sqlite:///{folder / 'villagepub.sqlite3'}",
        "STORAGE_URL": (folder / "files").as_uri(),
        "SECRET_KEY": kept_secret(folder, "secret-key"),
        "JWT_KEYS": f"dev:{kept_secret(folder, 'jwt-key')}",
        "PUBLIC_BASE_URL": "http://127.0.0.1:8000",
        "WEBHOOK_NETWORKS": "127.0.0.0/8,::1/128",
    }


def unsafe(settings: Settings) -> list[Fault]:
    return []
