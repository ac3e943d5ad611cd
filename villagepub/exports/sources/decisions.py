"""审批意见: who decided what at which stage, when, on which digest, and how long it took."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from villagepub.accounts import queries as accounts
from villagepub.core.tabular import Cell, Column
from villagepub.disclosures import queries as disclosures
from villagepub.divisions import queries as divisions
from villagepub.exports.tables import PARTITION, Filters, Names, Table, span_of
from villagepub.review import queries as review
from villagepub.review.workflow import STAGE_NAMES, StageName

if TYPE_CHECKING:
    from villagepub.review.models import Decision

COLUMNS = (
    Column("公开编号", 24),
    Column("村代码", 15),
    Column("村", 12),
    Column("事项编码", 9),
    Column("标题", 44),
    Column("环节", 10),
    Column("岗位", 18),
    Column("审批人", 12),
    Column("代谁办理", 12),
    Column("收到时间", 20, "datetime"),
    Column("办理时间", 20, "datetime"),
    Column("用时（办公秒）", 14, "integer"),
    Column("结论", 14),
    Column("意见", 40),
    Column("信息系统编号", 30),
    Column("所审内容摘要", 70),
)
OUTCOMES = {"approve": "同意", "return": "退回", "refuse": "不予公开", "refer": "提请上级确定"}

_STAGES = {stage.value: STAGE_NAMES[stage] for stage in StageName}


def open_table(prefix: str, filters: Filters) -> Table:
    start, end = span_of(filters)
    narrowed = review.DecisionFilters(
        entry=filters["entry"],
        stage=filters["stage"],
        outcome=filters["outcome"],
        start=start,
        end=end,
    )
    return Table(COLUMNS, _rows(prefix, narrowed), review.count_decisions((prefix,), narrowed))


def _rows(prefix: str, filters: review.DecisionFilters) -> Generator[Sequence[Cell]]:
    villages, people, posts = Names(divisions.names_of), Names(accounts.names_of), Names(_titles_of)
    for decisions in review.stream_decisions((prefix,), filters, PARTITION):
        headings = disclosures.headings_of(decision.disclosure_id for decision in decisions)
        village_names = villages.of(decision.village for decision in decisions)
        person_names = people.of(_people_in(decisions))
        post_titles = posts.of(decision.post_id for decision in decisions)
        for decision in decisions:
            number, title = headings[decision.disclosure_id]
            stood_in_for = decision.stands_in_for
            yield (
                number,
                decision.village,
                village_names[decision.village],
                decision.entry,
                title,
                _STAGES[decision.stage],
                post_titles[decision.post_id],
                person_names[decision.person_id],
                person_names[stood_in_for] if stood_in_for else None,
                decision.entered_at,
                decision.at,
                decision.working_seconds,
                OUTCOMES[decision.outcome],
                decision.comment,
                decision.disclosure_id,
                decision.digest,
            )


def _people_in(decisions: "Iterable[Decision]") -> Iterator[str]:
    for decision in decisions:
        yield decision.person_id
        if decision.stands_in_for:
            yield decision.stands_in_for


def _titles_of(post_ids: set[str]) -> Mapping[str, str]:
    return {post.id: post.title for post in accounts.list_posts_by_id(post_ids)}
