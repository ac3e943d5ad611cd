"""A second proof of who signs in: codes of a telephone (TOTP, RFC 6238), and recovery codes for when it is lost.

GB/T 22239-2019 8.1.4.1 asks for two kinds of proof from the third level on. The key is sealed at rest; a code is
taken once, within half a minute before and after its own.
"""

import hmac
import os
import secrets
from base64 import b32decode, b32encode
from typing import Protocol
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import Update, delete, func, select, update

from villagepub.accounts import queries, throttle
from villagepub.accounts.models import Person, RecoveryCode, SecondFactor, SignIn
from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.errors import WrongState, WrongTotp
from villagepub.core.permissions import Permission, Role, require
from villagepub.core.sealed import Sealer
from villagepub.extensions import db, settings

STEP, DIGITS, KEY_BYTES = 30, 6, 20  # seconds; what every authenticator can do
EARLIER_AND_LATER = (0, -1, 1)
RECOVERY_CODES = 10
OF_A_TOWNSHIP = frozenset(Role) - {Role.UPLOADER, Role.OBSERVER}
ISSUER = "村务公开"


class GivesCodes(Protocol):
    """An act that takes a code and answers with new recovery codes."""

    def __call__(self, code: str, *, actor: Actor, address: str) -> list[str]: ...


def is_on(person_id: str) -> bool:
    factor = db.session.get(SecondFactor, person_id)
    return factor is not None and factor.confirmed_at is not None


def is_demanded(actor: Actor) -> bool:
    """Whether the person's posts may not be used without one, as TOTP_REQUIRED says."""
    return settings.totp_required and any(holding.role in OF_A_TOWNSHIP for holding in actor.holdings)


def is_missing(person_id: str, actor: Actor) -> bool:
    return is_demanded(actor) and not is_on(person_id)


def count_recovery_codes(person_id: str) -> int:
    """How many are left."""
    unused = (RecoveryCode.person_id == person_id) & RecoveryCode.used_at.is_(None)
    return db.session.scalar(select(func.count()).select_from(RecoveryCode).where(unused)) or 0


def begin(*, actor: Actor) -> None:
    """Make a key, which counts once a code of it has been given. Raises WrongState when one counts already."""
    person = _own(actor)
    if is_on(person.id):
        raise WrongState("动态口令已经启用。要换手机，请先停用。")
    db.session.execute(delete(SecondFactor).where(SecondFactor.person_id == person.id))
    key = b32encode(os.urandom(KEY_BYTES)).decode()
    db.session.add(SecondFactor(person_id=person.id, sealed_key=_sealer().seal(key)))
    db.session.flush()


def find_pending_key(actor: Actor) -> str | None:
    """The key in base32 that waits for its first code."""
    factor = db.session.get(SecondFactor, actor.person_id)
    return _sealer().open(factor.sealed_key) if factor and factor.confirmed_at is None else None


def address_of(key: str, actor: Actor) -> str:
    """What an authenticator reads from the QR code (otpauth)."""
    person = _own(actor)
    label = quote(f"{ISSUER}:{person.username or person.name}", safe="")
    return f"otpauth://totp/{label}?secret={key}&issuer={quote(ISSUER)}&digits={DIGITS}&period={STEP}"


def confirm(code: str, *, actor: Actor, address: str) -> list[str]:
    """Ask for it from now on. Returns the recovery codes, which are shown once. Raises WrongTotp."""
    factor = db.session.get(SecondFactor, actor.person_id)
    if factor is None or factor.confirmed_at is not None:
        raise WrongState("没有等待确认的动态口令，请重新开始。")
    person = _own(actor)
    require_code(person, code, address=address)
    factor.confirmed_at = clock.now()
    _note("account.totp_turned_on", person, actor)
    return _new_recovery_codes(factor.person_id)


def renew_recovery_codes(code: str, *, actor: Actor, address: str) -> list[str]:
    """New ones; the old lose their force. Raises WrongTotp."""
    person = _own(actor)
    _require_on(person.id)
    require_code(person, code, address=address)
    _note("account.recovery_codes_renewed", person, actor)
    return _new_recovery_codes(person.id)


