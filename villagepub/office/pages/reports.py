"""The annual report: what is checked, what is missing, the township's own words, files, and its signature."""

from typing import Any

from marshmallow import fields

from villagepub.core import clock
from villagepub.core.errors import NotFound
from villagepub.core.fields import LongText, Shape
from villagepub.core.permissions import Permission, own_township
from villagepub.divisions import queries as divisions
from villagepub.extensions import settings
from villagepub.office.inputs import Input, inputs_of, written
from villagepub.office.long_work import job_address
from villagepub.office.pages.frame import BOTH, Answer, blueprint, crumbs, perform, show
from villagepub.office.pages.people import Nothing
from villagepub.office.screens import Act, Link, Screen, Table, Tag, day_of
from villagepub.office.sections import may
from villagepub.office.words import REPORT_FILES
from villagepub.reports import annual, files, finalising, narrative, queries, schemas
from villagepub.reports.form import FIRST_YEAR
from villagepub.reports.models import ReportRevision
from villagepub.reports.narrative import EXPLAINABLE, SECTIONS
from villagepub.reports.outputs.kinds import KINDS, Place
from villagepub.reports.outputs.kinds import file_name as report_file_name
from villagepub.reports.reportable import require_reportable
from villagepub.web.files import bytes_response, file_response
from villagepub.web.guards import current_actor
from villagepub.web.pages import done

REPORTS = "/console/reports"
ONE = f"{REPORTS}/<int:year>"
LONGEST = 20_000
LABELS = {
    "signed_by": "落款",
    "signed_on": "落款日期",
    "reason": "修订的原因",
    "sample": "样例标志",
    "due_on": "应公布的日期",
}


@blueprint.get(REPORTS)
def reports() -> Answer:
    township = own_township(current_actor(), Permission.READ_REPORTS)
    rows = [_year_row(township, year) for year in range(clock.today().year, FIRST_YEAR - 1, -1)]
    table = Table("years", "各年度", ["年度", "状态", ("第几版", "number"), "定稿时间"], rows)
    return show(Screen("年度报告", crumbs(REPORTS), lead="每个数字都来自台账。次年 1 月定稿。", tables=[table]))


def _year_row(township: str, year: int) -> tuple[Any, ...]:
    last = queries.find_last_revision(township, year)
    link = Link(f"{year} 年度", f"{REPORTS}/{year}")
    if last is None:
        return link, Tag("草稿"), None, None
    return link, Tag("已定稿", "good"), last.revision, last.finalised_at


@blueprint.get(ONE)
def report(year: int) -> Answer:
    township = own_township(current_actor(), Permission.READ_REPORTS)
    given = annual.annual_report(township, year, as_of=clock.now())
    is_final = given["state"] == annual.FINAL
    screen = Screen(
        given["title"],
        crumbs(REPORTS, (f"{year} 年度", None)),
        warning="　".join(filter(None, [given["sample"], *finalising.differs_from_later(given)[:1]])) or None,
        summary=[
            ("状态", Tag("已定稿", "good") if is_final else Tag("草稿")),
            ("第几版", given["revision"]),
            ("落款", given["signed_by"]),
            ("落款日期", day_of(given["signed_on"])),
            ("应公布的日期", day_of(given["due_on"])),
            ("还缺", f"{len(given['not_entered'])} 项"),
        ],
        buttons=[*_acts(year, is_final), Link("在后台做成三种文件", f"{REPORTS}/{year}/make")],
        downloads=[
            Link(f"下载 {words}{'' if is_final else '（草稿）'}", f"{REPORTS}/{year}/file.{ending}")
            for ending, words in REPORT_FILES.items()
        ],
        tables=[_checks(given), _gaps(given), _texts(given), *_differences(given, is_final)],
    )
    return show(screen)


