"""The catalogue with its legal bases, and the villages that owe it."""

from typing import Any

from villagepub.accounts import queries as accounts
from villagepub.catalogue import operations, queries, schemas
from villagepub.catalogue.models import CatalogueEntry
from villagepub.catalogue.publicity import Publicity
from villagepub.core import clock
from villagepub.core.errors import NotFound
from villagepub.core.paging import PageRequest
from villagepub.core.permissions import Permission, Role, own_township, require_somewhere
from villagepub.divisions import queries as divisions
from villagepub.divisions.models import Division
from villagepub.layout import wording
from villagepub.office.inputs import Options, inputs_of
from villagepub.office.pages.frame import BOTH, Answer, blueprint, crumbs, perform, show
from villagepub.office.screens import Act, Link, Screen, Table
from villagepub.office.sections import may
from villagepub.office.words import FREQUENCIES, due_words
from villagepub.publishing import queries as publishing
from villagepub.web.guards import current_actor
from villagepub.web.pages import done

CATALOGUE, VILLAGES = "/console/catalogue", "/console/villages"
ENTRY = f"{CATALOGUE}/<string:code>"
PERIOD_HINT = {"period": "写作 2023-11（月）、2023-Q4（季度）、2023-H2（半年）或 2023（年）。"}
LABELS = {"article": "条号", "village": "村", "entry": "事项", "period": "期次", "reason": "理由"}


@blueprint.get(CATALOGUE)
def catalogue() -> Answer:
    actor = current_actor()
    township = own_township(actor, Permission.READ_DUTIES)
    offices = {each.id: each.name for each in accounts.list_offices(township)}
    rows = [_row(each, offices) for each in queries.list_entries(township)]
    manages = may(actor, Permission.EXCUSE_DUTIES)
    screen = Screen(
        "公开目录",
        crumbs(CATALOGUE),
        lead="依据为今天有效的版本。",
        buttons=[Link("登记某村某期不适用", f"{CATALOGUE}/excuse")] if manages else (),
        tables=[
            Table("catalogue", "公开事项", ["事项", "编码", "类别", "多久一次", "公示", "主管站办所", "依据"], rows),
            Table("due", "公开的期限", ["多久一次", "何时以前"], _due(township)),
            _excused(township),
        ],
    )
    return show(screen)


def _row(entry: CatalogueEntry, offices: dict[str, str]) -> tuple[Any, ...]:
    bases = "\n".join(each.citation for each in entry.basis_on(clock.today())) or "未列"
    link = Link(entry.name, f"{CATALOGUE}/{entry.code}")
    often = "，另有".join(FREQUENCIES[each] for each in (entry.frequency, entry.also_summarised) if each)
    return link, entry.code, entry.group_name, often, _publicity(entry), offices[entry.office_id], bases


def _publicity(entry: CatalogueEntry) -> str:
    given = Publicity.parse(entry.publicity)
    if given.days is None:
        return "长期"
    return f"{given.days} 个工作日" if given.working else f"{given.days} 天"


def _due(township: str) -> list[tuple[str, str]]:
    """The township's own rules."""
    rules = divisions.get_township(township).due
    return [(FREQUENCIES[key], due_words(rule)) for key, rule in rules.items()]


def _excused(township: str) -> Table:
    place = divisions.get_division(township)
    found = queries.list_excused((place.prefix,))
    names = divisions.names_of({village for village, _, _ in found})
    rows = [
        (names[village], entry, wording.period(period), reason)
        for (village, entry, period), reason in sorted(found.items())
    ]
    return Table("excused", "登记为不适用的", ["村", "事项", "期次", "理由"], rows)


