"""One item with all that a decision needs: text and findings, what changed, files, who did what, what may be done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from villagepub.accounts import queries as accounts
from villagepub.accounts.models import Office
from villagepub.catalogue import queries as catalogue
from villagepub.clearance.models import KnownFinding
from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.core.permissions import Permission, Role, allows, holdings, scope_of
from villagepub.desk import waiting
from villagepub.desk.history import Event, history_of
from villagepub.desk.marking import Marked, Spot, mark
from villagepub.desk.waiting import Age
from villagepub.disclosures import queries as disclosures
from villagepub.disclosures.models import Attachment, Disclosure
from villagepub.divisions import queries as divisions
from villagepub.intake.kinds import JPEG, PDF, PNG, WEBP
from villagepub.layout.wording import moment
from villagepub.review import desk, policy, queries, reading
from villagepub.review.desk import Diff
from villagepub.review.models import ReviewCase
from villagepub.review.workflow import STAGE_NAMES, TABLE, Action, StageName, State

PICTURES = (JPEG, PNG, WEBP)
SEVERITIES = {"block": "阻止", "warn": "提示"}
FIELDS = ("title", "body", "change_note")
_ENDINGS = {
    Action.WITHDRAW: Permission.WITHDRAW,
    Action.SUSPEND: Permission.SUSPEND,
    Action.RELEASE: Permission.RELEASE,
}


@dataclass(frozen=True)
class Found:
    """A finding under its number. is_marked: whether a mark in the text leads here."""

    number: int
    finding: KnownFinding
    is_marked: bool
    said: list[tuple[str, str, str]]

    @property
    def severity(self) -> str:
        return SEVERITIES[self.finding.severity]


@dataclass(frozen=True)
class File:
    """An attachment. kind: ``picture``, ``pdf`` or ``office``, which says how it is shown in place."""

    attachment: Attachment
    part: str
    kind: str
    is_opened: bool
    is_new: bool


@dataclass(frozen=True)
class Item:
    """What the page of an item shows to one person.

    task: what is asked of this person now, a key of ``waiting.TASKS``; None when nothing is. hindrance: why nothing
    is, in a sentence. unopened: what the person still has to open before deciding. endings: what may be done with it
    once it is public. removed: files of the last approved one that are gone.
    """

    disclosure: Disclosure
    village: str
    entry: str
    office: str
    author: str
    case: ReviewCase | None
    stage: str | None
    age: Age | None
    is_overdue: bool
    held_by: list[str]
    task: str | None
    hindrance: str | None
    texts: Mapping[str, Marked]
    found: list[Found]
    may_answer_findings: bool
    files: list[File]
    removed: list[str]
    text_is_opened: bool
    unopened: list[str]
    diff: Diff | None
    diff_since_return: Diff | None
    history: list[Event]
    may_forward: bool
    asked_office: str | None
    offices: list[Office]
    endings: frozenset[Action]
    before: str | None
    after: str | None


def get_item(disclosure_id: str, actor: Actor) -> Item:
    """Raises NotFound outside the actor's divisions, Forbidden for a post that reads no items."""
    disclosure = disclosures.get_disclosure(disclosure_id, actor.prefixes)
    scope_of(actor, Permission.READ_DISCLOSURES, disclosure.village)
    case = queries.find_open_case(disclosure)
    task, hindrance = _task(disclosure, case, actor)
    opened = reading.list_opened(case, actor) if case else frozenset()
    entry = catalogue.get_entry(disclosure.township, disclosure.entry)
    office_id = case.office_id if case else entry.office_id
    offices = {each.id: each for each in accounts.list_offices(disclosure.township)}
    texts, found = _texts(disclosure)
    before, after = _neighbours(disclosure_id, actor)
    original = _original(disclosure)
    now = clock.now()
    return Item(
        disclosure=disclosure,
        village=divisions.get_division(disclosure.village).name,
        entry=f"{entry.code} {entry.name}",
        office=offices[office_id].name,
        author=accounts.names_of(filter(None, [disclosure.created_by])).get(disclosure.created_by or "", "系统"),
        case=case,
        stage=STAGE_NAMES[StageName(case.stage)] if case else None,
        age=waiting.age_of(case, now) if case else None,
        is_overdue=case is not None and not case.referred and case.due_at < now,
        held_by=desk.holders_of(case) if case else [],
        task=task,
        hindrance=hindrance,
        texts=texts,
        found=found,
        may_answer_findings=allows(actor, Permission.OVERRULE_FINDINGS, disclosure.village),
        files=list(_files(disclosure, original, opened)),
        removed=_removed(disclosure, original),
        text_is_opened=reading.TEXT in opened,
        unopened=reading.list_unopened(disclosure, case, actor) if case and task == "decide" else [],
        diff=desk.find_diff(disclosure),
        diff_since_return=desk.find_diff_since_return(disclosure, case) if case else None,
        history=history_of(disclosure),
        may_forward=_may_forward(case, actor),
        asked_office=offices[case.asked_office_id].name if case and case.asked_office_id else None,
        offices=[each for each in offices.values() if each.id != office_id],
        endings=frozenset(_endings(disclosure, actor)),
        before=before,
        after=after,
    )


