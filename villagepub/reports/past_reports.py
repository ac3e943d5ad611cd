"""Taking in reports of earlier years, for what they carried over and for comparison over years."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from villagepub.clearance.marks import require_unclassified
from villagepub.core import audit, clock
from villagepub.core.actor import Actor
from villagepub.core.digest import digest_of
from villagepub.core.errors import Invalid, WrongState
from villagepub.core.permissions import Permission, require
from villagepub.core.tabular import UnreadableTable, read_workbook
from villagepub.extensions import db
from villagepub.ledgers.operations import wait_for_turn
from villagepub.reports import checks, queries
from villagepub.reports.form import CARRIED_IN, CARRIED_OUT, FIRST_OLD_YEAR, Form, form_of
from villagepub.reports.models import PastReport
from villagepub.reports.past_content import Fault, cells_of, faults_of
from villagepub.reports.past_files import Unreadable, read_json
from villagepub.reports.past_sheets import read_sheets
from villagepub.reports.reportable import require_township
from villagepub.reports.words import check_applications
from villagepub.reports.years import find_numbers, find_year_before

Json = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """form: the document that laid down the form; edition: None for a dry run; stated: values by part."""

    form: str
    edition: int | None
    stated: dict[str, int]
    faults: list[Fault]
    warnings: list[str]


def import_report(township: str, year: int, name: str, data: bytes, *, actor: Actor, dry_run: bool) -> Outcome:
    """Keep what a report on an earlier year states; an edition after the first stands in for the one before.

    name: the file's name, whose ending says how to read it. A dry run says what would be refused and keeps nothing.
    Raises Invalid with a sentence for each fault by its field, WrongState for a year that was finalised here,
    SecretMark.
    """
    require(actor, Permission.WRITE_REPORTS, township)
    require_township(township)
    _require_year(year)
    wait_for_turn(township)
    if queries.find_last_revision(township, year):
        raise WrongState(f"{year} 年度报告已在本系统定稿，不能再导入；要改动的，请另出修订。")
    form = form_of(year)
    try:
        content, text, faults = _read(name, data, form, township, year)
    except Unreadable as unreadable:
        return _refused_or_told(form, unreadable.faults, dry_run)
    if faults:
        return _refused_or_told(form, faults, dry_run)
    said = {f"narrative.{section}": text for section, text in content["narrative"].items()}
    require_unclassified(said, actor=actor, township=township, village=township)
    edition = None if dry_run else _store(township, year, content, actor)
    return Outcome(form.basis, edition, _stated(content), [], list(_warnings(township, year, content, form, text)))


def _require_year(year: int) -> None:
    if not FIRST_OLD_YEAR <= year < clock.today().year:
        sentence = f"可以导入 {FIRST_OLD_YEAR} 年度至 {clock.today().year - 1} 年度的报告。"
        raise Invalid(errors={"year": [sentence]})


def _read(name: str, data: bytes, form: Form, township: str, year: int) -> tuple[Json, str, list[Fault]]:
    """The content, the sentences on applications, and the faults. Raises Unreadable."""
    ending = PurePath(name).suffix.lower()
    if ending == ".json":
        content, text = read_json(data, township=township, year=year)
        return content, text, list(faults_of(content, form))
    if ending == ".xlsx":
        try:
            reading = read_sheets(read_workbook(data), form, year)
        except UnreadableTable as unreadable:
            raise Unreadable(*(Fault("file", fault.message) for fault in unreadable.faults)) from unreadable
        faults = reading.faults or list(faults_of(reading.content, form))
        return reading.content, "", [_located(fault, reading.addresses) for fault in faults]
    raise Unreadable(Fault("file", "只能读取 .json 和 .xlsx 文件，请另存为其中一种后再上传。"))


def _located(fault: Fault, addresses: dict[str, str]) -> Fault:
    """With the cell in front, where there is one."""
    address = addresses.get(fault.place)
    return Fault(fault.place, f"{address}：{fault.message}") if address else fault


def _refused_or_told(form: Form, faults: list[Fault], dry_run: bool) -> Outcome:
    if dry_run:
        return Outcome(form.basis, None, {}, faults, [])
    errors: dict[str, list[str]] = {}
    for fault in faults:
        errors.setdefault(fault.place, []).append(fault.message)
    raise Invalid("文件中有错误，没有导入。请按提示改正后重新上传。", errors=errors)


def _stated(content: Json) -> dict[str, int]:
    """How many values each part states."""
    return {part: sum(value is not None for value in _values(members)) for part, members in content.items()}


def _values(members: Any) -> Iterator[Any]:
    for value in members.values() if isinstance(members, dict) else members:
        if isinstance(value, dict | list):
            yield from _values(value)
        else:
            yield value


def _warnings(township: str, year: int, content: Json, form: Form, text: str) -> Iterator[str]:
    """What an importer should look at and may leave: F4 on both sides, 规章 of a township, F8 on the prose."""
    third, fourth = cells_of(content, form)
    before = find_year_before(township, year)
    verdicts = [checks.check_carried_over(form, third, before.carried_out if before else None)]
    after = find_numbers(township, year + 1, clock.now())
    if after:
        carried_in = {(CARRIED_IN, key): value for key, value in after.part_three.get(CARRIED_IN, {}).items()}
        verdicts.append(checks.check_carried_over(form, carried_in, content["part_three"].get(CARRIED_OUT)))
    regulations = form.tables[0].rows[0]
    verdicts.append(checks.check_regulations(regulations, content["part_two"].get(regulations, [])))
    if text:
        verdicts.append(check_applications(text, third, fourth))
    for verdict in verdicts:
        yield from (place.detail for place in verdict.places)


def _store(township: str, year: int, content: Json, actor: Actor) -> int:
    last = queries.find_past_report(township, year)
    report = PastReport(
        township=township,
        year=year,
        edition=last.edition + 1 if last else 1,
        content=content,
        digest=digest_of(content),
        imported_by=actor.person_id,
        imported_at=clock.now(),
    )
    db.session.add(report)
    db.session.flush()
    audit.record(
        db.session(),
        "report.imported",
        actor=actor,
        subject_type="annual_report",
        subject_id=f"{township}/{year}",
        division=township,
        township=township,
        digest=report.digest,
        data={"year": year, "edition": report.edition, "stated": _stated(content)},
    )
    return report.edition
