"""What a reviewer sees of a case: the task, the text beside the last approved one, and how late it is."""

from dataclasses import dataclass

from villagepub.accounts import queries as accounts
from villagepub.accounts.models import Post
from villagepub.core import clock
from villagepub.core.actor import Actor
from villagepub.core.paging import Page, PageRequest
from villagepub.core.permissions import Permission, Role, scope_of
from villagepub.disclosures import queries as disclosures
from villagepub.disclosures.models import Disclosure
from villagepub.disclosures.richtext import plain_text
from villagepub.divisions import queries as divisions
from villagepub.review import policy, queries
from villagepub.review.models import ReviewCase
from villagepub.review.worddiff import Piece, word_diff


@dataclass(frozen=True)
class Diff:
    """Word by word, against the item that was approved last."""

    against: str
    title: list[Piece]
    body: list[Piece]


@dataclass(frozen=True)
class QueueItem:
    """One case in somebody's queue. may_act: False for an author, or who decided another stage."""

    disclosure: Disclosure
    task: str
    may_act: bool
    case: ReviewCase
    office: str
    overdue: bool
    diff: Diff | None

    @property
    def entered_at(self) -> object:
        return self.case.entered_at

    @property
    def due_at(self) -> object:
        return self.case.due_at


@dataclass(frozen=True)
class Escalation:
    """A case past its due time, and who has it."""

    case: ReviewCase
    title: str
    held_by: list[str]

    def __getattr__(self, name: str) -> object:
        return getattr(self.case, name)


@dataclass(frozen=True)
class PassingOver:
    """What goes with a post when it is handed over: an uploader's drafts and returned items, a reviewer's queue."""

    drafts: list[Disclosure]
    waiting: list[Disclosure]


def queue(actor: Actor, page: PageRequest, *, stage: str | None, overdue: bool | None) -> Page[QueueItem]:
    """What waits for the actor's posts, soonest due first."""
    cases = queries.list_waiting(actor, page, now=clock.now(), stage=stage, overdue=overdue)
    found = {disclosure.id: disclosure for disclosure in disclosures.list_by_id(c.disclosure_id for c in cases.data)}
    items = [_item(case, found[case.disclosure_id], actor) for case in cases.data]
    return Page(items, cases.next_cursor)


def escalations(actor: Actor, page: PageRequest) -> Page[Escalation]:
    """Everything overdue below the actor's divisions: the leader's list."""
    prefixes = scope_of(actor, Permission.READ_DISCLOSURES, None)
    cases = queries.list_overdue(prefixes, page, now=clock.now())
    titles = {d.id: d.title for d in disclosures.list_by_id(case.disclosure_id for case in cases.data)}
    found = [Escalation(case, titles[case.disclosure_id], holders_of(case)) for case in cases.data]
    return Page(found, cases.next_cursor)


def passing_over(post: Post) -> PassingOver:
    """What whoever takes the post will have in hand."""
    cases = queries.list_waiting_at(post.role, divisions.prefix_of(post.division), post.office_id)
    found = {each.id: each for each in disclosures.list_by_id(case.disclosure_id for case in cases)}
    drafts = disclosures.list_open_of(post.division) if post.role == Role.UPLOADER else []
    return PassingOver(drafts, [found[case.disclosure_id] for case in cases])


def _item(case: ReviewCase, disclosure: Disclosure, actor: Actor) -> QueueItem:
    task = task_of(case, actor)
    return QueueItem(
        disclosure=disclosure,
        task=task,
        may_act=task != "decide" or may_decide(case, disclosure, actor),
        case=case,
        office=accounts.get_office(case.township, case.office_id).name,
        overdue=case.due_at < clock.now(),
        diff=find_diff(disclosure),
    )


def task_of(case: ReviewCase, actor: Actor) -> str:
    """What is asked of somebody for whom the case waits: ``decide``, ``answer_forward`` or ``answer_referral``."""
    if case.referred:
        return "answer_referral"
    return "decide" if policy.holding_at(actor, case) else "answer_forward"


def may_decide(case: ReviewCase, disclosure: Disclosure, actor: Actor) -> bool:
    """Whether the actor holds the present stage and is neither an author nor who decided another one."""
    holding = policy.holding_at(actor, case)
    if holding is None:
        return False
    deciders = queries.deciders_of(case, but=case.stage)
    return policy.is_separate(actor.persons_of(holding), disclosures.authors_of(disclosure), deciders)


def find_diff(disclosure: Disclosure) -> Diff | None:
    """Against the item that was approved last; None for what was never approved."""
    if disclosure.supersedes_id is None:
        return None
    before = disclosures.get_disclosure(disclosure.supersedes_id, (disclosure.village,))
    return _compared(before.id, before.title, before.body, disclosure)


def find_diff_since_return(disclosure: Disclosure, case: ReviewCase) -> Diff | None:
    """Against what the village sent last time and got back; None for a first submission."""
    earlier = [each for each in queries.list_cases(disclosure) if each.submission < case.submission]
    if not earlier or earlier[-1].digest == disclosure.digest:
        return None
    revisions = {each.digest: each.content for each in disclosures.list_revisions(disclosure)}
    before = revisions[earlier[-1].digest]
    return _compared(disclosure.id, before["title"], before["body"], disclosure)


def _compared(against: str, title: str, body: str, disclosure: Disclosure) -> Diff:
    return Diff(
        against=against,
        title=word_diff(title, disclosure.title),
        body=word_diff(plain_text(body), plain_text(disclosure.body)),
    )


def holders_of(case: ReviewCase) -> list[str]:
    """Who is to act next; what was referred waits for the secrecy officer to enter the answer."""
    role = Role.SECRECY_OFFICER if case.referred else Role(case.step(case.stage)["role"])
    office = case.office_id if role == Role.OFFICE_REVIEWER else None
    return [person.name for person in accounts.people_in_role(role, case.township, office_id=office)]