def turn_off(code: str, *, actor: Actor, address: str) -> None:
    """Raises WrongTotp, and WrongState for somebody whose posts demand it."""
    person = _own(actor)
    _require_on(person.id)
    if is_demanded(actor):
        raise WrongState("本单位要求您的岗位使用动态口令，不能停用。换手机时请管理员重置。")
    require_code(person, code, address=address)
    _remove(person.id)
    _note("account.totp_turned_off", person, actor)


def reset(person: Person, *, actor: Actor) -> None:
    """By the administrator, for somebody whose telephone and recovery codes are lost; all sign-ins end."""
    require(actor, Permission.MANAGE_PEOPLE, person.place)
    if person.id == actor.person_id:
        raise WrongState("不能重置自己的动态口令，请由另一位管理员办理。")
    _require_on(person.id)
    _remove(person.id)
    running = (SignIn.person_id == person.id) & SignIn.ended_at.is_(None)
    db.session.execute(update(SignIn).where(running).values(ended_at=clock.now(), end_reason="totp_reset"))
    _note("person.totp_reset", person, actor)


def require_code(person: Person, code: str, *, address: str) -> None:
    """Use a code of the telephone, or a recovery code.

    Raises WrongTotp for a wrong or used one, TooManyAttempts for who guesses.
    """
    name = person.username or person.id
    throttle.require_patience(name, address)
    text = "".join(code.split())
    if not (_accept_step(person.id, text) if text.isdigit() else _accept_recovery_code(person.id, text)):
        throttle.count_failure(name, address)
        raise WrongTotp(errors={"totp": ["动态口令不正确，或已经用过。"]})


def _accept_step(person_id: str, code: str) -> bool:
    factor = db.session.get(SecondFactor, person_id)
    if factor is None:
        return False
    totp = TOTP(b32decode(_sealer().open(factor.sealed_key)), DIGITS, SHA1(), STEP)  # noqa: S303  as RFC 6238 has it
    now = int(clock.now().timestamp()) // STEP
    for step in (now + shift for shift in EARLIER_AND_LATER):
        if hmac.compare_digest(totp.generate(step * STEP), code.encode()):
            newer = (SecondFactor.person_id == person_id) & (SecondFactor.last_step < step)
            return _changes_one(update(SecondFactor).where(newer).values(last_step=step))
    return False


def _accept_recovery_code(person_id: str, code: str) -> bool:
    digest = _sealer().digest(code.replace("-", "").upper())
    unused = (RecoveryCode.digest == digest) & (RecoveryCode.person_id == person_id) & RecoveryCode.used_at.is_(None)
    return _changes_one(update(RecoveryCode).where(unused).values(used_at=clock.now()))


def _new_recovery_codes(person_id: str) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = [b32encode(secrets.token_bytes(10)).decode() for _ in range(RECOVERY_CODES)]
    db.session.add_all(RecoveryCode(digest=_sealer().digest(code), person_id=person_id) for code in codes)
    db.session.flush()
    return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in codes]


def _require_on(person_id: str) -> None:
    if not is_on(person_id):
        raise WrongState("没有启用动态口令。")


def _remove(person_id: str) -> None:
    for table in (RecoveryCode, SecondFactor):
        db.session.execute(delete(table).where(table.person_id == person_id))


def _changes_one(statement: Update) -> bool:
    changed = db.session.execute(statement)
    return bool(changed.rowcount)  # type: ignore[attr-defined]  # an UPDATE has one


def _own(actor: Actor) -> Person:
    return db.session.get_one(Person, actor.person_id)


def _sealer() -> Sealer:
    return Sealer(settings.secret_key, "second factor")


def _note(action: str, person: Person, actor: Actor) -> None:
    """A resident belongs to no township: what concerns that account alone joins no chain."""
    township = queries.find_township_of(person)
    if township is None:
        return
    audit.record(
        db.session(),
        action,
        actor=actor,
        subject_type="person",
        subject_id=person.id,
        division=person.place,
        township=township,
    )