def _task(disclosure: Disclosure, case: ReviewCase | None, actor: Actor) -> tuple[str | None, str | None]:
    """What is asked of the actor, or why nothing is."""
    if case is None:
        return None, None
    if case.referred:
        is_mine = policy.holding_in_role(actor, case, Role.SECRECY_OFFICER) is not None
        return ("answer_referral", None) if is_mine else (None, "已提请上级确定，答复由保密专干登记。")
    if policy.holding_at(actor, case) is None:
        return ("answer_forward" if policy.asked_holding(actor, case) else None), None
    if not desk.may_decide(case, disclosure, actor):
        return None, "您写过这条信息，或已办理过它的另一环节，须由另一人或代办人办理这一环节。"
    return "decide", None


def _may_forward(case: ReviewCase | None, actor: Actor) -> bool:
    if case is None or case.referred or case.stage != StageName.OFFICE or case.asked_office_id:
        return False
    return policy.holding_at(actor, case) is not None


def _endings(disclosure: Disclosure, actor: Actor) -> Iterator[Action]:
    for action, permission in _ENDINGS.items():
        move = TABLE.get((State(disclosure.state), action))
        if move and any(holding.role in move.roles for holding in holdings(actor, permission, disclosure.village)):
            yield action


def _neighbours(disclosure_id: str, actor: Actor) -> tuple[str | None, str | None]:
    if not waiting.has_queue(actor):
        return None, None
    return waiting.neighbours_of(disclosure_id, waiting.waiting_for(actor))


def _texts(disclosure: Disclosure) -> tuple[dict[str, Marked], list[Found]]:
    """The texts with their marks, and the findings under the same numbers."""
    spots: dict[str, list[Spot]] = {name: [] for name in FIELDS}
    for number, finding in enumerate(disclosure.findings, 1):
        if finding.field in spots:
            spots[finding.field].append(_spot(number, finding))
    texts = {name: mark(getattr(disclosure, name) or "", spots[name], is_html=name == "body") for name in FIELDS}
    numbers = frozenset[int]().union(*(each.numbers for each in texts.values()))
    people = _people_of(disclosure.findings)
    return texts, [
        Found(number, finding, number in numbers, list(_said(finding, people)))
        for number, finding in enumerate(disclosure.findings, 1)
    ]


def _spot(number: int, finding: KnownFinding) -> Spot:
    tone = finding.severity if finding.is_open else "passed"
    also = [(start, end) for start, end in finding.also]
    return Spot(number, tone, finding.reason, ((finding.start, finding.end), *also))


def _people_of(findings: Sequence[KnownFinding]) -> dict[str, str]:
    ids = {person for each in findings for person in (each.acknowledged_by, each.appealed_by, each.answered_by)}
    return accounts.names_of(filter(None, ids))


def _said(finding: KnownFinding, people: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """``(what it was, who and when, the words)`` of what people said about a finding."""
    answer = "保密专干放行" if finding.answer == "overruled" else "保密专干维持"
    for title, said in (
        ("上传人说明", finding.acknowledged),
        ("上传人申诉", finding.appealed),
        (answer, finding.answered),
    ):
        if said is not None:
            yield title, f"{people.get(said.by or '', '系统')}，{moment(said.at)}", said.reason


def _files(disclosure: Disclosure, original: Disclosure | None, opened: frozenset[str]) -> Iterator[File]:
    known = {each.digest for each in original.attachments} if original else None
    for attachment in disclosure.attachments:
        if attachment.is_ready:
            part = reading.part_of(attachment.id)
            is_new = known is not None and attachment.digest not in known
            yield File(attachment, part, kind_of(attachment), part in opened, is_new)


def kind_of(attachment: Attachment) -> str:
    """How an attachment is shown in place."""
    if attachment.media_type in PICTURES:
        return "picture"
    return "pdf" if attachment.media_type == PDF else "office"


def _removed(disclosure: Disclosure, original: Disclosure | None) -> list[str]:
    kept = {each.digest for each in disclosure.attachments}
    return [each.name for each in original.attachments if each.digest not in kept] if original else []


def _original(disclosure: Disclosure) -> Disclosure | None:
    if disclosure.supersedes_id is None:
        return None
    return disclosures.get_disclosure(disclosure.supersedes_id, (disclosure.village,))
