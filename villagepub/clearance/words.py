"""The words that a township adds to the rules, without a deployment."""

from villagepub.catalogue import queries as catalogue
from villagepub.clearance import queries
from villagepub.clearance.editions import edition_with, hold_words
from villagepub.clearance.marks import require_unclassified
from villagepub.clearance.models import ScreeningWord
from villagepub.clearance.rounds import queue_round
from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.errors import AlreadyExists, Invalid, WrongState
from villagepub.core.permissions import Permission, require
from villagepub.extensions import db
from villagepub.screening.rules import ExtraWord


def add(*, actor: Actor, township: str, text: str, kind: str | None, entry: str | None, reason: str) -> ScreeningWord:
    """Flag a word from now on, or call a phrase safe; what is public is then screened again.

    kind: what it is flagged as; None for a safe phrase. entry: a code of the catalogue; None is everywhere.
    Raises AlreadyExists, Invalid, SecretMark. No phrase lets a mark of secrecy pass: that is answered passage by
    passage.
    """
    require(actor, Permission.MANAGE_SCREENING, township)
    require_unclassified({"text": text, "reason": reason}, actor=actor, township=township, village=township)
    hold_words(township, to_change=True)
    if entry is not None and catalogue.find_entry(township, entry) is None:
        raise Invalid(errors={"entry": [f"目录中没有 {entry} 这一项，请核对公开目录。"]})
    if queries.find_word_in_use(township, text, entry or ""):
        raise AlreadyExists("这个词已经加过了。要改变它的类别，请先停用再添加。")
    extra = ExtraWord(text, kind, entry)  # type: ignore[arg-type]  # the door checked the kind
    _require_usable(township, extra)
    word = ScreeningWord(
        township=township,
        text=text,
        kind=kind,
        entry=entry or "",
        reason=reason,
        added_by=actor.person_id,
        added_at=clock.now(),
    )
    db.session.add(word)
    db.session.flush()
    _account_for("screening.word_added", word, actor, reason)
    return word


def remove(word: ScreeningWord, *, actor: Actor, reason: str) -> ScreeningWord:
    """Take a word out of use; its row stays. Raises WrongState when it is out of use already."""
    require(actor, Permission.MANAGE_SCREENING, word.township)
    require_unclassified({"reason": reason}, actor=actor, township=word.township, village=word.township)
    hold_words(word.township, to_change=True)
    if word.removed_at is not None:
        raise WrongState("这个词已经停用。")
    word.removed_by, word.removed_at = actor.person_id, clock.now()
    db.session.flush()
    _account_for("screening.word_removed", word, actor, reason)
    return word


def _require_usable(township: str, extra: ExtraWord) -> None:
    try:
        edition_with((*queries.list_words_in_use(township), extra))
    except ValueError:
        raise Invalid(errors={"text": ["这个词不能用，请至少写两个字。"]}) from None


def _account_for(action: str, word: ScreeningWord, actor: Actor, reason: str) -> None:
    audit.record(
        db.session(),
        action,
        actor=actor,
        subject_type="screening_word",
        subject_id=word.id,
        division=word.township,
        township=word.township,
        data={"text": word.text, "kind": word.kind, "entry": word.entry or None, "reason": reason},
    )
    queue_round(word.township, actor=actor)