def _acts(year: int, is_final: bool) -> list[Link]:
    if not may(current_actor(), Permission.WRITE_REPORTS):
        return []
    last = Link("修订", f"{REPORTS}/{year}/revise") if is_final else Link("定稿", f"{REPORTS}/{year}/finalise")
    return [Link("填写文字", f"{REPORTS}/{year}/edit"), last]


def _checks(given: dict[str, Any]) -> Table:
    rows = [
        (f"{each['id']} {each['rule']}", each["scope"], _verdict(each), each["detail"], each["reason"])
        for each in given["checks"]
    ]
    return Table("checks", "勾稽关系", ["关系", "范围", "结果", "详情", "书面说明"], rows)


def _verdict(check: dict[str, Any]) -> Tag:
    if check["passed"] is None:
        return Tag("未填报，不能核对", "warn")
    if check["passed"]:
        return Tag("相符", "good")
    return Tag("不符", "bad") if check["hard"] else Tag("请留意", "warn")


def _gaps(given: dict[str, Any]) -> Table:
    rows = [(each["label"], _where(each["path"], each["remedy"], given["year"])) for each in given["not_entered"]]
    return Table("gaps", "还没有填报的", ["缺什么", "怎样补齐"], rows, "没有缺项。")


def _where(path: str, remedy: str, year: int) -> Link | str:
    """To the screen of the same place that the interface names; words alone for who may not open it."""
    if path.startswith("/reports/"):
        may_write = may(current_actor(), Permission.WRITE_REPORTS)
        return Link(remedy, f"{REPORTS}/{year}/edit") if may_write else remedy
    if path == "/reconsiderations":
        path = "/ledgers/reconsiderations"
    return Link(remedy, f"/console{path}")


def _texts(given: dict[str, Any]) -> Table:
    rows = [(each["label"], each["text"], each["last_year"]) for each in given["narrative"]]
    return Table("texts", "自己写的文字", ["部分", "文字", "上一年的文字"], rows)


def _differences(given: dict[str, Any], is_final: bool) -> list[Table]:
    if not is_final:
        return []
    rows = [(each["label"], each["before"], each["after"]) for each in finalising.differs_from_live(given)]
    return [Table("differences", "定稿之后台账的变化", ["数字", "定稿时", "现在"], rows, "没有变化。")]


@blueprint.get(f"{ONE}/file.<string:ending>")
def report_file(year: int, ending: str) -> Answer:
    if ending not in REPORT_FILES:
        raise NotFound()
    township = own_township(current_actor(), Permission.READ_REPORTS)
    given = annual.annual_report(township, year, as_of=clock.now())
    data = KINDS[ending].make(given, Place(settings.reports_dir, settings.public_base_url))
    return bytes_response(data, report_file_name(given, ending), KINDS[ending].media_type)


@blueprint.route(f"{ONE}/make", methods=BOTH)
def make_files(year: int) -> Answer:
    actor = current_actor()
    township = own_township(actor, Permission.READ_REPORTS)
    require_reportable(township, year, clock.now())
    act = Act(
        f"做成 {year} 年度报告的文件",
        "开始",
        _crumbs(year, "做成文件"),
        lead="Word、PDF、Excel 各一份，数字取自同一时刻，附摘要。可以离开，在“我的任务”里下载；"
        f"保留 {settings.export_days} 天。",
    )

    def do(_: dict[str, Any]) -> Answer:
        return done("已开始做。", job_address(files.request_files(township, year, actor=actor).id))

    return perform(act, Nothing(), do)


@blueprint.get(f"{REPORTS}/files/<string:job_id>/<string:ending>")
def made_file(job_id: str, ending: str) -> Answer:
    file = files.fetch_file(job_id, ending, actor=current_actor())
    return file_response(file.pieces, file.name, file.media_type, file.size)


