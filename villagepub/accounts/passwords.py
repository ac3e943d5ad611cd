"""Passwords: argon2id, and what makes one acceptable (GB/T 22239-2019 8.1.4.1 asks for complexity)."""

import re
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from villagepub.core.errors import Invalid
from villagepub.extensions import settings

SHORTEST, LONGEST = 10, 128


def hash_password(password: str) -> str:
    return _hasher().hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Whether the password is right; takes as long for somebody without one."""
    try:
        _hasher().verify(stored or _nobodys_hash(settings.password_memory_kib), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(stored)


def require_acceptable(password: str, username: str | None, field: str = "password") -> None:
    """Raises Invalid on the field for a password that is short, plain or holds the user name."""
    faults = []
    if not SHORTEST <= len(password) <= LONGEST:
        faults.append(f"密码须为 {SHORTEST} 至 {LONGEST} 个字符。")
    if not (re.search(r"[A-Za-z]", password) and re.search(r"[0-9]", password)):
        faults.append("密码须同时含有字母和数字。")
    if username and username.lower() in password.lower():
        faults.append("密码不能包含用户名。")
    if faults:
        raise Invalid(errors={field: faults})


def _hasher() -> PasswordHasher:
    return _hasher_of(settings.password_memory_kib)


@cache
def _hasher_of(memory_kib: int) -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=memory_kib, parallelism=1)


@cache
def _nobodys_hash(memory_kib: int) -> str:
    return _hasher_of(memory_kib).hash("nobody")
