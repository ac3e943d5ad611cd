"""What new rows are judged against: the township's channels, and what already counts."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from villagepub.applications import queries as applications
from villagepub.core import clock
from villagepub.disclosures import queries as disclosures
from villagepub.extensions import db
from villagepub.ledgers import clashes, complaints, queries
from villagepub.ledgers.clashes import Claim, Claims
from villagepub.ledgers.kinds import LEDGERS, Ledger
from villagepub.ledgers.models import Channel, LedgerRow
from villagepub.ledgers.policy import Faults, Fields


class Standing:
    """What new rows of a ledger are judged against: the township's channels, and what already counts.

    sound: those of the rows that are right by themselves; the others may lie in years that no calendar knows.
    """

    def __init__(self, ledger: Ledger, township: str, rows: list[Fields], *, but_for: str | None = None) -> None:
        self.township = township
        self.now = clock.now()
        self.sound = [row for row in rows if not ledger.faults(row, self.now)]
        self.channels = {channel.key: channel for channel in queries.list_channels(township)}
        self.fed_from = complaints.first_day(township) if ledger.key == "source" else None
        self.claims = Claims()
        for claim in _list_claims(ledger, township, self.sound, but_for=but_for):
            self.claims.add(claim)


def faults_of(ledger: Ledger, fields: Fields, standing: Standing) -> Faults:
    """What is wrong with one row: ``{field: [sentence]}``, empty when nothing."""
    faults = ledger.faults(fields, standing.now)
    if ledger.key == "channel":
        faults |= _faults_of_channel(fields["channel"], standing.channels)
    if (disclosure := fields.get("disclosure")) and not disclosures.is_of_township(disclosure, standing.township):
        faults["disclosure"] = ["没有这条公开信息，请核对编号。"]
    if (application := fields.get("application")) and not applications.is_of_township(application, standing.township):
        faults["application"] = ["没有这件依申请公开，请核对编号。"]
    if not faults and fields.get("source") == complaints.SOURCE:
        faults |= complaints.faults_of_entry(ledger.is_tally, ledger.span_of(fields[ledger.when]), standing.fed_from)
    if ledger.counts_days_once and not faults:
        clashing = standing.claims.against(claim_of(ledger, fields, ""))
        if clashing:
            name = _name_of_key(ledger, fields, standing.channels)
            faults[ledger.when] = [clashes.sentence(name, clashing)]
    return faults


def claim_of(ledger: Ledger, fields: Fields, row: str) -> Claim:
    """row: how a sentence names it."""
    return Claim(fields[ledger.key or ""], ledger.span_of(fields[ledger.when]), ledger.is_tally, row)


def list_same_years(ledger: Ledger, township: str, rows: Sequence[Fields]) -> list[LedgerRow]:
    """The rows that count in the years of those given: what an import compares its lines with."""
    if not rows:
        return []
    first, last = _years_of(ledger, rows)
    return list(db.session.scalars(select(ledger.model).where(*queries.counted(ledger, township, first, last))))


def _list_claims(ledger: Ledger, township: str, rows: Sequence[Fields], *, but_for: str | None = None) -> list[Claim]:
    """What already counts in the years, channels or sources of the given rows, singly and as tallies.

    but_for: the row that is being edited.
    """
    if ledger.key is None or not ledger.counts_days_once or not rows:
        return []
    keys = {row[ledger.key] for row in rows}
    first, last = _years_of(ledger, rows)
    others = [LEDGERS[ledger.counterpart]] if ledger.counterpart else []
    found: list[Claim] = []
    for each in [ledger, *others] if ledger.is_tally else others:
        key_column = each.column(ledger.key)
        query = select(key_column, each.column(each.when), each.model.id)
        query = query.where(*queries.counted(each, township, first, last), key_column.in_(keys))
        found += [
            Claim(key, each.span_of(when), each.is_tally, f"编号 {row_id}")
            for key, when, row_id in db.session.execute(query.order_by(each.model.id))
            if row_id != but_for
        ]
    return found


def _years_of(ledger: Ledger, rows: Sequence[Fields]) -> tuple[int, int]:
    years = [int(ledger.span_of(row[ledger.when])[:4]) for row in rows]
    return min(years), max(years)


def _faults_of_channel(key: str, channels: Mapping[str, Channel]) -> Faults:
    channel = channels.get(key)
    if channel is None:
        known = "、".join(
            f"{each.name}（{each.key}）" for each in channels.values() if not each.counted_from_disclosures
        )
        return {"channel": [f"渠道清单中没有这个渠道，可填：{known}。"]}
    if channel.counted_from_disclosures:
        return {"channel": [f"{channel.name}的数量由系统从公开信息计算，不需登记。"]}
    return {}


def _name_of_key(ledger: Ledger, fields: Fields, channels: Mapping[str, Channel]) -> str:
    field = ledger.key or ""
    key = fields[field]
    return channels[key].name if field == "channel" else ledger.choices[field][key]
