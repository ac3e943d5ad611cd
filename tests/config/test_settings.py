"""The program refuses to start on settings that are missing or unsafe, with the whole list and no secret in it."""

import os
import stat
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from config.base import PROJECT, Settings, SettingsRefused, read_settings

SECRET = "0123456789abcdefghijklmnopqrstuvwxyz-secret"
GOOD = {
    "VILLAGEPUB_ENV": "production",
    "DATABASE_URL": "postgresql+psycopg://villagepub:pass-of-the-app@db/villagepub",
    "STORAGE_URL": "file:///srv/villagepub/files",
    "SECRET_KEY": SECRET,
    "JWT_KEYS": f"2023-11:{SECRET}1,2023-10:{SECRET}2",
    "PUBLIC_BASE_URL": "https://cwgk.example.cn",
}


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name not in ("PATH", "HOME", "LANG", "LC_ALL"):
            monkeypatch.delenv(name)


def _read(monkeypatch: pytest.MonkeyPatch, values: dict[str, str | None]) -> Settings:
    for name, value in values.items():
        if value is not None:
            monkeypatch.setenv(name, value)
    return read_settings()


def _faults(monkeypatch: pytest.MonkeyPatch, **changes: str | None) -> list[str]:
    with pytest.raises(SettingsRefused) as refused:
        _read(monkeypatch, GOOD | changes)
    assert all(value not in str(refused.value) for value in (*changes.values(), SECRET) if value and len(value) > 8)
    return [fault.partition(" ")[0] for fault in refused.value.faults]


def test_good_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _read(monkeypatch, GOOD)
    assert settings.signing_key == ("2023-11", f"{SECRET}1")
    assert list(settings.jwt_keys) == ["2023-11", "2023-10"]
    assert settings.database_owner_url == settings.database_url
    assert (settings.is_https, settings.trusted_proxies, settings.log_level) == (True, 0, "INFO")
    assert settings.password_memory_kib == 19456


def test_nothing_in_production_has_an_unsafe_default(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = dict.fromkeys(GOOD) | {"VILLAGEPUB_ENV": "production"}
    assert _faults(monkeypatch, **missing) == [name for name in GOOD if name != "VILLAGEPUB_ENV"]


def test_all_faults_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    faults = _faults(
        monkeypatch,
        DATABASE_URL=None,
        STORAGE_URL="ftp://files.example.cn",
        SECRET_KEY="short",
        JWT_KEYS="dev:short",
        PUBLIC_BASE_URL="http://cwgk.example.cn",
        METRICS_TOKEN="short",
        PASSWORD_MEMORY_KIB="19455",
        MAX_BODY_BYTES="many",
        TRUSTED_PROXIES="9",
        LOG_LEVEL="LOUD",
    )
    assert set(faults) == {
        "DATABASE_URL",
        "STORAGE_URL",
        "SECRET_KEY",
        "JWT_KEYS",
        "PUBLIC_BASE_URL",
        "METRICS_TOKEN",
        "PASSWORD_MEMORY_KIB",
        "MAX_BODY_BYTES",
        "TRUSTED_PROXIES",
        "LOG_LEVEL",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VILLAGEPUB_ENV", "prod"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "mysql://villagepub:secret-pass@db/villagepub"),
        ("DATABASE_OWNER_URL", "villagepub:secret-pass@db"),
        ("STORAGE_URL", "files"),
        ("STORAGE_URL", "file://host/files"),
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "x" * 31),
        ("JWT_KEYS", ""),
        ("JWT_KEYS", ","),
        ("JWT_KEYS", SECRET),
        ("JWT_KEYS", f":{SECRET}"),
        ("JWT_KEYS", f"{SECRET}:kid"),
        ("JWT_KEYS", f"a:{SECRET},a:{SECRET}x"),
        ("JWT_KEYS", f"a:{SECRET},b:short-secret"),
        ("JWT_KEYS", f"dev:{SECRET}"),
        ("PUBLIC_BASE_URL", "cwgk.example.cn"),
        ("PUBLIC_BASE_URL", "http://cwgk.example.cn"),
        ("METRICS_TOKEN", "fifteen-letters"),
        ("ACCESS_TOKEN_SECONDS", "86400"),
        ("REFRESH_TOKEN_DAYS", "365"),
        ("MAX_BODY_BYTES", "0"),
        ("MAX_ATTACHMENT_BYTES", "1e9"),
    ],
)
def test_one_fault_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    assert set(_faults(monkeypatch, **{name: value})) - {"DATABASE_OWNER_URL"} == {name} - {"DATABASE_OWNER_URL"}