def _edit_form() -> Shape:
    """The texts one by one, where the interface takes them by their keys."""
    texts: dict[str, fields.Field[Any]] = {
        key: LongText(longest=LONGEST, load_default=None, metadata={"title": label}) for key, label in SECTIONS.items()
    }
    texts |= {
        f"reason_{key}": LongText(longest=500, load_default=None, metadata={"title": f"对 {key} 不符的书面说明"})
        for key in EXPLAINABLE
    }
    own = schemas.ReportBody().declared_fields
    own_fields = {"sample": own["sample"], "due_on": own["due_on"], "version": fields.String(load_default="")}
    return Shape.from_dict(texts | own_fields, name="ReportForm")()  # type: ignore[return-value]


@blueprint.route(f"{ONE}/edit", methods=BOTH)
def edit_report(year: int) -> Answer:
    actor = current_actor()
    township = own_township(actor, Permission.WRITE_REPORTS)
    draft = queries.find_draft(township, year)
    schema = _edit_form()
    values: dict[str, Any] = {key: narrative.draft_text(draft, key) for key in SECTIONS} | {
        "version": narrative.etag_of(draft)
    }
    if draft:
        values |= {f"reason_{key}": text for key, text in draft.reasons.items()}
        values |= {"sample": draft.sample, "due_on": written(draft.due_on)}
    act = Act(
        f"{year} 年度报告的文字",
        "保存",
        _crumbs(year, "填写文字"),
        [Input("version", "", "hidden"), *inputs_of(schema, LABELS, skip=("version",))],
        lead="数字由台账得出，文字里不必再写；没有写的为空。",
        values=values,
    )

    def do(body: dict[str, Any]) -> Answer:
        content = {
            "narrative": {key: body[key] for key in SECTIONS},
            "reasons": {key: body[f"reason_{key}"] for key in EXPLAINABLE},
            "sample": body["sample"],
            "due_on": body["due_on"],
        }
        narrative.edit(township, year, content, etag=body["version"], actor=actor)
        return done("文字已保存。", f"{REPORTS}/{year}")

    return perform(act, schema, do)


@blueprint.route(f"{ONE}/finalise", methods=BOTH)
def finalise_report(year: int) -> Answer:
    actor = current_actor()
    township = own_township(actor, Permission.WRITE_REPORTS)
    schema = schemas.FinaliseBody()
    act = Act(
        f"{year} 年度报告定稿",
        "定稿",
        _crumbs(year, "定稿"),
        inputs_of(schema, LABELS),
        lead="定稿后内容不再随台账变化，要改动只能另出修订。还有缺项或硬性勾稽关系不符的，不能定稿。",
        kind="danger",
        values={"signed_by": divisions.get_township(township).publisher},
    )

    def do(body: dict[str, Any]) -> Answer:
        revision = finalising.finalise(township, year, actor=actor, **body)
        return _signed(revision, f"已定稿，第 {revision.revision} 版。")

    return perform(act, schema, do)


@blueprint.route(f"{ONE}/revise", methods=BOTH)
def revise_report(year: int) -> Answer:
    actor = current_actor()
    township = own_township(actor, Permission.WRITE_REPORTS)
    schema = schemas.ReviseBody()
    act = Act(
        f"修订 {year} 年度报告",
        "出修订版",
        _crumbs(year, "修订"),
        inputs_of(schema, LABELS, hints={"reason": "印在报告上。"}),
        lead="按台账重新计算，编下一个号，原来的各版仍可查阅。修订的原因印在报告上。",
        values={"signed_by": divisions.get_township(township).publisher},
    )

    def do(body: dict[str, Any]) -> Answer:
        revision = finalising.revise(township, year, actor=actor, **body)
        return _signed(revision, f"已出第 {revision.revision} 版。")

    return perform(act, schema, do)


def _signed(revision: ReportRevision, sentence: str) -> Answer:
    return done("".join([sentence, *finalising.differs_from_later(revision.content)[:1]]), f"{REPORTS}/{revision.year}")


def _crumbs(year: int, act: str) -> list[tuple[str, str | None]]:
    return crumbs(REPORTS, (f"{year} 年度", f"{REPORTS}/{year}"), (act, None))
