"""The ledgers as one literal table: routes, imports, rules and figures are read from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from villagepub.core import clock
from villagepub.core.fields import Shape, Text
from villagepub.ledgers import models, policy, schemas
from villagepub.ledgers.models import LedgerRow
from villagepub.ledgers.policy import Faults, Fields


@dataclass(frozen=True)
class Ledger:
    """One ledger.

    name: as in its path. noun: one row in Chinese.
    when: the field with the day, instant or period it counts in.
    key: the field that says which channel or source; counts: the fields with its numbers.
    later_columns: those of its fields that files of earlier versions do not have.
    counterpart: the ledger that would count the same days, singly or as tallies.
    faults: what the fields of one row get wrong by themselves, at an instant.
    """

    name: str
    noun: str
    model: type[LedgerRow]
    body: type[Shape]
    faults: Callable[[Fields, datetime], Faults]
    when: str
    key: str | None = None
    counts: tuple[str, ...] = ()
    counterpart: str | None = None
    later_columns: tuple[str, ...] = ()

    @property
    def is_tally(self) -> bool:
        return self.when == "period"

    @cached_property
    def new_body(self) -> type[Shape]:
        return schemas.body_with_division(self.body, f"{self.model.__name__}New")

    @cached_property
    def row(self) -> type[Shape]:
        return schemas.row_of(self.body, self.model.__name__)

    @cached_property
    def query(self) -> type[Shape]:
        """The filters of its list: those that all have, and its key."""
        base = schemas.TallyQuery if self.is_tally else schemas.DatedQuery
        keys = {self.key: Text(longest=40, load_default=None)} if self.key else {}
        return base.from_dict(keys, name=f"{self.model.__name__}Query")  # type: ignore[return-value,arg-type]

    @cached_property
    def columns(self) -> Mapping[str, str]:
        """Its fields with their Chinese headers."""
        return {name: field.metadata["title"] for name, field in self.body().fields.items()}

    def column(self, field: str) -> InstrumentedAttribute[Any]:
        return getattr(self.model, field)  # type: ignore[no-any-return]

    def span_of(self, value: Any) -> str:
        """The day, month or year that a value of ``when`` names: ``2023-11-06``, ``2023-11`` or ``2023``."""
        if isinstance(value, datetime):
            value = clock.local(value).date()
        return str(value)


LEDGERS = {
    ledger.name: ledger
    for ledger in (
        Ledger(
            name="channel-posts",
            noun="渠道发布",
            model=models.ChannelPost,
            body=schemas.ChannelPostBody,
            faults=policy.faults_of_post,
            when="posted_on",
            key="channel",
            counterpart="channel-tallies",
            later_columns=("removed_on", "not_a_disclosure"),
        ),
        Ledger(
            name="channel-tallies",
            noun="渠道发布合计",
            model=models.ChannelTally,
            body=schemas.ChannelTallyBody,
            faults=policy.faults_of_tally,
            when="period",
            key="channel",
            counts=("count",),
            counterpart="channel-posts",
        ),
        Ledger(
            name="complaints",
            noun="投诉",
            model=models.Complaint,
            body=schemas.ComplaintBody,
            faults=policy.faults_of_complaint,
            when="received_at",
            key="source",
            counterpart="complaint-tallies",
        ),
        Ledger(
            name="complaint-tallies",
            noun="投诉合计",
            model=models.ComplaintTally,
            body=schemas.ComplaintTallyBody,
            faults=policy.faults_of_complaint_tally,
            when="period",
            key="source",
            counts=("received", "answered"),
            counterpart="complaints",
        ),
        Ledger(
            name="trainings",
            noun="培训",
            model=models.Training,
            body=schemas.TrainingBody,
            faults=policy.faults_of_training,
            when="held_on",
        ),
    )
}

ELSEWHERE = {"applications": "依申请公开", "reconsiderations": "行政复议和行政诉讼"}
DECLARABLE = {name: ledger.noun for name, ledger in LEDGERS.items()} | ELSEWHERE
