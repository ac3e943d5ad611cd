"""All settings: their names, their meaning, and what makes one unsafe.

``read_settings`` reads the environment and refuses with the whole list of what is wrong.
"""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from environs import Env, EnvValidationError
from marshmallow import ValidationError

from config.ocr import faults_of_ocr
from config.scanner import faults_of_scanner
from config.storage import Place, faults_of_place
from config.webhooks import Network, read_networks
from config.wechat import WeChatAccount, faults_of_wechat

ENVIRONMENTS = ("development", "testing", "production")
SHORTEST_SECRET = 32
LEAST_PASSWORD_MEMORY_KIB = 19 * 1024  # with two passes: the least that the OWASP Password Storage Cheat Sheet accepts
PROJECT = Path(__file__).resolve().parent.parent


class SettingsRefused(SystemExit):
    """The program does not start. The message lists every setting that is wrong, and what to do."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("配置有误，程序没有启动：\n" + "\n".join(f"  - {fault}" for fault in faults))


class Fault(NamedTuple):
    """What is wrong with one variable. The sentence never holds a value: it may be a secret."""

    variable: str
    sentence: str


@dataclass(frozen=True)
class Settings:
    """What the operator decides. Times are seconds, sizes are bytes. Its repr shows no secret."""

    environment: str
    database_url: str = field(repr=False)
    database_owner_url: str = field(repr=False)
    storage_place: Place
    clamd_url: str
    ocr_url: str
    webhook_networks: tuple[Network, ...]
    wechat: WeChatAccount
    wechat_templates_dir: Path
    instance_dir: Path
    secret_key: str = field(repr=False)
    jwt_keys: Mapping[str, str] = field(repr=False)
    public_base_url: str
    metrics_token: str = field(repr=False)
    calendars_dir: Path
    screening_dir: Path
    bulletins_dir: Path
    reports_dir: Path
    letters_dir: Path
    consents_dir: Path
    access_token_seconds: int
    refresh_token_days: int
    invitation_days: int
    session_idle_minutes: int
    session_hours: int
    totp_required: bool
    password_memory_kib: int
    export_days: int
    max_body_bytes: int
    max_attachment_bytes: int
    max_attachments: int
    trusted_proxies: int
    log_level: str

    @property
    def signing_key(self) -> tuple[str, str]:
        """The key id and secret that sign new tokens: the first of JWT_KEYS."""
        return next(iter(self.jwt_keys.items()))

    @property
    def is_https(self) -> bool:
        return self.public_base_url.startswith("https://")


def read_settings() -> Settings:
    """Read the environment.

    Raises SettingsRefused, naming every variable that is missing, malformed or unsafe.
    """
    env = Env(eager=False)
    name = env.str("VILLAGEPUB_ENV", "development")
    if name not in ENVIRONMENTS:
        raise SettingsRefused([f"VILLAGEPUB_ENV 须是 {'、'.join(ENVIRONMENTS)} 之一，现为 {name!r}"])
    module = import_module(f"config.{name}")
    values = _read(env, module.defaults(env.path("INSTANCE_DIR", PROJECT / "instance")))
    unread = _unread(env)
    readable: dict[str, Any] = {key: "" if value is None else value for key, value in values.items()}
    settings = Settings(environment=name, **readable)
    unsafe = [fault for fault in _unsafe(settings) + module.unsafe(settings) if fault.variable not in unread]
    faults = [*unread.values(), *unsafe]
    if faults:
        raise SettingsRefused([f"{fault.variable} {fault.sentence}" for fault in faults])
    return settings


def _read(env: Env, defaults: Mapping[str, Any]) -> dict[str, Any]:
    folder = env.path("INSTANCE_DIR", defaults["INSTANCE_DIR"])
    database = env.str("DATABASE_URL", **_default(defaults, "DATABASE_URL"))
    return {
        "instance_dir": folder,
        "database_url": database,
        "database_owner_url": env.str("DATABASE_OWNER_URL", database),
        "storage_place": _storage_place(env, defaults),
        "clamd_url": env.str("CLAMD_URL", ""),
        "ocr_url": env.str("OCR_URL", ""),
        "webhook_networks": _webhook_networks(env, defaults),
        "wechat": _wechat(env),
        "wechat_templates_dir": env.path("WECHAT_TEMPLATES_DIR", PROJECT / "config" / "wechat_templates"),
        "secret_key": env.str("SECRET_KEY", **_default(defaults, "SECRET_KEY")),
        "jwt_keys": _jwt_keys(env.str("JWT_KEYS", **_default(defaults, "JWT_KEYS"))),
        "public_base_url": env.str("PUBLIC_BASE_URL", **_default(defaults, "PUBLIC_BASE_URL")),
        "metrics_token": env.str("METRICS_TOKEN", ""),
        "calendars_dir": env.path("CALENDARS_DIR", PROJECT / "config" / "calendars"),
        "screening_dir": env.path("SCREENING_DIR", PROJECT / "config" / "screening"),
        "bulletins_dir": env.path("BULLETINS_DIR", PROJECT / "config" / "bulletins"),
        "reports_dir": env.path("REPORTS_DIR", PROJECT / "config" / "reports"),
        "letters_dir": env.path("LETTERS_DIR", PROJECT / "config" / "letters"),
        "consents_dir": env.path("CONSENTS_DIR", PROJECT / "config" / "consents"),
        "access_token_seconds": env.int("ACCESS_TOKEN_SECONDS", 900, validate=_between(60, 3600)),
        "refresh_token_days": env.int("REFRESH_TOKEN_DAYS", 30, validate=_between(1, 90)),
        "invitation_days": env.int("INVITATION_DAYS", 7, validate=_between(1, 60)),
        "session_idle_minutes": env.int("SESSION_IDLE_MINUTES", 30, validate=_between(5, 240)),
        "session_hours": env.int("SESSION_HOURS", 12, validate=_between(1, 24)),
        "totp_required": env.bool("TOTP_REQUIRED", False),
        "password_memory_kib": env.int("PASSWORD_MEMORY_KIB", LEAST_PASSWORD_MEMORY_KIB, validate=_between(8, 1 << 20)),
        "export_days": env.int("EXPORT_DAYS", 7, validate=_between(1, 90)),
        "max_body_bytes": env.int("MAX_BODY_BYTES", 2 << 20, validate=_between(1 << 16, 1 << 26)),
        "max_attachment_bytes": env.int("MAX_ATTACHMENT_BYTES", 20 << 20, validate=_between(1 << 16, 1 << 28)),
        "max_attachments": env.int("MAX_ATTACHMENTS", 20, validate=_between(1, 100)),
        "trusted_proxies": env.int("TRUSTED_PROXIES", 0, validate=_between(0, 5)),
        "log_level": env.str("LOG_LEVEL", "INFO", validate=_log_level),
    }


def _storage_place(env: Env, defaults: Mapping[str, Any]) -> Place:
    return Place(
        url=env.str("STORAGE_URL", **_default(defaults, "STORAGE_URL")) or "",
        s3_endpoint_url=env.str("S3_ENDPOINT_URL", ""),
        s3_region=env.str("S3_REGION", ""),
        s3_addressing_style=env.str("S3_ADDRESSING_STYLE", "auto"),
    )


def _webhook_networks(env: Env, defaults: Mapping[str, Any]) -> tuple[Network, ...]:
    default = defaults.get("WEBHOOK_NETWORKS", "")
    return read_networks(env.str("WEBHOOK_NETWORKS", default, validate=_networks) or "")


def _wechat(env: Env) -> WeChatAccount:
    return WeChatAccount(
        base_url=env.str("WECHAT_BASE_URL", "").rstrip("/"),
        appid=env.str("WECHAT_APPID", ""),
        secret=env.str("WECHAT_SECRET", ""),
        push_token=env.str("WECHAT_PUSH_TOKEN", ""),
        aes_key=env.str("WECHAT_AES_KEY", ""),
        env_version=env.str("WECHAT_ENV_VERSION", "release"),
    )


def _default(defaults: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {"default": defaults[name]} if name in defaults else {}


def _between(low: int, high: int) -> Any:
    def check(value: int) -> None:
        if not low <= value <= high:
            raise ValidationError(f"须在 {low} 与 {high} 之间")

    return check


def _log_level(value: str) -> None:
    if value not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValidationError("须是 DEBUG、INFO、WARNING 或 ERROR")


def _networks(value: str) -> None:
    try:
        read_networks(value)
    except ValueError:
        raise ValidationError("须写成以逗号分隔的网段，例如 10.20.0.0/16,192.168.8.0/24") from None


def _jwt_keys(text: str | None) -> dict[str, str]:
    """``kid:secret,kid:secret``; a part that is malformed or doubled gets no secret, which is refused below."""
    keys: dict[str, str] = {}
    for part in (text or "").split(","):
        kid, _, secret = part.strip().partition(":")
        if kid in keys or not kid:
            kid, secret = f"#{len(keys)}", ""
        keys[kid] = secret
    return keys


def _unread(env: Env) -> dict[str, Fault]:
    """What could not be read at all, by variable."""
    try:
        env.seal()
    except EnvValidationError as error:
        faults: Mapping[str, Any] = error.error_messages  # type: ignore[assignment]  # always by variable
        return {name: Fault(name, _in_chinese(sentences)) for name, sentences in faults.items()}
    return {}


def _in_chinese(sentences: Any) -> str:
    text = "；".join(map(str, sentences)) if isinstance(sentences, list) else str(sentences)
    return {"Environment variable not set.": "没有设置，且没有默认值"}.get(
        text, text.replace("Not a valid integer.", "须是整数")
    )


def _unsafe(settings: Settings) -> list[Fault]:
    faults = []
    databases = {settings.database_owner_url: "DATABASE_OWNER_URL", settings.database_url: "DATABASE_URL"}
    faults += [
        Fault(variable, "须以 sqlite:/// 或 postgresql+psycopg:// 开头")
        for url, variable in databases.items()
        if not url.startswith(("sqlite:///", "postgresql+psycopg://"))
    ]
    faults += [Fault(*each) for each in faults_of_place(settings.storage_place)]
    faults += [Fault(*each) for each in faults_of_scanner(settings.clamd_url)]
    faults += [Fault(*each) for each in faults_of_ocr(settings.ocr_url)]
    faults += [Fault(*each) for each in faults_of_wechat(settings.wechat)]
    if urlsplit(settings.public_base_url).scheme not in ("http", "https"):
        faults.append(Fault("PUBLIC_BASE_URL", "须以 http:// 或 https:// 开头"))
    if len(settings.secret_key) < SHORTEST_SECRET:
        faults.append(Fault("SECRET_KEY", f"至少 {SHORTEST_SECRET} 个字符"))
    faults += [
        Fault("JWT_KEYS", f"的第 {place} 项须写成 kid:secret，kid 不重复，secret 至少 {SHORTEST_SECRET} 个字符")
        for place, secret in enumerate(settings.jwt_keys.values(), 1)  # never by kid: it may be a secret misplaced
        if len(secret) < SHORTEST_SECRET
    ]
    return faults


def kept_secret(folder: Path, name: str) -> str:
    """A secret made once and kept in the instance folder, readable by its owner alone: development only.

    Of processes that start at the same moment one makes it, whole, and all read that one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.secret"
    if not path.exists():
        with NamedTemporaryFile("w", dir=folder, encoding="ascii") as made:
            made.write(secrets.token_urlsafe(48))
            made.flush()
            with suppress(FileExistsError):
                path.hardlink_to(made.name)
    return path.read_text(encoding="ascii")
