"""Loading a township's file into the database, again and again."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from villagepub.accounts import loading as accounts_loading
from villagepub.accounts import queries as accounts
from villagepub.catalogue import loading as catalogue_loading
from villagepub.catalogue import queries as catalogue
from villagepub.channels import operations as channels_operations
from villagepub.channels import queries as channels
from villagepub.core import audit
from villagepub.core.actor import Actor
from villagepub.core.errors import Forbidden
from villagepub.divisions import operations as divisions_operations
from villagepub.divisions import queries as divisions
from villagepub.extensions import db
from villagepub.ledgers import operations as ledgers_operations
from villagepub.ledgers import queries as ledgers
from villagepub.setup.clashes import clashes_with_database
from villagepub.setup.content import TownshipFile
from villagepub.setup.people import load_people, load_posts
from villagepub.setup.report import Kind, LoadReport, Outcome
from villagepub.setup.township_file import TownshipFileRefused, read_township_file


def load_township(path: Path, *, actor: Actor, demo: bool) -> LoadReport:
    """Bring the database up to what a township's file says, in the caller's transaction.

    path: the YAML file.
    demo: sets the passwords that the file holds; otherwise none may be in it and every new person is invited.
    Nothing is deleted and nobody relieved of a post: what the file no longer has stays, as the report says.
    Raises TownshipFileRefused with every fault, before anything is written, and Forbidden for anybody but
    the system.
    """
    if not actor.is_system:
        raise Forbidden("乡镇文件只能由运维人员用命令装载。")
    content = read_township_file(path, demo=demo)
    if clashes := clashes_with_database(content):
        raise TownshipFileRefused(clashes)
    report = LoadReport(content.township.code)
    for load in (
        _load_divisions,
        _load_township,
        _load_offices,
        _load_catalogue,
        _load_channels,
        _load_routing,
    ):
        load(content, report)
    _note(report, actor)
    load_posts(content, report, actor=actor)
    load_people(content, report, actor=actor)
    return report


def _load_divisions(content: TownshipFile, report: LoadReport) -> None:
    for row in content.divisions:
        existed = divisions.find_division(row.code) is not None
        changed = divisions_operations.put_division(
            code=row.code,
            name=row.name,
            level=row.level,
            parent=row.parent,
            on_platform_from=row.on_platform_from,
        )
        report.note(Kind.DIVISION, f"{row.code} {row.name}", existed=existed, changed=changed)
    stored = {place.code: place.name for place in divisions.list_children(content.township.code)}
    _say_kept(report, Kind.DIVISION, stored, (row.code for row in content.divisions))


def _load_township(content: TownshipFile, report: LoadReport) -> None:
    row = content.township
    existed = any(township.code == row.code for township in divisions.list_townships())
    changed = divisions_operations.put_township(
        code=row.code,
        full_name=row.full_name,
        publisher=row.publisher,
        contact=row.contact,
        rules=content.rules,
    )
    remark = "联系方式、审查时限、办公时间、公开时限、考核权重、地区节假日"
    report.note(Kind.TOWNSHIP, row.full_name, existed=existed, changed=changed, remark=remark)


def _load_offices(content: TownshipFile, report: LoadReport) -> None:
    township = content.township.code
    stored = {office.key: office.name for office in accounts.list_offices(township)}
    for row in content.offices:
        changed = accounts_loading.put_office(township=township, key=row.key, name=row.name)
        report.note(Kind.OFFICE, f"{row.key} {row.name}", existed=row.key in stored, changed=changed)
    _say_kept(report, Kind.OFFICE, stored, (row.key for row in content.offices))


def _load_catalogue(content: TownshipFile, report: LoadReport) -> None:
    township = content.township.code
    offices = {office.key: office.id for office in accounts.list_offices(township)}
    stored = {entry.code: entry.name for entry in catalogue.list_entries(township)}
    for row in content.entries:
        code, subject = row.values.code, f"{row.values.code} {row.values.name}"
        changed = catalogue_loading.put_entry(township, row.values, office_id=offices[row.office], bases=row.bases)
        report.note(Kind.ENTRY, subject, existed=code in stored, changed=changed)
        for basis in catalogue_loading.list_bases_beyond(township, code, row.bases):
            report.add(Kind.BASIS, f"{code} {basis.law}", Outcome.KEPT, "文件中已没有这条依据")
    _say_kept(report, Kind.ENTRY, stored, (row.values.code for row in content.entries))


def _load_channels(content: TownshipFile, report: LoadReport) -> None:
    township = content.township.code
    stored = {channel.key: channel.name for channel in ledgers.list_channels(township)}
    for position, row in enumerate(content.channels):
        changed = ledgers_operations.put_channel(
            township,
            key=row.key,
            name=row.name,
            counted_from_disclosures=row.counted_from_disclosures,
            takes_complaints=row.takes_complaints,
            position=position,
        )
        report.note(Kind.CHANNEL, f"{row.key} {row.name}", existed=row.key in stored, changed=changed)
    _say_kept(report, Kind.CHANNEL, stored, (row.key for row in content.channels))


def _load_routing(content: TownshipFile, report: LoadReport) -> None:
    """A version by the day that it is valid from; earlier ones stay for what was published under them."""
    township = content.township.code
    stored = {table.valid_from.isoformat() for table in channels.list_tables(township)}
    if content.routing is not None:
        day = content.routing.valid_from.isoformat()
        changed = channels_operations.put_routing(township, content.routing)
        report.note(Kind.ROUTING, f"{day} 起", existed=day in stored, changed=changed)
    elif stored:
        report.add(Kind.ROUTING, f"{max(stored)} 起", Outcome.KEPT, "文件中已没有")


def _say_kept(report: LoadReport, kind: Kind, stored: Mapping[str, str], in_file: Iterable[str]) -> None:
    for key in sorted(set(stored) - set(in_file)):
        report.add(kind, f"{key} {stored[key]}", Outcome.KEPT, "文件中已没有")


def _note(report: LoadReport, actor: Actor) -> None:
    """One entry for places, offices, catalogue and channels together; people and posts have their own."""
    counts = report.counts()
    if not counts:
        return
    audit.record(
        db.session(),
        "township.loaded",
        actor=actor,
        subject_type="township",
        subject_id=report.township,
        division=report.township,
        township=report.township,
        data=counts,
    )