def test_the_faults_are_chinese_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsRefused) as refused:
        _read(monkeypatch, {"VILLAGEPUB_ENV": "production", "MAX_BODY_BYTES": "many", "TRUSTED_PROXIES": "1.5"})
    assert len(refused.value.faults) == 7
    for fault in refused.value.faults:
        _, _, sentence = fault.partition(" ")
        assert any("一" <= sign <= "鿿" for sign in sentence), fault
        assert "Not a valid" not in fault


def test_the_defaults_of_development(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    settings = _read(monkeypatch, {"INSTANCE_DIR": str(folder)})
    assert settings.environment == "development"
    assert settings.database_url == f"sqlite:///{folder}/villagepub.sqlite3"
    assert settings.storage_place.url == f"file://{folder}/files"
    assert settings.public_base_url == "http://127.0.0.1:8000"
    assert len(settings.secret_key) >= 32
    assert settings.secret_key != settings.signing_key[1]
    again = read_settings()
    assert (again.secret_key, again.jwt_keys) == (settings.secret_key, settings.jwt_keys)
    for file in folder.glob("*.secret"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.slow
def test_processes_that_start_together_share_their_secrets(tmp_path: Path) -> None:
    """Else one server would refuse the tokens that the other has signed."""
    read = "import sys; from config.base import read_settings; sys.stdin.read(); print(read_settings().signing_key[1])"
    environment = {"PATH": os.environ["PATH"], "INSTANCE_DIR": str(tmp_path / "instance")}
    command = [sys.executable, "-c", read]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(command, cwd=PROJECT, env=environment, **pipes) for _ in range(8)]
    time.sleep(1)  # until all have read what they import, and wait
    for process in started:
        process.stdin.close()
    secrets = []
    for process in started:
        with process:
            secrets.append(process.stdout.read())
    assert len(set(secrets)) == 1
    assert len(secrets[0].strip()) >= 32


def test_settings_shown_by_accident_show_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = repr(_read(monkeypatch, GOOD | {"METRICS_TOKEN": "a-token-of-the-monitoring"}))
    for secret in (SECRET, "pass-of-the-app", "a-token-of-the-monitoring"):
        assert secret not in shown
    assert {"secret_key", "jwt_keys"} <= {field.name for field in fields(Settings)}


@pytest.mark.slow
def test_the_process_ends_with_the_list_and_without_a_traceback(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "FLASK_SKIP_DOTENV": "1", "HOME": str(tmp_path)}
    broken = environment | GOOD | {"SECRET_KEY": "a-secret-too-short", "JWT_KEYS": f"kid-{SECRET}"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "routes"]
    done = subprocess.run(command, cwd=PROJECT, env=broken, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "配置有误" in said
    assert "SECRET_KEY" in said
    assert "JWT_KEYS" in said
    assert "Traceback" not in said
    for secret in ("a-secret-too-short", SECRET, "pass-of-the-app"):
        assert secret not in said


def test_wechat_is_off_or_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {"WECHAT_BASE_URL": "https://api.weixin.qq.com/", "WECHAT_APPID": "wx1", "WECHAT_SECRET": "s" * 32}
    assert not _read(monkeypatch, GOOD).wechat.is_on
    settings = _read(monkeypatch, GOOD | whole)
    assert settings.wechat.is_on
    assert settings.wechat.base_url == "https://api.weixin.qq.com"
    assert "s" * 32 not in repr(settings)
    for missing in whole:
        assert _faults(monkeypatch, **(whole | {missing: ""})) == [missing]


@pytest.mark.parametrize(
    ("variable", "value"),
    [("WECHAT_BASE_URL", "ftp://weixin.example.cn"), ("WECHAT_AES_KEY", "short"), ("WECHAT_ENV_VERSION", "beta")],
)
def test_malformed_settings_of_wechat(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    whole = {"WECHAT_BASE_URL": "https://api.weixin.qq.com", "WECHAT_APPID": "wx1", "WECHAT_SECRET": "s" * 32}
    assert _faults(monkeypatch, **(whole | {variable: value})) == [variable]
