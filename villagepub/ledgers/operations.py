"""Keeping the ledgers: every change checked against what already counts, with its audit entry."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.errors import AlreadyExists, Invalid, WrongState
from villagepub.core.permissions import Permission, require
from villagepub.disclosures import queries as disclosures
from villagepub.divisions import queries as divisions
from villagepub.divisions.levels import Level
from villagepub.extensions import db
from villagepub.ledgers import clashes, policy, queries
from villagepub.ledgers.clashes import Claim, Claims
from villagepub.ledgers.kinds import DECLARABLE, Ledger
from villagepub.ledgers.models import SOURCES, Channel, LedgerDeclaration, LedgerRow
from villagepub.ledgers.policy import Faults, Fields


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
    """Raises Invalid for fields that are wrong by themselves or count days that already count."""
    require(actor, Permission.KEEP_LEDGERS, township)
    require_township(township)
    wait_for_turn(township)
    _refuse(faults_of(ledger, fields, Standing(ledger, township, [fields])))
    row = new_row(ledger, fields, actor=actor, township=township)
    db.session.add(row)
    db.session.flush()
    _note("ledger.row_created", actor, ledger, row, fields=numbers_of(ledger, row))
    return row


def edit_row(ledger: Ledger, row: LedgerRow, fields: Fields, *, actor: Actor) -> LedgerRow:
    """Replace all fields. Raises WrongState for a voided row, Invalid as when it is created."""
    require(actor, Permission.KEEP_LEDGERS, row.township)
    wait_for_turn(row.township)
    _require_counted(row)
    _refuse(faults_of(ledger, fields, Standing(ledger, row.township, [fields], but_for=row.id)))
    before = numbers_of(ledger, row)
    for field, value in fields.items():
        setattr(row, field, value)
    row.edited_at = clock.now()
    db.session.flush()
    _note("ledger.row_edited", actor, ledger, row, fields=numbers_of(ledger, row), before=before)
    return row


def void_row(ledger: Ledger, row: LedgerRow, reason: str, *, actor: Actor) -> LedgerRow:
    """Take a row out of the count for good; it stays to be seen. Raises WrongState the second time."""
    require(actor, Permission.KEEP_LEDGERS, row.township)
    _require_counted(row)
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


class Standing:
    """What new rows of a ledger are judged against: the township's channels, and what already counts.

    sound: those of the rows that are right by themselves; the others may lie in years that no calendar knows.
    """

    def __init__(self, ledger: Ledger, township: str, rows: list[Fields], *, but_for: str | None = None) -> None:
        self.township = township
        self.now = clock.now()
        self.sound = [row for row in rows if not ledger.faults(row, self.now)]
        self.channels = {channel.key: channel for channel in queries.list_channels(township)}
        self.claims = Claims()
        for claim in queries.list_claims(ledger, township, self.sound, but_for=but_for):
            self.claims.add(claim)


def faults_of(ledger: Ledger, fields: Fields, standing: Standing) -> Faults:
    """What is wrong with one row: ``{field: [sentence]}``, empty when nothing."""
    faults = ledger.faults(fields, standing.now)
    if ledger.key == "channel":
        faults |= _faults_of_channel(fields["channel"], standing.channels)
    if (disclosure := fields.get("disclosure")) and not disclosures.is_of_township(disclosure, standing.township):
        faults["disclosure"] = ["没有这条公开信息，请核对编号。"]
    if ledger.key is not None and not faults:
        clashing = standing.claims.against(claim_of(ledger, fields, ""))
        if clashing:
            name = _name_of(ledger.key, fields[ledger.key], standing.channels)
            faults[ledger.when] = [clashes.sentence(name, clashing)]
    return faults


def claim_of(ledger: Ledger, fields: Fields, row: str) -> Claim:
    """row: how a sentence names it."""
    return Claim(fields[ledger.key or ""], ledger.span_of(fields[ledger.when]), ledger.is_tally, row)


def new_row(ledger: Ledger, fields: Fields, *, actor: Actor, township: str, import_id: str | None = None) -> LedgerRow:
    return ledger.model(
        township=township, created_by=actor.person_id, created_at=clock.now(), import_id=import_id, **fields
    )


def require_township(code: str) -> None:
    """A ledger belongs to a township, not to a place above or below it. Raises Invalid otherwise."""
    if divisions.get_division(code).level != Level.TOWNSHIP:
        raise Invalid(errors={"division": ["台账由乡镇登记，请填写乡镇的 12 位区划代码。"]})


def wait_for_turn(township: str) -> None:
    """Let one change after another be checked: two at once could each miss the row that the other adds."""
    db.session.execute(select(Channel.key).where(Channel.township == township).order_by(Channel.key).with_for_update())


def numbers_of(ledger: Ledger, row: LedgerRow) -> dict[str, Any]:
    """What an audit entry says of a row: what it counts, and none of its text."""
    names = (ledger.key, *ledger.counts) if ledger.key else ledger.counts
    values = {name: getattr(row, name) for name in names if name}
    return values | {ledger.when: ledger.span_of(getattr(row, ledger.when))}


def _faults_of_channel(key: str, channels: Mapping[str, Channel]) -> Faults:
    channel = channels.get(key)
    if channel is None:
        known = "、".join(key for key, channel in channels.items() if not channel.counted_from_disclosures)
        return {"channel": [f"渠道清单中没有这个渠道，可填：{known}。"]}
    if channel.counted_from_disclosures:
        return {"channel": [f"{channel.name}的数量由系统从公开信息计算，不需登记。"]}
    return {}


def _name_of(field: str, key: str, channels: Mapping[str, Channel]) -> str:
    return channels[key].name if field == "channel" else SOURCES[key]


def _require_counted(row: LedgerRow) -> None:
    if row.is_voided:
        raise WrongState("这一条已经作废，不能再修改；如需更正，请重新登记。")


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
