"""What a township's clerk enters when a year is over: ledgers, applications, words of the report.

Rows are read as the API reads them, so that a sample is held to the same rules as a clerk's own entry.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from villagepub.applications import operations as applications
from villagepub.applications import schemas as application_schemas
from villagepub.applications.workflow import Kind
from villagepub.core.actor import Actor
from villagepub.core.errors import ReportIncomplete
from villagepub.ledgers import operations as ledgers
from villagepub.ledgers.kinds import DECLARABLE, LEDGERS
from villagepub.reports import finalising, narrative, queries
from villagepub.reports.schemas import FinaliseBody, ReportBody

Content = Mapping[str, Any]

# What the report of 2023 says of these ledgers is all that there was, and of the others nothing.
REPORTED_WHOLE = ("applications", "documents", "administrative-acts", "reconsiderations")


@dataclass(frozen=True)
class YearEnd:
    """clerk: the administrator of the township, in whose name everything is entered."""

    township: str
    year: int
    clerk: Actor

    def enter_reported(self, figures: Content, texts: Content) -> None:
        """What the published report states of the year, and only that."""
        evidence = f"{self.year}年政府信息公开工作年度报告"
        for channel, number in figures["proactive"].items():
            if channel != "mini_program":
                self._tally("channel-tallies", channel=channel, count=number, evidence=evidence)
        complaints = {name: figures["weibo_complaints"][name] for name in ("received", "answered")}
        self._tally("complaint-tallies", source="weibo", evidence=evidence, **complaints)
        for _ in range(figures["applications"]["received"]):
            self._apply({"recorded_afterwards": True, "year": self.year})
        for ledger in REPORTED_WHOLE:
            self._declare(ledger)
        self._write({"narrative": texts})

    def enter_sample(self, content: Content) -> None:
        """A whole year that was made up and says so."""
        for ledger, rows in content["ledgers"].items():
            for row in rows:
                self.enter(ledger, row)
        for each in content["applications"]:
            self._apply(each["registration"], each["events"])
        for ledger in DECLARABLE:
            self._declare(ledger)
        self._write({"narrative": content["narrative"], "sample": content["sample"]})

    def enter(self, ledger: str, row: Content) -> None:
        kind = LEDGERS[ledger]
        ledgers.create_row(kind, kind.body().load(dict(row)), actor=self.clerk, township=self.township)

    def finalise(self, signed_by: str, signed_on: str) -> None:
        signature = FinaliseBody().load({"signed_by": signed_by, "signed_on": signed_on})
        finalising.finalise(self.township, self.year, **signature, actor=self.clerk)

    def refusal_to_finalise(self, signed_by: str, signed_on: str) -> str | None:
        """Why the report cannot be signed as it stands."""
        try:
            self.finalise(signed_by, signed_on)
        except ReportIncomplete as refused:
            return refused.detail
        return None

    def _tally(self, ledger: str, **row: Any) -> None:
        self.enter(ledger, {"period": str(self.year)} | row)

    def _apply(self, registration: Content, events: tuple[Content, ...] | list[Content] = ()) -> None:
        fields = application_schemas.ApplicationBody().load(dict(registration))
        application = applications.register(fields, actor=self.clerk, township=self.township)
        for event in events:
            happened = application_schemas.EventBody().load(dict(event))
            kind, at = Kind(happened.pop("kind")), happened.pop("at")
            applications.add_event(application, kind, at, happened, actor=self.clerk)

    def _declare(self, ledger: str) -> None:
        ledgers.declare(ledger, self.year, actor=self.clerk, township=self.township)

    def _write(self, content: Content) -> None:
        draft = queries.find_draft(self.township, self.year)
        body = ReportBody().load(dict(content))
        narrative.edit(self.township, self.year, body, etag=narrative.etag_of(draft), actor=self.clerk)
