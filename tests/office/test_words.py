"""Whatever the audit chain and the jobs can say, people read in Chinese."""

import ast
import re

from config.base import PROJECT
from villagepub.jobs.registry import KINDS
from villagepub.office.audit_content import TERMS, in_words
from villagepub.office.audit_words import ACTIONS, action_words, subject_words
from villagepub.office.words import JOB_KINDS

RECORDED = re.compile(r'\b(?:note|_note|_account_for|record)\(\s*(?:db\.session\(\),\s*)?"([a-z_]+\.[a-z_]+)"')

ABOUT_THE_ENTRY = ("actor", "holding", "subject_type", "subject_id", "division", "township", "digest", "data")


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


def test_every_term_of_what_is_recorded_has_its_word() -> None:
    sources = [ast.parse(path.read_text(encoding="utf-8")) for path in (PROJECT / "villagepub").rglob("*.py")]
    terms = {term for source in sources for call in ast.walk(source) for term in _terms_recorded(call)}
    assert {"revision", "stage", "ledger"} <= terms
    assert sorted(terms - TERMS.keys()) == []


def _terms_recorded(node: ast.AST) -> list[str]:
    """The keys of ``data``, and the keywords that a feature's own ``note`` gathers into it."""
    if not isinstance(node, ast.Call) or ast.unparse(node.func).rpartition(".")[2] not in ("record", "note", "_note"):
        return []
    literal = [key for each in node.keywords if each.arg == "data" for key in _keys_of(each.value)]
    return literal + [each.arg for each in node.keywords if each.arg and each.arg not in ABOUT_THE_ENTRY]


def _keys_of(data: ast.expr) -> list[str]:
    dicts = [each for each in ast.walk(data) if isinstance(each, ast.Dict)]
    return [str(key.value) for each in dicts for key in each.keys if isinstance(key, ast.Constant)]


def test_an_entry_is_read_in_words() -> None:
    data = {
        "state": "in_review",
        "stage": "secrecy",
        "comment": "",
        "until": "2023-11-06T01:00:00+00:00",
        "held": False,
    }
    assert in_words(data, {}) == [
        ("状态", "审批中"),
        ("环节", "保密审查"),
        ("意见", "无"),
        ("到何时止", "2023年11月6日 09:00"),
        ("待人核验", "否"),
    ]


def test_a_row_of_a_ledger_is_read_by_its_columns() -> None:
    data = {"ledger": "complaints", "fields": {"received_at": "2023-11-06T09:00:00+08:00"}, "unheard_of": 1}
    assert in_words(data, {}) == [("台账", "投诉"), ("内容·收到时间", "2023年11月6日 09:00"), ("unheard_of", "1")]
