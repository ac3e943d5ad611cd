"""The console's first screen, and what its cells, villages and holders lead to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, current_app, render_template, request
from flask.blueprints import BlueprintSetupState

from villagepub.accounts import queries as accounts
from villagepub.catalogue import queries as catalogue
from villagepub.console.grid import Matter
from villagepub.console.kept import Known, Recent, brought_up_to_date
from villagepub.console.standing import Standing
from villagepub.console.words import Words, in_words, months_around
from villagepub.core import clock
from villagepub.core.errors import Invalid, NotFound
from villagepub.core.paging import PageRequest, page_of_rows
from villagepub.core.periods import Period, PeriodKind
from villagepub.core.permissions import Permission, own_township, require
from villagepub.disclosures import queries as disclosures
from villagepub.disclosures.fulfilment import DutyStatus
from villagepub.disclosures.models import Disclosure
from villagepub.divisions import queries as divisions
from villagepub.review import queries as review
from villagepub.review.workflow import STAGE_NAMES, StageName
from villagepub.web.forms import Form
from villagepub.web.guards import current_actor

blueprint = Blueprint("console_pages", __name__, template_folder="templates")

KEPT = "console"
LATE_SHOWN = 50
OUTCOMES = {"approve": "同意", "return": "退回", "refuse": "不予公开", "refer": "提请上级确定"}
STATUS_WORDS = {
    DutyStatus.PENDING: ("未到期", "plain"),
    DutyStatus.FULFILLED: ("按期公开", "good"),
    DutyStatus.LATE: ("逾期公开", "warn"),
    DutyStatus.OVERDUE: ("逾期未公开", "bad"),
    DutyStatus.NOT_APPLICABLE: ("不适用", "plain"),
}


def township_asked(permission: Permission = Permission.READ_REPORTS) -> str:
    """The township in the address, or the reader's own; the reader must have the permission there."""
    actor = current_actor()
    asked = request.args.get("division")
    if asked is None:
        return own_township(actor, permission)
    require(actor, permission, asked)
    return divisions.get_township(asked).code


def month_asked() -> str:
    """The month in the address, or the present one in Asia/Shanghai. Raises Invalid for what is none."""
    text = request.args.get("month") or f"{clock.today():%Y-%m}"
    try:
        period = Period.parse(text)
    except ValueError as error:
        raise Invalid(errors={"month": [str(error)]}) from None
    if period.kind is not PeriodKind.MONTHLY:
        raise Invalid(errors={"month": ["请选择一个月份，例如 2023-11。"]})
    return text


def village_of(code: str) -> tuple[str, str]:
    """A village's township and name. Raises NotFound outside the reader's divisions."""
    require(current_actor(), Permission.READ_REPORTS, code)
    village = divisions.get_division(code)
    if village.on_platform_from is None:
        raise NotFound()
    return village.township_code, village.name


class Kept:
    """What this process knows of townships, and has put into words."""

    def __init__(self) -> None:
        self.known: Recent[Known] = Recent()
        self.words: Recent[Words] = Recent()


@blueprint.record
def _begin_to_keep(state: BlueprintSetupState) -> None:
    state.app.extensions[KEPT] = Kept()


def _kept() -> Kept:
    kept: Kept = current_app.extensions[KEPT]
    return kept


def standing_of(township: str, month: str) -> Standing:
    return brought_up_to_date(_kept().known, township, month)


@blueprint.get("/console")
def first_screen() -> str:
    standing = standing_of(township_asked(), month_asked())
    macros = current_app.jinja_env.get_template("console/pieces.html").module
    words = in_words(standing, request.args.get("division"), kept=_kept().words, macros=macros)
    return render_template("console/first_screen.html", words=words, as_of=clock.now())


@blueprint.get("/console/villages/<string:village>")
def village(village: str) -> str:
    township, name = village_of(village)
    month = month_asked()
    standing = standing_of(township, month)
    place = list(standing.ground.villages).index(village)
    return render_template(
        "console/village.html",
        name=name,
        village=village,
        month=month,
        around=months_around(month),
        form=Form({"month": month}),
        count=standing.counts[place],
        groups=[
            (group, [(row.entry, row.cells[place]) for row in rows if row.cells[place]])
            for group, rows in standing.groups
        ],
    )


@blueprint.get("/console/cells/<string:village>/<string:entry>")
def cell(village: str, entry: str) -> str:
    """What a village owes of one entry in a month: the item, or the gap and who has it."""
    township, name = village_of(village)
    month, heading = month_asked(), catalogue.find_entry(township, entry)
    if heading is None:
        raise NotFound()
    found = standing_of(township, month).cell(village, entry)
    matters = found.matters if found else ()
    items = {each.id: each for each in disclosures.list_by_id(m.item for m in matters if m.item)}
    return render_template(
        "console/cell.html",
        name=name,
        village=village,
        entry=heading,
        month=month,
        matters=matters,
        items=items,
        words=STATUS_WORDS,
    )


@blueprint.get("/console/items/<string:disclosure_id>")
def item(disclosure_id: str) -> str:
    actor = current_actor()
    found = disclosures.get_disclosure(disclosure_id, actor.prefixes)
    require(actor, Permission.READ_REPORTS, found.village)
    return render_template(
        "console/item.html",
        item=found,
        entry=catalogue.get_entry(found.township, found.entry),
        village=divisions.get_division(found.village).name,
        stage=STAGE_NAMES[StageName(found.stage)] if found.stage else None,
        decisions=list(_decisions_on(found)),
    )


@dataclass(frozen=True)
class Decided:
    """One decision, as a line of a timeline."""

    title: str
    at: datetime
    who: str
    text: str


def _decisions_on(item: Disclosure) -> Iterator[Decided]:
    """Of the submission that came last, in the order of the chain."""
    case = review.find_latest_case(item)
    if case is None:
        return
    decisions = review.list_decisions(case)
    people = accounts.names_of(decision.person_id for decision in decisions)
    for each in decisions:
        title = f"{STAGE_NAMES[StageName(each.stage)]}：{OUTCOMES[each.outcome]}"
        yield Decided(title, each.at, people.get(each.person_id, ""), each.comment)


@blueprint.get("/console/overdue")
def overdue() -> str:
    """What fell due within a year and is not public; of one holder, where one is asked for."""
    standing = standing_of(township_asked(), f"{clock.today():%Y-%m}")
    late, ground = standing.list_late(), standing.ground
    holder = request.args.get("holder") or None
    shown = [matter for matter in late if holder is None or (matter.holder and matter.holder.key == holder)]
    page = page_of_rows(shown, f"late {holder}", _place_of, PageRequest(request.args.get("cursor"), LATE_SHOWN))
    return render_template(
        "console/overdue.html",
        page=page,
        total=len(shown),
        holder=next((each.holder for each in shown if holder and each.holder), None),
        escalations=[each for each in standing.escalations() if holder in (None, each.holder.key)],
        burdens=standing.burdens(),
        villages=ground.villages,
        entries={entry.code: entry.name for entry in ground.entries},
        stages=STAGE_NAMES,
        as_of=clock.now(),
    )


def _place_of(matter: Matter) -> str:
    return f"{matter.due_on} {matter.village} {matter.entry} {matter.period} {matter.item or ''}"
