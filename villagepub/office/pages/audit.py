"""The audit chain, as the auditor reads and verifies it."""

import json
from typing import Any

from villagepub.accounts import queries as accounts
from villagepub.core import audit
from villagepub.core.audit import AuditEntry
from villagepub.core.paging import PageRequest
from villagepub.core.permissions import Permission, own_township, require_somewhere
from villagepub.divisions import queries as divisions
from villagepub.extensions import db
from villagepub.jobs import housekeeping
from villagepub.ledgers import queries as ledgers
from villagepub.office.audit_content import in_words, named_in
from villagepub.office.audit_words import action_words, subject_words
from villagepub.office.inputs import inputs_of
from villagepub.office.long_work import job_address
from villagepub.office.pages.frame import BOTH, Answer, blueprint, crumbs, filters_asked, perform, show, values_asked
from villagepub.office.pages.people import Nothing
from villagepub.office.screens import Act, Content, Link, Screen, Table
from villagepub.web.audit_log import AuditQuery
from villagepub.web.guards import current_actor
from villagepub.web.pages import done

AUDIT = "/console/audit"
LABELS = {"subject": "对象的编号", "from": "从何时起", "to": "到何时止"}


@blueprint.get(AUDIT)
def entries() -> Answer:
    prefixes = require_somewhere(current_actor(), Permission.READ_AUDIT)
    schema = AuditQuery()
    asked = filters_asked(schema)
    page = audit.list_entries(
        db.session(),
        prefixes,
        PageRequest(asked["cursor"], asked["limit"]),
        subject=asked["subject"],
        start=asked["start"],
        end=asked["end"],
    )
    names = _names_in(page.data)
    heads = [(divisions.get_division(each.chain).name, each.seq, each.hash, each.at) for each in _heads(prefixes)]
    screen = Screen(
        "审计",
        crumbs(AUDIT),
        lead="按发生先后。每一条带着前一条的摘要，改动、缺少、调换都能查出。",
        buttons=[Link("现在核验", f"{AUDIT}/verify")],
        filters=inputs_of(schema, LABELS, skip=("cursor", "limit")),
        values=values_asked(),
        tables=[
            Table(
                "entries",
                "记录",
                ["序号", "时间", "谁", "做了什么", "对象", "地方", "内容"],
                [_row(each, names) for each in page.data],
            ),
            Table("heads", "链头", ["乡镇", ("条数", "number"), "摘要", "时间"], heads),
        ],
        cursor=page.next_cursor,
    )
    return show(screen)


def _heads(prefixes: tuple[str, ...]) -> list[audit.AuditHead]:
    return audit.heads_below(db.session(), prefixes)


def _names_in(entries: list[AuditEntry]) -> dict[str, str]:
    named, chains = named_in(entries), {each.chain for each in entries}
    channels = {each.key: each.name for chain in chains for each in ledgers.list_channels(chain)}
    offices = {each.key: each.name for chain in chains for each in accounts.list_offices(chain)}
    places = divisions.names_of(named | {each.division for each in entries})
    return channels | offices | places | accounts.names_of(named)


def _row(given: AuditEntry, names: dict[str, str]) -> tuple[Any, ...]:
    who = f"{given.actor_name}\n{given.post_title}" if given.post_title else given.actor_name
    data = Content(in_words(given.data, names), json.dumps(given.data, ensure_ascii=False)) if given.data else None
    about = Link(subject_words(given.subject_type), f"{AUDIT}?subject={given.subject_id}")
    return str(given.seq), given.at, who, action_words(given.action), about, names.get(given.division), data


@blueprint.route(f"{AUDIT}/verify", methods=BOTH)
def verify() -> Answer:
    actor = current_actor()
    township = own_township(actor, Permission.READ_AUDIT)
    act = Act(
        "现在核验审计链",
        "核验",
        crumbs(AUDIT, ("核验", None)),
        lead="从第一条起逐条核对摘要。每天夜里也会自动核验一次；结果在任务里。",
    )

    def do(_: dict[str, Any]) -> Answer:
        job = housekeeping.queue_audit_check(township, actor=actor)
        return done("已开始核验。", job_address(job.id))

    return perform(act, Nothing(), do)
