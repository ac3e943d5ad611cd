"""Reads of places."""

from datetime import date

from sqlalchemy import select

from villagepub.core import tenancy
from villagepub.core.errors import Invalid, NotFound
from villagepub.divisions.levels import DIGITS, Level
from villagepub.divisions.models import Division, Township
from villagepub.extensions import db

DISCLOSING = (Level.VILLAGE, Level.COMMUNITY)


def get_division(code: str) -> Division:
    """Raises NotFound for a code that is not in the list."""
    division = find_division(code)
    if division is None:
        raise NotFound()
    return division


def find_division(code: str) -> Division | None:
    return db.session.get(Division, code)


def prefix_of(code: str) -> str:
    """The code prefix of a place; raises NotFound for an unknown one."""
    return get_division(code).prefix


def list_ancestors(code: str) -> list[Division]:
    """The places around one, the widest first."""
    found: list[Division] = []
    parent = get_division(code).parent_code
    while parent is not None:
        found.append(get_division(parent))
        parent = found[-1].parent_code
    return found[::-1]


def list_children(code: str, *, level: str | None = None, on_platform_on: date | None = None) -> list[Division]:
    """The places right below; of one level, and of those the ones that disclose here on a day, when asked for."""
    query = select(Division).where(Division.parent_code == code)
    if level is not None:
        query = query.where(Division.level == level)
    if on_platform_on is not None:
        query = query.where(Division.on_platform_from <= on_platform_on)
    return list(db.session.scalars(query.order_by(Division.code)))


def list_disclosing(prefixes: tuple[str, ...]) -> list[Division]:
    """The villages and communities on the platform below the prefixes, whenever they joined."""
    query = select(Division).where(
        tenancy.within(Division.code, prefixes),
        Division.level.in_(DISCLOSING),
        Division.on_platform_from.is_not(None),
    )
    return list(db.session.scalars(query.order_by(Division.code)))


def get_village(code: str) -> Division:
    """A village or community on the platform. Raises Invalid naming the field ``village`` otherwise."""
    division = find_division(code)
    if division is None or division.level not in DISCLOSING or division.on_platform_from is None:
        raise Invalid(errors={"village": ["没有这个上线的村，请核对 12 位区划代码。"]})
    return division


def get_township(code: str) -> Township:
    """The township that a place lies in. Raises NotFound above the township."""
    township = find_township(code)
    if township is None:
        raise NotFound()
    return township


def find_township(code: str) -> Township | None:
    """The township that a place lies in; None above the township."""
    return db.session.get(Township, code[: DIGITS[Level.TOWNSHIP]].ljust(12, "0"))


def hold_township(code: str, *, shared: bool) -> None:
    """Lock a township's row until the transaction ends, beside all who share it, or alone.

    SQLite needs no lock: it has one writer at a time.
    """
    query = select(Township.code).where(Township.code == code)
    db.session.execute(query.with_for_update(read=shared, key_share=not shared))


def list_townships() -> list[Township]:
    return list(db.session.scalars(select(Township).order_by(Township.code)))


def townships_around(prefix: str) -> list[str]:
    """The codes of the townships below a code prefix, or of the one that it lies in."""
    codes = (place.code for place in list_townships())
    return [code for code in codes if tenancy.covers((prefix,), code) or tenancy.covers((_stem(code),), prefix)]


def _stem(township: str) -> str:
    return township[: DIGITS[Level.TOWNSHIP]]


def names_of(codes: set[str]) -> dict[str, str]:
    """``{code: name}`` of the places that exist."""
    rows = db.session.execute(select(Division.code, Division.name).where(Division.code.in_(codes)))
    return dict(rows.all())
