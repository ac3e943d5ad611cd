"""What a loading did, line by line."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from villagepub.core import clock


class Kind(StrEnum):
    DIVISION = "区划"
    TOWNSHIP = "乡镇"
    OFFICE = "站办所"
    ENTRY = "公开事项"
    BASIS = "依据"
    CHANNEL = "渠道"
    ROUTING = "分发对照表"
    POST = "岗位"
    PERSON = "人员"
    APPOINTMENT = "任职"


class Outcome(StrEnum):
    CREATED = "已新增"
    CHANGED = "已更新"
    UNCHANGED = "未变"
    KEPT = "库中仍保留"  # no longer in the file
    LEFT = "未办理"  # the file asks for what only a person may do


@dataclass(frozen=True)
class Line:
    """One thing of the file, or of the database beyond it, and what became of it."""

    kind: Kind
    subject: str
    outcome: Outcome
    remark: str = ""

    def __str__(self) -> str:
        remark = f"（{self.remark}）" if self.remark else ""
        return f"{self.outcome} {self.kind} {self.subject}{remark}"


class NewInvitation(NamedTuple):
    """An invitation whose code is shown here and never again."""

    name: str
    username: str
    code: str
    expires_at: datetime

    def __str__(self) -> str:
        until = clock.local(self.expires_at).strftime("%Y-%m-%d %H:%M")
        return f"邀请码 {self.name}（{self.username}）：{self.code}，{until} 前有效，只显示这一次"


@dataclass
class LoadReport:
    """township: the code of the township that was loaded."""

    township: str
    lines: list[Line] = field(default_factory=list)
    invitations: list[NewInvitation] = field(default_factory=list)

    def add(self, kind: Kind, subject: str, outcome: Outcome, remark: str = "") -> None:
        self.lines.append(Line(kind, subject, outcome, remark))

    def note(self, kind: Kind, subject: str, *, existed: bool, changed: bool, remark: str = "") -> None:
        """A line that was written: new, changed, or the same as before."""
        outcome = Outcome.CHANGED if existed else Outcome.CREATED
        self.add(kind, subject, outcome if changed else Outcome.UNCHANGED, remark)

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        written = any(line.outcome in (Outcome.CREATED, Outcome.CHANGED) for line in self.lines)
        return written or bool(self.invitations)

    def counts(self) -> dict[str, dict[str, int]]:
        """What was written, as JSON: ``{"division": {"created": 17}, …}``."""
        written = [line for line in self.lines if line.outcome in (Outcome.CREATED, Outcome.CHANGED)]
        counted = Counter((line.kind.name.lower(), line.outcome.name.lower()) for line in written)
        found: dict[str, dict[str, int]] = {}
        for (kind, outcome), number in counted.items():
            found.setdefault(kind, {})[outcome] = number
        return found

    def summary(self) -> str:
        """``已新增 120，已更新 0，未变 3，库中仍保留 0，未办理 0``."""
        counted = Counter(line.outcome for line in self.lines)
        return "，".join(f"{outcome} {counted[outcome]}" for outcome in Outcome)

    def texts(self) -> Iterator[str]:
        """The whole report, a line of text for each, the sum before the invitations."""
        yield from map(str, self.lines)
        yield self.summary()
        yield from map(str, self.invitations)
