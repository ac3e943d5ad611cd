"""Which letters an application has come to. What was countermanded gives rise to none."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from villagepub.applications.letters.table import (
    EXPLAINED,
    LETTERS,
    RECEIPT,
    THIRD_PARTY_NOTICE,
    Letter,
    letter_of_outcome,
)
from villagepub.applications.models import Application, ApplicationEvent
from villagepub.applications.outcomes import ENDINGS, Outcome
from villagepub.applications.policy import REFUSE
from villagepub.applications.workflow import KIND_NAMES, Kind
from villagepub.core import clock
from villagepub.core.errors import Invalid, NotFound, WrongState

PUBLIC_INTEREST = "不公开可能对公共利益造成的重大影响"


@dataclass(frozen=True)
class Occasion:
    """A letter that is called for.

    event: what it tells of; None when that is a registration that needed no confirmation.
    at: when that was, or when the decision was taken of which a third party is told; the letter bears this day.
    lacking: what the law wants said in it and nobody entered, as the ``note`` of the answer; else empty.
    """

    letter: Letter
    application: Application
    event: ApplicationEvent | None
    at: datetime
    lacking: str = ""

    @property
    def on(self) -> date:
        return clock.local(self.at).date()


def list_occasions(application: Application) -> list[Occasion]:
    """In the order of what happened; the one for a third party comes with its objection."""
    if _refusal_of_all(application) is not None:
        return []
    standing = application.standing_events
    return [*_registration(application, standing), *(each for event in standing for each in _of_event(event))]


def get_occasion(application: Application, key: str, event_id: str | None) -> Occasion:
    """The letter with that key; where it is called for more than once the last, or that of the event.

    Raises NotFound for an unknown key, Invalid for another event, WrongState with the remedy when the application
    has not come to it, or when something is lacking that the law wants said.
    """
    letter = LETTERS.get(key)
    if letter is None:
        raise NotFound("没有这种文书，请从文书列表中选用。")
    if (refusal := _refusal_of_all(application)) is not None:
        raise WrongState(refusal)
    found = [each for each in list_occasions(application) if each.letter == letter]
    if not found:
        raise WrongState(_refusal_of(application, letter))
    if event_id is not None:
        found = [each for each in found if each.event is not None and each.event.id == event_id]
    if not found:
        raise Invalid(errors={"event": [f"没有由这一项出具的《{letter.title}》，请从文书列表中选用。"]})
    if found[-1].lacking:
        remedy = f"《{letter.title}》须写明{found[-1].lacking}；请撤销“答复”，在 note 中写明后重新登记。"
        raise WrongState(remedy, errors={"note": [remedy]})
    return found[-1]


def last_of(events: list[ApplicationEvent], *kinds: Kind) -> ApplicationEvent | None:
    return next((event for event in reversed(events) if event.kind in kinds), None)


def _registration(application: Application, standing: list[ApplicationEvent]) -> Iterator[Occasion]:
    at = application.confirmed_at or application.submitted_at
    if application.received_on is not None and at is not None:
        yield Occasion(LETTERS[RECEIPT], application, last_of(standing, Kind.CONFIRMED), at)


def _of_event(event: ApplicationEvent) -> Iterator[Occasion]:
    application = event.application
    for letter in LETTERS.values():
        if event.kind not in letter.kinds:
            continue
        if letter.key == THIRD_PARTY_NOTICE:
            yield from _over_an_objection(letter, event)
        elif not letter.situations or application.outcome in letter.situations:
            yield Occasion(letter, application, event, event.at, _lacking(event) if letter.situations else "")


def _over_an_objection(letter: Letter, reply: ApplicationEvent) -> Iterator[Occasion]:
    """Told to the third party that objected to what is disclosed all the same (art. 32)."""
    application = reply.application
    answer = last_of(application.standing_events, Kind.ANSWERED)
    if reply.details["reply"] != REFUSE or answer is None or application.outcome not in letter.situations:
        return
    lacking = "" if answer.details.get("note") else PUBLIC_INTEREST
    yield Occasion(letter, application, reply, answer.at, lacking)


def _lacking(event: ApplicationEvent) -> str:
    told = event.details.get("ground") or event.details.get("outcome")
    return "" if told is None or event.details.get("note") else EXPLAINED.get(Outcome(told), "")


def _refusal_of_all(application: Application) -> str | None:
    if application.is_voided:
        return "这件申请已经作废，不再出具文书；需要的请重新登记。"
    if application.recorded_afterwards:
        return "事后补登的申请没有办理经过，不能由此出具文书；请另用 Word 制作。"
    return None


def _refusal_of(application: Application, letter: Letter) -> str:
    """Why the application has not come to the letter, and what leads there."""
    if letter.key == RECEIPT:
        return "还没有与申请人确认收到；请先登记“与申请人确认”（confirmed），再出具回执。"
    if letter.key == THIRD_PARTY_NOTICE:
        return f"第三方不同意、而决定公开的，才出具《{letter.title}》；请先登记第三方的答复和本机关的答复。"
    if letter.situations and application.outcome:
        outcome = Outcome(application.outcome)
        fitting = letter_of_outcome(outcome)
        return f"这件申请的结果是“{ENDINGS[outcome].label}”，请改用《{fitting.title}》（{fitting.key}）。"
    kinds = "或".join(f"“{KIND_NAMES[kind]}”（{kind}）" for kind in letter.kinds)
    return f"没有登记{kinds}，或者已经撤销；请先登记，再出具《{letter.title}》。"
