"""The commands of the interface, each a thin call of one operation.

Results go to standard output, logs and progress to standard error. Exit 0: done; 1: a check found something;
2: wrong use.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from villagepub.applications import reminders
from villagepub.bulletins import operations as bulletins
from villagepub.calendars import listing
from villagepub.calendars import operations as calendars
from villagepub.core import audit, clock, tenancy
from villagepub.core.actor import Actor
from villagepub.core.errors import Problem
from villagepub.core.transactions import transaction
from villagepub.demo import walk
from villagepub.disclosures import attachments
from villagepub.divisions import queries as divisions
from villagepub.extensions import db, settings
from villagepub.jobs import supervisor
from villagepub.jobs.registry import KINDS
from villagepub.jobs.worker import Worker
from villagepub.notices import delivery, mornings
from villagepub.notices import reminders as notice_reminders
from villagepub.notices.outbox import DELIVER
from villagepub.publishing import imports
from villagepub.reports import annual
from villagepub.reports.outputs.grids import Json
from villagepub.reports.outputs.kinds import KINDS as OUTPUTS
from villagepub.reports.outputs.kinds import Place
from villagepub.screening import command as screening
from villagepub.screening.rule_files import load_rules
from villagepub.screening.rules import Rules
from villagepub.setup import operations as setup
from villagepub.setup.township_file import TownshipFileRefused
from villagepub.statistics import counting
from villagepub.statistics import operations as statistics
from villagepub.statistics import queries as statistics_queries
from villagepub.wechat import readiness

FOUND_SOMETHING, WRONG_USE = 1, 2

township = AppGroup("township", help="乡镇：从文件装载区划、目录、岗位和人员。")
import_ = AppGroup("import", help="导入历史数据。")
statistics_group = AppGroup("statistics", help="核对与重算统计。")
audit_group = AppGroup("audit", help="审计链。")
files = AppGroup("files", help="附件的存储。")
report = AppGroup("report", help="报告。")
closing = AppGroup("closing", help="封账。")
calendar = AppGroup("calendar", help="工作日历：各年放假和调休的日子。")
applications = AppGroup("applications", help="依申请公开。")
notices = AppGroup("notices", help="微信消息。")
duties = AppGroup("duties", help="公开事项的期限。")
wechat = AppGroup("wechat", help="微信小程序。")


def _say(text: str) -> None:
    """Progress, on standard error."""
    click.echo(text, err=True)


@contextmanager
def _refusals_in_words() -> Iterator[None]:
    """A refusal ends the command with its sentence in place of a traceback."""
    try:
        yield
    except Problem as error:
        _say(error.detail)
        for field, sentences in error.errors.items():
            _say(f"  {field}：{'；'.join(sentences)}")
        sys.exit(WRONG_USE)


@township.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--demo", is_flag=True, help="演示：采用文件中的密码，不发邀请码。")
def load_township(file: Path, demo: bool) -> None:
    """从一个文件装载乡镇；修改后可再次运行，只增改不删除。"""
    try:
        with _refusals_in_words(), transaction(tenancy.EVERYWHERE):
            loaded = setup.load_township(file, actor=Actor.system("township load"), demo=demo)
    except TownshipFileRefused as error:
        _say(str(error))
        sys.exit(WRONG_USE)
    for line in loaded.lines:
        click.echo(str(line))
    for invitation in loaded.invitations:
        click.echo(str(invitation))


@click.command("demo")
@with_appcontext
def demo() -> None:
    """装载样例乡镇，登记 2023 年数据，并让样例信息走完真实审批；可重复运行。"""
    with _refusals_in_words():
        walk.run(_say)


@import_.command("disclosures")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--division", required=True, help="12 位区划代码，文件中的村须在其下。")
@click.option("--dry-run", is_flag=True, help="只检查，不写入。")
def import_disclosures(file: Path, division: str, dry_run: bool) -> None:
    """导入过去已公开的信息（csv、xlsx 或 jsonl）。"""
    with _refusals_in_words(), transaction(tenancy.EVERYWHERE):
        result = imports.import_disclosures(
            file.name,
            file.read_bytes(),
            actor=Actor.system("import disclosures"),
            division=division,
            dry_run=dry_run,
        )
    for fault in result.faults:
        click.echo(f"第 {fault.line} 行 {fault.field or ''}：{fault.message}")
    if result.faults:
        _say(f"发现 {len(result.faults)} 处错误，没有写入任何数据。")
        sys.exit(FOUND_SOMETHING)
    click.echo(f"可以导入 {result.count} 条。" if dry_run else f"已导入 {result.count} 条。")


@statistics_group.command("verify")
def verify_statistics() -> None:
    """逐格重算，与保存的统计数核对。"""
    with transaction(tenancy.EVERYWHERE.reading()):
        found = list(counting.differences(statistics_queries.kept_counts()))
    for difference in found:
        click.echo(
            f"{difference.village} {difference.entry} {difference.month} {difference.column}："
            f"保存 {difference.kept}，重算 {difference.recounted}"
        )
    if found:
        sys.exit(FOUND_SOMETHING)
    click.echo("统计数与重算一致。")


@statistics_group.command("rebuild")
def rebuild_statistics() -> None:
    """重算全部未封账的月份。"""
    with transaction(tenancy.EVERYWHERE):
        written = statistics.rebuild(actor=Actor.system("statistics rebuild"))
    click.echo(f"已重算 {written} 格。")


@audit_group.command("verify")
@click.option(
    "--heads",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="先前公布的链头（GET /api/v1/audit/heads 的答复），核对链没有被截断或重写。",
)
def verify_audit(heads: Path | None) -> None:
    """逐条核对审计链。"""
    remembered = _remembered(heads) if heads else {}
    with transaction(tenancy.EVERYWHERE.reading()):
        found = list(audit.verify(db.session(), remembered))
    for broken in found:
        click.echo(f"{broken.chain} 第 {broken.seq} 条：{broken.reason}")
    if found:
        sys.exit(FOUND_SOMETHING)
    click.echo("审计链完整。")


def _remembered(file: Path) -> dict[str, tuple[int, str]]:
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))["data"]
        return {row["chain"]: (int(row["seq"]), str(row["hash"])) for row in rows}
    except (ValueError, KeyError, TypeError):
        _say("链头文件无法读取，请保存 GET /api/v1/audit/heads 的原样答复。")
        sys.exit(WRONG_USE)


@report.command("annual")
@click.argument("code")
@click.argument("year", type=int)
@click.option("--format", "form", type=click.Choice(["json", *OUTPUTS]), default="json", help="输出格式。")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="写入文件；不给则写到标准输出。")
def annual_report(code: str, year: int, form: str, output: Path | None) -> None:
    """一个乡镇一年的政府信息公开工作年度报告。"""
    with _refusals_in_words():
        with transaction(tenancy.EVERYWHERE.reading()):
            data = annual.annual_report(code, year, as_of=clock.now())
        made = _as_json(data) if form == "json" else OUTPUTS[form].make(data, _place_of_outputs())
    if output is None:
        click.echo(made, nl=False)
    else:
        output.write_bytes(made)


def _as_json(data: Json) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=2).encode() + b"\n"


def _place_of_outputs() -> Place:
    return Place(settings.reports_dir, settings.public_base_url)


@closing.command("run")
def run_closings() -> None:
    """为各乡镇封上个月的账；已封的跳过。由定时任务在次月 5 日之后每天调用。"""
    with transaction(tenancy.EVERYWHERE):
        for place, month in statistics_queries.list_due_closings(clock.today()):
            bulletins.close_month(actor=Actor.system("closing run"), division=place.code, month=month)
            click.echo(f"{place.full_name} {month} 已封账。")


@calendar.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", default="系统管理员", show_default=True, help="录入并核对的人或岗位，留作记录。")
def import_calendar(file: Path, by: str) -> None:
    """录入一年的放假通知（全国或地区），格式同 config/calendars/；录过的年份成为新的一版。"""
    actor = Actor.system("calendar import")
    with _refusals_in_words(), transaction(tenancy.EVERYWHERE):
        done = calendars.import_year(file.name, file.read_bytes(), actor=actor, by=by)
    what = f"{done.year.name or '全国'} {done.year.year} 年"
    if done.edition is None:
        click.echo(f"{what}与现用的完全相同，没有变化。")
    else:
        click.echo(f"已录入{what}第 {done.edition} 版，涉及 {done.townships} 个乡镇，到期日由后台任务重算。")


@calendar.command("show")
@click.argument("year", type=int, required=False)
def show_calendar(year: int | None) -> None:
    """列出各年的通知、版本和来源；给出年份时列出每一天。"""
    with transaction(tenancy.EVERYWHERE.reading()):
        found = list(listing.lines(year))
    for line in found:
        click.echo(line)
    if not found:
        _say(f"没有 {year} 年的放假通知，请用 calendar import 录入。")
        sys.exit(FOUND_SOMETHING)


@calendar.command("check")
def check_calendar() -> None:
    """今年的放假通知是否齐全；12 月 1 日起也看明年的。"""
    with transaction(tenancy.EVERYWHERE.reading()):
        missing = listing.missing_anywhere()
    for each in missing:
        click.echo(each.sentence)
    if missing:
        sys.exit(FOUND_SOMETHING)
    click.echo("放假通知齐全。")


@applications.command("remind")
def remind_of_applications() -> None:
    """把即将到期、已逾期的依申请公开告知各乡镇管理员；说过的不再说。由定时任务在每个工作日调用。"""
    with transaction(tenancy.EVERYWHERE):
        for place in divisions.list_townships():
            reminded = reminders.remind(place.code, actor=Actor.system("applications remind"))
            click.echo(f"{place.full_name}：新提醒 {reminded} 条。")


@duties.command("remind")
def remind_of_duties() -> None:
    """提醒各村和各审批环节即将到期、已逾期的事项；说过的不再说。由定时任务在每个工作日调用。"""
    with transaction(tenancy.EVERYWHERE):
        for place in divisions.list_townships():
            reminded = notice_reminders.remind(place.code, actor=Actor.system("duties remind"))
            click.echo(f"{place.full_name}：新提醒 {reminded} 条。")


@notices.command("deliver")
@with_appcontext
def deliver_messages() -> None:
    """发出等候的微信消息，多的并为一条；没有常驻 worker 时由定时任务在工作日早上调用。"""
    with transaction(tenancy.EVERYWHERE):
        unknown = delivery.settle_abandoned()
        for place in divisions.list_townships():
            mornings.release(place.code, actor=Actor.system("notices deliver"))
    Worker(current_app.app_context, kinds={DELIVER: KINDS[DELIVER]}, schedules=()).run(once=True)
    if unknown:
        click.echo(f"有 {unknown} 条消息不知是否发出，请在 GET /notices/messages 查看。")


@wechat.command("check")
def check_wechat() -> None:
    """微信的设置是否齐全，平台能否连上并接受 AppID 和密钥。"""
    found = readiness.find_faults()
    for line in found:
        click.echo(line)
    if found:
        sys.exit(FOUND_SOMETHING)
    click.echo("微信可以使用。")


@click.command("worker")
@click.option("--once", is_flag=True, help="做完现有的任务就退出。")
@click.option("--concurrency", type=click.IntRange(1, 32), default=1, show_default=True, help="进程数。")
@with_appcontext
def worker(once: bool, concurrency: int) -> None:
    """执行后台任务和定时任务，直到收到 SIGTERM：做完手上的再退出。"""
    supervisor.work(Worker(current_app.app_context), once=once, concurrency=concurrency)


@click.command("screen")
@click.argument("files", nargs=-1, required=True, type=click.File("r", encoding="utf-8"))
@with_appcontext
def screen(files: tuple[TextIO, ...]) -> None:
    """筛查文件中的秘密和个人信息；- 表示标准输入，它和 .jsonl 每行一个 {"id", "text"}。"""
    rules = load_rules(settings.screening_dir)
    for file in files:
        try:
            for line in _screened(file, rules):
                click.echo(line)
        except UnicodeDecodeError:
            _say(f"{file.name}：不是 UTF-8 文本，请另存为 UTF-8 后再试。")
            sys.exit(WRONG_USE)
        except ValueError as error:
            _say(f"{file.name}：{error}")
            sys.exit(WRONG_USE)


def _screened(file: TextIO, rules: Rules) -> Iterator[str]:
    if file.name == "<stdin>" or file.name.endswith(".jsonl"):
        yield from screening.screen_lines(file, rules, clock.today())
    else:
        yield screening.screen_file(file.name, file.read(), rules, clock.today())


@files.command("sweep")
def sweep_files() -> None:
    """删去没有传完的上传和没有归属的文件；由定时任务每天调用。"""
    with _refusals_in_words(), transaction(tenancy.EVERYWHERE):
        swept = attachments.sweep(actor=Actor.system("files sweep"))
    click.echo(f"已清理 {swept} 个。")


@files.command("verify")
def verify_files() -> None:
    """逐个核对附件的内容与审批时的摘要。"""
    with _refusals_in_words(), transaction(tenancy.EVERYWHERE.reading()):
        damaged = [f"{each.village} {each.id} {each.name}" for each in attachments.damaged()]
    for line in damaged:
        click.echo(f"{line}：丢失，或与审批时的内容不一致")
    if damaged:
        sys.exit(FOUND_SOMETHING)
    click.echo("附件与摘要一致。")


COMMANDS = (
    township,
    demo,
    import_,
    statistics_group,
    audit_group,
    files,
    report,
    closing,
    calendar,
    applications,
    duties,
    notices,
    wechat,
    worker,
    screen,
)


def register_commands(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)
