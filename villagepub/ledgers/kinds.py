"""The ledgers as one literal table: routes, imports, rules and figures are read from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from marshmallow import fields
from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from villagepub.core import clock
from villagepub.core.fields import Shape, Text
from villagepub.ledgers import filters, models, policy, schemas
from villagepub.ledgers.filters import Filter
from villagepub.ledgers.models import LedgerRow
from villagepub.ledgers.policy import Faults, Fields
from villagepub.ledgers.schemas import Choice


@dataclass(frozen=True)
class Ledger:
    """One ledger.

    name: as in its path. noun: one row in Chinese.
    when: the field with the day, instant or period it counts in.
    key: the field that says which channel, source or kind; counts: the fields that its figures depend on.
    later_columns: those of its fields that files of earlier versions do not have.
    counterpart: the ledger that would count the same days, singly or as tallies.
    faults: what the fields of one row get wrong by themselves, at an instant.
    filters: what its list takes besides year, days and key. of_year: the rows of a year, where ``when`` does not say.
    names_persons: whether its texts are about people, so that taking them away leaves a trace.
    own_path: where its list does not lie beside the others.
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
    filters: Mapping[str, Filter] = field(default_factory=dict)
    of_year: Callable[[int], ColumnElement[bool]] | None = None
    names_persons: bool = False
    own_path: str | None = None
    later_columns: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Of its list, below /api/v1."""
        return self.own_path or f"/ledgers/{self.name}"

    @property
    def is_tally(self) -> bool:
        return self.when in ("period", "year")

    @property
    def counts_days_once(self) -> bool:
        """Whether one row can count what another one counts, so that each is compared with the others."""
        return self.is_tally or self.counterpart is not None

    @cached_property
    def new_body(self) -> type[Shape]:
        return schemas.body_with_division(self.body, f"{self.model.__name__}New")

    @cached_property
    def row(self) -> type[Shape]:
        return schemas.row_of(self.body, self.model.__name__)

    @cached_property
    def query(self) -> type[Shape]:
        """What its list takes."""
        return schemas.ListQuery.from_dict(self._choosing(), name=f"{self.model.__name__}Query")  # type: ignore[return-value]

    @cached_property
    def choice(self) -> type[Shape]:
        """What its export takes."""
        return Shape.from_dict(self._choosing(), name=f"{self.model.__name__}Choice")  # type: ignore[return-value]

    @cached_property
    def columns(self) -> Mapping[str, str]:
        """Its fields with their Chinese headers."""
        return {name: each.metadata["title"] for name, each in self.body().fields.items()}

    @cached_property
    def choices(self) -> Mapping[str, Mapping[str, str]]:
        """``{field: {key: Chinese name}}`` of its fields with a fixed list of words."""
        return {name: each.labels for name, each in self.body().fields.items() if isinstance(each, Choice)}

    def column(self, field: str) -> InstrumentedAttribute[Any]:
        return getattr(self.model, field)  # type: ignore[no-any-return]

    def span_of(self, value: Any) -> str:
        """The day, month or year that a value of ``when`` names: ``2023-11-06``, ``2023-11`` or ``2023``."""
        if isinstance(value, datetime):
            value = clock.local(value).date()
        return str(value)

    def _choosing(self) -> dict[str, fields.Field[Any]]:
        """The parameters that say which rows: those of all ledgers, its key, and its own."""
        common = schemas.TallyChoice if self.is_tally else schemas.DatedChoice
        own = {name: each.parameter for name, each in self.filters.items()}
        return common().declared_fields | self._key_parameter() | own

    def _key_parameter(self) -> dict[str, fields.Field[Any]]:
        if self.key is None:
            return {}
        labels = self.choices.get(self.key)
        return {self.key: Choice(labels, load_default=None) if labels else Text(longest=40, load_default=None)}


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
            filters=filters.COMPLAINTS,
            names_persons=True,
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
        Ledger(
            name="documents",
            noun="规章和行政规范性文件",
            model=models.Document,
            body=schemas.DocumentBody,
            faults=policy.faults_of_document,
            when="issued_on",
            key="kind",
            counts=("valid_until", "repealed_on"),
            filters=filters.DOCUMENTS,
        ),
        Ledger(
            name="administrative-acts",
            noun="行政许可、处罚、强制和收费合计",
            model=models.AdministrativeAct,
            body=schemas.AdministrativeActBody,
            faults=policy.faults_of_act,
            when="year",
            key="kind",
            counts=("count", "amount"),
        ),
        Ledger(
            name="inspections",
            noun="检查反馈问题",
            model=models.Inspection,
            body=schemas.InspectionBody,
            faults=policy.faults_of_inspection,
            when="found_on",
            counts=("due_on", "closed_on"),
            filters=filters.INSPECTIONS,
        ),
        Ledger(
            name="accountability",
            noun="考核、社会评议和责任追究",
            model=models.AccountabilityResult,
            body=schemas.AccountabilityBody,
            faults=policy.faults_of_result,
            when="held_on",
            key="kind",
            filters=filters.ACCOUNTABILITY,
            names_persons=True,
        ),
        Ledger(
            name="reconsiderations",
            noun="行政复议和行政诉讼",
            model=models.Reconsideration,
            body=schemas.ReconsiderationBody,
            faults=policy.faults_of_reconsideration,
            when="filed_on",
            key="kind",
            counts=("outcome", "concluded_on"),
            filters=filters.RECONSIDERATIONS,
            of_year=filters.counts_in_year,
            names_persons=True,
            own_path="/reconsiderations",
        ),
    )
}

ELSEWHERE = {"applications": "依申请公开"}
DECLARABLE = {name: ledger.noun for name, ledger in LEDGERS.items()} | ELSEWHERE