@blueprint.get(ENTRY)
def entry(code: str) -> Answer:
    actor = current_actor()
    township = own_township(actor, Permission.READ_DUTIES)
    found = _entry(township, code)
    offices = {each.id: each.name for each in accounts.list_offices(township)}
    manages = may(actor, Permission.MANAGE_CATALOGUE)
    bases = [
        (
            each.citation,
            each.valid_from,
            each.valid_until or "至今",
            Link("填写条号", f"{CATALOGUE}/{code}/bases/{each.id}") if manages else None,
        )
        for each in found.bases
    ]
    screen = Screen(
        found.name,
        crumbs(CATALOGUE, (found.name, None)),
        summary=[
            ("编码", found.code),
            ("类别", found.group_name),
            ("多久一次", FREQUENCIES[found.frequency]),
            ("另有汇总", FREQUENCIES[found.also_summarised] if found.also_summarised else None),
            ("分阶段公开", found.staged),
            ("公示", _publicity(found)),
            ("主管站办所", offices[found.office_id]),
            ("说明", found.note),
        ],
        tables=[Table("bases", "依据，各时期的都在", ["依据", "从哪一天起", "到哪一天止", "办理"], bases)],
    )
    return show(screen)


@blueprint.route(f"{ENTRY}/bases/<string:basis_id>", methods=BOTH)
def enter_article(code: str, basis_id: str) -> Answer:
    actor = current_actor()
    township = own_township(actor, Permission.MANAGE_CATALOGUE)
    found = _entry(township, code)
    basis = next((each for each in found.bases if each.id == basis_id), None)
    if basis is None:
        raise NotFound()
    schema = schemas.ArticleBody()
    act = Act(
        "填写条号",
        "保存",
        crumbs(CATALOGUE, (found.name, f"{CATALOGUE}/{code}"), ("填写条号", None)),
        inputs_of(schema, LABELS, hints={"article": "例如：第三十条第一款。"}),
        values={"article": basis.article},
        summary=[("法律法规或文件", basis.law)],
    )

    def do(body: dict[str, Any]) -> Answer:
        operations.enter_article(basis, body["article"], actor=actor, entry=found)
        return done("条号已保存。", f"{CATALOGUE}/{code}")

    return perform(act, schema, do)


@blueprint.route(f"{CATALOGUE}/excuse", methods=BOTH)
def excuse() -> Answer:
    actor = current_actor()
    township = own_township(actor, Permission.EXCUSE_DUTIES)
    schema = schemas.ExcuseBody()
    options: dict[str, Options] = {
        "village": tuple(
            (each.code, each.name) for each in divisions.list_disclosing((divisions.prefix_of(township),))
        ),
        "entry": tuple((each.code, f"{each.code} {each.name}") for each in queries.list_entries(township)),
    }
    act = Act(
        "登记某村某期不适用某一事项",
        "登记",
        crumbs(CATALOGUE, ("不适用", None)),
        inputs_of(
            schema,
            LABELS,
            options=options,
            hints=PERIOD_HINT,
        ),
    )

    def do(body: dict[str, Any]) -> Answer:
        village, code, period = body["village"], body["entry"], body["period"]
        operations.excuse(actor=actor, village=village, entry_code=code, period=period, reason=body["reason"])
        return done("已登记为不适用。", CATALOGUE)

    return perform(act, schema, do)


@blueprint.get(VILLAGES)
def villages() -> Answer:
    prefixes = require_somewhere(current_actor(), Permission.READ_PEOPLE)
    rows = [_village_row(each) for each in divisions.list_disclosing(prefixes)]
    heads = ["村", "上线", "现在谁上传", "最近公开", "公开时间"]
    return show(Screen("村和社区", crumbs(VILLAGES), tables=[Table("villages", "已上线的", heads, rows)]))


def _village_row(place: Division) -> tuple[Any, ...]:
    uploaders = "、".join(each.name for each in accounts.people_in_role(Role.UPLOADER, place.code)) or "空缺"
    last = publishing.list_publications((place.code,), publishing.Filters(), PageRequest(None, 1)).data
    title, at = (last[0].title, last[0].published_at) if last else (None, None)
    return place.name, place.on_platform_from, uploaders, title, at


def _entry(township: str, code: str) -> CatalogueEntry:
    found = queries.find_entry(township, code)
    if found is None:
        raise NotFound()
    return found
