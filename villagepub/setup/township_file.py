"""Reading and checking a township's file, whole, before anything is done with it."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from villagepub.divisions.levels import Level
from villagepub.setup.content import DivisionRow, EntryRow, OfficeRow, PostRow, TownshipFile, TownshipRow
from villagepub.setup.entries import read_entries
from villagepub.setup.places import fault_of_code, read_places
from villagepub.setup.routes import Destinations, read_routing
from villagepub.setup.rules import read_channels, read_offices, read_rules
from villagepub.setup.sources import Faults, Section, read_yaml
from villagepub.setup.staff import Surroundings, read_staff


class TownshipFileRefused(Exception):
    """Nothing was written. faults: every fault of the file, each with its place and its remedy."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("乡镇文件有误，没有装载：\n" + "\n".join(f"  - {fault}" for fault in faults))


def read_township_file(path: Path, *, demo: bool) -> TownshipFile:
    """What the file and the two tables it names say.

    path: the YAML file; the paths of the tables are relative to it. demo: whether it may hold passwords.
    Raises TownshipFileRefused with every fault at once.
    """
    faults = Faults()
    top = read_yaml(path, faults)
    content = _read(top, path.parent, faults, demo=demo) if top is not None else None
    if content is None or faults.sentences:
        raise TownshipFileRefused(faults.sentences)
    return content


def _read(top: Section, folder: Path, faults: Faults, *, demo: bool) -> TownshipFile:
    township = _township(top)
    rules = read_rules(top)
    before = len(faults.sentences)
    channels = read_channels(top)
    channels_are_whole = len(faults.sentences) == before
    before = len(faults.sentences)
    offices = read_offices(top)
    offices_are_whole = len(faults.sentences) == before
    places = _places(top, township, folder, faults)
    is_whole = len(faults.sentences) == before and bool(township.code)
    before = len(faults.sentences)
    entries = _entries(top, folder, offices if offices_are_whole else None, faults)
    entries_are_whole = len(faults.sentences) == before
    villages = {code: row for code, row in places.items() if row.discloses}
    around = Surroundings(township.code, {office.key: office for office in offices}, villages, is_whole)
    posts, people = read_staff(top, around, demo=demo)
    _check_told(top, rules.told_of_incidents, posts)
    known = Destinations(entries if entries_are_whole else None, channels if channels_are_whole else None)
    routing = read_routing(top, known) if top.has("routing") else None
    top.finish()
    return TownshipFile(
        township=township,
        rules=rules,
        divisions=tuple(places.values()),
        offices=tuple(offices),
        channels=tuple(channels),
        entries=tuple(entries),
        posts=tuple(posts),
        people=tuple(people),
        routing=routing,
    )


def _check_told(top: Section, told: Iterable[str], posts: Iterable[PostRow]) -> None:
    known = {post.key for post in posts}
    for key in told:
        if known and key not in known:
            top.refuse("told_of_incidents", f"没有岗位“{key}”，请写 posts 中的岗位编号。")


def _township(top: Section) -> TownshipRow:
    section = top.section("township")
    if section is None:
        return TownshipRow("", "", "", "", {})
    code = section.text("code")
    fault = fault_of_code(Level.TOWNSHIP, code) if code else None
    if fault:
        section.refuse("code", fault)
    row = TownshipRow(
        code="" if fault else code,
        name=section.text("name"),
        full_name=section.text("full_name", longest=100),
        publisher=section.text("publisher", longest=100),
        contact=_contact(section),
    )
    section.finish()
    return row


def _contact(township: Section) -> Mapping[str, str]:
    section = township.section("contact")
    if section is None:
        return {}
    contact = {key: section.text(key, longest=100) for key in ("office", "telephone")}
    further = {key: section.text(key, longest=100, required=False) for key in ("fax", "website", "address", "email")}
    section.finish()
    return contact | {key: text for key, text in further.items() if text}


def _places(top: Section, township: TownshipRow, folder: Path, faults: Faults) -> Mapping[str, DivisionRow]:
    table = top.text("divisions", longest=200)
    places = read_places(folder / table, township.code, faults) if table else None
    if places is None:
        return {}
    place = places.get(township.code)
    if township.code and (place is None or place.level is not Level.TOWNSHIP):
        top.refuse("township", f"{table} 中没有 {township.code} 这个乡镇，请补上那一行或改正代码。")
    elif place and township.name and place.name not in ("", township.name):
        top.refuse("township", f"{table} 中 {township.code} 叫“{place.name}”，请写成一样的名称。")
    return places


def _entries(top: Section, folder: Path, offices: list[OfficeRow] | None, faults: Faults) -> list[EntryRow]:
    table = top.text("catalogue", longest=200)
    return read_entries(folder / table, offices, faults) if table else []
