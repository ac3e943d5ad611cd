"""Whatever the audit chain and the jobs can say, people read in Chinese."""

import re

from config.base import PROJECT
from villagepub.jobs.registry import KINDS
from villagepub.office.audit_words import ACTIONS, action_words, subject_words
from villagepub.office.words import JOB_KINDS

RECORDED = re.compile(r'\b(?:note|_note|_account_for|record)\(\s*(?:db\.session\(\),\s*)?"([a-z_]+\.[a-z_]+)"')


def test_every_act_that_is_recorded_has_its_word() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (PROJECT / "villagepub").rglob("*.py")]
    recorded = {action for source in sources for action in RECORDED.findall(source)}
    assert len(recorded) > 50
    assert sorted(recorded - ACTIONS.keys()) == []


def test_what_has_no_word_shows_its_key() -> None:
    assert action_words("nothing.done") == "nothing.done"
    assert subject_words("person") == "人员"


def test_every_kind_of_job_has_its_word() -> None:
    assert sorted(KINDS.keys() - JOB_KINDS.keys()) == []
