"""Keeping the ledgers: every change checked against what already counts, with its audit entry."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from villagepub.clearance.marks import require_unclassified
from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.errors import AlreadyExists, Invalid, WrongState
from villagepub.core.permissions import Permission, require
from villagepub.divisions import queries as divisions
from villagepub.divisions.levels import Level
from villagepub.extensions import db
from villagepub.ledgers import policy, queries
from villagepub.ledgers.kinds import DECLARABLE, Ledger
from villagepub.ledgers.models import Channel, LedgerDeclaration, LedgerRow
from villagepub.ledgers.policy import Faults, Fields
from villagepub.ledgers.references import with_ids
from villagepub.ledgers.standing import Standing, faults_of


def put_channel(
    township: str,
    *,
    key: str,
    name: str,
    counted_from_disclosures: bool,
    takes_complaints: bool,
    position: int,
) -> bool:
    """Create or change a channel; True when that changed anything.

    For the loader of a township's file, which asks for permission itself.
    """
    values = {
        "name": name,
        "counted_from_disclosures": counted_from_disclosures,
        "takes_complaints": takes_complaints,
        "position": position,
    }
    channel = queries.find_channel(township, key)
    if channel is None:
        db.session.add(Channel(township=township, key=key, **values))
    elif any(getattr(channel, field) != value for field, value in values.items()):
        for field, value in values.items():
            setattr(channel, field, value)
    else:
        return False
    db.session.flush()
    return True


def create_row(ledger: Ledger, fields: Fields, *, actor: Actor, township: str) -> LedgerRow:
    """Raises Invalid for fields that are wrong by themselves or count days that already count, SecretMark."""
    require(actor, Permission.KEEP_LEDGERS, township)
    require_township(township)
    refuse_marks(fields, actor=actor, township=township)
    wait_for_turn(township)
    fields = with_ids(ledger, fields, township)
    _refuse(faults_of(ledger, fields, Standing(ledger, township, [fields])))
    row = new_row(ledger, fields, actor=actor, township=township)
    db.session.add(row)
    db.session.flush()
    _note("ledger.row_created", actor, ledger, row, fields=numbers_of(ledger, row))
    return row


def edit_row(ledger: Ledger, row: LedgerRow, fields: Fields, *, actor: Actor) -> LedgerRow:
    """Replace all fields. Raises WrongState for a voided row, Invalid and SecretMark as when it is created."""
    require(actor, Permission.KEEP_LEDGERS, row.township)
    refuse_marks(fields, actor=actor, township=row.township)
    wait_for_turn(row.township)
    _require_counted(row)
    _require_by_hand(row)
    fields = with_ids(ledger, fields, row.township)
    _refuse(faults_of(ledger, fields, Standing(ledger, row.township, [fields], but_for=row.id)))
    before = numbers_of(ledger, row)
    for field, value in fields.items():
        setattr(row, field, value)
    row.edited_at = clock.now()
    db.session.flush()
    _note("ledger.row_edited", actor, ledger, row, fields=numbers_of(ledger, row), before=before)
    return row


def void_row(ledger: Ledger, row: LedgerRow, reason: str, *, actor: Actor) -> LedgerRow:
    """Take a row out of the count for good; it stays to be seen. Raises WrongState the second time, SecretMark."""
    require(actor, Permission.KEEP_LEDGERS, row.township)
    refuse_marks({"reason": reason}, actor=actor, township=row.township)
    wait_for_turn(row.township)
    _require_counted(row)
    _require_by_hand(row)
    row.voided_at, row.void_reason = clock.now(), reason
    db.session.flush()
    _note("ledger.row_voided", actor, ledger, row, fields=numbers_of(ledger, row))
    return row


def declare(ledger: str, year: int, *, actor: Actor, township: str) -> LedgerDeclaration:
    """Say that a ledger holds everything of a year, so that what is empty means 0.

    Raises Invalid before the year's last day, AlreadyExists when it was said before.
    """
    require(actor, Permission.KEEP_LEDGERS, township)
    require_township(township)
    if not policy.may_be_declared(year, clock.today()):
        raise Invalid(errors={"year": [f"{year} 年还没有结束，12 月 31 日起才能申报填报完毕。"]})
    wait_for_turn(township)
    if queries.is_declared(township, ledger, year):
        raise AlreadyExists(f"{DECLARABLE[ledger]}台账 {year} 年已申报填报完毕。")
    declaration = LedgerDeclaration(
        township=township, ledger=ledger, year=year, declared_by=actor.person_id, declared_at=clock.now()
    )
    db.session.add(declaration)
    db.session.flush()
    audit.record(
        db.session(),
        "ledger.declared",
        actor=actor,
        subject_type="ledger_declaration",
        subject_id=f"{township}/{ledger}/{year}",
        division=township,
        township=township,
        data={"ledger": ledger, "year": year},
    )
    return declaration


# --- what create, edit and import have in common ------------------------------------------------------------


def new_row(ledger: Ledger, fields: Fields, *, actor: Actor, township: str, import_id: str | None = None) -> LedgerRow:
    return ledger.model(
        township=township, created_by=actor.person_id, created_at=clock.now(), import_id=import_id, **fields
    )


def refuse_marks(texts: Fields, *, actor: Actor, township: str) -> None:
    """Before anything of them is written. texts: by the field to name. Raises SecretMark for a mark of a state secret.

    Identity numbers and telephones are no reason to refuse: a ledger is not published.
    """
    said = {name: text for name, text in texts.items() if isinstance(text, str)}
    require_unclassified(said, actor=actor, township=township, village=township)


def require_township(code: str) -> None:
    """A ledger belongs to a township, not to a place above or below it. Raises Invalid otherwise."""
    if divisions.get_division(code).level != Level.TOWNSHIP:
        raise Invalid(errors={"division": ["台账由乡镇登记，请填写乡镇的 12 位区划代码。"]})


def wait_for_turn(township: str) -> None:
    """Let one change after another be checked: two at once could each miss the row that the other adds.

    A report is signed in the same turn, so that nothing of it changes while it is read.
    """
    db.session.execute(select(Channel.key).where(Channel.township == township).order_by(Channel.key).with_for_update())


def numbers_of(ledger: Ledger, row: LedgerRow) -> dict[str, Any]:
    """What an audit entry says of a row: what it counts, and none of its text."""
    names = (ledger.key, *ledger.counts) if ledger.key else ledger.counts
    values = {name: _plain(getattr(row, name)) for name in names}
    return values | {ledger.when: ledger.span_of(getattr(row, ledger.when))}


def _plain(value: Any) -> Any:
    """As JSON has it."""
    return str(value) if isinstance(value, date | Decimal) else value


def _require_counted(row: LedgerRow) -> None:
    if row.is_voided:
        raise WrongState("这一条已经作废，不能再修改；如需更正，请重新登记。")


def _require_by_hand(row: LedgerRow) -> None:
    if policy.is_from_feedback(row):
        raise WrongState("这一条由小程序中的群众反映自动登记，请在群众反映中办理，台账随之更新。")


def _refuse(faults: Faults) -> None:
    if faults:
        raise Invalid(errors=faults)


def _note(action: str, actor: Actor, ledger: Ledger, row: LedgerRow, **data: Any) -> None:
    audit.record(
        db.session(),
        action,
        actor=actor,
        subject_type=row.__tablename__,
        subject_id=row.id,
        division=row.township,
        township=row.township,
        data={"ledger": ledger.name} | data,
    )
