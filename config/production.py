"""A served township or city: no secret and no place has a default."""

from pathlib import Path
from typing import Any

from config.base import LEAST_PASSWORD_MEMORY_KIB, Fault, Settings
from config.webhooks import reaches_this_machine


def defaults(instance: Path) -> dict[str, Any]:
    return {"INSTANCE_DIR": instance}


def unsafe(settings: Settings) -> list[Fault]:
    faults = []
    if not settings.is_https:
        faults.append(Fault("PUBLIC_BASE_URL", "在生产环境须以 https:// 开头"))
    if any(kid == "dev" for kid in settings.jwt_keys):
        faults.append(Fault("JWT_KEYS", "在生产环境不能使用名为 dev 的开发密钥"))
    if settings.metrics_token and len(settings.metrics_token) < 16:
        faults.append(Fault("METRICS_TOKEN", "至少 16 个字符，或不设置以关闭 /metrics"))
    if settings.password_memory_kib < LEAST_PASSWORD_MEMORY_KIB:
        faults.append(Fault("PASSWORD_MEMORY_KIB", f"在生产环境不能小于 {LEAST_PASSWORD_MEMORY_KIB}"))
    if reaches_this_machine(settings.webhook_networks):
        faults.append(Fault("WEBHOOK_NETWORKS", "不能包含本机、链路本地（云平台元数据）或组播网段"))
    return faults
